//! Bytes that the strict decoder refuses: nothing but the one canonical form is an event.

use crate::raw::{self, array, at, bytes, create, create_with, null, plan_with, submit, text, uint};
use qianban_journal::DecodeError as E;

/// One refused input.
pub struct Refused {
    pub name: &'static str,
    /// `event`, `snapshot`, `receipt` or `checkpoint`.
    pub of: &'static str,
    pub body: Vec<u8>,
    pub why: E,
    /// Whether the encoding alone is wrong, so that a reader without the rules refuses it too.
    pub encoding: bool,
}

fn encoding(name: &'static str, body: Vec<u8>, why: E) -> Refused {
    Refused { name, of: "event", body, why, encoding: true }
}

fn rule(name: &'static str, body: Vec<u8>, why: E) -> Refused {
    Refused { name, of: "event", body, why, encoding: false }
}

pub fn all() -> Vec<Refused> {
    let mut list = encodings();
    list.extend(hostile());
    list.extend(shapes());
    list.extend(plans());
    list.extend(snapshots());
    list.extend(attested());
    list
}

/// Values that other CBOR readers accept.
fn encodings() -> Vec<Refused> {
    let good = array(&create());
    let fields = create().concat();
    let args = |raw: Vec<u8>| create_with(at::ARGS, bytes(&raw));
    vec![
        encoding("integer-not-shortest", create_with(at::RULES, vec![0x18, 0x01]), E::NotCanonical),
        encoding(
            "integer-in-eight-bytes",
            create_with(at::WALL, vec![0x1B, 0, 0, 0, 0, 0, 0, 0, 0]),
            E::NotCanonical,
        ),
        encoding("array-length-not-shortest", [vec![0x98, 19], fields.clone()].concat(), E::NotCanonical),
        encoding(
            "bytes-length-not-shortest",
            create_with(at::WS, [vec![0x58, 16], vec![1; 16]].concat()),
            E::NotCanonical,
        ),
        encoding("array-indefinite", [vec![0x9F], fields.clone(), vec![0xFF]].concat(), E::NotCanonical),
        encoding("cites-indefinite", create_with(at::CITES, vec![0x9F, 0xFF]), E::NotCanonical),
        encoding(
            "bytes-indefinite",
            create_with(at::WS, [vec![0x5F, 0x50], vec![1; 16], vec![0xFF]].concat()),
            E::Malformed,
        ),
        encoding("map", create_with(at::CITES, vec![0xA0]), E::Malformed),
        encoding("float", create_with(at::RULES, vec![0xF9, 0x3C, 0x00]), E::Malformed),
        encoding("tag", create_with(at::RULES, vec![0xC1, 0x01]), E::Malformed),
        encoding("true", create_with(at::RULES, vec![0xF5]), E::Malformed),
        encoding("undefined", create_with(at::PREV, vec![0xF7]), E::Malformed),
        encoding("simple-value", create_with(at::PREV, vec![0xE0]), E::Malformed),
        encoding("null-in-two-bytes", create_with(at::PREV, vec![0xF8, 22]), E::Malformed),
        encoding("reserved-length", create_with(at::RULES, vec![0x1C]), E::Malformed),
        encoding("break-alone", create_with(at::PREV, vec![0xFF]), E::Malformed),
        encoding("trailing-byte", [good.clone(), vec![0]].concat(), E::NotCanonical),
        encoding("trailing-event", [good.clone(), good.clone()].concat(), E::NotCanonical),
        encoding("cut-short", good[..good.len() - 1].to_vec(), E::Malformed),
        encoding("empty", Vec::new(), E::Malformed),
        rule(
            "args-trailing-byte",
            args([array(&[text("p"), bytes(&[7; 16])]), vec![0]].concat()),
            E::NotCanonical,
        ),
        rule(
            "args-indefinite",
            args([vec![0x9F], text("p"), bytes(&[7; 16]), vec![0xFF]].concat()),
            E::NotCanonical,
        ),
        rule("args-not-utf-8", args(array(&[vec![0x62, 0xC3, 0x28], bytes(&[7; 16])])), E::Malformed),
        rule(
            "args-lone-surrogate",
            args(array(&[vec![0x63, 0xED, 0xA0, 0x80], bytes(&[7; 16])])),
            E::Malformed,
        ),
    ]
}

