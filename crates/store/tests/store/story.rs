//! Events through the one door: stored, folded and listed in one step.

use crate::bureau::*;
use qianban_journal::*;
use qianban_store::{ItemResult, LedgerQuery, Store, StoreError, Turn};

fn rows(store: &Store, query: &LedgerQuery) -> Vec<String> {
    let page = store.read(|r| r.ledger_page(query)).unwrap();
    page.rows.into_iter().map(|row| row.summary).collect()
}

fn found(store: &Store, text: &str) -> Vec<String> {
    rows(store, &LedgerQuery { text: text.to_owned(), ..LedgerQuery::default() })
}

fn status(store: &Store, form: FormId) -> FormStatus {
    store.read(|r| r.form_row(form)).unwrap().unwrap().status
}

/// Forms on which a person may act next by role.
fn turns(store: &Store, bureau: &Bureau<'_>, name: &str) -> Vec<Turn> {
    let chain = bureau.chain();
    let roles = chain.now().unwrap().roles_of(person(name));
    let open = store.read(|r| r.open_steps(roles.iter().copied())).unwrap().rows;
    open.into_iter().map(|step| step.turn).collect()
}

#[test]
fn a_form_from_create_to_close_is_listed_at_every_step() {
    let (_dir, _key, store) = store();
    let bureau = Bureau::found(&store);
    let (form, rev) = bureau.drafted("访问预算系统");
    assert_eq!(status(&store, form), FormStatus::Draft);
    assert_eq!(store.read(|r| r.open_edits(person(DRAFTER))).unwrap().rows[0].form, form);
    let round = bureau.submit(form, rev);
    assert_eq!(status(&store, form), FormStatus::Pending(0));
    assert!(
        store.read(|r| r.open_edits(person(DRAFTER))).unwrap().rows.is_empty(),
        "under way: nobody edits"
    );
    assert_eq!((turns(&store, &bureau, HEAD), turns(&store, &bureau, CHIEF)), (vec![Turn::Sign], vec![]));
    bureau.approve(HEAD, form, round, 0);
    assert_eq!((turns(&store, &bureau, HEAD), turns(&store, &bureau, CHIEF)), (vec![], vec![Turn::Sign]));
    bureau.approve(CHIEF, form, round, 1);
    assert_eq!(turns(&store, &bureau, REGISTRAR), [Turn::Seal]);
    bureau.seal(form, round, 7);
    assert_eq!(turns(&store, &bureau, REGISTRAR), [Turn::Table, Turn::Close]);
    bureau.entry(DRAFTER, form, "done", 1);
    bureau.entry(REGISTRAR, form, "close", 2);
    assert!(turns(&store, &bureau, REGISTRAR).is_empty());
    let row = store.read(|r| r.form_row(form)).unwrap().unwrap();
    assert_eq!(row.status, FormStatus::Closed);
    assert_eq!(row.number.unwrap().to_string(), "权申〔2026〕第0007号");
    assert_eq!((row.title.as_str(), row.summary.as_str()), ("应用系统使用申请表", "访问预算系统"));
    assert_eq!((row.creator, row.submitter), (person(DRAFTER), Some(person(DRAFTER))));
    assert_eq!(store.read(|r| r.highest_number("权申", 2026, 1..=99)).unwrap(), Some(7));
    assert_eq!(store.read(|r| r.highest_number("权申", 2026, 8..=99)).unwrap(), None);
    assert_eq!(store.read(|r| r.numbers(&Ledger::from("permission"))).unwrap().len(), 1);
    assert_eq!(store.read(|r| r.ledger_counts()).unwrap(), [(Ledger::from("permission"), 1)]);
}

#[test]
fn a_returned_form_waits_for_its_editor_or_for_the_step_it_names() {
    let (_dir, _key, store) = store();
    let bureau = Bureau::found(&store);
    let (form, rev) = bureau.drafted("a");
    let round = bureau.submit(form, rev);
    bureau.approve(HEAD, form, round, 0);
    bureau.send_back(CHIEF, form, round, Target::Drafter);
    assert_eq!(status(&store, form), FormStatus::Returned(Target::Drafter));
    assert_eq!(store.read(|r| r.open_edits(person(DRAFTER))).unwrap().rows.len(), 1);
    assert!(turns(&store, &bureau, HEAD).is_empty());
    let round = bureau.submit(form, rev);
    bureau.approve(HEAD, form, round, 0);
    bureau.send_back(CHIEF, form, round, Target::Step(0));
    assert_eq!(turns(&store, &bureau, HEAD), [Turn::Resubmit]);
    let round = bureau.submit(form, rev);
    bureau.send_back(HEAD, form, round, Target::Reject);
    assert_eq!(status(&store, form), FormStatus::Rejected);
    assert!(store.read(|r| r.open_edits(person(DRAFTER))).unwrap().rows.is_empty(), "it never comes back");
}

