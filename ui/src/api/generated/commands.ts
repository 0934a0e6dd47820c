// Written by `cargo xtask bindings` from crates/desk/src/api. Do not edit.
import type { BundleFile, BundleImport, BundleStage, Catalogue, Definitions, DesignCheck, DesignOpen, DesignTree, Designed, Designs, DraftDiscard, DraftRows, DraftSaved, DraftSet, EndpointWay, EndpointWaySet, Enrol, EnrolmentCode, Enrolments, ExchangeStatus, FileBegin, FileChunk, FilePart, FileRead, FileRef, FileRemove, FileUpload, Findings, FormNew, FormPage, FormRef, Found, Founded, HostStatus, Introduce, Join, Joined, LedgerBook, LedgerFile, LedgerPage, LedgerQuery, Ledgers, LinkCandidates, LinkChange, LinkQuery, Nothing, OpenDatabase, PasswordChange, People, PrintSend, Printers, RelayStatus, RelaySwitch, SampleStatus, SealCandidates, SeatRequests, SectionRef, SectionView, SettingsPage, SignConfirm, SignPrepare, SignRef, SignSheet, SignStatus, Signed, SlipPdf, SlipQuery, StateDigest, SyncStatus, TableImport, Unlock, VerifyStatus, Workbench, Years } from "./index";

/** Every command with its request and response types. */
export interface Commands {
  host_status: { request: Nothing; response: HostStatus };
  found: { request: Found; response: Founded };
  join: { request: Join; response: Joined };
  join_cancel: { request: Nothing; response: HostStatus };
  seat_requests: { request: Nothing; response: SeatRequests };
  open_database: { request: OpenDatabase; response: HostStatus };
  unlock: { request: Unlock; response: HostStatus };
  sample_open: { request: Nothing; response: SampleStatus };
  sample_status: { request: Nothing; response: SampleStatus };
  sample_cancel: { request: Nothing; response: SampleStatus };
  sample_erase: { request: Nothing; response: HostStatus };
  lock: { request: Nothing; response: HostStatus };
  password_change: { request: PasswordChange; response: Nothing };
  definitions: { request: Nothing; response: Definitions };
  catalogue: { request: Nothing; response: Catalogue };
  form_new: { request: FormNew; response: FormPage };
  form_get: { request: FormRef; response: FormPage };
  draft_get: { request: SectionRef; response: SectionView };
  draft_set: { request: DraftSet; response: DraftSaved };
  draft_rows: { request: DraftRows; response: DraftSaved };
  draft_discard: { request: DraftDiscard; response: Nothing };
  table_import: { request: TableImport; response: DraftSaved };
  link_candidates: { request: LinkQuery; response: LinkCandidates };
  link_change: { request: LinkChange; response: FormPage };
  file_begin: { request: FileBegin; response: FileUpload };
  file_chunk: { request: FileChunk; response: Nothing };
  file_finish: { request: FileRef; response: DraftSaved };
  file_cancel: { request: FileRef; response: Nothing };
  file_remove: { request: FileRemove; response: DraftSaved };
  file_read: { request: FileRead; response: FilePart };
  sign_prepare: { request: SignPrepare; response: SignSheet };
  sign_show: { request: SignRef; response: SignSheet };
  sign_confirm: { request: SignConfirm; response: Signed };
  sign_cancel: { request: SignRef; response: Nothing };
  sign_status: { request: SignRef; response: SignStatus };
  seal_candidates: { request: Nothing; response: SealCandidates };
  workbench: { request: Nothing; response: Workbench };
  ledgers: { request: Nothing; response: Ledgers };
  ledger_list: { request: LedgerQuery; response: LedgerPage };
  ledger_pdf: { request: LedgerBook; response: LedgerFile };
  ledger_xlsx: { request: LedgerBook; response: LedgerFile };
  slip_pdf: { request: SlipQuery; response: SlipPdf };
  printers: { request: Nothing; response: Printers };
  print_send: { request: PrintSend; response: Nothing };
  designs: { request: Nothing; response: Designs };
  design_open: { request: DesignOpen; response: DesignTree };
  design_check: { request: DesignCheck; response: Designed };
  years: { request: Nothing; response: Years };
  bundle_scan: { request: BundleFile; response: ExchangeStatus };
  bundle_import: { request: BundleImport; response: ExchangeStatus };
  bundle_stage: { request: BundleStage; response: ExchangeStatus };
  exchange_status: { request: Nothing; response: ExchangeStatus };
  exchange_cancel: { request: Nothing; response: ExchangeStatus };
  sync_status: { request: Nothing; response: SyncStatus };
  state_digest: { request: Nothing; response: StateDigest };
  endpoint_way: { request: Nothing; response: EndpointWay };
  endpoint_way_set: { request: EndpointWaySet; response: EndpointWay };
  introduce: { request: Introduce; response: ExchangeStatus };
  enrol: { request: Enrol; response: ExchangeStatus };
  enrolment_code: { request: Nothing; response: EnrolmentCode };
  enrolments: { request: Nothing; response: Enrolments };
  sync_now: { request: Nothing; response: ExchangeStatus };
  sync_progress: { request: Nothing; response: ExchangeStatus };
  sync_cancel: { request: Nothing; response: ExchangeStatus };
  relay_status: { request: Nothing; response: RelayStatus };
  relay_switch: { request: RelaySwitch; response: RelayStatus };
  people: { request: Nothing; response: People };
  settings: { request: Nothing; response: SettingsPage };
  findings: { request: Nothing; response: Findings };
  verify_start: { request: Nothing; response: VerifyStatus };
  verify_status: { request: Nothing; response: VerifyStatus };
  verify_cancel: { request: Nothing; response: VerifyStatus };
}

