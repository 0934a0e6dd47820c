// Written by `cargo xtask bindings` from crates/desk/src/api. Do not edit.
export * from "./commands";

/**
 * Something the person at the desk can do, or could if something were mended.
 */
export type ActionOffer = { 
/**
 * What to pass to `sign_prepare`; target, reason and the like are filled in by the screen.
 */
action: OfferKind, 
/**
 * Label of the button.
 */
label: string, 
/**
 * Step key or table name, where the action has one.
 */
place: string | null, 
/**
 * The person in whose name it is signed, under a delegation; named in the label.
 */
on_behalf: string | null, 
/**
 * What is still missing; empty when it can be done now.
 */
problems: Array<Problem>, };

/**
 * A warning; it keeps nobody from anything.
 */
export type AlertView = { 
/**
 * In Chinese.
 */
message: string, 
/**
 * Rules of the white paper behind it.
 */
cites: Array<string>, };

/**
 * An attachment as listed.
 */
export type Attachment = { 
/**
 * Slot of the definition, or `scan`.
 */
slot: string, 
/**
 * Display name, sanitised.
 */
name: string, 
/**
 * Media type as stated by the host; never trusted for opening.
 */
media: string, 
/**
 * Bytes.
 */
size_bytes: number, 
/**
 * SM3 of the plain bytes.
 */
digest: string, };

/**
 * A block of numbers (G7).
 */
export type BlockView = { 
/**
 * Text code of the series.
 */
series: string, 
/**
 * Calendar year.
 */
year: number, 
/**
 * First number.
 */
first: number, 
/**
 * Last number.
 */
last: number, 
/**
 * The seat that has it.
 */
seat: string, 
/**
 * The highest number of it that is used here.
 */
used: number | null, };

/**
 * Items of a bundle by kind.
 */
export type BundleCounts = { 
/**
 * Registry entries.
 */
entries: number, 
/**
 * Definitions, lists and calendars.
 */
definitions: number, 
/**
 * Signed events.
 */
events: number, 
/**
 * Contents.
 */
contents: number, 
/**
 * Attachments.
 */
attachments: number, };

/**
 * `bundle_scan`: looks through a bundle and takes nothing in.
 */
export type BundleFile = { 
/**
 * Path of the file.
 */
path: string, };

/**
 * What a bundle was found to be.
 */
export type BundleFound = { 
/**
 * Path of the file.
 */
path: string, 
/**
 * The bureau that it names as its owner.
 */
bureau: string, 
/**
 * The fingerprint of that bureau's ledger.
 */
root: string, 
/**
 * Whether it is of the ledger on this PC; true too while there is none.
 */
ours: boolean, 
/**
 * Who wrote it: the name under its signature where that is good, else what it says itself.
 */
from: string, 
/**
 * For whom it was written.
 */
to: string | null, 
/**
 * Names of the people who alone can open it; empty when it is not encrypted.
 */
recipients: Array<string>, 
/**
 * When, by the writer's clock.
 */
made_at: string, 
/**
 * Which volume of how many.
 */
volume: number, 
/**
 * How many volumes.
 */
volumes: number, 
/**
 * Items that the writer put in.
 */
written: BundleCounts, 
/**
 * Whole items found.
 */
good: BundleCounts, 
/**
 * Whether every byte is as it was written.
 */
whole: boolean, 
/**
 * Whether a seat of this bureau signed it.
 */
signed: boolean, 
/**
 * Fingerprint of the file, to compare by telephone.
 */
fingerprint: string, };

/**
 * `bundle_import`: takes in what is whole of a bundle.
 */
export type BundleImport = { 
/**
 * Path of the file.
 */
path: string, 
/**
 * The ledger's fingerprint from paper or the telephone: asked for while there is no ledger here (G1).
 */
fingerprint: string | null, 
/**
 * The password of whoever sits here: asked for by a bundle that is encrypted for that person.
 */
password: Secret | null, };

/**
 * What came of taking a bundle in.
 */
export type BundleImported = { 
/**
 * Items that the writer put in.
 */
written: BundleCounts, 
/**
 * Whole items that were read.
 */
good: BundleCounts, 
/**
 * Items that are new here.
 */
new: BundleCounts, 
/**
 * Events that wait for something that is not here yet.
 */
waiting: number, 
/**
 * Items that were here already.
 */
known: number, 
/**
 * Refused items, in words, with how many of each.
 */
refused: Array<RefusedItems>, 
/**
 * Whether a seat of this bureau signed the bundle.
 */
signed: boolean, 
/**
 * In one Chinese sentence.
 */
message: string, };

/**
 * `bundle_stage`: writes a bundle that waits for its signature.
 */
export type BundleStage = { 
/**
 * The folder, normally of a stick.
 */
folder: string, 
/**
 * A PC as `sync_status` names it: only what it has not confirmed. Everything when absent.
 */
peer: string | null, 
/**
 * Whether attachments go too.
 */
attachments: boolean, 
/**
 * People who alone can open it; everybody of the bureau when empty.
 */
recipients: Array<string>, };

/**
 * A bundle that waits for its signature.
 */
export type BundleStaged = { 
/**
 * Names it in the sign action `write_bundle`.
 */
bundle: string, 
/**
 * How many files.
 */
volumes: number, 
/**
 * Bytes in all.
 */
bytes: number, 
/**
 * Forms whose events are in it.
 */
forms: number, 
/**
 * Items.
 */
counts: BundleCounts, 
/**
 * Names of the people who alone can open it; empty when it is not encrypted.
 */
recipients: Array<string>, 
/**
 * Fingerprint, to compare by telephone.
 */
fingerprint: string, };

/**
 * The bureau of this ledger.
 */
export type Bureau = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its level.
 */
level: Level, 
/**
 * Root fingerprint of the registry in groups of four, to compare by telephone (G1).
 */
fingerprint: string, 
/**
 * Number of the newest registry entry.
 */
registry_number: number, };

/**
 * The working calendar of a year.
 */
export type CalendarView = { 
/**
 * The year.
 */
year: number, 
/**
 * Where it was announced.
 */
source: string, 
/**
 * Days off, `YYYY-MM-DD`.
 */
off: Array<string>, 
/**
 * Saturdays and Sundays that are worked, `YYYY-MM-DD`.
 */
make_up: Array<string>, 
/**
 * It was imported by the bureau; otherwise it came with the program.
 */
imported: boolean, 
/**
 * Who imported it.
 */
changed: Changed | null, };

/**
 * The items that a catalogue field takes: the shipped ones in the order of the white paper, then the bureau's own.
 */
export type Catalogue = { 
/**
 * Every item.
 */
items: Array<CatalogueItem>, };

/**
 * An item of the service catalogue.
 */
export type CatalogueItem = { 
/**
 * Code that is stored: `C040`, or `Z001` of the bureau.
 */
code: string, 
/**
 * Its words.
 */
text: string, 
/**
 * Heading; empty for the bureau's own.
 */
group: string, 
/**
 * `范围外/需确认` or `范围外` for performance tuning, as the bureau has set it (G1); empty for all else.
 */
mark: string, 
/**
 * The bureau's own.
 */
own: boolean, };

/**
 * A cell of a table field.
 */
export type Cell = { 
/**
 * From 0.
 */
row: number, 
/**
 * The column's key.
 */
column: string, };

/**
 * Who changed a setting, by which entry of the registry.
 */
export type Changed = { 
/**
 * Number of the entry.
 */
entry: number, 
/**
 * Who signed it.
 */
name: string, 
/**
 * When it came to this PC; empty for entries older than this program.
 */
at: string, };

/**
 * Where a clock stands.
 */
export type ClockStanding = "not_started" | "unset" | "running" | "paused" | "overdue" | "met" | "missed";

/**
 * A service clock of a form, where it stands now. Times are those of the office, `YYYY-MM-DD HH:MM`; those of a term in
 * days are dates; empty where there is none.
 */
export type ClockView = { 
/**
 * Key.
 */
key: string, 
/**
 * Title.
 */
title: string, 
/**
 * Where it stands.
 */
standing: ClockStanding, 
/**
 * It runs and less than a quarter of its time is left, or a day of a term in days.
 */
soon: boolean, 
/**
 * How long it may run, in words.
 */
allowance: string, 
/**
 * When it began.
 */
start: string, 
/**
 * When it is due.
 */
due: string, 
/**
 * When it ended.
 */
stop: string, 
/**
 * Where it stands, in words.
 */
shown: string, 
/**
 * What was assumed, in words; empty for nothing.
 */
note: string, 
/**
 * Rules of the white paper behind it.
 */
cites: Array<string>, };

/**
 * A definition that is active in the registry.
 */
