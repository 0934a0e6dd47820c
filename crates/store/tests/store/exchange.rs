//! What others made, taken in through the one door: any order, twice, damaged, or by somebody who wants to fill the disk.

use qianban_journal::*;
use qianban_store::*;

use crate::bureau::{Bureau, CHIEF, DEFINITION, DRAFTER, HEAD, OTHER, REGISTRAR, Reasons, UNIT, store};

const DEVICE: DeviceId = DeviceId([3; 16]);
pub(crate) const LIFE: Incarnation = Incarnation([4; 16]);

/// Another PC of the bureau.
pub(crate) struct Pc {
    _dir: tempfile::TempDir,
    pub(crate) store: Store,
    pub(crate) peer: PeerKey,
}

impl Pc {
    /// A PC that knows the first `entries` entries of the registry and has met the first PC.
    pub(crate) fn with_registry(first: &Store, entries: u32) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let key = DatabaseKey::generate().unwrap();
        let store = Store::create(dir.path(), &key, Box::new(Reasons)).unwrap();
        let root = entry(first, 1).hash();
        store.write(|w| w.trust_root(root)).unwrap();
        let peer = store.write(|w| w.meet_peer(DEVICE, LIFE, "台账机", 1)).unwrap();
        let pc = Self { _dir: dir, store, peer };
        pc.learn(first, 1..=entries);
        pc
    }

    pub(crate) fn of(first: &Store) -> Self {
        Self::with_registry(first, height(first))
    }

    pub(crate) fn learn(&self, first: &Store, numbers: std::ops::RangeInclusive<u32>) {
        for number in numbers {
            self.store.write(|w| w.append_registry(&entry(first, number), 1)).unwrap();
        }
    }

    pub(crate) fn take(&self, envelopes: Vec<Envelope>) -> Vec<ItemResult> {
        let chain = self.store.read(|r| Ok::<_, StoreError>(r.registry().clone())).unwrap();
        let mut results = Vec::new();
        for batch in envelopes.chunks(BATCH_EVENTS) {
            let checked = Checked::all(batch.to_vec(), &chain);
            results.extend(self.store.write(|w| w.take_events(self.peer, &checked, 5)).unwrap());
        }
        results
    }

    /// Takes in what waits no more; answers how many events that were.
    pub(crate) fn release(&self) -> usize {
        let mut stored = 0;
        while self.store.read(|r| r.has_ready()).unwrap() {
            let results = self.store.write(|w| w.take_pending(6)).unwrap();
            stored += results.iter().filter(|result| matches!(result, ItemResult::Stored(..))).count();
        }
        stored
    }

    fn take_blobs(&self, first: &Store, outgoing: &Outgoing) {
        let read = |digest| first.read(|r| r.blob(digest)).unwrap().unwrap();
        let blobs: Vec<_> = outgoing.blobs.iter().map(|blob| read(blob.what)).collect();
        assert!(self.store.write(|w| w.take_blobs(&blobs)).unwrap().into_iter().all(|here| here));
        self.store.write(|w| w.take_blobs(&[DEFINITION.to_vec()])).unwrap();
    }

    pub(crate) fn pending(&self) -> u64 {
        self.store.read(|r| r.pending_count()).unwrap()
    }
}

pub(crate) fn height(store: &Store) -> u32 {
    store.read(|r| Ok::<_, StoreError>(r.registry().head().map_or(0, |head| head.number))).unwrap()
}

fn entry(store: &Store, number: u32) -> RegistryEntry {
    RegistryEntry::decode(&store.read(|r| r.registry_entry(number)).unwrap().unwrap()).unwrap()
}

pub(crate) fn outgoing(store: &Store, peer: Option<PeerKey>) -> (Outgoing, Vec<Envelope>) {
    store
        .read(|r| {
            let outgoing = r.outgoing(peer, None, &[])?;
            let bytes = outgoing.events.iter().map(|event| r.envelope_bytes(event.what));
            let bytes = bytes.collect::<Result<Vec<_>, _>>()?;
            Ok::<_, StoreError>((
                outgoing,
                bytes.iter().map(|bytes| Envelope::decode(bytes).unwrap()).collect(),
            ))
        })
        .unwrap()
}

