//! `workbench`, `ledgers`, `ledger_list`: where forms are found.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use qianban_journal::{FormId, FormStatus, Ledger, Registry, Target};
use qianban_store::{FormRow, Listed, Reader};

use crate::api::{
    LedgerBrief, LedgerPage, LedgerQuery, LedgerRow, Ledgers, Nothing, Workbench, WorkbenchList,
};
use crate::desk::Sitting;
use crate::opened::Opened;
use crate::record::{Look, Record};
use crate::show::{offers, page};
use crate::sign::approve::absent;
use crate::text::{self, SEARCH_CHARS_MAX};
use crate::watch::{self, ROWS_MAX};
use crate::{Code, Desk, Refused, ambient, api, duty, forms, names, setting};

/// Rows of a page of forms.
pub(crate) const LIMIT_MAX: u32 = 200;

/// A page of forms, newest first; with a text, a search.
pub(crate) fn ledger(desk: &Desk, request: LedgerQuery) -> Result<LedgerPage, Refused> {
    let Sitting { opened, .. } = desk.sitting()?;
    if !(1..=LIMIT_MAX).contains(&request.limit) {
        return Err(Code::LimitBad.into());
    }
    let query = qianban_store::LedgerQuery {
        ledger: request.ledger.map(Ledger),
        text: text::optional("搜索词", &request.text, SEARCH_CHARS_MAX)?,
        status: request.status.map(status).transpose()?,
        year: request.year,
        before: request.cursor.map(|cursor| cursor.parse()).transpose().map_err(|_| Code::CursorBad)?,
        limit: request.limit,
        ..qianban_store::LedgerQuery::default()
    };
    opened.store.read(|reader| {
        let found = reader.ledger_page(&query)?;
        let registry = Opened::registry(reader.registry())?;
        let rows = found.rows.iter().map(|found| row(desk, &opened, reader, registry, found)).collect();
        Ok(LedgerPage { rows, cursor: found.next.map(|key| key.to_string()) })
    })
}

/// A state to filter by, whatever its step.
fn status(status: api::FormStatus) -> Result<FormStatus, Refused> {
    Ok(match status {
        api::FormStatus::Draft => FormStatus::Draft,
        api::FormStatus::Pending => FormStatus::Pending(0),
        api::FormStatus::Returned => FormStatus::Returned(Target::Drafter),
        api::FormStatus::Approved => FormStatus::Approved,
        api::FormStatus::Sealed => FormStatus::Sealed,
        api::FormStatus::Closed => FormStatus::Closed,
        api::FormStatus::Rejected => FormStatus::Rejected,
        api::FormStatus::Opaque => return Err(Code::FormOpaque.into()),
    })
}

/// A form as lists show it.
pub(crate) fn row(
    desk: &Desk,
    opened: &Opened,
    reader: &Reader<'_>,
    registry: Registry<'_>,
    row: &FormRow,
) -> LedgerRow {
    let here = ambient::office(desk.ambient().now());
    let status = page::status_of(row.status);
    let title = match (row.title.is_empty(), row.definition) {
        (true, Some(def)) => {
            opened.definitions.get(def, reader).map(|known| known.title.clone()).unwrap_or_default()
        }
        _ => row.title.clone(),
    };
    LedgerRow {
        form: row.form.to_string(),
        number: row.number.as_ref().map_or_else(|| row.working_number.clone(), ToString::to_string),
        title,
        summary: row.summary.clone(),
        unit: registry.unit(row.unit).map(|unit| unit.name.clone()).unwrap_or_default(),
        person: names::person(registry, row.submitter.unwrap_or(row.creator)),
        status,
        status_text: status_text(opened, reader, row),
        changed_at: ambient::rfc3339(ambient::from_ms(row.changed_ms, here)),
    }
}

/// The state in words; of a form under way, the step that waits.
pub(crate) fn status_text(opened: &Opened, reader: &Reader<'_>, row: &FormRow) -> String {
    let step = match row.status {
        FormStatus::Pending(step) => Some(step),
        _ => None,
    };
    let title = step.zip(row.definition).and_then(|(step, def)| {
        let definition = opened.definitions.get(def, reader).ok()?;
        // Where every step is in every plan, the place in the plan is the place in the definition.
        let fixed = definition.steps.iter().all(|step| step.when.is_none());
        definition.steps.get(usize::from(step)).filter(|_| fixed).map(|step| format!("待{}", step.title))
    });
    title.unwrap_or_else(|| page::short(page::status_of(row.status)).to_owned())
}

