import { expect, it } from "vitest";
import type { DefinitionBrief, DesignVersion } from "@/api";
import { listed } from "./versions";

const form = (id: string, title: string, ledger_title: string): DefinitionBrief => ({ digest: `${id}-2`, id, title, version: 2, ledger: id, ledger_title, may_create: true });
const version = (id: string, number: number): DesignVersion => ({ digest: `${id}-${number}`, id, title: id, version: number, active: number === 2, changed: null });

it("lists each form in use once, by ledger and title, with all its versions", () => {
  const active = [form("phone", "电话记录", "电话台账"), form("permission", "应用系统使用申请表", "权限台账"), form("access", "权限复核表", "权限台账")];
  const versions = [version("phone", 2), version("phone", 1), version("permission", 2)];
  const forms = listed({ may_change: true, active, shipped: [], versions });
  expect(forms.map((one) => one.id)).toEqual(["phone", "access", "permission"]);
  expect(forms[0]?.versions.map((one) => one.version)).toEqual([2, 1]);
});