export type DefinitionBrief = { 
/**
 * Definition digest.
 */
digest: string, 
/**
 * Its id, for example as in the file name.
 */
id: string, 
/**
 * Exact title of the paper form.
 */
title: string, 
/**
 * Version.
 */
version: number, 
/**
 * Ledger code.
 */
ledger: string, 
/**
 * Ledger title.
 */
ledger_title: string, 
/**
 * Whether the person at the desk may start one.
 */
may_create: boolean, };

/**
 * `definitions`: all active ones, in ledger order.
 */
export type Definitions = { 
/**
 * The list.
 */
definitions: Array<DefinitionBrief>, };

/**
 * A delegation in force.
 */
export type DelegationView = { 
/**
 * The absent person.
 */
from: string, 
/**
 * Who signs for them.
 */
to: string, 
/**
 * First day; advisory (F8).
 */
since: string, 
/**
 * Last day; advisory (F8).
 */
until: string, };

/**
 * One difference from the version before.
 */
export type DesignChange = { 
/**
 * In Chinese.
 */
text: string, 
/**
 * A control falls with it, or may fall.
 */
falls: boolean, };

/**
 * `design_check`: judges an edited tree and shows its empty slip.
 */
export type DesignCheck = { 
/**
 * Digest of the definition that it changes.
 */
base: string, 
/**
 * The edited tree.
 */
tree: string, };

/**
 * A fault of an edited definition or a warning about it.
 */
export type DesignNote = { 
/**
 * Stable code.
 */
code: string, 
/**
 * In Chinese.
 */
message: string, 
/**
 * Where in the tree: keys and numbers from 0, parted by dots (`step.1.roles`); empty for the whole.
 */
place: string, };

/**
 * `design_open`: a definition to be changed.
 */
export type DesignOpen = { 
/**
 * Digest of the definition.
 */
definition: string, };

/**
 * The very slip that an edited definition prints.
 */
export type DesignSlip = { 
/**
 * The PDF, Base64.
 */
pdf: string, 
/**
 * Its pages.
 */
pages: number, };

/**
 * A definition as a tree that the screen edits.
 */
export type DesignTree = { 
/**
 * Digest of the definition.
 */
definition: string, 
/**
 * The definition as JSON, with the keys of its file; at most 512 KiB.
 */
tree: string, 
/**
 * The version that a change of it would be.
 */
version: number, 
/**
 * The person at the desk may activate it.
 */
may_change: boolean, };

/**
 * A version of a form that was ever in use here.
 */
export type DesignVersion = { 
/**
 * Digest of the definition.
 */
digest: string, 
/**
 * Id of the form, the same in all its versions.
 */
id: string, 
/**
 * Its title.
 */
title: string, 
/**
 * The version.
 */
version: number, 
/**
 * New forms begin with it.
 */
active: boolean, 
/**
 * Who took it into use.
 */
changed: Changed | null, };

/**
 * What became of an edited definition.
 */
export type Designed = { 
/**
 * Everything that differs from the version before; empty when nothing does.
 */
changes: Array<DesignChange>, 
/**
 * What its signer must know: nobody can go on, a gate never opens, a control goes.
 */
warnings: Array<DesignNote>, 
/**
 * Why it is not accepted; empty when it is.
 */
faults: Array<DesignNote>, 
/**
 * The empty slip; absent while there is a fault.
 */
slip: DesignSlip | null, };

/**
 * `designs`: what an administrator can change or take into use.
 */
export type Designs = { 
/**
 * The person at the desk may activate.
 */
may_change: boolean, 
/**
 * Active definitions.
 */
active: Array<DefinitionBrief>, 
/**
 * Definitions that came with the program and are not in use.
 */
shipped: Array<ShippedDefinition>, 
/**
 * Every version that was ever in use, newest first.
 */
versions: Array<DesignVersion>, };

/**
 * `draft_discard`: drops the local draft of one part.
 */
export type DraftDiscard = { 
/**
 * The form.
 */
form: string, 
/**
 * The part.
 */
section: Section, };

/**
 * `draft_rows`: sets how many rows a table field has, or removes one.
 */
export type DraftRows = { 
/**
 * The form.
 */
form: string, 
/**
 * The part.
 */
section: Section, 
/**
 * The table field.
 */
field: string, 
/**
 * What to do.
 */
change: RowChange, };

/**
 * The answer to a draft change: the part as it stands now, values normalised and computed.
 */
export type DraftSaved = { 
/**
 * The form key (unchanged by saving).
 */
form: string, 
/**
 * The part after the change.
 */
section: SectionView, 
/**
 * When it was committed.
 */
saved_at: string, };

/**
 * `draft_set`: one field as typed. Committed before the answer.
 */
export type DraftSet = { 
/**
 * The form.
 */
form: string, 
/**
 * The part.
 */
section: Section, 
/**
 * The field.
 */
field: string, 
/**
 * The cell of a table field.
 */
cell: Cell | null, 
/**
 * The text as typed; choices by value, flags as `1` or empty, people and units by id.
 */
text: string, };

/**
 * A record that is owed for a period and is not there.
 */
export type DutyView = { 
/**
 * Definition digest.
 */
definition: string, 
/**
 * Key.
 */
key: string, 
/**
 * Title.
 */
title: string, 
/**
 * The period in words.
 */
period: string, 
/**
 * The period is over.
 */
missed: boolean, 
/**
 * Whether the person at the desk may start the record.
 */
may_start: boolean, };

/**
 * `endpoint_way`: how this PC gets to the endpoint.
 */
export type EndpointWay = { 
/**
 * Root of its addresses, `https://host:port`; empty while there is none.
 */
url: string, 
/**
 * An HTTP proxy; empty for none.
 */
proxy: string, 
/**
 * Fingerprint of the bureau's own certificate authority; empty where those of the operating system are trusted.
 */
authority: string, };

/**
 * `endpoint_way_set`
 */
export type EndpointWaySet = { 
/**
 * Root of its addresses; empty for none.
 */
url: string, 
/**
 * An HTTP proxy; empty for none.
 */
proxy: string, 
/**
 * Path of a PEM file with the only certificate authority to be trusted; empty for those of the operating system; the
 * one that is known when absent.
 */
authority: string | null, };

/**
 * `enrol`: this PC, which asked for a seat, shows its request at the endpoint; where the seat is certified, the ledger
 * comes at once.
 */
export type Enrol = { 
/**
 * The one-time code of the administrator.
 */
code: Secret, 
/**
 * The ledger's fingerprint from paper or the telephone (G1).
 */
fingerprint: string, 
/**
 * The password that was given when the seat was asked for.
 */
password: Secret, };

/**
 * What `introduce` and `enrol` learnt.
 */
export type Enrolled = { 
/**
 * Whether the endpoint knows the seat; else the administrator has yet to certify it.
 */
certified: boolean, 
/**
 * Fingerprint of the ledger there.
 */
fingerprint: string, };

/**
 * `enrolment_code`: lets one PC ask for a seat.
 */
export type EnrolmentCode = { 
/**
 * To be read out or copied.
 */
code: string, 
/**
 * Until when it works.
 */
until: string, };

/**
 * A seat that is asked for at the endpoint.
 */
export type EnrolmentView = { 
/**
 * Who asks.
 */
name: string, 
/**
 * The text for `certify_seat`.
 */
text: string, 
/**
 * What both compare by telephone, in groups of four.
 */
fingerprint: string, 
/**
 * When it came.
 */
at: string, };

/**
 * `enrolments`: seats that are asked for at the endpoint.
 */
export type Enrolments = { 
/**
 * Oldest first.
 */
enrolments: Array<EnrolmentView>, };

/**
 * A row of a do-table as signed.
 */
export type EntryView = { 
/**
 * Row id.
 */
row: string, 
/**
 * Who.
 */
name: string, 
/**
 * Stated time, `YYYY-MM-DD HH:MM` in the zone of the office.
 */
at: string, 
/**
 * When it was recorded.
 */
recorded_at: string, 
/**
 * Whether it was recorded more than 10 minutes after the stated time: 补录 (C6).
 */
late: boolean, 
/**
 * Whether a later row replaced it.
 */
superseded: boolean, 
/**
 * Whether the person at the desk may correct it now.
 */
may_correct: boolean, 
/**
 * Its fields.
 */
fields: Array<ShownField>, };

/**
 * `exchange_status` and `sync_progress`: how the running or last exchange stands, by bundle and with the endpoint.
 */
export type ExchangeStatus = { 
/**
 * What is being done, or was done last.
 */
task: ExchangeTask | null, 
/**
 * Whether it is running.
 */
running: boolean, 
/**
 * What of an exchange with the endpoint is under way.
 */
step: SyncStep | null, 
/**
 * Items or bytes done.
 */
done: number, 
/**
 * Items or bytes in all; 0 while that is not known.
 */
total: number, 
/**
 * What `bundle_scan` found.
 */
found: BundleFound | null, 
/**
 * What `bundle_import` took in.
 */
imported: BundleImported | null, 
/**
 * What `bundle_stage` wrote.
 */
staged: BundleStaged | null, 
/**
 * What `introduce` or `enrol` learnt.
 */
enrolled: Enrolled | null, 
/**
 * What `sync_now`, `enrol` or the background brought and gave.
 */
synced: Synced | null, 
/**
 * Why it ended early.
 */
refused: Refusal | null, 
/**
 * When an exchange with the endpoint ended; absent while it runs.
 */
ended_at: string | null, };

