mod powers;

use crate::definition::Definition;
use crate::fault::{DefinitionError, Fault};

/// The smallest definition that is accepted with every kind of piece in it.
const GOOD: &str = r#"id = "sample"
title = "样表"
row = "D12"
version = 1
cites = ["W060"]
[policy]
ledger = "sample"
ledger_title = "样表台账"
series = "样"
create = ["clerk"]
edit = ["clerk"]
register = false
seal = "plain"
[[field]]
key = "unit"
label = "单位"
type = "unit"
required = true
[[field]]
key = "who"
label = "申请人"
type = "person"
[[field]]
key = "amount"
label = "金额"
type = "money"
check = [{ rule = 'form.amount > 0', message = "金额须大于零" }]
[[field]]
key = "double"
label = "两倍"
type = "money"
compute = 'form.amount * 2'
[[field]]
key = "kind"
label = "类别"
type = "choice"
options = [{ value = "a", label = "甲" }, { value = "b", label = "乙" }]
[[field]]
key = "day"
label = "日期"
type = "date"
[[field]]
key = "rate"
label = "占比"
type = "percent"
[[field]]
key = "service"
label = "服务"
type = "catalogue"
groups = ["信息项值集服务"]
[[field]]
key = "rows"
label = "明细"
type = "table"
max_rows = 20
required = 'form.kind == "a"'
[[field.columns]]
key = "name"
label = "名称"
type = "text"
[[field.columns]]
key = "price"
label = "单价"
type = "money"
visible = 'row.name != ""'
[[step]]
key = "first"
title = "初审"
roles = ["division"]
units = "unit"
need = 1
bar = true
bar_fields = ["who"]
ink = "no"
outsider = false
[[step.field]]
key = "opinion"
label = "意见"
type = "paragraph"
default = '"同意"'
[[step]]
key = "second"
title = "复审"
roles = ["info_center"]
need = 1
when = 'form.amount > 100'
bar = true
differ = ["first"]
ink = "allowed"
outsider = true
[[table]]
name = "done"
title = "执行"
roles = ["maintainer"]
phases = ["sealed"]
wanted = true
[[table.field]]
key = "text"
label = "内容"
type = "text"
required = true
[[table]]
name = "hold"
title = "暂停"
roles = ["maintainer"]
phases = ["sealed"]
[[table.field]]
key = "since"
label = "自"
type = "datetime"
[[table.field]]
key = "until"
label = "至"
type = "datetime"
[[table]]
name = "print"
roles = ["clerk"]
phases = ["live"]
[[table]]
name = "paper"
roles = ["clerk"]
phases = ["live"]
[[table]]
name = "remind"
roles = ["clerk"]
phases = ["live"]
[[table]]
name = "close"
roles = ["registrar"]
phases = ["sealed"]
[[gate]]
on = "close"
require = 'entries.done.exists(d, d.text != "")'
code = "GATE-DONE"
message = "尚未执行"
[[link]]
slot = "before"
title = "原申请"
definitions = ["sample"]
min = 0
max = 1
reads = [{ key = "done", type = "flag" }, { key = "sum", type = "money" }]
[[expose]]
key = "done"
title = "已执行"
type = "flag"
value = 'size(entries.done) > 0'
[[clock]]
key = "answer"
title = "答复"
start = 'form.day + " 09:00"'
stop = 'entries.done[0].at'
minutes = 'settings.answer_phone_minutes'
count = 'settings.answer_phone_count'
pause = "hold"
cites = ["W164"]
[[ticker]]
key = "report"
title = "报告"
start = 'form.day + " 09:00"'
stop = '""'
minutes = 'settings.recovery_report_minutes'
table = "done"
cites = ["W221"]
[[gauge]]
key = "links"
title = "关联"
value = 'size(links.before)'
[[tally]]
key = "same"
by = "who"
where = 'size(entries.done) > 0'
[[alert]]
when = 'tally.same > 2'
message = "已有三份"
cites = ["W201"]
[[duty]]
key = "daily"
title = "每日"
every = "day"
covers = "day"
where = 'form.kind == "a"'
months = [12, 1]
since = "2026-01-01"
[[follow]]
key = "next"
title = "下一份"
definition = "sample"
slot = "before"
when = 'closed && sealed'
owed = true
[slip]
paper = "A4"
orientation = "portrait"
copies = ["存根联"]
[[slip.row]]
cells = [{ label = "单位", w = 3, rows = 2 }, { field = "unit", w = 9 }, { field = "who", w = 12 }]
[[slip.row]]
cells = [{ field = "amount", w = 7 }, { field = "double", w = 7 }, { field = "kind", w = 7 }]
[[slip.row]]
cells = [{ field = "day", w = 5 }, { field = "rate", w = 5 }, { field = "service", w = 10 }, { links = "before", w = 4 }]
[[slip.row]]
cells = [{ table = "rows", w = 24 }]
[[slip.row]]
cells = [{ step = "first", w = 12 }, { step = "second", w = 12 }]
[[slip.row]]
cells = [{ entry = "hold", w = 24 }]
[[slip.row]]
cells = [{ entry = "done", w = 24 }]
"#;

