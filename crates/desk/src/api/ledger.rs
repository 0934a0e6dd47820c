use super::{DutyView, FormAlert, FormStatus, OwedFollow, Problem, RunningClock};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// `ledger_list`: a page of forms, newest first; with a text, a search.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct LedgerQuery {
    /// Ledger code; all ledgers when absent.
    pub ledger: Option<String>,
    /// Any word of one character or more, a number, a unit or a person; at most 100 characters.
    pub text: String,
    /// Only this state.
    pub status: Option<FormStatus>,
    /// Only forms numbered in this year.
    #[serde(default)]
    pub year: Option<u16>,
    /// Where the last page ended.
    pub cursor: Option<String>,
    /// 1–200.
    pub limit: u32,
}

/// A page of forms.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LedgerPage {
    /// The rows.
    pub rows: Vec<LedgerRow>,
    /// Pass it to get the next page; absent at the end.
    pub cursor: Option<String>,
}

/// A form in a list. Accounts and id numbers are masked.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LedgerRow {
    /// The form key.
    pub form: String,
    /// Number or working number.
    pub number: String,
    /// Title of the definition.
    pub title: String,
    /// Key fields in one line.
    pub summary: String,
    /// The unit it is about.
    pub unit: String,
    /// Who submitted it.
    pub person: String,
    /// State.
    pub status: FormStatus,
    /// State in words.
    pub status_text: String,
    /// When it last changed.
    pub changed_at: String,
}

/// `workbench`: what must I do now.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Workbench {
    /// Forms whose next step is mine, oldest first.
    pub mine: Vec<LedgerRow>,
    /// Forms I sent that came back.
    pub returned: Vec<LedgerRow>,
    /// Drafts on this PC that are mine, newest first: 「恢复未完成单据」.
    pub drafts: Vec<LedgerRow>,
    /// Sealed forms whose do-tables wait for one of my roles, and forms to close.
    pub to_do: Vec<LedgerRow>,
    /// Forms I sent that are on their way.
    pub under_way: Vec<LedgerRow>,
    /// Findings of this ledger that nobody has looked at.
    pub findings: u32,
    /// Records that are owed for a period, newest period first.
    pub duties: Vec<DutyView>,
    /// Forms that wait for one that they call for, newest first.
    pub owed: Vec<OwedFollow>,
    /// Clocks that are late, the latest first, then those soon due.
    pub clocks: Vec<RunningClock>,
    /// Forms that warn, newest first.
    pub alerts: Vec<FormAlert>,
    /// Lists that have more rows than are here: each ends at a hundred.
    pub cut: Vec<WorkbenchList>,
    /// Definitions in use whose forms cannot be worked on here; everything else can.
    pub unreadable: Vec<UnreadableDefinition>,
    /// This year, and in December the next, where their working calendar is not known.
    pub unknown_years: Vec<i32>,
}

/// A definition in use that this program cannot read.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct UnreadableDefinition {
    /// First digits of its digest.
    pub definition: String,
    /// Title of its ledger.
    pub ledger_title: String,
    /// Why.
    pub problem: Problem,
}

/// A list of the workbench.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WorkbenchList {
    /// 待我签批
    Mine,
    /// 退回给我的
    Returned,
    /// 恢复未完成单据
    Drafts,
    /// 待办理与办结
    ToDo,
    /// 我送出的在途单据
    UnderWay,
    /// Records that are owed for a period.
    Duties,
    /// Forms that wait for one that they call for.
    Owed,
    /// Clocks and reports.
    Clocks,
    /// Forms that warn.
    Alerts,
}

/// `seal_candidates`: register records that can be sealed in one action (日清), oldest first, at most 200.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SealCandidates {
    /// The records.
    pub rows: Vec<SealCandidate>,
    /// More wait than are here.
    pub more: bool,
}

/// A register record that waits for its seal.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SealCandidate {
    /// The form.
    pub row: LedgerRow,
    /// What keeps it from being sealed now; empty when it can be.
    pub problems: Vec<Problem>,
}

/// `ledger_pdf`, `ledger_xlsx`: the book of a ledger for a year.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LedgerBook {
    /// Ledger code.
    pub ledger: String,
    /// Year of the numbers; forms without a number count to the year in which they were begun.
    pub year: u16,
}

/// A file to be saved.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LedgerFile {
    /// File name for saving.
    pub name: String,
    /// Base64.
    pub bytes: String,
    /// Forms in it.
    pub rows: u32,
    /// Pages of a PDF.
    pub pages: u32,
}

/// `ledgers`: the ledgers of the bureau with their counts.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Ledgers {
    /// In order of titles.
    pub ledgers: Vec<LedgerBrief>,
}

/// A ledger.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LedgerBrief {
    /// Code.
    pub ledger: String,
    /// Title.
    pub title: String,
    /// Forms in it.
    pub forms: u32,
    /// Years of its numbers, newest first.
    pub years: Vec<u16>,
}
