import { calendarDay } from "@/shared/time";
import type { CalendarView } from "@/api";

/** What a day is: worked or free, and why. */
export type DayKind = "work" | "weekend" | "holiday" | "make_up";

export interface Day {
  date: string;
  number: number;
  kind: DayKind;
}

/** A month by weeks from Monday on; `null` where a day of another month stands. */
export interface Month {
  number: number;
  weeks: (Day | null)[][];
}

const WEEK_DAYS = 7;

/** The twelve months of a year; where the calendar says nothing, Monday to Friday are worked. */
export function months({ year, off, make_up }: Pick<CalendarView, "year" | "off" | "make_up">): Month[] {
  const [free, worked] = [new Set(off), new Set(make_up)];
  return Array.from({ length: 12 }, (_, month) => {
    const last = new Date(year, month + 1, 0).getDate();
    const days = Array.from({ length: last }, (_, at) => {
      const on = new Date(year, month, at + 1);
      const date = calendarDay(on);
      const weekend = on.getDay() === 0 || on.getDay() === 6;
      const kind: DayKind = worked.has(date) ? "make_up" : free.has(date) ? "holiday" : weekend ? "weekend" : "work";
      return { date, number: at + 1, kind };
    });
    const before = (new Date(year, month, 1).getDay() + 6) % WEEK_DAYS;
    const places = [...new Array<null>(before).fill(null), ...days];
    const weeks = Array.from({ length: Math.ceil(places.length / WEEK_DAYS) }, (_, week) =>
      Array.from({ length: WEEK_DAYS }, (_, at) => places[week * WEEK_DAYS + at] ?? null),
    );
    return { number: month + 1, weeks };
  });
}
