//! L1 to L7: may this event be, given the state of its own past?

use super::office::Books;
use super::reading::{self, Actor, Kind, Target};
use super::{Ids, Naive, Round, State, Status};
use qianban_journal::{Digest, Event, EventId, PersonId, Receipt, SealMode, TablePolicy, UnitId};
use std::collections::BTreeSet;

impl Naive {
    /// The rule of the event's kind. `books` answers who holds what: the registry at the event's epoch, or the same without
    /// one assignment when E2 asks whether the event would still be legal.
    pub(super) fn permits(&self, e: &Event, st: &State, books: &Books) -> bool {
        if let Some(from) = reading::on_behalf(e)
            && (reading::ink(e) || !books.delegated(from, e.person))
        {
            return false;
        }
        match reading::kind(e) {
            Kind::Create => self.may_create(e, books),
            Kind::Save => self.may_save(e, st, books),
            Kind::Submit => self.may_submit(e, st, books),
            Kind::Approve => self.may_approve(e, st, books),
            Kind::Return => self.may_return(e, st, books),
            Kind::Seal => self.may_seal(e, st, books),
            Kind::Resolve => {
                self.edits(e, st, self.pinned_def(e, st), books)
                    && !st.rounds.values().any(|r| matches!(r.status, Status::Pending(_) | Status::Approved))
            }
            Kind::Handover => {
                self.edits(e, st, self.pinned_def(e, st), books)
                    && st.rounds.values().all(|r| r.status == Status::Returned)
            }
            Kind::Entry => self.may_enter(e, st, books),
        }
    }

    fn may_create(&self, e: &Event, books: &Books) -> bool {
        let Some(unit) = reading::unit(e) else { return false };
        e.prev.is_none()
            && e.def.and_then(|def| books.active_policy(def)).is_some_and(|policy| {
                reading::ledger(e) == Some(&policy.ledger)
                    && books.holds(e.person, &policy.create_roles, &[unit])
            })
    }

    fn may_save(&self, e: &Event, st: &State, books: &Books) -> bool {
        let Some(prev) = e.prev.filter(|p| st.legal.contains(p)) else { return false };
        let same_def = e.def == self.events[&prev].def;
        let frozen = st.rounds.values().any(|r| match r.status {
            Status::Returned => false,
            Status::Sealed => true,
            _ => r.rev.is_some_and(|rev| self.branch(prev).contains(&rev)),
        });
        let active = e.def.is_some_and(|def| books.active_policy(def).is_some());
        (same_def || (reading::migrate(e) && active)) && self.edits(e, st, e.def, books) && !frozen
    }

    /// An editor with an edit role on the form's unit.
    fn edits(&self, e: &Event, st: &State, def: Option<Digest>, books: &Books) -> bool {
        self.editors(st).contains(&e.person)
            && def
                .and_then(|def| books.policy(def))
                .is_some_and(|policy| books.holds(e.person, &policy.edit_roles, &[self.unit_of(e)]))
    }

    /// L3: `{creator} ∪ Handover targets ∪ submitters`.
    pub fn editors(&self, st: &State) -> BTreeSet<PersonId> {
        let mut people = BTreeSet::new();
        for id in &st.effective {
            let e = &self.events[id];
            match reading::kind(e) {
                Kind::Create => _ = people.insert(e.person),
                Kind::Handover => people.extend(reading::handover_to(e)),
                Kind::Submit => _ = people.insert(self.submitter(*id)),
                _ => {}
            }
        }
        people
    }

    /// Who submitted this round, as `bar` and the editors see it.
    pub fn submitter(&self, submit: EventId) -> PersonId {
        let e = &self.events[&submit];
        let st = self.before(submit);
        let as_editor = self.edits(e, &st, e.def, &self.office.at(e.epoch.number));
        match self.last_round(&st) {
            Some(q) if !as_editor || !reading::carry(e).is_empty() => self.submitter(q),
            _ => e.person,
        }
    }

    /// q: the round that no other round's Submit has in its past.
    pub fn last_round(&self, st: &State) -> Option<EventId> {
        let mut last =
            st.rounds.keys().filter(|r| !st.rounds.keys().any(|other| self.past(*other).contains(r)));
        match (last.next(), last.next()) {
            (Some(q), None) => Some(*q),
            _ => None,
        }
    }

    fn may_submit(&self, e: &Event, st: &State, books: &Books) -> bool {
        let Some(rev) = e.rev.filter(|rev| st.legal.contains(rev)) else { return false };
        let revision = &self.events[&rev];
        let over = st.rounds.values().all(|r| r.status == Status::Returned) && st.rejects.is_empty();
        let q = self.last_round(st).filter(|q| st.rounds[q].rev == Some(rev));
        let step = q.and_then(|q| match st.rounds[&q].target {
            Some(Target::Step(step)) => Some((q, step)),
            _ => None,
        });
        let by_step = step.is_some_and(|(q, step)| self.holds_step(Actor::Person(e.person), q, step, books));
        reading::kind(revision) == Kind::Save
            && e.content == revision.content
            && e.def == revision.def
            && over
            && (self.edits(e, st, e.def, books) || by_step)
            && reading::carry(e)
                .iter()
                .all(|a| step.is_some_and(|(q, step)| self.may_carry(*a, e, q, step, st)))
            && self.plan_is_sound(e, st, books)
            && self.number_is_right(e, e.def, st, books)
    }

