import { expect, it } from "vitest";
import { matches } from "./pinyin";

it("finds a title by its words", () => {
  expect(matches("应用系统使用申请表", "申请")).toBe(true);
  expect(matches("应用系统使用申请表", "申 请")).toBe(true);
  expect(matches("应用系统使用申请表", "报修")).toBe(false);
});

it("finds a title by pinyin initials, from any character on", () => {
  expect(matches("应用系统使用申请表", "yyxt")).toBe(true);
  expect(matches("应用系统使用申请表", "SQB")).toBe(true);
  expect(matches("《版本升级或服务器维护控制表》", "bbsjhfwqwhkzb")).toBe(true);
  expect(matches("应用系统使用申请表", "sqd")).toBe(false);
});

it("knows characters with two readings", () => {
  for (const initials of ["mydcb", "mytcb"]) expect(matches("满意调查表", initials), initials).toBe(true);
  expect(matches("会计", "kj")).toBe(true);
  expect(matches("行政区划", "xzqh")).toBe(true);
  expect(matches("银行账户", "yhzh")).toBe(true);
});

it("finds codes as they are written", () => {
  expect(matches("C040 预算单位信息变更", "c040")).toBe(true);
  expect(matches("C040 预算单位信息变更", "040")).toBe(true);
  expect(matches("C040 预算单位信息变更", "ysdw")).toBe(true);
});
