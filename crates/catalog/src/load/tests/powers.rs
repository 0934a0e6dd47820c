//! Built-in tables, kinds of fields, links and what is watched.

use super::{GOOD, expect};
use crate::definition::Definition;

#[test]
fn built_in_tables_that_are_left_out_are_for_all_who_have_to_do_with_the_form() {
    let sample = Definition::parse("样表.toml", GOOD).unwrap_or_else(|error| panic!("{error}"));
    let names: Vec<&str> = sample.tables.iter().map(|table| table.name.as_str()).collect();
    assert_eq!(names, ["done", "hold", "print", "paper", "note", "remind", "export", "close"]);
    let access = |of: &Definition, name: &str| {
        let table = of.table(name).cloned().unwrap_or_else(|| panic!("{name}"));
        (table.roles.join(" "), table.phases.iter().map(|phase| phase.code()).collect::<Vec<_>>().join(" "))
    };
    assert_eq!(access(&sample, "print"), ("clerk".into(), "live".into()), "a declared one wins whole");
    let everybody = "clerk division info_center registrar";
    assert_eq!(access(&sample, "note"), (everybody.into(), "drafting live sealed closed".into()));
    assert_eq!(
        access(&sample, "export"),
        ("auditor info_center registrar".into(), "live sealed closed".into())
    );
    let (left_out, _) = GOOD.split_once("[[table]]\nname = \"print\"").unwrap_or_default();
    let (_, rest) = GOOD.split_once("[[gate]]").unwrap_or_default();
    let bare = Definition::parse("样表.toml", &format!("{left_out}[[gate]]{rest}"));
    let bare = bare.unwrap_or_else(|error| panic!("{error}"));
    for name in ["print", "paper"] {
        assert_eq!(access(&bare, name), (everybody.into(), "drafting live sealed closed".into()), "{name}");
    }
    assert_eq!(access(&bare, "remind"), (everybody.into(), "live sealed".into()));
    assert_eq!(access(&bare, "close"), ("clerk info_center registrar".into(), "sealed".into()));
}

#[test]
fn new_kinds_of_fields_have_bounds_of_their_own() {
    let sample = Definition::parse("样表.toml", GOOD).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(sample.field("rate").map(|rate| (rate.min, rate.max)), Some((Some(0), Some(10_000))));
    for (from, to, code, at) in [
        ("type = \"percent\"", "type = \"percent\"\nmax = 2000000", "DEF-BOUNDS", "2000000"),
        ("groups = [\"信息项值集服务\"]", "groups = [\"值集\"]", "DEF-UNKNOWN", "groups"),
        ("type = \"percent\"", "type = \"percent\"\ngroups = [\"咨询服务\"]", "DEF-MISPLACED", "rate"),
        ("type = \"catalogue\"", "type = \"catalogue\"\nmax = 3", "DEF-MISPLACED", "service"),
        ("key = \"text\"", "key = \"at\"", "DEF-MISPLACED", "key = \"at\""),
        ("key = \"opinion\"", "key = \"by\"", "DEF-MISPLACED", "key = \"by\""),
        ("row = \"D12\"", "row = \"G12\"", "DEF-CODE", "G12"),
        ("row = \"D12\"", "row = \"D12\"\nalso_titled = [\"样表\"]", "DEF-DUPLICATE", "also_titled"),
        (
            "row = \"D12\"",
            "row = \"W132\"\nalso_titled = [\"一\", \"二\", \"三\", \"四\"]",
            "DEF-BOUNDS",
            "also_titled",
        ),
    ] {
        expect(from, to, code, at);
    }
    assert!(Definition::parse("样表.toml", &GOOD.replacen("D12", "W132", 1)).is_ok());
    assert!(Definition::parse("样表.toml", &GOOD.replacen("D12", "C013", 1)).is_ok());
}

