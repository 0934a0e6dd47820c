import { expect, it } from "vitest";
import { ends, standing } from "./years";

const count = { year: 2026, forms: 3, series: [{ series: "权申", last: 12 }, { series: "值变", last: 3 }] };

it("says where the numbers of a year stand, as they are printed", () => {
  expect(ends(count)).toBe("编号到 权申〔2026〕第0012号、值变〔2026〕第0003号。");
  expect(ends({ ...count, series: [] })).toBe("");
});

it("tells a closed year from an open one", () => {
  expect(standing({ count, closed: null, carried: 0, open: [] })).toBe("open");
  expect(standing({ count, closed: { entry: 9, name: "赵六", at: "" }, carried: 2, open: [] })).toBe("closed");
});
