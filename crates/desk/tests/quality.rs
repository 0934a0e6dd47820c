//! Quality of service: return visits, surveys and the appraisal of engineers (W191–W207).

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use qianban_testkit::{Bureau, Script, shut};
use serde_json::{Value, json};

/// The unit that 李四 is of.
fn some_unit(script: &Script<'_>, key: &str) -> String {
    let options = field(&script.page(), key)["options"].as_array().expect("units").clone();
    let found =
        options.iter().find(|unit| unit["label"].as_str().is_some_and(|name| name.contains("预算科")));
    found.expect("the unit")["value"].as_str().expect("an id").to_owned()
}

fn field(page: &Value, key: &str) -> Value {
    let fields = page["content"]["fields"].as_array().expect("fields").clone();
    fields.iter().find(|field| field["key"] == key).expect("the field").clone()
}

/// An on-site slip that the user signed and that is closed.
fn visited(bureau: &Bureau) -> Script<'_> {
    let mut script = bureau.start("钱七", "上门服务单");
    let unit = some_unit(&script, "unit");
    script.fill(&[
        ("unit", &unit),
        ("user_name", "李四"),
        ("user_phone", "0000-1234567"),
        ("place", "305 室"),
        ("received_at", "2026-03-02 08:00"),
        ("system", "国库支付"),
        ("problem", "凭证打印错位"),
        ("cause", "terminal"),
        ("service", "重设打印机"),
        ("arrived_at", "2026-03-02 08:20"),
        ("left_at", "2026-03-02 08:50"),
        ("result", "solved"),
    ]);
    script.sign("钱七", "submit", json!({})).expect("sent");
    script.sign_step("李四", "user", &[("rating", "satisfied")]).expect("signed by the user");
    script.sign("张三", "seal", json!({})).expect("sealed");
    script.sign("钱七", "close", json!({ "remark": "" })).expect("closed");
    script
}

fn call_tasks(bureau: &Bureau) -> usize {
    let owed = bureau.call("workbench", json!({}))["owed"].clone();
    owed.as_array().expect("owed records").iter().filter(|owed| owed["key"] == "visit_call").count()
}

/// W204.
#[test]
fn every_closed_visit_owes_exactly_one_call() {
    let bureau = Bureau::whole(340);
    let slip = visited(&bureau);
    bureau.sit("冯二");
    assert_eq!(call_tasks(&bureau), 1, "one slip, one call");
    let start = slip.page()["follows"][0]["start"].clone();
    let link = json!({ "slot": start["slot"], "form": slip.form });
    let page = bureau.call("form_new", json!({ "definition": start["definition"], "link": link }));
    let mut script = Script { bureau: &bureau, form: page["form"].as_str().expect("a key").to_owned() };
    let (unit, engineer) = (some_unit(&script, "unit"), bureau.id("钱七"));
    script.fill(&[
        ("unit", &unit),
        ("user_name", "李四"),
        ("phone", "0000-1234567"),
        ("engineer", &engineer),
        ("way", "visit"),
        ("speed", "satisfied"),
        ("attitude", "satisfied"),
        ("skill", "satisfied"),
        ("quality", "acceptable"),
        ("solved", "yes"),
    ]);
    let send = |script: &mut Script<'_>| shut(script.sign("冯二", "submit", json!({})));
    assert_eq!(send(&mut script), ["GATE-VISIT-PHONED"]);
    script.set("way", "phone");
    let remove = json!({ "kind": "remove", "forms": [slip.form] });
    bureau.call("link_change", json!({ "form": script.form, "slot": "visited", "change": remove }));
    assert_eq!(send(&mut script), ["GATE-VISIT-LINKED"]);
    let add = json!({ "kind": "add", "forms": [slip.form] });
    bureau.call("link_change", json!({ "form": script.form, "slot": "visited", "change": add }));
    assert!(send(&mut script).is_empty(), "recorded");
    assert_eq!(script.page()["gauges"][0]["shown"], "基本满意", "the worst of four");
    assert_eq!(call_tasks(&bureau), 0, "called");
}

