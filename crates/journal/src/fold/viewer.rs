//! Making the view of a form from its evaluation (V).

use std::collections::BTreeSet;

use crate::action::{Action, Kind, Target};
use crate::endpoint::Receipt;
use crate::fold::evaluate::{Round, State};
use crate::fold::log::{FormLog, Node};
use crate::fold::set::EventSet;
use crate::fold::standing::Standing;
use crate::fold::view::{
    ApproveView, EntryView, EventView, FormStatus, FormView, Next, ReturnView, RoundStatus, RoundView,
    SealView,
};
use crate::ids::{Digest, EventId, Role, UnitId};
use crate::registry::{Phase, Registry};

/// A view in the making.
struct Viewer<'a> {
    log: &'a FormLog,
    state: &'a State,
    registry: Registry<'a>,
    effective: EventSet,
}

impl FormLog {
    /// The form as all its events here and this registry version make it; none for an empty log.
    pub fn view(&self, registry: Registry<'_>) -> Option<FormView> {
        match self.cache.as_ref().filter(|state| state.is_of(&self.flow, registry)) {
            Some(state) => self.view_of(state, registry),
            None => self.view_of(&State::evaluate(self, &self.flow, registry), registry),
        }
    }

    fn view_of(&self, state: &State, registry: Registry<'_>) -> Option<FormView> {
        let (ledger, unit) = self.home()?;
        let create = &self.nodes.first()?.event;
        let mut all = self.flow.clone();
        (0..self.nodes.len()).for_each(|place| all.insert(place));
        let effective = self.effective_in(&all, state, registry);
        let viewer = Viewer { log: self, state, registry, effective };
        let standing = self.standing(state);
        let entries = viewer.entries();
        let closed = entries.iter().any(|entry| entry.table == "close");
        let phase = self.phase(state, closed);
        let def = standing.canonical.and_then(|place| self.nodes[place].event.def);
        let ids = |places: &[usize]| places.iter().map(|&place| self.nodes[place].id).collect();
        let at_create = registry.version(create.epoch.number);
        let code = at_create.seat(create.seat).map_or("", |seat| &seat.code);
        Some(FormView {
            form: self.form,
            registry: registry.number(),
            ledger: ledger.clone(),
            unit,
            creator: create.person,
            working_number: format!("{code}-{}", create.log.n),
            number: state.number().cloned(),
            phase,
            status: viewer.status(&standing, phase),
            rounds: viewer.rounds(),
            primary: standing.primary.map(|place| self.nodes[place].id),
            canonical: standing.canonical.map(|place| self.nodes[place].id),
            content: standing.canonical.and_then(|place| self.nodes[place].event.content),
            def,
            leaves: ids(&standing.leaves),
            strays: ids(&self.strays(&standing)),
            editors: state.editors.iter().copied().collect(),
            next: viewer.next(&standing, phase, def, &entries),
            findings: self.findings(state, registry),
            events: viewer.events(),
            entries,
        })
    }

    /// Places in an order that every PC agrees on: causal, then by id.
    pub(crate) fn in_order(&self, places: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let mut places: Vec<usize> = places.into_iter().collect();
        places.sort_by_cached_key(|&place| (self.nodes[place].past.len(), self.nodes[place].id));
        places
    }
}

