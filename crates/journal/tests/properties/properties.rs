//! Properties of `journal.md` that one view, or two of them, show.

use crate::compare::{Verdict, status};
use crate::naive::{Ids, Naive, Status, reading};
use qianban_journal::{Finding, FormLog, FormView, Kind};

pub fn ensure(holds: bool, what: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { Err(what()) }
}

/// P3 and P14: after one more event no status is lower, and after an Entry none has changed.
pub fn rises(before: &FormView, after: &FormView, kind: Kind) -> Verdict {
    for round in &before.rounds {
        let now = after.round(round.round).ok_or_else(|| format!("P3: round {} is gone", round.round))?;
        ensure(round.status <= now.status, || {
            format!("P3: {} fell from {:?} to {:?}", round.round, round.status, now.status)
        })?;
        ensure(kind != Kind::Entry || round.status == now.status, || {
            format!("P14: an Entry moved {}", round.round)
        })?;
    }
    ensure(kind != Kind::Entry || before.rounds.len() == after.rounds.len(), || {
        "P14: an Entry made a round".into()
    })
}

/// P5.
pub fn counted_is_bound(log: &FormLog, view: &FormView) -> Verdict {
    for round in &view.rounds {
        let submit = log.event(round.round).ok_or("P5: a round without Submit")?;
        for approve in round.approves.iter().filter(|a| a.effective) {
            let event = log.event(approve.id).ok_or("P5: unknown approve")?;
            let origin = event.round.and_then(|r| log.event(r)).ok_or("P5: approve of no round")?;
            let bound = event.round == Some(round.round) || reading::carry(submit).contains(&approve.id);
            let equal = event.rev == submit.rev && event.content == submit.content && event.def == submit.def;
            ensure(bound && equal && origin.plan == submit.plan, || {
                format!("P5: {} counts in {} without being for it", approve.id, round.round)
            })?;
        }
    }
    Ok(())
}

/// P6.
pub fn no_lost_revision(naive: &Naive, view: &FormView) -> Verdict {
    let effective = |kind: Kind| view.events.iter().filter(move |e| e.effective && e.kind == kind);
    let dismissed =
        effective(Kind::Resolve).flat_map(|e| reading::dismissed(&naive.events[&e.id]).iter().copied());
    let tops = dismissed
        .chain(view.canonical)
        .chain(view.leaves.iter().copied())
        .filter(|id| naive.events.contains_key(id));
    let kept: Ids = tops
        .filter(|id| matches!(naive.kind(*id), Kind::Create | Kind::Save))
        .flat_map(|id| naive.branch(id))
        .collect();
    for save in effective(Kind::Save) {
        ensure(kept.contains(&save.id), || format!("P6: revision {} is lost", save.id))?;
    }
    Ok(())
}

/// P7, P7b.
pub fn void_counts_nowhere(naive: &Naive, view: &FormView) -> Verdict {
    let version = view.registry;
    let effective: Ids = view.events.iter().filter(|e| e.effective).map(|e| e.id).collect();
    let seals = effective.iter().filter(|id| naive.kind(**id) == Kind::Seal);
    let protected: Ids = seals.flat_map(|id| naive.before(*id).effective.clone()).collect();
    for id in effective.iter().filter(|id| !protected.contains(*id)) {
        let event = &naive.events[id];
        let kind = naive.kind(*id);
        ensure(kind == Kind::Return || !naive.cut(*id, version), || {
            format!("P7: cut {id} has effect at {version}")
        })?;
        if kind == Kind::Approve {
            let void = naive.past(*id).iter().copied().find(|other| {
                naive.kind(*other) == Kind::Approve
                    && naive.events[other].round == event.round
                    && naive.legal(*other)
                    && !effective.contains(other)
            });
            ensure(void.is_none(), || format!("P7b: {id} counts on void {void:?}"))?;
        }
    }
    Ok(())
}

/// P8.
pub fn flagged(view: &FormView) -> Verdict {
    let seals: usize = view.rounds.iter().map(|r| r.seals.len()).sum();
    let open = view.rounds.iter().filter(|r| status(r.status) != Status::Returned).count();
    let two_seals = view.findings.iter().any(|f| matches!(f, Finding::DoubleSeal { .. }));
    let two_rounds = view.findings.iter().any(|f| matches!(f, Finding::SeveralRounds { .. }));
    ensure(seals < 2 || two_seals, || "P8: two seals without F2".into())?;
    ensure(open < 2 || two_seals || two_rounds, || "P8: two rounds without F6".into())
}
