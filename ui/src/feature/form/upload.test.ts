import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Command } from "@/api";
import { fromBase64 } from "@/shared/base64";
import { upload, UploadCancelled } from "./upload";

const calls: [Command, Record<string, unknown>][] = [];
let refuseChunk = -1;

vi.mock("@/api", () => ({
  RefusalError: Error,
  call: async (command: Command, request: Record<string, unknown>) => {
    calls.push([command, request]);
    if (command === "file_begin") return { upload: "u1", chunk_bytes: 4 };
    if (command === "file_chunk" && calls.filter(([name]) => name === "file_chunk").length === refuseChunk) throw new Error("disk full");
    return { form: "f" };
  },
}));

const target = { form: "f", section: { kind: "content" as const }, slot: "attachments" };
const file = (size: number): File => new File([Uint8Array.from({ length: size }, (_, at) => at)], "扫描.pdf", { type: "application/pdf" });
const names = (): Command[] => calls.map(([name]) => name);

beforeEach(() => {
  calls.length = 0;
  refuseChunk = -1;
});

describe("upload", () => {
  it("sends every byte once, in order, and counts them", async () => {
    const seen: number[] = [];
    await upload(file(10), target, (done) => seen.push(done), new AbortController().signal);
    const sent = calls.filter(([name]) => name === "file_chunk").flatMap(([, request]) => [...fromBase64(String(request.bytes))]);
    expect(sent).toEqual(Array.from({ length: 10 }, (_, at) => at));
    expect(seen).toEqual([4, 8, 10]);
    expect(names()).toEqual(["file_begin", "file_chunk", "file_chunk", "file_chunk", "file_finish"]);
    expect(calls[0]?.[1]).toMatchObject({ name: "扫描.pdf", media: "application/pdf", size_bytes: 10, slot: "attachments" });
  });

  it("leaves an empty file to the desk to judge", async () => {
    await upload(file(0), target, () => undefined, new AbortController().signal);
    expect(names()).toEqual(["file_begin", "file_finish"]);
  });

  it("forgets the upload when it is cancelled", async () => {
    const stop = new AbortController();
    const running = upload(file(10), target, () => stop.abort(), stop.signal);
    await expect(running).rejects.toBeInstanceOf(UploadCancelled);
    expect(names()).toEqual(["file_begin", "file_chunk", "file_cancel"]);
  });

  it("forgets the upload when a chunk is refused", async () => {
    refuseChunk = 2;
    await expect(upload(file(10), target, () => undefined, new AbortController().signal)).rejects.toThrow("disk full");
    expect(names().at(-1)).toBe("file_cancel");
  });
});