fn refused(text: &str) -> DefinitionError {
    match Definition::parse("样表.toml", text) {
        Ok(_) => panic!("accepted"),
        Err(error) => error,
    }
}

/// Replaces the first `from`, expects the refusal `code` on the line that holds `at`.
fn expect(from: &str, to: &str, code: &str, at: &str) {
    assert!(GOOD.contains(from), "the sample has {from}");
    let text = GOOD.replacen(from, to, 1);
    let Err(error) = Definition::parse("样表.toml", &text) else { panic!("{from} → {to}: accepted") };
    let line = text.lines().nth(error.line - 1).unwrap_or_default();
    assert_eq!(error.reason.code(), code, "{from} → {to}: {error}");
    assert!(line.contains(at), "{from} → {to}: {error}\nline {} is {line:?}, not {at:?}", error.line);
    assert!(error.to_string().starts_with(&format!("样表.toml:{}: ", error.line)), "file:line: reason");
}

#[test]
fn the_sample_itself_is_accepted_and_laid_out() {
    let sample = Definition::parse("样表.toml", GOOD).unwrap_or_else(|error| panic!("{error}"));
    let second = &sample.slip.rows[1];
    assert_eq!(second.cells[0].column, 3, "the label of the first row reaches down into the second");
    assert_eq!(sample.field("amount").map(|field| field.max), Some(None));
    assert_eq!(sample.table("close").map(|table| (table.built_in, table.single)), Some((true, true)));
}

#[test]
fn keys_types_and_sizes() {
    for (from, to, code, at) in [
        ("id = \"sample\"", "id = ", "DEF-FORMAT", "id ="),
        ("version = 1", "version = 1\ncolour = 3", "DEF-FORMAT", "colour"),
        ("version = 1", "version = \"1\"", "DEF-FORMAT", "version"),
        ("version = 1", "version = 0", "DEF-BOUNDS", "version"),
        ("title = \"样表\"\n", "", "DEF-FORMAT", "id"),
        ("label = \"单位\"\n", "label = \"单位\"\nwidth = 3\n", "DEF-FORMAT", "width"),
        ("id = \"sample\"", "id = \"样表\"", "DEF-NAME", "id"),
        ("key = \"who\"", "key = \"who-is\"", "DEF-NAME", "who-is"),
        ("key = \"who\"", "key = \"Who\"", "DEF-NAME", "Who"),
        ("key = \"who\"", "key = \"unit\"", "DEF-DUPLICATE", "key = \"unit\""),
        ("key = \"price\"", "key = \"name\"", "DEF-DUPLICATE", "name"),
        ("value = \"b\"", "value = \"a\"", "DEF-DUPLICATE", "value"),
        ("label = \"申请人\"", "label = \"\"", "DEF-WORDS", "label = \"\""),
        ("label = \"申请人\"", "label = \"申请\\n人\"", "DEF-WORDS", "申请"),
        ("series = \"样\"", "series = \"样\\n二\"", "DEF-WORDS", "series"),
        ("definitions = [\"sample\"]", "definitions = []", "DEF-LACKING", "slot"),
        ("label = \"申请人\"", "label = \"申请\\u202E人\"", "DEF-WORDS", "202E"),
        ("type = \"person\"", "type = \"people\"", "DEF-CODE", "people"),
        ("row = \"D12\"", "row = \"12\"", "DEF-CODE", "12"),
        ("cites = [\"W060\"]", "cites = [\"W060\", \"W060\"]", "DEF-DUPLICATE", "cites"),
        ("max_rows = 20", "max_rows = 501", "DEF-BOUNDS", "max_rows"),
        ("type = \"text\"", "type = \"text\"\nmax = 301", "DEF-BOUNDS", "301"),
        ("type = \"person\"", "type = \"person\"\nmax = 3", "DEF-MISPLACED", "who"),
        ("type = \"person\"", "type = \"person\"\nshare = 3", "DEF-MISPLACED", "who"),
        ("type = \"money\"", "type = \"money\"\nmin = 5\nmax = 4", "DEF-BOUNDS", "amount"),
        ("type = \"choice\"\n", "type = \"text\"\n", "DEF-MISPLACED", "kind"),
        ("type = \"text\"", "type = \"table\"", "DEF-MISPLACED", "name"),
        ("compute = 'form.amount * 2'", "compute = 'form.amount'\ndefault = '1'", "DEF-MISPLACED", "double"),
    ] {
        expect(from, to, code, at);
    }
    let huge = format!("{GOOD}#{}", "x".repeat(super::FILE_MAX_BYTES));
    assert_eq!(refused(&huge).reason.code(), "DEF-FILE-TOO-BIG");
    let field = |i: usize| format!("[[field]]\nkey = \"f{i}\"\nlabel = \"项\"\ntype = \"text\"\n");
    let many: String = (0..200).map(field).collect();
    expect("[[step]]", &format!("{many}[[step]]"), "DEF-BOUNDS", "key = \"f189\"");
}

