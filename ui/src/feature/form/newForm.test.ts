import type * as Api from "@/api";
import { createApp, h, nextTick } from "vue";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Commands, DefinitionBrief } from "@/api";
import NewFormDialog from "./NewFormDialog.vue";

const started: string[] = [];
const brief = (id: string, title: string, ledger: string, may_create = true): DefinitionBrief => ({
  id, title, ledger, may_create, digest: `digest-${id}`, version: 1, ledger_title: `${ledger}台账`,
});
const DEFINITIONS = [
  brief("a", "应用系统使用申请表", "权限"), brief("b", "值集变更单", "变更"), brief("c", "故障报告单", "故障"),
  brief("d", "故障分析", "故障"), brief("f", "申请表", "权限"), brief("e", "别人的单据", "故障", false),
];

vi.mock("@/api", async (original) => ({
  ...(await original<typeof Api>()),
  call: async (command: keyof Commands, request: { definition: string }) => {
    if (command === "definitions") return { definitions: DEFINITIONS };
    started.push(request.definition);
    return { form: "draft-1" };
  },
}));

const search = (): HTMLInputElement => document.querySelector("[data-test=new-form-search]") as HTMLInputElement;
const shown = (): string[] => [...document.querySelectorAll(".form")].map((form) => form.textContent ?? "");
const press = async (key: string): Promise<void> => {
  search().dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  await nextTick();
};
const type = async (text: string): Promise<void> => {
  search().value = text;
  search().dispatchEvent(new Event("input"));
  await nextTick();
};

beforeEach(async () => {
  started.length = 0;
  createApp({ render: () => h(NewFormDialog) }).mount(document.body.appendChild(document.createElement("div")));
  await vi.waitFor(() => expect(shown().length).toBeGreaterThan(0), { timeout: 8_000 });
});
afterEach(() => document.body.replaceChildren());

it("offers what the person may start, by ledger", () => {
  expect(shown()).toEqual(["应用系统使用申请表", "申请表", "值集变更单", "故障报告单", "故障分析"]);
  expect([...document.querySelectorAll("h3")].map((title) => title.textContent)).toEqual(["权限台账", "变更台账", "故障台账"]);
});

it("starts a form by keys alone: initials, an arrow, Enter", async () => {
  await type("gz");
  expect(shown()).toEqual(["故障报告单", "故障分析"]);
  await press("ArrowDown");
  await press("Enter");
  expect(started).toEqual(["digest-d"]);
});

it("takes a whole title for that form, not for a longer one before it", async () => {
  await type("申请表");
  await press("Enter");
  expect(started).toEqual(["digest-f"]);
});

it("says so when nothing fits, and starts nothing", async () => {
  await type("没有");
  expect(shown()).toEqual([]);
  expect(document.querySelector("[data-test=new-form-none]")).not.toBeNull();
  await press("Enter");
  expect(started).toEqual([]);
});
