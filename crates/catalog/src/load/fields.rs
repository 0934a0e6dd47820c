//! Fields of a section and columns of a table.

use super::order::order;
use super::words::{bounded, name, one_of, small, unique, words};
use super::{Loaded, Refused, refuse, unique_keys};
use crate::catalogue;
use crate::definition::{Check, Choice, Field, FieldKind, Rule};
use crate::expression::{Expression, ExpressionFault, Kind, SECTION_COST_MAX, Scope};
use crate::fault::Fault;
use crate::normalise::{ACCOUNT_MAX, PARAGRAPH_MAX, TEXT_MAX};
use crate::source::{Placed, SourceField, SourceRule};
use std::collections::BTreeMap;
use toml::Spanned;

const KINDS: [(&str, FieldKind); 17] = [
    ("text", FieldKind::Text),
    ("paragraph", FieldKind::Paragraph),
    ("integer", FieldKind::Integer),
    ("money", FieldKind::Money),
    ("percent", FieldKind::Percent),
    ("date", FieldKind::Date),
    ("datetime", FieldKind::DateTime),
    ("choice", FieldKind::Choice),
    ("catalogue", FieldKind::Catalogue),
    ("flag", FieldKind::Flag),
    ("account", FieldKind::Account),
    ("phone", FieldKind::Phone),
    ("id_number", FieldKind::IdNumber),
    ("unit", FieldKind::Unit),
    ("person", FieldKind::Person),
    ("table", FieldKind::Table),
    ("attachment", FieldKind::Attachment),
];
/// Most rows of a table field, and how many it takes if its definition does not say.
const ROWS: (i64, i64) = (500, 50);
/// Most files of an attachment field, and how many it takes if its definition does not say.
const FILES: (i64, i64) = (50, 20);
/// Hundredths of a percent that a percent field can be bounded by, and 100%.
const PERCENT_MAX: i64 = 100 * PERCENT_WHOLE;
const PERCENT_WHOLE: i64 = 10_000;
const COLUMNS_MAX: usize = 24;
const OPTIONS_MAX: usize = 100;

/// What the fields of one section may name.
pub(super) struct FieldScopes {
    /// The variable that holds the section itself.
    pub(super) own: &'static str,
    /// For required, visible, compute and check.
    pub(super) rules: Scope,
    /// For defaults: the section itself is not there yet.
    pub(super) defaults: Scope,
}

/// Fields and the order in which they are evaluated.
pub(super) fn fields(sources: &[SourceField], scopes: &FieldScopes) -> Loaded<(Vec<Field>, Vec<usize>)> {
    unique_keys(sources)?;
    let fields: Vec<Field> =
        sources.iter().map(|source| field(source, scopes, false)).collect::<Loaded<_>>()?;
    affordable(fields.iter().zip(sources).map(|(field, source)| (cost(field), &source.key)))?;
    let order = order(&fields, sources, scopes.own)?;
    Ok((fields, order))
}

/// Refuses where the steps of all, one after the other, are too many.
pub(super) fn affordable<'a>(costs: impl Iterator<Item = (u64, &'a Placed)>) -> Loaded<()> {
    let mut total = 0u64;
    for (cost, placed) in costs {
        total = total.saturating_add(cost);
        if total > SECTION_COST_MAX {
            let reason = ExpressionFault::TooCostly { cost: total, most: SECTION_COST_MAX };
            return refuse(placed.span(), reason.into());
        }
    }
    Ok(())
}

/// Most steps for the expressions of a field, those of its columns once for every row.
fn cost(field: &Field) -> u64 {
    let rules = [&field.required, &field.visible].into_iter().filter_map(|rule| match rule {
        Rule::When(expression) => Some(expression),
        Rule::Always(_) => None,
    });
    let checks = field.checks.iter().map(|check| &check.rule);
    let own = rules.chain(checks).chain(&field.default).chain(&field.compute).map(Expression::cost);
    let row: u64 = field.columns.iter().map(cost).fold(0, u64::saturating_add);
    let rows = row.saturating_mul(u64::try_from(field.rows_max()).unwrap_or(u64::MAX));
    own.fold(rows, u64::saturating_add)
}

/// The type of a section or row, as expressions see it.
pub(super) fn record(of: &str, sources: &[SourceField]) -> Loaded<Kind> {
    let mut keys = BTreeMap::new();
    for source in sources {
        let kind = match kind(source)? {
            FieldKind::Table => {
                Kind::List(Box::new(record("row", &source.columns)?), most(source.max_rows.as_ref(), ROWS))
            }
            FieldKind::Attachment => Kind::List(Box::new(file()), most(source.max.as_ref(), FILES)),
            kind => expressed(kind),
        };
        keys.insert(source.key.get_ref().clone(), kind);
    }
    Ok(Kind::record(of, keys))
}

