//! What an action would sign, built from the file alone.

use qianban_journal::{Digest, EventId, FormId, PersonId, RowId, Sm2Key, UnitId, digest, fingerprint};
use qianban_store::DraftKey;
use zeroize::Zeroizing;

use super::act::Act;
use super::{
    approve, bundle, design, entry, hand, ink, leasing, registry, renew, seal, seat, send_back, setting,
    settle, submit, year,
};
use crate::ambient::office;
use crate::api::{Attachment, Problem, ShownField, SignAction};
use crate::credential::new_key;
use crate::record::{Look, Record};
use crate::{Ambient, Code, Refused};

/// What chance and the clock give, drawn once when an action is prepared, so that building it again gives the same.
pub(crate) struct Fixed {
    /// The row of a new entry.
    pub(crate) row: RowId,
    /// The stated time of an entry: now, `YYYY-MM-DD HH:MM`.
    pub(crate) at: String,
    /// The id of a new person.
    pub(crate) person: PersonId,
    /// The id of a new unit.
    pub(crate) unit: UnitId,
    key: Zeroizing<[u8; 32]>,
}

impl Fixed {
    /// Draws.
    pub(crate) fn draw(ambient: &dyn Ambient) -> Result<Self, Refused> {
        Ok(Self {
            row: RowId(ambient.bytes()?),
            at: office(ambient.now()).format(crate::stated::STATED).to_string(),
            person: PersonId(ambient.bytes()?),
            unit: UnitId(ambient.bytes()?),
            key: new_key(ambient)?.to_bytes(),
        })
    }

    /// The key of a new seat.
    pub(crate) fn key(&self) -> Result<Sm2Key, Refused> {
        Ok(Sm2Key::from_bytes(&self.key)?)
    }
}

/// What the sign dialog shows of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shown {
    /// What is being done.
    pub(crate) action: String,
    /// Title of the form or of the change.
    pub(crate) title: String,
    /// Number or working number.
    pub(crate) number: String,
    /// Key fields and the fields of the box.
    pub(crate) fields: Vec<ShownField>,
    /// Files that are covered.
    pub(crate) attachments: Vec<Attachment>,
    /// Digest of the content, in groups of four; empty without one.
    pub(crate) content: String,
    /// Title and version of the definition.
    pub(crate) definition: String,
    /// Each event or registry entry in words.
    pub(crate) events: Vec<String>,
    /// Controls that fall, in words.
    pub(crate) weakened: Vec<String>,
    /// Things to know that do not forbid signing.
    pub(crate) warnings: Vec<Problem>,
}

/// Which typed work is done when it is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Done {
    /// None.
    Nothing,
    /// The whole draft of this form.
    Form(String),
    /// These parts.
    Parts(Vec<DraftKey>),
}

/// Events of one form.
pub(crate) struct FormIntent {
    /// The form as it was read.
    pub(crate) record: Record,
    /// The events, in order.
    pub(crate) acts: Vec<Act>,
    /// Snapshots that they name.
    pub(crate) blobs: Vec<Vec<u8>>,
    /// What is cleared with it.
    pub(crate) done: Done,
    /// What happened, in Chinese.
    pub(crate) message: String,
}

/// What an action would sign.
pub(crate) enum Work {
    /// Events of a form.
    Form(Box<FormIntent>),
    /// Events of several forms, all or nothing, and what happened, in Chinese.
    Forms(Vec<FormIntent>, String),
    /// Entries of the registry.
    Registry(Box<registry::RegistryIntent>),
    /// A bundle that waits under this name, with its fingerprint.
    Bundle(String, String),
    /// The entry that ends a fork of the registry.
    Settlement(Box<settle::Settlement>),
}

impl Work {
    /// The forms that it seals.
    pub(crate) fn sealed(&self) -> Vec<FormId> {
        let forms = match self {
            Self::Form(form) => std::slice::from_ref(form.as_ref()),
            Self::Forms(forms, _) => forms.as_slice(),
            Self::Registry(_) | Self::Bundle(..) | Self::Settlement(_) => &[],
        };
        let seals = |form: &&FormIntent| form.acts.iter().any(|act| matches!(act, Act::Seal { .. }));
        let sealing = forms.iter().filter(seals);
        sealing.filter_map(|form| Some(form.record.signed.as_ref()?.log.form())).collect()
    }
}

/// An action, ready to be shown and signed.
pub(crate) struct Intent {
    /// What is signed.
    pub(crate) work: Work,
    /// What is shown.
    pub(crate) shown: Shown,
}