/// W194, W197.
#[test]
fn a_return_visit_that_ends_in_a_complaint_calls_for_its_record() {
    let bureau = Bureau::whole(343);
    let mut script = bureau.start("冯二", "服务回访记录");
    let (unit, engineer) = (some_unit(&script, "unit"), bureau.id("郑一"));
    script.fill(&[
        ("kind", "periodic"),
        ("way", "visit"),
        ("unit", &unit),
        ("user_name", "李四"),
        ("phone", "0000-1234567"),
        ("engineer", &engineer),
        ("speed", "dissatisfied"),
        ("attitude", "satisfied"),
        ("skill", "satisfied"),
        ("quality", "satisfied"),
        ("solved", "yes"),
        ("complaint", "yes"),
        ("opinion", "三次来电无人回复"),
    ]);
    script.sign("冯二", "submit", json!({})).expect("sent");
    assert_eq!(script.page()["gauges"][0]["shown"], "不满意", "the worst of four");
    script.sign("张三", "seal", json!({})).expect("sealed");
    bureau.sit("冯二");
    let follow = script.page()["follows"][0].clone();
    assert_eq!((&follow["key"], &follow["owed"]), (&json!("complaint"), &json!(true)), "{follow}");
    let link = json!({ "slot": follow["start"]["slot"], "form": script.form });
    let complaint =
        bureau.call("form_new", json!({ "definition": follow["start"]["definition"], "link": link }));
    assert_eq!(complaint["definition"]["title"], "客户投诉处理单");
    assert_eq!(complaint["links"][0]["rows"][0]["values"], json!(["三次来电无人回复"]));
}

/// W205: the same answers give the same totals, however they came in.
#[test]
fn a_survey_counts_its_questionnaires() {
    let bureau = Bureau::whole(341);
    let mut script = bureau.start("冯二", "满意度调查问卷");
    script.fill(&[("sent", "4"), ("findings", "打印问题较多"), ("advice", "加强打印培训")]);
    for (row, overall) in [(0, "5"), (1, "4"), (2, "2")] {
        let rating =
            [("speed", "5"), ("attitude", "4"), ("skill", "4"), ("quality", "3"), ("overall", overall)];
        script.row("answers", row, &[("unit", "样例县第一中学"), ("person", "李四")]);
        for (column, text) in rating {
            script.cell("answers", row, column, text);
        }
    }
    let page = script.page();
    for (key, text) in [
        ("returned", "3"),
        ("return_rate", "75.00"),
        ("satisfied_rate", "66.67"),
        ("mean_speed", "5.0"),
        ("mean_quality", "3.0"),
        ("mean_overall", "3.7"),
    ] {
        assert_eq!(field(&page, key)["text"], text, "{key}");
    }
    assert_eq!(shut(script.sign("冯二", "submit", json!({}))), ["GATE-SURVEY-YEAR-END"], "it is March");
    script.set("kind", "occasional");
    script.sign("冯二", "submit", json!({})).expect("sent");
    script.sign_step("吴十", "manager", &[("opinion", "四月安排打印培训")]).expect("signed");
    script.sign("张三", "seal", json!({})).expect("sealed");
    let close = |script: &mut Script<'_>| shut(script.sign("冯二", "close", json!({ "remark": "" })));
    assert_eq!(close(&mut script), ["GATE-SURVEY-IMPROVED"]);
    let owner = bureau.id("吴十");
    let done = [("what", "打印培训"), ("done", "已培训"), ("owner", owner.as_str())];
    script.entry("吴十", "improve", &done).expect("recorded");
    assert!(close(&mut script).is_empty());
}

/// W207.
#[test]
fn an_appraisal_looks_at_business_and_technique_and_is_confirmed_by_the_engineer() {
    let bureau = Bureau::whole(342);
    let mut script = bureau.start("冯二", "工程师考评记录");
    let engineer = bureau.id("郑一");
    script.fill(&[
        ("engineer", &engineer),
        ("since", "2026-01-01"),
        ("until", "2026-02-28"),
        ("grade", "middle"),
        ("records", "抽查五份，均有用户意见"),
        ("comment", "业务熟练"),
        ("result", "good"),
    ]);
    let item =
        |side: &'static str, score: &'static str| [("side", side), ("item", "应知应会"), ("score", score)];
    script.row("items", 0, &item("business", "90"));
    let send = |script: &mut Script<'_>| shut(script.sign("冯二", "submit", json!({})));
    assert_eq!(send(&mut script), ["GATE-APPRAISE-BOTH"]);
    script.row("items", 1, &item("technical", "81"));
    script.row("items", 2, &item("technical", "90"));
    let page = script.page();
    assert_eq!(
        (&field(&page, "business")["text"], &field(&page, "technical")["text"]),
        (&json!("90"), &json!("85"))
    );
    assert!(send(&mut script).is_empty());
    script.sign_step("吴十", "manager", &[]).expect("checked");
    let agreed = [("agreed", "yes")];
    assert_eq!(shut(script.sign_step("钱七", "engineer", &agreed)), ["GATE-APPRAISED-SELF"]);
    script.sign_step("郑一", "engineer", &agreed).expect("confirmed");
}