#[test]
fn expressions_name_only_what_exists_and_fit_their_place() {
    let check = "rule = 'form.amount > 0'";
    for (expression, says) in [
        ("form.amont > 0", "form 中没有 amont"),
        ("form.amount > \"1\"", "类型不符"),
        ("form.amount", "得到 整数，应为 真假"),
        ("forms.amount > 0", "没有变量 forms"),
        ("row.name == \"\"", "没有变量 row"),
        ("box.opinion == \"\"", "没有变量 box"),
        ("form.amount >", "无法解析"),
        ("form.rows.all(r, r.nam == \"\")", "row 中没有 nam"),
        ("facts.weather == \"\"", "facts 中没有 weather"),
        ("form.unit.matches(\"x\")", "不能使用 matches"),
    ] {
        expect(check, &format!("rule = '{expression}'"), "DEF-EXPRESSION", "rule");
        let error = refused(&GOOD.replacen(check, &format!("rule = '{expression}'"), 1));
        assert!(error.reason.to_string().contains(says), "{expression}: {error}");
    }
    for (from, to, at) in [
        ("compute = 'form.amount * 2'", "compute = '\"zwei\"'", "compute"),
        ("visible = 'row.name != \"\"'", "visible = 'row.nome != \"\"'", "visible"),
        ("required = 'form.kind == \"a\"'", "required = 'form.art == \"a\"'", "required"),
        ("default = '\"同意\"'", "default = 'box.opinion'", "default"),
        ("when = 'form.amount > 100'", "when = 'facts.ink_copy'", "when"),
        ("entries.done.exists", "entries.undone.exists", "require"),
        ("d.text", "d.texts", "require"),
        ("wanted = true", "wanted = 'entries.done == []'", "wanted"),
    ] {
        expect(from, to, "DEF-EXPRESSION", at);
    }
    let long = format!("rule = '{}true'", "true && ".repeat(125));
    expect(check, &long, "DEF-EXPRESSION", "rule");
}

#[test]
fn expressions_of_a_section_are_bounded_together() {
    let loops = "form.rows.all(r, form.rows.all(s, r.price == s.price))";
    let roomy = GOOD.replacen("max_rows = 20", "max_rows = 80", 1);
    let check = format!("{{ rule = '{loops}', message = \"重复\" }},");
    let checked = |times| {
        let checks = format!("type = \"person\"\ncheck = [{}]", check.repeat(times));
        roomy.replacen("type = \"person\"", &checks, 1)
    };
    assert!(Definition::parse("样表.toml", &checked(1)).is_ok());
    let column = roomy.replacen("visible = 'row.name != \"\"'", &format!("required = '{loops}'"), 1);
    for (text, at) in [(checked(40), "who"), (column, "rows")] {
        let error = refused(&text);
        assert!(error.reason.to_string().contains("最多 1000000"), "a column's run once a row: {error}");
        assert_eq!(text.lines().nth(error.line - 1), Some(format!("key = \"{at}\"").as_str()));
    }
}

#[test]
fn fields_do_not_depend_on_each_other_in_a_circle() {
    let compute = "compute = 'form.amount * 2'";
    expect(compute, "compute = 'form.double * 2'", "DEF-CYCLE", "double");
    expect(compute, "compute = 'form.amount * 2'\nvisible = 'form.double > 1'", "DEF-CYCLE", "double");
    expect("visible = 'row.name != \"\"'", "visible = 'size(form.rows) > 1'", "DEF-CYCLE", "rows");
    expect(
        "check = [{ rule = 'form.amount > 0', message = \"金额须大于零\" }]",
        "compute = 'form.double'",
        "DEF-CYCLE",
        "amount",
    );
}