impl Intent {
    /// Builds it from the file as it is now.
    ///
    /// # Errors
    /// Why the person cannot do this now, by name.
    pub(crate) fn of(look: Look<'_>, action: &SignAction, fixed: &Fixed) -> Result<Self, Refused> {
        if !matches!(action, SignAction::RenewSeat) {
            renew::demand_seat(look)?;
        }
        match action {
            SignAction::Submit { form } => submit::intent(look, form),
            SignAction::Approve { form, step, on_behalf } => {
                approve::intent(look, form, step, on_behalf.as_deref())
            }
            SignAction::ApproveInk { form, scan, signatures } => ink::intent(look, form, scan, signatures),
            SignAction::Return { form, target, reason } => send_back::to(look, form, target, reason),
            SignAction::Reject { form, reason } => send_back::reject(look, form, reason),
            SignAction::Withdraw { form, reason } => send_back::withdraw(look, form, reason),
            SignAction::Seal { form } => seal::intent(look, form),
            SignAction::SealMany { forms } => seal::many(look, forms),
            SignAction::Handover { form, person } => hand::handover(look, form, person),
            SignAction::Resolve { form, keep } => hand::resolve(look, form, keep),
            SignAction::Entry { form, table, at, corrects } => {
                entry::intent(look, fixed, form, table, at.as_deref(), corrects.as_deref())
            }
            SignAction::Close { form, remark } => entry::close(look, fixed, form, remark),
            SignAction::Print { form, copy } => entry::print(look, fixed, form, copy),
            SignAction::PaperBack { form, scan } => entry::paper_back(look, fixed, form, scan),
            SignAction::AddPerson { person } => registry::add_person(look, fixed, person),
            SignAction::SetRoles { person, roles } => registry::set_roles(look, person, roles),
            SignAction::AddSeat { person, password } => registry::add_seat(look, fixed, person, password),
            SignAction::CertifySeat { seat } => seat::certify(look, seat),
            SignAction::RenewSeat => renew::own(look),
            SignAction::WriteBundle { bundle } => bundle::intent(look, bundle),
            SignAction::LeaseNumbers { seat, series, year, count } => {
                leasing::lease(look, seat, (series, *year), *count)
            }
            SignAction::ReturnNumbers { seat, series, year } => {
                leasing::give_back(look, seat, (series, *year))
            }
            SignAction::MoveNumbers { seat } => leasing::number_seat(look, seat),
            SignAction::MoveSeal { ledger, seat } => leasing::move_seal(look, ledger, seat),
            SignAction::RevokeSeat { seat, reason } => registry::revoke_seat(look, seat, reason),
            SignAction::Delegate { from, to, since, until } => {
                registry::delegate(look, from, to, (since, until))
            }
            SignAction::DelegationEnd { from, to } => registry::delegation_end(look, from, to),
            SignAction::SetSetting { key, value } => setting::set(look, key, value),
            SignAction::ImportCalendar { name, text } => setting::import_calendar(look, name, text),
            SignAction::ActivateDesign { base, tree } => design::activate(look, base, tree),
            SignAction::TakeUpDefinitions { definitions } => design::take_up(look, definitions),
            SignAction::CloseYear { year } => year::close(look, *year),
            SignAction::SettleFork { version } => settle::intent(look, version),
            SignAction::AddUnit { name } => registry::add_unit(look, fixed, name),
        }
    }

    /// What the person compares: it covers every argument of every event and the state of the form they build on.
    pub(crate) fn digest(&self) -> String {
        let said = match &self.work {
            Work::Form(intent) => intent.said(),
            Work::Forms(intents, _) => intents.iter().map(FormIntent::said).collect::<Vec<_>>().join("\n"),
            Work::Registry(intent) => format!("{:?} {:?}", intent.head, intent.changes),
            Work::Bundle(bundle, fingerprint) => format!("{bundle} {fingerprint}"),
            Work::Settlement(settlement) => settlement.said(),
        };
        fingerprint(digest(format!("qianban/sheet/1\0{said}").as_bytes()))
    }
}

impl FormIntent {
    fn said(&self) -> String {
        let heads = self.record.signed.as_ref().map(|signed| signed.log.entry_heads()).unwrap_or_default();
        format!("{heads:?} {:?} {:?}", self.acts, self.record.def)
    }

    /// The content that is saved or kept with it, or that it builds on.
    fn content(&self) -> Option<Digest> {
        let chosen = self.acts.iter().find_map(|act| match act {
            Act::Save { content, .. } => Some(*content),
            Act::Resolve { dismissed } => self.kept(dismissed),
            _ => None,
        });
        chosen.or_else(|| self.record.view().and_then(|view| view.content))
    }

