//! Links between forms, and the book of a ledger.

use crate::bureau::*;
use qianban_journal::*;
use qianban_store::{Concern, FormRow, LedgerQuery, Listed, MARKED_MAX, Store};

fn summaries(store: &Store, query: &LedgerQuery) -> Vec<String> {
    let page = store.read(|r| r.ledger_page(query)).unwrap();
    page.rows.into_iter().map(|row| row.summary).collect()
}

fn linking_to(bureau: &Bureau<'_>, form: FormId, reason: &str) -> FormId {
    let link = Link { form, seal: EventId([5; 32]), content: Digest([6; 32]) };
    bureau.drafted_with(&Snapshot { links: vec![link], ..bureau.snapshot(reason, vec![]) }).0
}

#[test]
fn a_form_that_links_is_asked_again_when_the_other_one_is_sealed() {
    let (dir, key, store) = store();
    let bureau = Bureau::found(&store);
    let (other, rev) = bureau.drafted("被关联");
    let linking = linking_to(&bureau, other, "汇总");
    let query = || LedgerQuery { text: "关联单已定稿".to_owned(), ..LedgerQuery::default() };
    assert!(summaries(&store, &query()).is_empty());
    let round = bureau.submit(other, rev);
    bureau.approve(HEAD, other, round, 0);
    bureau.approve(CHIEF, other, round, 1);
    bureau.seal(other, round, 1);
    assert_eq!(summaries(&store, &query()), ["汇总"]);
    let linked_by = |form| store.read(|r| r.linking(form)).unwrap();
    assert_eq!(linked_by(other), [(linking, "slot".to_owned())]);
    assert!(linked_by(linking).is_empty());
    let before = derived_rows(dir.path(), &key);
    store.rebuild().unwrap();
    assert_eq!(derived_rows(dir.path(), &key), before, "a rebuild gives the same rows");
}

/// A register that hundreds of forms build on is written in as quickly as any other form.
#[test]
fn what_is_done_after_a_seal_asks_no_form_that_links() {
    let counted = Counted::default();
    let (dir, key, store) = store_with(counted.clone());
    let bureau = Bureau::found(&store);
    let (other, rev) = bureau.drafted("被关联");
    for number in 0..5 {
        linking_to(&bureau, other, &format!("汇总 {number}"));
    }
    let round = bureau.submit(other, rev);
    bureau.approve(HEAD, other, round, 0);
    bureau.approve(CHIEF, other, round, 1);
    counted.times();
    bureau.seal(other, round, 1);
    assert_eq!(counted.times(), 6, "a seal tells those that link something new");
    for row in 1..=3 {
        bureau.entry(DRAFTER, other, "note", row);
    }
    bureau.entry(REGISTRAR, other, "close", 9);
    assert_eq!(counted.times(), 4 + 5, "each deed is its form's alone; closing is told to this index");
    let before = derived_rows(dir.path(), &key);
    store.rebuild().unwrap();
    assert_eq!(derived_rows(dir.path(), &key), before, "a rebuild gives the same rows");
}

#[test]
fn forms_are_found_by_definition_and_day_of_the_seal() {
    let (_dir, _key, store) = store();
    let bureau = Bureau::found(&store);
    bureau.drafted("草稿");
    let (form, _) = bureau.sealed("定稿", 1);
    let row = store.read(|r| r.form_row(form)).unwrap().unwrap();
    let (sealed, def) = (row.sealed_ms.unwrap(), row.definition.unwrap());
    let query = |definition, span| LedgerQuery {
        definitions: vec![Digest([1; 32]), definition],
        sealed: Some(span),
        ..LedgerQuery::default()
    };
    assert_eq!(summaries(&store, &query(def, sealed..sealed + 1)), ["定稿"]);
    assert!(summaries(&store, &query(def, sealed + 1..i64::MAX)).is_empty());
    assert!(summaries(&store, &query(def, 0..sealed)).is_empty());
    assert!(summaries(&store, &query(Digest([2; 32]), 0..i64::MAX)).is_empty());
}

#[test]
fn the_book_of_a_year_is_in_order_of_numbers() {
    let (_dir, _key, store) = store();
    let bureau = Bureau::found(&store);
    bureau.drafted("无号");
    for (reason, n) in [("二", 2), ("一", 1), ("四", 4)] {
        bureau.sealed(reason, n);
    }
    let book = |year| {
        let rows = store.read(|r| r.book(&Ledger::from("permission"), year, 0..i64::MAX)).unwrap();
        rows.into_iter().map(|row| row.summary).collect::<Vec<_>>()
    };
    assert_eq!(book(2026), ["一", "二", "四", "无号"]);
    assert_eq!(book(2025), ["无号"]);
}

