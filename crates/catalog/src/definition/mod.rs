//! The definition of one kind of form, as the rest of the product reads it.
//!
//! A [`Definition`] comes only from [`Definition::parse`](crate::Definition::parse), which refuses a file that
//! breaks any rule; whoever holds one may rely on every key in it naming something that exists.

mod link;
mod slip;
mod watch;

pub use link::{Expose, LinkRead, LinkSlot, ValueType};
pub use slip::{Orientation, Paper, SLIP_COLUMNS, Show, SlipCell, SlipLayout, SlipRow};
pub use watch::{Alert, Allowance, Clock, Duty, Follow, Gauge, Tally, Ticker};

use crate::expression::Expression;

/// Everything that a form of one kind is: what is asked, who signs, what is done afterwards, how it prints.
#[derive(Debug, Clone)]
pub struct Definition {
    /// ASCII name, unique in a workspace, e.g. the file's stem.
    pub id: String,
    /// Exact Chinese title of the paper form (register 1C of the rules).
    pub title: String,
    /// Further titles under which the same record may be printed (G11); at most 3.
    pub also_titled: Vec<String>,
    /// Row of the register of documents, rules or services: `D12`, `W132`, `C013`.
    pub row: String,
    /// Rises by one with each change that a bureau activates; 1 or more.
    pub version: u32,
    /// Rules of the white paper that this form keeps, `W060`.
    pub cites: Vec<String>,
    /// What the registry must know of the form to judge legality (G5).
    pub policy: Policy,
    /// The content, in the order of the file. At most 200 with all boxes and columns together.
    pub fields: Vec<Field>,
    /// Sign-off steps in signing order; at most 16.
    pub steps: Vec<Step>,
    /// Do-tables in the order of the file, then the six built-in ones in theirs.
    pub tables: Vec<Table>,
    /// Conditions that must hold before something may happen.
    pub gates: Vec<Gate>,
    /// Slots for links to sealed rounds of other forms.
    pub links: Vec<LinkSlot>,
    /// Values that forms which link here may read.
    pub exposes: Vec<Expose>,
    /// Terms that run.
    pub clocks: Vec<Clock>,
    /// Reports owed at intervals.
    pub tickers: Vec<Ticker>,
    /// Values shown on the form now.
    pub gauges: Vec<Gauge>,
    /// Sentences shown while they are true.
    pub alerts: Vec<Alert>,
    /// Counts over forms of this definition.
    pub tallies: Vec<Tally>,
    /// Records owed once in each period.
    pub duties: Vec<Duty>,
    /// What a form of this kind calls for next.
    pub follows: Vec<Follow>,
    /// How the form lies on paper.
    pub slip: SlipLayout,
    /// Indices of the content's fields, each after what it depends on.
    pub(crate) order: Vec<usize>,
    /// The same for each step's box, in step order.
    pub(crate) step_order: Vec<Vec<usize>>,
    /// The same for each table's box, in table order.
    pub(crate) table_order: Vec<Vec<usize>>,
}

/// The part of a definition that its activation entry carries in the registry (G5). Tables are [`Definition::tables`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// ASCII name of the ledger, shared by forms that are kept in one book.
    pub ledger: String,
    /// Chinese name of the ledger.
    pub ledger_title: String,
    /// Prefix of official numbers; `None` for forms that are not numbered.
    pub series: Option<String>,
    /// Role codes that may create.
    pub create: Vec<String>,
    /// Role codes that may edit and submit.
    pub edit: Vec<String>,
    /// A register (电话、巡检): the plan may be empty, a submit is then approved at once.
    pub register: bool,
    /// What a seal needs.
    pub seal: SealMode,
}

/// What a seal needs (L7, L7b).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealMode {
    /// The sealing PC's signature.
    Plain,
    /// Also a receipt signed by the endpoint.
    Receipt,
}