/// The type of a file.
fn file() -> Kind {
    let keys = [("name", Kind::Text), ("digest", Kind::Text), ("len", Kind::Int)];
    Kind::record("file", keys.map(|(key, kind)| (key.to_owned(), kind)).into())
}

fn most(written: Option<&Spanned<i64>>, (most, otherwise): (i64, i64)) -> u32 {
    u32::try_from(written.map_or(otherwise, |max| (*max.get_ref()).clamp(1, most))).unwrap_or(0)
}

fn kind(source: &SourceField) -> Loaded<FieldKind> {
    one_of(&source.kind, "字段类型", &KINDS)
}

fn field(source: &SourceField, scopes: &FieldScopes, column: bool) -> Loaded<Field> {
    let kind = kind(source)?;
    belongs(source, kind, column)?;
    let (min, max) = bounds(source, kind)?;
    let (columns, column_order) = columns(source, scopes)?;
    Ok(Field {
        key: name(&source.key, false)?,
        label: words(&source.label, 40)?,
        kind,
        min,
        max,
        options: options(source, kind)?,
        groups: groups(source)?,
        required: rule(source.required.as_ref(), &scopes.rules, false)?,
        visible: rule(source.visible.as_ref(), &scopes.rules, true)?,
        default: expression(source.default.as_ref(), &scopes.defaults, &expressed(kind))?,
        compute: expression(source.compute.as_ref(), &scopes.rules, &expressed(kind))?,
        checks: checks(source, &scopes.rules)?,
        help: source.help.as_ref().map(|help| words(help, 200)).transpose()?,
        key_field: source.key_field,
        share: small(source.share.as_ref(), "share", 1, 24, usual_share(kind, max))?,
        columns,
        column_order,
    })
}

/// Long texts and account numbers need more of a table's width than a date or a choice.
fn usual_share(kind: FieldKind, max: Option<i64>) -> u8 {
    match kind {
        FieldKind::Text | FieldKind::Paragraph if max.is_none_or(|max| max > 60) => 5,
        FieldKind::Account | FieldKind::Catalogue => 5,
        FieldKind::Text | FieldKind::Paragraph => 4,
        _ => 2,
    }
}

/// Refuses what a field of this kind cannot have.
fn belongs(source: &SourceField, kind: FieldKind, column: bool) -> Loaded<()> {
    let table = kind == FieldKind::Table;
    let whole = table || kind == FieldKind::Attachment;
    let at = source.key.span();
    let misplaced = [
        (column && whole, "明细表中的明细表或附件"),
        (!table && (!source.columns.is_empty() || source.max_rows.is_some()), "columns 或 max_rows"),
        (table && source.max.is_some(), "max(明细表写 max_rows)"),
        (whole && (source.default.is_some() || source.compute.is_some()), "default 或 compute"),
        (source.default.is_some() && source.compute.is_some(), "与 compute 同时写的 default"),
        (kind != FieldKind::Choice && !source.options.is_empty(), "options"),
        (kind != FieldKind::Catalogue && !source.groups.is_empty(), "groups"),
        (!column && source.share.is_some(), "share"),
    ];
    match misplaced.into_iter().find(|(wrong, _)| *wrong) {
        Some((_, what)) => refuse(at, Fault::Misplaced { what }),
        None => Ok(()),
    }
}

fn bounds(source: &SourceField, kind: FieldKind) -> Loaded<(Option<i64>, Option<i64>)> {
    let (least, most, otherwise) = match kind {
        FieldKind::Text => (1, TEXT_MAX, Some(TEXT_MAX)),
        FieldKind::Paragraph => (1, PARAGRAPH_MAX, Some(PARAGRAPH_MAX)),
        FieldKind::Account => (1, ACCOUNT_MAX, Some(ACCOUNT_MAX)),
        FieldKind::Percent => (-PERCENT_MAX, PERCENT_MAX, Some(PERCENT_WHOLE)),
        FieldKind::Table => (1, ROWS.0, Some(ROWS.1)),
        FieldKind::Attachment => (1, FILES.0, Some(FILES.1)),
        FieldKind::Integer | FieldKind::Money => (i64::MIN, i64::MAX, None),
        _ if source.min.is_some() || source.max.is_some() => {
            return refuse(source.key.span(), Fault::Misplaced { what: "min 或 max" });
        }
        _ => return Ok((None, None)),
    };
    let bound = |placed: &Option<Spanned<i64>>, what| {
        placed.as_ref().map(|placed| bounded(placed, what, least, most)).transpose()
    };
    let max = if kind == FieldKind::Table { &source.max_rows } else { &source.max };
    let least_usual = (kind == FieldKind::Percent).then_some(0);
    let (min, max) = (bound(&source.min, "min")?.or(least_usual), bound(max, "max")?.or(otherwise));
    match (min, max) {
        (Some(least), Some(most)) if least > most => {
            refuse(source.key.span(), Fault::Bounds { what: "min", found: least, least: 0, most })
        }
        _ => Ok((min, max)),
    }
}

