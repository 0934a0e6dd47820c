//! What a form watches and reads beside itself: links, settings, files, signers, clocks, warnings, counts.

use qianban_catalog::{
    Attachment, Content, Context, Definition, Facts, Follow, Linked, Moment, Row, Section, Settings,
    Standing, TickStanding, Value, WorkCalendar, alerts, clocks, compute, counted, covered, exposed, follows,
    gates, gauges, normalise, tickers,
};
use std::collections::BTreeMap;

const TEXT: &str = include_str!("definition.toml");

const ENGINEER: &str = "0000000000000000000000000000000a";

fn watch() -> Definition {
    Definition::parse("watch.toml", TEXT).unwrap_or_else(|error| panic!("{error}"))
}

fn content(of: &Definition, section: &Section, typed: &[(&str, &str)]) -> Content {
    let fields = of.fields_of(section).unwrap_or_default();
    let value = |(key, text): &(&str, &str)| {
        let field = fields.iter().find(|field| field.key == *key).unwrap_or_else(|| panic!("no field {key}"));
        (key.to_string(), normalise(field, text).unwrap_or_else(|problem| panic!("{key}: {problem}")))
    };
    typed.iter().map(value).collect()
}

fn scene(of: &Definition, now: &str, typed: &[(&str, &str)]) -> Context {
    let form = content(of, &Section::Content, typed);
    Context { form, facts: Facts::at(now, &Settings::default()), ..Context::default() }
}

fn at(time: &str) -> Row {
    Row { at: time.to_owned(), ..Row::default() }
}

fn put(context: &mut Context, table: &str, rows: Vec<Row>) {
    context.entries.insert(table.to_owned(), rows);
}

fn shut(of: &Definition, before: &Moment, own: &Content, context: &Context) -> Vec<String> {
    gates(of, before, own, context).into_iter().map(|unmet| unmet.code).collect()
}

/// Due time of a clock, and where it stands.
fn clock(of: &Definition, key: &str, context: &Context) -> (String, Standing) {
    let all = clocks(of, context, &WorkCalendar::shipped());
    let found = all.iter().find(|now| now.clock.key == key).unwrap_or_else(|| panic!("no clock {key}"));
    let due = found.reading.due.map(|due| due.format("%m-%d %H:%M").to_string()).unwrap_or_default();
    (due, found.reading.standing)
}

/// W164, W210: half an hour, day and night; W211: an hour of office time. A change of channel is as from the start.
#[test]
fn the_first_answer_is_due_by_the_rules_of_its_channel() {
    let of = watch();
    let called = |channel, called_at| {
        scene(&of, "2026-02-13 17:30:00", &[("channel", channel), ("called_at", called_at)])
    };
    let network = called("network", "2026-02-13 17:20");
    assert_eq!(clock(&of, "answer", &network), ("02-14 08:50".to_owned(), Standing::Running));
    assert_eq!(clock(&of, "answer", &called("phone", "2026-02-13 17:20")).0, "02-13 17:50");
    assert_eq!(clock(&of, "answer", &called("network", "2026-02-14 17:30")).0, "02-24 09:00");
    let mut answered = network.clone();
    put(&mut answered, "answer", vec![at("2026-02-14 08:51")]);
    assert_eq!(clock(&of, "answer", &answered).1, Standing::Missed);
    answered.settings =
        Settings::new([("answer_network_count", "natural"), ("answer_network_minutes", "120")]);
    assert_eq!(clock(&of, "answer", &answered).0, "02-13 19:20", "G2: as the bureau has set it");
    let nothing = scene(&of, "2026-02-13 17:30:00", &[]);
    assert_eq!(clock(&of, "answer", &nothing), (String::new(), Standing::NotStarted));
}

#[test]
fn entries_of_a_table_pause_a_clock() {
    let of = watch();
    let mut context =
        scene(&of, "2026-03-02 09:20:00", &[("channel", "phone"), ("called_at", "2026-03-02 09:00")]);
    let pause = |typed: &[(&str, &str)]| content(&of, &Section::Table("pause".to_owned()), typed).into();
    put(&mut context, "pause", vec![pause(&[("since", "2026-03-02 09:10"), ("until", "2026-03-02 09:50")])]);
    assert_eq!(clock(&of, "answer", &context), ("03-02 10:10".to_owned(), Standing::Paused));
    put(&mut context, "pause", vec![pause(&[("since", "2026-03-02 09:10")])]);
    assert_eq!(clock(&of, "answer", &context), (String::new(), Standing::Paused), "still paused");
}