fn state(store: &Store) -> Digest {
    store.read(|r| r.state_digest()).unwrap()
}

fn well(store: &Store) {
    let report = store.verify(|_| std::ops::ControlFlow::Continue(())).unwrap();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
}

/// Three sealed forms and one that was sent back.
pub(crate) fn told(bureau: &Bureau<'_>) {
    for n in 1..=3 {
        let (form, _) = bureau.sealed(&format!("第{n}件"), n);
        bureau.entry(REGISTRAR, form, "done", 1);
    }
    let (form, rev) = bureau.drafted("退回的一件");
    let round = bureau.submit(form, rev);
    bureau.approve(HEAD, form, round, 0);
    bureau.send_back(CHIEF, form, round, Target::Drafter);
}

/// What its rows say follows when the linked form comes, is sealed, and has nothing new to tell.
#[test]
fn a_form_may_come_before_the_one_that_it_links_to() {
    let (_dir, _, first) = store();
    let bureau = Bureau::found(&first);
    let (other, _) = bureau.sealed("被关联", 1);
    bureau.entry(REGISTRAR, other, "done", 1);
    let link = Link { form: other, seal: EventId([5; 32]), content: Digest([6; 32]) };
    let content = Snapshot { links: vec![link], ..bureau.snapshot("汇总", vec![]) };
    let (linking, _) = bureau.drafted_with(&content);
    let (what, envelopes) = outgoing(&first, None);
    let pc = Pc::of(&first);
    let own: Vec<EventId> = first.read(|r| r.form_log(linking)).unwrap().ids().collect();
    let (own, others): (Vec<_>, Vec<_>) = envelopes.into_iter().partition(|event| own.contains(&event.id()));
    pc.take(own);
    assert!(pc.store.write(|w| w.take_blobs(&[content.encode()])).unwrap()[0], "its content is wanted");
    let query = LedgerQuery { text: "关联单已定稿".to_owned(), ..LedgerQuery::default() };
    let found = || pc.store.read(|r| r.ledger_page(&query)).unwrap().rows.len();
    assert_eq!(found(), 0, "the linked form is not here");
    for event in others {
        pc.take(vec![event]);
    }
    assert_eq!(found(), 1);
    pc.take_blobs(&first, &what);
    assert_eq!(state(&pc.store), state(&first));
    well(&pc.store);
}

#[test]
fn any_order_gives_the_same_state_and_twice_changes_nothing() {
    let (_dir, _, first) = store();
    told(&Bureau::found(&first));
    let (goes, mut envelopes) = outgoing(&first, None);
    let other = Pc::of(&first);
    envelopes.reverse();
    let results = other.take(envelopes.clone());
    assert!(results.iter().any(|result| matches!(result, ItemResult::Pending(..))), "the last comes first");
    other.release();
    assert_eq!(other.pending(), 0);
    let before = state(&other.store);
    assert_ne!(before, state(&first), "the contents have not come");
    assert!(other.store.read(|r| r.wanted_count()).unwrap() > 0);
    well(&other.store);
    other.take_blobs(&first, &goes);
    assert_eq!(state(&other.store), state(&first));
    assert_eq!(other.store.read(|r| r.wanted_count()).unwrap(), 0);
    assert!(other.take(envelopes).iter().all(|result| matches!(result, ItemResult::Duplicate(_))));
    assert_eq!(state(&other.store), state(&first), "P9");
    well(&other.store);
    other.store.rebuild().unwrap();
    assert_eq!(state(&other.store), state(&first), "P11");
}

