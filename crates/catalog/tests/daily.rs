//! Clocks, counts and warnings of the forms of daily service, as they ship.
#![expect(clippy::expect_used, reason = "a test may stop")]

use qianban_catalog::{
    Attachment, ClockNow, Content, Context, Definition, Facts, Linked, Moment, Row, Section, Settings,
    Standing, Value, WorkCalendar, alerts, clocks, compute, counted, covered, exposed, follows, gates,
};
use std::collections::BTreeMap;

const CHANGE: &str = include_str!("../../../assets/forms/data-modification.toml");
const ESTIMATE: &str = include_str!("../../../assets/forms/workload-estimate.toml");
const CALL: &str = include_str!("../../../assets/forms/phone-log.toml");
const DAY: &str = include_str!("../../../assets/forms/phone-daily.toml");
const VISIT: &str = include_str!("../../../assets/forms/on-site-report.toml");
const SLIP: &str = include_str!("../../../assets/forms/on-site-service.toml");
const CONSULTING: &str = include_str!("../../../assets/forms/consulting-record.toml");
const CHECK: &str = include_str!("../../../assets/forms/data-check.toml");
const REPORT: &str = include_str!("../../../assets/forms/report-request.toml");

fn definition(text: &str) -> Definition {
    Definition::parse("shipped", text).expect("it ships")
}

fn content(fields: &[(&str, Value)]) -> Content {
    fields.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect()
}

fn choice(value: &str) -> Value {
    Value::Choice(value.into())
}

fn time(text: &str) -> Value {
    Value::DateTime(text.into())
}

fn words(text: &str) -> Value {
    Value::Text(text.into())
}

fn row(at: &str, fields: &[(&str, Value)]) -> Row {
    Row { at: at.into(), by: String::new(), content: content(fields) }
}

/// A form at a moment in an office of this level.
fn context(form: Content, level: &str, now: &str, settings: Settings) -> Context {
    let facts = Facts { level: level.into(), ..Facts::at(now, &settings) };
    Context { form, facts, settings, ..Context::default() }
}

fn clock<'a>(of: &'a Definition, context: &Context, key: &str) -> ClockNow<'a> {
    let all = clocks(of, context, &WorkCalendar::shipped());
    all.into_iter().find(|clock| clock.clock.key == key).expect("a clock")
}

