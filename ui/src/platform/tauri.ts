import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { HostRefused, HostUnreachable, type Host } from "./host";

/** Which of the shell's two commands this page may use: each window's capability names one. */
const DOOR = location.pathname.endsWith("/sign.html") ? "sign_call" : "call";

/** The desktop window. */
export const tauri: Host = {
  async call(command, request) {
    try {
      return await invoke(DOOR, { command, request });
    } catch (refused) {
      if (typeof refused === "object" && refused !== null) throw new HostRefused(refused);
      throw new HostUnreachable(0);
    }
  },

  async openSign(request) {
    const open = (): Promise<void> => invoke("sign_open", { request });
    await open();
    // Asked again for the same request, the shell brings its window to the front.
    return { closed: () => false, focus: () => void open() };
  },

  async closeWindow() {
    // The shell closes the sign window when its request has ended.
  },

  async onSaved(tell) {
    await listen<string | null>("saved", (event) => tell(event.payload));
  },
};
