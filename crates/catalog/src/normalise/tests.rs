use super::*;
use crate::definition::Choice;
use crate::display::{Names, Privacy, display, note, typed};
use crate::stored::{Stored, from_stored, to_stored};
use crate::value::Content;

fn field(kind: FieldKind) -> Field {
    let max = match kind {
        FieldKind::Text => Some(TEXT_MAX),
        FieldKind::Paragraph => Some(PARAGRAPH_MAX),
        FieldKind::Account => Some(ACCOUNT_MAX),
        _ => None,
    };
    let options = vec![Choice { value: "grant".to_owned(), label: "新增".to_owned() }];
    Field { options, ..Field::plain("f", "项", kind, (None, max)) }
}

fn code(kind: FieldKind, text: &str) -> &'static str {
    match normalise(&field(kind), text) {
        Ok(value) => panic!("{text:?} was taken as {value:?}"),
        Err(problem) => problem.code(),
    }
}

struct Nobody;

impl Names for Nobody {
    fn person(&self, _: &str) -> Option<String> {
        None
    }
    fn unit(&self, _: &str) -> Option<String> {
        None
    }
}

#[test]
fn what_people_type_becomes_one_form_and_comes_back_the_same() {
    let hex = "0123456789abcdef0123456789abcdef";
    for (kind, text, value) in [
        (FieldKind::Text, " 张三 ", Value::Text("张三".to_owned())),
        (FieldKind::Paragraph, "一\r\n二\n", Value::Text("一\n二".to_owned())),
        (FieldKind::Integer, "－１，２３４", Value::Int(-1234)),
        (FieldKind::Money, "９０，０７１，９９２，５４７，４０９．９３", Value::Money(9_007_199_254_740_993)),
        (FieldKind::Money, "￥100元", Value::Money(10_000)),
        (FieldKind::Date, "２０２６年２月１４日", Value::Date("2026-02-14".to_owned())),
        (FieldKind::DateTime, "2026-2-14 ８：５０", Value::DateTime("2026-02-14 08:50".to_owned())),
        (FieldKind::Choice, "grant", Value::Choice("grant".to_owned())),
        (FieldKind::Flag, "是", Value::Flag(true)),
        (FieldKind::Flag, "0", Value::Flag(false)),
        (FieldKind::Account, "００２２ 0212-34567890123", Value::Account("0022021234567890123".to_owned())),
        (FieldKind::Phone, "(0000) 6363 1234转8", Value::Text("(0000)63631234转8".to_owned())),
        (FieldKind::IdNumber, "11010519491231002x", Value::Text("11010519491231002X".to_owned())),
        (FieldKind::IdNumber, "ＹＷ００１７", Value::Text("YW0017".to_owned())),
        (FieldKind::Person, hex, Value::Person(hex.to_owned())),
        (FieldKind::Unit, hex, Value::Unit(hex.to_owned())),
    ] {
        let field = field(kind);
        assert_eq!(normalise(&field, text), Ok(value.clone()), "{text:?}");
        assert_eq!(normalise(&field, &typed(&value)), Ok(value.clone()), "{text:?} typed again");
        assert_eq!(from_stored(&field, &to_stored(&value)), Ok(value), "{text:?} from the snapshot");
        assert_eq!(normalise(&field, "  "), Ok(Value::Empty), "an empty {kind:?} is empty, not a problem");
    }
}

