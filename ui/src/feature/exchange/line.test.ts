import { expect, it } from "vitest";
import { paceWords } from "./line";

it("says how far an exchange is, also while the total is not known", () => {
  expect(paceWords({ step: null, done: 0, total: 0 })).toBe("正在连接交换端");
  expect(paceWords({ step: "pull_registry", done: 0, total: 0 })).toBe("正在收名册");
  expect(paceWords({ step: "pull_registry", done: 40, total: 0 })).toBe("正在收名册：40 项");
  expect(paceWords({ step: "push_events", done: 3, total: 12 })).toBe("正在送出：3，共 12 项");
});
