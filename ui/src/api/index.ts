// Commands and their types; what crosses to the host and nothing else.
export * from "./generated";
export type {
  LinkValueKind, LinkColumn, LinkRow, LinkSlotView, LinkStart, LinkQuery, LinkCandidate, LinkCandidates, LinkEdit,
  LinkChange, LedgerFileQuery, LedgerFile, TableImport, SettingKind, Changed, SettingView, OwnItem, CalendarView,
  SettingsPage, ClockStanding, ClockView, TickView, TickerView, GaugeView, AlertView, FollowForm, FollowStart,
  FollowView, DutyView, OwedFollow, RunningClock, FormAlert, Workbench, CatalogueItem, Catalogue, FieldKind,
  FieldView, SectionView, StepView, DraftSaved, FormNew, GridContent, GridCell, GridRow, EntryView,
  SectionRef, TableView, FormPage, SignAction, SignPrepare, LedgerQuery, LedgerBrief, Ledgers, SlipQuery,
  SlipPdf, PrintSend, Commands,
} from "./upcoming";
export { call, type Command } from "./call";
export { asRefusal, RefusalError } from "./refusal";
export { closeWindow, onSaved, openSign, type SignWindow } from "./window";
