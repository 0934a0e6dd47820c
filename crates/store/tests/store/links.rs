//! Links between forms, and the book of a ledger.

use crate::bureau::*;
use qianban_journal::*;
use qianban_store::{FormRow, LedgerQuery, Store};

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
    let shown = |rows: Vec<FormRow>| rows.into_iter().map(|row| row.summary).collect::<Vec<_>>();
    let waiting = || shown(store.read(|r| r.marked("waits")).unwrap());
    assert_eq!(waiting(), ["2026-03-02", "2026-03-02", "2026-03-01"], "a seal takes the mark away");
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
