//! Small values as the derived tables spell them.

use qianban_journal::{EventId, Finding, FormStatus, Target};

/// The number of a status in the table `form_view`, and its step.
pub(crate) fn status_code(status: FormStatus) -> (u8, Option<u8>) {
    match status {
        FormStatus::Draft => (0, None),
        FormStatus::Returned(Target::Step(step)) => (1, Some(step)),
        FormStatus::Returned(_) => (1, None),
        FormStatus::Pending(step) => (2, Some(step)),
        FormStatus::Approved => (3, None),
        FormStatus::Rejected => (4, None),
        FormStatus::Sealed => (5, None),
        FormStatus::Closed => (6, None),
    }
}

/// The status back from its number; `None` for a number no fold writes.
pub(crate) fn status_of(code: u8, step: Option<u8>) -> Option<FormStatus> {
    Some(match (code, step) {
        (0, None) => FormStatus::Draft,
        (1, Some(step)) => FormStatus::Returned(Target::Step(step)),
        (1, None) => FormStatus::Returned(Target::Drafter),
        (2, Some(step)) => FormStatus::Pending(step),
        (3, None) => FormStatus::Approved,
        (4, None) => FormStatus::Rejected,
        (5, None) => FormStatus::Sealed,
        (6, None) => FormStatus::Closed,
        _ => return None,
    })
}

/// Ids one after another; `None` if the bytes are no whole number of ids.
pub(super) fn ids(bytes: &[u8]) -> Option<Vec<EventId>> {
    let (whole, rest) = bytes.as_chunks::<{ EventId::LEN }>();
    rest.is_empty().then(|| whole.iter().map(|bytes| EventId(*bytes)).collect())
}

/// A finding as a row: its code, the ids it is about, and what else it names.
pub(super) fn finding(finding: &Finding) -> (&'static str, Vec<u8>, String) {
    let (about, detail): (Vec<EventId>, String) = match finding {
        Finding::LogGap { seat, incarnation, first, last } => {
            (Vec::new(), format!("{seat}\n{incarnation}\n{first}\n{last}"))
        }
        Finding::LogFork { seat, incarnation, n, events } => {
            (events.clone(), format!("{seat}\n{incarnation}\n{n}"))
        }
        Finding::ClockBefore { event, cited } => (vec![*event, *cited], String::new()),
        Finding::ClockAhead { event } | Finding::OutsideDelegation { event } => (vec![*event], String::new()),
        Finding::SealDespiteReturn { seal, objection } => (vec![*seal, *objection], String::new()),
        Finding::EndpointForked { incarnation, n } => (Vec::new(), format!("{incarnation}\n{n}")),
        Finding::EndpointWentBack { incarnation, from, to } => {
            (Vec::new(), format!("{incarnation}\n{from}\n{to}"))
        }
        Finding::RegistryFork { number, entries } => {
            let entries: Vec<String> = entries.iter().map(ToString::to_string).collect();
            (Vec::new(), format!("{number}\n{}", entries.join("\n")))
        }
        Finding::DoubleSeal { seals } => (seals.clone(), String::new()),
        Finding::Objection { objection } => (vec![*objection], String::new()),
        Finding::Tainted { event, entry } => (vec![*event], entry.to_string()),
        Finding::SeveralRounds { rounds } => (rounds.clone(), String::new()),
        Finding::PlanDiffers { round } => (vec![*round], String::new()),
        Finding::StatusFell { causes, registry } => (causes.clone(), registry.to_string()),
        Finding::TwoNumbers { numbers } => {
            (Vec::new(), numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
        }
        Finding::OutsideLease { event } => (vec![*event], String::new()),
        Finding::SharedNumber { number, forms } => {
            (forms.iter().map(|form| EventId::from(*form)).collect(), number.to_string())
        }
        Finding::NumberHole { first, last } => (Vec::new(), format!("{first}\n{last}")),
        Finding::GateUnmet { event, code } => (vec![*event], code.clone()),
        Finding::SameActor { round, approves } => {
            (std::iter::once(round).chain(approves).copied().collect(), String::new())
        }
        Finding::RecordedBySealer { seal } => (vec![*seal], String::new()),
    };
    (finding.code(), about.iter().flat_map(|id| id.0).collect(), detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_comes_back() {
        for status in [
            FormStatus::Draft,
            FormStatus::Returned(Target::Drafter),
            FormStatus::Returned(Target::Step(3)),
            FormStatus::Pending(15),
            FormStatus::Approved,
            FormStatus::Rejected,
            FormStatus::Sealed,
            FormStatus::Closed,
        ] {
            let (code, step) = status_code(status);
            assert_eq!(status_of(code, step), Some(status));
        }
        assert_eq!(status_of(7, None), None);
        assert_eq!(status_of(2, None), None);
    }

    #[test]
    fn ids_are_whole() {
        let two = [[1; 32], [2; 32]].concat();
        assert_eq!(ids(&two), Some(vec![EventId([1; 32]), EventId([2; 32])]));
        assert_eq!(ids(&two[1..]), None);
    }
}
