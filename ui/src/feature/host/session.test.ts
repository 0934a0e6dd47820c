import { beforeEach, expect, it, vi } from "vitest";
import type { Command } from "@/api";
import { finishBeforeLeaving, lock, refreshSession, session, unlock } from "./session";

const calls: Command[] = [];
let away = false;

vi.mock("@/api", () => ({
  asRefusal: (thrown: unknown) => thrown,
  call: async (command: Command) => {
    calls.push(command);
    if (away) throw new Error("away");
    const person = command === "unlock" ? { id: "p1", name: "张三", roles: [] } : null;
    return { stage: person ? "open" : "locked", people: [], person, bureau: null };
  },
}));

beforeEach(() => {
  calls.length = 0;
  away = false;
});

it("stores what is typed before the desk is left", async () => {
  await unlock("p1", "12345678");
  const takeBack = finishBeforeLeaving(async () => void calls.push("draft_set"));
  await lock();
  expect(calls).toEqual(["unlock", "draft_set", "lock"]);
  takeBack();
  await lock();
  expect(calls.filter((name) => name === "draft_set")).toHaveLength(1);
});

it("clears the screen even when the host does not answer", async () => {
  await unlock("p1", "12345678");
  expect(session.person.value?.name).toBe("张三");
  away = true;
  await lock();
  expect(session.status.value?.stage).toBe("locked");
  expect(session.person.value).toBeNull();
});

it("says when the host cannot be asked, and forgets it when it can", async () => {
  away = true;
  await refreshSession();
  expect(session.lost.value).not.toBeNull();
  away = false;
  await refreshSession();
  expect(session.lost.value).toBeNull();
});
