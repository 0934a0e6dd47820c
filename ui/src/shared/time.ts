// Times as people say them. Input is RFC 3339; output is in the zone of the office, UTC+8, as on paper.

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const OFFICE_MS = 8 * HOUR_MS;

/** The same moment with the office's day and hour in its UTC fields. */
const office = (at: Date): Date => new Date(at.getTime() + OFFICE_MS);

const two = (value: number): string => String(value).padStart(2, "0");

/** `2026-02-14` of a date that stands for a day of the calendar, whatever its hour. */
export function calendarDay(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** `2026-02-14`, the day of a moment. */
export function day(at: Date): string {
  return office(at).toISOString().slice(0, 10);
}

/** `2026-02-14 08:50`; empty for an empty or unreadable time. */
export function stamp(rfc3339: string | null): string {
  const at = read(rfc3339);
  return at ? `${day(at)} ${hours(at)}` : "";
}

/** `10:32:05`. */
export function clock(rfc3339: string | null): string {
  const at = read(rfc3339);
  return at ? `${hours(at)}:${two(at.getSeconds())}` : "";
}

/** 「刚刚」「12 分钟前」「今天 08:50」「昨天 16:20」「前天 16:20」「2月14日 08:50」「2025-12-31」. */
export function ago(rfc3339: string, now: Date): string {
  const at = read(rfc3339);
  if (!at) return "";
  const passed = now.getTime() - at.getTime();
  const time = hours(at);
  if (passed >= 0 && passed < MINUTE_MS) return "刚刚";
  if (passed >= 0 && passed < HOUR_MS) return `${Math.floor(passed / MINUTE_MS)} 分钟前`;
  const days = daysSince1970(now) - daysSince1970(at);
  const named = ["今天", "昨天", "前天"][days];
  if (named) return `${named} ${time}`;
  const [year, month, date] = day(at).split("-");
  return year === day(now).slice(0, 4) ? `${Number(month)}月${Number(date)}日 ${time}` : day(at);
}

/** 「45 秒」「5 分 20 秒」, for a countdown. */
export function span(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds} 秒` : `${minutes} 分 ${two(seconds % 60)} 秒`;
}

/** Reads `2026-02-14 08:50` as a time of the office, as RFC 3339 with offset; `null` when it is not one. */
export function fromStamp(text: string): string | null {
  const parts = /^(\d{4})-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{2})$/.exec(text.trim());
  if (!parts) return null;
  const [year, month, date, hour, minute] = parts.slice(1).map(Number) as [number, number, number, number, number];
  const typed = `${year}-${two(month)}-${two(date)} ${two(hour)}:${two(minute)}`;
  const at = new Date(Date.UTC(year, month - 1, date, hour, minute) - OFFICE_MS);
  return stamp(at.toISOString()) === typed ? `${day(at)}T${hours(at)}:00+08:00` : null;
}

/** `08:50`. */
function hours(at: Date): string {
  return office(at).toISOString().slice(11, 16);
}

function daysSince1970(at: Date): number {
  return Math.floor(office(at).getTime() / DAY_MS);
}

function read(rfc3339: string | null): Date | null {
  if (!rfc3339) return null;
  const at = new Date(rfc3339);
  return Number.isNaN(at.getTime()) ? null : at;
}
