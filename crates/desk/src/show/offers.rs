//! What the person at the desk can do now, in the order of the buttons. The journal is asked for each; the screen
//! decides nothing.

use qianban_catalog::{CLOSE, Moment, Section, defaults, gates};
use qianban_journal::{
    ApproveDraft, Author, EntryDraft, EntryView, FormStatus, Hand, Next, Number, RowId, Target,
};

use super::section::Sheet;
use crate::record::{Look, Record, Signed};
use crate::sign::act::Act;
use crate::sign::approve::absent;
use crate::sign::entry::{EXPORT, OWN_ACTION, PAPER, PRINT};
use crate::{Refused, api, names};

/// Every offer.
pub(crate) fn all(look: Look<'_>, record: &Record) -> Result<Vec<api::ActionOffer>, Refused> {
    let mut offers = Vec::new();
    if record.drafting {
        offers.push(offer(api::OfferKind::Submit, "送签", None, submit_problems(look, record)?));
    }
    let (Some(signed), Ok(author)) = (&record.signed, look.author()) else { return Ok(offers) };
    let asked = Asked { look, record, signed, author };
    if !record.drafting && asked.may_resubmit() {
        offers.push(offer(api::OfferKind::Submit, "重新送签", None, Vec::new()));
    }
    asked.sign_offs(&mut offers)?;
    asked.flow(&mut offers);
    asked.tables(&mut offers)?;
    if record.is_read_only(look)? {
        let copies = [PRINT, EXPORT];
        offers.retain(|offer| offer.place.as_deref().is_some_and(|place| copies.contains(&place)));
    }
    Ok(offers)
}

/// Whether the person may put a corrected row in the place of this one, which stands.
pub(crate) fn may_correct(look: Look<'_>, record: &Record, standing: &EntryView) -> bool {
    let (Some(signed), Ok(author)) = (&record.signed, look.author()) else { return false };
    let entry = EntryDraft {
        table: standing.table.clone(),
        row: standing.row,
        supersedes: Some(standing.id),
        at: String::new(),
        on_behalf: None,
        boxed: None,
        basis: Vec::new(),
    };
    !OWN_ACTION.contains(&standing.table.as_str())
        && Asked { look, record, signed, author }.may(Act::Entry(entry))
}

fn offer(
    action: api::OfferKind,
    label: impl Into<String>,
    place: Option<String>,
    problems: Vec<api::Problem>,
) -> api::ActionOffer {
    api::ActionOffer { action, label: label.into(), place, on_behalf: None, problems }
}

fn submit_problems(look: Look<'_>, record: &Record) -> Result<Vec<api::Problem>, Refused> {
    let sheet = Sheet {
        definition: &record.definition,
        of: api::Section::Content,
        part: &record.content,
        context: &record.context,
        registry: record.registry()?,
        editable: true,
    };
    let mut problems = sheet.problems();
    problems.extend(record.link_problems(look)?);
    problems.extend(unmet(record, &Moment::Submit, &record.content.values));
    Ok(problems)
}

fn unmet(record: &Record, moment: &Moment, own: &qianban_catalog::Content) -> Vec<api::Problem> {
    let unmet = gates(&record.definition, moment, own, &record.context).into_iter();
    unmet.map(|unmet| api::Problem { code: unmet.code, message: unmet.message, field: None }).collect()
}

struct Asked<'a> {
    look: Look<'a>,
    record: &'a Record,
    signed: &'a Signed,
    author: Author,
}

