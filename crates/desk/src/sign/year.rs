//! 年度结转: the old year is closed; what is not finished goes on, each form by name.

use std::collections::BTreeSet;

use qianban_journal::{Change, digest};

use super::intent::Intent;
use super::registry::Draft;
use crate::api::ShownField;
use crate::record::Look;
use crate::use_case::year::{current, unfinished};
use crate::{Code, Refused, year};

/// Closes a year before the current one.
///
/// # Errors
/// [`Code::YearNotOver`], [`Code::YearClosed`], [`Code::YearEmpty`] for a year without forms, or too much open work.
pub(crate) fn close(look: Look<'_>, asked: u16) -> Result<Intent, Refused> {
    let mut draft = Draft::begin(look)?;
    if asked >= current(look.now()) {
        return Err(Refused::about(Code::YearNotOver, asked));
    }
    if draft.registry.setting(&year::key(asked)).is_some() {
        return Err(Refused::about(Code::YearClosed, asked));
    }
    if !look.reader.years()?.contains(&asked) {
        return Err(Refused::about(Code::YearEmpty, asked));
    }
    let open = unfinished(look.reader, draft.registry, |year| year == asked)?;
    let carried: BTreeSet<String> = open.iter().map(|row| row.form.to_string()).collect();
    let bytes = year::list(&carried)?;
    draft.changes.push(Change::Setting { key: year::key(asked), value: digest(&bytes).to_string() });
    draft.blobs.push(bytes);
    let mut fields = vec![
        ShownField { label: "年度".to_owned(), shown: asked.to_string() },
        ShownField { label: "未办结结转".to_owned(), shown: format!("{} 张", open.len()) },
    ];
    fields.extend(open.iter().map(|row| ShownField {
        label: row.number.as_ref().map_or_else(|| row.working_number.clone(), ToString::to_string),
        shown: format!("{} {}", row.title, row.summary).trim().to_owned(),
    }));
    draft.finish("年度结转", format!("已结转 {asked} 年度"), fields)
}
