import type { Level } from "@/api";

/** Administrative levels with their names. */
export const LEVELS: readonly { value: Level; title: string }[] = [
  { value: "province", title: "省级" },
  { value: "city", title: "市级" },
  { value: "county", title: "县（区）级" },
];
