//! 转交 and 处理分叉: who goes on with a draft, and from which revision.

use qianban_journal::{EventId, FormStatus, PersonId};

use super::act::Act;
use super::intent::{Done, FormIntent, Intent, key_fields};
use crate::record::{Look, Record};
use crate::show::leaves;
use crate::{Code, Refused, api, names};

/// Makes somebody else an editor.
pub(crate) fn handover(look: Look<'_>, form: &str, person: &str) -> Result<Intent, Refused> {
    let record = Record::read(look, form)?;
    if record.signed()?.view.status == FormStatus::Rejected {
        return Err(Code::SignFinal.into());
    }
    let to: PersonId = person.parse().map_err(|_| Code::PersonUnknown)?;
    let registry = record.registry()?;
    registry.person(to).filter(|record| record.active).ok_or(Code::PersonUnknown)?;
    let name = names::person(registry, to);
    let unit = record.signed()?.view.unit;
    let policy = registry.policy(record.def).ok_or(Code::DefinitionUnknown)?;
    if !policy.edit_roles.iter().any(|role| registry.holds(to, role, unit)) {
        return Err(Refused::about(Code::HandoverRole, name));
    }
    let mut fields = key_fields(&record)?;
    fields.push(api::ShownField { label: "转交给".to_owned(), shown: name.clone() });
    let message = format!("已转交 {name}");
    FormIntent { record, acts: vec![Act::Handover { to }], blobs: Vec::new(), done: Done::Nothing, message }
        .checked(look, "转交".to_owned(), fields, Vec::new())
}

/// Dismisses every leaf but one. The dialog shows what is kept.
pub(crate) fn resolve(look: Look<'_>, form: &str, keep: &str) -> Result<Intent, Refused> {
    let record = Record::read(look, form)?;
    let keep: EventId = keep.parse().map_err(|_| Code::FormUnknown)?;
    let leaves = &record.signed()?.view.leaves;
    if leaves.len() < 2 || !leaves.contains(&keep) {
        return Err(Code::SignNotTurn.into());
    }
    let mut dismissed: Vec<EventId> = leaves.iter().copied().filter(|leaf| *leaf != keep).collect();
    dismissed.sort();
    let kept = leaves::one(look, &record, keep)?;
    let whose =
        api::ShownField { label: "选定的稿本".to_owned(), shown: format!("{}所存", kept.name) };
    let put_aside = format!("{} 份，仍保存在签批历程中", dismissed.len());
    let aside = api::ShownField { label: "不采用的稿本".to_owned(), shown: put_aside };
    let fields = std::iter::once(whose).chain(kept.fields).chain([aside]).collect();
    let message = "已选定稿本".to_owned();
    FormIntent {
        record,
        acts: vec![Act::Resolve { dismissed }],
        blobs: Vec::new(),
        done: Done::Nothing,
        message,
    }
    .checked(look, "选定稿本".to_owned(), fields, kept.attachments)
}
