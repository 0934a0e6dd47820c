//! The engine on a definition made for it: orders of evaluation, rows, and rules that cannot be decided.

use qianban_catalog::{
    Content, Context, Definition, Moment, Place, Problem, Row, Section, Value, compute, defaults, gates,
    normalise, open_tables, plan, states, to_stored,
};

const TEXT: &str = r#"
id = "engine"
title = "试验表"
row = "D12"
version = 1
cites = ["W060"]
[policy]
ledger = "engine"
ledger_title = "试验台账"
create = ["clerk"]
edit = ["clerk"]
register = false
seal = "plain"

[[field]]
key = "grand"
label = "合计加手续费"
type = "money"
compute = 'form.total + form.fee'
[[field]]
key = "total"
label = "合计"
type = "money"
compute = 'sum(form.rows.map(r, r.sum))'
[[field]]
key = "fee"
label = "手续费"
type = "money"
visible = 'form.total > 100000'
required = true
default = '500'
[[field]]
key = "rows"
label = "明细"
type = "table"
min = 2
max_rows = 3
[[field.columns]]
key = "sum"
label = "金额"
type = "money"
compute = 'row.price * row.count'
required = true
[[field.columns]]
key = "price"
label = "单价"
type = "money"
required = true
[[field.columns]]
key = "count"
label = "数量"
type = "integer"
min = 1
[[field.columns]]
key = "why"
label = "说明"
type = "text"
visible = 'row.count > 10'
required = true
[[field]]
key = "files"
label = "附件"
type = "attachment"
max = 1
[[field]]
key = "late"
label = "逾期说明"
type = "text"
visible = 'form.fee >= 0'
required = 'form.fee > 1000'

[[step]]
key = "small"
title = "审核"
roles = ["division"]
need = 2
bar = false
ink = "no"
outsider = false
[[step]]
key = "large"
title = "大额审核"
roles = ["info_center"]
need = 0
when = 'form.total > 100000'
bar = true
differ = ["small"]
ink = "required"
outsider = false

[[table]]
name = "pay"
title = "支付"
roles = ["payment_center"]
phases = ["sealed", "live"]
wanted = 'form.total > 0'
[[table]]
name = "print"
roles = ["clerk"]
phases = ["live"]
[[table]]
name = "paper"
roles = ["clerk"]
phases = ["live"]
[[table]]
name = "note"
roles = ["clerk"]
phases = ["live"]
[[table]]
name = "remind"
roles = ["clerk"]
phases = ["live"]
[[table]]
name = "export"
roles = ["clerk"]
phases = ["live"]
[[table]]
name = "close"
roles = ["clerk"]
phases = ["sealed"]

[[gate]]
on = "seal"
require = 'size(entries.note) >= 0 && form.fee < 1000000'
code = "GATE-FEE"
message = "手续费过高"

[slip]
paper = "A5"
orientation = "landscape"
copies = ["存根联"]
[[slip.row]]
cells = [{ field = "grand", w = 6 }, { field = "total", w = 6 }, { field = "fee", w = 6 }, { field = "late", w = 6 }]
[[slip.row]]
cells = [{ table = "rows", w = 18 }, { field = "files", w = 6 }]
[[slip.row]]
cells = [{ step = "small", w = 8 }, { step = "large", w = 8 }, { entry = "pay", w = 8 }]
"#;

fn engine() -> Definition {
    Definition::parse("engine.toml", TEXT).unwrap_or_else(|error| panic!("{error}"))
}

/// A form with rows of (price, count) as typed.
fn form(of: &Definition, rows: &[(&str, &str)]) -> Content {
    let columns = of.field("rows").map(|table| table.columns.as_slice()).unwrap_or_default();
    let cell = |key: &str, text: &str| {
        let column = columns.iter().find(|column| column.key == key);
        let value =
            column.map(|column| normalise(column, text).unwrap_or_else(|problem| panic!("{problem}")));
        (key.to_owned(), value.unwrap_or_default())
    };
    let row = |(price, count): &(&str, &str)| Content::from([cell("price", price), cell("count", count)]);
    let mut form = defaults(of, &Section::Content, &Context::default());
    form.insert("rows".to_owned(), Value::Table(rows.iter().map(row).collect()));
    form
}

