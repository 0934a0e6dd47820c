//! Time and counting: what a form of one kind watches, warns of and calls for. None of it is signed and none of it
//! blocks; what blocks is a gate.

use crate::expression::Expression;
use crate::term::Every;

/// A term that runs from one time to another: a pure function of times, working calendar and settings.
#[derive(Debug, Clone)]
pub struct Clock {
    /// ASCII name, unique among clocks.
    pub key: String,
    /// Chinese title.
    pub title: String,
    /// Time at which it starts; empty text: not started.
    pub start: Expression,
    /// Time at which it stops; empty text: it runs.
    pub stop: Expression,
    /// How long it may run; null: not set, which is said on screen.
    pub allowance: Allowance,
    /// `natural`, `office` (minutes) or `working` (days); `None`: natural.
    pub count: Option<Expression>,
    /// Do-table whose entries pause it, from `since` to `until`.
    pub pause: Option<String>,
    /// Rules of the white paper behind it.
    pub cites: Vec<String>,
}

/// How long a clock may run.
#[derive(Debug, Clone)]
pub enum Allowance {
    /// In minutes.
    Minutes(Expression),
    /// In days.
    Days(Expression),
}

/// A report owed every so many minutes.
#[derive(Debug, Clone)]
pub struct Ticker {
    /// ASCII name, unique among tickers.
    pub key: String,
    /// Chinese title.
    pub title: String,
    /// Time from which reports are owed; empty text: not yet.
    pub start: Expression,
    /// Time at which they end; empty text: not yet.
    pub stop: Expression,
    /// Minutes between two reports; null: none are owed.
    pub minutes: Expression,
    /// Do-table of the reports.
    pub table: String,
    /// Rules of the white paper behind it.
    pub cites: Vec<String>,
}

/// A value shown on the form, computed whenever it is looked at.
#[derive(Debug, Clone)]
pub struct Gauge {
    /// ASCII name, unique among gauges.
    pub key: String,
    /// Chinese title.
    pub title: String,
    /// Text or a whole number.
    pub value: Expression,
}

/// A sentence that is shown while it is true.
#[derive(Debug, Clone)]
pub struct Alert {
    /// When; may also read `tally`.
    pub when: Expression,
    /// Chinese sentence.
    pub message: String,
    /// Rules of the white paper behind it.
    pub cites: Vec<String>,
}

/// How many forms of the definition hold the same value in a field and meet a condition, this one included.
#[derive(Debug, Clone)]
pub struct Tally {
    /// ASCII name, unique among tallies: `tally.KEY` in alerts.
    pub key: String,
    /// Key of the content's field in which the forms agree.
    pub by: String,
    /// What makes a form count; reads `form`, `steps` and `entries`.
    pub meets: Expression,
}

/// A record of this kind is owed once in each period.
#[derive(Debug, Clone)]
pub struct Duty {
    /// ASCII name, unique among duties.
    pub key: String,
    /// Chinese title.
    pub title: String,
    /// How often.
    pub every: Every,
    /// Key of the content's date field that says which period a record is for.
    pub covers: String,
    /// Which records count; reads `form` alone. `None`: all.
    pub meets: Option<Expression>,
    /// Only in these months, ascending; empty: in all.
    pub months: Vec<u32>,
    /// First day on which it is owed, `YYYY-MM-DD`; `None`: the day on which the definition was activated.
    pub since: Option<String>,
    /// Rules of the white paper behind it.
    pub cites: Vec<String>,
}

/// A form that is called for next.
#[derive(Debug, Clone)]
pub struct Follow {
    /// ASCII name, unique among follows.
    pub key: String,
    /// Chinese title of the task and of the button that starts it.
    pub title: String,
    /// Id of the definition of the next form.
    pub definition: String,
    /// Its slot in which it links here.
    pub slot: String,
    /// When; may also read `sealed` and `closed`.
    pub when: Expression,
    /// A task until such a form links here; otherwise only a button.
    pub owed: bool,
    /// Rules of the white paper behind it.
    pub cites: Vec<String>,
}
