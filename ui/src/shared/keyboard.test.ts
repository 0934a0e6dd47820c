import { afterEach, expect, it } from "vitest";
import { enterMovesOn, keyName } from "./keyboard";

afterEach(() => document.body.replaceChildren());

function twoFields(): { root: HTMLElement; first: HTMLInputElement; second: HTMLInputElement } {
  document.body.innerHTML = `<form><input id="a"><input readonly><textarea disabled></textarea><input id="b"></form>`;
  const root = document.querySelector("form") as HTMLElement;
  const [first, second] = ["a", "b"].map((id) => document.getElementById(id) as HTMLInputElement);
  if (!first || !second) throw new Error("no fields");
  root.addEventListener("keydown", (event) => enterMovesOn(event, root));
  first.focus();
  return { root, first, second };
}

function press(on: HTMLElement, init: KeyboardEventInit): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init });
  on.dispatchEvent(event);
  return event;
}

it("moves to the next field that can be written, and does not submit", () => {
  const { first, second } = twoFields();
  const enter = press(first, { key: "Enter" });
  expect(document.activeElement).toBe(second);
  expect(enter.defaultPrevented).toBe(true);
});

it("stays while an input method composes", () => {
  const { first } = twoFields();
  press(first, { key: "Enter", isComposing: true });
  expect(document.activeElement, "isComposing").toBe(first);
  const webkit = new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true });
  Object.defineProperty(webkit, "keyCode", { value: 229 });
  first.dispatchEvent(webkit);
  expect(document.activeElement, "key code 229").toBe(first);
});

it("leaves Ctrl+Enter to the screen", () => {
  const { first } = twoFields();
  expect(press(first, { key: "Enter", ctrlKey: true }).defaultPrevented).toBe(false);
  expect(document.activeElement).toBe(first);
});

it("names keys", () => {
  const none = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
  expect(keyName({ ...none, key: "S", ctrlKey: true })).toBe("ctrl+s");
  expect(keyName({ ...none, key: "Escape" })).toBe("escape");
  expect(keyName({ ...none, key: "Enter", metaKey: true })).toBe("ctrl+enter");
});