#[test]
fn steps_can_be_signed_and_come_in_order() {
    for (from, to, code, at) in [
        ("roles = [\"division\"]", "roles = [\"king\"]", "DEF-ROLE", "king"),
        ("roles = [\"division\"]", "roles = []", "DEF-LACKING", "first"),
        ("create = [\"clerk\"]", "create = [\"clark\"]", "DEF-ROLE", "clark"),
        ("edit = [\"clerk\"]", "edit = [\"clerk\", \"clerk\"]", "DEF-DUPLICATE", "edit"),
        ("need = 1", "need = 33", "DEF-BOUNDS", "need"),
        ("units = \"unit\"", "units = \"who\"", "DEF-UNKNOWN", "units"),
        ("required = true", "required = 'form.amount > 0'", "DEF-LACKING", "units"),
        ("bar_fields = [\"who\"]", "bar_fields = [\"unit\"]", "DEF-UNKNOWN", "bar_fields"),
        ("bar = true\nbar_fields", "bar = false\nbar_fields", "DEF-MISPLACED", "first"),
        ("differ = [\"first\"]", "differ = [\"second\"]", "DEF-LATER-STEP", "differ"),
        ("bar_fields = [\"who\"]", "differ = [\"second\"]", "DEF-LATER-STEP", "differ"),
        ("ink = \"no\"", "ink = \"maybe\"", "DEF-CODE", "maybe"),
        ("ink = \"allowed\"", "ink = \"no\"", "DEF-MISPLACED", "ink"),
        ("key = \"second\"", "key = \"first\"", "DEF-DUPLICATE", "first"),
        ("on = \"close\"", "on = \"step:third\"", "DEF-UNKNOWN", "third"),
        ("on = \"close\"", "on = \"open\"", "DEF-CODE", "open"),
        ("code = \"GATE-DONE\"", "code = \"done\"", "DEF-CODE", "done"),
        ("seal = \"plain\"", "seal = \"wax\"", "DEF-CODE", "wax"),
        ("max = 1\n", "max = 1000\n", "DEF-BOUNDS", "1000"),
    ] {
        expect(from, to, code, at);
    }
    let step = |i: usize| {
        format!(
            "[[step]]\nkey = \"s{i}\"\ntitle = \"审\"\nroles = [\"clerk\"]\nneed = 1\nbar = true\nink = \"no\"\noutsider = false\n"
        )
    };
    let many: String = (0..15).map(step).collect();
    expect("[[step]]", &format!("{many}[[step]]"), "DEF-BOUNDS", "key = \"second\"");
    let (content, rest) = GOOD.split_once("[[step]]").unwrap_or_default();
    let (_, rest) = rest.split_once("[[table]]").unwrap_or_default();
    assert!(matches!(refused(&format!("{content}[[table]]{rest}")).reason, Fault::Lacking { .. }), "no step");
}

#[test]
fn every_table_has_a_title_roles_and_phases() {
    for (from, to, code, at) in [
        ("phases = [\"sealed\"]\n", "", "DEF-NO-PHASES", "done"),
        ("phases = [\"sealed\"]", "phases = []", "DEF-NO-PHASES", "done"),
        ("phases = [\"sealed\"]", "phases = [\"later\"]", "DEF-CODE", "later"),
        ("phases = [\"sealed\"]", "phases = [\"sealed\", \"sealed\"]", "DEF-DUPLICATE", "phases"),
        ("name = \"paper\"", "name = \"paper\"\ntitle = \"纸\"", "DEF-MISPLACED", "paper"),
        ("title = \"执行\"\n", "", "DEF-LACKING", "done"),
        ("name = \"paper\"", "name = \"print\"", "DEF-DUPLICATE", "print"),
    ] {
        expect(from, to, code, at);
    }
}

