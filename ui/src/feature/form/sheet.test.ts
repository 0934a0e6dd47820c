import type * as Api from "@/api";
import { createApp, h, nextTick, provide, ref } from "vue";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Commands, DraftSet, FieldView, FormPage, SectionView, StepView } from "@/api";
import { ACTIONS, type FormActions } from "./actions";
import FormSheet from "./FormSheet.vue";
import { FORM, openForm, type FormModel } from "./model";

const sent: DraftSet[] = [];
const REFUSED = "拒绝";
let page: FormPage;

vi.mock("@/api", async (original) => ({
  ...(await original<typeof Api>()),
  call: async (command: keyof Commands, request: unknown) => {
    if (command === "form_get") return structuredClone(page);
    sent.push(request as DraftSet);
    const { field, text } = request as DraftSet;
    const fields = page.content.fields.map((one) => (one.key === field ? { ...one, text, shown: text } : one));
    page.content = { ...page.content, fields };
    if (text === REFUSED) throw new Error("refused");
    page.actions = page.actions.map((offer) => ({ ...offer, problems: [] }));
    return { form: page.form, section: structuredClone(page.content), saved_at: "2026-02-14T10:32:05+08:00" };
  },
}));

const field = (key: string, over: Partial<FieldView> = {}): FieldView => ({
  key, label: key, kind: "text", required: false, editable: true, max: 100, help: "", text: "", shown: "", note: "",
  options: [], groups: [], columns: [], rows: [], problem: null, ...over,
});
const part = (section: SectionView["section"], editable: boolean, fields: FieldView[]): SectionView => ({
  section, editable, fields, attachments: [],
});
const step = (key: string, over: Partial<StepView>): StepView => ({
  key, position: 0, title: key, roles: [], state: "waiting", need: 1, signed: 0, ink: "no", outsider: false, sign_offs: [],
  section: part({ kind: "step", key }, false, [field("opinion")]), ...over,
});

beforeEach(() => {
  sent.length = 0;
  page = {
    form: "draft-1",
    definition: { digest: "d", id: "x", title: "申请表", version: 1, ledger: "l", ledger_title: "台账", may_create: true },
    number: null, working_number: null, status: "draft", status_text: "草稿",
    content: part({ kind: "content" }, true, [
      field("unit"),
      field("amount", { kind: "money", text: "1234567.5", shown: "1,234,567.50", note: "壹佰贰拾叁万肆仟伍佰陆拾柒元伍角整" }),
      field("below"),
    ]),
    leaves: [],
    steps: [
      step("mine", { state: "current", section: part({ kind: "step", key: "mine" }, true, [field("opinion")]) }),
      step("done", {
        state: "passed",
        sign_offs: [{ name: "甲（乙代）", at: "2026-02-14T08:50:00+08:00", ink: false, counts: false, void_reason: "已退回", fields: [], scan: null }],
      }),
    ],
    tables: [], links: [], clocks: [], tickers: [], gauges: [], alerts: [], follows: [],
    grid: [
      { cells: [{ width: 3, rows: 1, content: { kind: "label", text: "单位" } }, { width: 21, rows: 1, content: { kind: "field", field: "unit" } }] },
      { cells: [{ width: 24, rows: 1, content: { kind: "field", field: "amount" } }] },
      { cells: [{ width: 12, rows: 1, content: { kind: "step", step: "mine" } }, { width: 12, rows: 1, content: { kind: "step", step: "done" } }] },
    ],
    history: [], findings: [], next: [], actions: [], copies: [], saved_at: null,
  };
});
afterEach(() => document.body.replaceChildren());

const idle = (): FormActions => ({
  asking: ref(null), paper: ref(false), blocked: ref(null), running: ref(false), refusal: ref(null),
  start: async () => undefined, sign: async () => false, entry: async () => false,
});
const at = (name: string): HTMLElement => {
  const found = document.querySelector<HTMLElement>(`[data-test="${name}"]`);
  if (!found) throw new Error(`${name} is not on screen`);
  return found;
};
const input = (name: string): HTMLInputElement => at(name) as HTMLInputElement;

async function show(): Promise<FormModel> {
  let model: FormModel | undefined;
  createApp({
    setup() {
      const opened = openForm("draft-1");
      model = opened;
      provide(FORM, opened);
      provide(ACTIONS, idle());
      return () => (opened.page.value ? h(FormSheet, { page: opened.page.value }) : null);
    },
  }).mount(document.body.appendChild(document.createElement("div")));
  if (!model) throw new Error("not set up");
  await model.reload();
  await nextTick();
  return model;
}

it("lays the form out as the paper: labels name their fields, what is not on paper stands below", async () => {
  await show();
  const label = document.querySelector<HTMLLabelElement>("label.label");
  expect(label?.textContent).toBe("单位");
  expect(label?.htmlFor).toBe(at("field-unit").id);
  expect(label?.style.gridColumn).toBe("1 / span 3");
  expect(at("field-below").closest(".grid"), "not on the paper").toBeNull();
});

it("lights the box that is mine and shows the others with name, time and what voids them", async () => {
  await show();
  expect(at("box-mine").classList.contains("mine")).toBe(true);
  expect(at("step-mine-opinion").tagName).toBe("INPUT");
  expect(at("box-done").textContent).toContain("甲（乙代）");
  expect(at("box-done").textContent).toContain("已作废：已退回");
  expect(document.querySelector("[data-test='step-done-opinion']"), "nothing to write in another's box").toBeNull();
});

it("shows amounts in groups and in words, and as typed while they are typed", async () => {
  await show();
  const amount = input("field-amount");
  expect(amount.value).toBe("1,234,567.50");
  expect(amount.classList.contains("number")).toBe(true);
  expect(document.body.textContent).toContain("壹佰贰拾叁万肆仟伍佰陆拾柒元伍角整");
  amount.dispatchEvent(new FocusEvent("focus"));
  await nextTick();
  expect(amount.value).toBe("1234567.5");
});

it("stores what is typed and keeps it on screen until the desk has it", async () => {
  const model = await show();
  const unit = input("field-unit");
  unit.dispatchEvent(new FocusEvent("focus"));
  unit.value = "国库科";
  unit.dispatchEvent(new Event("input"));
  expect(await model.flush()).toBe(true);
  await nextTick();
  expect(sent).toEqual([{ form: "draft-1", section: { kind: "content" }, field: "unit", cell: null, text: "国库科" }]);
  expect(unit.value).toBe("国库科");
  expect(model.typedAt("content/unit"), "held while the cursor is in it").toBe("国库科");
  unit.dispatchEvent(new FocusEvent("blur"));
  await model.flush();
  await nextTick();
  expect(model.typedAt("content/unit")).toBeUndefined();
  expect(unit.value).toBe("国库科");
});

it("tells what is still missing as soon as typing rests, also after something was refused", async () => {
  const problem = { code: "FIELD-REQUIRED", message: "必填", field: null };
  page.actions = [{ action: "submit", label: "送签", place: null, on_behalf: null, problems: [problem] }];
  const model = await show();
  const missing = (): number | undefined => model.page.value?.actions[0]?.problems.length;
  expect(missing()).toBe(1);
  for (const [name, text] of [["field-unit", "国库科"], ["field-below", REFUSED]] as const) {
    input(name).value = text;
    input(name).dispatchEvent(new Event("input"));
    await model.flush();
  }
  await vi.waitFor(() => expect(missing()).toBe(0), { timeout: 4_000 });
});