/**
 * What an exchange is doing.
 */
export type ExchangeTask = "scan" | "import" | "stage" | "introduce" | "enrol" | "sync";

/**
 * A bad row.
 */
export type FaultView = { 
/**
 * Table.
 */
table: string, 
/**
 * Row.
 */
row: string, 
/**
 * What is wrong, in Chinese.
 */
what: string, };

/**
 * Type of a field.
 */
export type FieldKind = "text" | "paragraph" | "integer" | "money" | "percent" | "date" | "datetime" | "choice" | "catalogue" | "flag" | "account" | "phone" | "id_number" | "unit" | "person" | "table" | "attachment";

/**
 * A choice.
 */
export type FieldOption = { 
/**
 * Stored.
 */
value: string, 
/**
 * Shown.
 */
label: string, };

/**
 * The address of a field: section, then key, then row and column for tables.
 */
export type FieldRef = { 
/**
 * The part of the form.
 */
section: Section, 
/**
 * The field's key.
 */
field: string, 
/**
 * Row from 0 and column key, inside a table field.
 */
cell: Cell | null, };

/**
 * A field as the screen needs it.
 */
export type FieldView = { 
/**
 * Key.
 */
key: string, 
/**
 * Label.
 */
label: string, 
/**
 * Type.
 */
kind: FieldKind, 
/**
 * Whether it must be filled.
 */
required: boolean, 
/**
 * Whether it can be written now (computed fields cannot).
 */
editable: boolean, 
/**
 * Longest text in characters.
 */
max: number, 
/**
 * Hint.
 */
help: string, 
/**
 * The value as typed.
 */
text: string, 
/**
 * The value as shown (grouped, in words …).
 */
shown: string, 
/**
 * Second line under it, for example 大写金额.
 */
note: string, 
/**
 * Choices: value and label.
 */
options: Array<FieldOption>, 
/**
 * Headings of the service catalogue that a catalogue field takes its items from; empty: all.
 */
groups: Array<string>, 
/**
 * Columns of a table field (their values are empty here).
 */
columns: Array<FieldView>, 
/**
 * Rows of a table field, each with one field per column.
 */
rows: Array<Array<FieldView>>, 
/**
 * What is wrong with it.
 */
problem: Problem | null, };

/**
 * `file_begin`: a file starts to come in.
 */
export type FileBegin = { 
/**
 * The form.
 */
form: string, 
/**
 * The part it belongs to.
 */
section: Section, 
/**
 * The attachment field's key, or `scan` for a sheet signed in ink.
 */
slot: string, 
/**
 * Name as chosen.
 */
name: string, 
/**
 * Media type as stated.
 */
media: string, 
/**
 * Bytes that will come; 1 to the limit (200 MiB by default).
 */
size_bytes: number, };

/**
 * `file_chunk`: the next bytes, in order.
 */
export type FileChunk = { 
/**
 * The upload.
 */
upload: string, 
/**
 * Base64.
 */
bytes: string, };

/**
 * The answer of `file_read`: at most 1 MiB.
 */
export type FilePart = { 
/**
 * Base64.
 */
bytes: string, 
/**
 * Whether this was the last part.
 */
last: boolean, };

/**
 * `file_read`: a piece of an attachment of this form.
 */
export type FileRead = { 
/**
 * The form.
 */
form: string, 
/**
 * The digest.
 */
digest: string, 
/**
 * From which byte.
 */
offset: number, };

/**
 * `file_finish`, `file_cancel`.
 */
export type FileRef = { 
/**
 * The upload.
 */
upload: string, };

/**
 * `file_remove`: takes an attachment out of a draft.
 */
export type FileRemove = { 
/**
 * The form.
 */
form: string, 
/**
 * The part.
 */
section: Section, 
/**
 * The slot.
 */
slot: string, 
/**
 * The digest.
 */
digest: string, };

/**
 * The answer of `file_begin`.
 */
export type FileUpload = { 
/**
 * Names the upload.
 */
upload: string, 
/**
 * Bytes of the largest chunk.
 */
chunk_bytes: number, };

/**
 * A finding in words.
 */
export type FindingView = { 
/**
 * `F2` … `F16`.
 */
code: string, 
/**
 * In Chinese.
 */
message: string, };

/**
 * `findings`: what an audit finds over the whole ledger, beside what each form says of itself. It changes no state.
 */
export type Findings = { 
/**
 * In words, at most 200.
 */
findings: Array<FindingView>, 
/**
 * How many more there are.
 */
more: number, 
/**
 * Two registry entries with one number, before which the registry stands (F12).
 */
fork: ForkView | null, };

/**
 * A form that was started from another one.
 */
export type FollowForm = { 
/**
 * The form.
 */
form: string, 
/**
 * Number or working number.
 */
number: string, 
/**
 * Title.
 */
title: string, 
/**
 * State in words.
 */
status_text: string, };

/**
 * What `form_new` takes to start a form that another one calls for.
 */
export type FollowStart = { 
/**
 * Definition digest.
 */
definition: string, 
/**
 * Slot in which the other form is linked.
 */
slot: string, };

/**
 * A form that this one calls for.
 */
export type FollowView = { 
/**
 * Key.
 */
key: string, 
/**
 * Title of the task and of the button.
 */
title: string, 
/**
 * It is a task that nobody has begun.
 */
owed: boolean, 
/**
 * Forms that link here in its slot.
 */
forms: Array<FollowForm>, 
/**
 * How to start one; absent where the person at the desk may not, or the form is not sealed yet.
 */
start: FollowStart | null, };

/**
 * One of the entries with one number.
 */
export type ForkVersion = { 
/**
 * Names it in `settle_fork`.
 */
version: string, 
/**
 * What it says, in Chinese.
 */
text: string, };

/**
 * A fork of the registry.
 */
export type ForkView = { 
/**
 * The number.
 */
number: number, 
/**
 * What has that number.
 */
versions: Array<ForkVersion>, 
/**
 * Whether the person at the desk may say which goes on (`settle_fork`).
 */
may_settle: boolean, };

/**
 * A form that warns.
 */
export type FormAlert = { 
/**
 * The form.
 */
row: LedgerRow, 
/**
 * In Chinese.
 */
message: string, };

/**
 * `form_new`: starts a draft.
 */
export type FormNew = { 
/**
 * Definition digest.
 */
definition: string, 
/**
 * A sealed form that it begins with, as a follow-up or a correction does.
 */
link: LinkStart | null, };

/**
 * `form_get`: all that the form page shows.
 */
export type FormPage = { 
/**
 * The form key.
 */
form: string, 
/**
 * Definition.
 */
definition: DefinitionBrief, 
/**
 * Number, once given.
 */
number: string | null, 
/**
 * Working number (seat code and log position), once created.
 */
working_number: string | null, 
/**
 * State.
 */
status: FormStatus, 
/**
 * State in words, for example 「待主管处室审核」.
 */
status_text: string, 
/**
 * The applicant's part.
 */
content: SectionView, 
/**
 * The revisions of a forked draft, one's own first; empty unless somebody must choose (V4).
 */
leaves: Array<LeafView>, 
/**
 * The steps of the chain with their boxes, in order.
 */
steps: Array<StepView>, 
/**
 * The do-tables.
 */
tables: Array<TableView>, 
/**
 * The slots for links to other forms.
 */
links: Array<LinkSlotView>, 
/**
 * The slip's grid: the screen shows fields in the same places as the paper.
 */
grid: Array<GridRow>, 
/**
 * 签批历程, oldest first.
 */
history: Array<HistoryRow>, 
/**
 * Findings in words (audit results; they never change the state).
 */
findings: Array<FindingView>, 
/**
 * Who acts next, in words: 「下一步由谁办」.
 */
next: Array<string>, 
/**
 * What the person at the desk can do now, in the order of the buttons.
 */
actions: Array<ActionOffer>, 
/**
 * Service clocks.
 */
clocks: Array<ClockView>, 
/**
 * Reports that are owed at a beat.
 */
tickers: Array<TickerView>, 
/**
 * Values of now.
 */
gauges: Array<GaugeView>, 
/**
 * Warnings that hold now.
 */
alerts: Array<AlertView>, 
/**
 * What this form calls for next.
 */
follows: Array<FollowView>, 
/**
 * Copies that were printed and whether they came back.
 */
copies: Array<string>, 
/**
 * When the last draft change was committed.
 */
saved_at: string | null, };

/**
 * Names a form: its id (64 hex digits), or a draft that was never sent (`draft-` and 32 hex digits).
 */
