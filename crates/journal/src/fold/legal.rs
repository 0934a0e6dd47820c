//! Legality: `rule_kind(e, eval(past(e), e.epoch))` (L). Rounds are in `legal_round`.

use crate::action::{Action, Hand, Kind, Mode};
use crate::event::{Actor, Event};
use crate::fold::evaluate::State;
use crate::fold::illegal::Illegal;
use crate::fold::log::{FormLog, RoundTerms};
use crate::fold::set::EventSet;
use crate::fold::view::RoundStatus;
use crate::ids::{Digest, EventId, PersonId, Role, UnitId};
use crate::mutation::{Mutation, mutated};
use crate::registry::{Grounds, Policy, Registry, TablePolicy};

/// What a legal event stands on and fixes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ruling {
    pub(crate) grounds: Grounds,
    pub(crate) round: Option<RoundTerms>,
}

/// One event before its rules: its past evaluated under its own epoch.
pub(crate) struct Case<'a> {
    pub(super) log: &'a FormLog,
    pub(super) event: &'a Event,
    pub(super) past: &'a EventSet,
    pub(super) state: &'a State,
    pub(super) registry: Registry<'a>,
    pub(super) grounds: Grounds,
}

pub(super) fn demand(holds: bool, illegal: Illegal) -> Result<(), Illegal> {
    if holds { Ok(()) } else { Err(illegal) }
}

impl<'a> Case<'a> {
    pub(crate) fn new(
        log: &'a FormLog,
        event: &'a Event,
        past: &'a EventSet,
        state: &'a State,
        registry: Registry<'a>,
    ) -> Self {
        Self { log, event, past, state, registry, grounds: Grounds::default() }
    }

    /// Judges the event.
    pub(crate) fn rule(mut self) -> Result<Ruling, Illegal> {
        self.delegation()?;
        let round = match &self.event.action {
            Action::Create { .. } => self.create().map(|()| None),
            Action::Save { migrate } => self.save(*migrate).map(|()| None),
            Action::Submit { number, carry } => self.submit(number.as_ref(), carry).map(Some),
            Action::Approve { hand, .. } => self.approve(hand).map(|()| None),
            Action::Return { target, hand, .. } => self.send_back(*target, hand).map(|()| None),
            Action::Seal { number, receipt, .. } => {
                self.seal(number.as_ref(), receipt.as_deref()).map(|()| None)
            }
            Action::Resolve { .. } => self.resolve().map(|()| None),
            Action::Handover { .. } => self.hand_over().map(|()| None),
            Action::Entry { .. } => self.entry().map(|()| None),
        }?;
        Ok(Ruling { grounds: self.grounds, round })
    }

    /// L1: `on_behalf` needs an electronic sign-off and a delegation in force.
    fn delegation(&self) -> Result<(), Illegal> {
        let Some(absent) = self.event.action.on_behalf() else { return Ok(()) };
        let ink = self.event.action.hand().is_some_and(|hand| hand.mode == Mode::Ink);
        demand(!ink, Illegal::OnBehalfInk)?;
        let delegated = self.registry.delegation(absent, self.event.person).is_some();
        demand(delegated || mutated(Mutation::DelegationUnchecked), Illegal::NoDelegation)
    }

    /// The form's unit (L1); of a Create, its own.
    pub(super) fn unit(&self) -> Option<UnitId> {
        match &self.event.action {
            Action::Create { unit, .. } => Some(*unit),
            _ => self.log.home().map(|(_, unit)| unit),
        }
    }

    /// Assignments that give somebody one of the roles for the form's unit.
    pub(super) fn held(&self, person: PersonId, roles: &[Role]) -> Vec<u32> {
        self.unit().map_or(Vec::new(), |unit| self.registry.grounds(person, roles, &[unit]))
    }

    /// The author's or recorder's `registrar` for the form's unit.
    pub(super) fn registrar(&self) -> Vec<u32> {
        self.held(self.event.person, &[Role::registrar()])
    }

    /// Demands that at least one of the assignments exists, and notes what the event stands on.
    pub(super) fn stand_on(&mut self, assignments: &[u32], illegal: Illegal) -> Result<(), Illegal> {
        demand(!assignments.is_empty(), illegal)?;
        self.grounds.any_of(assignments);
        Ok(())
    }

