// A definition as the designer edits it: the keys of its file. What the designer does not know it leaves as it is.

/** A cell of the slip: one content, its width of 24 columns, the rows it covers. */
export interface Cell {
  label?: string;
  field?: string;
  table?: string;
  step?: string;
  entry?: string;
  links?: string;
  text?: string;
  w: number;
  rows?: number;
  lines?: number;
}

export interface Row {
  h?: number;
  cells: Cell[];
}

export interface Option {
  value: string;
  label: string;
}

/** A field of the content or of a box, or a column. */
export interface Field {
  key: string;
  label: string;
  type: string;
  required?: boolean | string;
  max?: number;
  help?: string;
  options?: Option[];
  columns?: Field[];
  key_field?: boolean;
  [rest: string]: unknown;
}

export interface Step {
  key: string;
  title: string;
  roles: string[];
  need: number;
  bar: boolean;
  bar_fields?: string[];
  differ?: string[];
  ink: string;
  outsider: boolean;
  field?: Field[];
  [rest: string]: unknown;
}

export interface Tree {
  title: string;
  field?: Field[];
  step?: Step[];
  table?: { name: string; title?: string; [rest: string]: unknown }[];
  link?: { slot: string; title: string; [rest: string]: unknown }[];
  slip: { row: Row[]; [rest: string]: unknown };
  [rest: string]: unknown;
}

/** Columns of the slip. */
const COLUMNS = 24;
/** Width of a heading on the slip. */
const HEADING_COLUMNS = 3;

/** A cell where it lies; columns and rows of the block count from 1, as in CSS. */
export interface PlacedCell {
  cell: Cell;
  /** Row of the slip and place in it, from 0. */
  row: number;
  at: number;
  column: number;
  line: number;
}

/** Rows that hold together, because a cell reaches over them: what is moved as one. */
export interface Block {
  from: number;
  count: number;
  cells: PlacedCell[];
}

/** The slip as blocks, from top to bottom. */
export function blocks(rows: readonly Row[]): Block[] {
  const found: Block[] = [];
  const free_from = new Array<number>(COLUMNS).fill(0);
  for (const [row, { cells }] of rows.entries()) {
    const open = free_from.some((free) => free > row);
    const block = found.at(-1);
    const here = open && block ? block : { from: row, count: 0, cells: [] };
    if (here !== block) found.push(here);
    here.count += 1;
    let column = 0;
    for (const [at, cell] of cells.entries()) {
      while (column < COLUMNS && (free_from[column] ?? 0) > row) column += 1;
      free_from.fill(row + (cell.rows ?? 1), column, column + cell.w);
      here.cells.push({ cell, row, at, column: column + 1, line: row - here.from + 1 });
      column += cell.w;
    }
  }
  return found;
}

/** What stands in a cell, apart from its measures: `field:phone`; empty for headings and small print. */
export function nameOf(cell: Cell): string {
  for (const kind of ["field", "table", "step", "entry", "links"] as const) {
    if (cell[kind] !== undefined) return `${kind}:${cell[kind]}`;
  }
  return "";
}

/** Moves a block over the one before or after it, and its fields with it in the order of the form. */
export function moveBlock(tree: Tree, at: number, by: -1 | 1): void {
  const all = blocks(tree.slip.row);
  const [block, other] = [all[at], all[at + by]];
  if (!block || !other) return;
  const taken = tree.slip.row.splice(block.from, block.count);
  tree.slip.row.splice(by < 0 ? other.from : block.from + other.count, 0, ...taken);
  alignFields(tree, fieldsIn(block), fieldsIn(other), by);
}

/** Moves a cell, with its heading, over its neighbour in a row that stands by itself. */
export function moveCell(tree: Tree, row: number, at: number, by: -1 | 1): boolean {
  const cells = tree.slip.row[row]?.cells;
  if (!cells || !blocks(tree.slip.row).some((block) => block.from === row && block.count === 1)) return false;
  const groups = groupsOf(cells);
  const from = groups.findIndex((group) => at >= group.at && at < group.at + group.cells.length);
  const [group, other] = [groups[from], groups[from + by]];
  if (!group || !other) return false;
  groups[from] = other;
  groups[from + by] = group;
  tree.slip.row[row] = { ...tree.slip.row[row], cells: groups.flatMap((each) => each.cells) };
  const keys = (of: { cells: Cell[] }): string[] => of.cells.flatMap((cell) => cell.field ?? cell.table ?? []);
  alignFields(tree, keys(group), keys(other), by);
  return true;
}

/** Cells with the heading before them. */
function groupsOf(cells: readonly Cell[]): { at: number; cells: Cell[] }[] {
  const groups: { at: number; cells: Cell[] }[] = [];
  let begun: Cell[] = [];
  for (const [at, cell] of cells.entries()) {
    begun.push(cell);
    if (nameOf(cell) !== "" || cell.text !== undefined || at === cells.length - 1) {
      groups.push({ at: at + 1 - begun.length, cells: begun });
      begun = [];
    }
  }
  return groups;
}

function fieldsIn(block: Block): string[] {
  return block.cells.flatMap(({ cell }) => cell.field ?? cell.table ?? []);
}