#[test]
fn what_knows_a_newer_registry_waits_for_it() {
    let (_dir, _, first) = store();
    let bureau = Bureau::found(&first);
    let early = height(&first);
    bureau.change(Change::Setting { key: "G1".to_owned(), value: "a".to_owned() });
    told(&bureau);
    let (_, envelopes) = outgoing(&first, None);
    let other = Pc::with_registry(&first, early);
    let results = other.take(envelopes.clone());
    assert!(results.iter().all(|result| matches!(result, ItemResult::Pending(_, Missing::Registry(_)))));
    let waits = &other.store.read(|r| r.pending(1)).unwrap()[0].waiting;
    assert_eq!(*waits, Waiting::Registry(early + 1));
    other.learn(&first, early + 1..=height(&first));
    assert_eq!(other.release(), envelopes.len(), "folded as soon as it arrives");
    assert_eq!(other.pending(), 0);
}

#[test]
fn a_bad_signature_never_keeps_the_good_event_out() {
    let (_dir, _, first) = store();
    told(&Bureau::found(&first));
    let (_, envelopes) = outgoing(&first, None);
    let other = Pc::with_registry(&first, 1);
    let forged = |envelope: &Envelope| Envelope { sig: [9; 64], ..envelope.clone() };
    let waits = other.take(envelopes.iter().map(forged).collect());
    assert!(waits.iter().all(|result| matches!(result, ItemResult::Pending(..))), "nobody can tell yet");
    other.take(envelopes.clone());
    assert_eq!(other.pending(), 2 * envelopes.len() as u64, "both are kept until somebody can (A9)");
    other.learn(&first, 2..=height(&first));
    other.release();
    assert_eq!(other.pending(), 0);
    let refused = other.store.read(|r| r.refused(1_000)).unwrap();
    assert!(refused.iter().all(|row| row.code == "A7-SIGNATURE" && row.peer == "台账机"));
    let here = other.store.read(|r| r.outgoing(None, None, &[])).unwrap().events.len();
    assert_eq!(here, envelopes.len());
}

#[test]
fn one_bad_item_stops_nobody_else() {
    let (_dir, _, first) = store();
    told(&Bureau::found(&first));
    let (_, mut envelopes) = outgoing(&first, None);
    let other = Pc::of(&first);
    let last = envelopes.len() - 1;
    envelopes[last].sig = [1; 64];
    let mut unknown = envelopes[0].clone();
    unknown.body[0] ^= 1;
    envelopes.insert(0, unknown);
    let results = other.take(envelopes);
    let stored = results.iter().filter(|result| matches!(result, ItemResult::Stored(..))).count();
    assert_eq!(stored, results.len() - 2, "{results:?}");
}

/// Saves that cite what nobody has.
pub(crate) fn orphans(bureau: &Bureau<'_>, form: FormId, count: u32) -> Vec<Envelope> {
    let one = |n: u32| {
        let mut missing = [0xEE; 32];
        missing[..4].copy_from_slice(&n.to_be_bytes());
        let mut save =
            bureau.log(form).draft_save(bureau.author(DRAFTER), form.into(), digest(b"x"), bureau.def, false);
        save.cites = vec![EventId(missing)];
        save.prev = Some(EventId(missing));
        bureau.sign(DRAFTER, &save)
    };
    (0..count).map(one).collect()
}

#[test]
fn orphans_are_bounded_and_honest_events_still_come_in() {
    let (_dir, _, first) = store();
    let bureau = Bureau::found(&first);
    let (form, _) = bureau.drafted("一件");
    let other = Pc::of(&first);
    let flood = orphans(&bureau, form, 400);
    let results = other.take(flood.clone());
    assert!(results.iter().all(|result| matches!(result, ItemResult::Pending(..))));
    assert_eq!(other.pending(), PENDING_OF_FORM_MAX);
    let kept = other.store.read(|r| r.pending(u32::MAX)).unwrap();
    let last = flood.last().unwrap().id();
    assert!(kept.iter().any(|row| row.event == last), "the oldest go first");
    let (_, envelopes) = outgoing(&first, None);
    assert!(other.take(envelopes).iter().all(|result| matches!(result, ItemResult::Stored(_, Ok(())))));
    let held: Vec<u64> = other.store.read(|r| r.peers()).unwrap().iter().map(|peer| peer.held).collect();
    assert_eq!(held, [PENDING_OF_FORM_MAX], "what is counted is what is there");
}