export type FormRef = { 
/**
 * The key.
 */
form: string, };

/**
 * State of a form.
 */
export type FormStatus = "draft" | "pending" | "returned" | "approved" | "sealed" | "closed" | "rejected" | "opaque";

/**
 * `found`: the door 「开设本单位台账」. The first person is the founder: administrator and registrar.
 */
export type Found = { 
/**
 * Bureau name, 1–100 characters.
 */
bureau: string, 
/**
 * Level.
 */
level: Level, 
/**
 * Further units (业务科室、预算单位), at most 500; the bureau itself is always one.
 */
units: Array<string>, 
/**
 * At least the founder; at most 200.
 */
people: Array<NewPerson>, };

/**
 * The answer of `found`.
 */
export type Founded = { 
/**
 * The recovery code, shown once and printed.
 */
recovery_code: string, 
/**
 * The recovery sheet as a PDF, base64.
 */
recovery_sheet: string, 
/**
 * Root fingerprint.
 */
fingerprint: string, };

/**
 * A value of now.
 */
export type GaugeView = { 
/**
 * Key.
 */
key: string, 
/**
 * Title.
 */
title: string, 
/**
 * Value in words.
 */
shown: string, };

/**
 * A cell of the grid.
 */
export type GridCell = { 
/**
 * Width in columns, 1–24.
 */
width: number, 
/**
 * Rows it spans.
 */
rows: number, 
/**
 * What stands in it.
 */
content: GridContent, };

/**
 * What stands in a cell.
 */
export type GridContent = { "kind": "label", 
/**
 * Its text.
 */
text: string, } | { "kind": "field", 
/**
 * Its key.
 */
field: string, } | { "kind": "step", 
/**
 * Its key.
 */
step: string, } | { "kind": "entry", 
/**
 * Its name.
 */
table: string, } | { "kind": "links", 
/**
 * Its key.
 */
slot: string, };

/**
 * A row of the slip's 24-column grid.
 */
export type GridRow = { 
/**
 * Its cells; cells that span down from above are not repeated.
 */
cells: Array<GridCell>, };

/**
 * A line of 签批历程.
 */
export type HistoryRow = { 
/**
 * Event id.
 */
event: string, 
/**
 * When, by the clock of the PC that signed.
 */
at: string, 
/**
 * Who.
 */
name: string, 
/**
 * What, in words: 送签、同意、退回 …
 */
what: string, 
/**
 * Step or table.
 */
place: string, 
/**
 * Opinion or reason.
 */
text: string, 
/**
 * Whether it counts.
 */
counts: boolean, 
/**
 * 「签名有效」 or why it does not count.
 */
verification: string, };

/**
 * `host_status`: what the first screen needs. Holds nothing of the forms.
 */
export type HostStatus = { 
/**
 * Program version.
 */
version: string, 
/**
 * Where the program stands.
 */
stage: Stage, 
/**
 * The data folder, for 「数据在哪里」.
 */
data_folder: string, 
/**
 * Whether the OS secret store answered.
 */
os_store: boolean, 
/**
 * The bureau, once the database is open.
 */
bureau: Bureau | null, 
/**
 * The people with a seat on this PC, in order of names (empty while closed: the names in `keys.json`).
 */
people: Array<PersonBrief>, 
/**
 * Who is at the desk.
 */
person: PersonBrief | null, 
/**
 * Whether that person drafts and signs nothing: the data was restored or copied, and the new seat is not certified.
 */
awaits_seat: boolean, 
/**
 * Minutes without input until the desk locks.
 */
idle_lock_minutes: number, 
/**
 * Set when this ledger is the sample bureau.
 */
sample: SampleBrief | null, 
/**
 * Whether a sample bureau is kept on this PC.
 */
sample_kept: boolean, };

/**
 * Ink demands of a step.
 */
export type InkRule = "no" | "allowed" | "required";

/**
 * One signature on a sheet.
 */
export type InkSignature = { 
/**
 * Step key.
 */
step: string, 
/**
 * Person id of the signer, or
 */
signer: string | null, 
/**
 * the written name of someone outside the registry.
 */
outsider: string | null, };

/**
 * `introduce`: the bureau becomes known to the endpoint.
 */
export type Introduce = { 
/**
 * The one-time code of the endpoint's operator.
 */
code: Secret, };

/**
 * `join`: the door 「加入已有台账」. This PC gets a key and asks for a seat; the ledger comes in a bundle.
 */
export type Join = { 
/**
 * Name of the person who will sit here, 1–50 characters.
 */
name: string, 
/**
 * That person's own password, at least 8 characters.
 */
password: Secret, };

/**
 * The answer of `join`.
 */
export type Joined = { 
/**
 * The recovery code of this PC's database, shown once and printed.
 */
recovery_code: string, 
/**
 * The recovery sheet as a PDF, base64.
 */
recovery_sheet: string, 
/**
 * What to take to the administrator.
 */
request: SeatRequestView, };

/**
 * One of several revisions of a draft between which nobody has chosen yet (V4).
 */
export type LeafView = { 
/**
 * Event id: what 选定稿本 keeps.
 */
revision: string, 
/**
 * Who saved it.
 */
name: string, 
/**
 * When, by the clock of their PC.
 */
at: string, 
/**
 * Whether the person at the desk saved it.
 */
own: boolean, 
/**
 * Whether it is the one that the sheet shows.
 */
shown: boolean, 
/**
 * Its filled fields.
 */
fields: Array<ShownField>, 
/**
 * Its files.
 */
attachments: Array<Attachment>, };

/**
 * `ledger_pdf`, `ledger_xlsx`: the book of a ledger for a year.
 */
export type LedgerBook = { 
/**
 * Ledger code.
 */
ledger: string, 
/**
 * Year of the numbers; forms without a number count to the year in which they were begun.
 */
year: number, };

/**
 * A ledger.
 */
export type LedgerBrief = { 
/**
 * Code.
 */
ledger: string, 
/**
 * Title.
 */
title: string, 
/**
 * Forms in it.
 */
forms: number, 
/**
 * Years of its numbers, newest first.
 */
years: Array<number>, };

/**
 * A file to be saved.
 */
export type LedgerFile = { 
/**
 * File name for saving.
 */
name: string, 
/**
 * Base64.
 */
bytes: string, 
/**
 * Forms in it.
 */
rows: number, 
/**
 * Pages of a PDF.
 */
pages: number, };

/**
 * A page of forms.
 */
export type LedgerPage = { 
/**
 * The rows.
 */
rows: Array<LedgerRow>, 
/**
 * Pass it to get the next page; absent at the end.
 */
cursor: string | null, };

/**
 * `ledger_list`: a page of forms, newest first; with a text, a search.
 */
export type LedgerQuery = { 
/**
 * Ledger code; all ledgers when absent.
 */
ledger: string | null, 
/**
 * Any word of one character or more, a number, a unit or a person; at most 100 characters.
 */
text: string, 
/**
 * Only this state.
 */
status: FormStatus | null, 
/**
 * Only forms numbered in this year.
 */
year: number | null, 
/**
 * Where the last page ended.
 */
cursor: string | null, 
/**
 * 1–200.
 */
limit: number, };

/**
 * A form in a list. Accounts and id numbers are masked.
 */
export type LedgerRow = { 
/**
 * The form key.
 */
form: string, 
/**
 * Number or working number.
 */
number: string, 
/**
 * Title of the definition.
 */
title: string, 
/**
 * Key fields in one line.
 */
summary: string, 
/**
 * The unit it is about.
 */
unit: string, 
/**
 * Who submitted it.
 */
person: string, 
/**
 * State.
 */
status: FormStatus, 
/**
 * State in words.
 */
status_text: string, 
/**
 * When it last changed.
 */
changed_at: string, };

/**
 * `ledgers`: the ledgers of the bureau with their counts.
 */
export type Ledgers = { 
/**
 * In order of titles.
 */
ledgers: Array<LedgerBrief>, };

/**
 * Administrative level of the bureau; sets the arrival clock (W177).
 */
export type Level = "province" | "city" | "county";

/**
 * A form that may be linked.
 */
export type LinkCandidate = { 
/**
 * The form.
 */
form: string, 
/**
 * Number or working number.
 */
number: string, 
/**
 * Title of its definition.
 */
title: string, 
/**
 * Key fields in one line.
 */
summary: string, 
/**
 * Name of its unit.
 */
unit: string, 
/**
 * When it was sealed.
 */
sealed_at: string, 
/**
 * Whether it is linked already.
 */
linked: boolean, };

/**
 * A page of forms that may be linked.
 */
export type LinkCandidates = { 
/**
 * The rows.
 */
rows: Array<LinkCandidate>, 
/**
 * Pass it to get the next page; absent at the end.
 */
cursor: string | null, };

/**
 * `link_change`: adds or removes links of a slot, all or none. Committed before the answer, which is the form's page.
 */
