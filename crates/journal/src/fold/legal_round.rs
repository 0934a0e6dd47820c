//! Legality of the four kinds that make a round: Submit, Approve, Return, Seal (L3, L4, L5, L7).

use std::collections::BTreeSet;

use crate::action::{Hand, Kind, Mode, Target};
use crate::endpoint::{Receipt, Unattested, heads_digest};
use crate::event::{Actor, Event};
use crate::fold::evaluate::Round;
use crate::fold::illegal::Illegal;
use crate::fold::legal::{Case, demand};
use crate::fold::log::RoundTerms;
use crate::fold::view::RoundStatus;
use crate::ids::{EventId, PersonId, UnitId};
use crate::mutation::{Mutation, mutated};
use crate::number::Number;
use crate::plan::{Ink, Plan, PlanStep};
use crate::registry::{Policy, SealMode};

impl<'a> Case<'a> {
    /// L3.
    pub(super) fn submit(
        &mut self,
        number: Option<&Number>,
        carry: &[EventId],
    ) -> Result<RoundTerms, Illegal> {
        let rev = self.revision(self.event.rev, &[Kind::Save]).ok_or(Illegal::RevNotRevision)?;
        let saved = &self.log.nodes[rev].event;
        let same = saved.content == self.event.content && saved.def == self.event.def;
        demand(same, Illegal::SubmitContent)?;
        let policy = self.policy(self.event.def)?;
        demand(!self.any_round(|status| status != RoundStatus::Returned), Illegal::RoundOpen)?;
        let rejected = !self.state.rejects.is_empty() && !mutated(Mutation::RejectedMayGoOn);
        demand(!rejected, Illegal::SubmitRejected)?;
        let resumed = self.resumed();
        let as_editor = self.submitter(policy, resumed)?;
        if !carry.is_empty() {
            self.carry(carry, resumed)?;
        }
        let before = resumed.filter(|_| !as_editor || !carry.is_empty());
        let submitter = before
            .and_then(|(round, _)| self.log.nodes[round.submit].round.as_ref())
            .map_or(self.event.person, |terms| terms.submitter);
        let terms = self.terms(policy, rev, submitter)?;
        self.number(policy, number, Illegal::NumberNotRepeated, true)?;
        Ok(terms)
    }

    /// L3: the round before and the step to which it went back, if it is unique and had this revision.
    fn resumed(&self) -> Option<(&'a Round, usize)> {
        let round = self.state.last_round(self.log)?;
        let Some(Target::Step(step)) = round.target() else { return None };
        let same = self.log.nodes[round.submit].event.rev == self.event.rev;
        same.then_some((round, usize::from(step)))
    }

    /// L3: an editor, or a holder of the role of the step to which the round went back. True for an editor.
    fn submitter(&mut self, policy: &Policy, resumed: Option<(&Round, usize)>) -> Result<bool, Illegal> {
        let person = self.event.person;
        let is_editor = self.state.editors.contains(&person);
        let mut held = if is_editor { self.held(person, &policy.edit_roles) } else { Vec::new() };
        let as_editor = !held.is_empty();
        let step = resumed.and_then(|(round, step)| self.plan(round.submit)?.0.get(step));
        held.extend(step.map_or(Vec::new(), |step| self.held_at(person, step)));
        held.sort_unstable();
        held.dedup();
        self.stand_on(&held, if is_editor { Illegal::EditRole } else { Illegal::NotEditor })?;
        Ok(as_editor)
    }

    /// L3: what may be carried from the round before.
    fn carry(&self, carry: &[EventId], resumed: Option<(&Round, usize)>) -> Result<(), Illegal> {
        let (round, step) = resumed.ok_or(Illegal::CarryNotAtStep)?;
        let same_plan = self.plan(round.submit) == self.event.plan.as_ref();
        demand(same_plan || mutated(Mutation::CarryWithoutPlan), Illegal::CarryPlan)?;
        for id in carry {
            let place = self.log.place(*id).ok_or(Illegal::CarryNotCounted)?;
            let own = self.log.nodes[place].event.step.map_or(usize::MAX, usize::from);
            demand(round.approves.contains(&place) && own < step, Illegal::CarryNotCounted)?;
            let keeps = |round: &Round| match round.target() {
                Some(Target::Step(back_to)) => usize::from(back_to) > own,
                Some(Target::Drafter | Target::Reject) => false,
                None => true,
            };
            let mut counted_in = self.state.rounds.iter().filter(|r| r.approves.contains(&place));
            let kept = counted_in.all(keeps) || mutated(Mutation::CarryAcrossReturn);
            demand(kept, Illegal::CarryReturned)?;
        }
        Ok(())
    }

