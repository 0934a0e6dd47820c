//! What every database must keep. Each engine runs the whole of it in one test.

use std::sync::Arc;

use qianban_endpoint::database::{
    Batch, Bucket, Database, DatabaseError, EnrolmentRow, Kept, Mention, NewBlob, NewCode, NewEvent,
    OPERATOR, Pc, Postgres, PostgresWire, Range, Readers, Room, Sender, Sqlite, Touched,
};
use qianban_endpoint::sealing::SealingKey;
use qianban_journal::{
    Digest, EndpointLog, EventId, FormId, Incarnation, Ledger, SeatId, WorkspaceId, digest,
};

use crate::postgres::Server;

const LIFE: Incarnation = Incarnation([5; 16]);
const NOW_MS: i64 = 1_795_000_000_000;
const ROOM: Room = Room { bureau_bytes: 1_000_000, seat_day_bytes: 1_000_000 };
const UNIT: [u8; 16] = [9; 16];
const PC: Pc = Pc([3; 32]);

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_keeps_the_contract() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.db");
    let open = |life| Arc::new(Sqlite::open(&file, life).expect("opens")) as Arc<dyn Database>;
    contract(open(LIFE)).await;
    let again = open(Incarnation([6; 16]));
    assert_eq!(again.incarnation().await.expect("read"), LIFE, "a life begins once");
    assert_eq!(again.bureaus().await.expect("read").len(), 7);
}

