import type { Changed } from "@/api";
import { stamp } from "@/shared/time";

/** Who changed a setting last, in one line; empty while nobody did. */
export function changedBy(changed: Changed | null): string {
  return changed ? [changed.name, stamp(changed.at), `登记簿第 ${changed.entry} 号`].filter((part) => part !== "").join(" · ") : "";
}
