import { describe, expect, it } from "vitest";
import type { GridCell, GridContent } from "@/api";
import { place, shownIn } from "./grid";

const cell = (width: number, content: GridContent, rows = 1): GridCell => ({ width, rows, content });
const label = (text: string): GridContent => ({ kind: "label", text });
const field = (key: string): GridContent => ({ kind: "field", field: key });

describe("place", () => {
  it("puts cells side by side and ties a label to its field", () => {
    const placed = place([{ cells: [cell(3, label("单位")), cell(21, field("unit"))] }]);
    expect(placed.map(({ column, row, width, names }) => [column, row, width, names])).toEqual([
      [1, 1, 3, "unit"],
      [4, 1, 21, null],
    ]);
  });

  it("goes around cells that span down", () => {
    const placed = place([
      { cells: [cell(3, label("签批"), 2), cell(21, { kind: "step", step: "a" })] },
      { cells: [cell(9, { kind: "step", step: "b" }), cell(12, label("说明"))] },
    ]);
    expect(placed.map(({ column, row, rows }) => [column, row, rows])).toEqual([
      [1, 1, 2],
      [4, 1, 1],
      [4, 2, 1],
      [13, 2, 1],
    ]);
  });

  it("never leaves the paper", () => {
    const placed = place([{ cells: [cell(20, label("a")), cell(20, label("b")), cell(4, label("c"))] }]);
    expect(placed.map(({ column, width }) => column + width - 1)).toEqual([20, 24]);
  });
});

it("knows what the grid shows", () => {
  const shown = shownIn([{ cells: [cell(12, field("x")), cell(12, { kind: "entry", table: "done" })] }]);
  expect([...shown.fields, ...shown.steps, ...shown.tables]).toEqual(["x", "done"]);
});
