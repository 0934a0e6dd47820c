//! What forms tell each other: values that one exposes, and slots in which another links its sealed rounds.

use crate::expression::Expression;

/// A value of a form that forms which link to it may read.
#[derive(Debug, Clone)]
pub struct Expose {
    /// ASCII name, unique among the exposed values.
    pub key: String,
    /// Chinese head of its column where it is shown.
    pub title: String,
    /// Its type.
    pub kind: ValueType,
    /// From `form`, `steps` and `entries` alone, so that everybody reads the same.
    pub value: Expression,
}

/// Type of an exposed value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ValueType {
    /// True or false.
    Flag,
    /// A whole number.
    Integer,
    /// Text; dates, times and ids are text.
    Text,
    /// 分.
    Money,
    /// Hundredths of a percent.
    Percent,
}

/// A slot for links to sealed rounds of other forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkSlot {
    /// ASCII name, unique among slots.
    pub slot: String,
    /// Chinese title.
    pub title: String,
    /// Ids of the definitions that may be linked.
    pub definitions: Vec<String>,
    /// Fewest links.
    pub min: u16,
    /// Most links; at most 500.
    pub max: u16,
    /// What is read of each linked form; at most 8.
    pub reads: Vec<LinkRead>,
}

/// A value that a link reads of the form at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRead {
    /// Key of the exposed value.
    pub key: String,
    /// Its type, known before the other definition is.
    pub kind: ValueType,
}
