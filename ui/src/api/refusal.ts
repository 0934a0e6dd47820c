import { HostRefused, HostUnreachable } from "@/platform";
import type { Problem, Refusal } from "./generated";

/** A refusal as something that can be thrown: what happened, what to do next, and a code. */
export class RefusalError extends Error implements Refusal {
  override readonly name = "RefusalError";
  readonly code: string;
  readonly advice: string;
  readonly retry_after_seconds: number | null;
  readonly problems: Problem[];

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.code = refusal.code;
    this.advice = refusal.advice;
    this.retry_after_seconds = refusal.retry_after_seconds;
    this.problems = refusal.problems;
  }

  /** Whether the host itself was out of reach, so that trying the same again makes sense. */
  get unreachable(): boolean {
    return this.code === UNREACHABLE;
  }
}

const UNREACHABLE = "HOST-UNREACHABLE";

/** Turns whatever a host threw into a refusal in Chinese with a code. */
export function asRefusal(thrown: unknown): RefusalError {
  if (thrown instanceof RefusalError) return thrown;
  if (thrown instanceof HostRefused) return fromBody(thrown.body);
  if (thrown instanceof HostUnreachable) return fromStatus(thrown.status);
  return plain("SCREEN-UNEXPECTED", "界面出现意外错误，操作没有完成。", "已保存的内容不受影响。请重试；仍不行请重新打开程序。");
}

function fromBody(body: unknown): RefusalError {
  if (!isRecord(body) || typeof body.code !== "string" || typeof body.message !== "string") {
    return plain("HOST-ANSWER", "主程序的回答无法识别。", "已保存的内容不受影响。请重新打开程序后再试。");
  }
  return new RefusalError({
    code: body.code,
    message: body.message,
    advice: typeof body.advice === "string" ? body.advice : "",
    retry_after_seconds: typeof body.retry_after_seconds === "number" ? body.retry_after_seconds : null,
    problems: Array.isArray(body.problems) ? (body.problems as Problem[]) : [],
  });
}

function fromStatus(status: number): RefusalError {
  if (status === 401 || status === 403) {
    return plain("HOST-SESSION", "本页没有得到主程序的许可。", "请用主程序启动时给出的地址重新打开。");
  }
  if (status === 0) {
    return plain(UNREACHABLE, "与主程序失去联系。", "已保存的内容不受影响，未保存的内容保留在本页，联系恢复后自动补存。");
  }
  return plain(`HOST-${status}`, "主程序没有正常回答。", "已保存的内容不受影响。请重试；仍不行请重新打开程序。");
}

function plain(code: string, message: string, advice: string): RefusalError {
  return new RefusalError({ code, message, advice, retry_after_seconds: null, problems: [] });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
