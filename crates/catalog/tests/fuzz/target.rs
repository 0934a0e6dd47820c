//! A definition is refused, or everything in it can be evaluated, with values of any kind.

use qianban_catalog::{
    Content, Context, Definition, Moment, Row, Section, Value, alerts, compute, defaults, gates, gauges,
    normalise, open_tables, plan, states, tickers,
};

/// What is typed into every field; whatever its kind refuses is left out.
const TYPED: [&str; 5] = ["1", "-99999999999999999", "2026-02-29", "甲\u{301}乙", "new_user"];
/// Rows of every table field.
const ROWS: usize = 3;

/// The text of a definition.
pub fn definition(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    match Definition::parse("fuzzed.toml", text) {
        Ok(of) => TYPED.iter().for_each(|typed| evaluate(&of, typed)),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

fn evaluate(of: &Definition, typed: &str) {
    let sections = std::iter::once(Section::Content)
        .chain(of.steps.iter().map(|step| Section::Step(step.key.clone())))
        .chain(of.tables.iter().map(|table| Section::Table(table.name.clone())));
    let moments = [Moment::Submit, Moment::Seal, Moment::Close].into_iter();
    let moments = moments.chain(of.steps.iter().map(|step| Moment::Step(step.key.clone())));
    let moments = moments.chain(of.tables.iter().map(|table| Moment::Table(table.name.clone())));
    let mut context = Context { form: filled(of, &Section::Content, typed), ..Context::default() };
    for table in &of.tables {
        let values = filled(of, &Section::Table(table.name.clone()), typed);
        let row = Row { at: "2026-11-27 09:30".to_owned(), content: values, ..Row::default() };
        context.entries.insert(table.name.clone(), vec![row]);
    }
    for section in sections {
        let settled = compute(of, &section, &filled(of, &section, typed), &context);
        let _ = states(of, &section, &settled, &context);
        let again = compute(of, &section, &settled, &context);
        assert_eq!(again, compute(of, &section, &again, &context), "computing settles");
    }
    for moment in moments {
        let _ = gates(of, &moment, &context.form, &context);
    }
    assert!(plan(of, &context.form).len() <= qianban_catalog::STEPS_MAX);
    let _ = (
        open_tables(of, &context),
        alerts(of, &context, &[].into()),
        gauges(of, &context),
        tickers(of, &context),
    );
}

fn filled(of: &Definition, section: &Section, typed: &str) -> Content {
    let mut content = defaults(of, section, &Context::default());
    for field in of.fields_of(section).unwrap_or_default() {
        let cells = field
            .columns
            .iter()
            .filter_map(|column| Some((column.key.clone(), normalise(column, typed).ok()?)));
        let row: Content = cells.collect();
        let value = match row.is_empty() {
            true => normalise(field, typed).unwrap_or_default(),
            false => Value::Table(vec![row; ROWS]),
        };
        content.insert(field.key.clone(), value);
    }
    content
}
