import { host, type SignWindow } from "@/platform";

export type { SignWindow } from "@/platform";

/** Opens the sign window for a prepared request; `null` when the browser kept it shut. */
export async function openSign(request: string): Promise<SignWindow | null> {
  return (await host).openSign(request);
}

/** Closes the window this page runs in. */
export async function closeWindow(): Promise<void> {
  await (await host).closeWindow();
}
