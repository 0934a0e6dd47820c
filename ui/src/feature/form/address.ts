import type { Cell, FieldRef, Section } from "@/api";

/** The part of a form by name: `content`, `step:KEY`, `entry:TABLE` for a new row, `entry:TABLE/ROW` for a correction. */
export function placeOf(section: Section): string {
  if (section.kind === "content") return "content";
  if (section.kind === "step") return `step:${section.key}`;
  return section.row === null ? `entry:${section.table}` : `entry:${section.table}/${section.row}`;
}

/** One field on screen, by name. */
export function addressOf(section: Section, field: string, cell: Cell | null): string {
  const tail = cell ? `/${cell.row}/${cell.column}` : "";
  return `${placeOf(section)}/${field}${tail}`;
}

/** The `data-test` name of a field; also what its label points to. */
export function testName(section: Section, field: string, cell: Cell | null): string {
  const tail = cell ? `-${cell.row}-${cell.column}` : "";
  if (section.kind === "content") return `field-${field}${tail}`;
  return section.kind === "step" ? `step-${section.key}-${field}${tail}` : `entry-${section.table}-${field}${tail}`;
}

/** Puts the cursor where a problem is. Answers whether there is such a field on screen. */
export function focusField(at: FieldRef): boolean {
  const name = testName(at.section, at.field, at.cell);
  const found = document.querySelector<HTMLElement>(`[data-test="${CSS.escape(name)}"]`);
  const target = found?.matches("input, select, textarea, button") ? found : found?.querySelector<HTMLElement>("input, textarea, button");
  (found ?? target)?.scrollIntoView({ block: "center" });
  target?.focus();
  return target !== null && target !== undefined;
}
