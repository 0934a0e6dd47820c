//! Spreadsheets in and out, and the book of a ledger.

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use std::io::{Cursor, Write as _};
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use calamine::{Data, Reader as _, Xlsx};
use qianban_desk::api::Refusal;
use qianban_testkit::{Bureau, Script};
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};

/// A list of accounts.
const PAYEES: &str = r#"
id = "payees"
title = "样例收款人清单"
row = "D05"
version = 1
cites = []

[policy]
ledger = "payees"
ledger_title = "收款人台账"
series = "收"
create = ["applicant", "registrar"]
edit = ["applicant", "registrar"]
register = true
seal = "plain"

[[field]]
key = "subject"
label = "事项"
type = "text"
required = true
key_field = true

[[field]]
key = "payees"
label = "收款人"
type = "table"
max_rows = 500
columns = [
  { key = "name", label = "户名", type = "text", required = true },
  { key = "account", label = "账号", type = "account", required = true, share = 3 },
  { key = "amount", label = "金额", type = "money" },
  { key = "way", label = "方式", type = "choice", options = [{ value = "card", label = "公务卡" }, { value = "transfer", label = "转账" }] },
  { key = "day", label = "日期", type = "date" },
]

[slip]
paper = "A4"
orientation = "portrait"
copies = ["留存联"]

[[slip.row]]
cells = [{ label = "事项", w = 4 }, { field = "subject", w = 20 }]

[[slip.row]]
cells = [{ table = "payees", w = 24 }]
"#;

const ACCOUNT: &str = "6222021234567890123";
const ZEROS: &str = "0001234500067";

fn bureau(seed: u64) -> Bureau {
    Bureau::founded_with(seed, |setup| {
        setup.with_definitions(vec![("payees.toml".to_owned(), PAYEES.to_owned())])
    })
}

fn begun<'a>(bureau: &'a Bureau, name: &str, subject: &str) -> Script<'a> {
    bureau.sit(name);
    let page = bureau.call("form_new", json!({ "definition": bureau.definition("payees") }));
    let script = Script { bureau, form: page["form"].as_str().expect("a key").to_owned() };
    script.set("subject", subject);
    script
}

/// A cell of a sheet that a program made.
enum Cell<'a> {
    Text(&'a str),
    Number(f64),
}
use Cell::{Number, Text};

fn file(rows: &[Vec<Cell<'_>>]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Text(text) => sheet.write_string(row, column, *text),
                Number(number) => sheet.write_number(row, column, *number),
            }
            .expect("written");
        }
    }
    book.save_to_buffer().expect("a file")
}

fn import(script: &Script<'_>, bytes: &[u8]) -> Result<Value, Refusal> {
    let request = json!({ "form": script.form, "section": { "kind": "content" }, "field": "payees",
        "bytes": STANDARD.encode(bytes) });
    script.bureau.desk.call("table_import", request)
}

fn rows(script: &Script<'_>) -> Vec<Value> {
    script.page()["content"]["fields"][1]["rows"].as_array().expect("rows").clone()
}

fn head() -> Vec<Cell<'static>> {
    ["日期", "账号", "户名", "方式", "金额"].map(Text).into()
}