#[test]
fn links_are_read_with_the_types_that_are_written() {
    for (from, to, code, at) in [
        ("key = \"sum\", type", "key = \"done\", type", "DEF-DUPLICATE", "reads"),
        ("key = \"sum\", type", "key = \"number\", type", "DEF-DUPLICATE", "reads"),
        ("type = \"flag\" },", "type = \"choice\" },", "DEF-CODE", "reads"),
        ("links = \"before\", w = 4", "links = \"after\", w = 4", "DEF-UNKNOWN", "after"),
        ("{ links = \"before\", w = 4 }", "{ text = \"注\", w = 4 }", "DEF-SLIP-PLACE", "before"),
        (
            "w = 10 }, { links = \"before\", w = 4 }",
            "w = 11 }, { links = \"before\", w = 3 }",
            "DEF-BOUNDS",
            "links",
        ),
        ("value = 'size(entries.done) > 0'", "value = 'size(entries.done)'", "DEF-EXPRESSION", "value"),
        ("value = 'size(entries.done) > 0'", "value = 'size(links.before) > 0'", "DEF-EXPRESSION", "value"),
        ("value = 'size(entries.done) > 0'", "value = 'facts.ink_copy'", "DEF-EXPRESSION", "value"),
    ] {
        expect(from, to, code, at);
    }
    let gate = "require = 'entries.done.exists(d, d.text != \"\")'";
    for (rule, fits) in [
        ("links.before.all(b, b.done && b.sum > 0 && b.number != \"\" && b.sealed_at < facts.now)", true),
        ("links.before[0].unit == form.unit", true),
        ("links.before.all(b, b.sum)", false),
        ("links.before.all(b, b.total > 0)", false),
        ("links.after.all(b, true)", false),
    ] {
        let text = GOOD.replacen(gate, &format!("require = '{rule}'"), 1);
        assert_eq!(Definition::parse("样表.toml", &text).is_ok(), fits, "{rule}");
    }
}

#[test]
fn what_is_watched_names_only_what_exists() {
    for (from, to, code, at) in [
        ("minutes = 'settings.answer_phone_minutes'\n", "", "DEF-LACKING", "answer"),
        ("count = 'settings.answer", "days = '1'\ncount = 'settings.answer", "DEF-LACKING", "answer"),
        (
            "minutes = 'settings.answer_phone_minutes'",
            "minutes = 'settings.speed'",
            "DEF-EXPRESSION",
            "speed",
        ),
        ("minutes = 'settings.answer_phone_minutes'", "minutes = '\"30\"'", "DEF-EXPRESSION", "30"),
        ("stop = 'entries.done[0].at'", "stop = 'entries.done[0].when'", "DEF-EXPRESSION", "stop"),
        ("pause = \"hold\"", "pause = \"done\"", "DEF-LACKING", "pause"),
        ("pause = \"hold\"", "pause = \"held\"", "DEF-UNKNOWN", "pause"),
        ("table = \"done\"\ncites", "table = \"undone\"\ncites", "DEF-UNKNOWN", "undone"),
        ("value = 'size(links.before)'", "value = 'closed'", "DEF-EXPRESSION", "closed"),
        ("value = 'size(links.before)'", "value = 'facts.ink_copy'", "DEF-EXPRESSION", "ink_copy"),
        ("by = \"who\"", "by = \"rows\"", "DEF-UNKNOWN", "by"),
        ("when = 'tally.same > 2'", "when = 'tally.other > 2'", "DEF-EXPRESSION", "other"),
        ("when = 'closed && sealed'", "when = 'tally.same > 2'", "DEF-EXPRESSION", "tally"),
        (
            "require = 'entries.done.exists",
            "require = 'tally.same > 0 && entries.done.exists",
            "DEF-EXPRESSION",
            "tally",
        ),
        ("covers = \"day\"", "covers = \"amount\"", "DEF-UNKNOWN", "covers"),
        ("every = \"day\"", "every = \"hour\"", "DEF-CODE", "hour"),
        ("months = [12, 1]", "months = [13]", "DEF-BOUNDS", "13"),
        ("months = [12, 1]", "months = [1, 1]", "DEF-DUPLICATE", "months"),
        ("since = \"2026-01-01\"", "since = \"2026-1-1\"", "DEF-CODE", "since"),
        ("where = 'form.kind == \"a\"'", "where = 'size(entries.done) > 0'", "DEF-EXPRESSION", "where"),
        ("owed = true\n", "", "DEF-FORMAT", "follow"),
        ("key = \"next\"", "key = \"Next\"", "DEF-NAME", "Next"),
        ("cites = [\"W164\"]", "cites = [\"X164\"]", "DEF-CODE", "X164"),
    ] {
        expect(from, to, code, at);
    }
    let sample = Definition::parse("样表.toml", GOOD).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(sample.duties[0].months, [1, 12]);
    let gauge = |i: usize| format!("[[gauge]]\nkey = \"g{i}\"\ntitle = \"数\"\nvalue = '1'\n");
    let many: String = (0..32).map(gauge).collect();
    expect("[[tally]]", &format!("{many}[[tally]]"), "DEF-BOUNDS", "key = \"g31\"");
}