/// A PC that relays has the same database under a key.
#[tokio::test(flavor = "multi_thread")]
async fn sealed_sqlite_keeps_the_contract_and_its_secrets() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.db");
    let key = |byte| SealingKey::new([byte; 32].into());
    let open =
        |life| Arc::new(Sqlite::open_sealed(&file, &key(1), life).expect("opens")) as Arc<dyn Database>;
    contract(open(LIFE)).await;
    assert_eq!(open(Incarnation([6; 16])).incarnation().await.expect("read"), LIFE, "a life begins once");
    assert!(Sqlite::open(&file, LIFE).is_err(), "not without the key");
    assert!(Sqlite::open_sealed(&file, &key(2), LIFE).is_err(), "nor with another");
    for part in std::fs::read_dir(folder.path()).expect("listed") {
        let path = part.expect("a file").path();
        let bytes = std::fs::read(&path).expect("read");
        assert!(!bytes.windows(6).any(|six| six == b"SQLite"), "{} lies in the clear", path.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_keeps_the_contract() {
    let server = Server::start();
    let address = server.database("contract");
    let open = |life| Postgres::connect(&address, &PostgresWire::Local, life);
    let (one, other) = tokio::join!(open(LIFE), open(LIFE));
    drop(other.expect("two instances may start together"));
    contract(Arc::new(one.expect("connects"))).await;
    let again = open(Incarnation([6; 16])).await.expect("connects");
    assert_eq!(again.incarnation().await.expect("read"), LIFE, "a life begins once");
    assert_eq!(again.bureaus().await.expect("read").len(), 7);
}

/// The line to another computer: verified, or not at all.
#[tokio::test(flavor = "multi_thread")]
async fn postgres_under_tls_keeps_the_contract_and_strangers_out() {
    let server = Server::start_with_tls();
    let port = server.port();
    drop(server.database("tls"));
    let at = |host: &str| format!("{host} port={port} user=postgres password=p dbname=tls");
    let verified = PostgresWire::Tls(server.authority());
    let connected = Postgres::connect(&at("host=localhost"), &verified, LIFE).await;
    contract(Arc::new(connected.expect("connects"))).await;
    let connect = async |host: &str, wire| Postgres::connect(&at(host), &wire, LIFE).await.err();
    let another = connect("host=another.example hostaddr=127.0.0.1", verified.clone()).await;
    assert!(matches!(another, Some(DatabaseError::Pool(_))), "another name: {another:?}");
    let place = tempfile::tempdir().expect("a folder");
    let stranger = place.path().join("stranger.pem");
    let words = format!(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout {0}.key -out {0} -days 2 \
         -subj /CN=authority",
        stranger.display()
    );
    let made = std::process::Command::new("openssl").args(words.split_whitespace()).output();
    assert!(made.expect("openssl runs").status.success());
    let unknown = connect("host=localhost", PostgresWire::Tls(stranger)).await;
    assert!(matches!(unknown, Some(DatabaseError::Pool(_))), "another authority: {unknown:?}");
    let empty = connect("host=localhost", PostgresWire::Tls(place.path().join("none.pem"))).await;
    assert!(matches!(empty, Some(DatabaseError::Authorities { .. })), "{empty:?}");
    let clear = connect("host=localhost", PostgresWire::Plaintext).await;
    assert!(
        matches!(clear, Some(DatabaseError::Pool(_))),
        "this server speaks to nobody in the clear: {clear:?}"
    );
    let away = connect("host=db.example", PostgresWire::Local).await;
    assert!(matches!(away, Some(DatabaseError::Plaintext)), "not even tried: {away:?}");
}

async fn contract(database: Arc<dyn Database>) {
    let of = |byte| WorkspaceId([byte; 16]);
    a_bureau_comes_in_with_a_code_that_works_once(&*database, of(1)).await;
    a_pc_asks_with_a_code_and_may_ask_again(&*database, of(2)).await;
    entries_follow_each_other(&*database, of(3)).await;
    events_are_numbered_and_judged_on_what_is_here(&*database, of(4)).await;
    room_is_bounded_and_nothing_half_kept(&*database, of(5)).await;
    blobs_are_read_by_whoever_may_read_what_names_them(&*database, of(6)).await;
    two_hundred_writers_leave_no_hole(database, of(7)).await;
}

async fn begun(database: &dyn Database, ws: WorkspaceId) {
    database.begin(ws, Digest([1; 32]), vec![1]).await.expect("begins");
}

fn sender(ws: WorkspaceId) -> Sender {
    Sender { ws, seat: SeatId([3; 32]), pc: PC, day: 20_000, room: ROOM }
}

fn form(byte: u8) -> FormId {
    FormId([byte; 32])
}

fn event(n: u64, form: FormId) -> NewEvent {
    let envelope = n.to_be_bytes().repeat(20);
    NewEvent { id: EventId(digest(&envelope).0), form, envelope }
}

/// A batch of events of one form of which `known` were here.
fn batch(ws: WorkspaceId, form: FormId, known: u64, numbers: std::ops::Range<u64>) -> Batch {
    Batch {
        sender: sender(ws),
        touched: vec![Touched { form, ledger: Ledger::from("permission"), known }],
        events: numbers.map(|n| event(n, form)).collect(),
        reach: vec![(UNIT, form)],
        mentions: vec![Mention { digest: Digest(form.0), form, pc: PC }],
        had: vec![],
    }
}

async fn a_bureau_comes_in_with_a_code_that_works_once(database: &dyn Database, ws: WorkspaceId) {
    let (code, old) = (Digest([1; 32]), Digest([2; 32]));
    for (digest, until_ms) in [(code, NOW_MS + 1), (old, NOW_MS)] {
        database.add_code(NewCode { ws: OPERATOR, digest, until_ms }).await.expect("kept");
    }
    let (root, other) = (Digest([7; 32]), WorkspaceId([99; 16]));
    let found = |ws, code| database.found(code, NOW_MS, ws, root, vec![1, 2]);
    assert!(!found(ws, old).await.expect("asked"), "too old");
    assert!(!found(ws, Digest([3; 32])).await.expect("asked"), "unknown");
    assert!(found(ws, code).await.expect("asked"));
    assert!(found(ws, code).await.expect("asked"), "the answer was lost: asked again");
    assert!(!found(other, code).await.expect("asked"), "used");
    let row = database.bureau(ws).await.expect("read").expect("here");
    assert_eq!((row.root, row.registry, row.arrivals), (root, 1, 0));
    assert_eq!(row.log_root, EndpointLog::new(ws, LIFE).root());
    assert_eq!(database.bureau(other).await.expect("read"), None);
    assert_eq!(database.code_bureau(code).await.expect("read"), None, "an operator's code lets no PC in");
}

async fn a_pc_asks_with_a_code_and_may_ask_again(database: &dyn Database, ws: WorkspaceId) {
    begun(database, ws).await;
    let code = Digest([4; 32]);
    database.add_code(NewCode { ws, digest: code, until_ms: NOW_MS + 1_000 }).await.expect("kept");
    assert_eq!(database.code_bureau(code).await.expect("read"), Some(ws));
    let row = |seat| EnrolmentRow { seat: SeatId([seat; 32]), code, request: vec![seat], at_ms: NOW_MS };
    assert!(!database.enrol(ws, row(1), 0, 0).await.expect("asked"), "too many wait");
    assert!(database.enrol(ws, row(1), 0, 5).await.expect("asked"));
    assert!(database.enrol(ws, row(1), 0, 5).await.expect("asked"), "the same PC again");
    assert!(!database.enrol(ws, row(2), 0, 5).await.expect("asked"), "another PC with a used code");
    assert_eq!(database.enrolments(ws, 5).await.expect("read"), [row(1)]);
    let later = Digest([5; 32]);
    database.add_code(NewCode { ws, digest: later, until_ms: NOW_MS + 9_000 }).await.expect("kept");
    let third = EnrolmentRow { code: later, at_ms: NOW_MS + 5_000, ..row(3) };
    assert!(
        database.enrol(ws, third.clone(), NOW_MS + 1, 1).await.expect("asked"),
        "old requests do not count"
    );
    assert_eq!(database.enrolments(ws, 5).await.expect("read"), [third]);
}

async fn entries_follow_each_other(database: &dyn Database, ws: WorkspaceId) {
    begun(database, ws).await;
    let add = |number, byte| database.add_entry(ws, number, vec![byte], vec![Digest([byte; 32])]);
    assert_eq!(add(3, 3).await.expect("asked"), Kept::Moved, "2 comes first");
    assert_eq!(add(2, 2).await.expect("asked"), Kept::Stored);
    assert_eq!(add(2, 9).await.expect("asked"), Kept::Moved, "there is one already");
    assert_eq!(add(3, 3).await.expect("asked"), Kept::Stored);
    assert_eq!(database.entries(ws, 1, 10).await.expect("read"), [[2], [3]]);
    assert_eq!(database.entries(ws, 0, 2).await.expect("read"), [[1], [2]]);
    assert_eq!(database.bureau(ws).await.expect("read").expect("here").registry, 3);
}

async fn events_are_numbered_and_judged_on_what_is_here(database: &dyn Database, ws: WorkspaceId) {
    begun(database, ws).await;
    let (one, two) = (form(0x11), form(0x22));
    let arrive = |batch| database.arrive(batch);
    assert_eq!(arrive(batch(ws, one, 0, 0..2)).await.expect("asked"), Kept::Stored);
    assert_eq!(arrive(batch(ws, one, 0, 2..3)).await.expect("asked"), Kept::Moved, "two are here");
    let mut both = batch(ws, two, 0, 10..12);
    both.reach.clear();
    assert_eq!(arrive(both).await.expect("asked"), Kept::Stored);
    assert_eq!(arrive(batch(ws, one, 2, 2..3)).await.expect("asked"), Kept::Stored);

    let order = [event(0, one), event(1, one), event(10, two), event(11, two), event(2, one)];
    let mut log = EndpointLog::new(ws, LIFE);
    let all = Range { ws, after: 0, until: 100, most: 100, readers: Readers::Every };
    let rows = database.range(all.clone()).await.expect("read");
    for (row, event) in rows.iter().zip(&order) {
        log.push(event.id);
        assert_eq!((row.n, row.id, &row.envelope), (log.n(), event.id, &event.envelope));
        assert_eq!(database.log_root(ws, row.n).await.expect("read"), Some(log.root()));
    }
    let row = database.bureau(ws).await.expect("read").expect("here");
    assert_eq!((rows.len(), row.arrivals, row.log_root), (5, 5, log.root()));

    let unit = Readers::Some(vec![[1; 16], UNIT]);
    let some = Range { after: 1, most: 2, readers: unit.clone(), ..all.clone() };
    let numbers =
        |rows: Vec<_>| rows.into_iter().map(|row: qianban_endpoint::database::EventRow| row.n).collect();
    let seen: Vec<u64> = numbers(database.range(some).await.expect("read"));
    assert_eq!(seen, [2, 5], "what the unit may read");
    let ids: Vec<EventId> = order.iter().map(|event| event.id).collect();
    let seen: Vec<u64> = numbers(database.by_id(ws, ids.clone(), unit.clone()).await.expect("read"));
    assert_eq!(seen, [1, 2, 5]);
    let mut known = ids.clone();
    known.sort();
    assert_eq!(database.known(ws, [ids, vec![EventId([0; 32])]].concat()).await.expect("read"), known);
    assert_eq!(database.form(ws, one).await.expect("read").len(), 3);
    let counts = database.event_counts(ws, vec![two, form(0x33), one]).await.expect("read");
    assert_eq!(counts, [(one, 3), (two, 2)], "none of the third");
    buckets_and_changes(database, ws, unit).await;
}

async fn buckets_and_changes(database: &dyn Database, ws: WorkspaceId, unit: Readers) {
    let (one, two) = (form(0x11), form(0x22));
    let bucket = Bucket { ws, byte: 0x11, after: None, until: 4, most: 10, readers: unit.clone() };
    let mut expected = [event(0, one).id, event(1, one).id];
    expected.sort();
    assert_eq!(database.bucket(bucket.clone()).await.expect("read"), expected, "as of the fourth arrival");
    let rest = Bucket { after: Some(expected[0]), ..bucket.clone() };
    assert_eq!(database.bucket(rest).await.expect("read"), expected[1..]);
    let hidden = Bucket { byte: 0x22, until: 100, ..bucket };
    assert_eq!(database.bucket(hidden).await.expect("read"), [], "another unit's form");
    let all = Range { ws, after: 0, until: 100, most: 10, readers: Readers::Every };
    let changed = database.changed(all).await.expect("read");
    let order: Vec<_> = changed.iter().map(|row| (row.form, row.changed)).collect();
    assert_eq!(order, [(two, 4), (one, 5)]);
    assert!(database.may_read(ws, one, unit.clone()).await.expect("read"));
    assert!(!database.may_read(ws, two, unit).await.expect("read"));
    assert!(!database.may_read(ws, form(0x33), Readers::Every).await.expect("read"), "there is none");
}

async fn room_is_bounded_and_nothing_half_kept(database: &dyn Database, ws: WorkspaceId) {
    begun(database, ws).await;
    let tight =
        |bureau_bytes, seat_day_bytes| Sender { room: Room { bureau_bytes, seat_day_bytes }, ..sender(ws) };
    for sender in [tight(319, 1_000), tight(1_000, 319)] {
        let full = Batch { sender, ..batch(ws, form(1), 0, 0..2) };
        assert_eq!(database.arrive(full).await.expect("asked"), Kept::Full, "two events are 320 bytes");
    }
    let row = database.bureau(ws).await.expect("read").expect("here");
    assert_eq!(row.arrivals, 0);
    let just = Batch { sender: tight(320, 320), ..batch(ws, form(1), 0, 0..2) };
    assert_eq!(database.arrive(just).await.expect("asked"), Kept::Stored);
    let blob = NewBlob { digest: digest(b"x"), len: 1, bytes: Some(b"x".to_vec()), parts: vec![] };
    assert_eq!(database.add_blobs(tight(320, 900), vec![blob.clone()]).await.expect("asked"), None);
    assert!(!database.count_part(tight(900, 900), 581).await.expect("asked"), "320 of the day are used");
    assert!(database.count_part(tight(900, 900), 580).await.expect("asked"));
    let tomorrow = Sender { day: 20_001, ..tight(900, 320) };
    assert_eq!(database.add_blobs(tomorrow, vec![blob]).await.expect("asked"), Some(vec![true]));
}

async fn blobs_are_read_by_whoever_may_read_what_names_them(database: &dyn Database, ws: WorkspaceId) {
    begun(database, ws).await;
    let blob = |bytes: &[u8], parts: &[Digest]| NewBlob {
        digest: digest(bytes),
        len: bytes.len() as u64,
        bytes: Some(bytes.to_vec()),
        parts: parts.to_vec(),
    };
    let (scan, secret, def) = (blob(b"scan", &[]), blob(b"secret", &[]), blob(b"definition", &[]));
    let snapshot = blob(b"snapshot", &[scan.digest]);
    let long = NewBlob { digest: Digest([0xee; 32]), len: 1 << 20, bytes: None, parts: vec![] };
    let all = [scan.clone(), secret.clone(), def.clone(), snapshot.clone(), long.clone(), scan.clone()];
    let fresh = database.add_blobs(sender(ws), all.to_vec()).await.expect("asked");
    assert_eq!(fresh, None, "the long one is too much");
    let all = [scan.clone(), secret.clone(), def.clone(), snapshot.clone(), scan.clone()];
    let fresh = database.add_blobs(sender(ws), all.to_vec()).await.expect("asked");
    assert_eq!(fresh, Some(vec![true, true, true, true, false]), "the same twice");
    let mut batch = batch(ws, form(0x11), 0, 0..1);
    batch.mentions = vec![Mention { digest: snapshot.digest, form: form(0x11), pc: PC }];
    database.arrive(batch).await.expect("kept");
    database.add_entry(ws, 2, vec![2], vec![def.digest]).await.expect("kept");

    let mut names: Vec<Digest> = all.iter().map(|blob| blob.digest).collect();
    names.sort();
    names.dedup();
    let unit = Readers::Some(vec![UNIT]);
    let seen = database.blobs(ws, names.clone(), unit.clone()).await.expect("read");
    let mut expected = vec![scan.digest, def.digest, snapshot.digest];
    expected.sort();
    let seen: Vec<Digest> = seen.iter().map(|row| row.digest).collect();
    assert_eq!(seen, expected, "what the form, its snapshot and the registry name");
    let stranger = Readers::Some(vec![[1; 16]]);
    let seen = database.lengths(ws, names.clone(), stranger).await.expect("read");
    assert_eq!(seen.iter().map(|row| (row.digest, row.len)).collect::<Vec<_>>(), [(def.digest, 10)]);
    let rows = database.blobs(ws, vec![secret.digest], Readers::Every).await.expect("read");
    assert_eq!(rows[0].bytes.as_deref(), Some(b"secret".as_slice()));
    let all = database.all_blobs(ws, Some(names[0]), 10).await.expect("read");
    assert_eq!(all.iter().map(|row| row.digest).collect::<Vec<_>>(), names[1..]);
    let elsewhere = database.blobs(WorkspaceId([4; 16]), names.clone(), Readers::Every).await.expect("read");
    assert_eq!(elsewhere, [], "another bureau has its own");
    naming_opens_what_the_first_to_name_it_has(database, ws, &secret).await;
}

async fn naming_opens_what_the_first_to_name_it_has(
    database: &dyn Database,
    ws: WorkspaceId,
    secret: &NewBlob,
) {
    let (thief, owner) = (Pc([8; 32]), PC);
    let unit = || Readers::Some(vec![UNIT]);
    let name = secret.digest;
    let seen = async || !database.lengths(ws, vec![name], unit()).await.expect("read").is_empty();
    let held = async |pc| !database.held(ws, vec![name], pc, unit()).await.expect("read").is_empty();
    let closed = async |pc| !database.closed(ws, vec![name], pc).await.expect("read").is_empty();
    assert!(!held(thief).await && held(owner).await, "whoever sent it has it");
    assert!(closed(owner).await && !closed(thief).await, "no form names it yet");
    let mention = |byte, pc| Mention { digest: name, form: form(byte), pc };
    let mut named = batch(ws, form(0x11), 1, 1..2);
    named.mentions = vec![mention(0x11, thief), mention(0x11, owner)];
    assert_eq!(database.arrive(named).await.expect("asked"), Kept::Stored);
    assert!(!seen().await && closed(owner).await, "the first to name it stands there, and has it not");
    let mut named = batch(ws, form(0x22), 0, 50..51);
    named.mentions = vec![mention(0x22, owner)];
    named.reach = vec![];
    database.arrive(named).await.expect("kept");
    assert!(!seen().await && !closed(owner).await, "open, and not to this unit");
    let mut had = batch(ws, form(0x11), 2, 2..3);
    (had.mentions, had.had) = (vec![], vec![(name, thief)]);
    database.arrive(had).await.expect("kept");
    assert!(seen().await && held(thief).await);
    let after = database.all_had(ws, Some((name, owner)), 1).await.expect("read");
    assert_eq!(after, [(name, thief)], "in order, for a copy");
    database.add_had(ws, vec![(name, thief), (Digest([0xff; 32]), thief)]).await.expect("kept");
    let all = database.all_had(ws, None, 100).await.expect("read");
    assert_eq!(all.last(), Some(&(Digest([0xff; 32]), thief)));
    let snapshot = digest(b"snapshot");
    let parts = database.parts(ws, vec![snapshot, name]).await.expect("read");
    assert_eq!(parts, [(snapshot, digest(b"scan"))]);
}

/// Y6: numbers become visible in their order, so whoever reads on from the last one skips nothing.
async fn two_hundred_writers_leave_no_hole(database: Arc<dyn Database>, ws: WorkspaceId) {
    const WRITERS: u64 = 200;
    const BATCHES: u64 = 3;
    begun(&*database, ws).await;
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let database = Arc::clone(&database);
            let form = FormId(digest(&writer.to_be_bytes()).0);
            tokio::spawn(async move {
                for round in 0..BATCHES {
                    let first = 1_000 + writer * BATCHES * 2 + round * 2;
                    let kept = loop {
                        match database.arrive(batch(ws, form, round * 2, first..first + 2)).await {
                            // It stood in line for a connection too long; nothing was done.
                            Err(DatabaseError::Pool(_)) => {}
                            kept => break kept.expect("asked"),
                        }
                    };
                    assert_eq!(kept, Kept::Stored);
                }
            })
        })
        .collect();
    let (mut seen, whole) = (0, WRITERS * BATCHES * 2);
    while seen < whole {
        let range = Range { ws, after: seen, until: u64::MAX, most: 490, readers: Readers::Every };
        for row in database.range(range).await.expect("read") {
            seen += 1;
            assert_eq!(row.n, seen, "the reader skipped a number");
        }
    }
    for writer in writers {
        writer.await.expect("wrote");
    }
    assert_eq!(database.bureau(ws).await.expect("read").expect("here").arrivals, whole);
}

