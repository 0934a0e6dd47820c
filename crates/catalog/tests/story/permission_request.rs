use crate::*;
use qianban_catalog::{Privacy, defaults, open_tables, plan, row_defaults, search_text, summary};

const TEXT: &str = include_str!("../../../../assets/forms/permission-request.toml");

fn filled(of: &Definition) -> Content {
    let mut form = defaults(of, &Section::Content, &at_desk());
    for (key, text) in [
        ("phone", "００００－６３６３１２３４"),
        ("category", "account"),
        ("system", "国库支付"),
        ("reason", "新调入出纳，需办理支付业务。"),
    ] {
        typed(&of.fields, &mut form, key, text);
    }
    let account = row(
        of,
        "accounts",
        &[
            ("name", "样例县第一中学"),
            ("bank", "工商银行营业部"),
            ("account", "0022 0212 3456 7890 123"),
            ("action", "grant"),
        ],
    );
    form.insert("accounts".to_owned(), Value::Table(vec![account]));
    form
}

#[test]
fn a_new_request_begins_with_what_the_desk_knows_and_asks_for_the_rest() {
    let of = load(TEXT);
    let form = defaults(&of, &Section::Content, &at_desk());
    assert_eq!(form["applicant"], Value::Person(CLERK.to_owned()));
    assert_eq!(form["unit"], Value::Unit(SCHOOL.to_owned()));
    assert_eq!(form["apply_date"], Value::Date("2026-02-14".to_owned()));
    assert_eq!(
        problems(&of, &Section::Content, &form, &at_desk()),
        [
            "phone FIELD-MISSING",
            "category FIELD-MISSING",
            "system FIELD-MISSING",
            "permissions FIELD-MISSING",
            "reason FIELD-MISSING",
        ]
    );
    let row = row_defaults(&of, &Section::Content, "permissions", &at_desk());
    assert_eq!(row["action"], Value::Choice("grant".to_owned()));
}

#[test]
fn a_filled_request_may_be_submitted_and_keeps_every_digit_of_the_account() {
    let of = load(TEXT);
    let form = compute(&of, &Section::Content, &filled(&of), &at_desk());
    assert_eq!(problems(&of, &Section::Content, &form, &at_desk()), Vec::<String>::new());
    assert_eq!(
        shut(&of, &Moment::Submit, &Content::new(), &Context { form: form.clone(), ..at_desk() }),
        [""; 0]
    );
    assert_eq!(form["permission_count"], Value::Int(0), "computed, not typed");
    assert_eq!(form["valid_until"], Value::Empty, "hidden while the term is permanent");
    assert_eq!(form.len(), of.fields.len(), "the snapshot holds all fields");

    let full = summary(&of, &form, &Bureau, Privacy::Full);
    let lines: Vec<String> = full.iter().map(|(label, words)| format!("{label} {words}")).collect();
    assert_eq!(
        lines,
        [
            "申请单位 样例县第一中学",
            "申请人 张三",
            "申请类别 财政用户权限、银行账户维护",
            "业务系统 国库支付",
            "银行账号 0022 0212 3456 7890 123",
        ]
    );
    let masked = summary(&of, &form, &Bureau, Privacy::Masked);
    assert_eq!(
        masked.last().map(|(_, words)| words.as_str()),
        Some("0022 **** 0123"),
        "lists hide the middle"
    );
    let text = search_text(&of, &Section::Content, &form, &Bureau);
    for words in ["0022021234567890123", "样例县第一中学", "张三", "出纳", "0000-63631234"] {
        assert!(text.contains(words), "{words} can be found in {text}");
    }
}

#[test]
fn a_term_needs_an_end_that_does_not_lie_before_its_beginning() {
    let of = load(TEXT);
    let mut form = filled(&of);
    typed(&of.fields, &mut form, "term", "temporary");
    assert_eq!(problems(&of, &Section::Content, &form, &at_desk()), ["valid_until FIELD-MISSING"]);
    typed(&of.fields, &mut form, "valid_until", "2026年2月13日");
    assert_eq!(problems(&of, &Section::Content, &form, &at_desk()), ["valid_until FIELD-CHECK"]);
    typed(&of.fields, &mut form, "valid_until", "20261231");
    assert_eq!(problems(&of, &Section::Content, &form, &at_desk()), [""; 0]);
    typed(&of.fields, &mut form, "term", "permanent");
    let settled = compute(&of, &Section::Content, &form, &at_desk());
    assert_eq!(settled["valid_until"], Value::Empty, "what is hidden is not signed");
    assert!(!form["valid_until"].is_empty(), "but the draft keeps it");
}

