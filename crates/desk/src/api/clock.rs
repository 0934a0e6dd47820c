use super::LedgerRow;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A service clock of a form, where it stands now. Times are those of the office, `YYYY-MM-DD HH:MM`; those of a term in
/// days are dates; empty where there is none.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ClockView {
    /// Key.
    pub key: String,
    /// Title.
    pub title: String,
    /// Where it stands.
    pub standing: ClockStanding,
    /// It runs and less than a quarter of its time is left, or a day of a term in days.
    pub soon: bool,
    /// How long it may run, in words.
    pub allowance: String,
    /// When it began.
    pub start: String,
    /// When it is due.
    pub due: String,
    /// When it ended.
    pub stop: String,
    /// Where it stands, in words.
    pub shown: String,
    /// What was assumed, in words; empty for nothing.
    pub note: String,
    /// Rules of the white paper behind it.
    pub cites: Vec<String>,
}

/// Where a clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ClockStanding {
    /// 未开始
    NotStarted,
    /// 未设定时限
    Unset,
    /// 计时中
    Running,
    /// 暂停中
    Paused,
    /// 已超时, and still running
    Overdue,
    /// 按时
    Met,
    /// 超时
    Missed,
}

/// Reports that are owed at a beat.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TickerView {
    /// Key.
    pub key: String,
    /// Title.
    pub title: String,
    /// The beat in words.
    pub every: String,
    /// The do-table of the reports.
    pub table: String,
    /// How many of those listed are missed.
    pub missed: u32,
    /// Older ones that are not listed.
    pub left_out: u32,
    /// Those that have passed and the next one, oldest first.
    pub ticks: Vec<TickView>,
    /// Rules of the white paper behind it.
    pub cites: Vec<String>,
}

/// One report that is owed.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TickView {
    /// When.
    pub due: String,
    /// Where it stands.
    pub standing: TickStanding,
    /// When the report was made; empty where there is none.
    pub entry: String,
}

/// Where a report stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TickStanding {
    /// 已报告
    Met,
    /// 漏报
    Missed,
    /// 待报告
    Next,
}

/// A value of now.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct GaugeView {
    /// Key.
    pub key: String,
    /// Title.
    pub title: String,
    /// Value in words.
    pub shown: String,
}

/// A warning; it keeps nobody from anything.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AlertView {
    /// In Chinese.
    pub message: String,
    /// Rules of the white paper behind it.
    pub cites: Vec<String>,
}

/// A form that this one calls for.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FollowView {
    /// Key.
    pub key: String,
    /// Title of the task and of the button.
    pub title: String,
    /// It is a task that nobody has begun.
    pub owed: bool,
    /// Forms that link here in its slot.
    pub forms: Vec<FollowForm>,
    /// How to start one; absent where the person at the desk may not, or the form is not sealed yet.
    pub start: Option<FollowStart>,
}

/// A form that was started from another one.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FollowForm {
    /// The form.
    pub form: String,
    /// Number or working number.
    pub number: String,
    /// Title.
    pub title: String,
    /// State in words.
    pub status_text: String,
}

/// What `form_new` takes to start a form that another one calls for.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FollowStart {
    /// Definition digest.
    pub definition: String,
    /// Slot in which the other form is linked.
    pub slot: String,
}

/// A record that is owed for a period and is not there.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DutyView {
    /// Definition digest.
    pub definition: String,
    /// Key.
    pub key: String,
    /// Title.
    pub title: String,
    /// The period in words.
    pub period: String,
    /// The period is over.
    pub missed: bool,
    /// Whether the person at the desk may start the record.
    pub may_start: bool,
}

/// A form that waits for one that it calls for.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OwedFollow {
    /// The form.
    pub row: LedgerRow,
    /// Key.
    pub key: String,
    /// Title of the task.
    pub title: String,
    /// How to start it; absent where the person at the desk may not.
    pub start: Option<FollowStart>,
}

/// A clock that is late or soon due.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RunningClock {
    /// The form.
    pub row: LedgerRow,
    /// The clock.
    pub clock: ClockView,
}

/// A form that warns.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FormAlert {
    /// The form.
    pub row: LedgerRow,
    /// In Chinese.
    pub message: String,
}