fn due(of: &Definition, context: &Context, key: &str) -> String {
    let due = clock(of, context, key).reading.due;
    due.map(|due| due.format("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
}

fn call(channel: &str, called_at: &str) -> Content {
    content(&[("channel", choice(channel)), ("called_at", time(called_at)), ("state", choice("open"))])
}

/// W164–W166, W208–W211, G2, G3.
#[test]
fn a_call_is_answered_by_its_channel() {
    let of = definition(CALL);
    let at = |channel, called_at| {
        context(call(channel, called_at), "county", "2026-02-13 17:20:00", Settings::default())
    };
    for (channel, called_at, wanted) in [
        ("network", "2026-02-13 17:20", "2026-02-14 08:50"),
        ("network", "2026-02-14 17:30", "2026-02-24 09:00"),
        ("phone", "2026-02-14 23:50", "2026-02-15 00:20"),
        ("mail", "2026-02-14 23:50", "2026-02-15 00:20"),
        ("onsite", "2026-02-14 23:50", ""),
    ] {
        assert_eq!(due(&of, &at(channel, called_at), "answer"), wanted, "{channel} {called_at}");
    }
    let settings = Settings::new([("answer_phone_minutes", "45"), ("answer_onsite_minutes", "5")]);
    let mut context = context(call("phone", "2026-03-02 09:00"), "county", "2026-03-02 09:40:00", settings);
    assert_eq!(due(&of, &context, "answer"), "2026-03-02 09:45");
    context.form.insert("channel".into(), choice("onsite"));
    assert_eq!(due(&of, &context, "answer"), "2026-03-02 09:05");
    assert_eq!(clock(&of, &context, "answer").reading.standing, Standing::Overdue);
    context.entries.insert("answer".into(), vec![row("2026-03-02 09:05", &[("text", words("已答复"))])]);
    assert_eq!(clock(&of, &context, "answer").reading.standing, Standing::Met);
}

/// W212–W214, G4: from the response, by the level of the bureau; a province has no term until one is set.
#[test]
fn arrival_is_counted_from_the_response() {
    let of = definition(CALL);
    let mut form = call("phone", "2026-03-02 09:00");
    form.insert("state".into(), choice("transferred"));
    form.insert("transfer".into(), choice("on_site"));
    let at = |form: &Content, level, settings| context(form.clone(), level, "2026-03-02 09:40:00", settings);
    let county = at(&form, "county", Settings::default());
    assert_eq!(
        clock(&of, &county, "arrival").reading.standing,
        Standing::NotStarted,
        "never without a response"
    );
    form.insert("answer".into(), words("派人到现场"));
    form.insert("answered_at".into(), time("2026-03-02 09:10"));
    assert_eq!(due(&of, &at(&form, "county", Settings::default()), "arrival"), "2026-03-02 13:10");
    assert_eq!(due(&of, &at(&form, "city", Settings::default()), "arrival"), "2026-03-02 10:10");
    let province = at(&form, "province", Settings::default());
    assert_eq!(clock(&of, &province, "arrival").reading.standing, Standing::Unset);
    let set = at(&form, "province", Settings::new([("arrival_province_minutes", "120")]));
    assert_eq!(due(&of, &set, "arrival"), "2026-03-02 11:10");
    let visit = definition(VISIT);
    let sent = content(&[
        ("mode", choice("dispatched")),
        ("notified_at", time("2026-03-02 09:00")),
        ("answered_at", time("2026-03-02 09:10")),
        ("arrived_at", time("2026-03-02 13:11")),
    ]);
    let late = clock(&visit, &at(&sent, "county", Settings::default()), "arrival").reading;
    assert_eq!((late.standing, late.late), (Standing::Missed, 60), "a minute late");
}

/// W035: an open call is its owner's on the next working day.
#[test]
fn an_open_call_is_followed_up_on_the_next_working_day() {
    let of = definition(CALL);
    let friday =
        context(call("phone", "2026-03-06 17:00"), "county", "2026-03-09 09:00:00", Settings::default());
    assert!(due(&of, &friday, "follow_up").starts_with("2026-03-09"), "Monday");
    let make_up =
        context(call("phone", "2026-02-13 17:00"), "county", "2026-02-14 09:00:00", Settings::default());
    assert!(due(&of, &make_up, "follow_up").starts_with("2026-02-14"), "a make-up Saturday");
    let mut solved = friday.clone();
    solved.form.insert("state".into(), choice("solved"));
    assert_eq!(clock(&of, &solved, "follow_up").reading.standing, Standing::NotStarted);
}

/// What is handed on is owed, and nothing else.
#[test]
fn a_call_that_is_handed_on_asks_for_that_form() {
    let of = definition(CALL);
    for (transfer, wanted) in
        [("on_site", "on-site-service"), ("data", "data-modification"), ("report", "report-request")]
    {
        let mut form = call("phone", "2026-03-02 09:00");
        form.insert("state".into(), choice("transferred"));
        form.insert("transfer".into(), choice(transfer));
        let context = context(form, "county", "2026-03-02 09:40:00", Settings::default());
        let asked: Vec<_> =
            follows(&of, &context, true, false).iter().map(|f| (f.definition.clone(), f.owed)).collect();
        assert_eq!(asked, [(wanted.to_owned(), true)]);
        assert!(follows(&of, &context, false, false).is_empty(), "not before it is sealed");
    }
}

fn linked(values: &[(&str, Value)]) -> Linked {
    Linked { values: content(values), ..Linked::default() }
}

/// W031, W035: the counts of the daily sheet are those of the calls.
#[test]
fn the_daily_sheet_counts_its_calls() {
    let of = definition(DAY);
    let call = |day: &str, state: &str, key: bool| {
        linked(&[
            ("called_at", words(&format!("{day} 09:00"))),
            ("state", words(state)),
            ("key_issue", Value::Flag(key)),
        ])
    };
    let calls = vec![
        call("2026-03-02", "已解决", false),
        call("2026-03-02", "未解决", true),
        call("2026-03-02", "已转办", false),
    ];
    let mut around = context(Content::new(), "county", "2026-03-02 17:00:00", Settings::default());
    around.links.insert("calls".into(), calls);
    let mut form =
        content(&[("report_date", Value::Date("2026-03-02".into())), ("key_issues", words("已交接"))]);
    form = compute(&of, &Section::Content, &form, &around);
    assert_eq!(
        [&form["total"], &form["solved"], &form["open"]],
        [&Value::Int(3), &Value::Int(1), &Value::Int(1)]
    );
    let shut = |form: &Content, around: &Context| {
        let at = Context { form: form.clone(), ..around.clone() };
        gates(&of, &Moment::Submit, &Content::new(), &at)
            .into_iter()
            .map(|unmet| unmet.code)
            .collect::<Vec<_>>()
    };
    assert!(shut(&form, &around).is_empty());
    let mut silent = form.clone();
    silent.remove("key_issues");
    assert_eq!(shut(&silent, &around), ["GATE-KEY-ISSUES"]);
    around.links.get_mut("calls").expect("calls").push(call("2026-03-03", "已解决", false));
    assert_eq!(shut(&form, &around), ["GATE-SAME-DAY"]);
    let duty = of.duties.first().expect("owed each working day");
    assert_eq!(covered(&of, duty, &form).map(|day| day.to_string()).as_deref(), Some("2026-03-02"));
}

fn visits(grade: &str) -> Context {
    let of = definition(VISIT);
    let form = content(&[
        ("mode", choice("periodic")),
        ("grade", choice(grade)),
        ("contract_number", words("样合2026")),
        ("arrived_at", time("2026-03-02 09:00")),
    ]);
    let mut context = context(Content::new(), "county", "2026-03-02 17:00:00", Settings::default());
    let contract = [
        ("contract_number", words("样合2026")),
        ("junior", Value::Int(12)),
        ("middle", Value::Int(2)),
        ("senior", Value::Int(0)),
        ("ends_on", words("2026-12-31")),
    ];
    context.links.insert("contract".into(), vec![linked(&contract)]);
    context.form = compute(&of, &Section::Content, &form, &context);
    context
}

fn put(context: &mut Context, key: &str, value: Value) {
    context.form.insert(key.into(), value);
}

/// W013, W014, W017: the 13th of 12 visits of a grade warns; it stops nobody.
#[test]
fn the_thirteenth_of_twelve_visits_warns() {
    let of = definition(VISIT);
    let context = visits("junior");
    let tally = of.tallies.first().expect("visits are counted");
    assert_eq!((tally.by.as_str(), &context.form[&tally.by]), ("visits", &words("样合2026 初级")));
    assert!(counted(&of, tally, &context));
    let warned = |count| alerts(&of, &context, &BTreeMap::from([("visits".to_owned(), count)])).len();
    assert_eq!((warned(12), warned(13)), (0, 1));
    assert!(gates(&of, &Moment::Submit, &Content::new(), &context).is_empty());
    let shut = |change: &dyn Fn(&mut Context)| {
        let mut context = visits("junior");
        change(&mut context);
        gates(&of, &Moment::Submit, &Content::new(), &context)
            .into_iter()
            .map(|unmet| unmet.code)
            .collect::<Vec<_>>()
    };
    assert_eq!(shut(&|c| c.links.clear()), ["GATE-CONTRACT"]);
    assert_eq!(shut(&|c| put(c, "contract_number", words("别的合同"))), ["GATE-CONTRACT-NUMBER"]);
    assert_eq!(shut(&|c| put(c, "grade", choice("senior"))), ["GATE-CONTRACT-GRADE"]);
    assert_eq!(shut(&|c| put(c, "arrived_at", time("2027-01-04 09:00"))), ["GATE-CONTRACT-ENDED"]);
}

/// W204: each closed visit asks for one call.
#[test]
fn a_closed_visit_asks_for_the_return_call() {
    for text in [VISIT, SLIP] {
        let of = definition(text);
        let context = context(Content::new(), "county", "2026-03-02 17:00:00", Settings::default());
        let asked: Vec<_> = follows(&of, &context, true, true).iter().map(|f| f.definition.clone()).collect();
        assert_eq!(asked, ["return-visit"], "{}", of.title);
        assert!(follows(&of, &context, true, false).is_empty());
    }
}

/// W025: the user conference of every year.
#[test]
fn only_a_user_conference_is_the_years_conference() {
    let of = definition(CONSULTING);
    let duty = of.duties.first().expect("owed each year");
    let held = |item: &str| {
        let form =
            content(&[("held_on", Value::Date("2026-11-20".into())), ("category", Value::Item(item.into()))]);
        covered(&of, duty, &form).is_some()
    };
    assert_eq!((held("C144"), held("C143")), (true, false));
}

/// W041, W135, W137, W138: strictly over the limit is abnormal and asks for a remark.
#[test]
fn a_daily_check_over_the_limit_asks_for_a_remark() {
    let of = definition(CHECK);
    let shut = |archive_log, tablespace, remark: &str| {
        let form = content(&[
            ("archive_log", Value::Percent(archive_log)),
            ("tablespace", Value::Percent(tablespace)),
            ("database_fine", Value::Flag(true)),
            ("remark", words(remark)),
        ]);
        let context = context(form, "county", "2026-03-02 17:00:00", Settings::default());
        let shut = gates(&of, &Moment::Submit, &Content::new(), &context).len();
        (shut, alerts(&of, &context, &BTreeMap::new()).len())
    };
    assert_eq!(shut(4000, 9000, ""), (0, 0));
    assert_eq!(shut(4001, 9000, ""), (1, 1));
    assert_eq!(shut(4000, 9001, ""), (1, 1));
    assert_eq!(shut(4001, 9001, "已通知张三排查"), (0, 2));
}

/// W123, G9: the term is the one that was set when the request was accepted.
#[test]
fn a_report_is_due_when_it_was_said() {
    let of = definition(REPORT);
    let mut context = context(Content::new(), "county", "2026-03-02 17:00:00", Settings::default());
    let due_on = [("feasible", choice("yes")), ("due", Value::Date("2026-03-12".into()))];
    context.steps.insert("info_center".into(), vec![row("2026-03-02 10:00", &due_on)]);
    assert!(due(&of, &context, "due").starts_with("2026-03-12"));
    context.entries.insert("open".into(), vec![row("2026-03-13 09:00", &[])]);
    assert_eq!(clock(&of, &context, "due").reading.standing, Standing::Missed);
}

fn sealing(of: &Definition, context: &Context) -> Vec<String> {
    gates(of, &Moment::Seal, &Content::new(), context).into_iter().map(|unmet| unmet.code).collect()
}

/// W036, W042: what got past the submit of a careless client is not sealed.
#[test]
fn a_data_modification_is_not_sealed_with_a_piece_missing() {
    let of = definition(CHANGE);
    let file = |name: &str| {
        let file =
            Attachment { name: name.into(), media: "text/plain".into(), len: 1, digest: "0".repeat(64) };
        Value::Attachments(vec![file])
    };
    let whole = content(&[
        ("script", file("修改.sql")),
        ("evidence", file("测试.png")),
        ("estimate", Value::Int(0)),
        ("before", words("额度 1000")),
        ("after", words("额度 100")),
        ("rollback", file("回退.sql")),
    ]);
    let sealing = |form: &Content| {
        sealing(&of, &context(form.clone(), "county", "2026-03-02 17:00:00", Settings::default()))
    };
    assert!(sealing(&whole).is_empty());
    for missing in whole.keys() {
        let mut form = whole.clone();
        form.remove(missing);
        assert_eq!(sealing(&form), ["GATE-SEAL-COMPLETE"], "without {missing}");
    }
}

/// W012: an estimate that the user did not agree to is not sealed.
#[test]
fn an_estimate_is_not_sealed_without_the_users_word() {
    let of = definition(ESTIMATE);
    let mut context = context(Content::new(), "county", "2026-03-02 17:00:00", Settings::default());
    assert_eq!(sealing(&of, &context), ["GATE-AGREED-BEFORE-SEAL"]);
    context.steps.insert("user".into(), vec![row("2026-03-02 10:00", &[("agree", choice("no"))])]);
    assert_eq!(sealing(&of, &context), ["GATE-AGREED-BEFORE-SEAL"]);
    context.steps.insert("user".into(), vec![row("2026-03-02 10:00", &[("agree", choice("yes"))])]);
    assert!(sealing(&of, &context).is_empty());
}

/// What others read of a call.
#[test]
fn a_call_followed_up_is_shown_as_solved() {
    let of = definition(CALL);
    let mut context =
        context(call("phone", "2026-03-02 09:00"), "county", "2026-03-02 17:00:00", Settings::default());
    assert_eq!(exposed(&of, &context)["state"], words("未解决"));
    context.entries.insert("follow".into(), vec![row("2026-03-03 09:00", &[("result", choice("solved"))])]);
    assert_eq!(exposed(&of, &context)["state"], words("已解决"));
}
