import { describe, expect, it } from "vitest";
import { HostRefused, HostUnreachable } from "@/platform";
import { asRefusal, RefusalError } from "./refusal";

describe("asRefusal", () => {
  it("keeps every part of the desk's refusal", () => {
    const body = {
      code: "SIGN-PASSWORD",
      message: "口令不对。",
      advice: "请重新输入。",
      retry_after_seconds: 5,
      problems: [{ code: "FIELD-REQUIRED", message: "必填", field: null }],
    };
    const refusal = asRefusal(new HostRefused(body));
    expect({ ...refusal, message: refusal.message }).toMatchObject(body);
  });

  it("never shows a foreign body", () => {
    expect(asRefusal(new HostRefused({ stack: "at foo" })).code).toBe("HOST-ANSWER");
    expect(asRefusal(new HostRefused(null)).code).toBe("HOST-ANSWER");
  });

  it("tells a lost host from a refused session", () => {
    expect(asRefusal(new HostUnreachable(0)).unreachable).toBe(true);
    expect(asRefusal(new HostUnreachable(403)).code).toBe("HOST-SESSION");
    expect(asRefusal(new HostUnreachable(500)).code).toBe("HOST-500");
    expect(asRefusal(new HostUnreachable(500)).unreachable).toBe(false);
  });

  it("gives Chinese words to anything else, and passes refusals through", () => {
    expect(asRefusal(new TypeError("x is not a function")).message).not.toContain("function");
    const known = new RefusalError({ code: "A", message: "b", advice: "", retry_after_seconds: null, problems: [] });
    expect(asRefusal(known)).toBe(known);
  });
});
