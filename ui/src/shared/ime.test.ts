import { expect, it } from "vitest";
import { composing } from "./ime";

it("knows both ways in which a browser says that an input method composes", () => {
  expect(composing({ isComposing: true, keyCode: 13 }), "Chromium").toBe(true);
  expect(composing({ isComposing: false, keyCode: 229 }), "WebKit").toBe(true);
  expect(composing({ isComposing: false, keyCode: 13 }), "a plain Enter").toBe(false);
});
