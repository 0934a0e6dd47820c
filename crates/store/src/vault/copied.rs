//! Whether a database is a copy (K6), and what may be sealed after that (K7): pure decisions over what the anchor
//! remembers and what a start finds.

use std::collections::BTreeSet;

use qianban_journal::{DeviceId, EventId, FormId, Incarnation};

use super::Anchor;
use super::anchor::raise;

/// Why a database is a copy: reading and drafting go on, signing waits for a new incarnation and its certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copied {
    /// The computer is another one: an image, or a folder that was carried elsewhere.
    OtherMachine,
    /// It belongs to another life of the installation than the anchor.
    OtherIncarnation,
    /// The anchor knows of a registry entry or an own event that it does not hold: it was put back from a backup.
    Behind,
}

/// What a start finds.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// The incarnation that the database itself names; none in a file from before it did.
    pub incarnation: Option<Incarnation>,
    /// The caller's description of this computer, compared by [`is_same_computer`]; blank where the system gives none.
    pub machine: &'a str,
    /// Highest registry number in the database (G3).
    pub registry_number: u32,
}

/// Why a form may not be sealed on this PC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealHeld {
    /// This PC has sealed it, whatever the database says (K7).
    Sealed,
    /// Nothing has been exchanged since the database was put back: what was sealed before is not known here.
    NotExchanged,
}

impl Anchor {
    /// K6. `holds` answers whether the database has an event. A database that is ahead of the anchor is normal: the
    /// anchor is written after the commit.
    ///
    /// # Errors
    /// What `holds` refuses.
    pub fn copied<E>(
        &self,
        found: Found<'_>,
        mut holds: impl FnMut(EventId) -> Result<bool, E>,
    ) -> Result<Option<Copied>, E> {
        if !is_same_computer(&self.machine, found.machine) {
            return Ok(Some(Copied::OtherMachine));
        }
        if found.incarnation.is_some_and(|incarnation| incarnation != self.incarnation) {
            return Ok(Some(Copied::OtherIncarnation));
        }
        if found.registry_number < self.registry_number {
            return Ok(Some(Copied::Behind));
        }
        for head in self.heads.values() {
            if !holds(head.event)? {
                return Ok(Some(Copied::Behind));
            }
        }
        Ok(None)
    }

    /// K7. `sealed` is what this PC has sealed, from outside the database.
    pub fn may_seal(&self, sealed: &BTreeSet<FormId>, form: FormId) -> Result<(), SealHeld> {
        if sealed.contains(&form) {
            return Err(SealHeld::Sealed);
        }
        if self.former.is_some() { Err(SealHeld::NotExchanged) } else { Ok(()) }
    }

    /// Begins a new life after [`Anchor::copied`] found a copy: another incarnation, whose logs begin anew with what the
    /// copy holds, and nothing is sealed before an exchange. `device` names the PC anew where the computer is another.
    #[must_use]
    pub fn renewed(&self, incarnation: Incarnation, found: Found<'_>, device: Option<DeviceId>) -> Self {
        let mut former = self.former.clone().unwrap_or_default();
        former.device = device.or(former.device);
        former.registry_number = former.registry_number.max(self.registry_number);
        for (seat, head) in &self.heads {
            raise(&mut former.heads, *seat, *head);
        }
        let mut anchor = Self::new(incarnation, found.machine.to_owned());
        anchor.raise_registry(found.registry_number);
        anchor.former = Some(former);
        anchor
    }
}

