//! What the workbench watches over many forms: clocks that are late or soon due, forms that are called for, warnings.
//! The marks of the forms say where to look.

use qianban_store::FormRow;

use crate::opened::Opened;
use crate::record::{Look, Record};
use crate::show::{clocks, follows};
use crate::{Code, Refused, api, forms, marks};

/// Rows of one list.
const ROWS_MAX: usize = 100;
/// Forms that are looked into for one list.
const FORMS_MAX: usize = 200;
/// Days after its last change in which a sealed form still warns.
const WARNING_DAYS: i64 = 31;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// A form in a list.
pub(crate) type Shown<'a> = &'a dyn Fn(&FormRow) -> api::LedgerRow;

/// Clocks and reports that are late, the latest first, then those soon due.
pub(crate) fn clocks_due(look: Look<'_>, shown: Shown<'_>) -> Result<Vec<api::RunningClock>, Refused> {
    let mut due = Vec::new();
    for row in mine(look, look.reader.marked(marks::CLOCK)?)?.iter().take(FORMS_MAX) {
        let Some(record) = readable(look, row)? else { continue };
        let clocks = clocks::all(look, &record).into_iter().chain(clocks::reports_due(&record));
        let pressing = clocks.filter(|clock| clock.soon || clock.standing == api::ClockStanding::Overdue);
        due.extend(pressing.map(|clock| api::RunningClock { row: shown(row), clock }));
    }
    due.sort_by(|a, b| {
        let key = |due: &api::RunningClock| (due.clock.soon, due.clock.due.clone());
        key(a).cmp(&key(b))
    });
    due.truncate(ROWS_MAX);
    Ok(due)
}

/// Forms that wait for one that they call for, newest first.
pub(crate) fn follows_owed(look: Look<'_>, shown: Shown<'_>) -> Result<Vec<api::OwedFollow>, Refused> {
    let registry = Opened::registry(look.reader.registry())?;
    let mut owed = Vec::new();
    for (def, ..) in registry.definitions().filter(|(_, _, active)| *active) {
        let definition = look.opened.definitions.get(def, look.reader)?;
        for follow in definition.follows.iter().filter(|follow| follow.owed) {
            // Only those who may begin it have it to do.
            let Some(start) = follows::start(look, follow)? else { continue };
            let waiting = look.reader.marked_unlinked(&marks::follow(&definition, follow), &follow.slot)?;
            owed.extend(waiting.iter().take(ROWS_MAX).map(|row| {
                let (key, title) = (follow.key.clone(), follow.title.clone());
                (row.key, api::OwedFollow { row: shown(row), key, title, start: Some(start.clone()) })
            }));
        }
    }
    owed.sort_by_key(|(place, _)| std::cmp::Reverse(*place));
    Ok(owed.into_iter().map(|(_, owed)| owed).take(ROWS_MAX).collect())
}

/// Forms that warn, newest first.
pub(crate) fn warnings(look: Look<'_>, shown: Shown<'_>) -> Result<Vec<api::FormAlert>, Refused> {
    let fresh = look.ambient.now_ms() - WARNING_DAYS * DAY_MS;
    let mut warnings = Vec::new();
    for row in mine(look, look.reader.marked(marks::ALERT)?)?.iter().take(FORMS_MAX) {
        if row.sealed_ms.is_some() && row.changed_ms < fresh {
            continue;
        }
        let Some(record) = readable(look, row)? else { continue };
        let alerts = clocks::warnings(look, &record)?.into_iter();
        warnings.extend(alerts.map(|alert| api::FormAlert { row: shown(row), message: alert.message }));
    }
    warnings.truncate(ROWS_MAX);
    Ok(warnings)
}

/// Forms for which the person who looks answers.
fn mine(look: Look<'_>, rows: Vec<FormRow>) -> Result<Vec<FormRow>, Refused> {
    let registry = Opened::registry(look.reader.registry())?;
    let answers = |row: &FormRow| {
        row.definition.is_some_and(|def| forms::answers_for(registry, def, look.person, row.unit))
    };
    Ok(rows.into_iter().filter(answers).collect())
}

/// The form, unless its definition is not here: it is listed in its ledger then and cannot be worked on.
fn readable(look: Look<'_>, row: &FormRow) -> Result<Option<Record>, Refused> {
    match Record::read(look, &row.form.to_string()) {
        Ok(record) => Ok(Some(record)),
        Err(refused) if refused.code() == Code::DefinitionUnknown => Ok(None),
        Err(refused) => Err(refused),
    }
}