/// Inputs that try to cost more than they are long.
fn hostile() -> Vec<Refused> {
    let huge = [0xFF; 8];
    let long = |head: u8| [vec![head], huge.to_vec()].concat();
    vec![
        encoding("depth-bomb", vec![0x81; 5_000], E::Malformed),
        encoding("array-of-all-memory", long(0x9B), E::Malformed),
        encoding("bytes-of-all-memory", create_with(at::WS, long(0x5B)), E::Malformed),
        encoding("cites-of-all-memory", create_with(at::CITES, long(0x9B)), E::TooLarge),
        encoding("cites-claimed-not-given", create_with(at::CITES, vec![0x98, 60]), E::Malformed),
        rule(
            "cites-65",
            create_with(at::CITES, array(&(0..65).map(|n| bytes(&[n; 32])).collect::<Vec<_>>())),
            E::TooLarge,
        ),
        rule("body-over-8-KiB", create_with(at::ARGS, bytes(&vec![0; 8_192])), E::TooLarge),
        rule("args-over-4-KiB", create_with(at::ARGS, bytes(&vec![0; 4_097])), E::TooLarge),
        rule("integer-below-64-bit", create_with(at::WALL, long(0x3B)), E::Malformed),
    ]
}

fn shapes() -> Vec<Refused> {
    let mut less = create();
    less.pop();
    let mut more = create();
    more.push(null());
    let cites = |ids: &[u8]| array(&ids.iter().map(|n| bytes(&[*n; 32])).collect::<Vec<_>>());
    let args = |items: &[Vec<u8>]| create_with(at::ARGS, bytes(&array(items)));
    vec![
        rule("eighteen-fields", array(&less), E::WrongArity),
        rule("twenty-fields", array(&more), E::WrongArity),
        rule("rules-of-the-future", create_with(at::RULES, uint(2)), E::UnknownRules { rules: 2 }),
        rule("rules-over-16-bit", create_with(at::RULES, uint(65_536)), E::OutOfRange),
        rule("kind-0", create_with(at::KIND, uint(0)), E::UnknownKind),
        rule("kind-10", create_with(at::KIND, uint(10)), E::UnknownKind),
        rule("kind-of-another-shape", create_with(at::KIND, uint(2)), E::WrongArity),
        rule("workspace-of-15-bytes", create_with(at::WS, bytes(&[1; 15])), E::OutOfRange),
        rule("nonce-of-17-bytes", create_with(at::NONCE, bytes(&[1; 17])), E::TooLarge),
        rule("nonce-of-15-bytes", create_with(at::NONCE, bytes(&[1; 15])), E::OutOfRange),
        rule("person-as-text", create_with(at::PERSON, text("0123456789abcdef")), E::Malformed),
        rule(
            "epoch-over-32-bit",
            create_with(at::EPOCH, array(&[uint(1 << 32), bytes(&[4; 32])])),
            E::OutOfRange,
        ),
        rule(
            "log-number-negative",
            create_with(at::LOG, array(&[bytes(&[6; 16]), vec![0x20], null()])),
            E::Malformed,
        ),
        rule("cites-twice", create_with(at::CITES, cites(&[1, 1])), E::NotAscending),
        rule("cites-unsorted", create_with(at::CITES, cites(&[2, 1])), E::NotAscending),
        rule("create-with-form", create_with(at::FORM, bytes(&[9; 32])), E::WrongShape),
        rule("create-with-prev", create_with(at::PREV, bytes(&[9; 32])), E::WrongShape),
        rule("create-with-step", create_with(at::STEP, uint(0)), E::WrongShape),
        rule("create-without-definition", create_with(12, null()), E::WrongShape),
        rule("args-of-three", args(&[text("p"), bytes(&[7; 16]), null()]), E::WrongArity),
        rule("ledger-empty", args(&[text(""), bytes(&[7; 16])]), E::OutOfRange),
        rule("ledger-of-65-bytes", args(&[text(&"p".repeat(65)), bytes(&[7; 16])]), E::TooLarge),
    ]
}

fn plans() -> Vec<Refused> {
    let plain = raw::array(&[null(), array(&[])]);
    let with = |field, value| submit(&plan_with(field, value), &plain);
    let good = array(&[array(&raw::step())]);
    let seventeen = array(&vec![array(&raw::step()); 17]);
    let roles = |codes: &[&str]| array(&codes.iter().map(|c| text(c)).collect::<Vec<_>>());
    let numbered = |number: &str| submit(&good, &array(&[text(number), array(&[])]));
    let carrying = |ids: &[u8]| {
        let list: Vec<_> = ids.iter().map(|n| bytes(&[*n; 32])).collect();
        submit(&good, &array(&[null(), array(&list)]))
    };
    vec![
        rule("plan-of-17-steps", submit(&seventeen, &plain), E::TooLarge),
        rule("plan-trailing-byte", submit(&[good.clone(), vec![0]].concat(), &plain), E::NotCanonical),
        rule("step-without-role", with(0, array(&[])), E::OutOfRange),
        rule("step-roles-unsorted", with(0, roles(&["b", "a"])), E::NotAscending),
        rule("step-units-empty", with(1, array(&[])), E::OutOfRange),
        rule("step-need-33", with(2, uint(33)), E::OutOfRange),
        rule("step-differs-from-itself", with(4, array(&[uint(0)])), E::OutOfRange),
        rule("step-differs-from-nothing", with(4, array(&[uint(1)])), E::OutOfRange),
        rule("step-ink-3", with(5, uint(3)), E::OutOfRange),
        rule("step-outsider-2", with(6, uint(2)), E::OutOfRange),
        rule("number-not-padded", numbered("权申〔2026〕第7号"), E::OutOfRange),
        rule("number-plus", numbered("权申〔2026〕第+007号"), E::OutOfRange),
        rule("number-zero", numbered("权申〔2026〕第0000号"), E::OutOfRange),
        rule("carry-twice", carrying(&[1, 1]), E::NotAscending),
        rule("carry-unsorted", carrying(&[2, 1]), E::NotAscending),
    ]
}

