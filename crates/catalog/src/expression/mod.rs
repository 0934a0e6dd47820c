//! Expressions of a definition, in the Common Expression Language (CEL), bounded before they ever run.
//!
//! An expression is parsed and typed once, when its definition is loaded. What it names must exist, its loops can only
//! run over rows whose number is bounded, and the product of those bounds limits its cost: this is the time limit,
//! without a clock. Evaluation cannot read anything but the variables handed to it.

mod check;
mod kind;
mod run;

pub(crate) use check::{Checked, check};
pub(crate) use kind::{Kind, Scope};
pub(crate) use run::{Variables, members, named, variable};

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use thiserror::Error;

/// Most characters of an expression.
pub(crate) const EXPRESSION_MAX: usize = 1_000;
/// Deepest nesting of brackets, and of the parsed tree on top of it.
pub(crate) const DEPTH_MAX: usize = 64;
/// Most brackets inside each other; keeps the parser's own recursion small.
pub(crate) const BRACKETS_MAX: usize = 16;
/// Most steps an evaluation may take, by the bounds of the rows it runs over.
pub(crate) const COST_MAX: u64 = 250_000;
/// Most steps for all expressions of a section, or for all gates; those of a column run once for every row.
pub(crate) const SECTION_COST_MAX: u64 = 1_000_000;
/// Most rows of a do-table that expressions look at; with more, those that read it fail and gates stay shut.
pub(crate) const ENTRIES_MAX: u32 = 1_000;

/// A compiled expression. Equal when its text is equal.
#[derive(Clone)]
pub struct Expression {
    source: String,
    program: Arc<cel::Program>,
    reads: BTreeSet<(String, String)>,
    cost: u64,
}

/// Why an expression of a definition is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ExpressionFault {
    /// Too many characters.
    #[error("表达式长 {found} 字符，最多 {EXPRESSION_MAX}")]
    TooLong {
        /// Characters found.
        found: usize,
    },
    /// Nested too deeply.
    #[error("表达式嵌套过深")]
    TooDeep,
    /// Its loops, or all expressions of a section together, could take too many steps.
    #[error("表达式可能运行 {cost} 步，最多 {most}")]
    TooCostly {
        /// Most steps it could take.
        cost: u64,
        /// Most steps allowed.
        most: u64,
    },
    /// Not CEL.
    #[error("表达式无法解析：{detail}")]
    Syntax {
        /// What the parser found, in Chinese.
        detail: String,
    },
    /// A variable that does not exist in this place.
    #[error("这里没有变量 {name}")]
    UnknownVariable {
        /// The variable.
        name: String,
    },
    /// A field, table, step or fact that the definition does not have.
    #[error("{of} 中没有 {key}")]
    UnknownKey {
        /// What was selected from, such as `form`.
        of: String,
        /// What was selected.
        key: String,
    },
    /// A function or a piece of the language that definitions may not use.
    #[error("不能使用 {what}")]
    NotAllowed {
        /// The function or piece.
        what: String,
    },
    /// Values of types that do not go together.
    #[error("类型不符：{what}")]
    Mismatch {
        /// Where and which types.
        what: String,
    },
}

impl Expression {
    /// Parses, types and bounds an expression that must yield a value of one of the kinds `wants`.
    pub(crate) fn compile(
        source: &str,
        scope: &Scope,
        wants: &[Kind],
    ) -> Result<Expression, ExpressionFault> {
        let program = run::parse(source)?;
        let Checked { kind, reads, cost } = check(program.expression(), scope)?;
        if !wants.iter().any(|want| kind.fits(want)) {
            let wants = wants.iter().map(Kind::to_string).collect::<Vec<_>>().join("或");
            return Err(ExpressionFault::Mismatch { what: format!("得到 {kind}，应为 {wants}") });
        }
        Ok(Expression { source: source.to_owned(), program: Arc::new(program), reads, cost })
    }

    /// Most steps it takes to evaluate.
    pub(crate) fn cost(&self) -> u64 {
        self.cost
    }

    /// The text as written in the definition.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether it is false whatever the form, its people and its settings hold: with nothing known at all, `false` is
    /// what is left of it only then.
    pub fn is_never(&self) -> bool {
        matches!(Variables::new().run(self), Ok(cel::Value::Bool(false)))
    }

    /// Whether it reads this variable, such as `facts`, and no other.
    pub fn reads_only(&self, variable: &str) -> bool {
        !self.reads.is_empty() && self.reads.iter().all(|(of, _)| of == variable)
    }

    /// The keys that are read from a variable such as `form`.
    pub(crate) fn reads<'a>(&'a self, variable: &'a str) -> impl Iterator<Item = &'a str> {
        self.reads.iter().filter(move |(of, _)| of == variable).map(|(_, key)| key.as_str())
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Expression({:?})", self.source)
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for Expression {}

#[cfg(test)]
mod tests;