#[test]
fn problems_point_at_the_cell() {
    let of = load(TEXT);
    let mut form = filled(&of);
    let rows = vec![row(&of, "permissions", &[("module", "指标管理"), ("role", "录入岗")]), Content::new()];
    form.insert("permissions".to_owned(), Value::Table(rows));
    assert_eq!(
        problems(&of, &Section::Content, &form, &at_desk()),
        [
            "permissions[0].action FIELD-MISSING",
            "permissions[1].module FIELD-MISSING",
            "permissions[1].role FIELD-MISSING",
            "permissions[1].action FIELD-MISSING",
        ]
    );
    let settled = compute(&of, &Section::Content, &form, &at_desk());
    assert_eq!(settled["permission_count"], Value::Int(2));
}

#[test]
fn the_plan_names_four_steps_and_bars_the_applicant_from_each() {
    let of = load(TEXT);
    let plan = plan(&of, &filled(&of));
    let steps: Vec<(&str, &str)> =
        plan.iter().map(|step| (step.key.as_str(), step.roles[0].as_str())).collect();
    assert_eq!(
        steps,
        [
            ("unit_head", "unit_head"),
            ("division", "division"),
            ("check", "maintainer"),
            ("info_center", "info_center"),
        ]
    );
    assert!(
        plan.iter().all(|step| step.bar == Some(vec![CLERK.to_owned()])),
        "nobody signs their own request"
    );
    assert_eq!(plan[0].units, Some(vec![SCHOOL.to_owned()]), "the head of the asking unit");
    assert_eq!(plan[3].differ, [2], "the checker does not decide");
    assert!(plan.iter().all(|step| step.boxed && step.need == 1));
}

#[test]
fn the_information_center_cannot_decide_before_a_clean_check() {
    let of = load(TEXT);
    let check = Section::Step("check".to_owned());
    let core = Moment::Step("info_center".to_owned());
    let mut context = Context { form: filled(&of), ..at_desk() };
    assert_eq!(shut(&of, &core, &Content::new(), &context), ["GATE-CHECK-FIRST"]);

    let wrong = boxed(&of, &check, &[("person_check", "correct"), ("permission_check", "wrong")]);
    assert_eq!(problems(&of, &check, &wrong, &context), ["remark FIELD-MISSING"], "say what is wrong");
    assert_eq!(shut(&of, &Moment::Step("check".to_owned()), &wrong, &context), ["GATE-CHECK-CLEAN"], "W063");
    context.steps.insert("check".to_owned(), vec![wrong.into()]);
    assert_eq!(shut(&of, &core, &Content::new(), &context), ["GATE-CHECK-FIRST"]);

    let clean = boxed(&of, &check, &[("person_check", "correct"), ("permission_check", "correct")]);
    assert_eq!(problems(&of, &check, &clean, &context), [""; 0]);
    assert_eq!(shut(&of, &Moment::Step("check".to_owned()), &clean, &context), [""; 0]);
    context.steps.insert("check".to_owned(), vec![clean.into()]);
    assert_eq!(shut(&of, &core, &Content::new(), &context), [""; 0]);
}

#[test]
fn nothing_is_closed_before_it_was_assigned_and_verified() {
    let of = load(TEXT);
    let assign = Section::Table("assign".to_owned());
    let verify = Section::Table("verify".to_owned());
    let mut context = Context { form: filled(&of), ..at_desk() };
    let open = |context: &Context| -> Vec<String> {
        open_tables(&of, context).iter().map(|table| table.title.clone()).collect()
    };
    assert_eq!(open(&context), ["权限分配", "平台服务验证"]);
    let close = |context: &Context| shut(&of, &Moment::Close, &Content::new(), context);
    assert_eq!(close(&context), ["GATE-TABLE-OPEN", "GATE-VERIFY-SUCCESS"]);

    let success = boxed(&of, &verify, &[("result", "success")]);
    let before = Moment::Table("verify".to_owned());
    assert_eq!(shut(&of, &before, &success, &context), ["GATE-ASSIGN-FIRST"], "W064 before W065");

    let done = boxed(&of, &assign, &[("done", "已在门户分配支付录入岗")]);
    context.entries.insert("assign".to_owned(), vec![done.into()]);
    assert_eq!(shut(&of, &before, &success, &context), [""; 0]);

    let failure = boxed(&of, &verify, &[("result", "failure"), ("remark", "登录后看不到菜单")]);
    context.entries.insert("verify".to_owned(), vec![failure.clone().into()]);
    assert_eq!(close(&context), ["GATE-VERIFY-SUCCESS"], "W065: a failed verification does not close");
    context.entries.insert("verify".to_owned(), vec![failure.clone().into(), success.clone().into()]);
    assert_eq!(close(&context), [""; 0]);
    context.entries.insert("verify".to_owned(), vec![success.into(), failure.into()]);
    assert_eq!(close(&context), ["GATE-VERIFY-SUCCESS"], "the last verification counts");
}

#[test]
fn the_paper_has_a_place_for_everything() {
    let of = load(TEXT);
    let done = of.tables.iter().filter(|table| !table.built_in).count();
    assert_eq!(places(&of), of.fields.len() + of.steps.len() + of.links.len() + done);
    assert_eq!(of.tables.len() - done, 6, "the built-in tables are in every policy");
}