#[test]
fn events_offered_twice_too_early_or_damaged_are_told_apart() {
    let (_dir, _key, store) = store();
    let bureau = Bureau::found(&store);
    let (form, rev) = bureau.drafted("a");
    let round = bureau.submit(form, rev);
    let first = bureau.approval(HEAD, form, round, 0);
    let signed = bureau.sign(HEAD, &first);
    let second = {
        let mut log = bureau.log(form);
        let verified = Verified::check(&signed, &bureau.chain()).unwrap();
        log.admit(verified, &bureau.chain());
        let approve = ApproveDraft { round, step: 1, hand: Hand::own(), boxed: None, basis: vec![] };
        log.draft_approve(&bureau.chain(), bureau.author(CHIEF), approve).unwrap()
    };
    let mut forged = signed.clone();
    forged.sig[5] ^= 1;
    let second = bureau.sign(CHIEF, &second);
    let batch = [second.clone(), forged, signed.clone(), signed.clone(), second.clone()];
    let results = store.write(|w| w.append_events(&batch)).unwrap();
    let missing = Missing::Events(vec![signed.id()]);
    assert_eq!(
        results,
        [
            ItemResult::Pending(second.id(), missing),
            ItemResult::Unverified(signed.id(), Unverified::Signature),
            ItemResult::Stored(signed.id(), Ok(())),
            ItemResult::Duplicate(signed.id()),
            ItemResult::Stored(second.id(), Ok(())),
        ],
        "one bad event stops no other, and a bad signature does not block the good event"
    );
    assert_eq!(status(&store, form), FormStatus::Approved);
}

#[test]
fn an_illegal_event_is_kept_and_counts_for_nothing() {
    let (_dir, _key, store) = store();
    let bureau = Bureau::found(&store);
    let (form, rev) = bureau.drafted("a");
    let round = bureau.submit(form, rev);
    let skipping = bureau.approval(CHIEF, form, round, 1);
    assert!(matches!(bureau.append(CHIEF, &skipping), ItemResult::Stored(_, Err(Illegal::NotPending))));
    assert_eq!(status(&store, form), FormStatus::Pending(0));
    assert_eq!(bureau.log(form).len(), 4, "it is there as evidence");
}

#[test]
fn a_failed_transaction_leaves_no_trace_in_rows_or_memory() {
    let (_dir, _key, store) = store();
    let bureau = Bureau::found(&store);
    let (form, rev) = bureau.drafted("a");
    let round = bureau.submit(form, rev);
    let approve = bureau.sign(HEAD, &bureau.approval(HEAD, form, round, 0));
    let failed: Result<(), StoreError> = store.write(|w| {
        w.append_events(std::slice::from_ref(&approve))?;
        assert_eq!(w.form_row(form)?.map(|row| row.status), Some(FormStatus::Pending(1)));
        Err(StoreError::NoRandomness)
    });
    assert!(failed.is_err());
    assert_eq!(status(&store, form), FormStatus::Pending(0));
    let again = store.write(|w| w.append_events(&[approve])).unwrap();
    assert!(matches!(again[0], ItemResult::Stored(_, Ok(()))), "it is new again: {again:?}");
}

#[test]
fn a_registry_entry_that_fails_leaves_the_registry_as_it_was() {
    let (_dir, _key, store) = store();
    let bureau = Bureau::found(&store);
    let before = bureau.chain().head();
    let mut entry = bureau.chain().draft(WS, Change::AddUnit { unit: UNIT, name: "x".into(), active: true });
    entry.sigs.clear();
    let refused = store.write(|w| w.append_registry(&entry, 0));
    assert!(matches!(refused, Err(qianban_store::AppendRegistryError::Registry(RegistryError::Quorum))));
    assert_eq!(bureau.chain().head(), before);
    assert!(matches!(store.write(|w| w.trust_root(Digest([1; 32]))), Err(StoreError::RootFixed)));
}

#[test]
fn a_revoked_seat_is_cut_in_every_list_and_the_fall_is_noted() {
    let (_dir, _key, store) = store();
    let bureau = Bureau::found(&store);
    let (form, rev) = bureau.drafted("a");
    let round = bureau.submit(form, rev);
    bureau.approve(HEAD, form, round, 0);
    let (sealed, _) = bureau.sealed("b", 1);
    bureau.cut(|allow| Change::Revoke { seat: seat(HEAD), allow });
    assert_eq!(status(&store, form), FormStatus::Pending(0), "the sign-off no longer counts");
    assert_eq!(status(&store, sealed), FormStatus::Sealed, "what is sealed stands");
    let falls = store.read(|r| r.falls(form)).unwrap();
    assert!(matches!(&falls[..], [Finding::StatusFell { .. }]), "{falls:?}");
    let findings = store.read(|r| r.findings()).unwrap();
    assert!(findings.iter().any(|f| f.form == sealed && f.code == "F4"), "tainted: {findings:?}");
    store.rebuild().unwrap();
    assert_eq!(status(&store, form), FormStatus::Pending(0));
    assert_eq!(
        store.read(|r| r.falls(form)).unwrap(),
        falls,
        "a fall cannot be derived, so it is not rebuilt"
    );
}

