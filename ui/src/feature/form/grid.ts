import type { GridContent, GridRow } from "@/api";

/** Columns of the slip's grid. */
export const GRID_COLUMNS = 24;

/** A cell with its place; columns and rows count from 1, as in CSS. */
export interface PlacedCell {
  column: number;
  row: number;
  width: number;
  rows: number;
  content: GridContent;
  /** The field to the right of a printed label, which that label names. */
  names: string | null;
}

/** Places the cells of the slip: left to right, around those that span down from above. */
export function place(grid: readonly GridRow[]): PlacedCell[] {
  const placed: PlacedCell[] = [];
  const free_from = new Array<number>(GRID_COLUMNS + 1).fill(1);
  for (const [at, { cells }] of grid.entries()) {
    const row = at + 1;
    let column = 1;
    for (const [position, cell] of cells.entries()) {
      while (column <= GRID_COLUMNS && (free_from[column] ?? 1) > row) column += 1;
      const width = Math.min(cell.width, GRID_COLUMNS - column + 1);
      if (width <= 0) break;
      for (let taken = column; taken < column + width; taken += 1) free_from[taken] = row + cell.rows;
      const next = cells[position + 1]?.content;
      const names = cell.content.kind === "label" && next?.kind === "field" ? next.field : null;
      placed.push({ column, row, width, rows: cell.rows, content: cell.content, names });
      column += width;
    }
  }
  return placed;
}

/** What the grid shows, so that the screen can show the rest below it. */
export function shownIn(grid: readonly GridRow[]): Record<"fields" | "steps" | "tables" | "links", Set<string>> {
  const shown = { fields: new Set<string>(), steps: new Set<string>(), tables: new Set<string>(), links: new Set<string>() };
  for (const { content } of grid.flatMap((row) => row.cells)) {
    if (content.kind === "field") shown.fields.add(content.field);
    if (content.kind === "step") shown.steps.add(content.step);
    if (content.kind === "entry") shown.tables.add(content.table);
    if (content.kind === "links") shown.links.add(content.slot);
  }
  return shown;
}