#[test]
fn what_cannot_be_kept_is_refused_with_a_code() {
    for (kind, text, expected) in [
        (FieldKind::Text, "a\0b", "FIELD-CONTROL"),
        (FieldKind::Text, "甲\u{202E}乙", "FIELD-DECEPTIVE"),
        (FieldKind::Paragraph, "甲\u{2067}乙", "FIELD-DECEPTIVE"),
        (FieldKind::Account, "12\u{202A}34", "FIELD-DECEPTIVE"),
        (FieldKind::Text, "甲\u{3164}乙", "FIELD-DECEPTIVE"),
        (FieldKind::Text, "一\n二", "FIELD-LINE-BREAK"),
        (FieldKind::Integer, "1.5", "FIELD-NOT-INTEGER"),
        (FieldKind::Integer, "9223372036854775808", "FIELD-OVERFLOW"),
        (FieldKind::Money, "1.234", "FIELD-MONEY-PRECISION"),
        (FieldKind::Money, "1,00", "FIELD-MONEY-GROUPING"),
        (FieldKind::Money, "92233720368547758.08", "FIELD-OVERFLOW"),
        (FieldKind::Money, "约一百", "FIELD-NOT-MONEY"),
        (FieldKind::Date, "2026-02-30", "FIELD-NOT-DATE"),
        (FieldKind::DateTime, "2026-02-14 25:00", "FIELD-NOT-DATETIME"),
        (FieldKind::Choice, "steal", "FIELD-NOT-OPTION"),
        (FieldKind::Flag, "也许", "FIELD-NOT-FLAG"),
        (FieldKind::Account, "12a4", "FIELD-NOT-ACCOUNT"),
        (FieldKind::Account, "123456789012345678901234567890123", "FIELD-ACCOUNT-LENGTH"),
        (FieldKind::Phone, "12", "FIELD-NOT-PHONE"),
        (FieldKind::IdNumber, "工号7", "FIELD-NOT-ID-NUMBER"),
        (FieldKind::IdNumber, "110105194912310021", "FIELD-ID-CHECKSUM"),
        (FieldKind::Person, "张三", "FIELD-NOT-IN-REGISTRY"),
        (FieldKind::Table, "x", "FIELD-WRONG-KIND"),
    ] {
        assert_eq!(code(kind, text), expected, "{kind:?} {text:?}");
    }
}

#[test]
fn length_is_counted_in_characters_after_normalising() {
    assert!(normalise(&field(FieldKind::Text), &"𠮷".repeat(300)).is_ok(), "300 rare characters are 300");
    assert_eq!(code(FieldKind::Text, &"𠮷".repeat(301)), "FIELD-TOO-LONG");
    assert!(normalise(&field(FieldKind::Text), &"e\u{301}".repeat(300)).is_ok(), "counted composed");
    assert!(normalise(&field(FieldKind::Paragraph), &"字".repeat(5_000)).is_ok());
    assert_eq!(code(FieldKind::Paragraph, &"字".repeat(5_001)), "FIELD-TOO-LONG");
    assert_eq!(code(FieldKind::Integer, &"1".repeat(TYPED_MAX_BYTES + 1)), "FIELD-TOO-LONG", "bounded work");
    let most = Field { max: Some(99), ..field(FieldKind::Integer) };
    let long = normalise(&most, &"1".repeat(TYPED_MAX_BYTES + 1));
    assert!(
        matches!(long, Err(Problem::TooLong { max: TEXT_MAX, .. })),
        "99 is no number of characters: {long:?}"
    );
    let huge = normalise_words(&" ".repeat(TYPED_MAX_BYTES + 1), 200);
    assert_eq!(huge.map_err(|p| p.code()), Err("FIELD-TOO-LONG"), "bounded before it is looked at");
    assert_eq!(normalise_words(&"字".repeat(201), 200).map_err(|p| p.code()), Err("FIELD-TOO-LONG"));
    assert_eq!(normalise_words("原因\r\n如下 ", 200), Ok("原因\n如下".to_owned()));
}

#[test]
fn bounds_of_the_definition_are_kept() {
    let bounded = |kind, min, max| Field { min: Some(min), max: Some(max), ..field(kind) };
    let says = |field: &Field, text: &str| normalise(field, text).map_err(|problem| problem.to_string());
    let money = bounded(FieldKind::Money, 100, 1_000_000);
    assert_eq!(says(&money, "0.99"), Err("不能小于 1.00".to_owned()));
    assert_eq!(says(&money, "10000.01"), Err("不能大于 10,000.00".to_owned()));
    assert_eq!(says(&bounded(FieldKind::Integer, 1, 99), "100"), Err("不能大于 99".to_owned()));
    assert_eq!(says(&bounded(FieldKind::Text, 2, 3), "一"), Err("至少 2 个字".to_owned()));
    let account = says(&bounded(FieldKind::Account, 19, 19), "123");
    assert_eq!(account, Err("银行账号应为 19 位数字，现有 3 位".to_owned()));
}