/// Whether two descriptions may be of one computer. A description is words: the first names the installed system, the
/// others parts of the computer. Images share the first, so where both name parts one of them must be the same; a
/// computer that changes one part after another is still itself. A blank one says nothing.
pub fn is_same_computer(known: &str, found: &str) -> bool {
    let (mut known, mut found) = (known.split_whitespace(), found.split_whitespace());
    let (Some(system), Some(here)) = (known.next(), found.next()) else { return true };
    let (known, found): (BTreeSet<&str>, BTreeSet<&str>) = (known.collect(), found.collect());
    system == here && (known.is_empty() || found.is_empty() || !known.is_disjoint(&found))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LogHead;
    use qianban_journal::SeatId;
    use std::convert::Infallible;

    const INC: Incarnation = Incarnation([1; 16]);
    const OWN: EventId = EventId([5; 32]);

    fn anchor() -> Anchor {
        let mut anchor = Anchor::new(INC, "磁盘一".into());
        anchor.raise_registry(7);
        anchor.raise_head(SeatId([2; 32]), LogHead { n: 4, event: OWN });
        anchor
    }

    fn judge(found: Found<'_>, held: &[EventId]) -> Option<Copied> {
        let Ok(copied) = anchor().copied(found, |id| Ok::<_, Infallible>(held.contains(&id)));
        copied
    }

    #[test]
    fn a_database_of_today_on_its_own_computer_is_no_copy() {
        let found = Found { incarnation: Some(INC), machine: "磁盘一", registry_number: 7 };
        assert_eq!(judge(found, &[OWN]), None);
        assert_eq!(judge(Found { registry_number: 9, ..found }, &[OWN]), None, "the anchor may be behind");
        assert_eq!(judge(Found { incarnation: None, ..found }, &[OWN]), None, "an older file names none");
        assert_eq!(judge(Found { machine: "", ..found }, &[OWN]), None, "a system that says nothing");
    }

    #[test]
    fn yesterday_another_life_and_another_computer_are_copies() {
        let found = Found { incarnation: Some(INC), machine: "磁盘一", registry_number: 7 };
        let cases = [
            (Found { registry_number: 6, ..found }, &[OWN][..], Copied::Behind),
            (found, &[], Copied::Behind),
            (found, &[EventId([6; 32])], Copied::Behind),
            (Found { incarnation: Some(Incarnation([9; 16])), ..found }, &[OWN], Copied::OtherIncarnation),
            (Found { machine: "磁盘二", ..found }, &[OWN], Copied::OtherMachine),
        ];
        for (found, held, copied) in cases {
            assert_eq!(judge(found, held), Some(copied), "{found:?}");
        }
    }

    #[test]
    fn an_image_shares_the_system_and_no_part_of_the_computer() {
        assert!(is_same_computer("system disk mac", "system disk mac2"), "another network card");
        assert!(is_same_computer("system", "system disk mac"), "remembered by an older program");
        assert!(is_same_computer("", "system disk"), "remembered where the system said nothing");
        assert!(!is_same_computer("system disk mac", "system disk2 mac2"), "an image on another computer");
        assert!(!is_same_computer("system disk", "system2 disk"), "another system on this computer");
    }

    /// Faults 51a.
    #[test]
    fn after_a_copy_nothing_is_sealed_before_an_exchange_and_nothing_twice() {
        let (form, other) = (FormId([1; 32]), FormId([2; 32]));
        let sealed = BTreeSet::from([form]);
        assert_eq!(anchor().may_seal(&sealed, other), Ok(()));
        assert_eq!(anchor().may_seal(&sealed, form), Err(SealHeld::Sealed));
        let found = Found { incarnation: None, machine: "磁盘二", registry_number: 5 };
        let mut renewed = anchor().renewed(Incarnation([3; 16]), found, None);
        assert_eq!((renewed.registry_number, renewed.heads.len()), (5, 0));
        let former = renewed.former.clone().unwrap();
        assert_eq!((former.registry_number, former.heads.len()), (7, 1), "what was lost is remembered");
        let found = Found { incarnation: Some(Incarnation([3; 16])), ..found };
        let Ok(again) = renewed.copied(found, |_| Ok::<_, Infallible>(false));
        assert_eq!(again, None, "and is no second copy");
        assert_eq!(renewed.may_seal(&sealed, other), Err(SealHeld::NotExchanged));
        renewed.former = None;
        assert_eq!(renewed.may_seal(&sealed, other), Ok(()));
        assert_eq!(renewed.may_seal(&sealed, form), Err(SealHeld::Sealed), "the list outlives the copy");
    }
}