fn found(of: &Definition, form: &Content, context: &Context) -> Vec<String> {
    let settled = compute(of, &Section::Content, form, context);
    let states = states(of, &Section::Content, &settled, context).into_iter();
    let words = states.filter_map(|state| {
        let cell = state.place.cell.map(|cell| format!("[{}].{}", cell.row, cell.column)).unwrap_or_default();
        state.problem.map(|problem| format!("{}{cell} {}", state.place.key, problem.code()))
    });
    words.collect()
}

#[test]
fn values_are_computed_after_what_they_read_wherever_they_stand() {
    let of = engine();
    let settled =
        compute(&of, &Section::Content, &form(&of, &[("600", "2"), ("0.5", "3")]), &Context::default());
    assert_eq!(settled["total"], Value::Money(120_150), "the sum of the rows, computed before");
    assert_eq!(settled["fee"], Value::Money(500));
    assert_eq!(settled["grand"], Value::Money(120_650), "stands first and is computed last");
    let again = compute(&of, &Section::Content, &settled, &Context::default());
    assert_eq!(again, settled, "computing twice changes nothing");
}

#[test]
fn what_cannot_be_computed_stays_empty_and_what_cannot_be_decided_lets_nothing_through() {
    let of = engine();
    let huge = ("90000000000000000", "10");
    let beyond = form(&of, &[huge, ("2000", "1")]);
    let missing = ["rows[0].sum FIELD-MISSING"];
    assert_eq!(
        found(&of, &beyond, &Context::default()),
        missing,
        "an overflow gives nothing, never a wrong amount"
    );

    let small = form(&of, &[("1", "1"), ("1", "1")]);
    let settled = compute(&of, &Section::Content, &small, &Context::default());
    assert_eq!(settled["fee"], Value::Empty, "hidden");
    assert_eq!(settled["grand"], Value::Empty, "nothing to add");
    assert_eq!(
        found(&of, &small, &Context::default()),
        ["late FIELD-UNDECIDED"],
        "its rule reads an empty fee"
    );
    let context = Context { form: settled, ..Context::default() };
    let unmet = gates(&of, &Moment::Seal, &Content::new(), &context);
    assert_eq!(unmet[0].code, "GATE-FEE", "an undecided gate stays shut");
}

#[test]
fn rows_have_rules_of_their_own() {
    let of = engine();
    let rows = [("1", "11"), ("", "2"), ("2", "10")];
    let context = Context { editable: true, ..Context::default() };
    let settled = compute(&of, &Section::Content, &form(&of, &rows), &context);
    let states = states(&of, &Section::Content, &settled, &context);
    let at = |row, column| states.iter().find(|state| state.place == Place::cell("rows", row, column));
    let visible = |row| at(row, "why").map(|state| state.visible);
    assert_eq!((visible(0), visible(2)), (Some(true), Some(false)), "asked for more than ten only");
    assert_eq!(at(0, "why").and_then(|state| state.problem.clone()), Some(Problem::Missing));
    assert_eq!(at(1, "price").and_then(|state| state.problem.clone()), Some(Problem::Missing));
    assert_eq!(at(0, "sum").map(|state| state.editable), Some(false), "computed, never typed");
    assert_eq!(at(0, "price").map(|state| state.editable), Some(true));
}

#[test]
fn counts_of_rows_and_files_are_kept() {
    let of = engine();
    let one = ("1000", "2");
    assert_eq!(found(&of, &form(&of, &[one]), &Context::default()), ["rows FIELD-TOO-FEW-ROWS"]);
    assert_eq!(found(&of, &form(&of, &[one; 3]), &Context::default()), [""; 0]);
    assert_eq!(found(&of, &form(&of, &[one; 4]), &Context::default()), ["rows FIELD-TOO-MANY-ROWS"]);
    let mut many = form(&of, &[one; 3]);
    let file = qianban_catalog::Attachment::new("a.pdf", "application/pdf", 1, &"ab".repeat(32));
    let files: Vec<_> = file.into_iter().cycle().take(2).collect();
    many.insert("files".to_owned(), Value::Attachments(files));
    assert_eq!(found(&of, &many, &Context::default()), ["files FIELD-TOO-MANY-FILES"]);
    many.insert("files".to_owned(), Value::Text("a.pdf".to_owned()));
    assert_eq!(found(&of, &many, &Context::default()), ["files FIELD-WRONG-KIND"]);
}