    fn may_carry(&self, a: EventId, e: &Event, q: EventId, step: usize, st: &State) -> bool {
        let at = reading::step(&self.events[&a]);
        let undone = |r: &Round| match r.target {
            _ if !r.counted.contains(&a) => false,
            None => false,
            Some(Target::Step(back)) => at.is_none_or(|at| back <= at),
            Some(Target::Drafter | Target::Reject) => true,
        };
        st.rounds[&q].counted.contains(&a)
            && at.is_some_and(|at| at < step)
            && e.plan == self.events[&q].plan
            && !st.rounds.values().any(undone)
    }

    fn plan_is_sound(&self, e: &Event, st: &State, books: &Books) -> bool {
        let steps = reading::plan_len(e);
        let register = e.def.and_then(|def| books.policy(def)).is_some_and(|policy| policy.register);
        let inherited = self.submitter_of_draft(e, st);
        (steps > 0 || register)
            && steps <= 16
            && (0..steps).all(|k| {
                let step = reading::plan_step(e, k);
                step.need > 0 || !self.remaining_holders(e, k, inherited, books).is_empty()
            })
    }

    fn submitter_of_draft(&self, e: &Event, st: &State) -> PersonId {
        match self.last_round(st) {
            Some(q)
                if !self.edits(e, st, e.def, &self.office.at(e.epoch.number))
                    || !reading::carry(e).is_empty() =>
            {
                self.submitter(q)
            }
            _ => e.person,
        }
    }

    /// The holders of a step's roles in the step's units without the barred ones.
    pub(super) fn remaining_holders(
        &self,
        e: &Event,
        k: usize,
        submitter: PersonId,
        books: &Books,
    ) -> BTreeSet<PersonId> {
        let barred = self.barred(e, k, submitter);
        let mut people = books.holders(&reading::plan_step(e, k).roles, &self.step_units(e, k));
        people.retain(|p| !barred.contains(p));
        people
    }

    /// S2: how many distinct actors a step asks for.
    pub fn need(&self, submit: &Event, k: usize) -> usize {
        match reading::plan_step(submit, k).need {
            0 => {
                let st = self.eval(&self.past_of(submit), submit.epoch.number);
                let books = self.office.at(submit.epoch.number);
                self.remaining_holders(submit, k, self.submitter_of_draft(submit, &st), &books).len()
            }
            n => usize::from(n),
        }
    }

    fn barred(&self, submit: &Event, k: usize, submitter: PersonId) -> BTreeSet<PersonId> {
        let Some(named) = &reading::plan_step(submit, k).bar else { return BTreeSet::new() };
        let mut people: BTreeSet<PersonId> = named.iter().copied().collect();
        people.insert(submitter);
        for id in submit.rev.iter().flat_map(|rev| self.branch(*rev)) {
            if self.kind(id) == Kind::Save {
                people.insert(self.events[&id].person);
            }
        }
        people
    }

    /// A revision and its ancestors.
    pub fn branch(&self, rev: EventId) -> Ids {
        let mut ids = Ids::new();
        let mut at = Some(rev);
        while let Some(id) = at {
            ids.insert(id);
            at = self.events[&id].prev;
        }
        ids
    }

    fn step_units(&self, submit: &Event, k: usize) -> Vec<UnitId> {
        reading::plan_step(submit, k).units.clone().unwrap_or_else(|| vec![self.unit_of(submit)])
    }

    fn holds_step(&self, actor: Actor, round: EventId, k: usize, books: &Books) -> bool {
        let submit = &self.events[&round];
        match actor {
            Actor::Person(p) => {
                books.holds(p, &reading::plan_step(submit, k).roles, &self.step_units(submit, k))
            }
            Actor::Outsider(_) => reading::plan_step(submit, k).outsider,
        }
    }

    /// Ink: a registrar records, a scan is given, exactly one of signer and outsider; electronic: neither.
    fn written_down(&self, e: &Event, books: &Books) -> bool {
        let named = (reading::signer(e).is_some(), reading::outsider(e).is_some());
        match reading::ink(e) {
            true => {
                matches!(named, (true, false) | (false, true))
                    && reading::scan(e).is_some()
                    && books.registrar(e.person, self.unit_of(e))
            }
            false => named == (false, false),
        }
    }

    fn names_round(&self, e: &Event) -> bool {
        e.round.is_some_and(|r| {
            let submit = &self.events[&r];
            e.rev == submit.rev && e.content == submit.content && e.def == submit.def
        })
    }

