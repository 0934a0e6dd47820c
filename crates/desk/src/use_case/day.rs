//! `seal_candidates`: what 日清 can seal today.

use qianban_journal::Role;

use super::list;
use crate::api::{Nothing, SealCandidate, SealCandidates};
use crate::desk::Sitting;
use crate::opened::Opened;
use crate::record::{Look, Record};
use crate::sign::{execute::EVENTS_MAX, seal};
use crate::{Desk, Refused};

/// Register records that wait for a seal of the person at the desk, oldest first: as many as one action takes.
pub(crate) fn seal_candidates(desk: &Desk, _: Nothing) -> Result<SealCandidates, Refused> {
    let Sitting { opened, person } = desk.sitting()?;
    opened.store.read(|reader| {
        let look = Look { opened: &opened, reader, person, ambient: desk.ambient() };
        let registry = Opened::registry(reader.registry())?;
        let registers: Vec<_> =
            registry.definitions().filter(|(_, policy, _)| policy.register).map(|(def, _, _)| def).collect();
        let registrar = registry.roles_of(person).into_iter().filter(|held| held.role == Role::registrar());
        let waiting = reader.waiting_for_seal(registrar, &registers)?;
        let more = waiting.more || waiting.rows.len() > EVENTS_MAX;
        let mut rows = Vec::new();
        for waiting in waiting.rows.into_iter().take(EVENTS_MAX) {
            let Some(record) = Record::readable(look, &waiting.form.to_string())? else { continue };
            let problems = seal::hindrance(look, record);
            rows.push(SealCandidate { row: list::row(desk, &opened, reader, registry, &waiting), problems });
        }
        Ok(SealCandidates { rows, more })
    })
}
