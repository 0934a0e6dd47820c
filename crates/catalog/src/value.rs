//! What a field holds. Money is 分 in an `i64`; nothing here is a floating-point number.

use std::collections::BTreeMap;

/// The fields of one section, by key. Keys are those of the definition.
pub type Content = BTreeMap<String, Value>;

/// One value, already normalised: see [`normalise`](crate::normalise()).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Value {
    /// Not filled.
    #[default]
    Empty,
    /// Text, paragraph, telephone or identity number, NFC.
    Text(String),
    /// A whole number.
    Int(i64),
    /// An amount in 分.
    Money(i64),
    /// Hundredths of a percent.
    Percent(i64),
    /// `YYYY-MM-DD`, a day that exists.
    Date(String),
    /// `YYYY-MM-DD HH:MM`, local office time.
    DateTime(String),
    /// 是 or 否.
    Flag(bool),
    /// Code of an option.
    Choice(String),
    /// Code of an item of the service catalogue.
    Item(String),
    /// 1–32 ASCII digits.
    Account(String),
    /// Person id, 32 lower-case hex digits.
    Person(String),
    /// Unit id, 32 lower-case hex digits.
    Unit(String),
    /// Rows by column key.
    Table(Vec<Content>),
    /// Files.
    Attachments(Vec<Attachment>),
}

/// A file that the store holds under its digest (C3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// File name shown to people, at most 300 characters.
    pub name: String,
    /// Media type, `application/pdf`.
    pub media: String,
    /// Length in bytes, more than 0.
    pub len: u64,
    /// SM3 of the plain bytes, 64 lower-case hex digits.
    pub digest: String,
}

impl Value {
    /// Nothing was filled: also an empty text, table or list of files.
    pub fn is_empty(&self) -> bool {
        match self {
            Value::Empty => true,
            Value::Text(text) => text.is_empty(),
            Value::Table(rows) => rows.is_empty(),
            Value::Attachments(files) => files.is_empty(),
            _ => false,
        }
    }
}