#[test]
fn forms_are_found_by_any_character_word_number_unit_and_person() {
    let (_dir, _key, store) = store();
    let bureau = Bureau::found(&store);
    let (numbered, _) = bureau.sealed("预算一体化系统", 12);
    bureau.drafted("账号6222021234567890123重置");
    bureau.drafted("Oracle WebLogic");
    for text in ["预", "预算", "一体化", "权申〔2026〕第0012号", "权申2026", "0012", "赵处长", "赵"]
    {
        assert_eq!(found(&store, text), ["预算一体化系统"], "{text}");
    }
    for text in ["6222021234567890123", "1234", "账号 重置", "重"] {
        assert_eq!(found(&store, text), ["账号6222021234567890123重置"], "{text}");
    }
    for text in ["weblogic", "ＷＥＢ", "cle web"] {
        assert_eq!(found(&store, text), ["Oracle WebLogic"], "{text}");
    }
    assert_eq!(found(&store, "国库").len(), 3, "the unit");
    assert_eq!(found(&store, "张三").len(), 3, "the drafter");
    for text in ["算预", "预算 不存在", "——", "\"", "一体化三"] {
        assert!(found(&store, text).is_empty(), "{text}");
    }
    let row = store.read(|r| r.form_row(numbered)).unwrap().unwrap();
    assert_eq!(found(&store, &row.working_number), ["预算一体化系统"]);
}

#[test]
fn a_new_name_is_found_at_once_and_the_old_one_no_more() {
    let (dir, key, store) = store();
    let bureau = Bureau::found(&store);
    bureau.sealed("a", 1);
    let record =
        PersonRecord { name: "赵卿".to_owned(), kind: PersonKind::Human, unit: None, active: true };
    bureau.change(Change::AddPerson { person: person(CHIEF), record });
    bureau.change(Change::AddUnit { unit: UNIT, name: "国库处".to_owned(), active: true });
    assert_eq!((found(&store, "赵卿").len(), found(&store, "赵处长").len()), (1, 0));
    assert_eq!((found(&store, "国库处").len(), found(&store, "国库科").len()), (1, 0));
    let before = derived_rows(dir.path(), &key);
    store.rebuild().unwrap();
    assert_eq!(derived_rows(dir.path(), &key), before);
}

#[test]
fn pages_neither_skip_nor_repeat_while_forms_arrive() {
    let (_dir, _key, store) = store();
    let bureau = Bureau::found(&store);
    for number in 0..7 {
        bureau.drafted(&format!("表{number}"));
    }
    let mut query = LedgerQuery { text: "表".to_owned(), limit: 3, ..LedgerQuery::default() };
    let mut seen = Vec::new();
    loop {
        let page = store.read(|r| r.ledger_page(&query)).unwrap();
        seen.extend(page.rows.into_iter().map(|row| row.summary));
        bureau.drafted("表new");
        query.before = page.next;
        if query.before.is_none() {
            break;
        }
    }
    assert_eq!(seen, ["表6", "表5", "表4", "表3", "表2", "表1", "表0"]);
    let draft =
        LedgerQuery { status: Some(FormStatus::Draft), creator: Some(person(DRAFTER)), ..Default::default() };
    assert_eq!(rows(&store, &draft).len(), 10);
    assert!(rows(&store, &LedgerQuery { status: Some(FormStatus::Sealed), ..Default::default() }).is_empty());
    assert!(rows(&store, &LedgerQuery { ledger: Some(Ledger::from("x")), ..Default::default() }).is_empty());
    assert!(rows(&store, &LedgerQuery { unit: Some(UnitId([1; 16])), ..Default::default() }).is_empty());
    assert!(rows(&store, &LedgerQuery { submitter: Some(person(HEAD)), ..Default::default() }).is_empty());
}

#[test]
fn the_time_at_which_an_entry_came_is_kept_beside_it() {
    let (_dir, _key, store) = store();
    let bureau = Bureau::found(&store);
    let number = bureau.change(Change::AddUnit { unit: UNIT, name: "支付中心".into(), active: true });
    let kept = |number| store.read(|reader| reader.registry_stored_ms(number)).unwrap();
    assert_eq!((kept(number), kept(number + 1)), (Some(i64::from(number)), None));
}
