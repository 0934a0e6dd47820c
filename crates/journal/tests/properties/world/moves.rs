//! What a desk does next: honest desks sign what the rules allow, the others also what they forbid.

use super::office::{LEASED, STEP_ROLES, definition, person, unit};
use super::{Desk, World};
use crate::naive::reading::{self, Kind};
use crate::naive::{Ids, Round, State, Status};
use qianban_journal::{
    Action, Digest, Event, EventId, Hand, Ink, Number, PersonId, Plan, PlanStep, Role, RowId, Target, sign,
};

/// How many refused drafts, and how many inadmissible events, a world keeps.
const REFUSED: usize = 40;

/// What the author of an event looks at: some of what the desk has, under some registry version.
pub struct Sight {
    pub set: Ids,
    pub version: u32,
    pub state: State,
}

impl World {
    /// The form's Create by the applicant's desk.
    pub fn begin(&mut self) -> EventId {
        let action = Action::Create { ledger: super::office::ledger(), unit: unit(0) };
        let def = definition([0, 0, 0, 0, 0, 0, 1, 2][self.chance.below(8)]);
        let mut event = self.blank(2, action);
        event.def = Some(def);
        self.issue(2, event).expect("a Create fits")
    }

    /// One attempt to act at a desk. None if nothing came of it.
    pub fn act(&mut self, desk: usize, kind: Kind) -> Option<EventId> {
        if self.desks[desk].have.is_empty() {
            return None;
        }
        let cheating = self.desks[desk].byzantine && self.chance.percent(60);
        let sight = if cheating { self.old_sight(desk) } else { self.full_sight(desk) };
        if !self.certified(desk, sight.version) {
            return None;
        }
        let mut event = self.draft(desk, kind, &sight)?;
        event.epoch = self.epoch(sight.version);
        self.cite(&mut event, &sight);
        self.ask_receipt(&mut event, cheating);
        if cheating {
            self.spoil(&mut event, &sight);
        }
        // A cheat may have gone back before the entry that certified the seat: A7, which the naive evaluation leaves out.
        if !self.certified(desk, event.epoch.number) {
            return None;
        }
        if !self.naive.admissible(&event, &self.desks[desk].have) {
            self.keep_inadmissible(desk, event);
            return None;
        }
        if !cheating && !self.naive.would_be_legal(&event) {
            if self.refused.len() < REFUSED && (kind == Kind::Seal || self.chance.percent(25)) {
                self.refused.push(event);
            }
            return None;
        }
        self.issue(desk, event)
    }

    fn keep_inadmissible(&mut self, desk: usize, event: Event) {
        let known = reading::parents(&event).iter().all(|id| self.naive.events.contains_key(id));
        if known && self.inadmissible.len() < REFUSED {
            self.inadmissible.extend(sign(&event, self.desks[desk].key.as_ref()).ok());
        }
    }

    fn certified(&self, desk: usize, version: u32) -> bool {
        self.chains[version as usize]
            .now()
            .is_some_and(|registry| registry.seat(self.desks[desk].seat).is_some())
    }

    pub fn full_sight(&self, desk: usize) -> Sight {
        let Desk { have, version, .. } = &self.desks[desk];
        Sight { set: have.clone(), version: *version, state: self.naive.eval(have, *version) }
    }

    /// Some events with their pasts, under any epoch that admission still takes.
    fn old_sight(&mut self, desk: usize) -> Sight {
        let have: Vec<EventId> = self.desks[desk].have.iter().copied().collect();
        let mut set = Ids::new();
        for _ in 0..=self.chance.below(3) {
            let top = have[self.chance.below(have.len())];
            set.insert(top);
            set.extend(self.naive.past(top).iter());
        }
        let newest = set.iter().map(|id| self.naive.events[id].epoch.number).max().unwrap_or(1);
        let latest = self.desks[desk].version;
        let version = if self.chance.percent(50) { newest } else { latest };
        let state = self.naive.eval(&set, version);
        Sight { set, version, state }
    }

    /// What usually comes next as a desk sees it.
    pub fn next_kind(&mut self, desk: usize) -> Option<Kind> {
        if self.desks[desk].have.is_empty() {
            return None;
        }
        let sight = self.full_sight(desk);
        Some(self.usual_kind(&sight.state))
    }