/// One field of the content, of a box, or one column of a table.
#[derive(Debug, Clone)]
pub struct Field {
    /// ASCII name, unique in its section or table.
    pub key: String,
    /// Chinese label, as on the paper.
    pub label: String,
    /// What may be entered.
    pub kind: FieldKind,
    /// Lower bound: characters (text, paragraph), digits (account), value (integer), 分 (money), hundredths
    /// (percent), rows (table), files (attachment). `None`: no bound.
    pub min: Option<i64>,
    /// Upper bound in the same unit; always set for text, paragraph, account, percent, table and attachment.
    pub max: Option<i64>,
    /// The choices of a choice field, empty for others.
    pub options: Vec<Choice>,
    /// Headings of the service catalogue from which a catalogue field takes its items; empty: from all.
    pub groups: Vec<String>,
    /// Whether an empty value is a problem.
    pub required: Rule,
    /// Whether the field is asked at all; a hidden field is stored empty.
    pub visible: Rule,
    /// Value offered when the form, box or row is begun.
    pub default: Option<Expression>,
    /// Value computed from other fields; such a field is never typed into (C2).
    pub compute: Option<Expression>,
    /// Further conditions on a filled field.
    pub checks: Vec<Check>,
    /// A sentence of help.
    pub help: Option<String>,
    /// Shown in the sign dialog, the ledger and search results.
    pub key_field: bool,
    /// For a column: its share of the table's width beside the others', 1–24; by its kind where none is written.
    pub share: u8,
    /// Columns of a table field, empty for others.
    pub columns: Vec<Field>,
    /// Indices of the columns, each after what it depends on.
    pub(crate) column_order: Vec<usize>,
}

/// What may be entered into a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldKind {
    /// One line, at most 300 characters.
    Text,
    /// Lines, at most 5,000 characters.
    Paragraph,
    /// A whole number.
    Integer,
    /// An amount in 分.
    Money,
    /// Hundredths of a percent.
    Percent,
    /// `YYYY-MM-DD`.
    Date,
    /// `YYYY-MM-DD HH:MM`.
    DateTime,
    /// One of the options.
    Choice,
    /// An item of the service catalogue.
    Catalogue,
    /// 是 or 否.
    Flag,
    /// A bank account: 1–32 digits, leading zeros kept.
    Account,
    /// A telephone number.
    Phone,
    /// A resident identity number (checked) or a staff number.
    IdNumber,
    /// A unit of the registry.
    Unit,
    /// A person of the registry.
    Person,
    /// Rows of columns.
    Table,
    /// Files.
    Attachment,
}

/// One option of a choice field.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// ASCII code that is stored.
    pub value: String,
    /// Chinese words that are shown.
    pub label: String,
}

/// A condition that is fixed, or decided by an expression.
#[derive(Debug, Clone)]
pub enum Rule {
    /// The same for every form.
    Always(bool),
    /// A boolean expression.
    When(Expression),
}

/// A condition on a filled field, with the words for a person who breaks it.
#[derive(Debug, Clone)]
pub struct Check {
    /// Must be true.
    pub rule: Expression,
    /// Chinese sentence.
    pub message: String,
}

/// One sign-off step with its own box.
#[derive(Debug, Clone)]
pub struct Step {
    /// ASCII name, unique among steps.
    pub key: String,
    /// Title of the box on paper. A bureau edits it in its copy of the file (G8).
    pub title: String,
    /// Role codes of which the signer holds one.
    pub roles: Vec<String>,
    /// Key of the content's unit field whose unit signs; `None`: the form's own unit.
    pub units: Option<String>,
    /// How many distinct signers; 0: all holders of the role. At most 32.
    pub need: u8,
    /// The step is in the plan only if true; reads `form` alone (C5).
    pub when: Option<Expression>,
    /// Submitter, savers and the persons of `bar_fields` may not sign.
    pub bar: bool,
    /// Keys of the content's person fields whose persons may not sign.
    pub bar_fields: Vec<String>,
    /// Keys of earlier steps whose signers may not sign here.
    pub differ: Vec<String>,
    /// Whether it may be signed on paper.
    pub ink: Ink,
    /// Whether somebody outside the registry may sign on paper.
    pub outsider: bool,
    /// Fields of the step's own box.
    pub fields: Vec<Field>,
}

/// Whether a step may be signed on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// Electronic only.
    No,
    /// Either.
    Allowed,
    /// Paper only.
    Required,
}

