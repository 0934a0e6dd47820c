//! Frozen bytes: golden vectors, what the decoder refuses, and the second opinions of Python and OpenSSL.
//!
//! The files under `golden/` are part of the format. A change of them is a change of what every ledger has signed:
//! they are written anew only by `QIANBAN_GOLDEN=write cargo test -p qianban-journal --test vectors`, on purpose.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test binary: it reads its vectors and asks python3 and openssl"
)]

mod attested;
mod decoder;
mod events;
mod openssl;
mod raw;
mod refused;
mod registry;
mod shown;
mod standard;

use qianban_journal::{
    Checkpoint, DecodeError, Envelope, Event, PublicKey, Receipt, RegistryEntry, SM2_SM3, Signer, Sm2Key,
    Snapshot, digest, event_id, sign, signed_bytes,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden")
}

fn key(byte: u8) -> Sm2Key {
    Sm2Key::from_bytes(&[byte; 32]).expect("a small scalar is a key")
}

/// The vectors as this program makes them, by file name.
fn made() -> BTreeMap<String, Value> {
    let (one, two) = (key(0x51), key(0x52));
    let mut files = BTreeMap::new();
    for (name, event) in events::all() {
        let Envelope { body, sig, .. } = sign(&event, &one).expect("signs");
        let vector = json!({
            "type": "event",
            "body": hex::encode(&body),
            "id": event_id(&body).to_string(),
            "public": hex::encode(one.public().as_bytes()),
            "signature": hex::encode(sig),
            "fields": shown::event(&event),
        });
        files.insert(format!("event-{name}.json"), vector);
    }
    for (name, change) in registry::changes(&one, &two) {
        let entry = registry::entry(change, &one, &two);
        let vector = json!({
            "type": "registry",
            "body": hex::encode(entry.encode()),
            "id": entry.hash().to_string(),
            "fields": registry::shown(&entry),
        });
        files.insert(format!("registry-{name}.json"), vector);
    }
    for (name, snapshot) in registry::snapshots() {
        let body = snapshot.encode();
        let vector = json!({
            "type": "snapshot",
            "body": hex::encode(&body),
            "id": digest(&body).to_string(),
            "fields": shown::snapshot(&snapshot),
        });
        files.insert(format!("snapshot-{name}.json"), vector);
    }
    files.extend(attested::vectors(&one));
    let refused: Vec<Value> = refused::all()
        .into_iter()
        .map(|r| json!({ "name": r.name, "of": r.of, "encoding": r.encoding, "why": r.why.to_string(), "body": hex::encode(&r.body) }))
        .collect();
    files.insert("refused.json".to_owned(), Value::Array(refused));
    files
}

fn frozen() -> BTreeMap<String, Value> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder()).expect("golden/ is here") {
        let path = entry.expect("readable").path();
        if path.extension().is_some_and(|e| e == "json") {
            let text = std::fs::read_to_string(&path).expect("readable");
            let name = path.file_name().expect("a file").to_string_lossy().into_owned();
            files.insert(name, serde_json::from_str(&text).expect("JSON"));
        }
    }
    files
}

fn text<'v>(vector: &'v Value, field: &str) -> &'v str {
    vector[field].as_str().unwrap_or_else(|| panic!("{field} is text"))
}

fn raw_bytes(vector: &Value, field: &str) -> Vec<u8> {
    hex::decode(text(vector, field)).expect("hex")
}

#[allow(clippy::disallowed_methods, reason = "the one way to write the files anew")]
fn write_is_asked_for() -> bool {
    std::env::var("QIANBAN_GOLDEN").is_ok_and(|word| word == "write")
}

#[test]
fn the_frozen_vectors_are_what_this_program_makes() {
    let made = made();
    if write_is_asked_for() {
        for (name, vector) in &made {
            let text = serde_json::to_string_pretty(vector).expect("JSON") + "\n";
            std::fs::write(folder().join(name), text).expect("written");
        }
    }
    let frozen = frozen();
    let names: Vec<_> = frozen.keys().collect();
    assert_eq!(names, made.keys().collect::<Vec<_>>(), "one file per vector");
    for (name, vector) in &frozen {
        assert_eq!(vector, &made[name], "{name} has changed: every signed ledger depends on these bytes");
    }
    assert!(frozen.len() > 40, "at least 40 vectors");
}