impl Viewer<'_> {
    fn node(&self, place: usize) -> &Node {
        &self.log.nodes[place]
    }

    fn status(&self, standing: &Standing, phase: Phase) -> FormStatus {
        let primary = self.state.rounds.iter().find(|round| Some(round.submit) == standing.primary);
        let last = || self.log.in_order(self.state.rounds.iter().map(|round| round.submit)).last().copied();
        let target = |submit: usize| self.state.rounds.iter().find(|r| r.submit == submit)?.target();
        match (phase, primary.map(|round| round.status(self.log))) {
            (Phase::Closed, _) => FormStatus::Closed,
            (Phase::Sealed, _) => FormStatus::Sealed,
            _ if !self.state.rejects.is_empty() => FormStatus::Rejected,
            (_, Some(RoundStatus::Pending(step))) => FormStatus::Pending(step),
            (_, Some(RoundStatus::Approved)) => FormStatus::Approved,
            _ => last().and_then(target).map_or(FormStatus::Draft, FormStatus::Returned),
        }
    }

    fn rounds(&self) -> Vec<RoundView> {
        let submits = self.log.in_order(self.state.rounds.iter().map(|round| round.submit));
        let find = |submit| self.state.rounds.iter().find(|round| round.submit == submit);
        submits.into_iter().filter_map(find).filter_map(|round| self.round(round)).collect()
    }

    fn round(&self, round: &Round) -> Option<RoundView> {
        let node = self.node(round.submit);
        let terms = node.round.as_ref()?;
        let status = round.status(self.log);
        let returns = self.log.in_order(round.returns.iter().map(|(place, _)| *place));
        let target = |place: usize| round.returns.iter().find(|(p, _)| *p == place).map(|(_, t)| *t);
        Some(RoundView {
            round: node.id,
            person: node.event.person,
            submitter: terms.submitter,
            rev: node.event.rev?,
            content: node.event.content?,
            def: node.event.def?,
            plan: node.event.plan.clone()?,
            needs: terms.needs.clone(),
            passed: round.passed,
            status,
            target: round.target(),
            number: node.event.action.number().cloned(),
            wall: node.event.wall,
            approves: self.approves(round, node.id, status),
            returns: returns.iter().filter_map(|&p| self.sent_back(p, target(p)?)).collect(),
            seals: self.log.in_order(round.seals.iter().copied()).iter().map(|&p| self.seal(p)).collect(),
        })
    }

    fn approves(&self, round: &Round, id: EventId, status: RoundStatus) -> Vec<ApproveView> {
        let naming = (0..self.log.nodes.len()).filter(|&place| {
            self.node(place).kind() == Kind::Approve && self.node(place).event.round == Some(id)
        });
        let places: BTreeSet<usize> = naming.chain(round.approves.iter().copied()).collect();
        let view = |place: usize| {
            let node = self.node(place);
            let Action::Approve { hand, boxed, .. } = &node.event.action else { return None };
            let effective = round.approves.contains(&place);
            Some(ApproveView {
                id: node.id,
                step: node.event.step?,
                actor: node.actor.clone(),
                person: node.event.person,
                mode: hand.mode,
                on_behalf: hand.on_behalf,
                boxed: *boxed,
                scan: hand.scan,
                wall: node.event.wall,
                carried: node.event.round != Some(id),
                illegal: node.illegal,
                effective,
                void: !effective || status == RoundStatus::Returned,
            })
        };
        self.log.in_order(places).into_iter().filter_map(view).collect()
    }

    fn sent_back(&self, place: usize, target: Target) -> Option<ReturnView> {
        let node = self.node(place);
        let Action::Return { hand, reason, .. } = &node.event.action else { return None };
        Some(ReturnView {
            id: node.id,
            target,
            actor: node.actor.clone(),
            person: node.event.person,
            mode: hand.mode,
            on_behalf: hand.on_behalf,
            scan: hand.scan,
            reason: reason.clone(),
            wall: node.event.wall,
        })
    }

    fn seal(&self, place: usize) -> SealView {
        let node = self.node(place);
        let number = node.event.action.number().cloned();
        let receipt = match &node.event.action {
            Action::Seal { receipt: Some(bytes), .. } => Receipt::decode(bytes).ok(),
            _ => None,
        };
        let receipt_time = receipt.map(|receipt| receipt.time);
        SealView { id: node.id, person: node.event.person, number, wall: node.event.wall, receipt_time }
    }

    fn entries(&self) -> Vec<EntryView> {
        let places = self.effective.iter().filter(|&place| !self.node(place).is_flow());
        let mut entries: Vec<EntryView> =
            self.log.in_order(places).into_iter().filter_map(|place| self.entry(place)).collect();
        let corrections: Vec<_> =
            entries.iter().filter_map(|entry| Some((entry.supersedes?, entry.id))).collect();
        for entry in &mut entries {
            let by = corrections.iter().find(|(earlier, _)| *earlier == entry.id);
            entry.superseded_by = by.map(|(_, id)| *id);
        }
        entries.sort_by(|a, b| a.table.cmp(&b.table));
        entries
    }

    fn entry(&self, place: usize) -> Option<EntryView> {
        let node = self.node(place);
        let Action::Entry { table, row, supersedes, at, on_behalf, boxed, basis } = &node.event.action else {
            return None;
        };
        Some(EntryView {
            id: node.id,
            table: table.clone(),
            row: *row,
            supersedes: *supersedes,
            superseded_by: None,
            at: at.clone(),
            person: node.event.person,
            on_behalf: *on_behalf,
            boxed: *boxed,
            basis: basis.clone(),
            wall: node.event.wall,
        })
    }

    fn events(&self) -> Vec<EventView> {
        let view = |place: usize| {
            let node = self.node(place);
            EventView {
                id: node.id,
                kind: node.kind(),
                person: node.event.person,
                actor: node.actor.clone(),
                wall: node.event.wall,
                illegal: node.illegal,
                effective: self.effective.contains(place),
            }
        };
        self.log.in_order(0..self.log.nodes.len()).into_iter().map(view).collect()
    }

    /// V6.
    fn next(&self, standing: &Standing, phase: Phase, def: Option<Digest>, entries: &[EntryView]) -> Next {
        let primary = self.state.rounds.iter().find(|round| Some(round.submit) == standing.primary);
        match (phase, primary.map(|round| (round, round.status(self.log)))) {
            (Phase::Closed, _) => Next::Nobody,
            (Phase::Sealed, _) => Next::Tables(self.open_tables(def, entries)),
            _ if !self.state.rejects.is_empty() => Next::Nobody,
            (_, Some((round, RoundStatus::Pending(step)))) => {
                self.at_step(round, step).map_or(Next::Nobody, |(roles, units)| Next::Step {
                    round: self.node(round.submit).id,
                    step,
                    roles,
                    units,
                })
            }
            (_, Some((round, RoundStatus::Approved))) => {
                Next::Registrar { round: self.node(round.submit).id }
            }
            _ => self.after_return(standing).unwrap_or(Next::Editors),
        }
    }

    /// V6 after a return to a step, while the revision is still the round's.
    fn after_return(&self, standing: &Standing) -> Option<Next> {
        let round = self.state.last_round(self.log)?;
        let Some(Target::Step(step)) = round.target() else { return None };
        let node = self.node(round.submit);
        let canonical = standing.canonical.map(|place| self.node(place).id);
        let (roles, units) = self.at_step(round, step).filter(|_| node.event.rev == canonical)?;
        Some(Next::Resubmit { round: node.id, step, roles, units })
    }

    fn at_step(&self, round: &Round, step: u8) -> Option<(Vec<Role>, Vec<UnitId>)> {
        let plan = self.node(round.submit).event.plan.as_ref()?;
        let step = plan.0.get(usize::from(step))?;
        let units = step.units.clone().or_else(|| Some(vec![self.log.home()?.1]))?;
        Some((step.roles.clone(), units))
    }

    fn open_tables(&self, def: Option<Digest>, entries: &[EntryView]) -> Vec<String> {
        let Some(policy) = def.and_then(|def| self.registry.policy(def)) else { return Vec::new() };
        let own = policy.tables.iter().filter(|table| !table.is_built_in());
        let room = |name: &str, single| !(single && entries.iter().any(|entry| entry.table == name));
        own.filter(|table| table.phases.contains(&Phase::Sealed) && room(&table.name, table.single))
            .map(|table| table.name.clone())
            .collect()
    }
}