/// The server is cut off under its writers: what was acknowledged is there, what was not can be sent again (faults 70).
#[tokio::test(flavor = "multi_thread")]
async fn postgres_cut_off_under_writers_loses_nothing() {
    const WRITERS: u64 = 200;
    const ROUNDS: u64 = 5;
    let server = Server::start();
    let address = server.database("cut");
    let instances = [LIFE, LIFE].map(|life| Postgres::connect(&address, &PostgresWire::Local, life));
    let [one, other] = instances;
    let instances: [Arc<dyn Database>; 2] =
        [Arc::new(one.await.expect("connects")), Arc::new(other.await.expect("connects"))];
    let ws = WorkspaceId([70; 16]);
    begun(&*instances[0], ws).await;
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let database = Arc::clone(&instances[writer as usize % 2]);
            tokio::spawn(async move { persistent_writer(&*database, ws, writer, ROUNDS).await })
        })
        .collect();
    for least in [100, 400] {
        let arrivals = loop {
            match instances[0].bureau(ws).await {
                Ok(Some(row)) if row.arrivals > least => break row.arrivals,
                _ => tokio::task::yield_now().await,
            }
        };
        assert!(arrivals < WRITERS * ROUNDS, "the cut comes while they write");
        tokio::task::block_in_place(|| server.crash_and_restart());
    }
    let mut acknowledged = 0;
    for writer in writers {
        acknowledged += writer.await.expect("got on");
    }
    assert_eq!(acknowledged, WRITERS * ROUNDS);
    let (mut seen, mut log) = (0, EndpointLog::new(ws, LIFE));
    while seen < acknowledged {
        let range = Range { ws, after: seen, until: u64::MAX, most: 490, readers: Readers::Every };
        for row in instances[1].range(range).await.expect("read") {
            seen += 1;
            log.push(row.id);
            assert_eq!(row.n, seen);
        }
    }
    let row = instances[0].bureau(ws).await.expect("read").expect("here");
    assert_eq!((row.arrivals, row.log_root), (acknowledged, log.root()));
}

/// Writes one event after another and asks, whenever it did not hear, how far it has come.
async fn persistent_writer(database: &dyn Database, ws: WorkspaceId, writer: u64, rounds: u64) -> u64 {
    let form = FormId(digest(&writer.to_be_bytes()).0);
    let mut known = 0;
    while known < rounds {
        let next = 1_000_000 + writer * rounds + known;
        match database.arrive(batch(ws, form, known, next..next + 1)).await {
            Ok(Kept::Stored) => known += 1,
            Ok(Kept::Full) => panic!("there is room"),
            Ok(Kept::Moved) | Err(_) => {
                if let Ok(here) = database.form(ws, form).await {
                    known = here.len() as u64;
                }
            }
        }
    }
    known
}