export type LinkChange = { 
/**
 * The form that links.
 */
form: string, 
/**
 * The slot.
 */
slot: string, 
/**
 * What to do.
 */
change: LinkEdit, };

/**
 * A value that is read of linked forms.
 */
export type LinkColumn = { 
/**
 * Key.
 */
key: string, 
/**
 * Head of the column.
 */
title: string, 
/**
 * Type.
 */
kind: LinkKind, };

/**
 * A change of the links of a slot.
 */
export type LinkEdit = { "kind": "add", 
/**
 * The forms, at most 500.
 */
forms: Array<string>, } | { "kind": "add_all", 
/**
 * As in `link_candidates`.
 */
text: string, 
/**
 * First day of the seal, `YYYY-MM-DD`.
 */
since: string | null, 
/**
 * Last day of the seal, `YYYY-MM-DD`.
 */
until: string | null, } | { "kind": "remove", 
/**
 * The forms.
 */
forms: Array<string>, };

/**
 * Type of a value that is read.
 */
export type LinkKind = "flag" | "integer" | "text" | "money" | "percent";

/**
 * `link_candidates`: sealed forms that a slot takes, newest first.
 */
export type LinkQuery = { 
/**
 * The form that links.
 */
form: string, 
/**
 * The slot.
 */
slot: string, 
/**
 * As in `ledger_list`.
 */
text: string, 
/**
 * First day of the seal, `YYYY-MM-DD`.
 */
since: string | null, 
/**
 * Last day of the seal, `YYYY-MM-DD`.
 */
until: string | null, 
/**
 * Where the last page ended.
 */
cursor: string | null, 
/**
 * 1–200.
 */
limit: number, };

/**
 * A linked form.
 */
export type LinkRow = { 
/**
 * The form.
 */
form: string, 
/**
 * Number or working number.
 */
number: string, 
/**
 * Title of its definition.
 */
title: string, 
/**
 * Name of its unit.
 */
unit: string, 
/**
 * When it was sealed; empty when it is not here.
 */
sealed_at: string, 
/**
 * The values as shown, one for each column.
 */
values: Array<string>, 
/**
 * Why the link does not hold.
 */
problem: Problem | null, };

/**
 * A slot for links to sealed forms.
 */
export type LinkSlotView = { 
/**
 * Key.
 */
slot: string, 
/**
 * Title.
 */
title: string, 
/**
 * Titles of the forms that may be linked.
 */
definitions: Array<string>, 
/**
 * Fewest links.
 */
min: number, 
/**
 * Most links.
 */
max: number, 
/**
 * Whether the person at the desk may change the links now.
 */
editable: boolean, 
/**
 * Heads of the values that are read of each linked form.
 */
columns: Array<LinkColumn>, 
/**
 * The links, in the order in which they were made.
 */
rows: Array<LinkRow>, 
/**
 * Too few or too many.
 */
problem: Problem | null, };

/**
 * A link with which a form begins.
 */
export type LinkStart = { 
/**
 * The slot.
 */
slot: string, 
/**
 * The sealed form.
 */
form: string, };

/**
 * A person to be entered in the registry.
 */
export type NewPerson = { 
/**
 * Name, 1–50 characters.
 */
name: string, 
/**
 * Name of the unit; empty for the bureau itself.
 */
unit: string, 
/**
 * Role codes.
 */
roles: Array<string>, 
/**
 * The person's own password for a seat on this PC; absent for someone who signs on paper only.
 */
password: Secret | null, };

/**
 * A seat that was asked for on another PC.
 */
export type NewSeat = { 
/**
 * The text of the request.
 */
request: string, 
/**
 * A person of the registry; whoever asks becomes one when absent.
 */
person: string | null, 
/**
 * Name of the new person's unit; empty for the bureau itself.
 */
unit: string, 
/**
 * Role codes of the new person.
 */
roles: Array<string>, 
/**
 * Whether the new person is another system, an outside service desk, and nobody.
 */
system: boolean, };

/**
 * The answer of a command that has nothing to say.
 */
export type Nothing = Record<symbol, never>;

/**
 * Kinds of offers.
 */
export type OfferKind = "submit" | "approve" | "approve_ink" | "return" | "reject" | "withdraw" | "seal" | "entry" | "close" | "print" | "paper_back" | "handover" | "resolve";

/**
 * `open_database`: when the OS store does not give the key (K1).
 */
export type OpenDatabase = { "with": "password", 
/**
 * Who.
 */
person: string, 
/**
 * The password.
 */
password: Secret, } | { "with": "recovery", 
/**
 * The code.
 */
code: Secret, };

/**
 * A form that waits for one that it calls for.
 */
export type OwedFollow = { 
/**
 * The form.
 */
row: LedgerRow, 
/**
 * Key.
 */
key: string, 
/**
 * Title of the task.
 */
title: string, 
/**
 * How to start it; absent where the person at the desk may not.
 */
start: FollowStart | null, };

/**
 * A bureau's own item of the service catalogue.
 */
export type OwnItem = { 
/**
 * Code.
 */
code: string, 
/**
 * Words.
 */
text: string, 
/**
 * Who changed it last.
 */
changed: Changed | null, };

/**
 * `password_change` of the person at the desk.
 */
export type PasswordChange = { 
/**
 * The present one.
 */
old: Secret, 
/**
 * The new one, at least 8 characters.
 */
new: Secret, };

/**
 * A year before the current one.
 */
export type PastYear = { 
/**
 * What it holds.
 */
count: YearCount, 
/**
 * Who closed it: read-only but for what was carried over.
 */
closed: Changed | null, 
/**
 * How many forms were carried over when it was closed.
 */
carried: number, 
/**
 * Forms that are not finished, oldest first: what closing the year carries over by name.
 */
open: Array<LedgerRow>, };

/**
 * A PC or an endpoint.
 */
export type PeerView = { 
/**
 * Names it in `bundle_stage`.
 */
id: string, 
/**
 * What it is called.
 */
name: string, 
/**
 * Whether it is an endpoint, to which no bundle is written.
 */
endpoint: boolean, 
/**
 * When it was last heard of.
 */
seen_at: string, 
/**
 * Events that it has not confirmed.
 */
unconfirmed: number, 
/**
 * Its events that wait here.
 */
waiting: number, };

/**
 * An event that waits.
 */
export type PendingView = { 
/**
 * The event, short.
 */
event: string, 
/**
 * The form, as commands name it.
 */
form: string, 
/**
 * From whom it came.
 */
from: string, 
/**
 * For what, in Chinese.
 */
waits_for: string, };

/**
 * `people`: the registry as a person reads it.
 */
export type People = { 
/**
 * People, in order of entry.
 */
people: Array<PersonView>, 
/**
 * Units, the bureau itself first.
 */
units: Array<UnitView>, 
/**
 * All roles with their Chinese names.
 */
roles: Array<RoleView>, 
/**
 * Whether the person at the desk may change the registry.
 */
may_change: boolean, 
/**
 * Who signs in whose name.
 */
delegations: Array<DelegationView>, 
/**
 * Every ledger, and who seals it.
 */
ledgers: Array<SealingView>, 
/**
 * Series of numbers, by code.
 */
series: Array<string>, 
/**
 * Blocks of numbers that are leased, of this year and the last.
 */
blocks: Array<BlockView>, 
/**
 * The seat that gives the numbers which nobody leases.
 */
number_seat: string | null, 
/**
 * The entries of the registry, newest first, at most 200.
 */
entries: Array<RegistryRow>, };

/**
 * A person, short.
 */
export type PersonBrief = { 
/**
 * Person id.
 */
id: string, 
/**
 * Name.
 */
name: string, 
/**
 * Chinese titles of the roles held.
 */
roles: Array<string>, };

/**
 * A person of the registry.
 */
export type PersonView = { 
/**
 * Id.
 */
id: string, 
/**
 * Name.
 */
name: string, 
/**
 * Name of the unit.
 */
unit: string, 
/**
 * Role codes held now.
 */
roles: Array<string>, 
/**
 * Seats.
 */
seats: Array<SeatView>, };

/**
 * `print_send`: hands the slip to a printer, after its Print was signed.
 */
export type PrintSend = { 
/**
 * The form.
 */
form: string, 
/**
 * Copy name.
 */
copy: string, 
/**
 * Title to print; the first of the record when empty.
 */
title: string, 
/**
 * Queue; the default handler when absent.
 */
printer: string | null, };

/**
 * `printers`: what the operating system offers.
 */
export type Printers = { 
/**
 * Queue names, the default first; empty where the PDF goes to the default viewer.
 */
printers: Array<string>, };

/**
 * One thing that is not right yet, at a field or at a gate.
 */
export type Problem = { 
/**
 * Stable code.
 */
code: string, 
/**
 * In Chinese.
 */
message: string, 
/**
 * The field it is about, if any.
 */
field: FieldRef | null, };

