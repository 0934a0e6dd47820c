//! Types, names and cost of a parsed expression, found without running it.

use super::kind::{Kind, Scope};
use super::{COST_MAX, DEPTH_MAX, ExpressionFault};
use cel::common::ast::{
    CallExpr, ComprehensionExpr, Expr, ListExpr, LiteralValue, SelectExpr, operators as op,
};
use cel::parser::Expression as Parsed;
use std::collections::BTreeSet;

/// What the check found.
pub(crate) struct Checked {
    /// Type of the whole.
    pub(crate) kind: Kind,
    /// Every (variable, key) that is selected from a variable of the scope.
    pub(crate) reads: BTreeSet<(String, String)>,
    /// Most steps it takes to evaluate.
    pub(crate) cost: u64,
}

/// Steps that putting two texts together counts for: they may be long, and are copied.
const TEXT_COST: u64 = 100;

/// Types an expression against the variables of its place and bounds its cost.
pub(crate) fn check(parsed: &Parsed, scope: &Scope) -> Result<Checked, ExpressionFault> {
    let mut checker = Checker { outer: scope, scope: scope.clone(), reads: BTreeSet::new(), depth: 0 };
    let (kind, cost) = checker.visit(parsed)?;
    if cost > COST_MAX {
        return Err(ExpressionFault::TooCostly { cost, most: COST_MAX });
    }
    Ok(Checked { kind, reads: checker.reads, cost })
}

struct Checker<'s> {
    /// The variables of the place.
    outer: &'s Scope,
    /// The same and those of the loops around.
    scope: Scope,
    reads: BTreeSet<(String, String)>,
    depth: usize,
}

/// A type and the most steps it takes to get a value of it.
type Typed = (Kind, u64);

impl Checker<'_> {
    fn visit(&mut self, parsed: &Parsed) -> Result<Typed, ExpressionFault> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(ExpressionFault::TooDeep);
        }
        let (kind, cost) = match &parsed.expr {
            Expr::Literal(literal) => (literal_kind(literal)?, 0),
            Expr::Ident(name) => (self.whole(name)?, 0),
            Expr::Select(select) => self.select(select)?,
            Expr::Call(call) => self.call(call)?,
            Expr::List(list) => self.list(list)?,
            Expr::Comprehension(comprehension) => self.comprehension(comprehension)?,
            Expr::Map(_) => return Err(not_allowed("映射字面量 {…}")),
            Expr::Struct(_) | Expr::Unspecified => return Err(not_allowed("结构字面量")),
        };
        self.depth -= 1;
        Ok((kind, cost.saturating_add(1)))
    }

    fn variable(&self, name: &str) -> Result<Kind, ExpressionFault> {
        let found = self.scope.get(name).cloned();
        found.ok_or_else(|| ExpressionFault::UnknownVariable { name: name.to_owned() })
    }

    /// A variable that nothing is selected from. Records of the place may not be passed around: what is read of them
    /// must be known from the text.
    fn whole(&self, name: &str) -> Result<Kind, ExpressionFault> {
        match self.variable(name)? {
            Kind::Record(_) if self.outer.contains_key(name) => Err(not_allowed(&format!("单独的 {name}"))),
            kind => Ok(kind),
        }
    }

    fn select(&mut self, select: &SelectExpr) -> Result<Typed, ExpressionFault> {
        let (of, cost) = match &select.operand.expr {
            Expr::Ident(name) => (self.variable(name)?, 1),
            _ => self.visit(&select.operand)?,
        };
        let Kind::Record(record) = of else {
            return Err(mismatch(format!("不能从{of}中取 {}", select.field)));
        };
        let Some(kind) = record.keys.get(&select.field) else {
            return Err(ExpressionFault::UnknownKey { of: record.name.clone(), key: select.field.clone() });
        };
        if let Expr::Ident(variable) = &select.operand.expr {
            self.reads.insert((variable.clone(), select.field.clone()));
        }
        Ok((if select.test { Kind::Bool } else { kind.clone() }, cost))
    }

    fn list(&mut self, list: &ListExpr) -> Result<Typed, ExpressionFault> {
        let mut kind = Kind::Unknown;
        let mut cost = 0u64;
        for element in &list.elements {
            let (found, steps) = self.visit(element)?;
            kind = kind.join(&found).ok_or_else(|| mismatch(format!("列表中既有{kind}又有{found}")))?;
            cost = cost.saturating_add(steps);
        }
        let len = u32::try_from(list.elements.len()).unwrap_or(u32::MAX);
        Ok((Kind::List(Box::new(kind), len), cost))
    }

    fn comprehension(&mut self, loops: &ComprehensionExpr) -> Result<Typed, ExpressionFault> {
        let (range, range_cost) = self.visit(&loops.iter_range)?;
        let Kind::List(element, rounds) = range else {
            return Err(mismatch(format!("只能遍历列表，不能遍历{range}")));
        };
        if self.scope.contains_key(&loops.iter_var) || loops.iter_var2.is_some() {
            return Err(not_allowed(&format!("循环变量 {}", loops.iter_var)));
        }
        let (start, start_cost) = self.visit(&loops.accu_init)?;
        let outer = self.scope.insert(loops.accu_var.clone(), start.clone());
        self.scope.insert(loops.iter_var.clone(), *element);
        let (_, until_cost) = self.visit(&loops.loop_cond)?;
        let (step, step_cost) = self.visit(&loops.loop_step)?;
        self.scope.remove(&loops.iter_var);
        let joined = start.join(&step).ok_or_else(|| mismatch(format!("循环得到{step}，应为{start}")))?;
        let joined = match joined {
            Kind::List(of, _) => Kind::List(of, rounds),
            kind => kind,
        };
        self.scope.insert(loops.accu_var.clone(), joined);
        let (result, result_cost) = self.visit(&loops.result)?;
        match outer {
            Some(kind) => self.scope.insert(loops.accu_var.clone(), kind),
            None => self.scope.remove(&loops.accu_var),
        };
        let each = until_cost.saturating_add(step_cost).saturating_mul(u64::from(rounds));
        let once = range_cost.saturating_add(start_cost).saturating_add(result_cost);
        Ok((result, once.saturating_add(each)))
    }

    fn call(&mut self, call: &CallExpr) -> Result<Typed, ExpressionFault> {
        let mut kinds = Vec::new();
        let mut cost = 0u64;
        for operand in call.target.as_deref().into_iter().chain(&call.args) {
            let (kind, steps) = self.visit(operand)?;
            kinds.push(kind);
            cost = cost.saturating_add(steps);
        }
        let kind = result_kind(&call.func_name, call.target.is_some(), &kinds)?;
        let copied = call.func_name == op::ADD && kind == Kind::Text;
        Ok((kind, cost.saturating_add(if copied { TEXT_COST } else { 0 })))
    }
}