fn columns(source: &SourceField, scopes: &FieldScopes) -> Loaded<(Vec<Field>, Vec<usize>)> {
    let at = source.key.span();
    if source.columns.is_empty() && kind(source)? == FieldKind::Table {
        return refuse(at, Fault::Lacking { what: "明细表的列 columns" });
    }
    if source.columns.len() > COLUMNS_MAX {
        let found = i64::try_from(source.columns.len()).unwrap_or(i64::MAX);
        return refuse(at, Fault::Bounds { what: "列数", found, least: 1, most: COLUMNS_MAX as i64 });
    }
    let row = record("row", &source.columns)?;
    let with_row = |scope: &Scope| {
        let mut scope = scope.clone();
        scope.insert("row".to_owned(), row.clone());
        scope
    };
    let inner = FieldScopes { own: "row", rules: with_row(&scopes.rules), defaults: scopes.defaults.clone() };
    unique_keys(&source.columns)?;
    let columns: Vec<Field> =
        source.columns.iter().map(|column| field(column, &inner, true)).collect::<Loaded<_>>()?;
    let order = order(&columns, &source.columns, "row")?;
    Ok((columns, order))
}

fn options(source: &SourceField, kind: FieldKind) -> Loaded<Vec<Choice>> {
    let found = source.options.len();
    if kind == FieldKind::Choice && (found == 0 || found > OPTIONS_MAX) {
        let found = i64::try_from(found).unwrap_or(i64::MAX);
        let reason = Fault::Bounds { what: "选项数", found, least: 1, most: OPTIONS_MAX as i64 };
        return refuse(source.key.span(), reason);
    }
    unique("选项", source.options.iter().map(|option| &option.value))?;
    unique("选项", source.options.iter().map(|option| &option.label))?;
    let option = |option: &crate::source::SourceChoice| {
        Ok(Choice { value: name(&option.value, true)?, label: words(&option.label, 60)? })
    };
    source.options.iter().map(option).collect()
}

fn groups(source: &SourceField) -> Loaded<Vec<String>> {
    unique("服务目录分组", source.groups.iter())?;
    let known = |group: &Placed| match catalogue::has_group(group.get_ref()) {
        true => Ok(group.get_ref().clone()),
        false => refuse(group.span(), Fault::Unknown { what: "服务目录分组", key: group.get_ref().clone() }),
    };
    source.groups.iter().map(known).collect()
}

fn checks(source: &SourceField, scope: &Scope) -> Loaded<Vec<Check>> {
    let check = |check: &crate::source::SourceCheck| {
        Ok(Check { rule: compiled(&check.rule, scope, &Kind::Bool)?, message: words(&check.message, 120)? })
    };
    source.check.iter().map(check).collect()
}

/// The kind of the value of a field as expressions read and give it.
pub(super) fn expressed(kind: FieldKind) -> Kind {
    match kind {
        FieldKind::Integer | FieldKind::Money | FieldKind::Percent => Kind::Int,
        FieldKind::Flag => Kind::Bool,
        _ => Kind::Text,
    }
}

/// A rule, or what holds where none is written.
pub(super) fn rule(source: Option<&Spanned<SourceRule>>, scope: &Scope, otherwise: bool) -> Loaded<Rule> {
    match source.map(|placed| (placed.span(), placed.get_ref())) {
        None => Ok(Rule::Always(otherwise)),
        Some((_, SourceRule::Always(answer))) => Ok(Rule::Always(*answer)),
        Some((at, SourceRule::When(text))) => Expression::compile(text, scope, &[Kind::Bool])
            .map(Rule::When)
            .map_err(|fault| Refused { offset: at.start, reason: fault.into() }),
    }
}

fn expression(source: Option<&Placed>, scope: &Scope, want: &Kind) -> Loaded<Option<Expression>> {
    source.map(|placed| compiled(placed, scope, want)).transpose()
}

/// An expression that must be there.
pub(super) fn compiled(placed: &Placed, scope: &Scope, want: &Kind) -> Loaded<Expression> {
    compiled_as(placed, scope, std::slice::from_ref(want))
}

/// An expression that must be there and may give one of several kinds.
pub(super) fn compiled_as(placed: &Placed, scope: &Scope, wants: &[Kind]) -> Loaded<Expression> {
    Expression::compile(placed.get_ref(), scope, wants)
        .map_err(|fault| Refused { offset: placed.span().start, reason: fault.into() })
}
