//! What differs between two versions of a definition: one line for every piece and every setting, so that nothing is
//! signed that was not said. A line says too whether a control falls.

use std::collections::BTreeSet;

use qianban_catalog::{Definition, Table as DoTable};
use toml::{Table, Value};

use super::terms::{Sort, setting, sort_of, value};
use crate::api::DesignChange;

/// Signers that a step of all holders of a role has at least, to compare with a number of signers.
const ALL: i64 = i64::MAX;

/// What is said of a definition that is written otherwise and says the same.
const SAME: &str = "写法有变，内容不变";

/// Everything that differs, in the order of the file.
pub(super) fn of(old: (&Table, &Definition), new: (&Table, &Definition)) -> Vec<DesignChange> {
    let mut lines = Lines { old: old.1, new: new.1, found: Vec::new() };
    let (before, after) = (whole(old.0.clone(), old.1), whole(new.0.clone(), new.1));
    lines.piece("", "definition", &before, &after);
    if lines.found.is_empty() {
        lines.say(SAME.to_owned(), false);
    }
    lines.found
}

/// The tree with the access to every do-table written out: a built-in one that is left out has its usual access, which
/// may change with the roles of the form.
fn whole(mut tree: Table, definition: &Definition) -> Table {
    let mut tables = list(tree.get("table"));
    for table in definition.tables.iter().filter(|table| table.built_in) {
        tables.retain(|known| known.get("name").and_then(Value::as_str) != Some(table.name.as_str()));
        tables.push(access(table));
    }
    tree.insert("table".to_owned(), Value::Array(tables.into_iter().map(Value::Table).collect()));
    tree.remove("version");
    tree
}

fn access(table: &DoTable) -> Table {
    let texts = |texts: &mut dyn Iterator<Item = String>| Value::Array(texts.map(Value::String).collect());
    let mut roles: Vec<String> = table.roles.clone();
    roles.sort();
    Table::from_iter([
        ("name".to_owned(), Value::String(table.name.clone())),
        ("roles".to_owned(), texts(&mut roles.into_iter())),
        ("phases".to_owned(), texts(&mut table.phases.iter().map(|phase| phase.code().to_owned()))),
    ])
}

struct Lines<'d> {
    old: &'d Definition,
    new: &'d Definition,
    found: Vec<DesignChange>,
}

impl Lines<'_> {
    fn say(&mut self, text: String, falls: bool) {
        self.found.push(DesignChange { text, falls });
    }

    /// Two versions of one piece; `place` is how a line about something in it begins.
    fn piece(&mut self, place: &str, sort: &str, old: &Table, new: &Table) {
        let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        // A ticker names its do-table under the key under which a form has all of them.
        let is_list = |key: &str| [old, new].iter().any(|piece| piece.get(key).is_some_and(Value::is_array));
        let (lists, plain): (Vec<&String>, Vec<&String>) =
            keys.into_iter().partition(|key| sort_of(key).is_some() && is_list(key));
        for key in plain {
            let (old, new) = (old.get(key), new.get(key));
            match key.as_str() {
                "slip" => self.slip(&table(old), &table(new)),
                "policy" => self.piece("办理规则的", "policy", &table(old), &table(new)),
                _ => self.setting(place, sort, key, (old, new)),
            }
        }
        for sort in lists.into_iter().filter_map(|key| sort_of(key)) {
            self.pieces(place, sort, &list(old.get(sort.list)), &list(new.get(sort.list)));
        }
    }

    fn setting(&mut self, place: &str, sort: &str, key: &str, (old, new): (Option<&Value>, Option<&Value>)) {
        let (before, after) = (value(key, old, self.old), value(key, new, self.new));
        if before == after && same_sense(old, new) {
            return;
        }
        let called = if (sort, key) == ("definition", "title") { "标题" } else { setting(key) };
        let falls = setting_falls(sort, key, old, new);
        match (old, new) {
            (None, Some(_)) if before == after => self.say(format!("{place}{called}写明「{after}」"), falls),
            (Some(_), None) if before == after => self.say(format!("{place}{called}去掉「{before}」"), falls),
            _ => self.say(format!("{place}{called}由「{before}」改为「{after}」"), falls),
        }
    }

    /// Pieces of one sort: new, gone, in another order, changed within.
    fn pieces(&mut self, place: &str, sort: &Sort, old: &[Table], new: &[Table]) {
        let find = |among: &[Table], piece: &Table| {
            among.iter().find(|known| sort.identity(known) == sort.identity(piece)).cloned()
        };
        let called = sort.called;
        for piece in new {
            let name = sort.name(piece, self.new);
            let Some(before) = find(old, piece) else {
                self.say(format!("{place}{called}新增「{name}」{}", of_new(sort, piece, self.new)), false);
                continue;
            };
            let known = sort.name(&before, self.old);
            if known != name {
                self.say(format!("{place}{called}「{known}」改名为「{name}」"), false);
            }
            let (mut before, mut after) = (before, piece.clone());
            for own in [&mut before, &mut after] {
                own.remove(sort.named);
                own.remove(sort.by);
            }
            self.piece(&format!("{place}{called}「{name}」的"), sort.list, &before, &after);
        }
        for gone in old.iter().filter(|piece| find(new, piece).is_none()) {
            let name = sort.name(gone, self.old);
            self.say(format!("{place}{called}去掉「{name}」"), removal_falls(sort.list, gone));
        }
        let order = |of: &[Table], other: &[Table]| -> Vec<String> {
            let kept = of.iter().filter(|piece| find(other, piece).is_some());
            kept.map(|piece| sort.identity(piece).to_owned()).collect()
        };
        if sort.ordered && order(old, new) != order(new, old) {
            let names: Vec<String> = new.iter().map(|piece| sort.name(piece, self.new)).collect();
            self.say(format!("{place}{called}的顺序改为：{}", names.join("、")), false);
        }
    }

    /// The paper: its settings, the texts printed on it, and whether anything else lies otherwise.
    fn slip(&mut self, old: &Table, new: &Table) {
        for key in ["paper", "orientation", "copies", "heading"] {
            self.setting("打印版面的", "slip", key, (old.get(key), new.get(key)));
        }
        let (before, after) = (printed(old), printed(new));
        for text in after.iter().filter(|text| !before.contains(text)) {
            self.say(format!("打印版面新增文字「{text}」"), false);
        }
        for text in before.iter().filter(|text| !after.contains(text)) {
            self.say(format!("打印版面去掉文字「{text}」"), false);
        }
        if old.get("row") != new.get("row") {
            self.say("打印版面的布置有变".to_owned(), false);
        }
    }
}

