import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Autosave, AUTOSAVE_DELAY_MS, AUTOSAVE_RETRY_MS, type Outcome } from "./autosave";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A desk that stores what it is given, or answers as told. */
function desk(answers: Outcome[] = []): { sent: string[]; queue: Autosave<string> } {
  const sent: string[] = [];
  const queue = new Autosave<string>(async (change) => {
    const outcome = answers.shift() ?? "stored";
    if (outcome === "stored") sent.push(change);
    return outcome;
  });
  return { sent, queue };
}

describe("Autosave", () => {
  it("waits until typing rests, within the promised 400 ms, and keeps the newest text", async () => {
    expect(AUTOSAVE_DELAY_MS).toBeLessThanOrEqual(400);
    const { sent, queue } = desk();
    queue.put("name", "王");
    await vi.advanceTimersByTimeAsync(AUTOSAVE_DELAY_MS - 1);
    queue.put("name", "王小明");
    await vi.advanceTimersByTimeAsync(AUTOSAVE_DELAY_MS - 1);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toEqual(["王小明"]);
    expect(queue.empty).toBe(true);
  });

  it("keeps the order of fields", async () => {
    const { sent, queue } = desk();
    for (const field of ["c", "a", "b", "a"]) queue.put(field, field);
    expect(await queue.flush()).toBe(true);
    expect(sent).toEqual(["c", "a", "b"]);
  });

  it("sends what is typed while a change is on its way, one at a time", async () => {
    const sent: string[] = [];
    let running = 0;
    const queue: Autosave<string> = new Autosave(async (change) => {
      running += 1;
      expect(running, "one at a time").toBe(1);
      if (change === "first") {
        queue.put("field", "second");
        expect(queue.holds("field")).toBe(true);
      }
      await Promise.resolve();
      sent.push(change);
      running -= 1;
      return "stored";
    });
    queue.put("field", "first");
    await queue.flush();
    expect(sent).toEqual(["first", "second"]);
    expect(queue.holds("field")).toBe(false);
  });

  it("loses nothing when the host is away, and sends again in the same order", async () => {
    const { sent, queue } = desk(["stored", "unreachable", "unreachable"]);
    for (const field of ["a", "b", "c"]) queue.put(field, field);
    expect(await queue.flush(), "not all got through").toBe(false);
    expect(sent).toEqual(["a"]);
    expect(queue.holds("b") && queue.holds("c")).toBe(true);
    await vi.advanceTimersByTimeAsync(AUTOSAVE_RETRY_MS);
    expect(sent).toEqual(["a"]);
    await vi.advanceTimersByTimeAsync(AUTOSAVE_RETRY_MS);
    expect(sent).toEqual(["a", "b", "c"]);
    expect(queue.empty).toBe(true);
  });

  it("sends the newer text when a field that got stuck was typed in again", async () => {
    const { sent, queue } = desk(["unreachable"]);
    queue.put("a", "old");
    queue.put("b", "b");
    await queue.flush();
    queue.put("a", "new");
    expect(await queue.flush()).toBe(true);
    expect(sent).toEqual(["new", "b"]);
  });

  it("goes on after a refusal", async () => {
    const { sent, queue } = desk(["refused"]);
    queue.put("a", "bad");
    queue.put("b", "good");
    expect(await queue.flush()).toBe(true);
    expect(sent).toEqual(["good"]);
  });
});
