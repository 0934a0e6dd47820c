import { expect, it } from "vitest";
import type { LeafView } from "@/api";
import { compare } from "./fork";

const leaf = (fields: Record<string, string>, files: string[] = []): LeafView => ({
  revision: "r", name: "张三", at: "2026-02-14T10:32:05+08:00", own: false, shown: false,
  fields: Object.entries(fields).map(([label, shown]) => ({ label, shown })),
  attachments: files.map((digest) => ({ slot: "files", name: "通知.pdf", media: "application/pdf", size_bytes: 1, digest })),
});

it("shows where revisions differ, also where one says nothing", () => {
  const lines = compare([leaf({ 事由: "一", 电话: "1" }), leaf({ 事由: "二", 电话: "1", 备注: "急" })]);
  expect(lines).toEqual([
    { label: "事由", texts: ["一", "二"], differs: true },
    { label: "电话", texts: ["1", "1"], differs: false },
    { label: "备注", texts: ["", "急"], differs: true },
  ]);
});

it("tells files of one name apart, and puts them last", () => {
  const lines = compare([leaf({}, ["aa"]), leaf({ 事由: "一" }, ["bb"])]);
  expect(lines.map((line) => [line.label, line.differs])).toEqual([["事由", true], ["附件", true]]);
});
