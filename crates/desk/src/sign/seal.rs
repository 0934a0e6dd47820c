//! 核准定稿: on the sealing PC, with a number where the form has none.

use qianban_catalog::{Content, Moment, gates};

use super::act::Act;
use super::intent::{Done, FormIntent, Intent, demand, key_fields, trust_round};
use super::submit::next_number;
use crate::record::{Look, Record};
use crate::{Code, Refused, api};

pub(crate) fn intent(look: Look<'_>, form: &str) -> Result<Intent, Refused> {
    let record = Record::read(look, form)?;
    let signed = record.signed()?;
    let round = record.round().map(|round| round.round).ok_or(Code::SignNotTurn)?;
    let registry = record.registry()?;
    let number = match &signed.view.number {
        Some(_) => None,
        None => next_number(look, &record, registry)?,
    };
    let basis = signed.basis();
    let act = Act::Seal { round, number: number.clone(), basis };
    let event = act.clone().event(&signed.log, &record.chain, signed.view.canonical, look.author()?)?;
    signed.log.would_be_legal(&event, &record.chain)?;
    trust_round(look, &record)?;
    demand(gates(&record.definition, &Moment::Seal, &Content::new(), &record.context))?;
    let numbered = registry.policy(record.def).is_some_and(|policy| policy.series.is_some());
    if numbered && number.is_none() && signed.view.number.is_none() {
        return Err(Code::SignNoNumber.into());
    }
    let mut fields = key_fields(&record, record.round().map(|round| round.content))?;
    let given = number.or_else(|| signed.view.number.clone());
    fields
        .extend(given.map(|number| api::ShownField { label: "编号".to_owned(), shown: number.to_string() }));
    let files = record.content.files();
    FormIntent {
        record,
        acts: vec![act],
        blobs: Vec::new(),
        done: Done::Nothing,
        message: "已核准定稿".to_owned(),
    }
    .checked(look, "核准定稿".to_owned(), fields, files)
}