    /// The content of the leaf that stays when the others are put aside.
    fn kept(&self, dismissed: &[EventId]) -> Option<Digest> {
        let signed = self.record.signed.as_ref()?;
        let kept = signed.view.leaves.iter().find(|leaf| !dismissed.contains(leaf))?;
        signed.event(*kept)?.content
    }

    /// The intent with its dialog, after the first event was found legal.
    ///
    /// # Errors
    /// The rule that the first event would break.
    pub(crate) fn checked(
        self,
        look: Look<'_>,
        action: String,
        fields: Vec<ShownField>,
        attachments: Vec<Attachment>,
    ) -> Result<Intent, Refused> {
        if self.acts.len() > super::execute::EVENTS_MAX {
            return Err(Code::SignTooManyEvents.into());
        }
        if !self.acts.iter().all(Act::is_copy) && self.record.is_read_only(look)? {
            return Err(Refused::about(Code::YearClosed, self.record.year()));
        }
        if let (Some(first), Some(signed)) = (self.acts.first(), &self.record.signed) {
            let event = first.clone().event(
                &signed.log,
                &self.record.chain,
                signed.view.canonical,
                look.author()?,
            )?;
            signed.log.would_be_legal(&event, &self.record.chain)?;
        }
        let definition = &self.record.definition;
        let shown = Shown {
            action,
            title: definition.title.clone(),
            number: self.record.number(),
            fields,
            attachments,
            content: self.content().map(fingerprint).unwrap_or_default(),
            definition: format!("{} 第 {} 版", definition.title, definition.version),
            events: self.acts.iter().map(|act| act.words().to_owned()).collect(),
            weakened: Vec::new(),
            warnings: Vec::new(),
        };
        Ok(Intent { work: Work::Form(Box::new(self)), shown })
    }
}

/// Key fields of the content.
pub(crate) fn key_fields(record: &Record) -> Result<Vec<ShownField>, Refused> {
    let names = crate::names::RegistryNames(record.registry()?);
    let lines = qianban_catalog::summary(
        &record.definition,
        &record.content.values,
        &names,
        qianban_catalog::Privacy::Full,
    );
    let mut fields: Vec<ShownField> =
        lines.into_iter().map(|(label, shown)| ShownField { label, shown }).collect();
    for slot in &record.definition.links {
        let count = record.ends.get(&slot.slot).map_or(0, Vec::len);
        fields.push(ShownField { label: slot.title.clone(), shown: format!("{count} 份") });
    }
    Ok(fields)
}

/// Unmet gates as a refusal.
pub(crate) fn demand(unmet: Vec<qianban_catalog::Unmet>) -> Result<(), Refused> {
    if unmet.is_empty() {
        return Ok(());
    }
    let problem =
        |unmet: qianban_catalog::Unmet| Problem { code: unmet.code, message: unmet.message, field: None };
    Err(Refused::new(Code::SignGate).because(unmet.into_iter().map(problem).collect()))
}

/// The fields of a section that keep it from being signed, as a refusal.
pub(crate) fn complete(problems: Vec<Problem>) -> Result<(), Refused> {
    if problems.is_empty() { Ok(()) } else { Err(Refused::new(Code::FieldsIncomplete).because(problems)) }
}

/// C4, C5: the signed content is here, is what its digest says, with every file, the plan is that of definition and
/// content, and every link holds.
///
/// # Errors
/// [`Code::FileMissing`], [`Code::HostDamaged`], [`Code::SignPlan`], [`Code::SignGate`].
pub(crate) fn trust_round(look: Look<'_>, record: &Record) -> Result<EventId, Refused> {
    let signed = record.signed()?;
    let round = signed.view.primary_round().ok_or(Code::SignNotTurn)?;
    let bytes = look.reader.blob(round.content)?.ok_or(Code::FileMissing)?;
    if digest(&bytes) != round.content {
        return Err(Refused::about(Code::HostDamaged, "单据内容与摘要不符"));
    }
    if !look.reader.missing_blobs(signed.form)?.is_empty() {
        return Err(Code::FileMissing.into());
    }
    let plan = crate::plans::journal(&qianban_catalog::plan(&record.definition, &signed.content))?;
    if plan != round.plan {
        return Err(Code::SignPlan.into());
    }
    let loose = record.link_problems(look)?;
    if loose.is_empty() { Ok(round.round) } else { Err(Refused::new(Code::SignGate).because(loose)) }
}