/// W212: arrival is counted from the response. W213: one hour in a city. W214: four in a county. G4: a province says.
#[test]
fn arrival_starts_with_the_response_and_depends_on_the_level() {
    let of = watch();
    let mut context =
        scene(&of, "2026-03-02 09:20:00", &[("channel", "phone"), ("called_at", "2026-03-02 09:00")]);
    context.facts.level = "county".to_owned();
    assert_eq!(clock(&of, "arrival", &context).1, Standing::NotStarted, "no response, no arrival");
    put(&mut context, "answer", vec![at("2026-03-02 09:10")]);
    assert_eq!(clock(&of, "arrival", &context).0, "03-02 13:10");
    context.facts.level = "city".to_owned();
    assert_eq!(clock(&of, "arrival", &context).0, "03-02 10:10");
    context.facts.level = "province".to_owned();
    assert_eq!(clock(&of, "arrival", &context), (String::new(), Standing::Unset), "not made up");
    assert_eq!(
        shut(&of, &Moment::Submit, &Content::new(), &context),
        ["GATE-PROVINCE"],
        "unset lets nothing through"
    );
    context.settings = Settings::new([("arrival_province_minutes", "90")]);
    assert_eq!(clock(&of, "arrival", &context).0, "03-02 10:40");
    assert_eq!(shut(&of, &Moment::Submit, &Content::new(), &context), [""; 0]);
}

/// W198, G5: five days, natural or working.
#[test]
fn a_reply_is_due_in_days_as_the_bureau_counts_them() {
    let of = watch();
    let mut context = scene(&of, "2026-09-30 16:00:00", &[("called_at", "2026-09-30 15:00")]);
    assert_eq!(clock(&of, "reply", &context).0, "10-05 23:59");
    context.settings = Settings::new([("complaint_count", "working")]);
    assert_eq!(clock(&of, "reply", &context).0, "10-13 23:59");
}

/// W221: a report every half hour until the service is back; each one that is missing is seen.
#[test]
fn reports_are_owed_every_half_hour_while_recovering() {
    let of = watch();
    let mut context = scene(&of, "2026-03-02 10:40:00", &[("stopped_at", "2026-03-02 09:00")]);
    put(&mut context, "report", vec![at("2026-03-02 09:25"), at("2026-03-02 10:25")]);
    let standings = |context: &Context| {
        let owed = tickers(&of, context);
        assert_eq!(owed[0].table.title, "恢复进展");
        owed[0].ticks.ticks.iter().map(|tick| tick.standing).collect::<Vec<_>>()
    };
    use TickStanding::{Met, Missed, Next};
    assert_eq!(standings(&context), [Met, Missed, Met, Next]);
    let last = content(&of, &Section::Table("report".to_owned()), &[("final", "1")]);
    let last = Row { at: "2026-03-02 10:50".to_owned(), content: last, ..Row::default() };
    context.entries.entry("report".to_owned()).or_default().push(last);
    context.facts = Facts::at("2026-03-03 09:00:00", &context.settings);
    assert_eq!(standings(&context), [Met, Missed, Met], "nothing is owed once it is back");
    assert!(tickers(&of, &scene(&of, "2026-03-02 10:40:00", &[])).is_empty(), "nothing has stopped");
}

/// W250–W253: the level rises by itself as the stop lasts: P4 up to 4 hours, P3 to 8, P2 to 24, then P1.
#[test]
fn the_level_is_the_worse_of_nature_and_stop_time() {
    let of = watch();
    let level = |now: &str, nature: &str| {
        let context = scene(&of, now, &[("stopped_at", "2026-03-02 09:00"), ("nature", nature)]);
        gauges(&of, &context).iter().find(|(gauge, _)| gauge.key == "level").map(|(_, value)| value.clone())
    };
    for (now, expected) in [
        ("2026-03-02 13:00:00", "P4"),
        ("2026-03-02 13:00:01", "P3"),
        ("2026-03-02 17:00:00", "P3"),
        ("2026-03-02 17:00:01", "P2"),
        ("2026-03-03 09:00:00", "P2"),
        ("2026-03-03 09:00:01", "P1"),
    ] {
        assert_eq!(level(now, "4").as_deref(), Some(expected), "{now}");
    }
    assert_eq!(level("2026-03-02 09:10:00", "2").as_deref(), Some("P2"), "by its nature");
    assert_eq!(level("2026-03-03 09:00:01", "2").as_deref(), Some("P1"), "the stop is worse");
    let nothing = gauges(&of, &scene(&of, "2026-03-02 09:00:00", &[]));
    assert!(nothing.is_empty(), "without a time there is no level and no day");
}