/** Puts the fields that moved before or after those they moved over, where both are content. */
function alignFields(tree: Tree, moved: readonly string[], over: readonly string[], by: -1 | 1): void {
  const fields = tree.field ?? [];
  const taken = fields.filter((field) => moved.includes(field.key));
  const rest = fields.filter((field) => !moved.includes(field.key));
  const places = rest.flatMap((field, at) => (over.includes(field.key) ? [at] : []));
  if (taken.length === 0 || places.length === 0) return;
  const at = by < 0 ? Math.min(...places) : Math.max(...places) + 1;
  tree.field = [...rest.slice(0, at), ...taken, ...rest.slice(at)];
}

/** A key that nothing in the definition has. */
function freshKey(tree: Tree, taken: readonly string[]): string {
  const known = new Set([...taken, ...(tree.step ?? []).map((step) => step.key), ...(tree.table ?? []).map((table) => table.name)]);
  for (let number = 1; ; number += 1) if (!known.has(`own_${number}`)) return `own_${number}`;
}

/** What a new field of a kind begins with. */
function beginning(type: string): Partial<Field> {
  switch (type) {
    case "text":
      return { max: 60 };
    case "paragraph":
      return { max: 500 };
    case "attachment":
      return { max: 10 };
    case "choice":
      return { options: [{ value: "option_1", label: "选项一" }, { value: "option_2", label: "选项二" }] };
    case "table":
      return { max_rows: 20, columns: [{ key: "own_1", label: "内容", type: "text", max: 60 }] };
    default:
      return {};
  }
}

/** Adds a field of the content with a row of its own below a block; answers its key. */
export function addField(tree: Tree, after: number, label: string, type: string): string {
  const fields = (tree.field ??= []);
  const key = freshKey(tree, fields.map((field) => field.key));
  const above = blocks(tree.slip.row).slice(0, after + 1).flatMap(fieldsIn);
  const at = fields.reduce((last, field, place) => (above.includes(field.key) ? place + 1 : last), 0);
  fields.splice(at, 0, { key, label, type, ...beginning(type) });
  const value: Cell = { ...(type === "table" ? { table: key } : { field: key }), w: COLUMNS - HEADING_COLUMNS };
  insertRow(tree, after, { h: 9, cells: [{ label, w: HEADING_COLUMNS }, value] });
  return key;
}

/** Adds a step after the others with a row of its own below a block; answers its key. */
export function addStep(tree: Tree, after: number, title: string, roles: string[]): string {
  const steps = (tree.step ??= []);
  const key = freshKey(tree, (tree.field ?? []).map((field) => field.key));
  const opinion: Field = { key: "opinion", label: "意见", type: "paragraph", max: 200 };
  steps.push({ key, title, roles, need: 1, bar: true, ink: "allowed", outsider: false, field: [opinion] });
  insertRow(tree, after, { h: 22, cells: [{ label: title, w: HEADING_COLUMNS }, { step: key, w: COLUMNS - HEADING_COLUMNS }] });
  return key;
}

function insertRow(tree: Tree, after: number, row: Row): void {
  const block = blocks(tree.slip.row)[after];
  tree.slip.row.splice(block ? block.from + block.count : tree.slip.row.length, 0, row);
}

/** Takes a field or a step off the form and its cells off the slip; its neighbour gets the room. Answers whether it could. */
export function remove(tree: Tree, kind: "field" | "step", key: string): boolean {
  const is = (cell: Cell): boolean => (kind === "step" ? cell.step === key : cell.field === key || cell.table === key);
  const row = tree.slip.row.findIndex(({ cells }) => cells.some(is));
  const cells = tree.slip.row[row]?.cells ?? [];
  const groups = groupsOf(cells);
  const at = groups.findIndex((group) => group.cells.some(is));
  const group = groups[at];
  if (!group) return false;
  const height = (of: { cells: Cell[] }): number => of.cells.at(-1)?.rows ?? 1;
  const neighbour = groups[at - 1] ?? groups[at + 1];
  const alone = groups.length === 1 && blocks(tree.slip.row).some((block) => block.from === row && block.count === 1);
  const room = neighbour?.cells.at(-1);
  if (alone) tree.slip.row.splice(row, 1);
  else if (neighbour && room && height(neighbour) === 1 && height(group) === 1) {
    room.w += group.cells.reduce((sum, cell) => sum + cell.w, 0);
    cells.splice(group.at, group.cells.length);
  } else return false;
  if (kind === "step") tree.step = tree.step?.filter((step) => step.key !== key);
  else tree.field = tree.field?.filter((field) => field.key !== key);
  return true;
}

/** Signs a step earlier or later. */
export function moveStep(tree: Tree, at: number, by: -1 | 1): void {
  const steps = tree.step ?? [];
  const [step, other] = [steps[at], steps[at + by]];
  if (!step || !other) return;
  steps[at] = other;
  steps[at + by] = step;
}

/** The heading of a cell: the printed label right before it. */
export function headingOf(tree: Tree, name: string): Cell | undefined {
  for (const { cells } of tree.slip.row) {
    const at = cells.findIndex((cell) => nameOf(cell) === name);
    if (at >= 0) return cells[at - 1]?.label === undefined ? undefined : cells[at - 1];
  }
  return undefined;
}

/** Gives a piece another name; a heading that said the old one says the new one too. */
export function rename(tree: Tree, name: string, old: string, text: string): void {
  const heading = headingOf(tree, name);
  if (heading?.label?.replaceAll("\n", "") === old) heading.label = text;
}
