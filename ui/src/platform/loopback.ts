import { HostRefused, HostUnreachable, type Host, type SignWindow } from "./host";

/** HTTP status that carries a refusal. */
const REFUSED = 409;
const SIGN_WINDOW = "popup,width=720,height=760,left=300,top=40";

/** The loopback web host: `POST /api/COMMAND` on the page's own origin. */
export const loopback: Host = {
  async call(command, request) {
    const answer = await fetch(`/api/${command}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(request),
      credentials: "same-origin",
      cache: "no-store",
    }).catch(() => {
      throw new HostUnreachable(0);
    });
    if (answer.status === REFUSED) throw new HostRefused(await answer.json());
    if (!answer.ok) throw new HostUnreachable(answer.status);
    return answer.json();
  },

  async openSign(request) {
    const opened = window.open(`/sign.html#${request}`, "sign", SIGN_WINDOW);
    return opened ? watched(opened) : null;
  },

  async closeWindow() {
    window.close();
  },

  async onSaved() {
    // The browser shows its downloads.
  },
};

function watched(opened: Window): SignWindow {
  return { closed: () => opened.closed, focus: () => opened.focus() };
}
