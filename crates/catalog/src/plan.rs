//! The step plan: a pure function of definition and content (C5).

use crate::definition::{Definition, Ink, Section, Step};
use crate::scene::{Context, variables};
use crate::value::{Content, Value};

/// One step of the plan of a round, as it is signed in the Submit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanStep {
    /// Key of the step in the definition.
    pub key: String,
    /// Role codes of which the signer holds one.
    pub roles: Vec<String>,
    /// Ids of the units whose holders sign, hex; `None`: the form's own unit.
    pub units: Option<Vec<String>>,
    /// How many distinct signers, at most 32; 0: all holders of the role.
    pub need: u8,
    /// `Some`: submitter, savers and these persons (hex) may not sign. `None`: nobody is barred.
    pub bar: Option<Vec<String>>,
    /// Indices in this plan of earlier steps whose signers may not sign here.
    pub differ: Vec<u8>,
    /// Whether it may be signed on paper.
    pub ink: Ink,
    /// Whether somebody outside the registry may sign on paper.
    pub outsider: bool,
    /// The step has a box of its own.
    pub boxed: bool,
}

/// The steps that this content asks for, in order; at most 16. Empty only where every step has a `when` that is false.
/// A `when` that cannot be evaluated keeps its step: rather one signature too many.
pub fn plan(of: &Definition, content: &Content) -> Vec<PlanStep> {
    let variables = variables(of, &Section::Content, content, &Context::default());
    let asked = |step: &&Step| step.when.as_ref().is_none_or(|when| variables.test(when) != Ok(false));
    let steps: Vec<&Step> = of.steps.iter().filter(asked).collect();
    steps.iter().map(|step| plan_step(step, &steps, content)).collect()
}

fn plan_step(step: &Step, planned: &[&Step], content: &Content) -> PlanStep {
    let unit = step.units.as_ref().and_then(|key| match content.get(key) {
        Some(Value::Unit(id)) => Some(vec![id.clone()]),
        _ => None,
    });
    let named = step.bar_fields.iter().filter_map(|key| match content.get(key) {
        Some(Value::Person(id)) => Some(id.clone()),
        _ => None,
    });
    let mut barred: Vec<String> = named.collect();
    barred.sort_unstable();
    barred.dedup();
    let places = step.differ.iter().filter_map(|key| planned.iter().position(|other| &other.key == key));
    let mut differ: Vec<u8> = places.filter_map(|place| u8::try_from(place).ok()).collect();
    differ.sort_unstable();
    PlanStep {
        key: step.key.clone(),
        roles: step.roles.clone(),
        units: unit,
        need: step.need,
        bar: step.bar.then_some(barred),
        differ,
        ink: step.ink,
        outsider: step.outsider,
        boxed: !step.fields.is_empty(),
    }
}