#[test]
fn forms_are_found_and_counted_by_their_marks() {
    let (dir, key, store) = store();
    let bureau = Bureau::found(&store);
    let (first, _) = bureau.drafted("2026-03-01");
    let (second, _) = bureau.drafted("2026-03-02");
    bureau.drafted("2026-03-02");
    bureau.sealed("2026-03-04", 1);
    let shown = |listed: Listed<FormRow>| listed.rows.into_iter().map(|row| row.summary).collect::<Vec<_>>();
    let of_all = [Concern { definition: bureau.def, unit: None }];
    let waiting = || shown(store.read(|r| r.marked("waits", &of_all)).unwrap());
    assert_eq!(waiting(), ["2026-03-01", "2026-03-02", "2026-03-02"], "a seal takes the mark away");
    let days = store.read(|r| r.mark_values("day", "2026-03-02"..="2026-03-31")).unwrap();
    assert_eq!(days.into_iter().collect::<Vec<_>>(), ["2026-03-02", "2026-03-04"]);
    let count = |value: &str, except| store.read(|r| r.marked_count("day", value, except)).unwrap();
    assert_eq!((count("2026-03-02", None), count("2026-03-03", None)), (2, 0));
    assert_eq!((count("2026-03-02", Some(second)), count("2026-03-02", Some(first))), (1, 2));
    linking_to(&bureau, first, "后续");
    let unlinked = |slot: &str| shown(store.read(|r| r.marked_unlinked("waits", slot)).unwrap());
    assert_eq!(unlinked("slot"), ["后续", "2026-03-02", "2026-03-02"]);
    assert_eq!(unlinked("other").len(), 4);
    let before = derived_rows(dir.path(), &key);
    store.rebuild().unwrap();
    assert_eq!(derived_rows(dir.path(), &key), before, "a rebuild gives the same rows");
}

#[test]
fn what_concerns_somebody_is_found_behind_any_number_of_others() {
    let (_dir, _key, store) = store();
    let bureau = Bureau::found(&store);
    let (mine, _) = bureau.drafted("2026-03-01");
    let elsewhere = UnitId([8; 16]);
    bureau.change(Change::AddUnit { unit: elsewhere, name: "预算科".to_owned(), active: true });
    let role = Role::from("applicant");
    bureau.change(Change::Assign { person: person(DRAFTER), role, unit: Some(elsewhere) });
    let create = || bureau.author(DRAFTER).create(bureau.def, Ledger::from("permission"), elsewhere);
    let others: Vec<Envelope> = (0..=MARKED_MAX).map(|_| bureau.sign(DRAFTER, &create())).collect();
    store.write(|w| w.append_events(&others)).unwrap();
    let newest = FormId::from(others[MARKED_MAX].id());

    let concern = |unit| [Concern { definition: bureau.def, unit }];
    let ids = |listed: Listed<FormRow>| {
        (listed.rows.into_iter().map(|row| row.form).collect::<Vec<_>>(), listed.more)
    };
    let marked = |concerns: &[Concern]| ids(store.read(|r| r.marked("waits", concerns)).unwrap());
    assert_eq!(marked(&concern(Some(UNIT))), (vec![mine], false), "those of others come after the filter");
    assert_eq!(marked(&[]), (vec![], false), "who answers for nothing is told nothing");
    let (rows, more) = marked(&concern(None));
    assert_eq!((rows.len(), more), (MARKED_MAX, true), "the bound is told");

    let lately =
        |concerns: &[Concern], since| ids(store.read(|r| r.marked_lately("waits", concerns, since)).unwrap());
    assert_eq!(lately(&concern(Some(UNIT)), i64::MAX), (vec![mine], false), "not sealed: it may be old");
    assert_eq!(lately(&concern(None), 0).0[0], newest, "newest first");
    let (sealed, _) = bureau.sealed("2026-03-05", 1);
    let row = store.read(|r| r.form_row(sealed)).unwrap().unwrap();
    let day = |since| ids(store.read(|r| r.marked_lately("day", &concern(None), since)).unwrap()).0;
    assert_eq!(day(row.changed_ms), [sealed, mine]);
    assert_eq!(day(row.changed_ms + 1), [mine], "sealed and unchanged since");
}
