import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { nextTick } from "vue";
import type { Command, Designed } from "@/api";
import { openDesigner } from "./designer";
import { kept } from "./kept";

const TREE = { title: "样表", field: [{ key: "unit", label: "单位", type: "unit" }], slip: { row: [{ cells: [{ field: "unit", w: 24 }] }] } };
const well = (texts: string[]): Designed => ({
  changes: texts.map((text) => ({ text, falls: false })),
  warnings: [],
  faults: [],
  slip: { pdf: `slip of ${texts.length}`, pages: 1 },
});
let asked: string[] = [];
let answers: (() => Promise<Designed>)[] = [];

vi.mock("@/api", () => ({
  asRefusal: (thrown: unknown) => thrown,
  call: async (command: Command, request: { tree?: string }) => {
    if (command === "design_open") return { definition: "base", tree: JSON.stringify(TREE), version: 2, may_change: true };
    asked.push(request.tree ?? "");
    return (answers.shift() ?? (async () => well([])))();
  },
}));

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  asked = [];
  answers = [];
});
afterEach(() => void vi.useRealTimers());

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(1_000);

it("judges what was changed once the keys rest, and shows the new slip", async () => {
  const designer = await openDesigner("base", "p1");
  await settle();
  expect([designer.pdf.value, designer.ready.value], "the form as it is").toEqual(["slip of 0", false]);
  answers = [async () => well(["标题改了"])];
  designer.tree.value.title = "新";
  await nextTick();
  expect([designer.stale.value, designer.ready.value], "not judged yet").toEqual([true, false]);
  designer.tree.value.title = "新样表";
  await settle();
  expect(asked, "one question for all keys").toHaveLength(2);
  expect(JSON.parse(asked[1] ?? "")).toMatchObject({ title: "新样表" });
  expect([designer.pdf.value, designer.ready.value]).toEqual(["slip of 1", true]);
  designer.close();
});

it("keeps the last good slip beside a fault, and says which piece it is about", async () => {
  const designer = await openDesigner("base", "p1");
  await settle();
  answers = [async () => ({ changes: [], warnings: [], faults: [{ code: "DEF-WORDS", message: "名称为空", place: "field.0.label" }], slip: null })];
  const [field] = designer.tree.value.field ?? [];
  if (field) field.label = "";
  await settle();
  expect(designer.pdf.value).toBe("slip of 0");
  expect(designer.ready.value).toBe(false);
  expect(designer.notesOf("field:unit").map((note) => note.code)).toEqual(["DEF-WORDS"]);
  designer.close();
});

it("does not take the answer to an older question", async () => {
  const designer = await openDesigner("base", "p1");
  await settle();
  let late: (answer: Designed) => void = () => undefined;
  answers = [() => new Promise((resolve) => (late = resolve)), async () => well(["一", "二"])];
  designer.tree.value.title = "一";
  await settle();
  designer.tree.value.title = "二";
  await settle();
  late(well(["一"]));
  await settle();
  expect(designer.changes.value).toHaveLength(2);
  designer.close();
});

it("keeps what was changed for the person who changed it, until it is in use or undone", async () => {
  const first = await openDesigner("base", "p1");
  first.tree.value.title = "改了一半";
  await settle();
  first.close();
  const again = await openDesigner("base", "p1");
  expect(again.tree.value.title).toBe("改了一半");
  expect((await openDesigner("base", "p2")).tree.value.title, "not shown to another").toBe("样表");
  again.undo();
  await settle();
  expect([again.tree.value.title, kept("p1", "base")]).toEqual(["样表", null]);
  again.tree.value.title = "再改";
  await settle();
  again.done();
  again.close();
  expect(kept("p1", "base")).toBeNull();
});