#[test]
fn rows_beyond_the_bound_are_neither_run_over_nor_listed() {
    let of = engine();
    let many = form(&of, &vec![("1000", "2"); 10_000]);
    let settled = compute(&of, &Section::Content, &many, &Context::default());
    let listed = states(&of, &Section::Content, &settled, &Context::default());
    assert_eq!(listed.len(), of.fields.len() + 3 * 4, "three rows of four columns");
    assert_eq!(found(&of, &many, &Context::default()), ["rows FIELD-TOO-MANY-ROWS"]);
}

#[test]
fn the_same_section_is_signed_with_the_same_bytes() {
    let of = engine();
    let stored = |form: &Content| {
        let settled = compute(&of, &Section::Content, form, &Context::default());
        settled.iter().map(|(key, value)| (key.clone(), to_stored(value))).collect::<Vec<_>>()
    };
    let mut whole = form(&of, &[("1", "1"), ("2", "2")]);
    let mut sparse = whole.clone();
    if let Some(Value::Table(rows)) = sparse.get_mut("rows") {
        rows.iter_mut().for_each(|row| drop(row.insert("foreign".to_owned(), Value::Int(1))));
    }
    if let Some(Value::Table(rows)) = whole.get_mut("rows") {
        rows.iter_mut().for_each(|row| drop(row.insert("why".to_owned(), Value::Text(String::new()))));
    }
    assert_eq!(stored(&whole), stored(&sparse), "columns of the definition, nothing else");
    whole.insert("rows".to_owned(), Value::Table(Vec::new()));
    sparse.insert("rows".to_owned(), Value::Empty);
    assert_eq!(stored(&whole), stored(&sparse), "no rows and never any rows are the same");
}

#[test]
fn what_could_not_be_read_is_said_instead_of_missing() {
    let of = engine();
    let unread = vec![(Place::cell("rows", 1, "price"), Problem::NotMoney)];
    let context = Context { unread, ..Context::default() };
    let form = form(&of, &[("1000", "2"), ("", "2")]);
    assert_eq!(found(&of, &form, &context), ["rows[1].sum FIELD-MISSING", "rows[1].price FIELD-NOT-MONEY"]);
}

#[test]
fn the_plan_depends_on_the_content_alone() {
    let of = engine();
    let small = compute(&of, &Section::Content, &form(&of, &[("1", "1")]), &Context::default());
    let large = compute(&of, &Section::Content, &form(&of, &[("1000", "2")]), &Context::default());
    let keys = |form: &Content| plan(&of, form).into_iter().map(|step| step.key).collect::<Vec<_>>();
    assert_eq!(keys(&small), ["small"]);
    assert_eq!(keys(&large), ["small", "large"]);
    let steps = plan(&of, &large);
    assert_eq!(
        (steps[0].bar.clone(), steps[1].bar.clone()),
        (None, Some(Vec::new())),
        "barred: submitter and savers"
    );
    assert_eq!((steps[0].need, steps[1].need), (2, 0));
    assert!(!steps[0].boxed);
    assert_eq!(
        keys(&Content::new()),
        ["small", "large"],
        "what cannot be decided asks for one signature more"
    );
}

#[test]
fn what_is_wanted_depends_on_the_content_and_ends_with_an_entry() {
    let of = engine();
    let form = compute(&of, &Section::Content, &form(&of, &[("1", "1")]), &Context::default());
    let mut context = Context { form, ..Context::default() };
    assert_eq!(open_tables(&of, &context).len(), 1);
    context.entries.insert("pay".to_owned(), vec![Row::default()]);
    assert!(open_tables(&of, &context).is_empty());
    let phases =
        of.table("pay").map(|table| table.phases.iter().map(|phase| phase.code()).collect::<Vec<_>>());
    assert_eq!(phases, Some(vec!["live", "sealed"]), "in life order");
}

#[test]
fn more_entries_than_the_bound_shut_the_gate_instead_of_running_on() {
    let of = engine();
    let form = compute(&of, &Section::Content, &form(&of, &[("1000", "2")]), &Context::default());
    let mut context = Context { form, ..Context::default() };
    context.entries.insert("remind".to_owned(), vec![Row::default(); 1_001]);
    assert!(gates(&of, &Moment::Seal, &Content::new(), &context).is_empty(), "it reads no reminders");
    context.entries.insert("note".to_owned(), vec![Row::default(); 1_001]);
    assert_eq!(gates(&of, &Moment::Seal, &Content::new(), &context).len(), 1);
}

#[test]
fn definitions_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Definition>();
}