/// W201: the third confirmed complaint. W087: a reminder on the fifth day of observation.
#[test]
fn warnings_are_shown_while_they_hold() {
    let of = watch();
    let mut context =
        scene(&of, "2026-03-07 09:00:00", &[("called_at", "2026-03-02 09:00"), ("engineer", ENGINEER)]);
    let shown = |context: &Context, confirmed: Option<i64>| -> Vec<String> {
        let tally: BTreeMap<String, i64> =
            confirmed.into_iter().map(|count| ("confirmed".to_owned(), count)).collect();
        alerts(&of, context, &tally).iter().map(|alert| alert.message.clone()).collect()
    };
    assert_eq!(shown(&context, Some(2)), [""; 0]);
    assert_eq!(shown(&context, Some(3)), ["第三次有效投诉：应予解聘"]);
    assert_eq!(shown(&context, None), [""; 0], "not counted, not said");
    context.facts = Facts::at("2026-03-08 00:00:00", &context.settings);
    assert_eq!(shown(&context, Some(1)), ["观察已超过五天"]);
    assert!(!counted(&of, &of.tallies[0], &context));
    put(&mut context, "answer", vec![at("2026-03-02 09:10")]);
    assert!(counted(&of, &of.tallies[0], &context));
}

#[test]
fn a_record_stands_for_a_day_of_its_duty() {
    let of = watch();
    let day = |typed: &[(&str, &str)]| {
        covered(&of, &of.duties[0], &content(&of, &Section::Content, typed)).map(|day| day.to_string())
    };
    assert_eq!(day(&[("day", "2026-03-02"), ("channel", "phone")]).as_deref(), Some("2026-03-02"));
    assert_eq!(day(&[("day", "2026-03-02"), ("channel", "network")]), None, "not of this duty");
    assert_eq!(day(&[("channel", "phone")]), None, "for no day");
}

#[test]
fn what_comes_next_depends_on_how_far_the_form_is() {
    let of = watch();
    let mut context = scene(&of, "2026-03-02 09:20:00", &[]);
    let next = |context: &Context, sealed, closed| -> Vec<&str> {
        let found: Vec<&Follow> = follows(&of, context, sealed, closed);
        found.iter().map(|follow| follow.key.as_str()).collect()
    };
    assert_eq!(next(&context, true, false), [""; 0]);
    assert_eq!(next(&context, true, true), ["next"]);
    put(&mut context, "answer", vec![at("2026-03-02 09:10")]);
    assert_eq!(next(&context, false, false), [""; 0]);
    assert_eq!(next(&context, true, false), ["next"]);
    context.facts = Facts::at("2026-04-01 09:20:00", &context.settings);
    assert_eq!(next(&context, true, false), [""; 0], "answered in another month");
}

