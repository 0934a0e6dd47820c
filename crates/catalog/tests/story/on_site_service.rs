use crate::*;
use qianban_catalog::{Ink, defaults, open_tables, plan};

const TEXT: &str = include_str!("../../../../assets/forms/on-site-service.toml");

fn visit(of: &Definition) -> Content {
    let mut form = defaults(of, &Section::Content, &at_desk());
    for (key, text) in [
        ("unit", SCHOOL),
        ("user_name", "李四"),
        ("user_phone", "63631234转801"),
        ("place", "样例县第一中学财务室"),
        ("system", "国库支付"),
        ("problem", "打印支付凭证时边距错位"),
        ("cause", "terminal"),
        ("service", "重装打印机驱动，调整页边距"),
        ("arrived_at", "2026-02-14 09:40"),
        ("left_at", "2026-02-14 10:25"),
        ("result", "solved"),
    ] {
        typed(&of.fields, &mut form, key, text);
    }
    form
}

#[test]
fn a_visit_is_written_down_with_its_times() {
    let of = load(TEXT);
    let mut form = visit(&of);
    assert_eq!(problems(&of, &Section::Content, &form, &at_desk()), [""; 0]);
    let settled = compute(&of, &Section::Content, &form, &at_desk());
    assert_eq!(settled["minutes"], Value::Int(45));
    assert_eq!(settled["engineer"], Value::Person(CLERK.to_owned()));
    typed(&of.fields, &mut form, "left_at", "2026-02-14 09:39");
    assert_eq!(problems(&of, &Section::Content, &form, &at_desk()), ["left_at FIELD-CHECK"]);
    form.remove("left_at");
    assert_eq!(problems(&of, &Section::Content, &form, &at_desk()), ["left_at FIELD-MISSING"]);
    assert_eq!(compute(&of, &Section::Content, &form, &at_desk())["minutes"], Value::Empty);
}

#[test]
fn a_defect_goes_to_research_and_a_process_question_to_its_clerk() {
    let of = load(TEXT);
    let mut form = visit(&of);
    typed(&of.fields, &mut form, "cause", "defect");
    assert_eq!(problems(&of, &Section::Content, &form, &at_desk()), ["research FIELD-MISSING"], "W038");
    typed(&of.fields, &mut form, "cause", "process");
    assert_eq!(problems(&of, &Section::Content, &form, &at_desk()), ["clerk_phone FIELD-MISSING"], "W038");
}

#[test]
fn the_user_signs_on_paper_or_with_a_key_and_never_the_engineer() {
    let of = load(TEXT);
    let plan = plan(&of, &visit(&of));
    assert_eq!(plan.len(), 1, "W037");
    assert_eq!((plan[0].ink, plan[0].outsider), (Ink::Allowed, true));
    assert_eq!(plan[0].bar, Some(vec![CLERK.to_owned()]));
    let user = Section::Step("user".to_owned());
    let unhappy = boxed(&of, &user, &[("rating", "dissatisfied")]);
    assert_eq!(problems(&of, &user, &unhappy, &at_desk()), ["opinion FIELD-MISSING"]);
    assert_eq!(
        problems(&of, &user, &Content::new(), &at_desk()),
        [""; 0],
        "an ink signature alone is enough"
    );
}

#[test]
fn what_stays_unsolved_is_followed_up_before_closing() {
    let of = load(TEXT);
    let follow = Section::Table("follow".to_owned());
    let close = |context: &Context| shut(&of, &Moment::Close, &Content::new(), context);
    let mut context = Context { form: visit(&of), ..at_desk() };
    assert_eq!(close(&context), [""; 0]);
    assert!(open_tables(&of, &context).is_empty(), "a solved problem owes nothing");

    typed(&of.fields, &mut context.form, "result", "unsolved");
    assert_eq!(problems(&of, &Section::Content, &context.form, &context), ["plan FIELD-MISSING"]);
    assert_eq!(close(&context), ["GATE-FOLLOWED-UP"], "W035, W039");
    let entry = |result| boxed(&of, &follow, &[("owner", CLERK), ("done", "已联系研发"), ("result", result)]);
    context.entries.insert("follow".to_owned(), vec![entry("open").into()]);
    assert_eq!(close(&context), ["GATE-FOLLOWED-UP"]);
    context.entries.insert("follow".to_owned(), vec![entry("open").into(), entry("solved").into()]);
    assert_eq!(close(&context), [""; 0]);
}