    /// Who is barred, and how many sign-offs each step needs in the registry at the Submit's epoch.
    fn terms(&mut self, policy: &Policy, rev: usize, submitter: PersonId) -> Result<RoundTerms, Illegal> {
        let plan = self.event.plan.as_ref().ok_or(Illegal::PlanEmpty)?;
        demand(!plan.0.is_empty() || policy.register, Illegal::PlanEmpty)?;
        let saves = self.log.branch(rev).map(|place| &self.log.nodes[place].event);
        let savers = saves.filter(|event| event.kind() == Kind::Save).map(|event| event.person);
        let barred: BTreeSet<_> = savers.chain([submitter]).collect();
        let mut needs = Vec::with_capacity(plan.0.len());
        for step in &plan.0 {
            needs.push(match step.need {
                0 => self.all_holders(step, &barred)?,
                need => usize::from(need),
            });
        }
        Ok(RoundTerms { submitter, barred, needs })
    }

    /// L3, need 0: every holder of the step's role who is not barred; there must be one.
    fn all_holders(&mut self, step: &PlanStep, barred: &BTreeSet<PersonId>) -> Result<usize, Illegal> {
        let mut holders = self.registry.holders_of(&step.roles, &self.units(step));
        holders.retain(|person, _| !is_barred(step, barred, *person));
        let assignments: Vec<_> = holders.values().flatten().copied().collect();
        self.stand_on(&assignments, Illegal::StepWithoutHolder)?;
        Ok(holders.len())
    }

    /// L3 and L7: a number lies in a block of this seat, or repeats the form's. A Submit must repeat it.
    fn number(
        &self,
        policy: &Policy,
        number: Option<&Number>,
        differs: Illegal,
        must_repeat: bool,
    ) -> Result<(), Illegal> {
        match (self.state.number(), number) {
            (Some(ours), Some(given)) => demand(ours == given, differs),
            (Some(_), None) => demand(!must_repeat, differs),
            (None, None) => Ok(()),
            (None, Some(given)) => {
                let of_series = policy.series.as_ref() == Some(&given.series);
                let leased = self.registry.may_number(self.event.seat, given);
                demand(of_series && leased, Illegal::NumberNotLeased)
            }
        }
    }