    fn usual_kind(&mut self, st: &State) -> Kind {
        let any = |wanted: fn(&Status) -> bool| st.rounds.values().any(|r| wanted(&r.status));
        let roll = self.chance.below(100);
        let table = if any(|s| matches!(s, Status::Sealed)) {
            [(70, Kind::Entry), (78, Kind::Return), (84, Kind::Save), (90, Kind::Approve), (95, Kind::Seal)]
        } else if any(|s| matches!(s, Status::Approved)) {
            [(70, Kind::Seal), (80, Kind::Return), (88, Kind::Entry), (92, Kind::Save), (95, Kind::Approve)]
        } else if any(|s| matches!(s, Status::Pending(_))) {
            [(76, Kind::Approve), (86, Kind::Return), (90, Kind::Save), (94, Kind::Entry), (96, Kind::Submit)]
        } else {
            [
                (18, Kind::Save),
                (80, Kind::Submit),
                (84, Kind::Handover),
                (88, Kind::Resolve),
                (95, Kind::Entry),
            ]
        };
        let rare = [Kind::Submit, Kind::Approve, Kind::Return, Kind::Seal, Kind::Resolve, Kind::Handover];
        table.iter().find(|(upto, _)| roll < *upto).map_or(rare[roll % rare.len()], |(_, kind)| *kind)
    }

    fn draft(&mut self, desk: usize, kind: Kind, sight: &Sight) -> Option<Event> {
        match kind {
            Kind::Create => None,
            Kind::Save => self.draft_save(desk, sight),
            Kind::Submit => self.draft_submit(desk, sight),
            Kind::Approve => self.draft_approve(desk, sight),
            Kind::Return => self.draft_return(desk, sight),
            Kind::Seal => self.draft_seal(desk, sight),
            Kind::Resolve => {
                let view = self.naive.view(&sight.state, &sight.set);
                let dismissed = view.leaves.into_iter().filter(|_| self.chance.percent(60)).collect();
                Some(self.blank(desk, Action::Resolve { dismissed }))
            }
            Kind::Handover => {
                let to = person(2 + self.chance.below(6) as u8);
                Some(self.blank(desk, Action::Handover { to }))
            }
            Kind::Entry => self.draft_entry(desk, sight),
        }
    }

    fn draft_save(&mut self, desk: usize, sight: &Sight) -> Option<Event> {
        let view = self.naive.view(&sight.state, &sight.set);
        let revisions: Vec<EventId> = sight
            .set
            .iter()
            .copied()
            .filter(|id| matches!(self.naive.kind(*id), Kind::Create | Kind::Save))
            .collect();
        let leaves: Vec<EventId> = view.leaves.into_iter().collect();
        let usual = if self.chance.percent(80) { self.chance.pick(&leaves) } else { None };
        let prev = usual.or_else(|| self.chance.pick(&revisions))?;
        let migrate = self.chance.percent(10);
        let mut event = self.blank(desk, Action::Save { migrate });
        event.prev = Some(prev);
        event.content = Some(Digest([self.chance.below(3) as u8; 32]));
        event.def = self.naive.events[&prev].def;
        if migrate || self.chance.percent(3) {
            event.def = Some(definition(self.chance.below(3) as u8));
        }
        Some(event)
    }

    fn draft_submit(&mut self, desk: usize, sight: &Sight) -> Option<Event> {
        let view = self.naive.view(&sight.state, &sight.set);
        let saves: Vec<EventId> =
            sight.state.legal.iter().copied().filter(|id| self.naive.kind(*id) == Kind::Save).collect();
        let rounds: Vec<EventId> = sight.state.rounds.keys().copied().collect();
        let before = self.naive.last_round(&sight.state).or_else(|| self.chance.pick(&rounds));
        let again = before.filter(|_| self.chance.percent(70));
        let rev = again
            .and_then(|q| sight.state.rounds[&q].rev)
            .or(view.canonical.filter(|id| saves.contains(id) && self.chance.percent(85)))
            .or_else(|| self.chance.pick(&saves))?;
        let revision = &self.naive.events[&rev];
        let (content, def) = (revision.content, revision.def);
        let plan = again.filter(|_| self.chance.percent(80)).and_then(|q| self.naive.events[&q].plan.clone());
        let carry = again.map(|q| self.some_carry(&sight.state.rounds[&q])).unwrap_or_default();
        let number = self.some_number(view.number);
        let mut event = self.blank(desk, Action::Submit { number, carry });
        event.rev = Some(rev);
        event.content = content;
        event.def = def;
        event.plan = Some(plan.unwrap_or_else(|| self.some_plan()));
        Some(event)
    }