/**
 * Why a command was not carried out, in words for the person and a code for the handbook.
 */
export type Refusal = { 
/**
 * Stable code, for example `FIELD-TOO-LONG` or `SIGN-PASSWORD`.
 */
code: string, 
/**
 * What happened, in Chinese.
 */
message: string, 
/**
 * What is safe and what to do next, in Chinese; empty when the message says it all.
 */
advice: string, 
/**
 * Seconds after which trying again makes sense (wrong password, busy file).
 */
retry_after_seconds: number | null, 
/**
 * The field problems or unmet gates behind the refusal.
 */
problems: Array<Problem>, };

/**
 * Items refused for one reason.
 */
export type RefusedItems = { 
/**
 * Code of the rule.
 */
code: string, 
/**
 * In Chinese.
 */
words: string, 
/**
 * How many.
 */
count: number, };

/**
 * An item that was refused.
 */
export type RefusedView = { 
/**
 * The item, short.
 */
item: string, 
/**
 * From whom it came.
 */
from: string, 
/**
 * Code of the rule.
 */
code: string, 
/**
 * In Chinese.
 */
words: string, 
/**
 * When.
 */
at: string, };

/**
 * An entry of the registry in words.
 */
export type RegistryRow = { 
/**
 * Number.
 */
number: number, 
/**
 * What it says, in Chinese.
 */
text: string, 
/**
 * Who signed it.
 */
signers: Array<string>, 
/**
 * Its hash, first 16 hex digits.
 */
hash: string, };

/**
 * A PC that asked.
 */
export type RelayCaller = { 
/**
 * Whose seat.
 */
name: string, 
/**
 * Code of the seat.
 */
code: string, 
/**
 * When it asked last.
 */
at: string, };

/**
 * `relay_status`: whether this PC answers the others of its bureau.
 */
export type RelayStatus = { 
/**
 * Whether this PC may: the administrators allow it, and a registrar has a seat here.
 */
allowed: boolean, 
/**
 * Whether the person at the desk may switch it.
 */
may_switch: boolean, 
/**
 * Where it is to answer, `address:port`; empty while it is switched off.
 */
listen: string, 
/**
 * Addresses of this PC to choose from, `address:port`.
 */
places: Array<string>, 
/**
 * What the other PCs take as the address of their endpoint; empty while it does not answer.
 */
address: string, 
/**
 * Fingerprint of its key, to compare by telephone; empty while it does not answer.
 */
fingerprint: string, 
/**
 * Who asked since it began, the last one first, at most 200.
 */
callers: Array<RelayCaller>, 
/**
 * Why it does not answer although it is switched on.
 */
refused: Refusal | null, };

/**
 * `relay_switch`
 */
export type RelaySwitch = { 
/**
 * Where to answer, an address of this PC with or without a port; nowhere when absent.
 */
listen: string | null, };

/**
 * Where a form goes back to.
 */
export type ReturnTarget = { "to": "drafter" } | { "to": "step", 
/**
 * Step key.
 */
step: string, };

/**
 * A role.
 */
export type RoleView = { 
/**
 * Code.
 */
code: string, 
/**
 * Chinese name.
 */
title: string, };

/**
 * A change of the rows of a table field.
 */
export type RowChange = { "kind": "add" } | { "kind": "remove", 
/**
 * From 0.
 */
row: number, };

/**
 * A clock that is late or soon due.
 */
export type RunningClock = { 
/**
 * The form.
 */
row: LedgerRow, 
/**
 * The clock.
 */
clock: ClockView, };

/**
 * The ledger that is shown is the sample: nothing in it is real.
 */
export type SampleBrief = { 
/**
 * The password of all its people.
 */
password: string, };

/**
 * `sample_open`, `sample_status`, `sample_cancel`: how the sample bureau stands.
 */
export type SampleStatus = { 
/**
 * Whether it is being made.
 */
playing: boolean, 
/**
 * Whether every other command answers from it.
 */
shown: boolean, 
/**
 * Moves that are done.
 */
done: number, 
/**
 * Moves in all; 0 before they are counted.
 */
total: number, 
/**
 * Why it could not be made.
 */
refusal: Refusal | null, };

/**
 * A register record that waits for its seal.
 */
export type SealCandidate = { 
/**
 * The form.
 */
row: LedgerRow, 
/**
 * What keeps it from being sealed now; empty when it can be.
 */
problems: Array<Problem>, };

/**
 * `seal_candidates`: register records that can be sealed in one action (日清), oldest first, at most 200.
 */
export type SealCandidates = { 
/**
 * The records.
 */
rows: Array<SealCandidate>, 
/**
 * More wait than are here.
 */
more: boolean, };

/**
 * A ledger and the PC that seals it (G6).
 */
export type SealingView = { 
/**
 * Code of the ledger.
 */
ledger: string, 
/**
 * Its title.
 */
title: string, 
/**
 * The seats in force on that PC.
 */
seats: Array<string>, 
/**
 * Whether it is this PC.
 */
here: boolean, };

/**
 * A request for a seat.
 */
export type SeatRequestView = { 
/**
 * Who asks.
 */
name: string, 
/**
 * The text that the administrator takes in.
 */
text: string, 
/**
 * What both compare by telephone, in groups of four.
 */
fingerprint: string, };

/**
 * `seat_requests`: seats that were asked for at this PC and are not certified yet.
 */
export type SeatRequests = { 
/**
 * The requests.
 */
requests: Array<SeatRequestView>, 
/**
 * Whether the person at the desk certifies a new seat for himself (`renew_seat`): no administrator sits elsewhere.
 */
may_renew: boolean, };

/**
 * A seat: a person on a PC with a key.
 */
export type SeatView = { 
/**
 * Id.
 */
id: string, 
/**
 * Short code, as in working numbers.
 */
code: string, 
/**
 * Whether it is on this PC.
 */
here: boolean, 
/**
 * Whether it was revoked.
 */
revoked: boolean, 
/**
 * Why; empty for a seat in force.
 */
reason: string, };

/**
 * A password or recovery code on its way in; wiped after use, never printed.
 */
export type Secret = string;

/**
 * A part of a form that is filled by itself.
 */
export type Section = { "kind": "content" } | { "kind": "step", 
/**
 * The step's key in the definition.
 */
key: string, } | { "kind": "entry", 
/**
 * The table's name in the definition.
 */
table: string, 
/**
 * Row id, hex; a new row is named by the desk when its first field is written.
 */
row: string | null, };

/**
 * `draft_get`: a part as the person at the desk writes it now; for a row of a do-table that stands, its correction.
 */
export type SectionRef = { 
/**
 * The form.
 */
form: string, 
/**
 * The part.
 */
section: Section, };

/**
 * One part of the form with its fields.
 */
export type SectionView = { 
/**
 * Which part.
 */
section: Section, 
/**
 * Whether the person at the desk may write in it now.
 */
editable: boolean, 
/**
 * Its fields, in order; invisible ones are left out.
 */
fields: Array<FieldView>, 
/**
 * Its attachments.
 */
attachments: Array<Attachment>, };

/**
 * Where a series of numbers stands in a year.
 */
export type SeriesEnd = { 
/**
 * The series.
 */
series: string, 
/**
 * Its last number.
 */
last: number, };

/**
 * What a setting holds.
 */
export type SettingKind = "integer" | "minutes" | "days" | "choice" | "text" | "hours" | "flag" | "percent" | "definition";

/**
 * A setting.
 */
export type SettingView = { 
/**
 * Key.
 */
key: string, 
/**
 * The gap that it fills, or the rule whose number it is.
 */
gap: string, 
/**
 * Title.
 */
title: string, 
/**
 * What it holds.
 */
kind: SettingKind, 
/**
 * As typed again; empty while the default is in force.
 */
value: string, 
/**
 * What is in force, in words.
 */
shown: string, 
/**
 * The default in words.
 */
default_shown: string, 
/**
 * Choices: value and label.
 */
options: Array<FieldOption>, 
/**
 * It is not set and this bureau has to.
 */
required: boolean, 
/**
 * A sentence of help.
 */
help: string, 
/**
 * Who changed it last; absent while the default is in force.
 */
changed: Changed | null, };

/**
 * `settings`: what the white paper leaves to the bureau, its own items of the service catalogue, its calendars.
 */
export type SettingsPage = { 
/**
 * Whether the person at the desk may change them.
 */
may_change: boolean, 
/**
 * Every setting, in the order of the gaps.
 */
settings: Array<SettingView>, 
/**
 * The bureau's own items of the service catalogue, by code.
 */
items: Array<OwnItem>, 
/**
 * The working calendars that are known, by year.
 */
calendars: Array<CalendarView>, 
/**
 * This year, and in December the next, where their calendar is not known: they are counted Monday to Friday.
 */
unknown_years: Array<number>, };

/**
 * A definition of the program that this ledger does not use, or uses in an older version.
 */
