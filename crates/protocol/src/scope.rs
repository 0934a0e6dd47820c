//! Which forms a PC may read.
//!
//! A PC holds what its people need, so its scope is that of all seats certified on it together: whoever asks with one of
//! them reads for the PC. A role for all units, or a place in the quorum of the registry, opens every form; a role for a
//! unit opens the forms of that unit and those that a step sends to it; and everybody keeps the forms they took part in.

use std::collections::BTreeSet;

use qianban_journal::{Action, Event, PersonId, Registry, SeatId, UnitId};

/// Who is concerned by a form, as far as its events tell. It only grows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// The form's unit, and the units that its steps name.
    pub units: BTreeSet<UnitId>,
    /// Whoever signed, was signed for, or was handed the form.
    pub persons: BTreeSet<PersonId>,
}

impl Reach {
    /// Takes in one more event of the form.
    pub fn add(&mut self, event: &Event) {
        self.persons.insert(event.person);
        self.persons.extend(event.action.on_behalf());
        match &event.action {
            Action::Create { unit, .. } => {
                self.units.insert(*unit);
            }
            Action::Handover { to } => {
                self.persons.insert(*to);
            }
            _ => {}
        }
        let steps = event.plan.iter().flat_map(|plan| &plan.0);
        self.units.extend(steps.filter_map(|step| step.units.as_ref()).flatten());
    }
}

/// What a PC may read under one version of the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Every form.
    Every,
    /// Forms that reach one of these.
    Some(Reach),
}

impl Scope {
    /// The scope of the PC on which a seat is; nothing for a seat that is not certified.
    #[must_use]
    pub fn of(registry: Registry<'_>, seat: SeatId) -> Self {
        let Some(pc) = registry.seat(seat).map(|seat| seat.certificate.pc()) else {
            return Self::Some(Reach::default());
        };
        let seats = registry.seats().filter(|(_, seat)| seat.certificate.pc() == pc);
        let persons: BTreeSet<PersonId> = seats.map(|(_, seat)| seat.certificate.person).collect();
        let members = registry.quorum().map(|quorum| quorum.members.as_slice()).unwrap_or_default();
        if members.iter().any(|member| persons.contains(&member.person)) {
            return Self::Every;
        }
        let delegated = registry.delegations().filter(|(_, to)| persons.contains(to)).map(|(from, _)| from);
        let acted_for: BTreeSet<PersonId> = persons.iter().copied().chain(delegated).collect();
        let mut units = BTreeSet::new();
        for role in acted_for.iter().flat_map(|person| registry.roles_of(*person)) {
            match role.unit {
                None => return Self::Every,
                Some(unit) => units.insert(unit),
            };
        }
        Self::Some(Reach { units, persons })
    }

    /// Whether a form that reaches these is inside.
    #[must_use]
    pub fn covers(&self, form: &Reach) -> bool {
        match self {
            Self::Every => true,
            Self::Some(Reach { units, persons }) => {
                !units.is_disjoint(&form.units) || !persons.is_disjoint(&form.persons)
            }
        }
    }
}
