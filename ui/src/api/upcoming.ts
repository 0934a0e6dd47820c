// Types that the desk has announced and does not generate yet. Each goes when its like appears in `generated`.
import type * as Now from "./generated";

export type LinkValueKind = "flag" | "integer" | "text" | "money" | "percent";
export type LinkColumn = { key: string; title: string; kind: LinkValueKind };
export type LinkRow = {
  form: string; number: string; title: string; unit: string; sealed_at: string; values: string[]; problem: Now.Problem | null;
};
export type LinkSlotView = {
  slot: string; title: string; definitions: string[]; min: number; max: number; editable: boolean;
  columns: LinkColumn[]; rows: LinkRow[]; problem: Now.Problem | null;
};
export type LinkStart = { slot: string; form: string };
export type LinkQuery = {
  form: string; slot: string; text: string; since: string | null; until: string | null; cursor: string | null; limit: number;
};
export type LinkCandidate = { form: string; number: string; title: string; summary: string; unit: string; sealed_at: string; linked: boolean };
export type LinkCandidates = { rows: LinkCandidate[]; cursor: string | null };
export type LinkEdit =
  | { kind: "add"; forms: string[] }
  | { kind: "add_all"; text: string; since: string | null; until: string | null }
  | { kind: "remove"; forms: string[] };
export type LinkChange = { form: string; slot: string; change: LinkEdit };
export type LedgerFileQuery = { ledger: string; year: number };
export type LedgerFile = { name: string; bytes: string; rows: number; pages: number };
export type TableImport = { form: string; section: Now.Section; field: string; bytes: string };

export type SettingKind = "integer" | "minutes" | "days" | "choice" | "text" | "hours" | "flag" | "percent" | "definition";
export type Changed = { entry: number; name: string; at: string };
export type SettingView = {
  key: string; gap: string; title: string; kind: SettingKind; value: string; shown: string; default_shown: string;
  options: Now.FieldOption[]; required: boolean; help: string; changed: Changed | null;
};
export type OwnItem = { code: string; text: string; changed: Changed };
export type CalendarView = { year: number; source: string; off: string[]; make_up: string[]; imported: boolean; changed: Changed | null };
export type SettingsPage = { may_change: boolean; settings: SettingView[]; items: OwnItem[]; calendars: CalendarView[]; unknown_years: number[] };
export type ClockStanding = "not_started" | "unset" | "running" | "paused" | "overdue" | "met" | "missed";
export type ClockView = {
  key: string; title: string; standing: ClockStanding; soon: boolean; allowance: string; start: string; due: string; stop: string;
  shown: string; note: string; cites: string[];
};
export type TickView = { due: string; standing: "met" | "missed" | "next"; entry: string };
export type TickerView = { key: string; title: string; every: string; table: string; missed: number; left_out: number; ticks: TickView[] };
export type GaugeView = { key: string; title: string; shown: string };
export type AlertView = { message: string; cites: string[] };
export type FollowForm = { form: string; number: string; title: string; status_text: string };
export type FollowStart = { definition: string; slot: string };
export type FollowView = { key: string; title: string; owed: boolean; forms: FollowForm[]; start: FollowStart | null };
export type DutyView = { definition: string; key: string; title: string; period: string; missed: boolean; may_start: boolean };
export type OwedFollow = { row: Now.LedgerRow; key: string; title: string; start: FollowStart | null };
export type RunningClock = { row: Now.LedgerRow; clock: ClockView };
export type FormAlert = { row: Now.LedgerRow; message: string };
export type Workbench = Now.Workbench & {
  duties: DutyView[]; owed: OwedFollow[]; clocks: RunningClock[]; alerts: FormAlert[]; unknown_years: number[];
};
export type CatalogueItem = { code: string; text: string; group: string; mark: string; own: boolean };
export type Catalogue = { items: CatalogueItem[] };

export type FieldKind = Now.FieldKind | "percent" | "catalogue";
export type FieldView = Omit<Now.FieldView, "kind" | "columns" | "rows"> & {
  kind: FieldKind; groups: string[]; columns: FieldView[]; rows: FieldView[][];
};
export type SectionView = Omit<Now.SectionView, "fields"> & { fields: FieldView[] };
export type StepView = Omit<Now.StepView, "section"> & { section: SectionView };
export type DraftSaved = Omit<Now.DraftSaved, "section"> & { section: SectionView };

export type FormNew = Now.FormNew & { link: LinkStart | null };
export type GridContent = Now.GridContent | { kind: "links"; slot: string };
export type GridCell = Omit<Now.GridCell, "content"> & { content: GridContent };
export type GridRow = { cells: GridCell[] };
export type EntryView = Now.EntryView & { may_correct: boolean };
export type SectionRef = { form: string; section: Now.Section };
export type TableView = Omit<Now.TableView, "rows" | "draft"> & { rows: EntryView[]; draft: SectionView | null };
export type FormPage = Omit<Now.FormPage, "grid" | "tables" | "content" | "steps"> & {
  content: SectionView; steps: StepView[]; grid: GridRow[]; tables: TableView[]; links: LinkSlotView[];
  clocks: ClockView[]; tickers: TickerView[]; gauges: GaugeView[]; alerts: AlertView[]; follows: FollowView[];
};
export type SignAction =
  | { kind: "set_setting"; key: string; value: string }
  | { kind: "import_calendar"; name: string; text: string }
  | Now.SignAction | { kind: "print"; form: string; copy: string; title: string };
export type SignPrepare = { action: SignAction };

export type LedgerQuery = Now.LedgerQuery & { year: number | null };
export type LedgerBrief = Now.LedgerBrief & { years: number[] };
export type Ledgers = { ledgers: LedgerBrief[] };
export type SlipQuery = Now.SlipQuery & { title: string };
export type SlipPdf = Now.SlipPdf & { titles: string[] };
export type PrintSend = Now.PrintSend & { title: string };

export type Commands = Omit<Now.Commands, "draft_set" | "draft_rows" | "file_finish" | "file_remove" | "workbench" | "form_new" | "form_get" | "sign_prepare" | "ledgers" | "ledger_list" | "slip_pdf" | "print_send"> & {
  ledgers: { request: Now.Nothing; response: Ledgers };
  ledger_list: { request: LedgerQuery; response: Now.LedgerPage };
  slip_pdf: { request: SlipQuery; response: SlipPdf };
  print_send: { request: PrintSend; response: Now.Nothing };
  form_new: { request: FormNew; response: FormPage };
  form_get: { request: Now.FormRef; response: FormPage };
  sign_prepare: { request: SignPrepare; response: Now.SignSheet };
  link_candidates: { request: LinkQuery; response: LinkCandidates };
  link_change: { request: LinkChange; response: FormPage };
  ledger_pdf: { request: LedgerFileQuery; response: LedgerFile };
  ledger_xlsx: { request: LedgerFileQuery; response: LedgerFile };
  table_import: { request: TableImport; response: DraftSaved };
  draft_set: { request: Now.DraftSet; response: DraftSaved };
  draft_rows: { request: Now.DraftRows; response: DraftSaved };
  file_finish: { request: Now.FileRef; response: DraftSaved };
  file_remove: { request: Now.FileRemove; response: DraftSaved };
  workbench: { request: Now.Nothing; response: Workbench };
  draft_get: { request: SectionRef; response: SectionView };
  settings: { request: Now.Nothing; response: SettingsPage };
  catalogue: { request: Now.Nothing; response: Catalogue };
};