/// The ledgers of the bureau with their counts.
pub(crate) fn ledgers(desk: &Desk, _: Nothing) -> Result<Ledgers, Refused> {
    let Sitting { opened, .. } = desk.sitting()?;
    opened.store.read(|reader| {
        let counts = reader.ledger_counts()?;
        let given = reader.number_years()?;
        let registry = Opened::registry(reader.registry())?;
        let count =
            |ledger: &Ledger| counts.iter().find(|(known, _)| known == ledger).map_or(0, |(_, count)| *count);
        let mut ledgers: Vec<LedgerBrief> = registry
            .ledgers()
            .map(|(ledger, record)| LedgerBrief {
                ledger: ledger.as_str().to_owned(),
                title: record.title.clone(),
                forms: count(ledger),
                years: years(registry, ledger, &given),
            })
            .collect();
        ledgers.sort_by(|a, b| a.title.cmp(&b.title));
        Ok(Ledgers { ledgers })
    })
}

/// The years of the numbers of a ledger, newest first.
fn years(registry: Registry<'_>, ledger: &Ledger, given: &[(String, u16)]) -> Vec<u16> {
    let kept = registry.definitions().filter(|(_, policy, _)| policy.ledger == *ledger);
    let series: BTreeSet<&String> = kept.filter_map(|(_, policy, _)| policy.series.as_ref()).collect();
    let years: BTreeSet<u16> =
        given.iter().filter(|(of, _)| series.contains(of)).map(|(_, year)| *year).collect();
    years.into_iter().rev().collect()
}

/// The lists of which the workbench shows a part.
#[derive(Default)]
struct Cut(Vec<WorkbenchList>);

impl Cut {
    /// The rows of a list; a list with more is remembered.
    fn rows<T>(&mut self, list: WorkbenchList, listed: Listed<T>) -> Vec<T> {
        self.0.extend(listed.more.then_some(list));
        listed.rows
    }
}

/// What must I do now.
pub(crate) fn workbench(desk: &Desk, _: Nothing) -> Result<Workbench, Refused> {
    let Sitting { opened, person } = desk.sitting()?;
    opened.store.read(|reader| {
        let look = Look { opened: &opened, reader, person, ambient: desk.ambient() };
        let registry = Opened::registry(reader.registry())?;
        let shown = |found: &FormRow| row(desk, &opened, reader, registry, found);
        let calendar = setting::calendar(&setting::settings(registry), reader);
        let mut cut = Cut::default();
        let (mine, to_do) = my_turn(look, registry, &mut cut)?;
        let returned = returned(look)?;
        let under_way = under_way(look)?;
        Ok(Workbench {
            mine: mine.iter().map(shown).collect(),
            returned: cut.rows(WorkbenchList::Returned, returned).iter().map(shown).collect(),
            drafts: cut.rows(WorkbenchList::Drafts, drafts(look, &shown)?),
            to_do: to_do.iter().map(shown).collect(),
            under_way: cut.rows(WorkbenchList::UnderWay, under_way).iter().map(shown).collect(),
            findings: u32::try_from(reader.findings()?.len()).unwrap_or(u32::MAX),
            duties: cut.rows(WorkbenchList::Duties, duty::owed(look, &calendar)?),
            owed: cut.rows(WorkbenchList::Owed, watch::follows_owed(look, &shown)?),
            clocks: cut.rows(WorkbenchList::Clocks, watch::clocks_due(look, &shown)?),
            alerts: cut.rows(WorkbenchList::Alerts, watch::warnings(look, &shown)?),
            cut: cut.0,
            unreadable: forms::unreadable(look, registry),
            unknown_years: setting::unknown_years(&calendar, look.now().date_naive()),
        })
    })
}

/// Forms whose next signature, and forms whose next deed, is that of the person at the desk; oldest first.
fn my_turn(
    look: Look<'_>,
    registry: Registry<'_>,
    cut: &mut Cut,
) -> Result<(Vec<FormRow>, Vec<FormRow>), Refused> {
    let mut roles = registry.roles_of(look.person);
    roles.extend(absent(look, registry).into_iter().flat_map(|absent| registry.roles_of(absent)));
    let mut open = look.reader.open_steps(roles)?;
    open.rows.dedup_by_key(|step| step.row.form);
    let (mut mine, mut to_do) = (Vec::new(), Vec::new());
    for step in open.rows {
        if mine.len() + to_do.len() == ROWS_MAX {
            open.more = true;
            break;
        }
        match mine_now(look, step.row.form)? {
            Mine::Sign => mine.push(step.row),
            Mine::Do => to_do.push(step.row),
            Mine::No => {}
        }
    }
    if open.more {
        cut.0.extend([WorkbenchList::Mine, WorkbenchList::ToDo]);
    }
    Ok((mine, to_do))
}

