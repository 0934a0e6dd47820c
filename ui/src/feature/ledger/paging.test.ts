import { expect, it } from "vitest";
import type { LedgerPage, LedgerQuery, LedgerRow } from "@/api";
import { usePages } from "./paging";

const row = (form: string): LedgerRow => ({
  form, number: form, title: "", summary: "", unit: "", person: "", status: "draft", status_text: "", changed_at: "",
});

it("appends pages in order and stops at the end", async () => {
  const asked: (string | null)[] = [];
  const pages = usePages(async (query: LedgerQuery): Promise<LedgerPage> => {
    asked.push(query.cursor);
    return query.cursor === null ? { rows: [row("a")], cursor: "c1" } : { rows: [row("b")], cursor: null };
  });
  await pages.first({ ledger: null, text: "", status: null, year: null });
  await pages.next();
  await pages.next();
  expect(asked).toEqual([null, "c1"]);
  expect(pages.rows.value.map(({ form }) => form)).toEqual(["a", "b"]);
});

it("drops the answer to a question that was replaced", async () => {
  const answers: ((page: LedgerPage) => void)[] = [];
  const pages = usePages(() => new Promise((resolve) => answers.push(resolve)));
  const slow = pages.first({ ledger: null, text: "王", status: null, year: null });
  const fast = pages.first({ ledger: null, text: "王小", status: null, year: null });
  answers[1]?.({ rows: [row("new")], cursor: null });
  answers[0]?.({ rows: [row("old")], cursor: "old" });
  await Promise.all([slow, fast]);
  expect(pages.rows.value.map(({ form }) => form)).toEqual(["new"]);
  expect(pages.more.value).toBe(false);
});
