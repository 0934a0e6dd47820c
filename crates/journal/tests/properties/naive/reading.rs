//! What the fields of an event say, each in one place.

use qianban_journal::{
    Action, Digest, Event, EventId, Hand, Ink, Ledger, Mode, Number, PersonId, PlanStep, RowId, UnitId,
    digest,
};
pub use qianban_journal::{Actor, Kind};

/// S4 in ascending order of strength: a lower step beats a higher one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Step(usize),
    Drafter,
    Reject,
}

impl Target {
    fn strength(self) -> (u8, isize) {
        match self {
            Self::Step(step) => (0, -(step as isize)),
            Self::Drafter => (1, 0),
            Self::Reject => (2, 0),
        }
    }
}

impl Ord for Target {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.strength().cmp(&other.strength())
    }
}

impl PartialOrd for Target {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

pub fn kind(e: &Event) -> Kind {
    match e.action {
        Action::Create { .. } => Kind::Create,
        Action::Save { .. } => Kind::Save,
        Action::Submit { .. } => Kind::Submit,
        Action::Approve { .. } => Kind::Approve,
        Action::Return { .. } => Kind::Return,
        Action::Seal { .. } => Kind::Seal,
        Action::Resolve { .. } => Kind::Resolve,
        Action::Handover { .. } => Kind::Handover,
        Action::Entry { .. } => Kind::Entry,
    }
}

pub fn basis(e: &Event) -> &[EventId] {
    match &e.action {
        Action::Approve { basis, .. } | Action::Seal { basis, .. } | Action::Entry { basis, .. } => basis,
        _ => &[],
    }
}

/// Cites and basis: the edges of `past`.
pub fn parents(e: &Event) -> Vec<EventId> {
    e.cites.iter().chain(basis(e)).copied().collect()
}

fn hand(e: &Event) -> Option<&Hand> {
    match &e.action {
        Action::Approve { hand, .. } | Action::Return { hand, .. } => Some(hand),
        _ => None,
    }
}

pub fn ink(e: &Event) -> bool {
    hand(e).is_some_and(|h| h.mode == Mode::Ink)
}

pub fn signer(e: &Event) -> Option<PersonId> {
    hand(e)?.signer
}

pub fn outsider(e: &Event) -> Option<&str> {
    hand(e)?.outsider.as_deref()
}

pub fn scan(e: &Event) -> Option<Digest> {
    hand(e)?.scan
}

pub fn on_behalf(e: &Event) -> Option<PersonId> {
    match &e.action {
        Action::Entry { on_behalf, .. } => *on_behalf,
        _ => hand(e)?.on_behalf,
    }
}

pub fn actor(e: &Event) -> Actor {
    if ink(e) {
        if let Some(person) = signer(e) {
            return Actor::Person(person);
        }
        if let Some(name) = outsider(e) {
            return Actor::Outsider(name.to_owned());
        }
    }
    Actor::Person(on_behalf(e).unwrap_or(e.person))
}

/// Whether one person stands behind both sign-offs: as the actor, or with the key that signs for an absent one.
pub fn one_signer(a: &Event, b: &Event) -> bool {
    let key = |e: &Event| on_behalf(e).map(|_| Actor::Person(e.person));
    let actors = (actor(a), actor(b));
    actors.0 == actors.1
        || key(a) == Some(actors.1)
        || key(b) == Some(actors.0)
        || (key(a).is_some() && key(a) == key(b))
}

/// `ink` of a step against the mode of an Approve; outsiders only where the step allows them.
pub fn ink_fits(e: &Event, step: &PlanStep) -> bool {
    let mode_fits = match step.ink {
        Ink::No => !ink(e),
        Ink::Allowed => true,
        Ink::Required => ink(e),
    };
    mode_fits && (outsider(e).is_none() || step.outsider)
}

pub fn carry(e: &Event) -> &[EventId] {
    match &e.action {
        Action::Submit { carry, .. } => carry,
        _ => &[],
    }
}

pub fn number(e: &Event) -> Option<&Number> {
    match &e.action {
        Action::Submit { number, .. } | Action::Seal { number, .. } => number.as_ref(),
        _ => None,
    }
}

pub fn unit(e: &Event) -> Option<UnitId> {
    match e.action {
        Action::Create { unit, .. } => Some(unit),
        _ => None,
    }
}

pub fn ledger(e: &Event) -> Option<&Ledger> {
    match &e.action {
        Action::Create { ledger, .. } => Some(ledger),
        _ => None,
    }
}

pub fn migrate(e: &Event) -> bool {
    matches!(e.action, Action::Save { migrate: true })
}

pub fn handover_to(e: &Event) -> Option<PersonId> {
    match e.action {
        Action::Handover { to } => Some(to),
        _ => None,
    }
}

pub fn dismissed(e: &Event) -> &[EventId] {
    match &e.action {
        Action::Resolve { dismissed } => dismissed,
        _ => &[],
    }
}

pub fn supersedes(e: &Event) -> Option<EventId> {
    match e.action {
        Action::Entry { supersedes, .. } => supersedes,
        _ => None,
    }
}

pub fn table(e: &Event) -> Option<&str> {
    match &e.action {
        Action::Entry { table, .. } => Some(table),
        _ => None,
    }
}

pub fn row(e: &Event) -> Option<RowId> {
    match e.action {
        Action::Entry { row, .. } => Some(row),
        _ => None,
    }
}

pub fn target(e: &Event) -> Option<Target> {
    match e.action {
        Action::Return { target, .. } => Some(match target {
            qianban_journal::Target::Drafter => Target::Drafter,
            qianban_journal::Target::Step(step) => Target::Step(usize::from(step)),
            qianban_journal::Target::Reject => Target::Reject,
        }),
        _ => None,
    }
}

pub fn step(e: &Event) -> Option<usize> {
    e.step.map(usize::from)
}

pub fn plan_len(e: &Event) -> usize {
    e.plan.as_ref().map_or(0, |plan| plan.0.len())
}

pub fn plan_step(e: &Event, k: usize) -> &PlanStep {
    &e.plan.as_ref().expect("a Submit has a plan").0[k]
}

pub fn receipt(e: &Event) -> Option<&[u8]> {
    match &e.action {
        Action::Seal { receipt, .. } => receipt.as_deref(),
        _ => None,
    }
}

/// SM3 over the label and the ascending ids as an array of byte strings, laid out by hand.
pub fn digest_of_heads(ids: &[EventId]) -> Digest {
    let mut ids = ids.to_vec();
    ids.sort();
    let mut raw = b"qianban/heads/1\0".to_vec();
    match ids.len() {
        n @ 0..24 => raw.push(0x80 + n as u8),
        n => raw.extend([0x98, n as u8]),
    }
    for id in ids {
        raw.extend([0x58, 32]);
        raw.extend(id.0);
    }
    digest(&raw)
}

/// The day at UTC+8 as `YYYY-MM-DD`, counted year by year and month by month from 1970 on.
pub fn day(wall: i64) -> String {
    let mut left = (wall + 8 * 3_600_000).div_euclid(86_400_000);
    assert!(left >= 0, "worlds begin after 1970");
    let leap = |year: i64| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let mut year = 1970;
    while left >= 365 + i64::from(leap(year)) {
        left -= 365 + i64::from(leap(year));
        year += 1;
    }
    let lengths = [31, 28 + i64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while left >= lengths[month] {
        left -= lengths[month];
        month += 1;
    }
    format!("{year:04}-{:02}-{:02}", month + 1, left + 1)
}
