//! What a form calls for next, and what was started for it.

use qianban_catalog::{Follow, follows};
use qianban_journal::{FormId, FormStatus, Phase};

use super::page;
use crate::record::{Look, Record};
use crate::{Refused, api, forms};

/// What a form calls for, in the order of its definition.
pub(crate) fn all(look: Look<'_>, record: &Record) -> Result<Vec<api::FollowView>, Refused> {
    let phase = record.view().map_or(Phase::Drafting, |view| view.phase);
    let sealed = matches!(phase, Phase::Sealed | Phase::Closed);
    let called = follows(&record.definition, &record.context, sealed, phase == Phase::Closed);
    let mut views = Vec::with_capacity(called.len());
    for follow in called {
        let forms = match &record.signed {
            Some(signed) => started(look, signed.form, follow)?,
            None => Vec::new(),
        };
        let stands = forms.iter().any(|form| form.status != FormStatus::Rejected);
        views.push(api::FollowView {
            key: follow.key.clone(),
            title: follow.title.clone(),
            owed: follow.owed && !stands,
            start: if sealed { start(look, follow)? } else { None },
            forms: forms.iter().map(view).collect(),
        });
    }
    Ok(views)
}

fn view(row: &qianban_store::FormRow) -> api::FollowForm {
    api::FollowForm {
        form: row.form.to_string(),
        number: row.number.as_ref().map_or_else(|| row.working_number.clone(), ToString::to_string),
        title: row.title.clone(),
        status_text: page::short(page::status_of(row.status)).to_owned(),
    }
}

/// Forms of the definition that is called for which link to this one in its slot, oldest first.
pub(crate) fn started(
    look: Look<'_>,
    form: FormId,
    follow: &Follow,
) -> Result<Vec<qianban_store::FormRow>, Refused> {
    let mut started = Vec::new();
    for (linking, slot) in look.reader.linking(form)? {
        let Some(row) = look.reader.form_row(linking)?.filter(|_| slot == follow.slot) else { continue };
        let definition = row.definition.and_then(|def| look.opened.definitions.get(def, look.reader).ok());
        started.extend(definition.filter(|of| of.id == follow.definition).map(|_| row));
    }
    Ok(started)
}

/// How the person at the desk starts what is called for; none if they may not, or its definition is not in use.
pub(crate) fn start(look: Look<'_>, follow: &Follow) -> Result<Option<api::FollowStart>, Refused> {
    let active = forms::active(look, &follow.definition)?;
    Ok(active
        .filter(|brief| brief.may_create)
        .map(|brief| api::FollowStart { definition: brief.digest, slot: follow.slot.clone() }))
}
