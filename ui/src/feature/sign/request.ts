import { reactive } from "vue";
import { asRefusal, call, openSign, type SignAction, type Signed, type SignWindow } from "@/api";

/** How often the main window asks how the signing went. */
const ASK_EVERY_MS = 400;

/** The signing that the main window waits for. */
export const waiting: { request: string | null; action: string; shut: boolean } = reactive({
  request: null,
  action: "",
  shut: false,
});

let signWindow: SignWindow | null = null;

/**
 * Prepares an action, opens the sign window and waits for its end. Answers `null` when it was not signed;
 * a refusal of the preparation is thrown.
 */
export async function requestSignature(action: SignAction): Promise<Signed | null> {
  const sheet = await call("sign_prepare", { action });
  Object.assign(waiting, { request: sheet.request, action: sheet.action, shut: false });
  try {
    await showWindow();
    return await outcome(sheet.request);
  } finally {
    if (waiting.request === sheet.request) waiting.request = null;
    signWindow = null;
  }
}

/** Opens the sign window, or brings it to the front. */
export async function showWindow(): Promise<void> {
  if (waiting.request === null) return;
  if (signWindow && !signWindow.closed()) return signWindow.focus();
  signWindow = await openSign(waiting.request);
  waiting.shut = signWindow === null;
}

/** Stops waiting. What was prepared lapses by itself. */
export function stopWaiting(): void {
  waiting.request = null;
}

async function outcome(request: string): Promise<Signed | null> {
  while (waiting.request === request) {
    const closed = signWindow?.closed() ?? false;
    const status = await call("sign_status", { request }).catch((thrown: unknown) => {
      if (asRefusal(thrown).unreachable) return null;
      throw thrown;
    });
    if (status?.state === "done") return status.signed;
    if (status?.state === "gone") return null;
    // Asked after it was closed, and still not signed: it was closed unsigned.
    if (closed && status?.state === "waiting") return null;
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
  return null;
}
