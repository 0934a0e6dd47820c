//! Every document, rule, gap and service item of the white paper against what ships: no title missing, no number untested,
//! nothing unticked that is not explained. `docs/coverage.md` is made here; write it anew with
//! `QIANBAN_COVERAGE=write cargo test -p qianban-catalog --test coverage`.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test of the tree reads the tree, and may stop"
)]

mod page;
mod shipped;
mod told;

use shipped::Shipped;
use std::collections::BTreeSet;
use std::{env, fs};

const PAGE: &str = "docs/coverage.md";
/// Set to `write`, the page is written instead of compared.
const WRITE: &str = "QIANBAN_COVERAGE";

#[test]
fn every_document_has_its_form_with_its_exact_title_or_a_reason() {
    let shipped = Shipped::read();
    let rows: BTreeSet<&str> = shipped.documents.iter().map(|document| document.row.as_str()).collect();
    let register: Vec<String> = (1..=34).map(|n| format!("D{n:02}")).collect();
    assert_eq!(rows, register.iter().map(String::as_str).collect(), "register 1C, row by row");
    for document in &shipped.documents {
        let titles = document.titles.join("、");
        assert!(!document.titles.is_empty(), "{}: a title", document.row);
        match (&document.form, &document.filed) {
            (Some(form), None) => {
                let form = shipped.form(form).unwrap_or_else(|| panic!("{} {titles}: {form}", document.row));
                let known: Vec<&String> = std::iter::once(&form.title).chain(&form.also_titled).collect();
                for title in &document.titles {
                    assert!(known.contains(&title), "{}: {title} is not among {known:?}", form.id);
                }
            }
            (None, Some(reason)) => assert!(reason.chars().count() >= 10, "{titles}: why it has no form"),
            _ => panic!("{} {titles}: either a form or a reason", document.row),
        }
    }
}

#[test]
fn every_form_of_a_document_stands_in_the_table_of_titles() {
    let shipped = Shipped::read();
    for form in shipped.forms.iter().filter(|form| form.row.starts_with('D')) {
        let mut of_row = shipped.documents.iter().filter(|document| document.row == form.row);
        let named = of_row.any(|document| document.form.as_deref() == Some(&form.id));
        assert!(named, "{} 《{}》 of {}", form.id, form.title, form.row);
    }
}

#[test]
fn every_number_of_the_white_paper_is_kept_by_a_test() {
    let shipped = Shipped::read();
    let numbers = shipped.rules.iter().filter(|rule| rule.number);
    let bare: Vec<String> = numbers
        .filter(|rule| shipped.tests_of(&rule.id).is_empty())
        .map(|rule| format!("{} {}", rule.id, rule.name))
        .collect();
    assert!(bare.is_empty(), "rules with a number that no test names:\n{}", bare.join("\n"));
}

#[test]
fn every_rule_is_kept_somewhere_or_explained() {
    let shipped = Shipped::read();
    let kept = |id: &str| !shipped.places_of(id).is_empty();
    let unticked: Vec<String> = shipped
        .rules
        .iter()
        .filter(|rule| rule.explained.is_none() && !kept(&rule.id))
        .map(|rule| format!("{} {}", rule.id, rule.name))
        .collect();
    assert!(unticked.is_empty(), "neither ticked nor explained:\n{}", unticked.join("\n"));
    let known = |id: &str| match id.get(..1) {
        Some("W") => shipped.rules.iter().any(|rule| rule.id == id),
        Some("C") => shipped.items.iter().any(|item| item.code == id),
        Some("D") => shipped.documents.iter().any(|document| document.row == id),
        _ => true,
    };
    let unknown: Vec<&String> = shipped.places.keys().filter(|id| !known(id)).collect();
    assert!(unknown.is_empty(), "cited, but not in the white paper: {unknown:?}");
}

#[test]
fn every_gap_is_a_setting_or_a_definition_with_a_test() {
    let shipped = Shipped::read();
    for gap in page::gaps() {
        assert!(!shipped.settings_of(&gap).is_empty(), "{gap} is decided nowhere");
        assert!(!shipped.tests_of_gap(&gap).is_empty(), "no test names {gap}");
    }
}

#[test]
fn every_gate_is_named_in_a_test() {
    let bare = Shipped::read().gates_without_test();
    assert!(bare.is_empty(), "gates that no test names:\n{}", bare.join("\n"));
}

#[test]
fn every_item_of_the_catalogue_can_be_chosen_in_some_form() {
    let shipped = Shipped::read();
    let codes: Vec<String> = (1..=154).map(|n| format!("C{n:03}")).collect();
    assert_eq!(shipped.items.iter().map(|item| item.code.clone()).collect::<Vec<_>>(), codes);
    for item in &shipped.items {
        assert!(!shipped.forms_taking(item).is_empty(), "{} {} can be chosen nowhere", item.code, item.text);
    }
}

#[test]
fn the_page_of_coverage_is_what_ships() {
    let page = page::page(&Shipped::read());
    let path = shipped::root().join(PAGE);
    if env::var(WRITE).as_deref() == Ok("write") {
        fs::write(&path, &page).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == page, "{PAGE} is stale: write it anew with {WRITE}=write");
}