    fn may_approve(&self, e: &Event, st: &State, books: &Books) -> bool {
        let (Some(round), Some(k)) = (e.round, reading::step(e)) else { return false };
        let Some(state) = st.rounds.get(&round) else { return false };
        let submit = &self.events[&round];
        if state.status != Status::Pending(k) || !self.names_round(e) {
            return false;
        }
        let step = reading::plan_step(submit, k);
        let actor = reading::actor(e);
        let acted_at = |at: usize| {
            state
                .counted
                .iter()
                .map(|a| &self.events[a])
                .any(|a| reading::step(a) == Some(at) && reading::one_signer(a, e))
        };
        let may_not = self.barred(submit, k, self.submitter(round));
        let barred = match &actor {
            Actor::Person(p) => may_not.contains(p),
            Actor::Outsider(_) => false,
        } || (reading::on_behalf(e).is_some() && may_not.contains(&e.person));
        self.holds_step(actor.clone(), round, k, books)
            && !barred
            && !acted_at(k)
            && !step.differ.iter().any(|other| acted_at(usize::from(*other)))
            && self.written_down(e, books)
            && reading::ink_fits(e, step)
    }

    fn may_return(&self, e: &Event, st: &State, books: &Books) -> bool {
        let Some(round) = e.round else { return false };
        let Some(state) = st.rounds.get(&round) else { return false };
        let submit = &self.events[&round];
        let steps = reading::plan_len(submit);
        let reached = match state.status {
            Status::Pending(j) => Some(j),
            Status::Approved => steps.checked_sub(1),
            Status::Returned | Status::Sealed => return false,
        };
        let target_fits = match reading::target(e) {
            Some(Target::Step(step)) => reached.is_some_and(|j| step <= j),
            Some(Target::Drafter | Target::Reject) => true,
            None => false,
        };
        let actor = reading::actor(e);
        let entitled = (0..reached.map_or(0, |j| j + 1))
            .any(|k| self.holds_step(actor.clone(), round, k, books))
            && matches!(actor, Actor::Person(_))
            || state.counted.iter().any(|a| reading::actor(&self.events[a]) == actor)
            || (state.counted.is_empty() && actor == Actor::Person(submit.person))
            || books.registrar(e.person, self.unit_of(e));
        target_fits && entitled && self.written_down(e, books)
    }

    fn may_seal(&self, e: &Event, st: &State, books: &Books) -> bool {
        let Some(state) = e.round.and_then(|r| st.rounds.get(&r)) else { return false };
        let policy = e.round.and_then(|r| self.events[&r].def).and_then(|def| books.policy(def));
        let ledger = self.ledger_of(e);
        let there = books.pc_of(e.seat);
        state.status == Status::Approved
            && !st.rounds.values().any(|r| r.status == Status::Sealed)
            && st.rejects.is_empty()
            && books.registrar(e.person, self.unit_of(e))
            && policy.is_some_and(|policy| self.receipt_is_right(e, policy.seal_mode, books))
            && ledger.is_some_and(|ledger| there.is_some() && books.sealing_pc(&ledger) == there)
            && self.number_is_right(e, e.round.and_then(|r| self.events[&r].def), st, books)
    }

    /// L7b: an endpoint of the registry signed that it had nothing of this form beyond what the Seal cites.
    fn receipt_is_right(&self, e: &Event, mode: SealMode, books: &Books) -> bool {
        let Some(raw) = reading::receipt(e) else { return mode == SealMode::Plain };
        let Ok(receipt) = Receipt::decode(raw) else { return false };
        let key = books.endpoint(receipt.incarnation);
        receipt.ws == e.ws
            && Some(receipt.said.form) == e.form
            && receipt.said.heads == reading::digest_of_heads(&e.cites)
            && key.is_some_and(|key| key.verify(&receipt.signed_bytes(), &receipt.sig).is_ok())
    }

    /// L3, last sentence.
    fn number_is_right(&self, e: &Event, def: Option<Digest>, st: &State, books: &Books) -> bool {
        match (self.number_in(st), reading::number(e)) {
            (Some(given), Some(stated)) => stated == given,
            (Some(_), None) => reading::kind(e) == Kind::Seal,
            (None, None) => true,
            (None, Some(stated)) => {
                let policy = def.and_then(|def| books.policy(def));
                let series = policy.and_then(|policy| policy.series.as_deref());
                series.is_some_and(|series| books.leased(e.seat, series, stated))
            }
        }
    }

    fn may_enter(&self, e: &Event, st: &State, books: &Books) -> bool {
        let policy = self.pinned_def(e, st).and_then(|def| books.policy(def));
        let wanted = |table: &&TablePolicy| Some(table.name.as_str()) == reading::table(e);
        let Some(table) = policy.and_then(|p| p.tables.iter().find(wanted)) else { return false };
        let registrar = books.registrar(e.person, self.unit_of(e));
        let actor = reading::actor(e);
        let holder = match &actor {
            Actor::Person(p) => books.holds(*p, &table.roles, &[self.unit_of(e)]),
            Actor::Outsider(_) => false,
        };
        let corrects = match reading::supersedes(e) {
            Some(old) => {
                let standing = self.entries(st).get(&old).copied();
                standing.is_some_and(|standing| standing || !table.single)
                    && (registrar || reading::actor(&self.events[&old]) == actor)
            }
            None => !table.single || !self.has_row(st, &table.name),
        };
        let phase = self.phase(st);
        holder && corrects && table.phases.contains(&phase)
    }
}
