import { call, RefusalError, type DraftSaved, type FileBegin } from "@/api";
import { toBase64 } from "@/shared/base64";

/** Called after each chunk with the bytes that are in. */
export type Progress = (done_bytes: number, total_bytes: number) => void;

/** A person stopped the upload. Nothing of it is kept. */
export class UploadCancelled extends Error {}

/**
 * Sends a file in chunks, in order. When it is cancelled or a chunk is refused, the desk is told to forget it.
 */
export async function upload(
  file: File,
  target: Omit<FileBegin, "name" | "media" | "size_bytes">,
  progress: Progress,
  signal: AbortSignal,
): Promise<DraftSaved> {
  const begun = await call("file_begin", {
    ...target,
    name: file.name,
    media: file.type || "application/octet-stream",
    size_bytes: file.size,
  });
  try {
    for (let start = 0; start < file.size; start += begun.chunk_bytes) {
      if (signal.aborted) throw new UploadCancelled();
      const piece = await readPiece(file, start, start + begun.chunk_bytes);
      await call("file_chunk", { upload: begun.upload, bytes: toBase64(piece) });
      progress(Math.min(start + begun.chunk_bytes, file.size), file.size);
    }
    if (signal.aborted) throw new UploadCancelled();
    return await call("file_finish", { upload: begun.upload });
  } catch (thrown) {
    await call("file_cancel", { upload: begun.upload }).catch(() => undefined);
    throw thrown;
  }
}

async function readPiece(file: File, start: number, end: number): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.slice(start, end).arrayBuffer());
  } catch {
    throw new RefusalError({
      code: "FILE-READ",
      message: `读不到文件「${file.name}」。`,
      advice: "文件可能已被移动、删除或占用。请确认后重新选择。",
      retry_after_seconds: null,
      problems: [],
    });
  }
}
