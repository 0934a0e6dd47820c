//! A folded form as JSON: what it is, who acts next, what it says, what was done.

use std::collections::{BTreeMap, BTreeSet};

use qianban_journal::{
    Actor, ApproveView, Digest, EntryView, FormStatus, FormView, Item, Next, PersonId, Phase, Registry,
    RoundStatus, RoundView, Snapshot, Target,
};
use serde_json::{Value, json};

/// Blobs of the form by digest; none for those that are not here.
type Blobs = BTreeMap<Digest, Option<Vec<u8>>>;

/// Blobs that the form's JSON shows: its content, the boxes of sign-offs and of rows.
pub(super) fn named(view: &FormView) -> BTreeSet<Digest> {
    let approves = view.rounds.iter().flat_map(|round| &round.approves).filter_map(|approve| approve.boxed);
    let rows = view.entries.iter().filter_map(|entry| entry.boxed);
    view.content.into_iter().chain(approves).chain(rows).collect()
}

/// The form under the registry as it is now.
pub(super) fn json(view: &FormView, registry: Registry<'_>, blobs: &Blobs) -> Value {
    json!({
        "form": view.form.to_string(),
        "ledger": view.ledger.as_str(),
        "ledgerTitle": registry.ledger(&view.ledger).map(|ledger| &ledger.title),
        "unit": view.unit.to_string(),
        "unitName": registry.unit(view.unit).map(|unit| &unit.name),
        "creator": person(view.creator, registry),
        "number": view.number.as_ref().map(ToString::to_string),
        "workingNumber": view.working_number,
        "definition": view.def.map(|def| def.to_string()),
        "status": status(view.status),
        "phase": phase(view.phase),
        "next": next(&view.next),
        "content": view.content.map(|content| snapshot(content, blobs)),
        "rounds": view.rounds.iter().map(|one| round(one, registry, blobs)).collect::<Vec<_>>(),
        "entries": view.entries.iter().map(|one| entry(one, registry, blobs)).collect::<Vec<_>>(),
        "findings": view.findings.iter().map(qianban_journal::Finding::code).collect::<BTreeSet<_>>(),
    })
}

fn person(id: PersonId, registry: Registry<'_>) -> Value {
    json!({ "id": id.to_string(), "name": registry.person(id).map(|record| &record.name) })
}

fn actor(actor: &Actor, registry: Registry<'_>) -> Value {
    match actor {
        Actor::Person(id) => person(*id, registry),
        Actor::Outsider(name) => json!({ "id": null, "name": name }),
    }
}

fn status(status: FormStatus) -> Value {
    match status {
        FormStatus::Draft => json!({ "is": "draft" }),
        FormStatus::Returned(target) => json!({ "is": "returned", "to": to(target) }),
        FormStatus::Pending(step) => json!({ "is": "pending", "step": step }),
        FormStatus::Approved => json!({ "is": "approved" }),
        FormStatus::Rejected => json!({ "is": "rejected" }),
        FormStatus::Sealed => json!({ "is": "sealed" }),
        FormStatus::Closed => json!({ "is": "closed" }),
    }
}

fn to(target: Target) -> Value {
    match target {
        Target::Drafter => json!("drafter"),
        Target::Step(step) => json!(step),
        Target::Reject => json!("reject"),
    }
}

const fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Drafting => "drafting",
        Phase::Live => "live",
        Phase::Sealed => "sealed",
        Phase::Closed => "closed",
    }
}

fn next(next: &Next) -> Value {
    match next {
        Next::Nobody => json!({ "who": "nobody" }),
        Next::Editors => json!({ "who": "editors" }),
        Next::Registrar { .. } => json!({ "who": "registrar" }),
        Next::Tables(tables) => json!({ "who": "tables", "tables": tables }),
        Next::Step { step, roles, .. } | Next::Resubmit { step, roles, .. } => {
            let roles: Vec<&str> = roles.iter().map(qianban_journal::Role::as_str).collect();
            json!({ "who": "step", "step": step, "roles": roles })
        }
    }
}

fn round(round: &RoundView, registry: Registry<'_>, blobs: &Blobs) -> Value {
    let status = match round.status {
        RoundStatus::Pending(_) => "pending",
        RoundStatus::Approved => "approved",
        RoundStatus::Returned => "returned",
        RoundStatus::Sealed => "sealed",
    };
    let effective = round.approves.iter().filter(|approve| approve.effective);
    json!({
        "round": round.round.to_string(),
        "submitter": person(round.submitter, registry),
        "sentMs": round.wall,
        "status": status,
        "steps": round.needs.len(),
        "passed": round.passed,
        "approves": effective.map(|one| approve(one, registry, blobs)).collect::<Vec<_>>(),
        "returns": round.returns.iter().map(|one| json!({
            "by": actor(&one.actor, registry), "to": to(one.target), "reason": one.reason, "ms": one.wall,
        })).collect::<Vec<_>>(),
        "sealedMs": round.seals.first().map(|seal| seal.wall),
    })
}

fn approve(approve: &ApproveView, registry: Registry<'_>, blobs: &Blobs) -> Value {
    json!({
        "step": approve.step,
        "by": actor(&approve.actor, registry),
        "ms": approve.wall,
        "content": approve.boxed.map(|boxed| snapshot(boxed, blobs)),
    })
}

fn entry(entry: &EntryView, registry: Registry<'_>, blobs: &Blobs) -> Value {
    json!({
        "entry": entry.id.to_string(),
        "table": entry.table,
        "row": entry.row.to_string(),
        "at": entry.at,
        "by": person(entry.person, registry),
        "ms": entry.wall,
        "supersededBy": entry.superseded_by.map(|id| id.to_string()),
        "content": entry.boxed.map(|boxed| snapshot(boxed, blobs)),
    })
}

/// Fields by key; `missing` where the bytes are not here yet.
fn snapshot(digest: Digest, blobs: &Blobs) -> Value {
    let bytes = blobs.get(&digest).and_then(Option::as_ref);
    let Some(snapshot) = bytes.and_then(|bytes| Snapshot::decode(bytes).ok()) else {
        return json!({ "digest": digest.to_string(), "missing": true });
    };
    let fields: serde_json::Map<_, _> =
        snapshot.fields.iter().map(|(key, value)| (key.clone(), item(value))).collect();
    let attachments = snapshot.attachments.iter().map(|one| {
        json!({ "slot": one.slot, "name": one.name, "media": one.media, "len": one.len, "digest": one.digest.to_string() })
    });
    let links = snapshot
        .links
        .iter()
        .map(|one| json!({ "form": one.form.to_string(), "seal": one.seal.to_string() }));
    json!({
        "digest": digest.to_string(),
        "fields": fields,
        "attachments": attachments.collect::<Vec<_>>(),
        "links": links.collect::<Vec<_>>(),
    })
}

fn item(value: &Item) -> Value {
    match value {
        Item::Null => Value::Null,
        Item::Int(number) => json!(number),
        Item::Text(text) => json!(text),
        Item::Bytes(bytes) => json!({ "hex": hex::encode(bytes) }),
        Item::List(items) => items.iter().map(item).collect(),
    }
}
