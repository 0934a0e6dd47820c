//! What PCs do with an endpoint, told once for each database.

use qianban_journal::{
    Attachment, Certificate, Change, Checkpoint, Digest, EndpointLog, Envelope, Event, FormId, Incarnation,
    PersonId, PublicKey, Receipt, RegistryChain, RegistryEntry, Signer, Snapshot, digest, event_id,
    heads_digest, seat_id, signed_bytes,
};
use qianban_protocol::blobs::{Batch, Digests, LongBlob, Progress, SmallBlobs};
use qianban_protocol::compare::{BucketIds, Buckets, bucket_digest};
use qianban_protocol::enrol::{Enrol, Enrolled, OneTimeCode, Waiting};
use qianban_protocol::events::{Envelopes, Ids, Page};
use qianban_protocol::hello::Hello;
use qianban_protocol::registry::Entries;
use qianban_protocol::{Fate, Fates, Message, Missing, RefusalCode, limit, path};

use crate::bureau::{Bureau, DEF, OTHER_UNIT, UNIT, Who};
use crate::naming;
use crate::pc::{Pc, plain};
use crate::postgres::Server;
use crate::world::{World, quota};

#[tokio::test(flavor = "multi_thread")]
async fn the_stories_on_sqlite() {
    all(&World::on_sqlite(quota()).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stories_on_postgres() {
    let server = Server::start();
    all(&World::on_postgres(&server.database("stories")).await).await;
}

/// Two instances on one database are given the same forms at the same time: each event is numbered once.
#[tokio::test(flavor = "multi_thread")]
async fn two_instances_take_the_same_events_once() {
    let server = Server::start();
    let address = server.database("instances");
    let (one, other) = (World::on_postgres(&address).await, World::on_postgres(&address).await);
    let mut bureau = Bureau::founded(25);
    one.let_in(&bureau).await;
    let forms: Vec<_> = (0..20)
        .map(|n| {
            let mut form = bureau.form(Who::Registrar, UNIT, digest(&[n]));
            let newer = of_newer_rules(&bureau.save(Who::Registrar, &form, digest(&[n, n])), Who::Registrar);
            form.push(newer);
            form
        })
        .collect();
    let (here, there) =
        (Pc::new(one.at, &bureau, Who::Registrar).await, Pc::new(other.at, &bureau, Who::Registrar).await);
    let (mut stored, mut duplicate) = (0, 0);
    for form in &forms {
        let events = bytes(form);
        let (a, b) = tokio::join!(here.post(path::EVENTS, &events), there.post(path::EVENTS, &events));
        for fate in a.message::<Fates>().0.into_iter().chain(b.message::<Fates>().0) {
            match fate {
                Fate::Stored => stored += 1,
                Fate::Duplicate => duplicate += 1,
                other => panic!("{other:?}"),
            }
        }
    }
    assert_eq!((stored, duplicate), (60, 60));
    let page = pull(&there, 0).await;
    assert_eq!((page.events.len(), page.head), (60, 60));
    let checkpoint = Checkpoint::decode(&here.get(path::CHECKPOINT).await.body).expect("a checkpoint");
    let mut log = EndpointLog::new(bureau.ws, here.incarnation);
    for one in &page.events {
        log.push(Envelope::decode(&one.envelope).expect("an envelope").id());
    }
    assert_eq!(checkpoint.said, log, "both count one log");
}

/// The same PC sends an event of newer rules twice at the same time, to one instance.
async fn what_cannot_be_read_is_taken_once(world: &World) {
    let mut bureau = Bureau::founded(26);
    world.let_in(&bureau).await;
    let registrar = Pc::new(world.at, &bureau, Who::Registrar).await;
    for n in 0..20 {
        let mut form = bureau.form(Who::Registrar, UNIT, digest(&[n]));
        let newer = of_newer_rules(&bureau.save(Who::Registrar, &form, digest(&[n, n])), Who::Registrar);
        form.push(newer);
        registrar.post(path::EVENTS, &bytes(&form[..2])).await.message::<Fates>();
        let events = bytes(&form[2..]);
        let (a, b) =
            tokio::join!(registrar.post(path::EVENTS, &events), registrar.post(path::EVENTS, &events));
        let mut fates = [a.message::<Fates>().0, b.message::<Fates>().0].concat();
        fates.sort_by_key(|fate| *fate == Fate::Duplicate);
        assert_eq!(fates, [Fate::Stored, Fate::Duplicate]);
    }
}

/// An event that only a newer program can read (A2), signed like any other.
fn of_newer_rules(envelope: &Envelope, who: Who) -> Envelope {
    let mut event = Event::decode(&envelope.body).expect("an event");
    event.rules += 1;
    let body = event.encode();
    let sig = who.key().sign(&signed_bytes(event_id(&body))).expect("signs");
    Envelope { body, sig, ..envelope.clone() }
}

/// What cannot be read is of a certified seat of this bureau, belongs to a form that is here, and takes its room.
async fn what_cannot_be_read_is_checked_all_the_same(world: &World) {
    let mut bureau = Bureau::founded(27);
    let admin = world.let_in(&bureau).await;
    let registrar = Pc::new(world.at, &bureau, Who::Registrar).await;
    let form = bureau.form(Who::Registrar, UNIT, digest(b"content"));
    let good = of_newer_rules(&form[1], Who::Registrar);
    let forged = of_newer_rules(&form[1], Who::Clerk);
    let uncertified = of_newer_rules(&bureau.changed(&form[1], Who::Clerk, as_the_clerk), Who::Clerk);
    let elsewhere = of_newer_rules(
        &Bureau::founded(28).form(Who::Registrar, UNIT, digest(b"content"))[0],
        Who::Registrar,
    );
    let later = bureau.changed(&form[1], Who::Registrar, |event| event.epoch.number += 1_000);
    let later = of_newer_rules(&later, Who::Registrar);
    let number = bureau.chain.head().expect("founded").number + 1_000;
    let fates = async |envelopes: &[&Envelope]| {
        let envelopes: Vec<Envelope> = envelopes.iter().map(|one| (*one).clone()).collect();
        registrar.post(path::EVENTS, &bytes(&envelopes)).await.message::<Fates>().0
    };
    let no_form = Fate::Pending(Missing::Events(vec![form[0].id()]));
    assert_eq!(fates(&[&good]).await, [no_form], "its form is not here");
    let expected = [
        Fate::Stored,
        Fate::Rejected("A7-SIGNATURE".into()),
        Fate::Rejected("A7-SEAT".into()),
        Fate::Rejected("A4-WORKSPACE".into()),
        Fate::Pending(Missing::Registry(number)),
        Fate::Stored,
        Fate::Duplicate,
    ];
    let all = [&form[0], &forged, &uncertified, &elsewhere, &later, &good, &good];
    assert_eq!(fates(&all).await, expected);
    assert_eq!(pull(&admin, 0).await.events.len(), 2, "and what was kept goes on to others");
}

fn as_the_clerk(event: &mut Event) {
    (event.person, event.seat) = (Who::Clerk.person(), Who::Clerk.seat(event.ws));
    event.log.inc = Who::Clerk.certificate().incarnation;
}

/// An instance has a form in memory while the other one adds to it. It must not say that what is here is missing, even
/// where nothing else is to be kept.
#[tokio::test(flavor = "multi_thread")]
async fn an_instance_does_not_believe_its_memory_when_the_other_added_to_a_form() {
    let server = Server::start();
    let address = server.database("memory");
    let (one, other) = (World::on_postgres(&address).await, World::on_postgres(&address).await);
    let mut bureau = Bureau::founded(29);
    one.let_in(&bureau).await;
    let (here, there) =
        (Pc::new(one.at, &bureau, Who::Registrar).await, Pc::new(other.at, &bureau, Who::Registrar).await);
    let mut form = bureau.form(Who::Registrar, UNIT, digest(b"first"));
    for content in [b"second", b"third."] {
        let save = bureau.save(Who::Registrar, &form, digest(content));
        form.push(save);
    }
    let sent = async |pc: &Pc, n: usize| {
        pc.post(path::EVENTS, &bytes(&form[n..=n])).await.message::<Fates>().0.remove(0)
    };
    assert_eq!([sent(&there, 0).await, sent(&there, 1).await], [Fate::Stored, Fate::Stored], "in its memory");
    assert_eq!(sent(&here, 2).await, Fate::Stored, "by the other instance");
    assert_eq!(sent(&there, 3).await, Fate::Stored, "what it builds on is here");
}

async fn all(world: &World) {
    what_cannot_be_read_is_taken_once(world).await;
    what_cannot_be_read_is_checked_all_the_same(world).await;
    a_second_pc_is_let_in(world).await;
    events_cross_and_nothing_is_lost_or_doubled(world).await;
    blobs_cross_in_parts_and_in_batches(world).await;
    the_endpoint_says_what_it_has(world).await;
    naming::is_not_reading(world).await;
    naming::again_what_may_be_read_is_reading(world).await;
    naming::opens_what_another_pc_brought(world).await;
    crate::newer::an_old_registry_makes_events_wait_and_catches_up(world).await;
}

pub(crate) fn bytes(envelopes: &[Envelope]) -> Envelopes {
    Envelopes(envelopes.iter().map(Envelope::encode).collect())
}

async fn pull(pc: &Pc, after: u64) -> Page {
    pc.get(&format!("{}?inc={}&after={after}", path::EVENTS, pc.incarnation)).await.message()
}

async fn a_second_pc_is_let_in(world: &World) {
    let mut bureau = Bureau::founded(21);
    let admin = world.let_in(&bureau).await;
    let OneTimeCode { code, .. } = admin.ask_with("POST", path::ENROL_CODE, "", &[]).await.message();
    let ask = |code: &str, label: &str| {
        let enrol = Enrol::sign(code.into(), Who::Clerk.certificate(), label.into(), &Who::Clerk.key());
        enrol.expect("signs").encode()
    };
    let asked = plain(world.at, "POST", path::ENROL, "", &ask(&code.to_lowercase(), "二楼窗口")).await;
    let Enrolled { root, person, .. } = asked.message();
    let first = RegistryEntry::decode(&bureau.entries[0]).expect("an entry");
    assert_eq!((root, person), (first.hash(), None), "to be compared with the root from paper");
    let refused = plain(world.at, "POST", path::ENROL, "", &ask("AAAA-AAAA-AAAA-AAAA", "")).await;
    assert_eq!(refused.refusal(), Some(RefusalCode::OneTimeCode));

    let Waiting(waiting) = admin.get(path::ENROL).await.message();
    assert_eq!((waiting.len(), waiting[0].label.as_str()), (1, "二楼窗口"));
    assert_eq!(seat_id(bureau.ws, &waiting[0].certificate), Who::Clerk.seat(bureau.ws));
    let clerk = Pc::new(world.at, &bureau, Who::Clerk).await;
    assert_eq!(clerk.get("/v1/registry?after=0").await.refusal(), Some(RefusalCode::NotCertified));
    bureau.certify(Who::Clerk);
    let last = bureau.entries.last().expect("an entry").clone();
    let Fates(fates) = admin.post(path::REGISTRY, &Entries(vec![last.clone(), last])).await.message();
    assert_eq!(fates, [Fate::Stored, Fate::Duplicate]);

    let asked = plain(world.at, "POST", path::ENROL, "", &ask(&code, "二楼窗口")).await;
    let person = Who::Clerk.certificate().person;
    assert_eq!(asked.message::<Enrolled>().person, Some(person), "asked again until then");
    let OneTimeCode { code, .. } = admin.ask_with("POST", path::ENROL_CODE, "", &[]).await.message();
    let stranger = Certificate { person: PersonId([99; 16]), ..Who::Clerk.certificate() };
    let again = Enrol::sign(code, stranger, String::new(), &Who::Clerk.key()).expect("signs");
    let told = plain(world.at, "POST", path::ENROL, "", &again.encode()).await.message::<Enrolled>();
    assert_eq!(told.person, Some(person), "the key is certified, for whom the administrator chose");
    let Waiting(waiting) = admin.get(path::ENROL).await.message();
    assert!(waiting.is_empty(), "and it waits no more");
    let Entries(entries) = clerk.get("/v1/registry?after=0").await.message();
    assert_eq!(entries, bureau.entries);
    let mut chain = RegistryChain::new(root);
    for entry in entries {
        let entry = RegistryEntry::decode(&entry).expect("an entry");
        chain.append(&entry, &qianban_journal::NoBlobs).expect("follows");
    }
    assert_eq!(
        clerk.ask_with("POST", path::ENROL_CODE, "", &[]).await.refusal(),
        Some(RefusalCode::NotAllowed)
    );
}

async fn events_cross_and_nothing_is_lost_or_doubled(world: &World) {
    let mut bureau = Bureau::founded(22);
    bureau.certify(Who::Clerk);
    world.let_in(&bureau).await;
    let registrar = Pc::new(world.at, &bureau, Who::Registrar).await;
    let clerk = Pc::new(world.at, &bureau, Who::Clerk).await;
    let ours = bureau.form(Who::Clerk, UNIT, digest(b"ours"));
    let theirs = bureau.form(Who::Registrar, OTHER_UNIT, digest(b"theirs"));

    let Fates(fates) = clerk.post(path::EVENTS, &bytes(&ours[1..])).await.message();
    assert_eq!(fates, [Fate::Pending(Missing::Events(vec![ours[0].id()]))], "its Create is not here");
    let mut bad = ours[0].clone();
    bad.sig[0] ^= 1;
    let later = bureau.changed(&ours[0], Who::Clerk, |event| event.epoch.number += 1_000);
    let batch = bytes(&[bad, ours[0].clone(), later, ours[1].clone(), ours[0].clone()]);
    let Fates(fates) = clerk.post(path::EVENTS, &batch).await.message();
    let number = bureau.chain.head().expect("founded").number + 1_000;
    let expected = [
        Fate::Rejected("A7-SIGNATURE".into()),
        Fate::Stored,
        Fate::Pending(Missing::Registry(number)),
        Fate::Stored,
        Fate::Duplicate,
    ];
    assert_eq!(fates, expected, "one bad item stops nothing");
    let Fates(fates) = clerk.post(path::EVENTS, &bytes(&ours)).await.message();
    assert_eq!(fates, [Fate::Duplicate, Fate::Duplicate], "the answer was lost: sent again");
    let Fates(fates) = registrar.post(path::EVENTS, &bytes(&theirs)).await.message();
    assert_eq!(fates, [Fate::Stored, Fate::Stored]);

    let page = pull(&registrar, 0).await;
    let whole: Vec<_> = ours.iter().chain(&theirs).map(Envelope::encode).collect();
    assert_eq!(page.events.iter().map(|one| one.envelope.clone()).collect::<Vec<_>>(), whole);
    assert_eq!((page.last, page.head), (4, 4));
    assert_eq!(pull(&registrar, 4).await.events, []);
    let page = pull(&clerk, 1).await;
    assert_eq!(page.events.iter().map(|one| one.n).collect::<Vec<_>>(), [2], "not the other unit's");
    assert_eq!(page.last, 4, "and yet the cursor gets on");
    let mut ids = vec![ours[1].id(), theirs[0].id()];
    ids.sort();
    let Envelopes(found) = clerk.post(path::EVENTS_BY_ID, &Ids(ids)).await.message();
    assert_eq!(found, [ours[1].encode()]);
    compared(&registrar, &clerk, &ours, &theirs).await;
    nobody_opens_a_form_by_adding_to_it(&mut bureau, &registrar, &clerk, &theirs).await;
    what_may_not_leave_stays(&mut bureau, &registrar, world).await;
}

/// A form of another unit stays closed to the clerk, whatever the clerk adds to it, and whoever brings that.
async fn nobody_opens_a_form_by_adding_to_it(
    bureau: &mut Bureau,
    registrar: &Pc,
    clerk: &Pc,
    theirs: &[Envelope],
) {
    let intruding = bureau.save(Who::Clerk, theirs, digest(b"intruding"));
    let push = bytes(std::slice::from_ref(&intruding));
    let Fates(fates) = clerk.post(path::EVENTS, &push).await.message();
    let unknown = Fate::Pending(Missing::Events(vec![theirs[1].id()]));
    assert_eq!(fates, [unknown], "as if the form were not here");
    let Fates(fates) = registrar.post(path::EVENTS, &push).await.message();
    assert_eq!(fates, [Fate::Stored], "evidence of what the clerk tried");
    let mut ids: Vec<_> = theirs.iter().map(Envelope::id).chain([intruding.id()]).collect();
    ids.sort();
    let Envelopes(found) = clerk.post(path::EVENTS_BY_ID, &Ids(ids.clone())).await.message();
    assert_eq!(found, Vec::<Vec<u8>>::new(), "an event that counts for nothing opens nothing");
    let Envelopes(found) = registrar.post(path::EVENTS_BY_ID, &Ids(ids)).await.message();
    assert_eq!(found.len(), 3);
}

async fn compared(registrar: &Pc, clerk: &Pc, ours: &[Envelope], theirs: &[Envelope]) {
    let digest_of = |form: &[Envelope]| {
        let mut ids: Vec<_> = form.iter().map(Envelope::id).collect();
        ids.sort();
        bucket_digest(ids)
    };
    let byte = |form: &[Envelope]| usize::from(form[0].id().0[0]);
    let buckets: Buckets = registrar.get(path::COMPARE).await.message();
    assert_eq!(buckets.head, 4);
    if byte(ours) != byte(theirs) {
        assert_eq!(buckets.digests[byte(ours)], digest_of(ours));
        let hidden: Buckets = clerk.get(path::COMPARE).await.message();
        assert_eq!(hidden.digests[byte(theirs)], None, "what the clerk may not read is not compared");
    }
    let BucketIds { ids, more } = clerk.get(&format!("{}/{}", path::COMPARE, byte(ours))).await.message();
    let mut expected: Vec<_> = ours.iter().map(Envelope::id).collect();
    expected.sort();
    assert_eq!((ids, more), (expected, false));
}

async fn what_may_not_leave_stays(bureau: &mut Bureau, pc: &Pc, world: &World) {
    let setting =
        |value: &str| Change::Setting { key: qianban_protocol::leave::SETTING.into(), value: value.into() };
    bureau.change(setting("payment,"));
    let admin = Pc::new(world.at, bureau, Who::Admin).await;
    let entries = Entries(vec![bureau.entries.last().expect("an entry").clone()]);
    assert_eq!(admin.post(path::REGISTRY, &entries).await.message::<Fates>().0, [Fate::Stored]);
    let form = bureau.form(Who::Registrar, UNIT, digest(b"stays"));
    let newer = of_newer_rules(&form[1], Who::Registrar);
    let Fates(fates) = pc.post(path::EVENTS, &bytes(&[form[0].clone(), newer])).await.message();
    let stays = Fate::Rejected("Y8-LEAVE".into());
    assert_eq!(fates, [stays.clone(), stays], "nor what cannot be read, of a form that is not here");
}

pub(crate) async fn blobs_cross_in_parts_and_in_batches(world: &World) {
    let mut bureau = Bureau::founded(23);
    bureau.certify(Who::Clerk);
    world.let_in(&bureau).await;
    let registrar = Pc::new(world.at, &bureau, Who::Registrar).await;
    let clerk = Pc::new(world.at, &bureau, Who::Clerk).await;
    let long: Vec<u8> = (0..5_000_000_u32).map(|n| (n % 251) as u8).collect();
    let (name, len) = (digest(&long), long.len());
    let attachment = Attachment {
        slot: "a".into(),
        name: "扫描.pdf".into(),
        media: "application/pdf".into(),
        len: len as u64,
        digest: name,
    };
    let snapshot =
        Snapshot { def: DEF, fields: [].into(), attachments: vec![attachment], links: vec![] }.encode();
    let (content, other) = (digest(&snapshot), b"another unit's".to_vec());
    let Fates(fates) =
        registrar.post(path::BLOBS_PUT, &SmallBlobs(vec![snapshot.clone(), other.clone()])).await.message();
    assert_eq!(fates, [Fate::Stored, Fate::Stored]);

    let blob = format!("{}/{name}", path::BLOBS);
    let put = async |from: usize, to: usize| {
        registrar.ask_with("PUT", &format!("{blob}?offset={from}&len={len}"), "", &long[from..to]).await
    };
    let half = limit::PART_BYTES / 2;
    assert_eq!(put(0, half).await.message::<Progress>(), Progress { received: half as u64, complete: false });
    assert_eq!(put(0, half).await.refusal(), Some(RefusalCode::Offset), "the answer was lost");
    let head = registrar.ask_with("HEAD", &blob, "", &[]).await;
    assert_eq!((head.status, head.header(path::OFFSET_HEADER)), (404, Some(half.to_string().as_str())));
    let wrong = registrar.ask_with("PUT", &format!("{blob}?offset={half}&len={half}"), "", b"x").await;
    assert_eq!(wrong.refusal(), Some(RefusalCode::Offset), "longer than it said");
    put(half, limit::PART_BYTES).await.message::<Progress>();
    let last = put(limit::PART_BYTES, len).await.message::<Progress>();
    assert_eq!(last, Progress { received: len as u64, complete: true });

    let part = clerk.ask_with("GET", &blob, "range: bytes=0-9\r\n", &[]).await;
    assert_eq!(part.refusal(), Some(RefusalCode::NotFound), "no form of the clerk names it");
    let form = bureau.form(Who::Registrar, UNIT, content);
    registrar.post(path::EVENTS, &bytes(&form)).await.message::<Fates>();
    let part = clerk.ask_with("GET", &blob, "range: bytes=4999990-99999999\r\n", &[]).await;
    assert_eq!((part.status, &part.body[..]), (206, &long[4_999_990..]));
    assert_eq!(part.header("content-range"), Some("bytes 4999990-4999999/5000000"));
    let whole = clerk.ask_with("GET", &blob, &format!("range: bytes=0-{}\r\n", u64::MAX), &[]).await;
    assert_eq!((whole.status, whole.body.len()), (206, limit::PART_BYTES), "as much as a part has");
    let head = clerk.ask_with("HEAD", &blob, "", &[]).await;
    assert_eq!((head.status, head.header("content-length")), (200, Some("5000000")));

    let mut names = vec![name, content, digest(&other), Digest([0; 32])];
    names.sort();
    let batch: Batch = clerk.post(path::BLOBS_GET, &Digests(names.clone())).await.message();
    assert_eq!(batch.blobs, [snapshot]);
    assert_eq!(batch.long, [LongBlob { digest: name, len: len as u64 }]);
    assert_eq!(batch.missing.len(), 2, "one is nowhere, one is not the clerk's");
    let Digests(missing) = registrar.post(path::BLOBS_MISSING, &Digests(names)).await.message();
    assert_eq!(missing, [Digest([0; 32])]);
}

async fn the_endpoint_says_what_it_has(world: &World) {
    let mut bureau = Bureau::founded(24);
    let admin = world.let_in(&bureau).await;
    let hello: Hello = plain(world.at, "GET", path::HELLO, "", &[]).await.message();
    let public: PublicKey = hello.key.expect("an endpoint has a key");
    bureau.change(Change::EndpointKey { incarnation: hello.incarnation, public });
    let entries = Entries(vec![bureau.entries.last().expect("an entry").clone()]);
    admin.post(path::REGISTRY, &entries).await.message::<Fates>();
    let form = bureau.form(Who::Registrar, UNIT, digest(b"content"));
    admin.post(path::EVENTS, &bytes(&form)).await.message::<Fates>();

    let registry = bureau.chain.now().expect("founded");
    let mut log = EndpointLog::new(bureau.ws, hello.incarnation);
    for n in 0..=2_u64 {
        let answer = admin.get(&format!("{}?n={n}", path::CHECKPOINT)).await;
        let checkpoint = Checkpoint::decode(&answer.body).expect("a checkpoint");
        checkpoint.verify(bureau.ws, registry).expect("the endpoint's word");
        assert_eq!(checkpoint.said, log, "after {n}");
        if let Some(envelope) = form.get(n as usize) {
            log.push(envelope.id());
        }
    }
    let now = Checkpoint::decode(&admin.get(path::CHECKPOINT).await.body).expect("a checkpoint");
    assert_eq!(now.said.n(), 2);
    assert_eq!(admin.get("/v1/checkpoint?n=3").await.refusal(), Some(RefusalCode::NotFound));

    let id = FormId::from(form[0].id());
    let receipt =
        Receipt::decode(&admin.get(&format!("{}/{id}", path::RECEIPT)).await.body).expect("a receipt");
    receipt.verify(bureau.ws, registry).expect("the endpoint's word");
    assert_eq!((receipt.said.form, receipt.said.heads), (id, heads_digest(&[form[1].id()])));
    assert_eq!(receipt.incarnation, hello.incarnation);
    let none = admin.get(&format!("{}/{}", path::RECEIPT, FormId([1; 32]))).await;
    assert_eq!(none.refusal(), Some(RefusalCode::NotFound));
    assert_ne!(hello.incarnation, Incarnation([0; 16]));
}
