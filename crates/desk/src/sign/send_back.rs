//! 退回, 否决, 作废 and 撤回.

use qianban_journal::Target;

use super::act::Act;
use super::approve::place;
use super::intent::{Done, FormIntent, Intent, key_fields};
use crate::record::{Look, Record};
use crate::text::{self, REASON_CHARS_MAX};
use crate::{Code, Refused, api};

/// 退回 to the drafter or a step.
pub(crate) fn to(
    look: Look<'_>,
    form: &str,
    target: &api::ReturnTarget,
    reason: &str,
) -> Result<Intent, Refused> {
    let record = Record::read(look, form)?;
    let (target, words) = match target {
        api::ReturnTarget::Drafter => (Target::Drafter, "退回起草人".to_owned()),
        api::ReturnTarget::Step { step } => {
            let title = record.definition.step(step).map(|step| step.title.clone()).unwrap_or_default();
            (Target::Step(place(&record, step)?), format!("退回到{title}"))
        }
    };
    intent(look, record, target, reason, &words)
}

/// 否决 and 作废: final.
pub(crate) fn reject(look: Look<'_>, form: &str, reason: &str) -> Result<Intent, Refused> {
    intent(look, Record::read(look, form)?, Target::Reject, reason, "否决(作废)")
}

/// 撤回 by whoever sent the form, while nobody has signed.
pub(crate) fn withdraw(look: Look<'_>, form: &str, reason: &str) -> Result<Intent, Refused> {
    let record = Record::read(look, form)?;
    if record.round().map(|round| round.submitter) != Some(look.person) {
        return Err(Code::SignNoRole.into());
    }
    intent(look, record, Target::Drafter, reason, "撤回")
}

fn intent(
    look: Look<'_>,
    record: Record,
    target: Target,
    reason: &str,
    words: &str,
) -> Result<Intent, Refused> {
    let reason = text::words("理由", reason, REASON_CHARS_MAX)?;
    let round = record.round().map(|round| round.round).ok_or(Code::SignNotTurn)?;
    let mut fields = key_fields(&record)?;
    fields.push(api::ShownField { label: "理由".to_owned(), shown: reason.clone() });
    let acts = vec![Act::Return { round, target, reason }];
    let files = record.content.files();
    let message = format!("已{words}");
    FormIntent { record, acts, blobs: Vec::new(), done: Done::Nothing, message }.checked(
        look,
        words.to_owned(),
        fields,
        files,
    )
}