impl Asked<'_> {
    fn may(&self, act: Act) -> bool {
        let event =
            act.event(&self.signed.log, &self.record.chain, self.signed.view.canonical, self.author.clone());
        event.is_ok_and(|event| self.signed.log.would_be_legal(&event, &self.record.chain).is_ok())
    }

    /// Whether the person may send the same revision again after a return to a step.
    fn may_resubmit(&self) -> bool {
        let Next::Resubmit { round, .. } = self.signed.view.next else { return false };
        let Some(round) = self.signed.view.round(round) else { return false };
        let number: Option<Number> = self.signed.view.number.clone();
        self.may(Act::Submit { plan: round.plan.clone(), number, carry: Vec::new() })
    }

    fn sign_offs(&self, offers: &mut Vec<api::ActionOffer>) -> Result<(), Refused> {
        let Some(round) = self.record.round() else { return Ok(()) };
        let FormStatus::Pending(place) = self.signed.view.status else { return Ok(()) };
        let keys = self.record.step_keys();
        let Some(step) = keys.get(usize::from(place)).and_then(|key| self.record.definition.step(key)) else {
            return Ok(());
        };
        let registry = self.record.registry()?;
        let absent = absent(self.look, registry).into_iter().map(Some);
        for absent in std::iter::once(None).chain(absent) {
            let hand = absent.map_or_else(Hand::own, Hand::on_behalf);
            let (round, boxed, basis) = (round.round, None, Vec::new());
            if !self.may(Act::Approve(ApproveDraft { round, step: place, hand, boxed, basis })) {
                continue;
            }
            let whose = absent.map(|id| format!("代{}", names::person(registry, id))).unwrap_or_default();
            let label = format!("{whose}同意 · {}", step.title);
            let of = api::Section::Step { key: step.key.clone() };
            let problems = self.box_problems(of, &Moment::Step(step.key.clone()))?;
            offers.push(api::ActionOffer {
                on_behalf: absent.map(|id| id.to_string()),
                ..offer(api::OfferKind::Approve, label, Some(step.key.clone()), problems)
            });
        }
        let ink = step.ink != qianban_catalog::Ink::No;
        if ink && self.may_record_ink(round.round, place) {
            let label = format!("登记纸质签字 · {}", step.title);
            offers.push(offer(api::OfferKind::ApproveInk, label, Some(step.key.clone()), Vec::new()));
        }
        Ok(())
    }

    /// What still keeps a box from being signed, as it is filled now.
    fn box_problems(&self, of: api::Section, moment: &Moment) -> Result<Vec<api::Problem>, Refused> {
        let part = self.record.part(self.look, &of)?;
        let sheet = Sheet {
            definition: &self.record.definition,
            of,
            part: &part,
            context: &self.record.context,
            registry: self.record.registry()?,
            editable: true,
        };
        let mut problems = sheet.problems();
        problems.extend(unmet(self.record, moment, &part.values));
        Ok(problems)
    }

    /// What still keeps the form from being closed. What the remark decides is judged when there is one.
    fn close_problems(&self) -> Vec<api::Problem> {
        let definition = &self.record.definition;
        let own = defaults(definition, &Section::Table(CLOSE.to_owned()), &self.record.context);
        let waits = |code: &str| definition.gates.iter().any(|gate| gate.code == code && gate.reads_box());
        let mut problems = unmet(self.record, &Moment::Close, &own);
        problems.retain(|problem| !waits(&problem.code));
        problems
    }

    /// Somebody of the registry could have signed this step on paper, and the person may record it.
    fn may_record_ink(&self, round: qianban_journal::EventId, step: u8) -> bool {
        let scan = self.signed.view.def.unwrap_or(qianban_journal::Digest([0; 32]));
        let Ok(registry) = self.record.registry() else { return false };
        let inked =
            |hand| self.may(Act::Approve(ApproveDraft { round, step, hand, boxed: None, basis: Vec::new() }));
        inked(Hand::ink_outsider("外单位".to_owned(), scan))
            || registry.persons().any(|(person, _)| inked(Hand::ink(person, scan)))
    }

    fn flow(&self, offers: &mut Vec<api::ActionOffer>) {
        let view = &self.signed.view;
        if let Some(round) = self.record.round() {
            let round_id = round.round;
            if self.may(Act::Seal { round: round_id, number: None, basis: Vec::new() }) {
                let problems = unmet(self.record, &Moment::Seal, &qianban_catalog::Content::new());
                offers.push(offer(api::OfferKind::Seal, "核准定稿", None, problems));
            }
            let back = |target| Act::Return { round: round_id, target, reason: "理由".to_owned() };
            if self.may(back(Target::Drafter)) {
                if round.submitter == self.look.person
                    && !round.approves.iter().any(|approve| approve.effective)
                {
                    offers.push(offer(api::OfferKind::Withdraw, "撤回", None, Vec::new()));
                } else {
                    offers.push(offer(api::OfferKind::Return, "退回", None, Vec::new()));
                }
            }
            if self.may(back(Target::Reject)) {
                offers.push(offer(api::OfferKind::Reject, "否决(作废)", None, Vec::new()));
            }
        }
        let other = view
            .editors
            .iter()
            .copied()
            .find(|editor| *editor != self.look.person)
            .unwrap_or(self.look.person);
        if self.record.drafting && self.may(Act::Handover { to: other }) {
            offers.push(offer(api::OfferKind::Handover, "转交", None, Vec::new()));
        }
        if view.leaves.len() > 1 {
            let mut dismissed = view.leaves.clone();
            dismissed.sort();
            dismissed.truncate(view.leaves.len() - 1);
            if self.may(Act::Resolve { dismissed }) {
                offers.push(offer(api::OfferKind::Resolve, "选定稿本", None, Vec::new()));
            }
        }
    }

    fn tables(&self, offers: &mut Vec<api::ActionOffer>) -> Result<(), Refused> {
        for table in &self.record.definition.tables {
            let entry = EntryDraft {
                table: table.name.clone(),
                row: RowId(self.look.ambient.bytes()?),
                supersedes: None,
                at: String::new(),
                on_behalf: None,
                boxed: None,
                basis: Vec::new(),
            };
            if !self.may(Act::Entry(entry)) {
                continue;
            }
            let place = Some(table.name.clone());
            offers.push(match table.name.as_str() {
                CLOSE => offer(api::OfferKind::Close, "办结", place, self.close_problems()),
                PRINT => offer(api::OfferKind::Print, "打印", place, Vec::new()),
                PAPER => offer(api::OfferKind::PaperBack, "收回纸件", place, Vec::new()),
                name => {
                    let of = api::Section::Entry { table: name.to_owned(), row: None };
                    let problems = self.box_problems(of, &Moment::Table(name.to_owned()))?;
                    offer(api::OfferKind::Entry, table.title.clone(), place, problems)
                }
            });
        }
        Ok(())
    }
}
