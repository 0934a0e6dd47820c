import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Command, SignStatus, SignWindow } from "@/api";
import { requestSignature, showWindow, stopWaiting, waiting } from "./request";

const signed = { form: "f1", number: "权申〔2026〕0001号", events: ["e"], message: "已签字。" };
let states: SignStatus[] = [];
let opened: SignWindow | null = null;
let opens = 0;

vi.mock("@/api", () => ({
  asRefusal: (thrown: unknown) => thrown,
  openSign: async () => {
    opens += 1;
    return opened;
  },
  call: async (command: Command) => {
    if (command === "sign_prepare") return { request: "r1", action: "送签" };
    if (states.length === 0) throw new Error("asked too often");
    return states.length > 1 ? states.shift() : states[0];
  },
}));

const popup = (closed = false): SignWindow => ({ closed: () => closed, focus: vi.fn<() => void>() });
const submit = { kind: "submit", form: "draft-1" } as const;

beforeEach(() => {
  vi.useFakeTimers();
  opened = popup();
  opens = 0;
});
afterEach(() => void vi.useRealTimers());

it("waits for the sign window and hands back what was signed", async () => {
  states = [{ state: "waiting" }, { state: "waiting" }, { state: "done", signed }];
  const running = requestSignature(submit);
  await vi.advanceTimersByTimeAsync(400);
  expect(waiting).toMatchObject({ request: "r1", action: "送签", shut: false });
  await vi.advanceTimersByTimeAsync(400);
  expect(await running).toEqual(signed);
  expect(waiting.request, "nothing is waited for any more").toBeNull();
});

it("ends when the request was cancelled, or the window was closed unsigned", async () => {
  states = [{ state: "gone" }];
  expect(await requestSignature(submit)).toBeNull();
  states = [{ state: "waiting" }];
  opened = popup(true);
  expect(await requestSignature(submit)).toBeNull();
});

it("takes a signature that was given just before the window closed", async () => {
  states = [{ state: "done", signed }];
  opened = popup(true);
  expect(await requestSignature(submit)).toEqual(signed);
});

it("says so when the browser keeps the window shut, and opens it on demand", async () => {
  states = [{ state: "waiting" }];
  opened = null;
  const running = requestSignature(submit);
  await vi.advanceTimersByTimeAsync(0);
  expect(waiting.shut).toBe(true);
  opened = popup();
  await showWindow();
  expect(waiting.shut).toBe(false);
  await showWindow();
  expect(opens, "a window that is open is brought to the front").toBe(2);
  stopWaiting();
  await vi.advanceTimersByTimeAsync(400);
  expect(await running).toBeNull();
});
