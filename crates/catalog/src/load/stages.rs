//! Steps, do-tables and gates.

use super::fields::{affordable, compiled, fields, rule};
use super::scopes::Scopes;
use super::words::{at_most, bounded, cites, name, one_of, roles, unique, words};
use super::{Loaded, refuse};
use crate::builtin;
use crate::definition::{Field, FieldKind, Gate, Ink, Moment, Phase, Rule, Step, Table};
use crate::expression::Kind;
use crate::fault::Fault;
use crate::source::{Placed, SourceDefinition, SourceGate, SourceStep, SourceTable};
use std::collections::BTreeSet;

/// Most steps of a plan (journal, Plan).
pub const STEPS_MAX: usize = 16;
/// Most signers that one step can ask for.
const NEED_MAX: i64 = 32;
const TABLES_MAX: usize = 32;
const GATES_MAX: usize = 64;

const PHASES: [(&str, Phase); 4] = [
    ("drafting", Phase::Drafting),
    ("live", Phase::Live),
    ("sealed", Phase::Sealed),
    ("closed", Phase::Closed),
];

/// Fields of each box in evaluation order, in the order of steps or tables.
type Orders = Vec<Vec<usize>>;

pub(super) fn steps(sources: &[SourceStep], form: &[Field], scopes: &Scopes) -> Loaded<(Vec<Step>, Orders)> {
    at_most("步骤数", sources, STEPS_MAX, |step| &step.key)?;
    unique("步骤", sources.iter().map(|step| &step.key))?;
    let mut steps = Vec::new();
    let mut orders = Vec::new();
    for (i, source) in sources.iter().enumerate() {
        let (boxed, order) =
            fields(&source.field, &scopes.of_box(&format!("step:{}", source.key.get_ref())))?;
        steps.push(step(source, sources.get(..i).unwrap_or_default(), form, boxed, scopes)?);
        orders.push(order);
    }
    Ok((steps, orders))
}

fn step(
    source: &SourceStep,
    before: &[SourceStep],
    form: &[Field],
    boxed: Vec<Field>,
    scopes: &Scopes,
) -> Loaded<Step> {
    let ink = one_of(
        &source.ink,
        "纸签方式",
        &[("no", Ink::No), ("allowed", Ink::Allowed), ("required", Ink::Required)],
    )?;
    if source.outsider && ink == Ink::No {
        return refuse(source.ink.span(), Fault::Misplaced { what: "outsider(该步骤不能纸签)" });
    }
    if !source.bar && !source.bar_fields.is_empty() {
        return refuse(source.key.span(), Fault::Misplaced { what: "bar_fields(bar 为 false)" });
    }
    let when = source.when.as_ref().map(|when| compiled(when, &scopes.only(&["form"]), &Kind::Bool));
    let units = source.units.as_ref().map(|key| named_field(key, form, FieldKind::Unit, "单位字段"));
    let barred = source.bar_fields.iter().map(|key| named_field(key, form, FieldKind::Person, "人员字段"));
    Ok(Step {
        key: name(&source.key, false)?,
        title: words(&source.title, 40)?,
        roles: roles(&source.roles, source.key.span())?,
        units: units.transpose()?,
        need: u8::try_from(bounded(&source.need, "need", 0, NEED_MAX)?).unwrap_or(0),
        when: when.transpose()?,
        bar: source.bar,
        bar_fields: barred.collect::<Loaded<_>>()?,
        differ: source.differ.iter().map(|key| earlier(key, source, before)).collect::<Loaded<_>>()?,
        ink,
        outsider: source.outsider,
        fields: boxed,
    })
}

/// A field of the content that the plan reads. A unit must be required and always asked: a plan without it would
/// fall back to another unit.
fn named_field(key: &Placed, form: &[Field], kind: FieldKind, what: &'static str) -> Loaded<String> {
    let found = form.iter().find(|field| &field.key == key.get_ref() && field.kind == kind);
    let Some(field) = found else {
        return refuse(key.span(), Fault::Unknown { what, key: key.get_ref().clone() });
    };
    let sure = |rule: &Rule| matches!(rule, Rule::Always(true));
    if kind == FieldKind::Unit && !(sure(&field.required) && sure(&field.visible)) {
        return refuse(key.span(), Fault::Lacking { what: "该单位字段的 required = true" });
    }
    Ok(field.key.clone())
}

fn earlier(key: &Placed, of: &SourceStep, before: &[SourceStep]) -> Loaded<String> {
    if before.iter().any(|step| step.key.get_ref() == key.get_ref()) {
        return Ok(key.get_ref().clone());
    }
    let reason = Fault::LaterStep { step: of.key.get_ref().clone(), differ: key.get_ref().clone() };
    refuse(key.span(), reason)
}

/// The definition's own tables, then the built-in ones.
pub(super) fn tables(source: &SourceDefinition, scopes: &Scopes) -> Loaded<(Vec<Table>, Orders)> {
    at_most("办理表数", &source.table, TABLES_MAX, |table| &table.name)?;
    unique("办理表", source.table.iter().map(|table| &table.name))?;
    let declared = |name: &str| source.table.iter().find(|table| table.name.get_ref() == name);
    let mut built = Vec::new();
    for own in source.table.iter().filter(|table| builtin::table(table.name.get_ref()).is_none()) {
        let access = Access { roles: roles(&own.roles, own.name.span())?, phases: phases(own)? };
        built.push(table(own, access, scopes)?);
    }
    for shape in builtin::tables() {
        let access = match declared(shape.name.get_ref()) {
            Some(written) => narrowed(written)?,
            None => usual(shape, source)?,
        };
        built.push(table(shape, access, scopes)?);
    }
    Ok(built.into_iter().unzip())
}

