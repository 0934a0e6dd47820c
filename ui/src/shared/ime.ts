/** The key code browsers report for a key that went to the input method. */
const KEY_CODE_IME = 229;

/**
 * Whether a key belongs to an input method that is composing. Both signs are checked: Chromium sets `isComposing`,
 * WebKit ends the composition first and then sends Enter with key code 229.
 */
export function composing(event: Pick<KeyboardEvent, "isComposing" | "keyCode">): boolean {
  return event.isComposing || event.keyCode === KEY_CODE_IME;
}
