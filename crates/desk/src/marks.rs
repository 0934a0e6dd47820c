//! Marks: what the workbench finds forms by, kept by the store with the other derived rows of a form. A function of the
//! form's events and of the registry that they knew; whatever also depends on the clock is decided when it is shown.

use chrono::NaiveDateTime;
use qianban_catalog::{
    ClockNow, Content, Context, Definition, Duty, Follow, Links, Rows, Tally, TickStanding, WorkCalendar,
    clocks, covered, follows, tickers, typed,
};
use qianban_journal::{Blobs, FormLog, FormStatus, FormView, Phase, Registry};

use crate::{counted, listing, setting};

/// A clock of the form runs, or it owes reports; the value is when the first of them is due, as the last event knew it.
pub(crate) const CLOCK: &str = "clock";
/// When what is never due is due: after everything else.
const NEVER: &str = "9999";
/// The form may have something to warn of.
pub(crate) const ALERT: &str = "alert";

/// Forms of a definition that call for another form.
pub(crate) fn follow(definition: &Definition, follow: &Follow) -> String {
    format!("follow/{}/{}", definition.id, follow.key)
}

/// Records of a definition for a duty; the value is the day that a record stands for.
pub(crate) fn duty(definition: &Definition, duty: &Duty) -> String {
    format!("duty/{}/{}", definition.id, duty.key)
}

/// Forms of a definition that count; the value is what they agree in.
pub(crate) fn tally(definition: &Definition, tally: &Tally) -> String {
    format!("tally/{}/{}", definition.id, tally.key)
}

/// The value under which a content counts for a tally.
pub(crate) fn agreed(tally: &Tally, content: &Content) -> String {
    content.get(&tally.by).map(typed).unwrap_or_default()
}

/// The marks of a form.
pub(crate) fn of(
    definition: &Definition,
    content: &Content,
    links: Links,
    log: &FormLog,
    view: &FormView,
    registry: Registry<'_>,
    blobs: &dyn Blobs,
) -> Vec<(String, String)> {
    let nothing = definition.clocks.is_empty()
        && definition.tickers.is_empty()
        && definition.alerts.is_empty()
        && definition.follows.is_empty()
        && definition.duties.is_empty()
        && definition.tallies.is_empty();
    if nothing || view.status == FormStatus::Rejected {
        return Vec::new();
    }
    let context = context(definition, content, links, log, view, registry, blobs);
    let open = view.phase != Phase::Closed;
    let mut marks = Vec::new();
    if open {
        marks.extend(due(definition, &context).map(|due| (CLOCK.to_owned(), due)));
    }
    if open && !definition.alerts.is_empty() {
        marks.push((ALERT.to_owned(), String::new()));
    }
    let sealed = matches!(view.phase, Phase::Sealed | Phase::Closed);
    let called = follows(definition, &context, sealed, !open);
    marks.extend(called.into_iter().map(|called| (follow(definition, called), String::new())));
    if view.phase != Phase::Drafting {
        let day = |owed| Some((duty(definition, owed), covered(definition, owed, content)?.to_string()));
        marks.extend(definition.duties.iter().filter_map(day));
    }
    let counting =
        definition.tallies.iter().filter(|tally| qianban_catalog::counted(definition, tally, &context));
    marks.extend(counting.map(|counts| (tally(definition, counts), agreed(counts, content))));
    marks
}

/// When the first of the clocks that run and the reports to come is due, without holidays; none where nothing runs.
fn due(definition: &Definition, context: &Context) -> Option<String> {
    let running = |now: &ClockNow<'_>| now.term.start.is_some() && now.term.stop.is_none();
    let clocks = clocks(definition, context, &WorkCalendar::default());
    let clocks = clocks.iter().filter(|now| running(now)).map(|now| now.reading.due);
    let tickers = tickers(definition, context);
    let ticks = tickers.iter().flat_map(|now| &now.ticks.ticks);
    let reports = ticks.filter(|tick| tick.standing == TickStanding::Next).map(|tick| Some(tick.due));
    let words = |due: Option<NaiveDateTime>| due.map_or_else(|| NEVER.to_owned(), |due| due.to_string());
    clocks.chain(reports).map(words).min()
}

/// The form as its last event left it.
fn context(
    definition: &Definition,
    content: &Content,
    links: Links,
    log: &FormLog,
    view: &FormView,
    registry: Registry<'_>,
    blobs: &dyn Blobs,
) -> Context {
    let keys = counted::step_keys(definition, content);
    let steps = view
        .primary_round()
        .map_or_else(Rows::new, |round| counted::steps(definition, &keys, round, blobs, |_| true));
    let entries = counted::entries(definition, view, blobs, |_| true);
    let last = view.events.iter().max_by_key(|event| (event.wall, event.id));
    let event = last.and_then(|last| log.event(last.id));
    let registry = registry.version(event.map_or(registry.number(), |event| event.epoch.number));
    let settings = setting::settings(registry);
    let facts = event.map(|event| listing::facts(event, registry, &settings)).unwrap_or_default();
    Context { links, ..counted::context(content.clone(), steps, entries, settings, facts) }
}
