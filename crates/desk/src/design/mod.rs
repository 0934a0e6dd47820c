//! The form designer's minimum (G12): a definition as a tree that the screen edits, judged by the catalog when it
//! comes back. What is signed and stored is the text of the new definition; the old one stays for its forms.

mod change;
mod place;
mod terms;
pub(crate) mod warn;

use qianban_catalog::Definition;
use toml::{Table, Value};

use crate::api::{DesignChange, DesignNote};
use crate::{Code, Refused, forms, shape};

/// Most bytes of a tree from the screen.
const TREE_BYTES_MAX: usize = 512 * 1024;
/// Keys that say which form it is and where it is kept; a new version repeats them. With what people call them.
const FIXED: [(&str, &str); 2] = [("id", "表单编号"), ("row", "白皮书条目")];
/// The same within `policy`.
const FIXED_POLICY: [(&str, &str); 4] =
    [("ledger", "所属台账"), ("ledger_title", "台账名称"), ("series", "编号字头"), ("register", "登记类")];

/// A new version of a definition, not yet activated.
pub(crate) struct Design {
    /// Its text, as it would be stored.
    pub(crate) text: String,
    /// What it says.
    pub(crate) definition: Definition,
    /// Everything that differs from the version before; empty when nothing does.
    pub(crate) changes: Vec<DesignChange>,
}

/// An edited tree that is one definition too few.
pub(crate) enum Unfit {
    /// It is no version of this form at all.
    Refused(Refused),
    /// It is one, but for something at a place.
    Fault(DesignNote),
}

impl From<Refused> for Unfit {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<Unfit> for Refused {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::Refused(refused) => refused,
            Unfit::Fault(note) => {
                Refused::about(Code::DefinitionBad, format!("{}({})", note.message, note.code))
            }
        }
    }
}

/// The definition's text as JSON.
///
/// # Errors
/// [`Code::DefinitionBad`] when it is no TOML.
pub(crate) fn tree(text: &str) -> Result<String, Refused> {
    serde_json::to_string(&table(text)?).map_err(|error| Refused::about(Code::Internal, error))
}

/// Judges an edited tree as version `version` of `base`.
///
/// # Errors
/// [`Code::DesignShape`] when it is too large, no tree, or another form than `base`; what the catalog refuses, at its
/// place.
pub(crate) fn judge(base: &str, tree: &str, version: u32) -> Result<Design, Unfit> {
    if tree.len() > TREE_BYTES_MAX {
        return Err(Refused::about(Code::DesignShape, "内容太大").into());
    }
    let mut edited: Table = shape::read(tree).map_err(|said| Refused::about(Code::DesignShape, said))?;
    let mut before = table(base)?;
    if let Some(fixed) = moved(&before, &edited) {
        return Err(Refused::about(Code::DesignShape, format!("「{fixed}」不能改")).into());
    }
    for table in [&mut edited, &mut before] {
        table.insert("version".to_owned(), Value::Integer(i64::from(version)));
    }
    let text = toml::to_string(&edited).map_err(|_| Refused::about(Code::DesignShape, "写法不对"))?;
    let definition = Definition::parse("", &text).map_err(|error| {
        let at = place::of(&text, error.offset, &edited);
        let message = if at.words.is_empty() {
            error.reason.to_string()
        } else {
            format!("{}：{}", at.words, error.reason)
        };
        Unfit::Fault(DesignNote { code: error.reason.code().to_owned(), message, place: at.path })
    })?;
    let changes = if before == edited { Vec::new() } else { changes(base, &text)? };
    Ok(Design { text, definition, changes })
}

/// Everything in which two texts of one form differ, in Chinese.
///
/// # Errors
/// [`Code::DefinitionBad`] when one of them is no definition.
pub(crate) fn changes(old: &str, new: &str) -> Result<Vec<DesignChange>, Refused> {
    let whole = |text: &str| Ok::<_, Refused>((table(text)?, forms::parse("原版", text)?));
    let (old, new) = (whole(old)?, whole(new)?);
    Ok(change::of((&old.0, &old.1), (&new.0, &new.1)))
}

/// Every text of a tree that holds one of these characters, at its place.
pub(crate) fn texts_with(text: &str, characters: &[char]) -> Result<Vec<DesignNote>, Refused> {
    let tree = table(text)?;
    let mut notes = Vec::new();
    place::texts(&tree, &mut |path, found| {
        if found.contains(characters) {
            notes.push(DesignNote {
                code: Code::TextGlyph.as_str().to_owned(),
                message: format!("{}：有打印不出来的字", place::words(&path, &tree)),
                place: place::path(&path),
            });
        }
    });
    Ok(notes)
}

/// Every text of a definition.
pub(crate) fn texts(text: &str) -> Result<Vec<String>, Refused> {
    let mut found = Vec::new();
    place::texts(&table(text)?, &mut |_, text| found.push(text.to_owned()));
    Ok(found)
}

fn table(text: &str) -> Result<Table, Refused> {
    text.parse().map_err(|error: toml::de::Error| {
        Refused::about(Code::DefinitionBad, qianban_catalog::in_chinese(error.message()))
    })
}

/// What may not be changed and was, as people call it.
fn moved(before: &Table, edited: &Table) -> Option<&'static str> {
    let policy = |table: &Table, key: &str| table.get("policy").and_then(|policy| policy.get(key)).cloned();
    let whole = FIXED.iter().find(|(key, _)| edited.get(*key) != before.get(*key));
    let kept = FIXED_POLICY.iter().find(|(key, _)| policy(edited, key) != policy(before, key));
    whole.or(kept).map(|(_, called)| *called)
}