/// Fixed texts of the paper, in reading order, without their line breaks.
fn printed(slip: &Table) -> Vec<String> {
    let cells = list(slip.get("row")).into_iter().flat_map(|row| list(row.get("cells")));
    let texts = cells.filter_map(|cell| {
        let text = cell.get("label").or_else(|| cell.get("text"))?;
        Some(text.as_str()?.replace('\n', ""))
    });
    texts.collect()
}

fn table(value: Option<&Value>) -> Table {
    value.and_then(Value::as_table).cloned().unwrap_or_default()
}

fn list(value: Option<&Value>) -> Vec<Table> {
    let list = value.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_table).cloned().collect()
}

/// Whether two values that read the same are the same. A flag and a list that are not written hold as they read; a text
/// that reads like nothing is one.
fn same_sense(old: Option<&Value>, new: Option<&Value>) -> bool {
    let usual = |written: &Value| written.is_bool() || written.as_array().is_some_and(Vec::is_empty);
    match (old, new) {
        (Some(written), None) | (None, Some(written)) => usual(written),
        (old, new) => old == new,
    }
}

/// What a new piece brings that must be seen at once.
fn of_new(sort: &Sort, piece: &Table, of: &Definition) -> String {
    let shown: &[&str] = match sort.list {
        "field" | "columns" => &["type", "required"],
        "step" => &["roles", "need", "bar", "ink", "outsider", "when"],
        "table" => &["roles", "phases", "wanted"],
        "gate" => &["on", "require", "message"],
        "alert" => &["when"],
        "check" => &["rule"],
        _ => &[],
    };
    let said: Vec<String> = shown
        .iter()
        .filter(|key| piece.contains_key(**key))
        .map(|key| format!("{}：{}", setting(key), value(key, piece.get(*key), of)))
        .collect();
    if said.is_empty() { String::new() } else { format!("（{}）", said.join("；")) }
}

/// Whether a control falls when a piece goes.
fn removal_falls(list: &str, piece: &Table) -> bool {
    let says = |key: &str| piece.get(key).is_some_and(|value| value.as_bool() != Some(false));
    match list {
        "step" | "table" | "gate" | "check" | "clock" | "ticker" | "alert" | "tally" | "duty" | "expose" => {
            true
        }
        "field" | "columns" => says("required") || says("key_field"),
        "link" => piece.get("min").and_then(Value::as_integer).is_some_and(|min| min > 0),
        "follow" => says("owed"),
        _ => false,
    }
}

/// Whether a control falls, or may fall, with a setting. A condition that was rewritten may: nobody but a person can
/// tell which of two is the stricter.
fn setting_falls(sort: &str, key: &str, old: Option<&Value>, new: Option<&Value>) -> bool {
    let demanded = |value: Option<&Value>| value.and_then(Value::as_bool) == Some(true);
    let number = |value: Option<&Value>| value.and_then(Value::as_integer);
    let signers = |value: Option<&Value>| match number(value) {
        Some(0) | None => ALL,
        Some(need) => need,
    };
    match (sort, key) {
        ("policy", "create" | "edit") | ("step" | "table", "roles") | ("table", "phases") => gained(old, new),
        ("link", "definitions") => gained(old, new),
        ("policy", "seal") => new.and_then(Value::as_str) == Some("plain"),
        ("step", "bar") | ("table", "single" | "wanted") => !demanded(new),
        ("step", "bar_fields" | "differ") => gained(new, old),
        ("step", "units") => old.is_some(),
        ("step", "need") => signers(new) < signers(old),
        ("step", "when") => new.is_some(),
        ("step", "ink") => old.and_then(Value::as_str) != Some("allowed"),
        ("step", "outsider") => demanded(new),
        ("gate", "on" | "require") | ("check", "rule") | ("tally", "by" | "where") => true,
        ("field" | "columns", "required" | "key_field") => !demanded(new),
        ("field" | "columns", "visible") => new.is_some() && !demanded(new),
        ("field" | "columns", "compute") => old.is_some(),
        ("field" | "columns" | "link", "min") => number(new) < number(old),
        ("field" | "columns", "type") => matches!(new.and_then(Value::as_str), Some("text" | "paragraph")),
        ("clock" | "ticker" | "duty" | "alert" | "follow" | "expose", key) => key != "cites",
        _ => false,
    }
}