#[test]
fn a_chain_of_all_events_of_a_form_from_its_end_keeps_what_is_waited_for() {
    let (_dir, _, first) = store();
    let bureau = Bureau::found(&first);
    let (form, _) = bureau.drafted("长的一件");
    for row in 0..120 {
        bureau.entry(DRAFTER, form, "note", row);
    }
    let (_, mut envelopes) = outgoing(&first, None);
    envelopes.reverse();
    let other = Pc::of(&first);
    other.take(envelopes.clone());
    other.release();
    assert_eq!(
        (other.pending(), other.store.read(|r| r.form_log(form)).unwrap().len()),
        (0, envelopes.len())
    );
}

#[test]
fn a_peer_gets_what_it_has_not_confirmed_in_this_life() {
    let (_dir, _, first) = store();
    let bureau = Bureau::found(&first);
    told(&bureau);
    let other = Pc::of(&first);
    let (_, envelopes) = outgoing(&first, None);
    other.take(envelopes.clone());
    let (logs, buckets) =
        other.store.read(|r| Ok::<_, StoreError>((r.log_prefixes()?, r.buckets()?))).unwrap();
    let meet = |life: u8| {
        first.write(|w| w.meet_peer(DeviceId([8; 16]), Incarnation([life; 16]), "李四的电脑", 7)).unwrap()
    };
    let peer = meet(1);
    assert_eq!(outgoing(&first, Some(peer)).1.len(), envelopes.len(), "nothing is confirmed yet");
    // The test bureau numbers the events of all its seats in one row, so that no log but one is without a hole.
    first.write(|w| w.note_logs(peer, &logs)).unwrap();
    let after_logs = outgoing(&first, Some(peer)).1.len();
    first.write(|w| w.note_buckets(peer, &buckets)).unwrap();
    assert!(
        outgoing(&first, Some(peer)).1.is_empty(),
        "every bucket is equal; by logs {after_logs} were left"
    );
    bureau.drafted("新的一件");
    assert_eq!(outgoing(&first, Some(peer)).1.len(), 2);
    first.write(|w| w.note_buckets(peer, &buckets)).unwrap();
    assert_eq!(outgoing(&first, Some(peer)).1.len(), 2, "an old receipt confirms nothing new");
    assert_eq!(
        outgoing(&first, Some(meet(2))).1.len(),
        envelopes.len() + 2,
        "a restored PC has confirmed nothing"
    );
}

#[test]
fn a_claim_about_a_log_is_believed_only_for_the_very_same_events() {
    let (_dir, _, first) = store();
    let bureau = Bureau::found(&first);
    bureau.drafted("一件");
    let peer = first.write(|w| w.meet_peer(DEVICE, LIFE, "甲", 7)).unwrap();
    let logs = first.read(|r| r.log_prefixes()).unwrap();
    let [log] = logs.as_slice() else { panic!("one log: {logs:?}") };
    let lies = [LogPrefix { digest: Digest([1; 32]), ..*log }, LogPrefix { n: log.n + 5, ..*log }];
    first.write(|w| w.note_logs(peer, &lies)).unwrap();
    assert_eq!(outgoing(&first, Some(peer)).1.len(), 2, "nothing is kept from a PC by a lie");
    first.write(|w| w.note_logs(peer, &logs)).unwrap();
    assert!(outgoing(&first, Some(peer)).1.is_empty());
}