fn attested() -> Vec<Refused> {
    let of = |name, of, body, why, encoding| Refused { name, of, body, why, encoding };
    let ids = [bytes(&[1; 16]), bytes(&[2; 32]), bytes(&[3; 32]), bytes(&[4; 16])];
    let receipt = |time: Vec<u8>, sig: Vec<u8>| array(&[ids.to_vec(), vec![time, sig]].concat());
    let checkpoint = |n: Vec<u8>, sig: Vec<u8>| {
        array(&[bytes(&[1; 16]), bytes(&[4; 16]), n, bytes(&[3; 32]), uint(0), sig])
    };
    let sig = bytes(&[5; 64]);
    vec![
        of(
            "receipt-of-five",
            "receipt",
            array(&[ids.to_vec(), vec![uint(0)]].concat()),
            E::WrongArity,
            false,
        ),
        of("receipt-signature-of-63", "receipt", receipt(uint(0), bytes(&[5; 63])), E::OutOfRange, false),
        of("receipt-time-as-text", "receipt", receipt(text("0"), sig.clone()), E::Malformed, false),
        of(
            "receipt-trailing-byte",
            "receipt",
            [receipt(uint(0), sig.clone()), vec![0]].concat(),
            E::NotCanonical,
            true,
        ),
        of(
            "checkpoint-number-negative",
            "checkpoint",
            checkpoint(vec![0x20], sig.clone()),
            E::Malformed,
            false,
        ),
        of(
            "checkpoint-number-not-shortest",
            "checkpoint",
            checkpoint(vec![0x18, 1], sig),
            E::NotCanonical,
            true,
        ),
        of("checkpoint-over-256-bytes", "checkpoint", vec![0; 257], E::TooLarge, false),
    ]
}

fn snapshots() -> Vec<Refused> {
    let mut deep = uint(0);
    for _ in 0..6 {
        deep = array(&[deep]);
    }
    let of = |name, body, why, encoding| Refused { name, of: "snapshot", body, why, encoding };
    let two = raw::array(&[uint(2), bytes(&[5; 32]), array(&[]), array(&[]), array(&[])]);
    vec![
        of("snapshot-keys-unsorted", raw::snapshot(&[("b", null()), ("a", null())]), E::NotAscending, false),
        of("snapshot-keys-twice", raw::snapshot(&[("a", null()), ("a", null())]), E::NotAscending, false),
        of("snapshot-key-empty", raw::snapshot(&[("", null())]), E::OutOfRange, false),
        of("snapshot-nine-levels", raw::snapshot(&[("a", deep)]), E::TooLarge, true),
        of("snapshot-depth-bomb", raw::snapshot(&[("a", vec![0x81; 5_000])]), E::TooLarge, true),
        of("snapshot-map", raw::snapshot(&[("a", vec![0xA0])]), E::Malformed, true),
        of("snapshot-float", raw::snapshot(&[("a", vec![0xFB, 0, 0, 0, 0, 0, 0, 0, 0])]), E::Malformed, true),
        of("snapshot-true", raw::snapshot(&[("a", vec![0xF5])]), E::Malformed, true),
        of("snapshot-tag", raw::snapshot(&[("a", vec![0xC0, 0x60])]), E::Malformed, true),
        of("snapshot-integer-over-63-bit", raw::snapshot(&[("a", uint(1 << 63))]), E::Malformed, false),
        of("snapshot-integer-not-shortest", raw::snapshot(&[("a", vec![0x18, 0x17])]), E::NotCanonical, true),
        of(
            "snapshot-text-indefinite",
            raw::snapshot(&[("a", vec![0x7F, 0x61, 0x61, 0xFF])]),
            E::Malformed,
            true,
        ),
        of("snapshot-format-2", two, E::UnknownKind, false),
    ]
}
