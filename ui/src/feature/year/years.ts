import type { PastYear, YearCount } from "@/api";

/** How a number of a series is printed in its four digits. */
const serial = (number: number): string => String(number).padStart(4, "0");

/** Where the series of a year stand: 「编号到 权申〔2026〕第0012号、值变〔2026〕第0003号。」; empty for none. */
export function ends({ year, series }: YearCount): string {
  if (series.length === 0) return "";
  return `编号到 ${series.map((one) => `${one.series}〔${year}〕第${serial(one.last)}号`).join("、")}。`;
}

/** Whether a past year is closed. */
export const standing = (past: PastYear): "closed" | "open" => (past.closed ? "closed" : "open");
