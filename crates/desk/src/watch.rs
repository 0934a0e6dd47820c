//! What the workbench watches over many forms: clocks that are late or soon due, forms that are called for, warnings.
//! The marks of the forms say where to look.

use qianban_store::{Concern, FormRow, Listed};

use crate::opened::Opened;
use crate::record::{Look, Record};
use crate::show::{clocks, follows};
use crate::{Refused, api, forms, marks};

/// Rows of one list.
pub(crate) const ROWS_MAX: usize = 100;
/// Days after its last change in which a sealed form still warns.
const WARNING_DAYS: i64 = 31;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// A form in a list.
pub(crate) type Shown<'a> = &'a dyn Fn(&FormRow) -> api::LedgerRow;

/// Clocks and reports of the forms for which the person who looks answers: those that are late, the latest first, then
/// those soon due. Of many forms those are looked into whose clocks were to end first.
pub(crate) fn clocks_due(look: Look<'_>, shown: Shown<'_>) -> Result<Listed<api::RunningClock>, Refused> {
    let mut due = Vec::new();
    let forms = look.reader.marked(marks::CLOCK, &concerns(look)?)?;
    for row in &forms.rows {
        let Some(record) = Record::readable(look, &row.form.to_string())? else { continue };
        let clocks = clocks::all(look, &record).into_iter().chain(clocks::reports_due(&record));
        let pressing = clocks.filter(|clock| clock.soon || clock.standing == api::ClockStanding::Overdue);
        due.extend(pressing.map(|clock| api::RunningClock { row: shown(row), clock }));
    }
    due.sort_by(|a, b| {
        let key = |due: &api::RunningClock| (due.clock.soon, due.clock.due.clone());
        key(a).cmp(&key(b))
    });
    let listed = Listed::cut(due, ROWS_MAX);
    Ok(Listed { more: listed.more || forms.more, ..listed })
}

/// Forms that wait for one that they call for, newest first.
pub(crate) fn follows_owed(look: Look<'_>, shown: Shown<'_>) -> Result<Listed<api::OwedFollow>, Refused> {
    let registry = Opened::registry(look.reader.registry())?;
    let (mut owed, mut more) = (Vec::new(), false);
    for (_, definition) in forms::in_use(look, registry) {
        for follow in definition.follows.iter().filter(|follow| follow.owed) {
            // Only those who may begin it have it to do.
            let Some(start) = follows::start(look, follow)? else { continue };
            let waiting = look.reader.marked_unlinked(&marks::follow(&definition, follow), &follow.slot)?;
            more |= waiting.more;
            owed.extend(waiting.rows.iter().map(|row| {
                let (key, title) = (follow.key.clone(), follow.title.clone());
                (row.key, api::OwedFollow { row: shown(row), key, title, start: Some(start.clone()) })
            }));
        }
    }
    owed.sort_by_key(|(place, _)| std::cmp::Reverse(*place));
    let listed = Listed::cut(owed.into_iter().map(|(_, owed)| owed).collect(), ROWS_MAX);
    Ok(Listed { more: listed.more || more, ..listed })
}

/// Warnings of the forms for which the person who looks answers, newest form first.
pub(crate) fn warnings(look: Look<'_>, shown: Shown<'_>) -> Result<Listed<api::FormAlert>, Refused> {
    let since = look.ambient.now_ms() - WARNING_DAYS * DAY_MS;
    let mut warnings = Vec::new();
    let forms = look.reader.marked_lately(marks::ALERT, &concerns(look)?, since)?;
    for row in &forms.rows {
        let Some(record) = Record::readable(look, &row.form.to_string())? else { continue };
        let alerts = clocks::warnings(look, &record)?.into_iter();
        warnings.extend(alerts.map(|alert| api::FormAlert { row: shown(row), message: alert.message }));
    }
    let listed = Listed::cut(warnings, ROWS_MAX);
    Ok(Listed { more: listed.more || forms.more, ..listed })
}

fn concerns(look: Look<'_>) -> Result<Vec<Concern>, Refused> {
    Ok(forms::concerns(Opened::registry(look.reader.registry())?, look.person))
}
