import type { LedgerRow } from "@/api";

/** What a form is about in one line; the unit is often a key field already. */
export function gist(row: LedgerRow): string {
  const parts = row.summary.includes(row.unit) ? [row.summary] : [row.unit, row.summary];
  return parts.filter((part) => part !== "").join(" · ") || "尚未填写";
}
