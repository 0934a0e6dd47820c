use super::*;
use std::collections::BTreeMap;

fn scope() -> Scope {
    let row =
        Kind::record("row", BTreeMap::from([("n".to_owned(), Kind::Int), ("t".to_owned(), Kind::Text)]));
    let keys = BTreeMap::from([
        ("n".to_owned(), Kind::Int),
        ("t".to_owned(), Kind::Text),
        ("b".to_owned(), Kind::Bool),
        ("rows".to_owned(), Kind::List(Box::new(row), 200)),
    ]);
    Scope::from([("form".to_owned(), Kind::record("form", keys))])
}

fn fault(source: &str) -> ExpressionFault {
    match Expression::compile(source, &scope(), &[Kind::Bool]) {
        Ok(_) => panic!("{source} was accepted"),
        Err(fault) => fault,
    }
}

fn number(source: &str) -> Result<cel::Value, run::Failed> {
    let expression =
        Expression::compile(source, &Scope::new(), &[Kind::Int]).unwrap_or_else(|e| panic!("{e}"));
    Variables::new().run(&expression)
}

#[test]
fn the_language_is_small_and_typed() {
    for source in [
        "form.b && !(form.n == null) || form.t in [\"a\", \"b\"]",
        "form.n == 1 ? form.b : form.t.startsWith(\"甲\")",
        "form.rows.exists(r, r.n > 1) && form.rows.all(r, r.t != \"\")",
        "form.rows.exists_one(r, r.t == \"x\")",
        "sum(form.rows.filter(r, r.t == \"x\").map(r, r.n)) == form.n",
        "form.rows[size(form.rows) - 1].n > 0",
        "minutes_between(form.t, form.t) <= 30",
        "string(form.n) + form.t == \"1x\" && size(form.t) > 0",
        "has(form.t)",
    ] {
        if let Err(fault) = Expression::compile(source, &scope(), &[Kind::Bool]) {
            panic!("{source}: {fault}");
        }
    }
    for (source, says) in [
        ("form.n == 1.5", "小数"),
        ("form.n == 1u", "无符号数"),
        ("{\"a\": form.b}.a", "映射"),
        ("form == form", "不能使用 单独的 form"),
        ("[form].exists(f, f.b)", "不能使用 单独的 form"),
        ("(form.b ? form : form).b", "不能使用 单独的 form"),
        ("form.t == form.n", "类型不符"),
        ("form.t < form.n", "类型不符"),
        ("form.n.exists(x, true)", "只能遍历列表"),
        ("form.rows.exists(form, form.n > 1)", "循环变量 form"),
        ("[1, \"a\"].exists(x, true)", "列表中既有"),
        ("double(form.n) > 1", "不能使用 double"),
        ("timestamp(form.t) == null", "不能使用 timestamp"),
        ("type(form.n) == null", "不能使用 type"),
        ("form.rows.n > 1", "不能从"),
        ("form.?n == 1", "无法解析"),
        ("", "无法解析"),
    ] {
        let fault = fault(source).to_string();
        assert!(fault.contains(says), "{source}: {fault}");
    }
}

#[test]
fn nothing_runs_longer_or_deeper_than_its_bounds() {
    let nested = |n: usize| format!("{}form.b{}", "(".repeat(n), ")".repeat(n));
    assert!(Expression::compile(&nested(16), &scope(), &[Kind::Bool]).is_ok());
    assert_eq!(fault(&nested(17)), ExpressionFault::TooDeep);
    assert_eq!(fault(&nested(400)), ExpressionFault::TooDeep);
    assert_eq!(fault(&format!("{}form.b", "!".repeat(900))), ExpressionFault::TooDeep);
    assert_eq!(fault(&"[".repeat(900)), ExpressionFault::TooDeep);
    assert_eq!(fault(&format!("{}1 > 0", "1+".repeat(400))), ExpressionFault::TooDeep);
    assert!(Expression::compile(&vec!["form.b"; 90].join("&&"), &scope(), &[Kind::Bool]).is_ok());
    assert_eq!(fault(&"字".repeat(1_001)), ExpressionFault::TooLong { found: 1_001 });
    let rows = vec!["form.rows"; 40].join("+");
    let long = format!("[{rows}].all(r, r.all(a, r.all(b, a.n == b.n)))");
    assert!(matches!(fault(&long), ExpressionFault::TooCostly { .. }), "lists put together are longer lists");
    let texts = format!("form.rows.exists(r, {} == \"\")", vec!["r.t"; 50].join("+"));
    assert!(matches!(fault(&texts), ExpressionFault::TooCostly { .. }), "long texts are long to copy");
    let square = "form.rows.all(a, form.rows.all(b, a.n < b.n))";
    assert!(matches!(fault(square), ExpressionFault::TooCostly { .. }), "40,000 rounds of several steps");
    let cube = "form.rows.all(a, form.rows.all(b, form.rows.all(c, a.n < c.n)))";
    assert!(matches!(fault(cube), ExpressionFault::TooCostly { cost, .. } if cost > 8_000_000));
}

