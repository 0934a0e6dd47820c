//! A3, A4 and A6, as far as they speak of other events; and who could sign a step.

use super::reading::{self, Kind};
use super::{Ids, Naive, State};
use qianban_journal::{Event, EventId, FormId, PersonId};

impl Naive {
    /// Whether the event could join a place that has `have`.
    pub fn admissible(&self, e: &Event, have: &Ids) -> bool {
        let parents = reading::parents(e);
        if !parents.iter().all(|id| have.contains(id)) {
            return false;
        }
        let past = self.past_of(e);
        let entry = reading::kind(e) == Kind::Entry;
        let cited = |id: &EventId| (entry || self.kind(*id) != Kind::Entry) && self.events[id].ws == e.ws;
        let corrected = reading::supersedes(e);
        let mut named = e.round.iter().chain(&e.rev).chain(reading::carry(e)).chain(&corrected);
        e.cites.iter().all(cited)
            && reading::basis(e).iter().all(|id| self.kind(*id) == Kind::Entry)
            && named.all(|id| past.contains(id))
            && e.prev.is_none_or(|prev| e.cites.contains(&prev))
            && reading::supersedes(e).is_none_or(|old| self.same_row(e, old))
            && self.same_form(e, &past)
            && parents.iter().all(|id| self.events[id].epoch.number <= e.epoch.number)
    }

    fn same_row(&self, e: &Event, old: EventId) -> bool {
        let old = &self.events[&old];
        reading::table(old) == reading::table(e) && reading::row(old) == reading::row(e)
    }

    fn same_form(&self, e: &Event, past: &Ids) -> bool {
        match e.form {
            None => reading::kind(e) == Kind::Create && past.is_empty(),
            Some(form) => {
                past.contains(&EventId::from(form)) && past.iter().all(|id| self.form_of(*id) == form)
            }
        }
    }

    fn form_of(&self, id: EventId) -> FormId {
        self.events[&id].form.unwrap_or(FormId::from(id))
    }

    /// Persons who could still sign step `k` of a round.
    pub fn able(&self, st: &State, round: EventId, k: usize) -> Vec<PersonId> {
        let submit = &self.events[&round];
        if k >= reading::plan_len(submit) {
            return Vec::new();
        }
        let books = self.office.at(st.version);
        let mut people: Vec<PersonId> =
            self.remaining_holders(submit, k, self.submitter(round), &books).into_iter().collect();
        people.retain(|person| {
            !st.rounds[&round].counted.iter().any(|a| {
                let a = &self.events[a];
                reading::step(a) == Some(k) && reading::actor(a) == reading::Actor::Person(*person)
            })
        });
        people
    }
}
