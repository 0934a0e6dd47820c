import { describe, expect, it } from "vitest";
import { ago, clock, fromStamp, span, stamp } from "./time";

const now = new Date("2026-02-14T10:32:05+08:00");
const local = (year: number, month: number, day: number, hour: number, minute: number): string =>
  new Date(Date.UTC(year, month - 1, day, hour - 8, minute)).toISOString();

describe("ago", () => {
  it.each([
    [new Date(now.getTime() - 20_000).toISOString(), "刚刚"],
    [local(2026, 2, 14, 10, 20), "12 分钟前"],
    [local(2026, 2, 14, 8, 50), "今天 08:50"],
    [local(2026, 2, 13, 23, 59), "昨天 23:59"],
    [local(2026, 2, 12, 16, 20), "前天 16:20"],
    [local(2026, 1, 3, 9, 5), "1月3日 09:05"],
    [local(2025, 12, 31, 9, 5), "2025-12-31"],
    ["", ""],
  ])("%s is said as %s", (at, said) => expect(ago(at, now)).toBe(said));

  it("does not call the future past", () => {
    expect(ago(local(2026, 2, 14, 18, 0), now)).toBe("今天 18:00");
  });
});

it("writes stamps and clocks", () => {
  expect(stamp(local(2026, 2, 14, 8, 50))).toBe("2026-02-14 08:50");
  expect(clock(now.toISOString())).toBe("10:32:05");
  expect(stamp(null)).toBe("");
  expect(stamp("no time")).toBe("");
});

it("counts down", () => {
  expect(span(45)).toBe("45 秒");
  expect(span(320)).toBe("5 分 20 秒");
});

it("reads a stamp back in the zone of the office, and refuses days that do not exist", () => {
  const read = fromStamp("2026-02-14 08:50");
  expect(read && stamp(read)).toBe("2026-02-14 08:50");
  expect(read).toBe("2026-02-14T08:50:00+08:00");
  expect(fromStamp("2026-02-30 08:50")).toBeNull();
  expect(fromStamp("昨天")).toBeNull();
});