#[test]
fn only_ledgers_that_may_leave_do() {
    let (_dir, _, first) = store();
    let bureau = Bureau::found(&first);
    bureau.drafted("一件");
    let of = |ledger: &str| {
        first.read(|r| r.outgoing(None, Some(&[Ledger::from(ledger)]), &[])).unwrap().events.len()
    };
    assert_eq!((of("permission"), of("incident")), (2, 0));
}

#[test]
fn what_is_asked_for_leaves_only_with_its_ledger_or_the_registry() {
    let (_dir, _, first) = store();
    let bureau = Bureau::found(&first);
    let bytes = b"%PDF-1.7 sample";
    let attachment = Attachment {
        slot: "files".to_owned(),
        name: "调令.pdf".to_owned(),
        media: "application/pdf".to_owned(),
        len: bytes.len() as u64,
        digest: digest(bytes),
    };
    let snapshot = bureau.snapshot("带附件", vec![attachment]);
    bureau.drafted_with(&snapshot);
    let mut writer = first.begin_attachment(ATTACHMENT_BYTES_MAX).unwrap();
    writer.chunk(bytes).unwrap();
    let staged = writer.finish().unwrap();
    first.write(|w| w.take_attachment(staged)).unwrap();
    let (content, file, definition) = (digest(&snapshot.encode()), digest(bytes), digest(DEFINITION));
    let asked = [content, file, definition, Digest([9; 32])];
    let of = |ledger: &str| {
        let goes = first.read(|r| r.outgoing(None, Some(&[Ledger::from(ledger)]), &asked)).unwrap();
        let blobs: Vec<_> = goes.blobs.iter().map(|blob| blob.what).collect();
        (blobs.contains(&content), blobs.contains(&definition), goes.attachments.len())
    };
    assert_eq!(of("permission"), (true, true, 1));
    assert_eq!(of("incident"), (false, true, 0), "definitions are the registry's, and it always goes");
}

#[test]
fn nobody_fills_the_disk_with_what_nobody_asked_for() {
    let (_dir, _, first) = store();
    Bureau::found(&first);
    let other = Pc::of(&first);
    assert_eq!(other.store.write(|w| w.take_blobs(&[b"who asked?".to_vec()])).unwrap(), [false]);
    let mut file = other.store.begin_attachment(ATTACHMENT_BYTES_MAX).unwrap();
    file.chunk(b"nobody").unwrap();
    let staged = file.finish().unwrap();
    assert!(!other.store.write(|w| w.take_attachment(staged)).unwrap());
    assert_eq!(
        other.store.write(|w| w.take_blobs(&[DEFINITION.to_vec()])).unwrap(),
        [true],
        "the registry names it"
    );
}

#[test]
fn an_attachment_comes_after_the_content_that_names_it() {
    let (_dir, _, first) = store();
    let bureau = Bureau::found(&first);
    let bytes = b"%PDF-1.7 sample";
    let attachment = Attachment {
        slot: "files".to_owned(),
        name: "调令.pdf".to_owned(),
        media: "application/pdf".to_owned(),
        len: bytes.len() as u64,
        digest: digest(bytes),
    };
    let (form, _) = bureau.drafted_with(&bureau.snapshot("带附件", vec![attachment]));
    let (goes, envelopes) = outgoing(&first, None);
    let other = Pc::of(&first);
    other.take(envelopes);
    other.take_blobs(&first, &goes);
    assert_eq!(other.store.read(|r| r.missing_blobs(form)).unwrap(), [digest(bytes)]);
    let mut file = other.store.begin_attachment(ATTACHMENT_BYTES_MAX).unwrap();
    file.chunk(bytes).unwrap();
    let staged = file.finish().unwrap();
    assert!(other.store.write(|w| w.take_attachment(staged)).unwrap());
    assert!(other.store.read(|r| r.missing_blobs(form)).unwrap().is_empty());
    well(&other.store);
}

