use super::{
    AlertView, Attachment, ClockView, FollowView, GaugeView, LinkSlotView, LinkStart, Problem, Section,
    TickerView,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A definition that is active in the registry.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DefinitionBrief {
    /// Definition digest.
    pub digest: String,
    /// Its id, for example as in the file name.
    pub id: String,
    /// Exact title of the paper form.
    pub title: String,
    /// Version.
    pub version: u32,
    /// Ledger code.
    pub ledger: String,
    /// Ledger title.
    pub ledger_title: String,
    /// Whether the person at the desk may start one.
    pub may_create: bool,
}

/// `definitions`: all active ones, in ledger order.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Definitions {
    /// The list.
    pub definitions: Vec<DefinitionBrief>,
}

/// `form_new`: starts a draft.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FormNew {
    /// Definition digest.
    pub definition: String,
    /// A sealed form that it begins with, as a follow-up or a correction does.
    #[serde(default)]
    pub link: Option<LinkStart>,
}

/// Names a form: its id (64 hex digits), or a draft that was never sent (`draft-` and 32 hex digits).
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FormRef {
    /// The key.
    pub form: String,
}

/// `form_get`: all that the form page shows.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FormPage {
    /// The form key.
    pub form: String,
    /// Definition.
    pub definition: DefinitionBrief,
    /// Number, once given.
    pub number: Option<String>,
    /// Working number (seat code and log position), once created.
    pub working_number: Option<String>,
    /// State.
    pub status: FormStatus,
    /// State in words, for example 「待主管处室审核」.
    pub status_text: String,
    /// The applicant's part.
    pub content: SectionView,
    /// The revisions of a forked draft, one's own first; empty unless somebody must choose (V4).
    pub leaves: Vec<LeafView>,
    /// The steps of the chain with their boxes, in order.
    pub steps: Vec<StepView>,
    /// The do-tables.
    pub tables: Vec<TableView>,
    /// The slots for links to other forms.
    pub links: Vec<LinkSlotView>,
    /// The slip's grid: the screen shows fields in the same places as the paper.
    pub grid: Vec<GridRow>,
    /// 签批历程, oldest first.
    pub history: Vec<HistoryRow>,
    /// Findings in words (audit results; they never change the state).
    pub findings: Vec<FindingView>,
    /// Who acts next, in words: 「下一步由谁办」.
    pub next: Vec<String>,
    /// What the person at the desk can do now, in the order of the buttons.
    pub actions: Vec<ActionOffer>,
    /// Service clocks.
    pub clocks: Vec<ClockView>,
    /// Reports that are owed at a beat.
    pub tickers: Vec<TickerView>,
    /// Values of now.
    pub gauges: Vec<GaugeView>,
    /// Warnings that hold now.
    pub alerts: Vec<AlertView>,
    /// What this form calls for next.
    pub follows: Vec<FollowView>,
    /// Copies that were printed and whether they came back.
    pub copies: Vec<String>,
    /// When the last draft change was committed.
    pub saved_at: Option<String>,
}

/// One of several revisions of a draft between which nobody has chosen yet (V4).
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LeafView {
    /// Event id: what 选定稿本 keeps.
    pub revision: String,
    /// Who saved it.
    pub name: String,
    /// When, by the clock of their PC.
    pub at: String,
    /// Whether the person at the desk saved it.
    pub own: bool,
    /// Whether it is the one that the sheet shows.
    pub shown: bool,
    /// Its filled fields.
    pub fields: Vec<ShownField>,
    /// Its files.
    pub attachments: Vec<Attachment>,
}

/// State of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FormStatus {
    /// 草稿
    Draft,
    /// 签批中
    Pending,
    /// 已退回
    Returned,
    /// 待定稿: all steps passed
    Approved,
    /// 已定稿: sealed
    Sealed,
    /// 已办结
    Closed,
    /// 已作废: rejected
    Rejected,
    /// 需新版本: written by a newer version, kept and not folded (A2)
    Opaque,
}

/// One part of the form with its fields.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SectionView {
    /// Which part.
    pub section: Section,
    /// Whether the person at the desk may write in it now.
    pub editable: bool,
    /// Its fields, in order; invisible ones are left out.
    pub fields: Vec<FieldView>,
    /// Its attachments.
    pub attachments: Vec<Attachment>,
}

/// A field as the screen needs it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FieldView {
    /// Key.
    pub key: String,
    /// Label.
    pub label: String,
    /// Type.
    pub kind: FieldKind,
    /// Whether it must be filled.
    pub required: bool,
    /// Whether it can be written now (computed fields cannot).
    pub editable: bool,
    /// Longest text in characters.
    pub max: u32,
    /// Hint.
    pub help: String,
    /// The value as typed.
    pub text: String,
    /// The value as shown (grouped, in words …).
    pub shown: String,
    /// Second line under it, for example 大写金额.
    pub note: String,
    /// Choices: value and label.
    pub options: Vec<FieldOption>,
    /// Headings of the service catalogue that a catalogue field takes its items from; empty: all.
    pub groups: Vec<String>,
    /// Columns of a table field (their values are empty here).
    pub columns: Vec<FieldView>,
    /// Rows of a table field, each with one field per column.
    pub rows: Vec<Vec<FieldView>>,
    /// What is wrong with it.
    pub problem: Option<Problem>,
}

/// Type of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum FieldKind {
    Text,
    Paragraph,
    Integer,
    Money,
    Percent,
    Date,
    Datetime,
    Choice,
    Catalogue,
    Flag,
    Account,
    Phone,
    IdNumber,
    Unit,
    Person,
    Table,
    Attachment,
}

