//! Two PCs and a stick.

use std::fs;

use qianban_journal::*;
use qianban_sync::bundle::*;

use crate::bureau::{FILE, Pc, keep_going};

#[test]
fn a_pc_joins_by_a_bundle_and_holds_the_same() {
    let first = Pc::founded();
    first.draft("第一件", true);
    first.draft("第二件", false);
    let second = Pc::empty(2);
    let [path] = first.write(&first.request(None)).try_into().unwrap();
    let found = scan(&path, &mut keep_going).unwrap();
    assert!(found.is_whole(), "{found:?}");
    assert_eq!(found.header.counts, found.found);
    let needed = second.try_take(&path, None);
    assert!(matches!(needed, Err(ImportError::FingerprintNeeded)), "no trust on first use: {needed:?}");
    let wrong = second.try_take(&path, Some("0000 1111 2222 3333 4444 5555 6666 7777"));
    assert!(matches!(wrong, Err(ImportError::FingerprintWrong)), "{wrong:?}");
    assert!(second.chain().head().is_none(), "nothing came in");
    let imported = second.try_take(&path, Some(&first.chain().root_fingerprint())).unwrap();
    assert!(imported.signed, "the seat that signed is in the registry that came with it");
    assert_eq!(imported.outcome.refusals(), 0, "{imported:?}");
    assert_eq!((imported.outcome.events, imported.outcome.blobs, imported.outcome.attachments), (4, 3, 1));
    assert_eq!(second.state(), first.state());
    let read = second.store.read(|r| r.attachment_length(digest(FILE))).unwrap();
    assert_eq!(read, Some(FILE.len() as u64));
    let again = second.take(&path);
    assert!(!again.outcome.is_new() && again.outcome.refusals() == 0, "P9: {again:?}");
    assert_eq!(second.state(), first.state());
    second.well();
}

#[test]
fn receipts_ride_back_and_the_next_bundle_is_small() {
    let first = Pc::founded();
    for n in 0..20 {
        first.draft(&format!("第{n}件"), false);
    }
    let second = first.joined(2);
    second.draft("从另一台", false);
    let [back] = second.write(&second.request(None)).try_into().unwrap();
    assert_eq!(first.take(&back).outcome.events, 2);
    first.draft("又一件", true);
    let [delta] = first.write(&first.request(Some(2))).try_into().unwrap();
    let counts = scan(&delta, &mut keep_going).unwrap().found;
    assert_eq!((counts.entries, counts.events, counts.blobs, counts.attachments), (0, 2, 1, 1), "{counts:?}");
    second.take(&delta);
    assert_eq!(second.state(), first.state());
    let [nothing] = second.write(&second.request(None)).try_into().unwrap();
    first.take(&nothing);
    let [empty] = first.write(&first.request(Some(2))).try_into().unwrap();
    assert_eq!(scan(&empty, &mut keep_going).unwrap().found.total(), 0, "everything is confirmed");
}

#[test]
fn what_was_lost_on_the_way_is_asked_for() {
    let first = Pc::founded();
    let second = first.joined(2);
    let form = first.draft("带附件", true);
    let without = Request { attachments: false, ..first.request(None) };
    let [path] = first.write(&without).try_into().unwrap();
    second.take(&path);
    assert_eq!(second.store.read(|r| r.missing_blobs(form)).unwrap(), [digest(FILE)]);
    let [asks] = second.write(&second.request(None)).try_into().unwrap();
    first.take(&asks);
    let [brings] = first.write(&first.request(Some(2))).try_into().unwrap();
    let counts = scan(&brings, &mut keep_going).unwrap().found;
    assert_eq!((counts.events, counts.attachments), (0, 1), "only what was asked for");
    second.take(&brings);
    assert!(second.store.read(|r| r.missing_blobs(form)).unwrap().is_empty());
}