#[test]
fn a_file_has_a_name_a_length_and_a_digest() {
    let digest = "0f".repeat(32);
    let new = |name: &str, media: &str, len, digest: &str| {
        Attachment::new(name, media, len, digest).map(|file| file.name).map_err(|problem| problem.code())
    };
    assert_eq!(new(" 申请.pdf ", "application/pdf", 1, &digest), Ok("申请.pdf".to_owned()));
    assert_eq!(new("申请.pdf", "application/pdf", 0, &digest), Err("FIELD-FILE-EMPTY"));
    assert_eq!(new(&"长".repeat(301), "application/pdf", 1, &digest), Err("FIELD-TOO-LONG"));
    assert_eq!(new("申请\u{202E}fdp.exe", "application/pdf", 1, &digest), Err("FIELD-DECEPTIVE"));
    assert_eq!(new("申请.pdf", "pdf", 1, &digest), Err("FIELD-FILE-RECORD"));
    assert_eq!(new("申请.pdf", "application/pdf", 1, "XX"), Err("FIELD-FILE-RECORD"));
}

#[test]
fn stored_values_of_another_kind_or_shape_are_refused() {
    let text = |text: &str| Stored::Text(text.to_owned());
    for (kind, stored) in [
        (FieldKind::Money, text("100")),
        (FieldKind::Flag, Stored::Int(2)),
        (FieldKind::Text, Stored::Int(1)),
        (FieldKind::Text, text(" 未修剪")),
        (FieldKind::Account, text("12-34")),
        (FieldKind::Date, text("2026-2-14")),
        (FieldKind::Percent, text("40.01")),
        (FieldKind::Catalogue, text("C999")),
        (FieldKind::Catalogue, text("c040")),
        (FieldKind::Table, Stored::List(vec![text("row")])),
    ] {
        assert!(from_stored(&field(kind), &stored).is_err(), "{kind:?} from {stored:?}");
    }
    let mut table = field(FieldKind::Table);
    table.columns = vec![Field { key: "n".to_owned(), ..field(FieldKind::Integer) }];
    let rows = Value::Table(vec![Content::from([("n".to_owned(), Value::Int(7))])]);
    assert_eq!(from_stored(&table, &to_stored(&rows)), Ok(rows));
    let pair = |n| Stored::List(vec![text("n"), Stored::Int(n)]);
    let twice = Stored::List(vec![Stored::List(vec![pair(1), pair(2)])]);
    assert_eq!(from_stored(&table, &twice), Err(Problem::WrongKind), "one column, one value");
}

#[test]
fn values_are_shown_as_people_read_them() {
    let shown = |kind, value: &Value, privacy| display(&field(kind), value, &Nobody, privacy);
    let account = Value::Account("0022021234567890123".to_owned());
    assert_eq!(shown(FieldKind::Account, &account, Privacy::Full), "0022 0212 3456 7890 123");
    assert_eq!(shown(FieldKind::Account, &account, Privacy::Masked), "0022 **** 0123");
    let short = Value::Account("1234567".to_owned());
    assert_eq!(shown(FieldKind::Account, &short, Privacy::Masked), "**** 67");
    let id = Value::Text("11010519491231002X".to_owned());
    assert_eq!(shown(FieldKind::IdNumber, &id, Privacy::Masked), "110105********002X");
    assert_eq!(shown(FieldKind::IdNumber, &id, Privacy::Full), "11010519491231002X");
    assert_eq!(shown(FieldKind::Money, &Value::Money(-123_456_789), Privacy::Full), "-1,234,567.89");
    assert_eq!(shown(FieldKind::Choice, &Value::Choice("grant".to_owned()), Privacy::Full), "新增");
    let gone = Value::Person("0123456789abcdef0123456789abcdef".to_owned());
    assert_eq!(shown(FieldKind::Person, &gone, Privacy::Full), "(名册中没有 01234567)");
}

