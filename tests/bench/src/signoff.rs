//! (a) A durable sign-off from the unlocked key, in a database of many forms, against one SM2 signature and one commit
//! of the same bytes by hand.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use qianban_journal::{Envelope, EventId, FormId, Signed, Signer, digest, event_id, signed_bytes};
use qianban_store::{DatabaseKey, ItemResult, Store};
use rusqlite::Connection;

use crate::content;
use crate::lists::raw;
use crate::measure::{Failed, Pair, Times};
use crate::office::{Office, UNIT_HEAD};

/// Bytes that the flush of the disk is measured with: two frames of the write-ahead log.
const FLUSHED: [u8; 8240] = [0x5a; 8240];

/// What the sign-offs took, and what one flush of the same disk took in between.
pub(crate) struct SignOffs {
    pub(crate) pair: Pair,
    pub(crate) flush: Times,
}

/// Signs the first step of each form: what `sign_confirm` does once the password is stretched.
pub(crate) fn run(
    store: &Store,
    office: &mut Office,
    dir: &Path,
    key: &DatabaseKey,
    rounds: &[(FormId, EventId)],
) -> Result<SignOffs, Failed> {
    let by_hand = raw(&dir.join("by-hand.db"), key)?;
    by_hand.execute_batch("CREATE TABLE event (id BLOB PRIMARY KEY, envelope BLOB NOT NULL) STRICT")?;
    let mut file = File::create(dir.join("flushed"))?;
    let (mut pair, mut flush) = (Pair::new("sign-off, durable"), Times::default());
    for (n, (form, round)) in rounds.iter().enumerate() {
        let boxed = content::boxed(office.def, &format!("情况属实，同意申请。({n})"));
        let signed = pair.ours.take(|| sign_off(store, office, *form, *round, &boxed))?;
        pair.by_hand.take(|| commit(&by_hand, office, signed.envelope()))?;
        flush.take(|| {
            file.write_all(&FLUSHED)?;
            Ok(file.sync_data()?)
        })?;
    }
    Ok(SignOffs { pair, flush })
}

/// Folds the form, drafts, asks whether it would be legal, signs, and stores event, box and all derived rows.
fn sign_off(
    store: &Store,
    office: &mut Office,
    form: FormId,
    round: EventId,
    boxed: &[u8],
) -> Result<Signed, Failed> {
    store.write(|writer| {
        let log = writer.form_log(form)?;
        let event = office.approve(&log, UNIT_HEAD, round, 0, digest(boxed))?;
        log.would_be_legal(&event, writer.registry())?;
        let signed = office.signed(UNIT_HEAD, &event)?;
        writer.put_blob(boxed)?;
        match writer.append_signed(std::slice::from_ref(&signed))?.as_slice() {
            [ItemResult::Stored(_, Ok(()))] => Ok(signed),
            other => Err(format!("the sign-off was not stored: {other:?}").into()),
        }
    })
}

/// One signature, one row, one commit that waits for the disk.
fn commit(connection: &Connection, office: &Office, envelope: &Envelope) -> Result<(), Failed> {
    let id = event_id(&envelope.body);
    let signature = office.key(UNIT_HEAD).sign(&signed_bytes(id))?;
    if signature != envelope.sig {
        return Err("the hand signed other bytes".into());
    }
    connection
        .prepare_cached("INSERT INTO event (id, envelope) VALUES (?1, ?2)")?
        .execute((id.as_bytes(), envelope.encode()))?;
    Ok(())
}
