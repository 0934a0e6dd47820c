import { createApp, h } from "vue";
import { expect, it } from "vitest";
import WorkList from "./WorkList.vue";

const said = (cut: boolean): string | undefined => {
  const list = document.createElement("div");
  createApp({ render: () => h(WorkList, { title: "临期与超时", count: 100, empty: "没有。", test: "clocks", cut }) }).mount(list);
  return list.querySelector("[data-test=clocks-cut]")?.textContent ?? undefined;
};

it("says where a list ends before everything is told", () => {
  expect(said(false)).toBeUndefined();
  expect(said(true)).toContain("没有列全");
});