    fn some_carry(&mut self, q: &Round) -> Vec<EventId> {
        let below = match q.target {
            Some(reading::Target::Step(step)) => step,
            _ if self.chance.percent(5) => 9,
            _ => 0,
        };
        let all = self.chance.percent(75);
        let fits = |id: &EventId| reading::step(&self.naive.events[id]).is_some_and(|k| k < below);
        let able: Vec<EventId> = q.counted.iter().copied().filter(fits).collect();
        able.into_iter().filter(|_| all || self.chance.percent(50)).collect()
    }

    fn some_number(&mut self, given: Option<Number>) -> Option<Number> {
        let any = |n| Number { series: "权申".into(), year: 2026, n };
        match self.chance.below(10) {
            0 => Some(any([1, 2, LEASED, LEASED + 1, 5, 17, 25][self.chance.below(7)])),
            1 => None,
            2..=4 => Some(given.unwrap_or(any([1, LEASED][self.chance.below(2)]))),
            _ => given,
        }
    }

    /// 1 to 4 steps, rarely none.
    pub fn some_plan(&mut self) -> Plan {
        let steps = if self.chance.percent(6) { 0 } else { 1 + self.chance.below(4) };
        Plan((0..steps).map(|k| self.some_step(k as u8, steps as u8)).collect())
    }

    fn some_step(&mut self, k: u8, steps: u8) -> PlanStep {
        let mut roles = vec![Role::from(STEP_ROLES[self.chance.below(4)])];
        if self.chance.percent(35) {
            roles.push(Role::from(STEP_ROLES[self.chance.below(4)]));
        }
        roles.sort();
        roles.dedup();
        let units = match self.chance.below(10) {
            0 if self.chance.percent(40) => Some(vec![unit(1)]),
            1 | 2 => Some(vec![unit(0), unit(1)]),
            _ => None,
        };
        let bar = match self.chance.below(10) {
            0..=4 => None,
            5..=7 => Some(Vec::new()),
            _ => Some(vec![person(3 + self.chance.below(5) as u8)]),
        };
        let differ = (0..steps)
            .filter(|other| *other != k && self.chance.percent(if *other < k { 45 } else { 10 }))
            .collect();
        let ink = match self.chance.below(10) {
            0..=4 => Ink::No,
            5..=8 => Ink::Allowed,
            _ => Ink::Required,
        };
        let need = [1, 1, 1, 1, 1, 2, 2, 2, 3, 0][self.chance.below(10)];
        PlanStep { roles, units, need, bar, differ, ink, outsider: self.chance.percent(30), boxed: false }
    }

    fn draft_approve(&mut self, desk: usize, sight: &Sight) -> Option<Event> {
        let rounds: Vec<EventId> = sight.state.rounds.keys().copied().collect();
        let live: Vec<EventId> = rounds
            .iter()
            .copied()
            .filter(|r| matches!(sight.state.rounds[r].status, Status::Pending(_)))
            .collect();
        let round = self.chance.pick(&live).or_else(|| self.chance.pick(&rounds))?;
        let submit = self.naive.events[&round].clone();
        let k = sight.state.rounds[&round].passed.min(reading::plan_len(&submit).saturating_sub(1));
        let able = self.naive.able(&sight.state, round, k);
        let hand = self.some_hand(desk, &able, sight.version);
        let boxed = self.chance.percent(20).then_some(Digest([7; 32]));
        let basis = self.some_basis(sight);
        let mut event = self.blank(desk, Action::Approve { hand, boxed, basis });
        event.round = Some(round);
        event.rev = submit.rev;
        event.content = submit.content;
        event.def = submit.def;
        event.step = Some(k as u8);
        Some(event)
    }

    /// The desk's person if able, else ink or a delegation for somebody who is.
    fn some_hand(&mut self, desk: usize, able: &[PersonId], version: u32) -> Hand {
        let own = self.desks[desk].person;
        let scan = Digest([9; 32]);
        if able.contains(&own) && self.chance.percent(80) {
            return Hand::own();
        }
        let books = self.naive.office.at(version);
        let from: Vec<PersonId> = able.iter().copied().filter(|p| books.delegated(*p, own)).collect();
        if let Some(from) = self.chance.pick(&from)
            && self.chance.percent(80)
        {
            return Hand::on_behalf(from);
        }
        match (self.chance.pick(able), self.chance.below(10)) {
            (Some(signer), 0..=6) => Hand::ink(signer, scan),
            (_, 7) => Hand::ink_outsider("外单位经办".to_owned(), scan),
            (Some(from), 8) => Hand::on_behalf(from),
            _ => Hand::own(),
        }
    }

    fn some_basis(&mut self, sight: &Sight) -> Vec<EventId> {
        if !self.chance.percent(25) {
            return Vec::new();
        }
        let entries = sight.set.iter().copied().filter(|id| self.naive.kind(*id) == Kind::Entry);
        entries.collect::<Vec<_>>().into_iter().filter(|_| self.chance.percent(50)).collect()
    }

