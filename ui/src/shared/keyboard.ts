import { onBeforeUnmount, onMounted } from "vue";
import { composing } from "./ime";

/** Shortcuts of one screen, by name: `ctrl+s`, `f2`, `escape`. */
export type Shortcuts = Readonly<Record<string, () => void>>;

const layers: Shortcuts[] = [];
let dialogs = 0;

/** Name of a key press, as used in {@link Shortcuts}. */
export function keyName(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">): string {
  const held = [
    event.ctrlKey || event.metaKey ? "ctrl" : "",
    event.altKey ? "alt" : "",
    event.shiftKey && event.key.length > 1 ? "shift" : "",
  ];
  return [...held, event.key.toLowerCase()].filter((part) => part !== "").join("+");
}

function onKeydown(event: KeyboardEvent): void {
  if (composing(event) || dialogs > 0) return;
  const name = keyName(event);
  const layer = layers.findLast((candidate) => name in candidate);
  if (!layer || (name === "escape" && event.defaultPrevented)) return;
  event.preventDefault();
  layer[name]?.();
}

/** Starts listening; called once by each page. */
export function listenForShortcuts(): void {
  window.addEventListener("keydown", onKeydown);
}

/** Holds these shortcuts while the component is on screen; a component inside another goes first. */
export function useShortcuts(shortcuts: Shortcuts): void {
  onMounted(() => layers.push(shortcuts));
  onBeforeUnmount(() => layers.splice(layers.indexOf(shortcuts), 1));
}

/** Counts open dialogs: while one is open, the screen's shortcuts rest. Answers what to call when it closes. */
export function dialogOpened(): () => void {
  dialogs += 1;
  // The Esc that closed the dialog is still on its way to the window: it must find the dialog counted.
  return () => void setTimeout(() => (dialogs -= 1));
}

/** Where Enter stops. What only some need, such as the import of a spreadsheet, stands `aside`: Tab reaches it. */
const STOPS = "input:not(.aside), select, textarea, button.stop";

/**
 * Moves from a field to the next one inside `root`; at the last one focus stays.
 * Returns whether there was a next one.
 */
export function focusNext(root: HTMLElement, from: HTMLElement): boolean {
  const stops = [...root.querySelectorAll<HTMLElement>(STOPS)].filter(
    (stop) => !stop.hasAttribute("disabled") && !stop.hasAttribute("readonly") && stop.tabIndex >= 0,
  );
  const next = stops[stops.indexOf(from) + 1];
  next?.focus();
  if (next instanceof HTMLInputElement && next.type === "text") next.select();
  return next !== undefined;
}

/** Enter in a one-line field goes to the next field; it never submits, least of all while a word is composed. */
export function enterMovesOn(event: KeyboardEvent, root: HTMLElement): void {
  const field = event.target;
  if (event.key !== "Enter" || event.ctrlKey || event.defaultPrevented || composing(event)) return;
  if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement)) return;
  if (field.type === "button" || field.type === "submit" || field.type === "file") return;
  event.preventDefault();
  focusNext(root, field);
}
