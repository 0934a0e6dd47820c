//! Characters that paper cannot show are refused before they are signed: what is signed is printed for ever.

use qianban_journal::{Change, Item, Snapshot};

use crate::sign::act::Act;
use crate::sign::intent::{FormIntent, Intent, Work};
use crate::{Code, Desk, Refused, design, slip};

/// Refuses texts with characters that no face can show, by name.
///
/// # Errors
/// [`Code::TextGlyph`], or that the faces are not here.
pub(crate) fn check<'t>(desk: &Desk, texts: impl IntoIterator<Item = &'t str>) -> Result<(), Refused> {
    let missing = missing(desk, texts)?;
    if missing.is_empty() { Ok(()) } else { Err(Refused::about(Code::TextGlyph, named(&missing))) }
}

/// The characters of these texts that no face can show.
///
/// # Errors
/// That the faces are not here.
pub(crate) fn missing<'t>(
    desk: &Desk,
    texts: impl IntoIterator<Item = &'t str>,
) -> Result<Vec<char>, Refused> {
    Ok(slip::fonts(desk)?.unshowable(texts)?)
}

/// Refuses an action that would sign such a character: in a content, a box, a reason, a name or a definition.
///
/// # Errors
/// As [`check`].
pub(crate) fn check_intent(desk: &Desk, intent: &Intent) -> Result<(), Refused> {
    let mut texts = Vec::new();
    let mut of_form = |form: &FormIntent| {
        form.acts.iter().for_each(|act| of_act(act, &mut texts));
        form.blobs.iter().for_each(|blob| of_snapshot(blob, &mut texts));
    };
    match &intent.work {
        Work::Form(form) => of_form(form),
        Work::Forms(forms, _) => forms.iter().for_each(of_form),
        Work::Bundle(..) | Work::Settlement(_) => {}
        Work::Registry(registry) => {
            registry.changes.iter().for_each(|change| of_change(change, &mut texts));
            for definition in registry.definitions() {
                texts.extend(design::texts(definition)?);
            }
        }
    }
    check(desk, texts.iter().map(String::as_str))
}

fn of_act(act: &Act, texts: &mut Vec<String>) {
    match act {
        Act::Return { reason, .. } => texts.push(reason.clone()),
        Act::Approve(approve) => texts.extend(approve.hand.outsider.clone()),
        _ => {}
    }
}

/// The texts of a content or a box, and the names of its files.
fn of_snapshot(blob: &[u8], texts: &mut Vec<String>) {
    let Ok(snapshot) = Snapshot::decode(blob) else { return };
    snapshot.fields.into_values().for_each(|item| of_item(item, texts));
    texts.extend(snapshot.attachments.into_iter().map(|file| file.name));
}

fn of_item(item: Item, texts: &mut Vec<String>) {
    match item {
        Item::Text(text) => texts.push(text),
        Item::List(items) => items.into_iter().for_each(|item| of_item(item, texts)),
        Item::Null | Item::Int(_) | Item::Bytes(_) => {}
    }
}

/// The names that a change of the registry brings.
fn of_change(change: &Change, texts: &mut Vec<String>) {
    match change {
        Change::AddPerson { record, .. } => texts.push(record.name.clone()),
        Change::AddUnit { name, .. } => texts.push(name.clone()),
        Change::LedgerOpen { title, .. } => texts.push(title.clone()),
        // The words of a bureau's own item stand on slips.
        Change::Setting { value, .. } => texts.push(value.clone()),
        _ => {}
    }
}

/// Characters with their code points: the screen may have no glyph for them either. Those that would disturb the
/// sentence stand as code points alone.
fn named(characters: &[char]) -> String {
    let name = |character: &char| {
        let point = format!("U+{:04X}", u32::from(*character));
        match character {
            c if c.is_alphanumeric() || u32::from(*c) >= 0x1F000 => format!("{c}（{point}）"),
            _ => point,
        }
    };
    characters.iter().map(name).collect::<Vec<_>>().join("、")
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn what_would_disturb_a_sentence_is_a_code_point_alone() {
        assert_eq!(
            named(&['\u{301}', '\u{202e}', '😀', '𲎯']),
            "U+0301、U+202E、😀（U+1F600）、𲎯（U+323AF）"
        );
    }
}