    fn draft_return(&mut self, desk: usize, sight: &Sight) -> Option<Event> {
        let rounds: Vec<EventId> = sight.state.rounds.keys().copied().collect();
        let round = self.chance.pick(&rounds)?;
        let reached = sight.state.rounds[&round].passed + 1;
        let target = match self.chance.below(20) {
            0..=6 => Target::Drafter,
            7 if self.chance.percent(60) => Target::Reject,
            _ => Target::Step(self.chance.below(reached) as u8),
        };
        let steps = reading::plan_len(&self.naive.events[&round]);
        let able = if steps > 0 {
            self.naive.able(&sight.state, round, self.chance.below(steps))
        } else {
            Vec::new()
        };
        let hand =
            if self.chance.percent(60) { Hand::own() } else { self.some_hand(desk, &able, sight.version) };
        let mut event = self.blank(desk, Action::Return { target, hand, reason: "请补充".into() });
        event.round = Some(round);
        Some(event)
    }

    fn draft_seal(&mut self, desk: usize, sight: &Sight) -> Option<Event> {
        let rounds: Vec<EventId> = sight.state.rounds.keys().copied().collect();
        let approved: Vec<EventId> =
            rounds.iter().copied().filter(|r| sight.state.rounds[r].status == Status::Approved).collect();
        let round = self.chance.pick(&approved).or_else(|| self.chance.pick(&rounds))?;
        let given = self.naive.view(&sight.state, &sight.set).number;
        let number = self.some_number(given);
        let basis = self.some_basis(sight);
        let mut event = self.blank(desk, Action::Seal { number, receipt: None, basis });
        event.round = Some(round);
        Some(event)
    }

    /// The endpoint's receipt over what a Seal cites; always where the policy asks for one, else now and then.
    fn ask_receipt(&mut self, event: &mut Event, cheating: bool) {
        let def = event.round.and_then(|round| self.naive.events[&round].def);
        let demanded = def == Some(definition(1));
        if event.kind() != Kind::Seal || !self.chance.percent(if demanded { 90 } else { 30 }) {
            return;
        }
        let (ws, form) = (event.ws, event.form.expect("a Seal has a form"));
        let wall = event.wall;
        let mut receipt = self.endpoint.receipt(ws, form, &event.cites, wall);
        if cheating || self.chance.percent(30) {
            match self.chance.below(5) {
                0 => receipt.said.form.0[0] ^= 1,
                1 => receipt.incarnation.0[0] ^= 1,
                2 => receipt.sig[0] ^= 1,
                3 => {
                    receipt = self.endpoint.receipt(ws, form, event.cites.get(1..).unwrap_or_default(), wall)
                }
                _ => {}
            }
        }
        *event = event.clone().with_receipt(&receipt);
        if let (Action::Seal { receipt: Some(bytes), .. }, true) = (&mut event.action, self.chance.percent(2))
        {
            bytes.pop();
        }
    }

    fn draft_entry(&mut self, desk: usize, sight: &Sight) -> Option<Event> {
        let table = ["note", "done", "done", "close", "print", "unknown"][self.chance.below(6)].to_owned();
        let same: Vec<EventId> = sight
            .set
            .iter()
            .copied()
            .filter(|id| reading::table(&self.naive.events[id]) == Some(&table))
            .collect();
        let supersedes = if self.chance.percent(45) { self.chance.pick(&same) } else { None };
        let row = match supersedes.map(|id| self.naive.events[&id].action.clone()) {
            Some(Action::Entry { row, .. }) => row,
            _ => RowId(self.chance.bytes()),
        };
        let books = self.naive.office.at(sight.version);
        let own = self.desks[desk].person;
        let absent: Vec<PersonId> =
            books.delegations().into_iter().filter(|(_, to)| *to == own).map(|(from, _)| from).collect();
        let on_behalf = self.chance.pick(&absent).filter(|_| self.chance.percent(40));
        let basis = self.some_basis(sight);
        let at = "2026-11-23 09:30".to_owned();
        Some(self.blank(desk, Action::Entry { table, row, supersedes, at, on_behalf, boxed: None, basis }))
    }

    /// Cites of what the author looked at.
    fn cite(&self, event: &mut Event, sight: &Sight) {
        let mut cites: Ids = self.heads(&sight.set, event.kind() == Kind::Entry).into_iter().collect();
        cites.extend(event.prev);
        event.cites = cites.into_iter().collect();
    }
}
