//! Steps, do-tables, gates and links.

use super::fields::{affordable, compiled, fields, rule};
use super::words::{bounded, cites, name, one_of, roles, unique, words};
use super::{Loaded, Scopes, refuse};
use crate::builtin;
use crate::definition::{Field, FieldKind, Gate, Ink, LinkSlot, Moment, Phase, Rule, Step, Table};
use crate::expression::Kind;
use crate::fault::Fault;
use crate::source::{Placed, SourceGate, SourceLink, SourceStep, SourceTable};

/// Most steps of a plan (journal, Plan).
pub const STEPS_MAX: usize = 16;
/// Most signers that one step can ask for.
const NEED_MAX: i64 = 32;
const TABLES_MAX: usize = 32;
const GATES_MAX: usize = 64;
const LINKS_MAX: i64 = 500;

const PHASES: [(&str, Phase); 4] = [
    ("drafting", Phase::Drafting),
    ("live", Phase::Live),
    ("sealed", Phase::Sealed),
    ("closed", Phase::Closed),
];

/// Fields of each box in evaluation order, in the order of steps or tables.
type Orders = Vec<Vec<usize>>;

pub(super) fn steps(sources: &[SourceStep], form: &[Field], scopes: &Scopes) -> Loaded<(Vec<Step>, Orders)> {
    if let Some(beyond) = sources.get(STEPS_MAX) {
        let found = i64::try_from(sources.len()).unwrap_or(i64::MAX);
        let reason = Fault::Bounds { what: "步骤数", found, least: 1, most: STEPS_MAX as i64 };
        return refuse(beyond.key.span(), reason);
    }
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

pub(super) fn tables(sources: &[SourceTable], scopes: &Scopes) -> Loaded<(Vec<Table>, Orders)> {
    if let Some(beyond) = sources.get(TABLES_MAX) {
        let found = i64::try_from(sources.len()).unwrap_or(i64::MAX);
        let reason = Fault::Bounds { what: "办理表数", found, least: 6, most: TABLES_MAX as i64 };
        return refuse(beyond.name.span(), reason);
    }
    unique("办理表", sources.iter().map(|table| &table.name))?;
    let written = |name: &str| sources.iter().any(|table| table.name.get_ref() == name);
    if let Some(missing) = builtin::tables().iter().find(|table| !written(table.name.get_ref())) {
        let at = sources.last().map_or(0..0, |table| table.name.span());
        return refuse(at, Fault::MissingBuiltIn { table: missing.name.get_ref().clone() });
    }
    let mut tables = Vec::new();
    let mut orders = Vec::new();
    for source in sources {
        let (table, order) = table(source, scopes)?;
        tables.push(table);
        orders.push(order);
    }
    Ok((tables, orders))
}

fn table(source: &SourceTable, scopes: &Scopes) -> Loaded<(Table, Vec<usize>)> {
    let at = source.name.span();
    let built_in = builtin::table(source.name.get_ref());
    if built_in.is_some()
        && (source.title.is_some()
            || source.single.is_some()
            || source.wanted.is_some()
            || !source.field.is_empty())
    {
        return refuse(at, Fault::Misplaced { what: "内置办理表的 title、single、wanted 或 field" });
    }
    let shape = built_in.unwrap_or(source);
    let Some(title) = &shape.title else {
        return refuse(at, Fault::Lacking { what: "办理表的 title" });
    };
    let scope = scopes.of_box(&format!("table:{}", source.name.get_ref()));
    let (boxed, order) = fields(&shape.field, &scope)?;
    let table = Table {
        name: name(&source.name, false)?,
        title: words(title, 40)?,
        roles: roles(&source.roles, at)?,
        phases: phases(source)?,
        single: shape.single.unwrap_or(false),
        built_in: built_in.is_some(),
        wanted: rule(source.wanted.as_ref(), &scopes.only(&["form", "steps"]), false)?,
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
    if let Some(beyond) = sources.get(GATES_MAX) {
        let found = i64::try_from(sources.len()).unwrap_or(i64::MAX);
        let reason = Fault::Bounds { what: "关口数", found, least: 0, most: GATES_MAX as i64 };
        return refuse(beyond.on.span(), reason);
    }
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

pub(super) fn links(sources: &[SourceLink]) -> Loaded<Vec<LinkSlot>> {
    unique("关联", sources.iter().map(|link| &link.slot))?;
    let link = |source: &SourceLink| {
        let min = bounded(&source.min, "关联最少份数", 0, LINKS_MAX)?;
        let max = bounded(&source.max, "关联最多份数", min.max(1), LINKS_MAX)?;
        if source.definitions.is_empty() {
            return refuse(source.slot.span(), Fault::Lacking { what: "可关联的表 definitions" });
        }
        Ok(LinkSlot {
            slot: name(&source.slot, false)?,
            title: words(&source.title, 40)?,
            definitions: source.definitions.iter().map(|id| name(id, true)).collect::<Loaded<_>>()?,
            min: u16::try_from(min).unwrap_or(0),
            max: u16::try_from(max).unwrap_or(0),
        })
    };
    sources.iter().map(link).collect()
}