/// A do-table: what is recorded about a form beside its sign-offs.
#[derive(Debug, Clone)]
pub struct Table {
    /// ASCII name, unique among tables.
    pub name: String,
    /// Chinese title.
    pub title: String,
    /// Role codes that may add an entry.
    pub roles: Vec<String>,
    /// Phases of the form in which an entry may be added, in life order.
    pub phases: Vec<Phase>,
    /// One effective row only.
    pub single: bool,
    /// Present in every definition, with fields that the product knows.
    pub built_in: bool,
    /// An entry is owed before the form may be closed.
    pub wanted: Rule,
    /// Fields of an entry's box.
    pub fields: Vec<Field>,
}

/// Where a form is in its life (V7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Being written, or returned.
    Drafting,
    /// Submitted, not yet sealed.
    Live,
    /// Sealed.
    Sealed,
    /// Closed.
    Closed,
}

/// A condition before something may happen, with the words for a person whom it stops.
#[derive(Debug, Clone)]
pub struct Gate {
    /// Before what.
    pub on: Moment,
    /// Must be true.
    pub require: Expression,
    /// Stable code, `GATE-…`.
    pub code: String,
    /// Chinese sentence: what is missing and what to do.
    pub message: String,
    /// Rules of the white paper behind it.
    pub cites: Vec<String>,
}

impl Gate {
    /// Whether it looks at the box that is signed, and not only at what is there already.
    #[must_use]
    pub fn reads_box(&self) -> bool {
        self.require.reads("box").next().is_some()
    }
}

/// Something that a gate can stand before.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// 送签.
    Submit,
    /// Approval of the step with this key.
    Step(String),
    /// 核准定稿.
    Seal,
    /// A new entry in the table of this name; `close` (办结) is [`Moment::Close`].
    Table(String),
    /// 办结.
    Close,
}

/// A part of a form that is filled and signed as one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// What the drafter fills.
    Content,
    /// The box of the step with this key.
    Step(String),
    /// An entry's box in the table of this name.
    Table(String),
}

impl Definition {
    /// Field of the content.
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.key == key)
    }

    /// Step by key.
    pub fn step(&self, key: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.key == key)
    }

    /// Link slot by name.
    pub fn link(&self, slot: &str) -> Option<&LinkSlot> {
        self.links.iter().find(|link| link.slot == slot)
    }

    /// Table by name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// Fields of a section, `None` if the definition has no such step or table.
    pub fn fields_of(&self, section: &Section) -> Option<&[Field]> {
        match section {
            Section::Content => Some(&self.fields),
            Section::Step(key) => self.step(key).map(|step| step.fields.as_slice()),
            Section::Table(name) => self.table(name).map(|table| table.fields.as_slice()),
        }
    }
}

impl Field {
    /// A field without rules, with bounds (least, most).
    pub(crate) fn plain(
        key: &str,
        label: &str,
        kind: FieldKind,
        bounds: (Option<i64>, Option<i64>),
    ) -> Field {
        Field {
            key: key.to_owned(),
            label: label.to_owned(),
            kind,
            min: bounds.0,
            max: bounds.1,
            options: Vec::new(),
            groups: Vec::new(),
            required: Rule::Always(false),
            visible: Rule::Always(true),
            default: None,
            compute: None,
            checks: Vec::new(),
            help: None,
            key_field: false,
            share: 1,
            columns: Vec::new(),
            column_order: Vec::new(),
        }
    }

    /// Words of a choice, `None` if the value is not among the options.
    pub fn option_label(&self, value: &str) -> Option<&str> {
        self.options.iter().find(|option| option.value == value).map(|option| option.label.as_str())
    }

    /// Most rows of a table field, or files of an attachment field.
    pub(crate) fn rows_max(&self) -> usize {
        self.max.and_then(|max| usize::try_from(max).ok()).unwrap_or(0)
    }
}

impl Phase {
    /// Code used in definition files and in the registry.
    pub fn code(self) -> &'static str {
        match self {
            Phase::Drafting => "drafting",
            Phase::Live => "live",
            Phase::Sealed => "sealed",
            Phase::Closed => "closed",
        }
    }
}