#[test]
fn the_slip_is_a_full_grid_with_one_place_for_everything() {
    for (from, to, code, at) in [
        ("field = \"kind\", w = 7", "field = \"kind\", w = 8", "DEF-SLIP-WIDTH", "kind"),
        ("field = \"unit\", w = 9", "field = \"unit\", w = 8", "DEF-SLIP-WIDTH", "unit"),
        ("w = 3, rows = 2", "w = 3", "DEF-SLIP-WIDTH", "kind"),
        ("entry = \"done\", w = 24", "entry = \"done\", w = 24, rows = 2", "DEF-SLIP-OVERLAP", "done"),
        (
            "{ field = \"unit\", w = 9 }",
            "{ field = \"unit\", text = \"单位\", w = 9 }",
            "DEF-SLIP-CELL",
            "unit",
        ),
        ("{ field = \"unit\", w = 9 }", "{ w = 9 }", "DEF-SLIP-CELL", "who"),
        ("field = \"who\", w", "field = \"whom\", w", "DEF-UNKNOWN", "whom"),
        ("table = \"rows\", w", "table = \"amount\", w", "DEF-UNKNOWN", "table = \"amount\""),
        ("step = \"second\", w", "step = \"third\", w", "DEF-UNKNOWN", "third"),
        ("entry = \"done\", w", "entry = \"undone\", w", "DEF-UNKNOWN", "undone"),
        ("step = \"second\", w", "step = \"first\", w", "DEF-SLIP-PLACE", "first"),
        ("field = \"kind\", w", "label = \"类别\", w", "DEF-SLIP-PLACE", "kind"),
        ("w = 24 }", "w = 25 }", "DEF-BOUNDS", "w = 25"),
        (
            "cells = [{ table = \"rows\", w = 24 }]",
            "cells = [{ table = \"rows\", w = 1 }, { text = \"注\", w = 23 }]",
            "DEF-BOUNDS",
            "w = 1 }",
        ),
        ("copies = [\"存根联\"]", "copies = []", "DEF-BOUNDS", "copies"),
        (
            "copies = [\"存根联\"]",
            "copies = [\"一\", \"二\", \"三\", \"四\", \"五\"]",
            "DEF-BOUNDS",
            "copies",
        ),
        ("paper = \"A4\"", "paper = \"B5\"", "DEF-CODE", "B5"),
    ] {
        expect(from, to, code, at);
    }
    let middle = "cells = [{ field = \"amount\", w = 7 }";
    let hole = format!("cells = [{{ label = \"空\", w = 4, rows = 2 }}, {}", &middle[9..]);
    expect(middle, &hole, "DEF-SLIP-WIDTH", "amount");
}

#[test]
fn a_letter_is_a_grid_of_rows_that_name_its_title() {
    let titled = GOOD.replacen("row = \"D12\"", "row = \"D12\"\nalso_titled = [\"函\", \"另一表\"]", 1);
    let with = |from: &str, to: &str| {
        assert!(titled.contains(from), "the sample has {from}");
        Definition::parse("样表.toml", &titled.replacen(from, to, 1))
    };
    let (rows, done) = ("cells = [{ table = \"rows\"", "cells = [{ entry = \"done\"");
    let letter = with(done, &format!("titles = [\"函\"]\n{done}")).unwrap_or_else(|error| panic!("{error}"));
    let shown =
        letter.slip.letter("函").map(|rows| rows.iter().map(|row| row.cells.len()).collect::<Vec<_>>());
    assert_eq!(shown, Some(vec![1]));
    assert_eq!(
        (letter.slip.letter("另一表"), letter.slip.letter("样表")),
        (None, None),
        "these print everything"
    );
    for (from, title, code) in [
        (rows, "\"信\"", "DEF-UNKNOWN"),
        (rows, "\"样表\"", "DEF-UNKNOWN"),
        (rows, "\"函\", \"函\"", "DEF-DUPLICATE"),
        ("cells = [{ label = \"单位\", w = 3, rows = 2 }", "\"函\"", "DEF-SLIP-LETTER"),
        ("cells = [{ field = \"amount\", w = 7 }", "\"函\"", "DEF-SLIP-LETTER"),
    ] {
        let error = with(from, &format!("titles = [{title}]\n{from}")).expect_err(title);
        assert_eq!(error.reason.code(), code, "{title}: {error}");
    }
}

#[test]
fn no_damage_to_a_file_is_more_than_a_refusal() {
    let deep = format!("id = {}", "[".repeat(200_000));
    assert_eq!(refused(&deep).reason.code(), "DEF-FORMAT");
    let dotted = format!("{}a = 1", "a.".repeat(100_000));
    assert_eq!(refused(&dotted).reason.code(), "DEF-FORMAT");
    let lines: Vec<&str> = GOOD.lines().collect();
    for left_out in 0..lines.len() {
        let kept = lines.iter().enumerate().filter(|(i, _)| *i != left_out).map(|(_, line)| *line);
        if let Err(error) = Definition::parse("样表.toml", &kept.collect::<Vec<_>>().join("\n")) {
            assert!((1..=lines.len()).contains(&error.line), "without {:?}: {error}", lines[left_out]);
        }
    }
    for (end, _) in GOOD.char_indices().step_by(11) {
        assert!(Definition::parse("样表.toml", &GOOD[..end]).is_err(), "cut at {end}");
    }
}