fn literal_kind(literal: &LiteralValue) -> Result<Kind, ExpressionFault> {
    match literal {
        LiteralValue::Boolean(_) => Ok(Kind::Bool),
        LiteralValue::Int(_) => Ok(Kind::Int),
        LiteralValue::String(_) => Ok(Kind::Text),
        LiteralValue::Null => Ok(Kind::Null),
        LiteralValue::Double(_) => Err(not_allowed("小数")),
        LiteralValue::UInt(_) | LiteralValue::Bytes(_) => Err(not_allowed("无符号数或字节串")),
    }
}

/// Every function that definitions may use, with the types it takes and gives.
fn result_kind(name: &str, member: bool, kinds: &[Kind]) -> Result<Kind, ExpressionFault> {
    let bool_if = |right: bool| right.then_some(Kind::Bool);
    let found = match (name, kinds) {
        (op::LOGICAL_NOT | op::NOT_STRICTLY_FALSE, [a]) => bool_if(a.fits(&Kind::Bool)),
        (op::LOGICAL_AND | op::LOGICAL_OR, [a, b]) => bool_if(a.fits(&Kind::Bool) && b.fits(&Kind::Bool)),
        (op::CONDITIONAL, [test, a, b]) => a.join(b).filter(|_| test.fits(&Kind::Bool)),
        (op::EQUALS | op::NOT_EQUALS, [a, b]) => {
            bool_if(a.is_scalar() && b.is_scalar() && a.join(b).is_some())
        }
        (op::LESS | op::LESS_EQUALS | op::GREATER | op::GREATER_EQUALS, [a, b]) => {
            bool_if(matches!((a, b), (Kind::Int, Kind::Int) | (Kind::Text, Kind::Text)))
        }
        (op::ADD, [Kind::List(a, m), Kind::List(b, n)]) => {
            a.join(b).map(|of| Kind::List(Box::new(of), m.saturating_add(*n)))
        }
        (op::ADD, [a, b]) => a.join(b).filter(|kind| matches!(kind, Kind::Int | Kind::Text)),
        (op::SUBSTRACT | op::MULTIPLY | op::DIVIDE | op::MODULO, [Kind::Int, Kind::Int]) => Some(Kind::Int),
        (op::NEGATE, [Kind::Int]) => Some(Kind::Int),
        (op::IN, [a, Kind::List(of, _)]) => bool_if(a.is_scalar() && a.join(of).is_some()),
        (op::INDEX, [Kind::List(of, _), Kind::Int]) => Some((**of).clone()),
        ("size", [Kind::Text | Kind::List(..)]) => Some(Kind::Int),
        ("contains" | "startsWith" | "endsWith", [Kind::Text, Kind::Text]) => bool_if(member),
        ("string", [Kind::Int | Kind::Text]) => Some(Kind::Text).filter(|_| !member),
        ("sum", [Kind::List(of, _)]) => Some(Kind::Int).filter(|kind| !member && of.fits(kind)),
        ("minutes_between" | "seconds_between" | "days_between", [Kind::Text, Kind::Text]) => {
            Some(Kind::Int).filter(|_| !member)
        }
        ("date" | "month", [Kind::Text]) => Some(Kind::Text).filter(|_| !member),
        ("distinct", [Kind::List(of, n)]) => {
            Some(Kind::List(Box::new(Kind::Text), *n)).filter(|_| !member && of.fits(&Kind::Text))
        }
        _ => None,
    };
    found.ok_or_else(|| {
        let operands: Vec<String> = kinds.iter().map(Kind::to_string).collect();
        let name = name.trim_matches(['_', '@']);
        match FUNCTIONS.contains(&name) || !name.starts_with(|c: char| c.is_alphabetic()) {
            true => mismatch(format!("{name}({})", operands.join("、"))),
            false => not_allowed(name),
        }
    })
}

/// Functions by name, for telling a wrong type from an unknown function.
const FUNCTIONS: [&str; 13] = [
    "in",
    "size",
    "contains",
    "startsWith",
    "endsWith",
    "string",
    "sum",
    "minutes_between",
    "seconds_between",
    "days_between",
    "date",
    "month",
    "distinct",
];

fn not_allowed(what: &str) -> ExpressionFault {
    ExpressionFault::NotAllowed { what: what.to_owned() }
}

fn mismatch(what: String) -> ExpressionFault {
    ExpressionFault::Mismatch { what }
}
