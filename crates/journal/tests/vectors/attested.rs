//! What endpoints sign, written out: receipts (L7b), checkpoints and the log under them (Y7).

use crate::events::{WS, id};
use crate::shown::bytes;
use crate::text;
use qianban_journal::{
    Checkpoint, EndpointLog, EventId, FormHeads, FormId, Incarnation, PublicKey, Receipt, SM2_SM3, Signer,
    Sm2Key,
};
use serde_json::{Value, json};

const ENDPOINT: Incarnation = Incarnation([0x1E; 16]);

/// A receipt and the heads under its digest.
fn receipts(key: &Sm2Key) -> Vec<(&'static str, Receipt, Vec<EventId>)> {
    let one = |name, heads: Vec<EventId>, time| {
        let receipt = Receipt::issue(WS, ENDPOINT, FormHeads::of(FormId([0x20; 32]), &heads), time, key)
            .expect("signs");
        (name, receipt, heads)
    };
    vec![
        one("receipt", vec![id(0x20), id(0x21)], 1_795_000_000_000),
        one("receipt-nothing", Vec::new(), i64::MIN),
        one("receipt-64-heads", (0..64).map(id).collect(), i64::MAX),
    ]
}

/// The receipt that the Seal among the event vectors holds.
pub fn receipt(key: &Sm2Key) -> Receipt {
    receipts(key).swap_remove(0).1
}

fn log(length: u8) -> EndpointLog {
    let mut log = EndpointLog::new(WS, ENDPOINT);
    (0..length).for_each(|n| log.push(id(n)));
    log
}

fn checkpoints(key: &Sm2Key) -> Vec<(&'static str, Checkpoint)> {
    let one = |name, log: EndpointLog, time| {
        (name, Checkpoint::issue(WS, ENDPOINT, log, time, key).expect("signs"))
    };
    vec![
        one("checkpoint", log(3), 1_795_000_000_000),
        one("checkpoint-empty-log", log(0), 0),
        one("checkpoint-extreme-numbers", EndpointLog::at(u64::MAX, log(1).root()), i64::MIN),
    ]
}

pub fn encoded(key: &Sm2Key) -> Vec<Vec<u8>> {
    let receipts = receipts(key).into_iter().map(|(_, receipt, _)| receipt.encode());
    receipts.chain(checkpoints(key).into_iter().map(|(_, checkpoint)| checkpoint.encode())).collect()
}

fn shown_receipt(receipt: &Receipt) -> Value {
    json!({
        "ws": bytes(receipt.ws.as_bytes()),
        "form": bytes(receipt.said.form.as_bytes()),
        "heads": bytes(receipt.said.heads.as_bytes()),
        "incarnation": bytes(receipt.incarnation.as_bytes()),
        "time": receipt.time,
        "sig": bytes(&receipt.sig),
    })
}

fn shown_checkpoint(checkpoint: &Checkpoint) -> Value {
    json!({
        "ws": bytes(checkpoint.ws.as_bytes()),
        "incarnation": bytes(checkpoint.incarnation.as_bytes()),
        "n": checkpoint.said.n(),
        "root": bytes(checkpoint.said.root().as_bytes()),
        "time": checkpoint.time,
        "sig": bytes(&checkpoint.sig),
    })
}

/// The vectors by the names of their files.
pub fn vectors(key: &Sm2Key) -> Vec<(String, Value)> {
    let public = hex::encode(key.public().as_bytes());
    let mut files = Vec::new();
    for (name, receipt, heads) in receipts(key) {
        let vector = json!({
            "type": "receipt",
            "body": hex::encode(receipt.encode()),
            "id": receipt.id().to_string(),
            "public": public,
            "heads": heads.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "fields": shown_receipt(&receipt),
        });
        files.push((format!("{name}.json"), vector));
    }
    for (name, checkpoint) in checkpoints(key) {
        let vector = json!({
            "type": "checkpoint",
            "body": hex::encode(checkpoint.encode()),
            "id": checkpoint.id().to_string(),
            "public": public,
            "fields": shown_checkpoint(&checkpoint),
        });
        files.push((format!("{name}.json"), vector));
    }
    let roots: Vec<String> = (0..4).map(|length| log(length).root().to_string()).collect();
    let log = json!({
        "type": "endpoint-log",
        "ws": WS.to_string(),
        "incarnation": ENDPOINT.to_string(),
        "ids": (0..3).map(|n| id(n).to_string()).collect::<Vec<_>>(),
        "roots": roots,
    });
    files.push(("endpoint-log.json".to_owned(), log));
    files
}

/// What a frozen receipt or checkpoint decodes to: its bytes again, its id and its fields. Its signature holds.
pub fn read(vector: &Value, body: &[u8]) -> Option<(Vec<u8>, String, Value)> {
    let public = || PublicKey::new(SM2_SM3, &crate::raw_bytes(vector, "public")).expect("a key");
    match text(vector, "type") {
        "receipt" => {
            let receipt = Receipt::decode(body).expect("a receipt");
            assert_eq!(public().verify(&receipt.signed_bytes(), &receipt.sig), Ok(()));
            Some((receipt.encode(), receipt.id().to_string(), shown_receipt(&receipt)))
        }
        "checkpoint" => {
            let checkpoint = Checkpoint::decode(body).expect("a checkpoint");
            assert_eq!(public().verify(&checkpoint.signed_bytes(), &checkpoint.sig), Ok(()));
            Some((checkpoint.encode(), checkpoint.id().to_string(), shown_checkpoint(&checkpoint)))
        }
        _ => None,
    }
}