#[test]
fn every_way_to_fail_is_a_value_not_a_panic() {
    assert_eq!(number("1 + 2"), Ok(cel::Value::Int(3)));
    for source in [
        "9223372036854775807 + 1",
        "1 / 0",
        "1 % 0",
        "(-9223372036854775807 - 1) / -1",
        "-(-9223372036854775807 - 1)",
        "[1, 2][2]",
        "[1][-1]",
        "sum([9223372036854775807, 1])",
        "null + 1",
    ] {
        assert_eq!(number(source), Err(run::Failed), "{source}");
    }
    assert_eq!(number("sum([1, null, 2])"), Ok(cel::Value::Int(3)), "an empty amount adds nothing");
    assert_eq!(number("minutes_between(\"\", \"\")"), Ok(cel::Value::Null));
}

#[test]
fn times_are_measured_to_the_second_and_by_the_day() {
    for (source, expected) in [
        ("seconds_between(\"2026-03-02 09:00\", \"2026-03-02 13:00:01\")", 14_401),
        ("seconds_between(\"2026-03-02 09:00:30\", \"2026-03-02 09:00\")", -30),
        ("minutes_between(\"2026-03-02 09:00:30\", \"2026-03-02 09:31:29\")", 30),
        ("days_between(\"2026-03-02 23:59\", \"2026-03-03\")", 1),
        ("days_between(\"2026-12-31\", \"2027-01-01 00:00:00\")", 1),
    ] {
        assert_eq!(number(source), Ok(cel::Value::Int(expected)), "{source}");
    }
    for source in ["seconds_between(\"\", \"2026-03-02 09:00\")", "days_between(\"2026-03-02\", \"\")"] {
        assert_eq!(number(source), Ok(cel::Value::Null), "{source}: an empty time is no number");
    }
    let said = |source: &str| {
        let expression = Expression::compile(source, &Scope::new(), &[Kind::Text]);
        Variables::new().run(&expression.unwrap_or_else(|fault| panic!("{fault}")))
    };
    assert_eq!(said("date(\"2026-03-02 09:00\")"), Ok("2026-03-02".into()));
    assert_eq!(said("month(\"2026-03-02 09:00\") + date(\"\")"), Ok("2026-03".into()));
}

#[test]
fn texts_are_counted_once() {
    let days = "[\"2026-03-02\", \"2026-03-03\", \"2026-03-02\"]";
    assert_eq!(number(&format!("size(distinct({days}))")), Ok(cel::Value::Int(2)));
    let first = format!("distinct({days})[1] == \"2026-03-03\"");
    let first =
        Expression::compile(&first, &Scope::new(), &[Kind::Bool]).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(Variables::new().test(&first), Ok(true), "in the order of their first places");
    assert!(fault("size(distinct([1, 2])) > 1").to_string().contains("类型不符"), "numbers are not texts");
}

#[test]
fn text_is_counted_in_characters_and_kept_whole() {
    assert_eq!(number("size(\"𠮷野家\")"), Ok(cel::Value::Int(3)));
}

#[test]
fn chains_of_any_length_are_taken_or_refused_but_never_overflow_the_stack() {
    for (piece, end) in [
        ("form.", "b"),
        ("1 == ", "1"),
        ("form.b ? ", "form.b"),
        ("-", "1"),
        ("! ", "form.b"),
        ("\"a\" in ", "[]"),
        ("form.rows.", "b"),
        ("a.b(c).", "d"),
        ("[0]", ""),
        ("form.rows[0]", ".n"),
        ("x.all(y,", "z"),
        ("\"", ""),
        ("\\", ""),
        ("/*", ""),
        ("{1:", "2"),
        ("a{b:", "c"),
        ("字", ""),
    ] {
        for times in [1, 2, 20, EXPRESSION_MAX / piece.chars().count() - end.chars().count()] {
            let source = format!("{}{end}", piece.repeat(times));
            let _ = Expression::compile(&source, &scope(), &[Kind::Bool]);
        }
    }
}

#[test]
fn a_condition_that_nothing_can_meet_is_known_without_a_form() {
    let never = |source: &str| {
        Expression::compile(source, &scope(), &[Kind::Bool]).unwrap_or_else(|e| panic!("{e}")).is_never()
    };
    for source in
        ["false", "1 > 2", "!true", "false && form.b", "form.b && false", "form.n > 1 && \"a\" == \"b\""]
    {
        assert!(never(source), "{source} is false whatever the form holds");
    }
    for source in ["true", "form.b", "form.n > 1", "form.b || true", "size(form.rows) > 0", "form.t == \"\""]
    {
        assert!(!never(source), "{source} may be true");
    }
}
