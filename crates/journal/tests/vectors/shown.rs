//! Decoded values as JSON, field by field, as the witness shows them: bytes as `h'…'`.

use qianban_journal::{Action, Event, EventId, Hand, Item, PlanStep, Snapshot, Target};
use serde_json::{Value, json};

pub fn bytes(raw: &[u8]) -> Value {
    Value::String(format!("h'{}'", hex::encode(raw)))
}

pub fn maybe(raw: Option<&[u8]>) -> Value {
    raw.map_or(Value::Null, bytes)
}

fn ids(list: &[EventId]) -> Value {
    list.iter().map(|id| bytes(id.as_bytes())).collect()
}

pub fn event(e: &Event) -> Value {
    json!({
        "rules": e.rules,
        "ws": bytes(e.ws.as_bytes()),
        "form": maybe(e.form.as_ref().map(|id| &id.0[..])),
        "kind": e.kind() as u8,
        "person": bytes(e.person.as_bytes()),
        "seat": bytes(e.seat.as_bytes()),
        "epoch": { "number": e.epoch.number, "hash": bytes(e.epoch.hash.as_bytes()) },
        "cites": ids(&e.cites),
        "prev": maybe(e.prev.as_ref().map(|id| &id.0[..])),
        "round": maybe(e.round.as_ref().map(|id| &id.0[..])),
        "rev": maybe(e.rev.as_ref().map(|id| &id.0[..])),
        "content": maybe(e.content.as_ref().map(|id| &id.0[..])),
        "def": maybe(e.def.as_ref().map(|id| &id.0[..])),
        "step": e.step,
        "plan": e.plan.as_ref().map(|plan| plan.0.iter().map(step).collect::<Vec<_>>()),
        "log": {
            "inc": bytes(e.log.inc.as_bytes()),
            "n": e.log.n,
            "dprev": maybe(e.log.prev.as_ref().map(|id| &id.0[..])),
        },
        "wall": e.wall,
        "args": args(&e.action),
        "nonce": bytes(&e.nonce),
    })
}

fn step(s: &PlanStep) -> Value {
    json!({
        "roles": s.roles.iter().map(|r| r.as_str()).collect::<Vec<_>>(),
        "units": s.units.as_ref().map(|list| list.iter().map(|u| bytes(u.as_bytes())).collect::<Vec<_>>()),
        "need": s.need,
        "bar": s.bar.as_ref().map(|list| list.iter().map(|p| bytes(p.as_bytes())).collect::<Vec<_>>()),
        "differ": s.differ,
        "ink": s.ink as u8,
        "outsider": u8::from(s.outsider),
        "box": u8::from(s.boxed),
    })
}

fn hand(h: &Hand) -> Value {
    json!({
        "mode": h.mode as u8,
        "signer": maybe(h.signer.as_ref().map(|p| &p.0[..])),
        "outsider": h.outsider,
        "on_behalf": maybe(h.on_behalf.as_ref().map(|p| &p.0[..])),
        "scan": maybe(h.scan.as_ref().map(|d| &d.0[..])),
    })
}

fn with(mut base: Value, more: Value) -> Value {
    if let (Some(base), Value::Object(more)) = (base.as_object_mut(), more) {
        base.extend(more);
    }
    base
}

fn args(action: &Action) -> Value {
    match action {
        Action::Create { ledger, unit } => {
            json!({ "ledger": ledger.as_str(), "unit": bytes(unit.as_bytes()) })
        }
        Action::Save { migrate } => json!({ "migrate": u8::from(*migrate) }),
        Action::Submit { number, carry } => {
            json!({ "number": number.as_ref().map(ToString::to_string), "carry": ids(carry) })
        }
        Action::Approve { hand: h, boxed, basis } => {
            with(hand(h), json!({ "box": maybe(boxed.as_ref().map(|d| &d.0[..])), "basis": ids(basis) }))
        }
        Action::Return { target, hand: h, reason } => {
            let (code, step) = match target {
                Target::Drafter => (0, None),
                Target::Step(step) => (1, Some(*step)),
                Target::Reject => (2, None),
            };
            with(hand(h), json!({ "target": code, "step": step, "reason": reason }))
        }
        Action::Seal { number, receipt, basis } => json!({
            "number": number.as_ref().map(ToString::to_string),
            "receipt": maybe(receipt.as_deref()),
            "basis": ids(basis),
        }),
        Action::Resolve { dismissed } => json!({ "dismissed": ids(dismissed) }),
        Action::Handover { to } => json!({ "person": bytes(to.as_bytes()) }),
        Action::Entry { table, row, supersedes, at, on_behalf, boxed, basis } => json!({
            "table": table,
            "row": bytes(row.as_bytes()),
            "supersedes": maybe(supersedes.as_ref().map(|id| &id.0[..])),
            "at": at,
            "on_behalf": maybe(on_behalf.as_ref().map(|p| &p.0[..])),
            "box": maybe(boxed.as_ref().map(|d| &d.0[..])),
            "basis": ids(basis),
        }),
    }
}

fn item(value: &Item) -> Value {
    match value {
        Item::Null => Value::Null,
        Item::Int(n) => json!(n),
        Item::Text(text) => json!(text),
        Item::Bytes(raw) => bytes(raw),
        Item::List(list) => list.iter().map(item).collect(),
    }
}

pub fn snapshot(s: &Snapshot) -> Value {
    json!({
        "format": 1,
        "def": bytes(s.def.as_bytes()),
        "fields": s.fields.iter().map(|(key, value)| json!([key, item(value)])).collect::<Vec<_>>(),
        "attachments": s.attachments.iter().map(|a| json!({
            "slot": a.slot, "name": a.name, "media": a.media, "len": a.len, "digest": bytes(a.digest.as_bytes()),
        })).collect::<Vec<_>>(),
        "links": s.links.iter().map(|l| json!({
            "form": bytes(l.form.as_bytes()), "seal": bytes(l.seal.as_bytes()), "content": bytes(l.content.as_bytes()),
        })).collect::<Vec<_>>(),
    })
}
