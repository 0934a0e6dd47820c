import type { FormStatus } from "@/api";

/** States of a form by name, in the order of its life. */
export const STATUSES: readonly { value: FormStatus; title: string }[] = [
  { value: "draft", title: "草稿" },
  { value: "pending", title: "签批中" },
  { value: "returned", title: "已退回" },
  { value: "approved", title: "待定稿" },
  { value: "sealed", title: "已定稿" },
  { value: "closed", title: "已办结" },
  { value: "rejected", title: "已作废" },
  { value: "opaque", title: "需新版本" },
];