/// Who may write in a table, and when.
struct Access {
    roles: Vec<String>,
    phases: Vec<Phase>,
}

/// A built-in table as a definition declares it: roles and phases, nothing else.
fn narrowed(written: &SourceTable) -> Loaded<Access> {
    let at = written.name.span();
    let more = written.title.is_some()
        || written.single.is_some()
        || written.wanted.is_some()
        || !written.field.is_empty();
    if more {
        return refuse(at, Fault::Misplaced { what: "内置办理表的 title、single、wanted 或 field" });
    }
    Ok(Access { roles: roles(&written.roles, at)?, phases: phases(written)? })
}

/// A built-in table that the definition leaves out: everybody who has to do with the form, in the phases in which the
/// table has a use. An export is for those who answer for records, closing for those who drew up the form.
fn usual(shape: &SourceTable, source: &SourceDefinition) -> Loaded<Access> {
    let policy = &source.policy;
    let (own, further): (Vec<&Placed>, &[&str]) = match shape.name.get_ref().as_str() {
        "export" => (Vec::new(), &["info_center", "registrar", "auditor"]),
        builtin::CLOSE => (policy.create.iter().collect(), &["info_center", "registrar"]),
        _ => {
            let steps = source.step.iter().flat_map(|step| &step.roles);
            (policy.create.iter().chain(&policy.edit).chain(steps).collect(), &["registrar"])
        }
    };
    let own = own.into_iter().map(|role| role.get_ref().clone());
    let roles: BTreeSet<String> = own.chain(further.iter().map(|role| (*role).to_owned())).collect();
    Ok(Access { roles: roles.into_iter().collect(), phases: phases(shape)? })
}

fn table(shape: &SourceTable, access: Access, scopes: &Scopes) -> Loaded<(Table, Vec<usize>)> {
    let Some(title) = &shape.title else {
        return refuse(shape.name.span(), Fault::Lacking { what: "办理表的 title" });
    };
    let scope = scopes.of_box(&format!("table:{}", shape.name.get_ref()));
    let (boxed, order) = fields(&shape.field, &scope)?;
    let table = Table {
        name: name(&shape.name, false)?,
        title: words(title, 40)?,
        roles: access.roles,
        phases: access.phases,
        single: shape.single.unwrap_or(false),
        built_in: builtin::table(shape.name.get_ref()).is_some(),
        wanted: rule(shape.wanted.as_ref(), &scopes.only(&["form", "steps", "settings"]), false)?,
        fields: boxed,
    };
    Ok((table, order))
}

fn phases(source: &SourceTable) -> Loaded<Vec<Phase>> {
    if source.phases.is_empty() {
        return refuse(source.name.span(), Fault::NoPhases { table: source.name.get_ref().clone() });
    }
    unique("阶段", source.phases.iter())?;
    let phases = source.phases.iter().map(|phase| one_of(phase, "阶段", &PHASES));
    let mut phases: Vec<Phase> = phases.collect::<Loaded<_>>()?;
    phases.sort_unstable();
    Ok(phases)
}

pub(super) fn gates(
    sources: &[SourceGate],
    steps: &[Step],
    tables: &[Table],
    scopes: &Scopes,
) -> Loaded<Vec<Gate>> {
    at_most("关口数", sources, GATES_MAX, |gate| &gate.on)?;
    unique("关口", sources.iter().map(|gate| &gate.code))?;
    let gate = |source: &SourceGate| {
        let on = moment(&source.on, steps, tables)?;
        let scope = match &on {
            Moment::Step(key) => scopes.of_box(&format!("step:{key}")).rules,
            Moment::Table(name) => scopes.of_box(&format!("table:{name}")).rules,
            Moment::Close => scopes.of_box(&format!("table:{}", builtin::CLOSE)).rules,
            Moment::Submit | Moment::Seal => scopes.of_box("").rules,
        };
        Ok(Gate {
            on,
            require: compiled(&source.require, &scope, &Kind::Bool)?,
            code: gate_code(&source.code)?,
            message: words(&source.message, 120)?,
            cites: cites(&source.cites)?,
        })
    };
    let gates: Vec<Gate> = sources.iter().map(gate).collect::<Loaded<_>>()?;
    let costs = gates.iter().zip(sources).map(|(gate, source)| (gate.require.cost(), &source.require));
    affordable(costs)?;
    Ok(gates)
}

fn moment(on: &Placed, steps: &[Step], tables: &[Table]) -> Loaded<Moment> {
    let unknown = |what, key: &str| refuse(on.span(), Fault::Unknown { what, key: key.to_owned() });
    match on.get_ref().split_once(':') {
        None => one_of(
            on,
            "关口位置",
            &[("submit", Moment::Submit), ("seal", Moment::Seal), ("close", Moment::Close)],
        ),
        Some(("step", key)) if steps.iter().any(|step| step.key == key) => Ok(Moment::Step(key.to_owned())),
        Some(("step", key)) => unknown("步骤", key),
        Some(("table", builtin::CLOSE)) => Ok(Moment::Close),
        Some(("table", name)) if tables.iter().any(|table| table.name == name) => {
            Ok(Moment::Table(name.to_owned()))
        }
        Some(("table", name)) => unknown("办理表", name),
        Some(_) => refuse(on.span(), Fault::Code { what: "关口位置", found: on.get_ref().clone() }),
    }
}

fn gate_code(placed: &Placed) -> Loaded<String> {
    let code = placed.get_ref();
    let known = code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-');
    match code.strip_prefix("GATE-") {
        Some(rest) if !rest.is_empty() && known && code.len() <= 40 => Ok(code.clone()),
        _ => refuse(placed.span(), Fault::Code { what: "关口编号 GATE-…", found: code.clone() }),
    }
}
