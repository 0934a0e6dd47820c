//! PostgreSQL on a machine that dies, with a standby that takes its place (faults 70): two instances work on.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use qianban_journal::{Checkpoint, EndpointLog, Envelope, EventId, digest};
use qianban_protocol::events::Page;
use qianban_protocol::{Fates, Message, path};

use crate::bureau::{Bureau, UNIT, Who};
use crate::pc::Pc;
use crate::postgres::Server;
use crate::stories::bytes;
use crate::world::World;

/// PCs that send at the same time.
const WRITERS: u64 = 200;
/// Forms of two events that each of them sends, one after another.
const FORMS: u64 = 2;
/// Events that the reader has seen when the machine dies.
const BEFORE: u64 = 200;
/// How long somebody who was refused waits before he asks the other instance.
const PAUSE: Duration = Duration::from_millis(50);

/// What the endpoint has acknowledged, it has; who follows the cursor skips nothing and sees nothing twice, whatever
/// instance and whatever server answers.
#[tokio::test(flavor = "multi_thread")]
async fn a_primary_dies_under_two_hundred_writers_and_nothing_is_lost_or_skipped() {
    let primary = Server::start();
    let standby = primary.standby();
    let address = primary.database_or_at(&standby, "failover");
    let (one, other) = (World::on_postgres(&address).await, World::on_postgres(&address).await);
    let mut bureau = Bureau::founded(61);
    one.let_in(&bureau).await;
    let pcs = Arc::new([
        Pc::new(one.at, &bureau, Who::Registrar).await,
        Pc::new(other.at, &bureau, Who::Registrar).await,
    ]);
    let forms: Vec<Vec<Vec<Envelope>>> = (0..WRITERS)
        .map(|writer| {
            let content = |n: u64| digest(&(writer * FORMS + n).to_be_bytes());
            (0..FORMS).map(|n| bureau.form(Who::Registrar, UNIT, content(n))).collect()
        })
        .collect();
    let (seen, done) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let reader = tokio::spawn(follow(Arc::clone(&pcs), Arc::clone(&seen), Arc::clone(&done)));
    let writers: Vec<_> = forms
        .into_iter()
        .enumerate()
        .map(|(n, forms)| tokio::spawn(write(Arc::clone(&pcs), n, forms)))
        .collect();

    while seen.load(Ordering::Relaxed) < BEFORE {
        tokio::time::sleep(PAUSE).await;
    }
    primary.kill();
    assert!(seen.load(Ordering::Relaxed) < WRITERS * FORMS * 2, "in the middle of it");
    standby.promote();
    let mut acknowledged = BTreeSet::new();
    for writer in writers {
        acknowledged.extend(writer.await.expect("ended"));
    }
    assert_eq!(acknowledged.len() as u64, WRITERS * FORMS * 2);
    done.store(true, Ordering::Relaxed);
    let read = reader.await.expect("ended");
    let unique: BTreeSet<EventId> = read.iter().copied().collect();
    assert_eq!(unique, acknowledged, "whatever was acknowledged, before and after");
    assert_eq!(read.len(), unique.len(), "once");
    for pc in &*pcs {
        let mut log = EndpointLog::new(bureau.ws, pc.incarnation);
        read.iter().for_each(|id| log.push(*id));
        let checkpoint = Checkpoint::decode(&pc.get(path::CHECKPOINT).await.body).expect("a checkpoint");
        assert_eq!(checkpoint.said, log, "the same life of the log, in the order that was read");
    }
}

/// Sends forms until each is acknowledged, by one instance or the other.
async fn write(pcs: Arc<[Pc; 2]>, first: usize, forms: Vec<Vec<Envelope>>) -> Vec<EventId> {
    let mut acknowledged = Vec::new();
    for form in forms {
        let mut at = first;
        loop {
            if let Some(answer) = pcs[at % 2].try_post(path::EVENTS, &bytes(&form)).await {
                let Fates(fates) = answer.message();
                assert!(fates.iter().all(qianban_protocol::Fate::is_here), "{fates:?}");
                acknowledged.extend(form.iter().map(Envelope::id));
                break;
            }
            at += 1;
            tokio::time::sleep(PAUSE).await;
        }
    }
    acknowledged
}

/// Follows the cursor, now at one instance, now at the other, until everything is written and read.
async fn follow(pcs: Arc<[Pc; 2]>, seen: Arc<AtomicU64>, done: Arc<AtomicBool>) -> Vec<EventId> {
    let (mut ids, mut at) = (Vec::new(), 0);
    loop {
        let last = done.load(Ordering::Relaxed);
        at += 1;
        let pc = &pcs[at % 2];
        let target = format!("{}?inc={}&after={}", path::EVENTS, pc.incarnation, ids.len());
        let Some(answer) = pc.try_get(&target).await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let page = Page::decode(&answer.body).expect("a page");
        for one in page.events {
            assert_eq!(one.n, ids.len() as u64 + 1, "a number was skipped or came twice");
            ids.push(Envelope::decode(&one.envelope).expect("an envelope").id());
        }
        seen.store(ids.len() as u64, Ordering::Relaxed);
        if last && page.last == page.head {
            return ids;
        }
    }
}
