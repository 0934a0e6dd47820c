import type * as Api from "@/api";
import { createApp, h, nextTick } from "vue";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Commands, HostStatus, Refusal, SampleStatus } from "@/api";
import FirstStart from "./FirstStart.vue";
import SampleBand from "./SampleBand.vue";
import SampleDoor from "./SampleDoor.vue";
import { refreshSession, session } from "./session";

const calls: string[] = [];
let sample: SampleStatus;
const standing = (change: Partial<SampleStatus>): SampleStatus => ({ playing: false, shown: false, done: 0, total: 0, refusal: null, ...change });

vi.mock("@/api", async (original) => ({
  ...(await original<typeof Api>()),
  call: async (command: keyof Commands): Promise<Partial<HostStatus> | SampleStatus> => {
    calls.push(command);
    if (command === "host_status") return { stage: sample.shown ? "locked" : "first_start" };
    if (command === "sample_erase") return { stage: "first_start", sample_kept: false };
    if (command === "sample_open") sample = standing({ playing: true });
    if (command === "sample_cancel") sample = standing({});
    return sample;
  },
}));

const part = (name: string): HTMLElement | null => document.querySelector(`[data-test=${name}]`);
const show = async (view: Parameters<typeof h>[0], props: object): Promise<void> => {
  createApp({ render: () => h(view, props) }).mount(document.body.appendChild(document.createElement("div")));
  await vi.waitFor(() => expect(document.body.textContent).not.toBe(""));
};
const press = async (name: string): Promise<void> => {
  await vi.waitFor(() => expect(part(name)).not.toBeNull());
  part(name)?.click();
  await nextTick();
};

beforeEach(() => {
  calls.length = 0;
  sample = standing({});
});
afterEach(() => document.body.replaceChildren());

it("says how far the sample is, and turns to it when it is there", async () => {
  await show(SampleDoor, { kept: false });
  await press("door-sample");
  await vi.waitFor(() => expect(part("sample-count")?.textContent).toContain("正在开设样例台账"));
  sample = standing({ playing: true, done: 450, total: 1800 });
  await vi.waitFor(() => expect(part("sample-count")?.textContent).toContain("已办 450 步，共 1800 步"), { timeout: 3_000 });
  sample = standing({ shown: true });
  await vi.waitFor(() => expect(session.status.value?.stage).toBe("locked"), { timeout: 3_000 });
});

it("stops when it is told to, and offers the door again", async () => {
  await show(SampleDoor, { kept: false });
  await press("door-sample");
  await press("sample-cancel");
  await vi.waitFor(() => expect(part("door-sample")).not.toBeNull());
  expect(calls).toContain("sample_cancel");
});

it("keeps the other doors shut while it is made", async () => {
  const status = { sample_kept: false, data_folder: "/data", version: "1" };
  await show(FirstStart, { status });
  const shut = (): boolean[] => ["door-found", "door-join"].map((name) => part(name)?.hasAttribute("disabled") ?? false);
  expect(shut()).toEqual([false, false]);
  await press("door-sample");
  await vi.waitFor(() => expect(shut()).toEqual([true, true]));
  await press("sample-cancel");
  await vi.waitFor(() => expect(shut()).toEqual([false, false]));
});

it("says why it could not be made", async () => {
  const refusal: Refusal = { code: "HOST-DISK-FULL", message: "磁盘已满，没有写入。", advice: "", retry_after_seconds: null, problems: [] };
  sample = standing({ refusal });
  await show(SampleDoor, { kept: false });
  await vi.waitFor(() => expect(document.body.textContent).toContain("磁盘已满"));
});

it("is erased only after a second word", async () => {
  sample = standing({ shown: true });
  await refreshSession();
  await show(SampleBand, { sample: { password: "12345678" } });
  expect(part("sample-band")?.textContent).toContain("12345678");
  await press("sample-erase");
  expect(calls).not.toContain("sample_erase");
  await press("sample-erase-confirm");
  await vi.waitFor(() => expect(session.status.value?.stage).toBe("first_start"));
});