export type ShippedDefinition = { 
/**
 * Digest of its text.
 */
digest: string, 
/**
 * Its title.
 */
title: string, 
/**
 * Its version.
 */
version: number, 
/**
 * Title of its ledger.
 */
ledger_title: string, 
/**
 * The active definition that it would take the place of.
 */
replaces: string | null, };

/**
 * Label and value for reading.
 */
export type ShownField = { 
/**
 * Label.
 */
label: string, 
/**
 * Value.
 */
shown: string, };

/**
 * What is to be signed. Registry changes are signed the same way as forms.
 */
export type SignAction = { "kind": "submit", 
/**
 * The form or draft.
 */
form: string, } | { "kind": "approve", 
/**
 * The form.
 */
form: string, 
/**
 * Step key.
 */
step: string, 
/**
 * The person signed for, under a delegation.
 */
on_behalf: string | null, } | { "kind": "approve_ink", 
/**
 * The form.
 */
form: string, 
/**
 * The scanned sheet: an attachment in the form's scan slot.
 */
scan: string, 
/**
 * The signatures on the sheet, in the order of the steps; at most 16.
 */
signatures: Array<InkSignature>, } | { "kind": "return", 
/**
 * The form.
 */
form: string, 
/**
 * To the drafter, or to a step.
 */
target: ReturnTarget, 
/**
 * Why, 1–500 characters.
 */
reason: string, } | { "kind": "reject", 
/**
 * The form.
 */
form: string, 
/**
 * Why.
 */
reason: string, } | { "kind": "withdraw", 
/**
 * The form.
 */
form: string, 
/**
 * Why.
 */
reason: string, } | { "kind": "seal", 
/**
 * The form.
 */
form: string, } | { "kind": "seal_many", 
/**
 * The forms, 1–200.
 */
forms: Array<string>, } | { "kind": "entry", 
/**
 * The form.
 */
form: string, 
/**
 * The table.
 */
table: string, 
/**
 * Stated time, `YYYY-MM-DD HH:MM` in the zone of the office or RFC 3339; now when absent.
 */
at: string | null, 
/**
 * The row that this one corrects.
 */
corrects: string | null, } | { "kind": "close", 
/**
 * The form.
 */
form: string, 
/**
 * Remark.
 */
remark: string, } | { "kind": "handover", 
/**
 * The form.
 */
form: string, 
/**
 * Person id of the new editor.
 */
person: string, } | { "kind": "resolve", 
/**
 * The form.
 */
form: string, 
/**
 * Event id of the revision to keep.
 */
keep: string, } | { "kind": "print", 
/**
 * The form.
 */
form: string, 
/**
 * Copy name as in the definition.
 */
copy: string, } | { "kind": "paper_back", 
/**
 * The form.
 */
form: string, 
/**
 * The scan.
 */
scan: string, } | { "kind": "add_person", 
/**
 * The person.
 */
person: NewPerson, } | { "kind": "set_roles", 
/**
 * The person.
 */
person: string, 
/**
 * Role codes that shall hold.
 */
roles: Array<string>, } | { "kind": "add_seat", 
/**
 * The person.
 */
person: string, 
/**
 * The person's own new password.
 */
password: Secret, } | { "kind": "certify_seat", 
/**
 * The request, and for whom.
 */
seat: NewSeat, } | { "kind": "renew_seat" } | { "kind": "write_bundle", 
/**
 * Its name in the answer of `bundle_stage`.
 */
bundle: string, } | { "kind": "lease_numbers", 
/**
 * The seat.
 */
seat: string, 
/**
 * Text code of the series.
 */
series: string, 
/**
 * Calendar year.
 */
year: number, 
/**
 * How many numbers, 1–10,000.
 */
count: number, } | { "kind": "return_numbers", 
/**
 * The seat.
 */
seat: string, 
/**
 * Text code of the series.
 */
series: string, 
/**
 * Calendar year.
 */
year: number, } | { "kind": "move_numbers", 
/**
 * The seat.
 */
seat: string, } | { "kind": "move_seal", 
/**
 * Code of the ledger.
 */
ledger: string, 
/**
 * A seat on that computer.
 */
seat: string, } | { "kind": "revoke_seat", 
/**
 * The seat.
 */
seat: string, 
/**
 * Why.
 */
reason: string, } | { "kind": "delegate", 
/**
 * The absent person.
 */
from: string, 
/**
 * Who signs for them.
 */
to: string, 
/**
 * First day, `YYYY-MM-DD`; advisory (F8).
 */
since: string, 
/**
 * Last day, `YYYY-MM-DD`; advisory (F8).
 */
until: string, } | { "kind": "delegation_end", 
/**
 * The absent person.
 */
from: string, 
/**
 * Who signed for them.
 */
to: string, } | { "kind": "set_setting", 
/**
 * Its key; `catalogue.Z001` for an item.
 */
key: string, 
/**
 * As typed; empty for the default again, or for no such item.
 */
value: string, } | { "kind": "import_calendar", 
/**
 * Name of the file.
 */
name: string, 
/**
 * Its text, at most 16 KiB.
 */
text: string, } | { "kind": "activate_design", 
/**
 * Digest of the definition that it changes.
 */
base: string, 
/**
 * The edited tree, as `design_check` judged it.
 */
tree: string, } | { "kind": "take_up_definitions", 
/**
 * Their digests.
 */
definitions: Array<string>, } | { "kind": "close_year", 
/**
 * The year, before the current one.
 */
year: number, } | { "kind": "settle_fork", 
/**
 * Hash of the entry, as `findings` names it.
 */
version: string, } | { "kind": "add_unit", 
/**
 * Its name.
 */
name: string, };

/**
 * `sign_confirm`: the password that signs.
 */
export type SignConfirm = { 
/**
 * The prepared request.
 */
request: string, 
/**
 * The digest that the dialog showed; signing is refused when it is not that of the bytes (C4).
 */
digest: string, 
/**
 * The signer's password.
 */
password: Secret, };

/**
 * One sign-off at a step.
 */
export type SignOff = { 
/**
 * The name as printed; 甲(乙代) for a delegation.
 */
name: string, 
/**
 * When, by this PC's clock.
 */
at: string, 
/**
 * Whether it was ink.
 */
ink: boolean, 
/**
 * Whether it still counts.
 */
counts: boolean, 
/**
 * Why not, in words.
 */
void_reason: string, 
/**
 * The fields of its box as shown: label and value.
 */
fields: Array<ShownField>, 
/**
 * The scan behind an ink sign-off.
 */
scan: Attachment | null, };

/**
 * `sign_prepare`: checks the action and says exactly what would be signed. Nothing is signed yet.
 */
export type SignPrepare = { 
/**
 * The action.
 */
action: SignAction, };

/**
 * `sign_show` and `sign_cancel`: the sign dialog names its request.
 */
export type SignRef = { 
/**
 * The prepared request.
 */
request: string, };

/**
 * The answer of `sign_prepare` and `sign_show`: what the sign dialog shows.
 */
export type SignSheet = { 
/**
 * Names the prepared request; valid for 10 minutes, for one signing, for the person at the desk.
 */
request: string, 
/**
 * What is being done, for example 「同意 · 主管处室审核」.
 */
action: string, 
/**
 * Title of the form, or of the registry change.
 */
title: string, 
/**
 * Number or working number.
 */
number: string, 
/**
 * Who signs.
 */
signer: string, 
/**
 * The key fields and the fields of the box that is signed.
 */
fields: Array<ShownField>, 
/**
 * The attachments that are covered.
 */
attachments: Array<Attachment>, 
/**
 * 核对码: a digest of all that is signed, in groups of four; `sign_confirm` gives it back (C4).
 */
digest: string, 
/**
 * Digest of the form's content, in groups of four; empty for changes of the registry.
 */
content: string, 
/**
 * Definition title and version.
 */
definition: string, 
/**
 * How many events the password will sign; each is listed in `events`.
 */
events: Array<string>, 
/**
 * Controls that fall, or may fall, with what is signed; in Chinese.
 */
weakened: Array<string>, 
/**
 * Things to know that do not forbid signing (late entry, note demanded later …).
 */
warnings: Array<Problem>, };

/**
 * `sign_status`: how a prepared request ended, for the window that waits for the dialog.
 */
export type SignStatus = { "state": "waiting" } | { "state": "done", 
/**
 * The result.
 */
signed: Signed, } | { "state": "gone" };

/**
 * What was signed.
 */
export type Signed = { 
/**
 * The form, with its final id; absent for registry changes.
 */
form: string | null, 
/**
 * The number, where one was given.
 */
number: string | null, 
/**
 * The ids of the signed events or registry entries.
 */
events: Array<string>, 
/**
 * What happened, in Chinese.
 */
message: string, };

/**
 * The slip.
 */
