import { expect, it } from "vitest";
import { months } from "./months";

const [january, february] = months({ year: 2026, off: ["2026-01-01", "2026-02-17"], make_up: ["2026-02-14"] });
const days = [january, february].flatMap((month) => month?.weeks.flat() ?? []);
const kind = (date: string): string | undefined => days.find((one) => one?.date === date)?.kind;

it("lays a month out from Monday", () => {
  expect(january?.weeks[0]?.map((one) => one?.number ?? 0), "2026-01-01 is a Thursday").toEqual([0, 0, 0, 1, 2, 3, 4]);
  expect(january?.weeks.at(-1)?.map((one) => one?.number ?? 0)).toEqual([26, 27, 28, 29, 30, 31, 0]);
  expect(february?.weeks.flat().filter((one) => one !== null)).toHaveLength(28);
});

it("tells holidays and make-up days from plain days and weekends", () => {
  expect(kind("2026-01-01")).toBe("holiday");
  expect(kind("2026-01-02")).toBe("work");
  expect(kind("2026-01-03")).toBe("weekend");
  expect(kind("2026-02-14"), "a Saturday that is worked").toBe("make_up");
  expect(kind("2026-02-17")).toBe("holiday");
});