#[test]
fn a_form_tells_only_what_it_exposes_and_reads_only_what_it_names() {
    let of = watch();
    let mut told = scene(&of, "2026-03-02 09:20:00", &[("nature", "3"), ("archive", "40.01")]);
    let values = exposed(&of, &told);
    assert_eq!(values["agreed"], Value::Flag(false));
    assert_eq!(values["agreed_on"], Value::Empty, "no report yet");
    assert_eq!((&values["amount"], &values["rate"]), (&Value::Money(300), &Value::Percent(4_001)));
    let last = content(&of, &Section::Table("report".to_owned()), &[("final", "1")]);
    put(
        &mut told,
        "report",
        vec![Row { at: "2026-03-02 10:00".to_owned(), content: last, ..Row::default() }],
    );
    let agreed = Linked { values: exposed(&of, &told), ..Linked::default() };

    let mut reads = scene(&of, "2026-03-03 09:20:00", &[("day", "2026-03-01")]);
    let seal = |context: &Context| shut(&of, &Moment::Seal, &Content::new(), context);
    reads.links.insert("sheets".to_owned(), vec![agreed.clone(), agreed.clone()]);
    assert_eq!(seal(&reads), [""; 0]);
    let total = |context: &Context| compute(&of, &Section::Content, &context.form, context)["total"].clone();
    assert_eq!(total(&reads), Value::Money(600));
    let foreign = Content::from([("agreed".to_owned(), Value::Text("是".to_owned()))]);
    let unread = Linked { values: foreign, ..Linked::default() };
    reads.links.insert("sheets".to_owned(), vec![agreed.clone(), unread]);
    assert_eq!(seal(&reads), ["GATE-AGREED"], "a value of another type is none");
    assert_eq!(total(&reads), Value::Money(300));
    reads.links.insert("sheets".to_owned(), vec![agreed; 5]);
    assert_eq!(total(&reads), Value::Money(900), "no more than the slot takes");
}

/// Only the script that was signed is executed: its digest is in the signed content.
#[test]
fn a_changed_script_shuts_the_gate() {
    let of = watch();
    let file = |name: &str, digest: &str| Attachment::new(name, "text/plain", 9, &digest.repeat(32)).unwrap();
    let execute = Section::Table("execute".to_owned());
    let run = |signed: Vec<Attachment>, executed: Vec<Attachment>| {
        let mut context = scene(&of, "2026-03-02 09:20:00", &[]);
        context.form.insert("script".to_owned(), Value::Attachments(signed));
        let mut own = content(&of, &execute, &[]);
        own.insert("executed".to_owned(), Value::Attachments(executed));
        shut(&of, &Moment::Table("execute".to_owned()), &own, &context)
    };
    let signed = file("修改.sql", "ab");
    assert_eq!(
        run(vec![signed.clone()], vec![file("另存.sql", "ab")]),
        [""; 0],
        "the bytes count, not the name"
    );
    assert_eq!(run(vec![signed.clone()], vec![signed, file("修改.sql", "cd")]), ["GATE-SCRIPT"]);
    assert_eq!(run(Vec::new(), Vec::new()), ["GATE-SCRIPT"]);
}

/// W135, W136, W137: exactly the limit is normal, a hundredth of a percent more is not. W087: three distinct days.
#[test]
fn gates_read_settings_times_and_signers() {
    let of = watch();
    let report = |archive: &str| {
        let context = scene(&of, "2026-03-02 09:20:00", &[("archive", archive)]);
        shut(&of, &Moment::Table("report".to_owned()), &Content::new(), &context)
    };
    assert_eq!(report("40.00"), [""; 0]);
    assert_eq!(report("40.01"), ["GATE-NORMAL"]);

    let mut context = scene(&of, "2026-03-02 09:20:00", &[]);
    context.facts.person = ENGINEER.to_owned();
    let answer = |context: &Context| shut(&of, &Moment::Table("answer".to_owned()), &Content::new(), context);
    assert_eq!(answer(&context), [""; 0]);
    context.steps.insert("check".to_owned(), vec![Row { by: ENGINEER.to_owned(), ..Row::default() }]);
    assert_eq!(answer(&context), ["GATE-OTHER"]);

    let close = |context: &Context| shut(&of, &Moment::Close, &Content::new(), context);
    let mut days = vec![at("2026-03-02 09:00"), at("2026-03-03 09:00"), at("2026-03-03 17:00")];
    put(&mut context, "observe", days.clone());
    assert_eq!(close(&context), ["GATE-OBSERVED"], "three entries on two days");
    days.push(at("2026-03-04 09:00"));
    put(&mut context, "observe", days);
    assert_eq!(close(&context), [""; 0]);
}

#[test]
fn the_budget_year_is_a_setting() {
    let calendar = Facts::at("2026-12-31 23:59:59", &Settings::default());
    assert_eq!(
        (calendar.year, calendar.month.as_str(), calendar.now.as_str()),
        (2026, "2026-12", "2026-12-31 23:59")
    );
    assert_eq!(Facts::at("2026-12-31 23:59:59", &Settings::new([("budget_year", "2027")])).year, 2027, "G13");
}