#[test]
fn two_people_on_two_pcs_meet_in_one_state() {
    let (_dir, _, first) = store();
    let bureau = Bureau::found(&first);
    let (form, rev) = bureau.drafted("两地");
    let other = Pc::of(&first);
    other.take(outgoing(&first, None).1);
    let there = Bureau::visiting(&other.store, 100);
    bureau.submit(form, rev);
    let content = other.store.write(|w| w.put_blob(&there.snapshot("另一稿", vec![]).encode())).unwrap();
    let stray = there.log(form).draft_save(there.author(DRAFTER), rev, content, there.def, false);
    there.legal(DRAFTER, &stray);
    let create = there.author(OTHER).create(there.def, Ledger::from("permission"), UNIT);
    there.legal(OTHER, &create);
    let back = first.write(|w| w.meet_peer(DeviceId([8; 16]), LIFE, "乙", 1)).unwrap();
    let (goes, envelopes) = outgoing(&other.store, None);
    let chain = bureau.chain();
    first.write(|w| w.take_events(back, &Checked::all(envelopes, &chain), 1)).unwrap();
    let blobs: Vec<_> =
        goes.blobs.iter().filter_map(|blob| other.store.read(|r| r.blob(blob.what)).unwrap()).collect();
    first.write(|w| w.take_blobs(&blobs)).unwrap();
    let (goes, envelopes) = outgoing(&first, None);
    other.take(envelopes);
    other.take_blobs(&first, &goes);
    assert_eq!(state(&first), state(&other.store));
    let view = first.read(|r| r.form_view(form)).unwrap().unwrap();
    assert_eq!(
        (view.status, view.strays.len()),
        (FormStatus::Pending(0), 1),
        "faults 41: a stray draft, kept"
    );
}

#[test]
fn an_event_of_newer_rules_is_kept_and_goes_on() {
    let (_dir, _, first) = store();
    let bureau = Bureau::found(&first);
    let (form, rev) = bureau.drafted("一件");
    let other = Pc::of(&first);
    other.take(outgoing(&first, None).1);
    let mut newer = bureau.log(form).draft_save(bureau.author(DRAFTER), rev, digest(b"x"), bureau.def, false);
    newer.rules = RULES + 1;
    let envelope = Envelope { body: newer.encode(), suite: KEYED_TEST, sig: [0; 64], sig2: None };
    other.take(vec![envelope.clone()]);
    assert!(other.store.read(|r| r.is_opaque(form)).unwrap(), "A2: 需要新版本");
    assert_eq!(other.store.read(|r| r.opaque()).unwrap(), [envelope.encode()], "forwarded as it came");
    let waits = &other.store.read(|r| r.pending(1)).unwrap()[0].waiting;
    assert_eq!(*waits, Waiting::Program(RULES + 1));
    assert_eq!(other.release(), 0, "it is not folded by a program that does not know its rules");
    well(&other.store);
}

#[test]
fn an_event_that_builds_on_another_form_is_refused_and_waits_for_nothing() {
    let (_dir, _, first) = store();
    let bureau = Bureau::found(&first);
    let ((one, _), (other_form, _)) = (bureau.drafted("一件"), bureau.drafted("另一件"));
    let astray = |parent: FormId| {
        let log = bureau.log(one);
        let mut save = log.draft_save(bureau.author(DRAFTER), one.into(), digest(b"x"), bureau.def, false);
        save.cites = vec![parent.into()];
        save.prev = Some(parent.into());
        bureau.sign(DRAFTER, &save)
    };
    let other = Pc::of(&first);
    let (_, envelopes) = outgoing(&first, None);
    let early = astray(other_form);
    other.take(vec![early]);
    assert_eq!(other.pending(), 1, "nobody knows yet whose its parent is");
    other.take(envelopes);
    other.release();
    other.take(vec![astray(other_form)]);
    other.release();
    assert_eq!(other.pending(), 0);
    let refused = other.store.read(|r| r.refused(10)).unwrap();
    assert_eq!(refused.len(), 2, "{refused:?}");
    assert!(refused.iter().all(|row| row.code.starts_with("A4")), "{refused:?}");
}
