//! All that the form page shows.

use qianban_journal::{FormStatus, Next, Registry, Target};

use super::section::Sheet;
use super::{clocks, findings, follows, grid, history, leaves, links, offers, steps, tables};
use crate::listing::Scene;
use crate::part::{scan_key, scans};
use crate::record::{Look, Record};
use crate::{Refused, ambient, api, forms, names, plans};

/// The page of a form for the person at the desk.
pub(crate) fn of(look: Look<'_>, record: &Record) -> Result<api::FormPage, Refused> {
    let offers = offers::all(look, record)?;
    let places = |kinds: &[api::OfferKind]| -> Vec<String> {
        offers
            .iter()
            .filter(|offer| kinds.contains(&offer.action))
            .filter_map(|offer| offer.place.clone())
            .collect()
    };
    let may_sign = places(&[api::OfferKind::Approve, api::OfferKind::ApproveInk]);
    let view = record.view();
    let saved_ms = record.content.saved_ms;
    Ok(api::FormPage {
        form: record.key.clone(),
        definition: brief(record, look)?,
        number: view.and_then(|view| view.number.as_ref()).map(ToString::to_string),
        working_number: view.map(|view| view.working_number.clone()),
        status: status(record),
        status_text: status_text(record),
        content: content(look, record)?,
        leaves: leaves::all(look, record)?,
        steps: steps::all(look, record, &may_sign)?,
        tables: tables::all(look, record, &places(&[api::OfferKind::Entry]))?,
        links: links::all(look, record)?,
        grid: grid::rows(&record.definition),
        history: history::rows(look, record)?,
        findings: found(look, record)?,
        next: next(record)?,
        clocks: clocks::all(look, record),
        tickers: clocks::reports(record),
        gauges: clocks::values(record),
        alerts: clocks::warnings(look, record)?,
        follows: follows::all(look, record)?,
        copies: record.definition.slip.copies.clone(),
        saved_at: saved_ms.map(|ms| ambient::rfc3339(ambient::from_ms(ms, look.now()))),
        actions: offers,
    })
}

/// The content as the screen takes it, with the signed sheets that wait to be recorded.
fn content(look: Look<'_>, record: &Record) -> Result<api::SectionView, Refused> {
    let sheet = Sheet {
        definition: &record.definition,
        of: api::Section::Content,
        part: &record.content,
        context: &record.context,
        registry: record.registry()?,
        editable: record.drafting,
    };
    let mut view = sheet.view();
    let waiting = look.reader.draft_attachments(&scan_key(look.person, &record.key))?;
    view.attachments.extend(scans(&waiting));
    Ok(view)
}

fn brief(record: &Record, look: Look<'_>) -> Result<api::DefinitionBrief, Refused> {
    let registry = record.registry()?;
    Ok(forms::brief(registry, record.def, &record.definition, look.person))
}

fn found(look: Look<'_>, record: &Record) -> Result<Vec<api::FindingView>, Refused> {
    let Some(signed) = &record.signed else { return Ok(Vec::new()) };
    let mut listed: Vec<api::FindingView> = signed.view.findings.iter().map(findings::of).collect();
    let ahead = signed.log.ahead_of(look.ambient.now_ms());
    listed.extend(ahead.iter().map(findings::of));
    let falls = look.reader.falls(signed.form)?;
    listed.extend(
        falls
            .iter()
            .filter(|fall| findings::is_surprising(&signed.log, &signed.view, fall))
            .map(findings::of),
    );
    let registry = record.registry()?;
    let scene = Scene { registry, here: look.reader, linked: &look.opened.linked };
    let judged = crate::listing::findings(&record.definition, &signed.log, &signed.view, &scene);
    listed.extend(judged.iter().map(findings::of));
    Ok(listed)
}

/// The state for lists and colours.
pub(crate) fn status(record: &Record) -> api::FormStatus {
    record.view().map_or(api::FormStatus::Draft, |view| status_of(view.status))
}

