import { expect, it } from "vitest";
import { bytes, percent } from "./exchange";

it("never shows more than everything", () => {
  expect([percent(0, 0), percent(1, 3), percent(5, 3)]).toEqual([0, 33, 100]);
});

it("says sizes as people do", () => {
  expect([bytes(12), bytes(2048), bytes(3 * 1024 ** 3)]).toEqual(["12 字节", "2.0 KB", "3.0 GB"]);
});