    /// The effective round that the event names.
    fn named_round(&self, illegal: Illegal) -> Result<&'a Round, Illegal> {
        self.event.round.and_then(|id| self.state.round(self.log, id)).ok_or(illegal)
    }

    fn plan(&self, submit: usize) -> Option<&'a Plan> {
        self.log.nodes[submit].event.plan.as_ref()
    }

    /// L1: the step's units; the form's where it names none.
    fn units(&self, step: &PlanStep) -> Vec<UnitId> {
        step.units.clone().unwrap_or_else(|| self.unit().into_iter().collect())
    }

    fn held_at(&self, person: PersonId, step: &PlanStep) -> Vec<u32> {
        self.registry.grounds(person, &step.roles, &self.units(step))
    }

    /// L4.
    pub(super) fn approve(&mut self, hand: &Hand) -> Result<(), Illegal> {
        let round = self.named_round(Illegal::NoRound)?;
        let submit = &self.log.nodes[round.submit];
        let index = self.event.step.unwrap_or(u8::MAX);
        demand(round.status(self.log) == RoundStatus::Pending(index), Illegal::NotPending)?;
        let plan = self.plan(round.submit).ok_or(Illegal::NoRound)?;
        let step = plan.0.get(usize::from(index)).ok_or(Illegal::NotPending)?;
        let same = submit.event.rev == self.event.rev
            && submit.event.content == self.event.content
            && submit.event.def == self.event.def;
        demand(same || mutated(Mutation::DigestBindingOff), Illegal::OtherContent)?;
        match hand.mode {
            Mode::Ink => demand(step.ink != Ink::No, Illegal::InkNotAllowed)?,
            Mode::Electronic => demand(step.ink != Ink::Required, Illegal::InkRequired)?,
        }
        self.ink(hand)?;
        let actor = self.event.actor();
        match &actor {
            Actor::Person(person) => {
                let held = self.held_at(*person, step);
                self.stand_on(&held, Illegal::SignerRole)?;
            }
            Actor::Outsider(_) => demand(step.outsider, Illegal::OutsiderNotAllowed)?,
        }
        self.duties(round, step, index)
    }

    /// L4: separation of duties, of the actor and of a delegate who signs for them.
    fn duties(&self, round: &Round, step: &PlanStep, index: u8) -> Result<(), Illegal> {
        let signers = |event: &Event| match mutated(Mutation::DelegateUnwatched) {
            true => BTreeSet::from([event.actor()]),
            false => event.signers(),
        };
        let ours = signers(self.event);
        let signed = |at: u8| {
            let mut approves = round.approves.iter().map(|&place| &self.log.nodes[place].event);
            approves.any(|event| event.step == Some(at) && !ours.is_disjoint(&signers(event)))
        };
        demand(!signed(index), Illegal::SignedAlready)?;
        if mutated(Mutation::DutiesOff) {
            return Ok(());
        }
        if let Some(terms) = &self.log.nodes[round.submit].round {
            let barred = |signer: &Actor| match signer {
                Actor::Person(person) => is_barred(step, &terms.barred, *person),
                Actor::Outsider(_) => false,
            };
            demand(!ours.iter().any(barred), Illegal::Barred)?;
        }
        demand(!step.differ.iter().any(|&other| signed(other)), Illegal::SignedDiffering)
    }

    /// L5.
    pub(super) fn send_back(&mut self, target: Target, hand: &Hand) -> Result<(), Illegal> {
        let round = self.named_round(Illegal::ReturnStatus)?;
        let plan = self.plan(round.submit).ok_or(Illegal::ReturnStatus)?;
        let reached = match round.status(self.log) {
            RoundStatus::Pending(step) => usize::from(step) + 1,
            RoundStatus::Approved => plan.0.len(),
            RoundStatus::Returned | RoundStatus::Sealed => return Err(Illegal::ReturnStatus),
        };
        if let Target::Step(step) = target {
            demand(usize::from(step) < reached, Illegal::ReturnTarget)?;
        }
        self.ink(hand)?;
        let actor = self.event.actor();
        let mut approves = round.approves.iter().map(|&place| &self.log.nodes[place].actor);
        let submitter = Actor::Person(self.log.nodes[round.submit].event.person);
        let withdraws = round.approves.is_empty() && actor == submitter;
        if withdraws || approves.any(|other| *other == actor) {
            return Ok(());
        }
        let mut held = self.registrar();
        if let Actor::Person(person) = actor {
            held.extend(plan.0.iter().take(reached).flat_map(|step| self.held_at(person, step)));
        }
        held.sort_unstable();
        held.dedup();
        self.stand_on(&held, Illegal::ReturnRight)
    }

    /// L7 and L7b.
    pub(super) fn seal(&mut self, number: Option<&Number>, receipt: Option<&[u8]>) -> Result<(), Illegal> {
        let round = self.named_round(Illegal::SealStatus)?;
        let sealed = self.any_round(|status| status == RoundStatus::Sealed);
        demand(!sealed, Illegal::SealSealed)?;
        let rejected = !self.state.rejects.is_empty() && !mutated(Mutation::RejectedMayGoOn);
        demand(!rejected, Illegal::SealRejected)?;
        demand(round.status(self.log) == RoundStatus::Approved, Illegal::SealStatus)?;
        let registrar = self.registrar();
        self.stand_on(&registrar, Illegal::SealRole)?;
        let seat = self.registry.seat(self.event.seat).map(|seat| seat.certificate.pc());
        let sealing = self.log.home().and_then(|(ledger, _)| self.registry.sealing_pc(ledger));
        demand(seat.is_some() && seat == sealing, Illegal::SealPc)?;
        let policy = self.policy(self.log.nodes[round.submit].event.def)?;
        self.number(policy, number, Illegal::NumberNotRepeated, false)?;
        match receipt {
            Some(receipt) => self.receipt(receipt),
            None => demand(policy.seal_mode == SealMode::Plain, Illegal::ReceiptMissing),
        }
    }

    /// L7b: an endpoint of the registry had nothing of the form but what the Seal cites and its past. Asked of every
    /// receipt, so that the time of each one that is shown was signed.
    fn receipt(&self, bytes: &[u8]) -> Result<(), Illegal> {
        let receipt = Receipt::decode(bytes).map_err(|_| Illegal::ReceiptUnreadable)?;
        demand(receipt.said.form == self.log.form, Illegal::ReceiptForm)?;
        let same = receipt.said.heads == heads_digest(&self.event.cites);
        demand(same || mutated(Mutation::ReceiptHeadsUnchecked), Illegal::ReceiptHeads)?;
        match receipt.verify(self.event.ws, self.registry) {
            Ok(()) => Ok(()),
            Err(_) if mutated(Mutation::ReceiptKeyUnchecked) => Ok(()),
            Err(Unattested::Workspace) => Err(Illegal::ReceiptForm),
            Err(Unattested::Key) => Err(Illegal::ReceiptKey),
            Err(Unattested::Signature) => Err(Illegal::ReceiptSignature),
        }
    }
}

/// L4: the submitter, the savers of the branch and the persons named in the content may not sign a barred step.
fn is_barred(step: &PlanStep, barred: &BTreeSet<PersonId>, person: PersonId) -> bool {
    let named = step.bar.as_ref();
    named.is_some_and(|named| barred.contains(&person) || named.binary_search(&person).is_ok())
}