/// The journal's state as the screen takes it.
pub(crate) fn status_of(status: FormStatus) -> api::FormStatus {
    match status {
        FormStatus::Draft => api::FormStatus::Draft,
        FormStatus::Returned(_) => api::FormStatus::Returned,
        FormStatus::Pending(_) => api::FormStatus::Pending,
        FormStatus::Approved => api::FormStatus::Approved,
        FormStatus::Rejected => api::FormStatus::Rejected,
        FormStatus::Sealed => api::FormStatus::Sealed,
        FormStatus::Closed => api::FormStatus::Closed,
    }
}

/// The state in words, such as 「待主管处室审核」.
fn status_text(record: &Record) -> String {
    let Some(view) = record.view() else { return "草稿".to_owned() };
    let step = |place: u8| {
        let keys = record.step_keys();
        let step = keys.get(usize::from(place)).and_then(|key| record.definition.step(key));
        step.map_or_else(|| format!("第 {} 步", place + 1), |step| step.title.clone())
    };
    match view.status {
        FormStatus::Pending(place) => format!("待{}", step(place)),
        FormStatus::Returned(Target::Step(place)) => format!("已退回到{}", step(place)),
        FormStatus::Returned(_) => "已退回起草人".to_owned(),
        other => short(status_of(other)).to_owned(),
    }
}

/// A state in one word.
pub(crate) fn short(status: api::FormStatus) -> &'static str {
    match status {
        api::FormStatus::Draft => "草稿",
        api::FormStatus::Pending => "签批中",
        api::FormStatus::Returned => "已退回",
        api::FormStatus::Approved => "待定稿",
        api::FormStatus::Sealed => "已定稿",
        api::FormStatus::Closed => "已办结",
        api::FormStatus::Rejected => "已作废",
        api::FormStatus::Opaque => "需新版本",
    }
}

/// 「下一步由谁办」.
fn next(record: &Record) -> Result<Vec<String>, Refused> {
    let registry = record.registry()?;
    let Some(view) = record.view() else { return Ok(vec!["填写人送签".to_owned()]) };
    Ok(match &view.next {
        Next::Nobody => Vec::new(),
        Next::Editors => {
            let editors: Vec<String> = view.editors.iter().map(|id| names::person(registry, *id)).collect();
            vec![format!("填写人 {} 修改后重新送签", editors.join("、"))]
        }
        Next::Step { roles, units, .. } => {
            vec![format!("{}:{}", plans::role_titles(roles).join("或"), holders(registry, roles, units))]
        }
        Next::Resubmit { roles, units, .. } => {
            vec![format!(
                "{}重新送签：{}",
                plans::role_titles(roles).join("或"),
                holders(registry, roles, units)
            )]
        }
        Next::Registrar { .. } => vec!["台账登记员核准定稿".to_owned()],
        Next::Tables(tables) => {
            let owed: Vec<&str> = qianban_catalog::open_tables(&record.definition, &record.context)
                .iter()
                .map(|table| table.name.as_str())
                .collect();
            let title = |name: &String| {
                let table = record.definition.table(name)?;
                let roles: Vec<String> = table.roles.iter().map(|code| crate::role::title(code)).collect();
                Some(format!("{}:{}", table.title, roles.join("或")))
            };
            let waiting: Vec<String> =
                tables.iter().filter(|name| owed.contains(&name.as_str())).filter_map(title).collect();
            if waiting.is_empty() { vec!["登记办结".to_owned()] } else { waiting }
        }
    })
}

/// The people who hold one of the roles for one of the units.
fn holders(
    registry: Registry<'_>,
    roles: &[qianban_journal::Role],
    units: &[qianban_journal::UnitId],
) -> String {
    let mut held = Vec::new();
    for role in roles {
        for unit in units {
            for id in registry.holders(role, *unit) {
                let name = names::person(registry, id);
                if !held.contains(&name) {
                    held.push(name);
                }
            }
        }
    }
    if held.is_empty() { "(名册中无人)".to_owned() } else { held.join("、") }
}
