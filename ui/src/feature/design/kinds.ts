/** Kinds of fields, in the order in which they are offered. */
export const KINDS: readonly { code: string; title: string }[] = [
  { code: "text", title: "单行文字" },
  { code: "paragraph", title: "多行文字" },
  { code: "date", title: "日期" },
  { code: "datetime", title: "日期和时间" },
  { code: "integer", title: "整数" },
  { code: "money", title: "金额" },
  { code: "percent", title: "百分比" },
  { code: "choice", title: "选项" },
  { code: "flag", title: "是否" },
  { code: "person", title: "人员" },
  { code: "unit", title: "单位" },
  { code: "phone", title: "电话" },
  { code: "id_number", title: "证件号或工号" },
  { code: "account", title: "银行账号" },
  { code: "catalogue", title: "服务目录" },
  { code: "table", title: "明细表" },
  { code: "attachment", title: "附件" },
];

/** What a kind is called. */
export const kindTitle = (code: string): string => KINDS.find((kind) => kind.code === code)?.title ?? code;
