// Times as people say them. Input is RFC 3339; output is in this PC's time zone.

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const two = (value: number): string => String(value).padStart(2, "0");

/** `2026-02-14`. */
export function day(at: Date): string {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** `2026-02-14 08:50`; empty for an empty or unreadable time. */
export function stamp(rfc3339: string | null): string {
  const at = read(rfc3339);
  return at ? `${day(at)} ${two(at.getHours())}:${two(at.getMinutes())}` : "";
}

/** `10:32:05`. */
export function clock(rfc3339: string | null): string {
  const at = read(rfc3339);
  return at ? `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}` : "";
}

/** 「刚刚」「12 分钟前」「今天 08:50」「昨天 16:20」「前天 16:20」「2月14日 08:50」「2025-12-31」. */
export function ago(rfc3339: string, now: Date): string {
  const at = read(rfc3339);
  if (!at) return "";
  const passed = now.getTime() - at.getTime();
  const time = `${two(at.getHours())}:${two(at.getMinutes())}`;
  if (passed >= 0 && passed < MINUTE_MS) return "刚刚";
  if (passed >= 0 && passed < HOUR_MS) return `${Math.floor(passed / MINUTE_MS)} 分钟前`;
  const days = Math.round((midnight(now) - midnight(at)) / DAY_MS);
  const named = ["今天", "昨天", "前天"][days];
  if (named) return `${named} ${time}`;
  if (at.getFullYear() === now.getFullYear()) return `${at.getMonth() + 1}月${at.getDate()}日 ${time}`;
  return day(at);
}

/** 「45 秒」「5 分 20 秒」, for a countdown. */
export function span(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds} 秒` : `${minutes} 分 ${two(seconds % 60)} 秒`;
}

/** Reads `2026-02-14 08:50` as a time in this PC's zone, as RFC 3339 with offset; `null` when it is not one. */
export function fromStamp(text: string): string | null {
  const parts = /^(\d{4})-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{2})$/.exec(text.trim());
  if (!parts) return null;
  const [year, month, date, hour, minute] = parts.slice(1).map(Number) as [number, number, number, number, number];
  const at = new Date(year, month - 1, date, hour, minute);
  const same = at.getMonth() === month - 1 && at.getDate() === date && at.getHours() === hour && at.getMinutes() === minute;
  return same ? `${day(at)}T${two(hour)}:${two(minute)}:00${offset(at)}` : null;
}

function offset(at: Date): string {
  const minutes = -at.getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

function midnight(at: Date): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}

function read(rfc3339: string | null): Date | null {
  if (!rfc3339) return null;
  const at = new Date(rfc3339);
  return Number.isNaN(at.getTime()) ? null : at;
}
