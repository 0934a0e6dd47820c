import { host, type SignWindow } from "@/platform";

export type { SignWindow } from "@/platform";

/** Opens the sign window for a prepared request; `null` when the browser kept it shut. */
export async function openSign(request: string): Promise<SignWindow | null> {
  return (await host).openSign(request);
}

/** Tells where a file that the page offered was saved; `null`: it could not be. */
export async function onSaved(tell: (path: string | null) => void): Promise<void> {
  await (await host).onSaved(tell);
}

/** Closes the window this page runs in. */
export async function closeWindow(): Promise<void> {
  await (await host).closeWindow();
}
