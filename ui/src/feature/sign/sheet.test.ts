import { createApp, h } from "vue";
import { afterEach, expect, it } from "vitest";
import type { SignSheet } from "@/api";
import SheetView from "./SheetView.vue";

const digest = "1111 2222 3333 4444 5555 6666 7777 8888";
const sheet: SignSheet = {
  request: "r1", action: "送签", title: "权限申请表", number: "", signer: "李四", fields: [], attachments: [], digest,
  content: "", definition: "", events: ["送签"], weakened: [], warnings: [],
};

afterEach(() => document.body.replaceChildren());

it("has four groups read aloud and the whole code beneath", () => {
  createApp({ render: () => h(SheetView, { sheet }) }).mount(document.body.appendChild(document.createElement("div")));
  expect(document.querySelector("[data-test=sign-digest]")?.textContent).toBe("1111 2222 3333 4444");
  expect(document.querySelector("[data-test=sign-codes] dd")?.textContent).toBe(digest);
});
