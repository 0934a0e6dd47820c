//! All of a definition that the journal reads (G5).

use crate::cbor::{DecodeError, Reader, Writer, strict};
use crate::ids::{Ledger, Role};
use crate::limit;

/// Tables that every definition has; every policy lists them with their roles and phases.
pub const BUILT_IN_TABLES: [&str; 6] = ["print", "paper", "note", "remind", "export", "close"];

/// Where a form stands (V7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// No live round, or rejected (0).
    Drafting,
    /// A round is being signed or waits for its seal (1).
    Live,
    /// Sealed, being done (2).
    Sealed,
    /// An effective row stands in `close` (3).
    Closed,
}

/// Whether a Seal needs an endpoint's receipt (L7b).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SealMode {
    /// No receipt (0).
    Plain,
    /// A receipt over what the Seal cites (1).
    Receipt,
}

/// One entry table of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TablePolicy {
    /// Text code of the table, unique in the policy.
    pub name: String,
    /// Roles that may write; strictly ascending.
    pub roles: Vec<Role>,
    /// Phases in which it may be written; strictly ascending.
    pub phases: Vec<Phase>,
    /// Whether it takes one effective row only (L6).
    pub single: bool,
}

impl TablePolicy {
    /// Whether every definition has this table.
    pub fn is_built_in(&self) -> bool {
        BUILT_IN_TABLES.contains(&self.name.as_str())
    }
}

/// What a definition's activation says about who may do what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The ledger in which its forms are kept.
    pub ledger: Ledger,
    /// Series of its official numbers; none for unnumbered forms.
    pub series: Option<String>,
    /// Roles that may create; strictly ascending.
    pub create_roles: Vec<Role>,
    /// Roles that an editor must hold; strictly ascending.
    pub edit_roles: Vec<Role>,
    /// Entry tables, the built-in ones included, strictly ascending by name.
    pub tables: Vec<TablePolicy>,
    /// Whether the plan may be empty (登记类).
    pub register: bool,
    /// What its Seal needs.
    pub seal_mode: SealMode,
}

impl Policy {
    /// The canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        self.write(&mut w);
        w.into_bytes()
    }

    /// Decodes strictly.
    ///
    /// # Errors
    /// Not canonical, a limit, an unsorted list, or a built-in table is missing.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        strict(bytes, limit::ENTRY_BYTES, Self::read, Self::encode)
    }

    /// The table of that name.
    pub fn table(&self, name: &str) -> Option<&TablePolicy> {
        self.tables.iter().find(|table| table.name == name)
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        w.array(7).text(self.ledger.as_str()).option(self.series.as_deref(), |w, series| {
            w.text(series);
        });
        write_roles(w, &self.create_roles);
        write_roles(w, &self.edit_roles);
        w.list(&self.tables, |w, table| {
            w.array(4).text(&table.name);
            write_roles(w, &table.roles);
            w.list(&table.phases, |w, phase| {
                w.uint(*phase as u8);
            });
            w.flag(table.single);
        });
        w.flag(self.register).uint(self.seal_mode as u8);
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.tuple(7, |r| {
            let policy = Self {
                ledger: Ledger(r.name(limit::CODE_BYTES)?),
                series: r.option(|r| r.name(limit::CODE_BYTES))?,
                create_roles: read_roles(r)?,
                edit_roles: read_roles(r)?,
                tables: r.list(limit::TABLES, read_table)?,
                register: r.flag()?,
                seal_mode: if r.flag()? { SealMode::Receipt } else { SealMode::Plain },
            };
            if !policy.tables.is_sorted_by(|a, b| a.name < b.name) {
                return Err(DecodeError::NotAscending);
            }
            if BUILT_IN_TABLES.iter().any(|name| policy.table(name).is_none()) {
                return Err(DecodeError::OutOfRange);
            }
            Ok(policy)
        })
    }
}

fn read_table(r: &mut Reader<'_>) -> Result<TablePolicy, DecodeError> {
    r.tuple(4, |r| {
        Ok(TablePolicy {
            name: r.name(limit::CODE_BYTES)?,
            roles: read_roles(r)?,
            phases: r.set(4, |r| {
                Ok(match r.u8(3)? {
                    0 => Phase::Drafting,
                    1 => Phase::Live,
                    2 => Phase::Sealed,
                    _ => Phase::Closed,
                })
            })?,
            single: r.flag()?,
        })
    })
}

fn write_roles(w: &mut Writer, roles: &[Role]) {
    w.list(roles, |w, role| {
        w.text(role.as_str());
    });
}

fn read_roles(r: &mut Reader<'_>) -> Result<Vec<Role>, DecodeError> {
    r.set(limit::NAMES, |r| r.name(limit::CODE_BYTES).map(Role))
}
