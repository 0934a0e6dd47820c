import { expect, it } from "vitest";
import { inkProblem, inkSignatures, OUTSIDER, type InkLine } from "./ink";

const line = (step: string, over: Partial<InkLine> = {}): InkLine => ({
  step, title: step, mayBeOutsider: true, ticked: true, signer: "p1", outsider: "", ...over,
});

it("asks for the scan, a ticked box and every name", () => {
  expect(inkProblem(false, [line("a")])).toContain("扫描件");
  expect(inkProblem(true, [line("a", { ticked: false })])).toContain("勾选");
  expect(inkProblem(true, [line("a"), line("b", { signer: "" })])).toContain("「b」");
  expect(inkProblem(true, [line("a", { signer: OUTSIDER, outsider: " " })])).toContain("「a」");
  expect(inkProblem(true, [line("a")])).toBe("");
});

it("keeps the order of steps and names either a person or an outsider", () => {
  const lines = [line("a"), line("b", { ticked: false }), line("c", { signer: OUTSIDER, outsider: " 李四 " })];
  expect(inkSignatures(lines)).toEqual([
    { step: "a", signer: "p1", outsider: null },
    { step: "c", signer: null, outsider: "李四" },
  ]);
});