/// A choice.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FieldOption {
    /// Stored.
    pub value: String,
    /// Shown.
    pub label: String,
}

/// A step of the signature chain.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct StepView {
    /// Key.
    pub key: String,
    /// Number in the plan, from 0; absent when the plan leaves it out.
    pub position: Option<u8>,
    /// Title.
    pub title: String,
    /// Chinese titles of the roles that may sign.
    pub roles: Vec<String>,
    /// State.
    pub state: StepState,
    /// How many must sign, and how many have.
    pub need: u32,
    /// How many have signed.
    pub signed: u32,
    /// Whether paper is possible or demanded.
    pub ink: InkRule,
    /// Whether someone outside the registry may sign on paper.
    pub outsider: bool,
    /// Sign-offs, valid and void, oldest first.
    pub sign_offs: Vec<SignOff>,
    /// The own box, to fill or as signed.
    pub section: SectionView,
}

/// State of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Not its turn yet.
    Waiting,
    /// Its turn.
    Current,
    /// Passed.
    Passed,
    /// Not in this form's plan.
    Skipped,
}

/// Ink demands of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum InkRule {
    /// Electronic only.
    No,
    /// Either.
    Allowed,
    /// Paper only.
    Required,
}

/// One sign-off at a step.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SignOff {
    /// The name as printed; 甲(乙代) for a delegation.
    pub name: String,
    /// When, by this PC's clock.
    pub at: String,
    /// Whether it was ink.
    pub ink: bool,
    /// Whether it still counts.
    pub counts: bool,
    /// Why not, in words.
    pub void_reason: String,
    /// The fields of its box as shown: label and value.
    pub fields: Vec<ShownField>,
    /// The scan behind an ink sign-off.
    pub scan: Option<Attachment>,
}

/// Label and value for reading.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ShownField {
    /// Label.
    pub label: String,
    /// Value.
    pub shown: String,
}

/// A do-table.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TableView {
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
    /// Whether it takes one row.
    pub single: bool,
    /// Whether the person at the desk may add a row (or correct the single one) now.
    pub may_add: bool,
    /// Rows, oldest first, superseded ones marked.
    pub rows: Vec<EntryView>,
    /// The row being written, if the person may add one.
    pub draft: Option<SectionView>,
}

/// A row of a do-table as signed.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct EntryView {
    /// Row id.
    pub row: String,
    /// Who.
    pub name: String,
    /// Stated time, `YYYY-MM-DD HH:MM` in the zone of the office.
    pub at: String,
    /// When it was recorded.
    pub recorded_at: String,
    /// Whether it was recorded more than 10 minutes after the stated time: 补录 (C6).
    pub late: bool,
    /// Whether a later row replaced it.
    pub superseded: bool,
    /// Whether the person at the desk may correct it now.
    pub may_correct: bool,
    /// Its fields.
    pub fields: Vec<ShownField>,
}

/// A row of the slip's 24-column grid.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct GridRow {
    /// Its cells; cells that span down from above are not repeated.
    pub cells: Vec<GridCell>,
}

/// A cell of the grid.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct GridCell {
    /// Width in columns, 1–24.
    pub width: u8,
    /// Rows it spans.
    pub rows: u8,
    /// What stands in it.
    pub content: GridContent,
}

/// What stands in a cell.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum GridContent {
    /// A printed label.
    Label {
        /// Its text.
        text: String,
    },
    /// A field of the content.
    Field {
        /// Its key.
        field: String,
    },
    /// The box of a step.
    Step {
        /// Its key.
        step: String,
    },
    /// A do-table.
    Entry {
        /// Its name.
        table: String,
    },
    /// The links of a slot.
    Links {
        /// Its key.
        slot: String,
    },
}

/// A line of 签批历程.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct HistoryRow {
    /// Event id.
    pub event: String,
    /// When, by the clock of the PC that signed.
    pub at: String,
    /// Who.
    pub name: String,
    /// What, in words: 送签、同意、退回 …
    pub what: String,
    /// Step or table.
    pub place: String,
    /// Opinion or reason.
    pub text: String,
    /// Whether it counts.
    pub counts: bool,
    /// 「签名有效」 or why it does not count.
    pub verification: String,
}

/// A finding in words.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FindingView {
    /// `F2` … `F16`.
    pub code: String,
    /// In Chinese.
    pub message: String,
}

/// Something the person at the desk can do, or could if something were mended.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ActionOffer {
    /// What to pass to `sign_prepare`; target, reason and the like are filled in by the screen.
    pub action: OfferKind,
    /// Label of the button.
    pub label: String,
    /// Step key or table name, where the action has one.
    pub place: Option<String>,
    /// The person in whose name it is signed, under a delegation; named in the label.
    pub on_behalf: Option<String>,
    /// What is still missing; empty when it can be done now.
    pub problems: Vec<Problem>,
}

/// Kinds of offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OfferKind {
    /// 送签
    Submit,
    /// 同意
    Approve,
    /// 登记纸质签字
    ApproveInk,
    /// 退回
    Return,
    /// 否决 or 作废
    Reject,
    /// 撤回
    Withdraw,
    /// 核准定稿
    Seal,
    /// 办理: a row of a do-table
    Entry,
    /// 办结
    Close,
    /// 打印
    Print,
    /// 收回纸件
    PaperBack,
    /// 转交
    Handover,
    /// 处理分叉
    Resolve,
}