    pub(super) fn policy(&self, def: Option<Digest>) -> Result<&'a Policy, Illegal> {
        def.and_then(|def| self.registry.policy(def)).ok_or(Illegal::NoPolicy)
    }

    /// The definition of a form in a state: that of its canonical revision (V4).
    fn form_def(&self) -> Option<Digest> {
        let canonical = self.log.standing(self.state).canonical?;
        self.log.nodes[canonical].event.def
    }

    /// L2, Create.
    fn create(&mut self) -> Result<(), Illegal> {
        let policy = self.policy(self.event.def)?;
        let active = self.event.def.is_some_and(|def| self.registry.is_active(def));
        demand(active, Illegal::DefinitionRetired)?;
        let Action::Create { ledger, .. } = &self.event.action else { return Ok(()) };
        demand(*ledger == policy.ledger, Illegal::OtherLedger)?;
        let held = self.held(self.event.person, &policy.create_roles);
        self.stand_on(&held, Illegal::CreateRole)
    }

    /// L2, Save.
    fn save(&mut self, migrate: bool) -> Result<(), Illegal> {
        let parent = self.revision(self.event.prev, &[Kind::Create, Kind::Save]);
        let parent = parent.ok_or(Illegal::PrevNotRevision)?;
        self.editor(self.event.def)?;
        let same = self.log.nodes[parent].event.def == self.event.def;
        demand(same || migrate, Illegal::DefinitionChanged)?;
        let active = self.event.def.is_some_and(|def| self.registry.is_active(def));
        demand(same || active, Illegal::DefinitionRetired)?;
        if mutated(Mutation::FrozenOff) {
            return Ok(());
        }
        demand(!self.any_round(|status| status == RoundStatus::Sealed), Illegal::SaveSealed)?;
        let live = self.state.rounds.iter().filter(|round| round.status(self.log).is_live());
        let under: Vec<_> = live.filter_map(|r| self.log.nodes[r.submit].event.rev).collect();
        let frozen = !under.is_empty()
            && self.log.branch(parent).any(|place| under.contains(&self.log.nodes[place].id));
        demand(!frozen, Illegal::Frozen)
    }

    /// A legal revision of one of the kinds.
    pub(super) fn revision(&self, id: Option<EventId>, kinds: &[Kind]) -> Option<usize> {
        let place = self.log.place(id?)?;
        let node = &self.log.nodes[place];
        (node.is_legal() && self.past.contains(place) && kinds.contains(&node.kind())).then_some(place)
    }

    /// L2: one of the editors, with an edit role of the definition's policy.
    fn editor(&mut self, def: Option<Digest>) -> Result<(), Illegal> {
        demand(self.state.editors.contains(&self.event.person), Illegal::NotEditor)?;
        let policy = self.policy(def)?;
        let held = self.held(self.event.person, &policy.edit_roles);
        self.stand_on(&held, Illegal::EditRole)
    }

    pub(super) fn any_round(&self, wanted: impl Fn(RoundStatus) -> bool) -> bool {
        self.state.rounds.iter().any(|round| wanted(round.status(self.log)))
    }

    /// L6, Resolve.
    fn resolve(&mut self) -> Result<(), Illegal> {
        self.editor(self.form_def())?;
        demand(!self.any_round(RoundStatus::is_live), Illegal::ResolveRound)
    }

    /// L6, Handover.
    fn hand_over(&mut self) -> Result<(), Illegal> {
        self.editor(self.form_def())?;
        demand(!self.any_round(|status| status != RoundStatus::Returned), Illegal::HandoverRound)
    }

    /// L6, Entry. The role is the actor's, the correction the actor's or a registrar's.
    fn entry(&mut self) -> Result<(), Illegal> {
        let Action::Entry { table: name, supersedes, .. } = &self.event.action else { return Ok(()) };
        let policy = self.policy(self.form_def())?;
        let table = policy.table(name).ok_or(Illegal::EntryTable)?;
        let Actor::Person(actor) = self.event.actor() else { return Err(Illegal::EntryRole) };
        let held = self.held(actor, &table.roles);
        self.stand_on(&held, Illegal::EntryRole)?;
        let closed = self.has_effective_row("close");
        let phase = self.log.phase(self.state, closed);
        demand(table.phases.contains(&phase), Illegal::EntryPhase)?;
        match supersedes {
            Some(earlier) => self.correction(*earlier, table),
            None => demand(!table.single || !self.has_effective_row(name), Illegal::EntrySingle),
        }
    }

    /// L6: an effective row, in a single-row table the standing one, is corrected by its actor or a registrar.
    fn correction(&mut self, earlier: EventId, table: &TablePolicy) -> Result<(), Illegal> {
        let place = self.log.place(earlier).ok_or(Illegal::CorrectsVoid)?;
        let effective = self.effective_rows(&table.name).any(|row| row == place);
        demand(effective, Illegal::CorrectsVoid)?;
        let corrects = |row: usize| {
            matches!(self.log.nodes[row].event.action,
                Action::Entry { supersedes: Some(id), .. } if id == earlier)
        };
        let corrected = self.effective_rows(&table.name).any(corrects);
        demand(!table.single || !corrected, Illegal::EntrySingle)?;
        if self.log.nodes[place].actor == self.event.actor() {
            return Ok(());
        }
        let registrar = self.registrar();
        self.stand_on(&registrar, Illegal::EntryCorrection)
    }

    fn has_effective_row(&self, table: &str) -> bool {
        self.effective_rows(table).next().is_some()
    }

    /// Effective Entries of a table in the past.
    fn effective_rows<'b>(&'b self, wanted: &'b str) -> impl Iterator<Item = usize> + use<'a, 'b> {
        let in_table = move |place: &usize| {
            matches!(&self.log.nodes[*place].event.action,
                Action::Entry { table, .. } if table == wanted)
        };
        let rows = self.past.iter().filter(in_table);
        rows.filter(|&place| self.log.is_effective_entry(place, self.state, self.registry))
    }

    /// L4 and L5: who may stand behind a sign-off on paper. The recorder is a registrar of the form's unit.
    pub(super) fn ink(&mut self, hand: &Hand) -> Result<(), Illegal> {
        if hand.mode == Mode::Electronic {
            return demand(hand.signer.is_none() && hand.outsider.is_none(), Illegal::ElectronicSigner);
        }
        demand(hand.signer.is_some() != hand.outsider.is_some(), Illegal::InkSigner)?;
        demand(hand.scan.is_some(), Illegal::InkScan)?;
        let registrar = self.registrar();
        self.stand_on(&registrar, Illegal::InkRecorder)
    }
}