#[test]
fn volumes_and_bundles_are_read_in_any_order() {
    let first = Pc::founded();
    let early = first.write(&first.request(None)).remove(0);
    for n in 0..30 {
        first.draft(&format!("第{n}件"), n == 0);
    }
    let (second, third) = (Pc::empty(2), Pc::empty(2));
    let fingerprint = first.chain().root_fingerprint();
    for pc in [&second, &third] {
        pc.try_take(&early, Some(&fingerprint)).unwrap();
    }
    // Room for two headers and a few kilobytes: many volumes.
    let small = Request { volume_bytes: 2 * HEADER_BYTES_MAX as u64 + 8 * 1024, ..first.request(None) };
    let volumes = first.write(&small);
    assert!(volumes.len() > 3, "{}", volumes.len());
    volumes.iter().for_each(|path| drop(second.take(path)));
    volumes.iter().rev().for_each(|path| drop(third.take(path)));
    // Contents that came before the events that name them were not asked for then; a second reading brings them.
    volumes.iter().for_each(|path| drop(third.take(path)));
    assert_eq!(second.state(), first.state());
    assert_eq!(third.state(), first.state());
}

#[test]
fn a_bundle_of_another_bureau_is_refused_by_name() {
    let first = Pc::founded();
    let stranger = Pc::empty(2);
    let [path] = first.write(&first.request(None)).try_into().unwrap();
    let mut entry =
        RegistryEntry::decode(&first.store.read(|r| r.registry_entry(1)).unwrap().unwrap()).unwrap();
    entry.ws = WorkspaceId([8; 16]);
    entry.sigs.clear();
    entry.sign(0, &crate::bureau::key(1)).unwrap();
    stranger.store.write(|w| w.trust_root(entry.hash())).unwrap();
    stranger.store.write(|w| w.append_registry(&entry, 1)).unwrap();
    match stranger.try_take(&path, None) {
        Err(ImportError::OtherWorkspace { owner }) => assert_eq!(owner, "样例县财政局"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn only_what_may_leave_is_written() {
    let first = Pc::founded();
    first.draft("内部事项", false);
    let allowed = || qianban_sync::leaving_ledgers(first.chain().now().unwrap());
    assert_eq!(allowed(), Some(vec![]), "nothing, until an administrator says so");
    let allow = |value: &str| {
        first.change(Change::Setting { key: "leave_ledgers".to_owned(), value: value.to_owned() });
    };
    allow("*");
    assert_eq!(allowed(), None);
    allow("incident");
    let ledgers = allowed();
    assert_eq!(ledgers, Some(vec![Ledger::from("incident")]));
    let [path] = first.write(&Request { ledgers, ..first.request(None) }).try_into().unwrap();
    let bytes = fs::read(&path).unwrap();
    let words = "内部事项".as_bytes();
    assert!(!bytes.windows(words.len()).any(|window| window == words), "not a byte of it");
    assert_eq!(scan(&path, &mut keep_going).unwrap().found.events, 0);
}

#[test]
fn asking_for_a_digest_does_not_bring_what_may_not_leave() {
    let first = Pc::founded();
    let second = first.joined(2);
    first.draft("内部事项", true);
    let [path] = first.write(&Request { attachments: false, ..first.request(None) }).try_into().unwrap();
    second.take(&path);
    let [asks] = second.write(&second.request(None)).try_into().unwrap();
    first.take(&asks);
    let brought = |ledger: &str| {
        let ledgers = Some(vec![Ledger::from(ledger)]);
        let [path] = first.write(&Request { ledgers, ..first.request(Some(2)) }).try_into().unwrap();
        scan(&path, &mut keep_going).unwrap().found.attachments
    };
    assert_eq!(brought("incident"), 0, "its ledger may not leave");
    assert_eq!(brought("permission"), 1);
}

/// Each volume is read once, in order: none may hold an entry whose list is in another one.
#[test]
fn an_entry_comes_with_the_list_that_it_names() {
    let first = Pc::founded();
    (0..40).for_each(|n| first.end_a_role(n, 100));
    let small = Request { volume_bytes: 2 * HEADER_BYTES_MAX as u64 + 10 * 1024, ..first.request(None) };
    let volumes = first.write(&small);
    assert!(volumes.len() > 10, "{}", volumes.len());
    let second = Pc::empty(2);
    for path in volumes {
        let imported = second.try_take(&path, Some(&first.chain().root_fingerprint())).unwrap();
        assert_eq!(imported.outcome.entries_waiting, 0, "{imported:?}");
    }
    assert_eq!(second.state(), first.state());
}

#[test]
fn a_registry_of_many_batches_comes_with_every_list() {
    let first = Pc::founded();
    first.end_a_role(1, 1);
    for n in 0..qianban_store::BATCH_EVENTS {
        first.change(Change::Setting { key: "G1".to_owned(), value: n.to_string() });
    }
    let second = first.joined(2);
    assert_eq!(second.chain().head(), first.chain().head());
}

/// Y7: an endpoint that tells two PCs two logs is found out by a stick.
#[test]
fn checkpoints_ride_along_and_two_that_contradict_are_found() {
    let first = Pc::founded();
    let life = Incarnation([5; 16]);
    let endpoint = crate::bureau::key(5);
    first.change(Change::EndpointKey { incarnation: life, public: endpoint.public() });
    let second = first.joined(2);
    let checkpoint = |root: u8, key: &Sm2Key| {
        Checkpoint::issue(crate::bureau::WS, life, EndpointLog::at(3, Digest([root; 32])), 9, key).unwrap()
    };
    let keep = |pc: &Pc, checkpoint: &Checkpoint| pc.store.write(|w| w.keep_checkpoint(checkpoint)).unwrap();
    assert!(keep(&first, &checkpoint(1, &endpoint)));
    let findings = |pc: &Pc| pc.store.read(|r| r.endpoint_findings()).unwrap();
    let [path] = first.write(&first.request(None)).try_into().unwrap();
    second.take(&path);
    assert_eq!(second.store.read(|r| r.checkpoints()).unwrap(), [checkpoint(1, &endpoint)], "it came along");
    assert!(findings(&second).is_empty());
    assert!(!keep(&first, &checkpoint(2, &crate::bureau::key(6))), "anybody may say anything");
    assert!(keep(&first, &checkpoint(2, &endpoint)));
    let [path] = first.write(&first.request(Some(2))).try_into().unwrap();
    second.take(&path);
    for pc in [&first, &second] {
        assert_eq!(findings(pc), [Finding::EndpointForked { incarnation: life, n: 3 }], "F11");
    }
}

#[test]
fn what_is_given_up_leaves_nothing_on_the_stick() {
    let first = Pc::founded();
    first.draft("一件", true);
    let files =
        || fs::read_dir(first.dir.path()).unwrap().flatten().filter(|file| file.path().is_file()).count();
    drop(first.stage(&first.request(None)).unwrap());
    assert_eq!(files(), 0, "staged and not signed");
    let staged = first.stage(&first.request(None)).unwrap();
    assert!(finish(staged, crate::bureau::seat(1), &mut |_| None).is_err());
    assert_eq!(files(), 0, "the key refused");
}

#[test]
fn a_forked_registry_stops_at_the_common_prefix() {
    let first = Pc::founded();
    let second = first.joined(2);
    let fork = |pc: &Pc, value: &str| {
        pc.change(Change::Setting { key: "G1".to_owned(), value: value.to_owned() });
    };
    fork(&first, "甲");
    fork(&second, "乙");
    let [path] = first.write(&first.request(None)).try_into().unwrap();
    let contested = second.chain().head().map(|head| head.number);
    let imported = second.take(&path);
    assert_eq!(imported.outcome.fork, contested, "F12");
    assert_eq!(second.chain().head().map(|head| head.number + 1), contested);
    let fork = second.store.read(|r| r.registry_fork()).unwrap().unwrap();
    assert_eq!((Some(fork.number), fork.entries.len()), (contested, 2), "both are kept");
}

#[test]
fn buckets_are_those_of_the_protocol() {
    let first = Pc::founded();
    for n in 0..12 {
        first.draft(&format!("第{n}件"), false);
    }
    let here = first.store.read(|r| r.buckets()).unwrap();
    for (bucket, digest) in (0_u8..=255).zip(here) {
        let ids = first.store.read(|r| r.bucket(bucket)).unwrap();
        assert_eq!(qianban_protocol::compare::bucket_digest(ids), digest, "bucket {bucket}");
    }
}