/// Forms that came back to the person at the desk, newest first.
fn returned(look: Look<'_>) -> Result<Listed<FormRow>, Refused> {
    let edits = look.reader.open_edits(look.person)?;
    let back = edits.rows.into_iter().filter(|row| matches!(row.status, FormStatus::Returned(_)));
    let listed = Listed::cut(back.collect(), ROWS_MAX);
    Ok(Listed { more: listed.more || edits.more, ..listed })
}

/// Forms that the person at the desk sent and that are on their way, newest first.
fn under_way(look: Look<'_>) -> Result<Listed<FormRow>, Refused> {
    let (mut rows, mut more) = (Vec::new(), false);
    for status in [FormStatus::Pending(0), FormStatus::Approved] {
        let submitter = Some(look.person);
        let query = qianban_store::LedgerQuery { submitter, status: Some(status), ..Default::default() };
        let page = look.reader.ledger_page(&query)?;
        rows.extend(page.rows);
        more |= page.next.is_some();
    }
    rows.sort_by_key(|row| Reverse(row.key));
    let listed = Listed::cut(rows, ROWS_MAX);
    Ok(Listed { more: listed.more || more, ..listed })
}

enum Mine {
    Sign,
    Do,
    No,
}

/// Whether this very person may take the open step: the store knows roles, the journal knows people.
fn mine_now(look: Look<'_>, form: FormId) -> Result<Mine, Refused> {
    let Some(record) = Record::readable(look, &form.to_string())? else { return Ok(Mine::No) };
    let offers = offers::all(look, &record)?;
    let offered = |kinds: &[api::OfferKind]| offers.iter().any(|offer| kinds.contains(&offer.action));
    if offered(&[api::OfferKind::Approve, api::OfferKind::ApproveInk, api::OfferKind::Seal]) {
        return Ok(Mine::Sign);
    }
    if offered(&[api::OfferKind::Submit]) {
        return Ok(Mine::Sign);
    }
    let owed: Vec<String> = qianban_catalog::open_tables(&record.definition, &record.context)
        .iter()
        .map(|table| table.name.clone())
        .collect();
    let waits = |offer: &api::ActionOffer| match offer.action {
        api::OfferKind::Entry => offer.place.as_ref().is_some_and(|place| owed.contains(place)),
        api::OfferKind::Close => owed.is_empty(),
        _ => false,
    };
    Ok(if offers.iter().any(waits) { Mine::Do } else { Mine::No })
}

/// Unsigned work of this person, newest first.
fn drafts(look: Look<'_>, shown: &dyn Fn(&FormRow) -> LedgerRow) -> Result<Listed<LedgerRow>, Refused> {
    let mut listed = Vec::new();
    for draft in look.reader.drafts(look.person)? {
        if listed.len() > ROWS_MAX {
            break;
        }
        let changed_at = ambient::rfc3339(ambient::from_ms(draft.saved_ms, look.now()));
        if let Ok(form) = draft.form.parse::<FormId>() {
            let row = look.reader.form_row(form)?;
            listed.extend(row.map(|row| LedgerRow { changed_at, ..shown(&row) }));
            continue;
        }
        // A form that was opened and never written in holds the name of its definition alone.
        if look.reader.draft_keys(look.person, &draft.form)?.len() < 2 {
            continue;
        }
        let Ok(record) = Record::read(look, &draft.form) else { continue };
        let registry = record.registry()?;
        let lines = qianban_catalog::summary(
            &record.definition,
            &record.content.values,
            &names::RegistryNames(registry),
            qianban_catalog::Privacy::Masked,
        );
        listed.push(LedgerRow {
            form: draft.form,
            number: String::new(),
            title: record.definition.title.clone(),
            summary: lines.into_iter().map(|(_, words)| words).collect::<Vec<_>>().join(" · "),
            unit: String::new(),
            person: names::person(registry, look.person),
            status: api::FormStatus::Draft,
            status_text: "草稿".to_owned(),
            changed_at,
        });
    }
    Ok(Listed::cut(listed, ROWS_MAX))
}
