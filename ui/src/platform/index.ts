// The one door to whatever hosts the page.
import type { Host } from "./host";

export { HostRefused, HostUnreachable, type Host, type SignWindow } from "./host";

/** The host this page runs in, chosen once: the desktop window, or the loopback web host. */
export const host: Promise<Host> =
  "__TAURI_INTERNALS__" in window
    ? import("./tauri").then((module) => module.tauri)
    : import("./loopback").then((module) => module.loopback);