export type SlipPdf = { 
/**
 * File name for saving.
 */
name: string, 
/**
 * Base64.
 */
pdf: string, 
/**
 * Pages.
 */
pages: number, 
/**
 * All copy names.
 */
copies: Array<string>, 
/**
 * All titles under which it may be printed, the usual one first.
 */
titles: Array<string>, };

/**
 * `slip_pdf`: the very PDF that would be printed.
 */
export type SlipQuery = { 
/**
 * The form.
 */
form: string, 
/**
 * Copy name; the first of the definition when empty.
 */
copy: string, 
/**
 * Title to print; the first of the record when empty.
 */
title: string, };

/**
 * Where the program stands.
 */
export type Stage = "first_start" | "joining" | "closed" | "locked" | "open";

/**
 * `state_digest`: computed over the whole file.
 */
export type StateDigest = { 
/**
 * Over everything that PCs with the same events show alike, to compare by telephone.
 */
state: string, };

/**
 * State of a step.
 */
export type StepState = "waiting" | "current" | "passed" | "skipped";

/**
 * A step of the signature chain.
 */
export type StepView = { 
/**
 * Key.
 */
key: string, 
/**
 * Number in the plan, from 0; absent when the plan leaves it out.
 */
position: number | null, 
/**
 * Title.
 */
title: string, 
/**
 * Chinese titles of the roles that may sign.
 */
roles: Array<string>, 
/**
 * State.
 */
state: StepState, 
/**
 * How many must sign, and how many have.
 */
need: number, 
/**
 * How many have signed.
 */
signed: number, 
/**
 * Whether paper is possible or demanded.
 */
ink: InkRule, 
/**
 * Whether someone outside the registry may sign on paper.
 */
outsider: boolean, 
/**
 * Sign-offs, valid and void, oldest first.
 */
sign_offs: Array<SignOff>, 
/**
 * The own box, to fill or as signed.
 */
section: SectionView, };

/**
 * `sync_status`: the room 同步.
 */
export type SyncStatus = { 
/**
 * PCs and endpoints that were heard of, the last one first.
 */
peers: Array<PeerView>, 
/**
 * Forms that the endpoint does not wholly have, the one that changed last first, at most 200.
 */
unsent: Array<UnsentView>, 
/**
 * Events that wait, the oldest first, at most 200.
 */
pending: Array<PendingView>, 
/**
 * How many events wait.
 */
pending_count: number, 
/**
 * Items that were refused, the last one first, at most 200.
 */
refused: Array<RefusedView>, 
/**
 * Files that are named here and have not come yet.
 */
missing_files: number, };

/**
 * What an exchange with the endpoint is doing.
 */
export type SyncStep = "pull_registry" | "push_registry" | "pull_events" | "pull_files" | "push_events" | "compare" | "witness";

/**
 * What came of an exchange with the endpoint.
 */
export type Synced = { 
/**
 * Items that are new here.
 */
new: BundleCounts, 
/**
 * Events that the endpoint has now and had not confirmed before.
 */
given: number, 
/**
 * Contents and attachments that went up.
 */
files_given: number, 
/**
 * Events that wait here for something.
 */
waiting: number, 
/**
 * Items that were refused here, in words, with how many of each.
 */
refused: Array<RefusedItems>, 
/**
 * Items of this PC that the endpoint does not take.
 */
not_taken: Array<RefusedItems>, 
/**
 * Whether everything was compared (Y5).
 */
compared: boolean, 
/**
 * In one Chinese sentence.
 */
message: string, };

/**
 * `table_import`: the rows of a spreadsheet after those of a table field, all or none. Its head names columns by their
 * labels in any order.
 */
export type TableImport = { 
/**
 * The form.
 */
form: string, 
/**
 * The part.
 */
section: Section, 
/**
 * The table field.
 */
field: string, 
/**
 * The file in base64, at most 1 MiB of bytes.
 */
bytes: string, };

/**
 * A do-table.
 */
export type TableView = { 
/**
 * Name.
 */
name: string, 
/**
 * Title.
 */
title: string, 
/**
 * Whether it takes one row.
 */
single: boolean, 
/**
 * Whether the person at the desk may add a row (or correct the single one) now.
 */
may_add: boolean, 
/**
 * Rows, oldest first, superseded ones marked.
 */
rows: Array<EntryView>, 
/**
 * The row being written, if the person may add one.
 */
draft: SectionView | null, };

/**
 * Where a report stands.
 */
export type TickStanding = "met" | "missed" | "next";

/**
 * One report that is owed.
 */
export type TickView = { 
/**
 * When.
 */
due: string, 
/**
 * Where it stands.
 */
standing: TickStanding, 
/**
 * When the report was made; empty where there is none.
 */
entry: string, };

/**
 * Reports that are owed at a beat.
 */
export type TickerView = { 
/**
 * Key.
 */
key: string, 
/**
 * Title.
 */
title: string, 
/**
 * The beat in words.
 */
every: string, 
/**
 * The do-table of the reports.
 */
table: string, 
/**
 * How many of those listed are missed.
 */
missed: number, 
/**
 * Older ones that are not listed.
 */
left_out: number, 
/**
 * Those that have passed and the next one, oldest first.
 */
ticks: Array<TickView>, 
/**
 * Rules of the white paper behind it.
 */
cites: Array<string>, };

/**
 * A unit.
 */
export type UnitView = { 
/**
 * Id.
 */
id: string, 
/**
 * Name.
 */
name: string, };

/**
 * `unlock`: a person sits down at the desk.
 */
export type Unlock = { 
/**
 * Who.
 */
person: string, 
/**
 * The password.
 */
password: Secret, };

/**
 * A definition in use that this program cannot read.
 */
export type UnreadableDefinition = { 
/**
 * First digits of its digest.
 */
definition: string, 
/**
 * Title of its ledger.
 */
ledger_title: string, 
/**
 * Why.
 */
problem: Problem, };

/**
 * A form that the endpoint does not wholly have.
 */
export type UnsentView = { 
/**
 * The form, as commands name it.
 */
form: string, 
/**
 * Official or working number.
 */
number: string, 
/**
 * Title of its definition.
 */
title: string, 
/**
 * Events that it has not confirmed.
 */
events: number, 
/**
 * Whether an administrator lets its ledger leave; it stays here otherwise.
 */
leaves: boolean, };

/**
 * `verify_status`: how far the check of the whole file is.
 */
export type VerifyStatus = { 
/**
 * Whether it is running.
 */
running: boolean, 
/**
 * Rows checked.
 */
done: number, 
/**
 * Rows in all.
 */
total: number, 
/**
 * What was found, the first bad row first; empty and not running: all is well, or never run.
 */
faults: Array<FaultView>, 
/**
 * When the last whole run ended.
 */
finished_at: string | null, };

/**
 * `workbench`: what must I do now.
 */
export type Workbench = { 
/**
 * Forms whose next step is mine, oldest first.
 */
mine: Array<LedgerRow>, 
/**
 * Forms I sent that came back.
 */
returned: Array<LedgerRow>, 
/**
 * Drafts on this PC that are mine, newest first: 「恢复未完成单据」.
 */
drafts: Array<LedgerRow>, 
/**
 * Sealed forms whose do-tables wait for one of my roles, and forms to close.
 */
to_do: Array<LedgerRow>, 
/**
 * Forms I sent that are on their way.
 */
under_way: Array<LedgerRow>, 
/**
 * Findings of this ledger that nobody has looked at.
 */
findings: number, 
/**
 * Records that are owed for a period, newest period first.
 */
duties: Array<DutyView>, 
/**
 * Forms that wait for one that they call for, newest first.
 */
owed: Array<OwedFollow>, 
/**
 * Clocks that are late, the latest first, then those soon due.
 */
clocks: Array<RunningClock>, 
/**
 * Forms that warn, newest first.
 */
alerts: Array<FormAlert>, 
/**
 * Lists that have more rows than are here: each ends at a hundred.
 */
cut: Array<WorkbenchList>, 
/**
 * Definitions in use whose forms cannot be worked on here; everything else can.
 */
unreadable: Array<UnreadableDefinition>, 
/**
 * This year, and in December the next, where their working calendar is not known.
 */
unknown_years: Array<number>, };

/**
 * A list of the workbench.
 */
export type WorkbenchList = "mine" | "returned" | "drafts" | "to_do" | "under_way" | "duties" | "owed" | "clocks" | "alerts";

/**
 * What a year holds.
 */
export type YearCount = { 
/**
 * The year.
 */
year: number, 
/**
 * Forms of it.
 */
forms: number, 
/**
 * The last number of each series, which begins anew with 1 in the next year.
 */
series: Array<SeriesEnd>, };

/**
 * `years`: the years of this ledger.
 */
export type Years = { 
/**
 * The person at the desk may close years.
 */
may_change: boolean, 
/**
 * The year of today at the office.
 */
current: YearCount, 
/**
 * Years before it that hold forms, newest first.
 */
past: Array<PastYear>, };