/// Whether a list holds something that it did not hold.
fn gained(old: Option<&Value>, new: Option<&Value>) -> bool {
    let items = |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    let known = items(old);
    items(new).iter().any(|item| !known.contains(item))
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "what a test does fails the way the test fails")]
mod tests {
    use super::super::terms::is_said;
    use super::*;

    /// Forms that have, together, every sort of piece.
    const FORMS: [&str; 4] =
        ["incident.toml", "permission-request.toml", "complaint.toml", "inspection-log.toml"];

    fn shipped(name: &str) -> (Table, Definition) {
        let forms = crate::forms::shipped();
        let (name, text) = forms.iter().find(|(known, _)| known == name).expect("a form of the program");
        (text.parse().expect("TOML"), Definition::parse(name, text).expect("a definition"))
    }

    /// Every tree in which one thing is otherwise: a value changed, a piece or a setting gone.
    fn mutants(value: &Value) -> Vec<Value> {
        match value {
            Value::String(text) => vec![Value::String(format!("{text}二")), Value::String("无".to_owned())],
            Value::Integer(number) => vec![Value::Integer(number + 1)],
            Value::Boolean(answer) => vec![Value::Boolean(!answer)],
            Value::Array(list) => {
                let changed = list.iter().enumerate().flat_map(|(at, one)| {
                    mutants(one).into_iter().map(move |other| {
                        let mut list = list.clone();
                        list[at] = other;
                        Value::Array(list)
                    })
                });
                let gone = (0..list.len()).map(|at| {
                    let mut list = list.clone();
                    list.remove(at);
                    Value::Array(list)
                });
                changed.chain(gone).collect()
            }
            Value::Table(table) => {
                let changed = table.iter().flat_map(|(key, one)| {
                    mutants(one).into_iter().map(|other| {
                        let mut table = table.clone();
                        table.insert(key.clone(), other);
                        Value::Table(table)
                    })
                });
                // Leaving out what is usual changes nothing; without its title a do-table is none.
                let gone =
                    table.iter().filter(|(key, one)| is_said(key, one) && *key != "title").map(|(key, _)| {
                        let mut table = table.clone();
                        table.remove(key);
                        Value::Table(table)
                    });
                changed.chain(gone).collect()
            }
            other => vec![other.clone()],
        }
    }

    #[test]
    fn nothing_that_changes_in_a_definition_goes_unsaid() {
        for name in FORMS {
            let (tree, definition) = shipped(name);
            for (key, part) in tree.iter().filter(|(key, _)| key.as_str() != "version") {
                let only = |part: &Value| Table::from_iter([(key.clone(), part.clone())]);
                let old = only(part);
                assert_eq!(of((&old, &definition), (&old, &definition))[0].text, SAME);
                for mutant in mutants(part) {
                    // What a built-in table says is read from the definition, which stays as it was here.
                    if key == "table" && !own_differs(part, &mutant, &definition) {
                        continue;
                    }
                    let said = of((&old, &definition), (&only(&mutant), &definition));
                    assert_ne!(said[0].text, SAME, "{name}: {key} became {mutant}");
                }
            }
        }
    }

    #[test]
    fn a_text_that_reads_like_nothing_is_not_nothing() {
        let (_, definition) = shipped(FORMS[0]);
        let field = |help: Option<&str>| {
            let mut field =
                Table::from_iter([("key".to_owned(), "a".into()), ("label".to_owned(), "甲".into())]);
            field.extend(help.map(|help| ("help".to_owned(), help.into())));
            Table::from_iter([("field".to_owned(), Value::Array(vec![Value::Table(field)]))])
        };
        let said = |old, new| of((&field(old), &definition), (&field(new), &definition))[0].text.clone();
        assert_eq!(said(None, Some("无")), "栏目「甲」的填写说明写明「无」");
        assert_eq!(said(Some("无"), None), "栏目「甲」的填写说明去掉「无」");
        assert_eq!(said(None, None), SAME);
    }

    fn own_differs(old: &Value, new: &Value, definition: &Definition) -> bool {
        let built_in = |table: &Table| {
            let name = table.get("name").and_then(Value::as_str).unwrap_or_default();
            definition.table(name).is_some_and(|table| table.built_in)
        };
        let own = |value| list(Some(value)).into_iter().filter(|table| !built_in(table)).collect::<Vec<_>>();
        own(old) != own(new)
    }
}
