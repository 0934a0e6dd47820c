// Types that the desk has announced and does not generate yet. Each goes when its like appears in `generated`.
import type * as Now from "./generated";

export type LedgerFileQuery = { ledger: string; year: number };
export type LedgerFile = { name: string; bytes: string; rows: number; pages: number };
export type TableImport = { form: string; section: Now.Section; field: string; bytes: string };
export type LedgerQuery = Now.LedgerQuery & { year: number | null };
export type LedgerBrief = Now.LedgerBrief & { years: number[] };
export type Ledgers = { ledgers: LedgerBrief[] };

export type Commands = Omit<Now.Commands, "ledgers" | "ledger_list"> & {
  ledgers: { request: Now.Nothing; response: Ledgers };
  ledger_list: { request: LedgerQuery; response: Now.LedgerPage };
  ledger_pdf: { request: LedgerFileQuery; response: LedgerFile };
  ledger_xlsx: { request: LedgerFileQuery; response: LedgerFile };
  table_import: { request: TableImport; response: Now.DraftSaved };
};
