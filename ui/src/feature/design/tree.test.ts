import { expect, it } from "vitest";
import { pieceAt } from "./place";
import { addField, addStep, blocks, headingOf, moveBlock, moveCell, moveStep, nameOf, remove, rename, type Tree } from "./tree";

/** A slip of three blocks: two fields side by side, a table that reaches over two rows, two steps. */
function sample(): Tree {
  return {
    title: "样表",
    field: [
      { key: "unit", label: "单位", type: "unit" },
      { key: "day", label: "日期", type: "date" },
      { key: "items", label: "明细", type: "table", columns: [{ key: "what", label: "内容", type: "text" }] },
      { key: "note", label: "备注", type: "text" },
    ],
    step: [
      { key: "head", title: "负责人意见", roles: ["unit_head"], need: 1, bar: true, ink: "allowed", outsider: false },
      { key: "center", title: "信息中心核准", roles: ["info_center"], need: 1, bar: true, ink: "no", outsider: false },
    ],
    slip: {
      row: [
        { h: 9, cells: [{ label: "单位", w: 3 }, { field: "unit", w: 12 }, { label: "日期", w: 3 }, { field: "day", w: 6 }] },
        { cells: [{ label: "明细", w: 3, rows: 2 }, { table: "items", w: 15, rows: 2 }, { label: "备注", w: 6 }] },
        { cells: [{ field: "note", w: 6 }] },
        { h: 22, cells: [{ label: "负责人\n意见", w: 3 }, { step: "head", w: 9 }, { label: "核准", w: 3 }, { step: "center", w: 9 }] },
      ],
    },
  };
}

const order = (tree: Tree): string[] => tree.slip.row.flatMap((row) => row.cells.map(nameOf)).filter((name) => name !== "");
const widths = (tree: Tree): number[] => {
  const open: number[] = [];
  return tree.slip.row.map((row) => {
    const above = open.splice(0).reduce((sum, width) => sum + width, 0);
    for (const cell of row.cells) if ((cell.rows ?? 1) > 1) open.push(cell.w);
    return above + row.cells.reduce((sum, cell) => sum + cell.w, 0);
  });
};

it("takes rows that a cell reaches over as one block", () => {
  const all = blocks(sample().slip.row);
  expect(all.map(({ from, count }) => [from, count])).toEqual([[0, 1], [1, 2], [3, 1]]);
  const note = all[1]?.cells.find(({ cell }) => cell.field === "note");
  expect([note?.column, note?.line], "below the label, beside what reaches down").toEqual([19, 2]);
});

it("moves a block whole, and its fields with it in the order of the form", () => {
  const tree = sample();
  moveBlock(tree, 1, -1);
  expect(order(tree)).toEqual(["table:items", "field:note", "field:unit", "field:day", "step:head", "step:center"]);
  expect(tree.field?.map((field) => field.key)).toEqual(["items", "note", "unit", "day"]);
  moveBlock(tree, 0, 1);
  expect(tree, "and back again").toEqual(sample());
  moveBlock(tree, 0, -1);
  expect(tree, "nothing lies above the first").toEqual(sample());
});

it("moves a cell with its heading over its neighbour", () => {
  const tree = sample();
  expect(moveCell(tree, 0, 3, -1)).toBe(true);
  expect(tree.slip.row[0]?.cells).toEqual([{ label: "日期", w: 3 }, { field: "day", w: 6 }, { label: "单位", w: 3 }, { field: "unit", w: 12 }]);
  expect(tree.field?.map((field) => field.key)).toEqual(["day", "unit", "items", "note"]);
  expect(moveCell(tree, 0, 1, -1), "nothing lies before the first").toBe(false);
  expect(moveCell(tree, 1, 1, 1), "what reaches over rows stays").toBe(false);
});

it("adds a field with a row of its own, under a key that nothing has", () => {
  const tree = sample();
  expect(addField(tree, 0, "房号", "text")).toBe("own_1");
  expect(addField(tree, 1, "类别", "choice")).toBe("own_2");
  expect(tree.field?.map((field) => field.key), "in the order of the slip").toEqual(["unit", "day", "own_1", "own_2", "items", "note"]);
  expect(tree.slip.row[1]?.cells).toEqual([{ label: "房号", w: 3 }, { field: "own_1", w: 21 }]);
  expect(tree.field?.[3]?.options, "a choice has something to choose").toHaveLength(2);
  expect(addField(tree, 99, "清单", "table"), "below everything").toBe("own_3");
  expect(tree.slip.row.at(-1)?.cells.at(-1)).toEqual({ table: "own_3", w: 21 });
  expect(new Set(widths(tree))).toEqual(new Set([24]));
});

it("adds a step that bars those who filled the form", () => {
  const tree = sample();
  const key = addStep(tree, 2, "分管领导意见", ["leader"]);
  expect(tree.step?.at(-1)).toMatchObject({ key, title: "分管领导意见", roles: ["leader"], need: 1, bar: true });
  expect(order(tree).at(-1)).toBe(`step:${key}`);
});

it("takes a field off the form and gives its room to its neighbour", () => {
  const tree = sample();
  expect(remove(tree, "field", "day")).toBe(true);
  expect(tree.slip.row[0]?.cells).toEqual([{ label: "单位", w: 3 }, { field: "unit", w: 21 }]);
  expect(remove(tree, "field", "unit"), "a row by itself goes").toBe(true);
  expect(tree.slip.row).toHaveLength(3);
  expect(remove(tree, "field", "items"), "what reaches over rows cannot go by itself").toBe(false);
  expect(remove(tree, "step", "head")).toBe(true);
  expect(tree.step?.map((step) => step.key)).toEqual(["center"]);
  expect(new Set(widths(tree))).toEqual(new Set([24]));
  expect(tree.field?.map((field) => field.key)).toEqual(["items", "note"]);
});

it("signs a step earlier or later", () => {
  const tree = sample();
  moveStep(tree, 1, -1);
  expect(tree.step?.map((step) => step.key)).toEqual(["center", "head"]);
  moveStep(tree, 0, -1);
  expect(tree.step?.map((step) => step.key), "nothing comes before the first").toEqual(["center", "head"]);
});

it("renames the heading on paper with the piece, as long as they say the same", () => {
  const tree = sample();
  rename(tree, "step:head", "负责人意见", "主要负责人意见");
  expect(headingOf(tree, "step:head")?.label).toBe("主要负责人意见");
  rename(tree, "step:center", "信息中心核准", "信息中心意见");
  expect(headingOf(tree, "step:center")?.label, "one that was worded by itself stays").toBe("核准");
  expect(headingOf(tree, "field:note"), "the heading of another row is not its own").toBeUndefined();
});

it("finds the piece that a place of the desk is about", () => {
  const tree = sample();
  expect(pieceAt(tree, "field.1.label")).toBe("field:day");
  expect(pieceAt(tree, "field.2.columns.0.label")).toBe("table:items");
  expect(pieceAt(tree, "step.1.roles.0")).toBe("step:center");
  expect(pieceAt(tree, "slip.row.0.cells.1.w")).toBe("field:unit");
  for (const place of ["", "title", "gate.0.require", "field.9", "slip", "slip.row.7", "slip.row.0.cells.0"]) expect(pieceAt(tree, place)).toBe("");
});
