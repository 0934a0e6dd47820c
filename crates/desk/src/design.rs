//! The form designer's minimum (G12): a definition as a tree that the screen edits, judged by the catalog when it
//! comes back. What is signed and stored is the text of the new definition; the old one stays for its forms.

use std::collections::BTreeSet;

use qianban_catalog::{Definition, Field};
use toml::Table;

use crate::{Code, Refused, forms};

/// Most bytes of a tree from the screen.
const TREE_BYTES_MAX: usize = 512 * 1024;
/// Keys that say which form it is and where it is kept; a new version repeats them.
const FIXED: [&str; 2] = ["id", "row"];
/// The same within `policy`.
const FIXED_POLICY: [&str; 4] = ["ledger", "ledger_title", "series", "register"];

/// A new version of a definition, not yet activated.
pub(crate) struct Design {
    /// Its text, as it would be stored.
    pub(crate) text: String,
    /// What it says.
    pub(crate) definition: Definition,
    /// What differs from the version before, in Chinese.
    pub(crate) changes: Vec<String>,
}

/// The definition's text as JSON.
///
/// # Errors
/// [`Code::DefinitionBad`] when it is no TOML.
pub(crate) fn tree(text: &str) -> Result<String, Refused> {
    let table: Table = text.parse().map_err(|error| Refused::about(Code::DefinitionBad, error))?;
    serde_json::to_string(&table).map_err(|error| Refused::about(Code::Internal, error))
}

/// Judges an edited tree as version `version` of `base`.
///
/// # Errors
/// [`Code::DesignShape`] when it is too large, no tree, or another form than `base`; [`Code::DefinitionBad`] with the
/// reason when the catalog refuses it; [`Code::RegistryNoChange`] when nothing differs.
pub(crate) fn judge(base: &str, tree: &str, version: u32) -> Result<Design, Refused> {
    if tree.len() > TREE_BYTES_MAX {
        return Err(Refused::about(Code::DesignShape, "内容太大"));
    }
    let mut edited: Table =
        serde_json::from_str(tree).map_err(|error| Refused::about(Code::DesignShape, error))?;
    let before: Table = base.parse().map_err(|error| Refused::about(Code::DefinitionBad, error))?;
    let policy = |table: &Table, key: &str| table.get("policy").and_then(|policy| policy.get(key)).cloned();
    let moved = FIXED.iter().find(|key| edited.get(**key) != before.get(**key));
    let moved =
        moved.or_else(|| FIXED_POLICY.iter().find(|key| policy(&edited, key) != policy(&before, key)));
    if let Some(key) = moved {
        return Err(Refused::about(Code::DesignShape, format!("{key} 不能改")));
    }
    edited.insert("version".to_owned(), toml::Value::Integer(i64::from(version)));
    let text = toml::to_string(&edited).map_err(|error| Refused::about(Code::DesignShape, error))?;
    let definition = forms::parse(&format!("第 {version} 版"), &text)?;
    let old = forms::parse("原版", base)?;
    let mut same = before;
    same.insert("version".to_owned(), toml::Value::Integer(i64::from(version)));
    if same == edited {
        return Err(Code::RegistryNoChange.into());
    }
    let changes = changes(&old, &definition);
    Ok(Design { text, definition, changes })
}

/// What a person is told of the difference; what no line says is told as 其他设置.
fn changes(old: &Definition, new: &Definition) -> Vec<String> {
    let mut lines = Vec::new();
    if old.title != new.title {
        lines.push(format!("标题「{}」改为「{}」", old.title, new.title));
    }
    parts(&mut lines, "栏目", &fields(&old.fields), &fields(&new.fields));
    parts(&mut lines, "签批步骤", &steps(old), &steps(new));
    for step in &new.steps {
        let before = old.step(&step.key).map(|old| fields(&old.fields)).unwrap_or_default();
        if old.step(&step.key).is_some() {
            parts(&mut lines, &format!("「{}」栏内", step.title), &before, &fields(&step.fields));
        }
    }
    let tables = |of: &Definition| -> Vec<(String, String)> {
        of.tables.iter().map(|table| (table.name.clone(), table.title.clone())).collect()
    };
    parts(&mut lines, "办理表", &tables(old), &tables(new));
    if old.slip != new.slip {
        lines.push("打印版面有变".to_owned());
    }
    if lines.is_empty() {
        lines.push("其他设置有变".to_owned());
    }
    lines
}

fn fields(of: &[Field]) -> Vec<(String, String)> {
    of.iter().map(|field| (field.key.clone(), field.label.clone())).collect()
}

fn steps(of: &Definition) -> Vec<(String, String)> {
    of.steps.iter().map(|step| (step.key.clone(), step.title.clone())).collect()
}

/// Parts by key and words: new, gone, renamed, in another order.
fn parts(lines: &mut Vec<String>, what: &str, old: &[(String, String)], new: &[(String, String)]) {
    let find = |among: &[(String, String)], key: &str| among.iter().find(|(known, _)| known == key).cloned();
    for (key, words) in new {
        match find(old, key) {
            None => lines.push(format!("{what}新增「{words}」")),
            Some((_, before)) if before != *words => {
                lines.push(format!("{what}「{before}」改名为「{words}」"))
            }
            Some(_) => {}
        }
    }
    let gone = old.iter().filter(|(key, _)| find(new, key).is_none());
    lines.extend(gone.map(|(_, words)| format!("{what}去掉「{words}」")));
    let kept: BTreeSet<&String> = old.iter().map(|(key, _)| key).collect();
    let still: BTreeSet<&String> = new.iter().map(|(key, _)| key).collect();
    let order = |of: &[(String, String)], other: &BTreeSet<&String>| -> Vec<String> {
        of.iter().filter(|(key, _)| other.contains(key)).map(|(key, _)| key.clone()).collect()
    };
    if order(old, &still) != order(new, &kept) {
        lines.push(format!("{what}顺序有变"));
    }
}