fn pdf_text(pdf: &str) -> String {
    let pdf = STANDARD.decode(pdf).expect("base64");
    let mut reader = Command::new("pdftotext")
        .args(["-raw", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("pdftotext is installed");
    let mut input = reader.stdin.take().expect("a pipe");
    let writing = std::thread::spawn(move || input.write_all(&pdf));
    let read = reader.wait_with_output().expect("read");
    writing.join().expect("written").expect("written");
    String::from_utf8(read.stdout).expect("text")
}

#[test]
fn accounts_survive_import_storage_print_and_export() {
    let bureau = bureau(90);
    let mut script = begun(&bureau, "李四", "三月");
    let sheet = file(&[
        vec![Text("收款人清单")],
        vec![],
        head(),
        vec![Text("2026-03-01"), Text(ACCOUNT), Text("甲学校"), Text("转账"), Number(0.1 + 0.2)],
        vec![],
        vec![Text("2026/3/2"), Text(ZEROS), Text("乙医院"), Text("公务卡"), Text("1,234.50")],
    ]);
    let saved = import(&script, &sheet).expect("imported");
    let cells = &saved["section"]["fields"][1]["rows"];
    let texts = |row: usize| -> Vec<&str> {
        cells[row].as_array().expect("cells").iter().filter_map(|cell| cell["text"].as_str()).collect()
    };
    assert_eq!(texts(0), ["甲学校", ACCOUNT, "0.30", "transfer", "2026-03-01"]);
    assert_eq!(texts(1), ["乙医院", ZEROS, "1234.50", "card", "2026-03-02"]);
    import(&script, &sheet).expect("once more");
    assert_eq!(rows(&script).len(), 4, "new rows come after those that are there");
    script.sign("李四", "submit", json!({})).expect("sent");
    script.sign("张三", "seal", json!({})).expect("sealed");

    let slip = bureau.call("slip_pdf", json!({ "form": script.form, "copy": "" }));
    let text: String = pdf_text(slip["pdf"].as_str().expect("a file")).split_whitespace().collect();
    assert!(text.contains(ACCOUNT) && text.contains(ZEROS), "{text}");

    bureau.sit("张三");
    let book = json!({ "ledger": "payees", "year": 2026 });
    let exported = bureau.call("ledger_xlsx", book.clone());
    assert_eq!((&exported["name"], &exported["rows"]), (&json!("收款人台账_2026.xlsx"), &json!(1)));
    let bytes = STANDARD.decode(exported["bytes"].as_str().expect("a file")).expect("base64");
    let mut read: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a spreadsheet");
    assert_eq!(read.sheet_names(), ["收款人台账", "样例收款人清单", "收款人 样例收款人清单"]);
    let sheet = read.worksheet_range("收款人 样例收款人清单").expect("the sheet");
    assert_eq!(sheet.get_value((1, 0)), Some(&Data::String("收〔2026〕第0001号".to_owned())));
    assert_eq!(sheet.get_value((1, 2)), Some(&Data::String(ACCOUNT.to_owned())), "text, digit by digit");
    assert_eq!(sheet.get_value((2, 2)), Some(&Data::String(ZEROS.to_owned())));
    bureau.sit("李四");
    assert_eq!(bureau.refuse("ledger_xlsx", book).code, "EXPORT-ROLE", "accounts are not for everybody");
}

#[test]
fn three_bad_rows_of_five_hundred_are_named_and_nothing_is_imported() {
    let bureau = bureau(91);
    let script = begun(&bureau, "李四", "三月");
    let accounts: Vec<String> = (0..500).map(|number| format!("{number:019}")).collect();
    let good = |number: usize| {
        vec![Text("2026-03-01"), Text(&accounts[number]), Text("样例单位"), Text("转账"), Number(1.0)]
    };
    let with = |bad: bool| {
        let row = |number: usize| match number {
            100 if bad => vec![Text("2026-02-30"), Text(&accounts[100]), Text("样例单位")],
            200 if bad => vec![Text(""), Number(6222021234567890123.0), Text("样例单位")],
            499 if bad => vec![Text(""), Text(&accounts[499]), Text("")],
            _ => good(number),
        };
        let rows: Vec<_> = std::iter::once(head()).chain((0..500).map(row)).collect();
        file(&rows)
    };
    let refusal = import(&script, &with(true)).expect_err("three rows are wrong");
    assert_eq!(refusal.code, "IMPORT-CELLS");
    let words: Vec<&str> = refusal.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(words.len(), 3, "{words:#?}");
    assert!(words[0].starts_with("第 102 行「日期」"), "{}", words[0]);
    assert!(refusal.problems.iter().all(|problem| problem.code == "IMPORT-CELL"));
    assert!(words[1].starts_with("第 202 行「账号」") && words[1].contains("丢失"), "{}", words[1]);
    assert!(words[2].starts_with("第 501 行「户名」") && words[2].contains("必填"), "{}", words[2]);
    assert!(rows(&script).is_empty(), "nothing was imported");

    import(&script, &with(false)).expect("all are right");
    let kept = rows(&script);
    assert_eq!((kept.len(), &kept[499][1]["text"]), (500, &json!(accounts[499])));
    let one = file(&[head(), good(0)]);
    assert_eq!(import(&script, &one).expect_err("one too many").code, "IMPORT-ROWS");
}

#[test]
fn a_head_that_does_not_fit_is_refused() {
    let bureau = bureau(92);
    let script = begun(&bureau, "李四", "三月");
    let refused = |rows: &[Vec<Cell<'_>>]| {
        let refusal = import(&script, &file(rows)).expect_err("refused");
        assert_eq!(refusal.code, "IMPORT-HEAD", "{}", refusal.message);
        refusal.message
    };
    assert!(refused(&[vec![Text("户名")], vec![Text("甲学校")]]).contains("缺少「账号」"));
    let unknown = vec![Text("户名"), Text("账号"), Text("开户行")];
    assert!(refused(&[unknown, vec![Text("甲学校"), Text(ACCOUNT)]]).contains("「开户行」不是"));
    let twice = vec![Text("户名"), Text("账号"), Text("账号")];
    assert!(refused(&[twice, vec![Text("甲学校"), Text(ACCOUNT)]]).contains("「账号」出现了两次"));
    assert!(refused(&[head()]).contains("没有内容"));
    refused(&[vec![Text("甲学校"), Text(ACCOUNT)]]);
    for bytes in [&b"no spreadsheet"[..], b""] {
        assert_eq!(import(&script, bytes).expect_err("refused").code, "IMPORT-FILE");
    }
    let long = vec![0; 1024 * 1024 + 3];
    assert_eq!(import(&script, &long).expect_err("too big").code, "IMPORT-FILE");
    let undecoded = json!({ "form": script.form, "section": { "kind": "content" }, "field": "payees",
        "bytes": "!".repeat(1_500_000) });
    assert_eq!(bureau.refuse("table_import", undecoded).code, "IMPORT-FILE", "its size is asked first");
}

#[test]
fn the_book_shows_voids_with_their_reason() {
    let bureau = bureau(93);
    let mut void = begun(&bureau, "张三", "写错的一张");
    void.sign("张三", "submit", json!({})).expect("sent with a number");
    assert_eq!(void.page()["number"], "收〔2026〕第0001号");
    void.sign("张三", "reject", json!({ "reason": "重复登记" })).expect("rejected");
    let mut good = begun(&bureau, "张三", "好的一张");
    good.sign("张三", "submit", json!({})).expect("sent");
    good.sign("张三", "seal", json!({})).expect("sealed");
    let book = bureau.call("ledger_pdf", json!({ "ledger": "payees", "year": 2026 }));
    assert_eq!(book["rows"], 2);
    let text = pdf_text(book["bytes"].as_str().expect("a file"));
    for words in ["第0001号", "已作废", "重复登记", "第0002号", "好的一张", "其中作废 1 张", "空号 0 个"]
    {
        assert!(text.contains(words), "{words} in {text}");
    }
    let other = bureau.call("ledger_pdf", json!({ "ledger": "payees", "year": 2025 }));
    assert_eq!(other["rows"], 0);
    assert_eq!(bureau.refuse("ledger_pdf", json!({ "ledger": "none", "year": 2026 })).code, "LEDGER-UNKNOWN");
    assert_eq!(bureau.refuse("ledger_pdf", json!({ "ledger": "payees", "year": 1 })).code, "FIELD-INVALID");
    assert_eq!(bureau.call("ledgers", json!({}))["ledgers"][0]["years"], json!([2026]));
    let listed = |year: Value| {
        let query = json!({ "ledger": "payees", "text": "", "status": null, "year": year, "cursor": null, "limit": 10 });
        bureau.call("ledger_list", query)["rows"].as_array().map(Vec::len)
    };
    assert_eq!((listed(json!(2026)), listed(json!(2025)), listed(Value::Null)), (Some(2), Some(0), Some(2)));
}

/// G7: a seat numbers inside its block, another goes on above it, and what the block still holds is no hole (F13).
#[test]
fn the_rest_of_a_lease_is_not_a_hole() {
    let bureau = bureau(94);
    let seat = |name: &str| {
        bureau.sit("张三");
        let people = bureau.call("people", json!({}));
        let of_name = |person: &&Value| person["name"] == name;
        let person =
            people["people"].as_array().expect("people").iter().find(of_name).expect("a person").clone();
        person["seats"][0]["id"].as_str().expect("a seat").to_owned()
    };
    let lease = |kind: &str, more: Value| {
        let mut action = json!({ "kind": kind, "seat": seat("李四"), "series": "收", "year": 2026 });
        action.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        bureau.sign("张三", action)
    };
    assert_eq!(lease("lease_numbers", json!({ "count": 0 })).expect_err("none").code, "FIELD-INVALID");
    lease("lease_numbers", json!({ "count": 10 })).expect("leased");
    let numbered = |name: &str, subject: &str| {
        let mut script = begun(&bureau, name, subject);
        script.sign(name, "submit", json!({})).expect("sent");
        script.page()["number"].clone()
    };
    assert_eq!(numbered("李四", "一月"), "收〔2026〕第0001号");
    assert_eq!(numbered("张三", "二月"), "收〔2026〕第0011号");
    assert_eq!(numbered("李四", "三月"), "收〔2026〕第0002号");
    let book = bureau.call("ledger_pdf", json!({ "ledger": "payees", "year": 2026 }));
    let text = pdf_text(book["bytes"].as_str().expect("a file"));
    for words in ["第0003号", "未用", "席位 02 的号段", "8 个号", "空号 0 个"] {
        assert!(text.contains(words), "{words} in {text}");
    }
    lease("return_numbers", json!({})).expect("the tail goes back");
    assert_eq!(numbered("张三", "四月"), "收〔2026〕第0003号");
    assert_eq!(lease("return_numbers", json!({})).expect_err("nothing is left").code, "REGISTRY-NO-CHANGE");

    let moved = || bureau.sign("张三", json!({ "kind": "move_numbers", "seat": seat("李四") }));
    moved().expect("whatever nobody leases is 李四's");
    assert_eq!(moved().expect_err("it is").code, "REGISTRY-NO-CHANGE");
    assert_eq!(numbered("李四", "五月"), "收〔2026〕第0012号");
    assert_eq!(numbered("张三", "六月"), "收〔2026〕第0004号", "his block is still his");
    let to = |ledger: &str| {
        bureau.sign("张三", json!({ "kind": "move_seal", "ledger": ledger, "seat": seat("李四") }))
    };
    assert_eq!(to("payees").expect_err("the same computer").code, "REGISTRY-NO-CHANGE");
    assert_eq!(to("none").expect_err("no ledger").code, "LEDGER-UNKNOWN");
}
