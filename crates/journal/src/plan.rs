//! The step plan that a Submit carries: who signs, in which order.

use crate::cbor::{DecodeError, Reader, Writer, strict};
use crate::ids::{PersonId, Role, UnitId};
use crate::limit;

/// Whether a step may, or must, be signed on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ink {
    /// Only electronic sign-offs (0).
    No,
    /// Both kinds (1).
    Allowed,
    /// Only ink recorded by a registrar (2).
    Required,
}

/// One step of a plan. Encoded as `[roles, units|null, need, bar, differ, ink, outsider, box]`, where `bar` is
/// null when nobody is barred and otherwise the ascending list of the persons that the content names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanStep {
    /// Roles of which the signer holds one; 1 to 16, strictly ascending.
    pub roles: Vec<Role>,
    /// Units for which the role counts, strictly ascending and not empty; none means the form's unit (L1).
    pub units: Option<Vec<UnitId>>,
    /// Sign-offs by distinct actors that the step needs, at most 32; 0 means every holder of the role in the
    /// registry at the Submit's epoch who is not barred.
    pub need: u8,
    /// Who may not sign: none bars nobody; a list bars the submitter, the savers of the branch and the persons
    /// listed (the applicant named in the content). Strictly ascending, at most 64.
    pub bar: Option<Vec<PersonId>>,
    /// Steps whose signer may not sign this one; strictly ascending indices of other steps of the plan.
    pub differ: Vec<u8>,
    /// Whether paper is allowed.
    pub ink: Ink,
    /// Whether a written name without a person record may sign on paper.
    pub outsider: bool,
    /// Whether the step has a box of its own to fill in.
    pub boxed: bool,
}

/// At most 16 steps in signing order. Empty only where the policy says `register` (L3).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan(pub Vec<PlanStep>);

impl Plan {
    /// The canonical bytes, as they stand in a Submit.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.list(&self.0, |w, step| step.write(w));
        w.into_bytes()
    }

    /// Decodes strictly.
    ///
    /// # Errors
    /// Not canonical, over 2 KiB or 16 steps, an unsorted list, or `differ` naming no other step.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let plan = strict(
            bytes,
            limit::PLAN_BYTES,
            |r| r.list(limit::PLAN_STEPS, PlanStep::read).map(Plan),
            Plan::encode,
        )?;
        for (index, step) in plan.0.iter().enumerate() {
            let other = |&k: &u8| usize::from(k) != index && usize::from(k) < plan.0.len();
            if !step.differ.iter().all(other) {
                return Err(DecodeError::OutOfRange);
            }
        }
        Ok(plan)
    }
}

impl PlanStep {
    fn write(&self, w: &mut Writer) {
        w.array(8).list(&self.roles, |w, role| {
            w.text(role.as_str());
        });
        w.option(self.units.as_deref(), |w, units| {
            w.list(units, |w, unit| {
                w.bytes(unit.0);
            });
        });
        w.uint(self.need);
        w.option(self.bar.as_deref(), |w, named| {
            w.list(named, |w, person| {
                w.bytes(person.0);
            });
        });
        w.list(&self.differ, |w, step| {
            w.uint(*step);
        });
        w.uint(self.ink as u8).flag(self.outsider).flag(self.boxed);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.tuple(8, |r| {
            let roles = r.set(limit::PLAN_STEPS, |r| r.name(limit::CODE_BYTES).map(Role))?;
            let units = r.option(|r| r.set(limit::NAMES, Reader::id))?;
            if roles.is_empty() || units.as_ref().is_some_and(Vec::is_empty) {
                return Err(DecodeError::OutOfRange);
            }
            Ok(Self {
                roles,
                units,
                need: r.u8(limit::STEP_NEED)?,
                bar: r.option(|r| r.set(limit::NAMES, Reader::id))?,
                differ: r.set(limit::PLAN_STEPS, |r| r.u8(u8::MAX))?,
                ink: match r.u8(2)? {
                    0 => Ink::No,
                    1 => Ink::Allowed,
                    _ => Ink::Required,
                },
                outsider: r.flag()?,
                boxed: r.flag()?,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step() -> PlanStep {
        PlanStep {
            roles: vec![Role::from("clerk")],
            units: None,
            need: 1,
            bar: Some(vec![]),
            differ: vec![],
            ink: Ink::Allowed,
            outsider: false,
            boxed: true,
        }
    }

    #[test]
    fn a_plan_round_trips() {
        let second = PlanStep { units: Some(vec![UnitId([1; 16])]), differ: vec![0], bar: None, ..step() };
        let plan = Plan(vec![step(), second]);
        assert_eq!(Plan::decode(&plan.encode()), Ok(plan));
    }

    #[test]
    fn lists_must_be_ascending_and_in_range() {
        let both = vec![Role::from("b"), Role::from("a")];
        let cases = [
            (PlanStep { roles: both, ..step() }, DecodeError::NotAscending),
            (PlanStep { roles: vec![], ..step() }, DecodeError::OutOfRange),
            (PlanStep { units: Some(vec![]), ..step() }, DecodeError::OutOfRange),
            (PlanStep { need: 33, ..step() }, DecodeError::OutOfRange),
            (PlanStep { differ: vec![0], ..step() }, DecodeError::OutOfRange),
            (PlanStep { differ: vec![1], ..step() }, DecodeError::OutOfRange),
        ];
        for (bad, error) in cases {
            assert_eq!(Plan::decode(&Plan(vec![bad.clone()]).encode()), Err(error), "{bad:?}");
        }
        assert_eq!(Plan::decode(&Plan(vec![step(); 17]).encode()), Err(DecodeError::TooLarge));
    }
}