#[test]
fn every_frozen_event_decodes_to_itself_and_its_signature_holds() {
    for (name, vector) in frozen().iter().filter(|(_, v)| v["type"] == "event") {
        let body = raw_bytes(vector, "body");
        let event = Event::decode(&body).unwrap_or_else(|why| panic!("{name}: {why}"));
        assert_eq!(event.encode(), body, "{name}");
        assert_eq!(shown::event(&event), vector["fields"], "{name}");
        assert_eq!(event_id(&body).to_string(), text(vector, "id"), "{name}");
        let public = PublicKey::new(SM2_SM3, &raw_bytes(vector, "public")).expect("a key");
        let sig = raw_bytes(vector, "signature").try_into().expect("64 bytes");
        assert_eq!(public.verify(&signed_bytes(event_id(&body)), &sig), Ok(()), "{name}");
        let envelope = Envelope { body, suite: SM2_SM3, sig, sig2: None };
        assert_eq!(Envelope::decode(&envelope.encode()).as_ref(), Ok(&envelope), "{name}");
    }
}

#[test]
fn every_other_frozen_value_decodes_to_itself() {
    for (name, vector) in &frozen() {
        let Some(kind) = vector["type"].as_str().filter(|kind| *kind != "endpoint-log") else { continue };
        let body = raw_bytes(vector, "body");
        let (again, id, fields) = match kind {
            "registry" => {
                let entry = RegistryEntry::decode(&body).unwrap_or_else(|why| panic!("{name}: {why}"));
                for signature in &entry.sigs {
                    let public = key(0x51 + signature.member).public();
                    assert_eq!(public.verify(&entry.signed_bytes(), &signature.sig), Ok(()), "{name}");
                }
                (entry.encode(), entry.hash().to_string(), registry::shown(&entry))
            }
            "snapshot" => {
                let snapshot = Snapshot::decode(&body).unwrap_or_else(|why| panic!("{name}: {why}"));
                (snapshot.encode(), digest(&body).to_string(), shown::snapshot(&snapshot))
            }
            _ => match attested::read(vector, &body) {
                Some(read) => read,
                None => continue,
            },
        };
        assert_eq!(again, body, "{name}");
        assert_eq!(id, text(vector, "id"), "{name}");
        assert_eq!(fields, vector["fields"], "{name}");
    }
}

#[test]
fn what_is_not_canonical_is_refused_with_its_reason() {
    Event::decode(&raw::array(&raw::create())).expect("the plain bytes are an event");
    Event::decode(&raw::submit(
        &raw::plan_with(2, raw::uint(32)),
        &raw::array(&[raw::null(), raw::array(&[])]),
    ))
    .expect("the plain Submit is an event");
    for refused::Refused { name, of, body, why, .. } in refused::all() {
        let told = match of {
            "event" => Event::decode(&body).map(drop),
            "receipt" => Receipt::decode(&body).map(drop),
            "checkpoint" => Checkpoint::decode(&body).map(drop),
            _ => Snapshot::decode(&body).map(drop),
        };
        assert_eq!(told, Err(why), "{name}");
    }
    let opaque = Event::decode(&raw::create_with(raw::at::RULES, raw::uint(2)));
    assert_eq!(opaque, Err(DecodeError::UnknownRules { rules: 2 }), "A2: kept as opaque, not called damaged");
}

#[test]
fn a_decoder_in_python_reads_the_same() {
    let run = Command::new("python3").arg("-B").arg(folder().join("witness.py")).output();
    let output = run.expect("python3 must be on PATH: it is the second reader of the format");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "the witness disagrees: {err}");
    assert_eq!(out.trim(), frozen().len().to_string(), "the witness read every file");
}
