//! From the catalog's plan to the one that is signed.

use qianban_catalog::PlanStep;
use qianban_journal::{Ink, PersonId, Plan, Role, UnitId};

use crate::{Code, Refused, forms};

/// The plan as signed bytes take it: every list strictly ascending.
///
/// # Errors
/// [`Code::FieldInvalid`] when the content names a person or unit that is no id, [`Code::SignLimit`] for a plan over 2 KiB.
pub(crate) fn journal(steps: &[PlanStep]) -> Result<Plan, Refused> {
    let plan = Plan(steps.iter().map(step).collect::<Result<_, _>>()?);
    Plan::decode(&plan.encode()).map_err(|_| Refused::about(Code::SignLimit, "签批步骤太多"))
}

fn step(step: &PlanStep) -> Result<qianban_journal::PlanStep, Refused> {
    let mut differ = step.differ.clone();
    differ.sort_unstable();
    differ.dedup();
    Ok(qianban_journal::PlanStep {
        roles: forms::roles(&step.roles),
        units: step.units.as_deref().map(ids::<UnitId>).transpose()?,
        need: step.need,
        bar: step.bar.as_deref().map(ids::<PersonId>).transpose()?,
        differ,
        ink: match step.ink {
            qianban_catalog::Ink::No => Ink::No,
            qianban_catalog::Ink::Allowed => Ink::Allowed,
            qianban_catalog::Ink::Required => Ink::Required,
        },
        outsider: step.outsider,
        boxed: step.boxed,
    })
}

fn ids<T: std::str::FromStr + Ord>(texts: &[String]) -> Result<Vec<T>, Refused> {
    let mut ids: Vec<T> = Vec::with_capacity(texts.len());
    for text in texts {
        ids.push(text.parse().map_err(|_| Refused::about(Code::FieldInvalid, "名册中的人员或单位"))?);
    }
    ids.sort();
    ids.dedup();
    Ok(ids)
}

/// The roles of a step in words.
pub(crate) fn role_titles(roles: &[Role]) -> Vec<String> {
    roles.iter().map(|role| crate::role::title(role.as_str())).collect()
}
