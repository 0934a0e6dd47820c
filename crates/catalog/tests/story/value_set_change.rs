use crate::*;
use qianban_catalog::{defaults, ink_copy, open_tables, plan};

const TEXT: &str = include_str!("../../../../assets/forms/value-set-change.toml");

fn account_change(of: &Definition) -> Content {
    let mut form = defaults(of, &Section::Content, &at_desk());
    for (key, text) in [
        ("phone", "63631234"),
        ("category", "account_change"),
        ("object", "budget_unit"),
        ("action", "modify"),
        ("name_before", "样例县第一中学"),
        ("account_name_before", "样例县第一中学"),
        ("account_before", "0022021234567890123"),
        ("account_after", "0022021234567890987"),
        ("reason", "开户银行网点撤并，账号变更。"),
    ] {
        typed(&of.fields, &mut form, key, text);
    }
    form
}

#[test]
fn a_change_states_its_reason_and_what_becomes_different() {
    let of = load(TEXT);
    let mut form = account_change(&of);
    assert_eq!(problems(&of, &Section::Content, &form, &at_desk()), [""; 0]);
    let submit = |form: &Content| {
        let form = compute(&of, &Section::Content, form, &at_desk());
        shut(&of, &Moment::Submit, &Content::new(), &Context { form, ..at_desk() })
    };
    assert_eq!(submit(&form), [""; 0]);

    form.remove("reason");
    assert_eq!(problems(&of, &Section::Content, &form, &at_desk()), ["reason FIELD-MISSING"], "W052");
    typed(&of.fields, &mut form, "account_after", "0022021234567890123");
    assert_eq!(submit(&form), ["GATE-CHANGE-NAMED"], "the same account is no change");
    typed(&of.fields, &mut form, "unit_phone_after", "63635678");
    assert_eq!(submit(&form), [""; 0], "W053: contact and phone are changes too");
}

#[test]
fn what_is_asked_follows_the_kind_of_change() {
    let of = load(TEXT);
    let mut form = account_change(&of);
    typed(&of.fields, &mut form, "category", "unit_new");
    assert_eq!(
        problems(&of, &Section::Content, &form, &at_desk()),
        ["action FIELD-CHECK", "name_after FIELD-MISSING"],
        "a new unit is an addition and has a name"
    );
    typed(&of.fields, &mut form, "action", "add");
    typed(&of.fields, &mut form, "name_after", "样例县第九中学");
    assert_eq!(problems(&of, &Section::Content, &form, &at_desk()), [""; 0]);
    let settled = compute(&of, &Section::Content, &form, &at_desk());
    assert_eq!(settled["account_before"], Value::Empty, "an addition has no before");

    typed(&of.fields, &mut form, "category", "unit_change");
    typed(&of.fields, &mut form, "action", "delete");
    let settled = compute(&of, &Section::Content, &form, &at_desk());
    assert_eq!(settled["name_after"], Value::Empty, "a deletion has no after");
    let context = Context { form: settled, ..at_desk() };
    assert_eq!(shut(&of, &Moment::Submit, &Content::new(), &context), [""; 0]);
}

#[test]
fn three_different_people_confirm_in_the_order_of_the_white_paper() {
    let of = load(TEXT);
    let plan = plan(&of, &account_change(&of));
    let steps: Vec<(&str, &[u8])> =
        plan.iter().map(|step| (step.key.as_str(), step.differ.as_slice())).collect();
    assert_eq!(
        steps,
        [("section_chief", &[][..]), ("payment_center", &[0][..]), ("info_center", &[0, 1][..])],
        "W054"
    );
    assert_eq!(of.steps[0].title, "分管科长意见", "G8: a title in the file, for a bureau to edit");
}

#[test]
fn only_the_signed_paper_opens_the_seal() {
    let of = load(TEXT);
    let paper = Section::Table("paper".to_owned());
    let mut context = Context { form: account_change(&of), ..at_desk() };
    assert_eq!(shut(&of, &Moment::Seal, &Content::new(), &context), ["GATE-INK-COPY"], "W055");

    let mut returned = boxed(&of, &paper, &[("event", "returned"), ("copy", "信息中心留存联")]);
    assert_eq!(problems(&of, &paper, &returned, &context), ["scan FIELD-MISSING"]);
    context.entries.insert("paper".to_owned(), vec![returned.clone().into()]);
    assert!(!ink_copy(&context.entries), "without its scan the paper is not back");
    returned.insert("scan".to_owned(), scan());
    context.entries.insert("paper".to_owned(), vec![returned.into()]);
    context.facts.ink_copy = ink_copy(&context.entries);
    assert_eq!(shut(&of, &Moment::Seal, &Content::new(), &context), [""; 0]);
}

#[test]
fn maintenance_is_done_by_the_paper_and_to_the_end() {
    let of = load(TEXT);
    let maintain = Section::Table("maintain".to_owned());
    let mut context = Context { form: account_change(&of), ..at_desk() };
    assert_eq!(open_tables(&of, &context).len(), 1);

    let half = boxed(&of, &maintain, &[("by_paper", "0"), ("done", "改了一半"), ("result", "partial")]);
    assert_eq!(problems(&of, &maintain, &half, &context), ["by_paper FIELD-CHECK", "remark FIELD-MISSING"]);
    context.entries.insert("maintain".to_owned(), vec![half.into()]);
    assert_eq!(shut(&of, &Moment::Close, &Content::new(), &context), ["GATE-MAINTAIN-DONE"]);

    let done = boxed(&of, &maintain, &[("by_paper", "1"), ("done", "已改银行账号"), ("result", "done")]);
    assert_eq!(problems(&of, &maintain, &done, &context), [""; 0]);
    context.entries.insert("maintain".to_owned(), vec![done.into()]);
    assert_eq!(shut(&of, &Moment::Close, &Content::new(), &context), [""; 0]);
}