/** Who may call a command. */
export const GROUPS = {
  host_status: "public",
  found: "public",
  join: "public",
  join_cancel: "public",
  seat_requests: "public",
  open_database: "public",
  unlock: "public",
  sample_open: "door",
  sample_status: "door",
  sample_cancel: "door",
  sample_erase: "door",
  lock: "desk",
  password_change: "desk",
  definitions: "desk",
  catalogue: "desk",
  form_new: "desk",
  form_get: "desk",
  draft_get: "desk",
  draft_set: "desk",
  draft_rows: "desk",
  draft_discard: "desk",
  table_import: "desk",
  link_candidates: "desk",
  link_change: "desk",
  file_begin: "desk",
  file_chunk: "desk",
  file_finish: "desk",
  file_cancel: "desk",
  file_remove: "desk",
  file_read: "desk",
  sign_prepare: "desk",
  sign_show: "sign",
  sign_confirm: "sign",
  sign_cancel: "sign",
  sign_status: "desk",
  seal_candidates: "desk",
  workbench: "desk",
  ledgers: "desk",
  ledger_list: "desk",
  ledger_pdf: "desk",
  ledger_xlsx: "desk",
  slip_pdf: "desk",
  printers: "desk",
  print_send: "desk",
  designs: "desk",
  design_open: "desk",
  design_check: "desk",
  years: "desk",
  bundle_scan: "public",
  bundle_import: "public",
  bundle_stage: "desk",
  exchange_status: "public",
  exchange_cancel: "public",
  sync_status: "desk",
  state_digest: "desk",
  endpoint_way: "public",
  endpoint_way_set: "public",
  introduce: "desk",
  enrol: "public",
  enrolment_code: "desk",
  enrolments: "desk",
  sync_now: "desk",
  sync_progress: "public",
  sync_cancel: "public",
  relay_status: "desk",
  relay_switch: "desk",
  people: "desk",
  settings: "desk",
  findings: "desk",
  verify_start: "desk",
  verify_status: "desk",
  verify_cancel: "desk",
} as const satisfies Record<keyof Commands, "public" | "desk" | "door" | "sign">;