/// W135–W137: the numbers are hundredths of a percent, so that just over the limit is not the limit.
#[test]
fn percentages_are_exact_to_two_decimals() {
    let field = Field { min: Some(0), max: Some(10_000), ..field(FieldKind::Percent) };
    let hundredths = |text: &str| normalise(&field, text).map_err(|problem| problem.code());
    for (text, expected) in [
        ("40", Ok(4_000)),
        ("40.01", Ok(4_001)),
        ("４０．０１％", Ok(4_001)),
        ("90.5 %", Ok(9_050)),
        ("100", Ok(10_000)),
        ("0", Ok(0)),
        ("40.001", Err("FIELD-PERCENT-PRECISION")),
        ("四成", Err("FIELD-NOT-PERCENT")),
        ("40%%", Err("FIELD-NOT-PERCENT")),
        ("100.01", Err("FIELD-TOO-BIG")),
        ("-0.01", Err("FIELD-TOO-SMALL")),
    ] {
        assert_eq!(hundredths(text), expected.map(Value::Percent), "{text}");
    }
    let value = Value::Percent(4_001);
    assert_eq!(display(&field, &value, &Nobody, Privacy::Full), "40.01%");
    assert_eq!(typed(&value), "40.01");
    assert_eq!(normalise(&field, &typed(&value)), Ok(value.clone()));
    assert_eq!(to_stored(&value), Stored::Int(4_001));
    assert_eq!(from_stored(&field, &Stored::Int(4_001)), Ok(value));
    assert_eq!(
        from_stored(&field, &Stored::Int(10_001)),
        Err(Problem::TooBig { most: "100.00%".to_owned() })
    );
}

/// A bureau with an item of its own, and what it says of performance tuning.
struct Bureau(&'static str);

impl Names for Bureau {
    fn person(&self, _: &str) -> Option<String> {
        None
    }
    fn unit(&self, _: &str) -> Option<String> {
        None
    }
    fn setting(&self, key: &str) -> Option<String> {
        let set = [("catalogue.Z001", "本局自办培训"), ("scope_performance", self.0)];
        set.into_iter().find(|(known, _)| *known == key).map(|(_, value)| value.to_owned())
    }
}

#[test]
fn an_item_of_the_service_catalogue_is_kept_as_its_code() {
    let all = field(FieldKind::Catalogue);
    let narrow = Field { groups: vec!["信息项值集服务".to_owned()], ..field(FieldKind::Catalogue) };
    let item = |code: &str| Ok(Value::Item(code.to_owned()));
    assert_eq!(normalise(&all, "c040"), item("C040"));
    assert_eq!(normalise(&all, "C040 预算单位信息变更"), item("C040"), "as it is shown");
    assert_eq!(normalise(&narrow, "C045"), item("C045"));
    assert_eq!(normalise(&narrow, "C046"), Err(Problem::NotItem), "of another heading");
    assert_eq!(normalise(&narrow, "Z001"), item("Z001"), "a bureau's own");
    assert_eq!(normalise(&all, "C155"), Err(Problem::NotItem));
    let bureau = Bureau("outside");
    let shown = |code: &str| display(&all, &Value::Item(code.to_owned()), &bureau, Privacy::Masked);
    assert_eq!(shown("C040"), "C040 预算单位信息变更");
    assert_eq!(shown("Z001"), "Z001 本局自办培训");
    assert_eq!(shown("Z002"), "Z002", "an item that the bureau took out again");
    let flag = |code: &str, names: &dyn Names| note(&Value::Item(code.to_owned()), names);
    assert_eq!(flag("C080", &Nobody), "范围外/需确认", "G1");
    assert_eq!(flag("C080", &bureau), "范围外");
    assert_eq!(flag("C080", &Bureau("inside")), "");
    assert_eq!(flag("C040", &Nobody), "", "no performance tuning");
    let value = Value::Item("C040".to_owned());
    assert_eq!(typed(&value), "C040");
    assert_eq!(from_stored(&all, &to_stored(&value)), Ok(value));
}
