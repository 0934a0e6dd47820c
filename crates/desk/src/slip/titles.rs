//! The titles under which one record may be printed.

use qianban_catalog::settings;

use crate::record::Record;

/// The definition's own title, then its further ones. A setting whose options are titles of the form says which of them
/// comes first (G11).
pub(crate) fn of(record: &Record) -> Vec<String> {
    let definition = &record.definition;
    let mut titles = vec![definition.title.clone()];
    titles.extend(definition.also_titled.iter().cloned());
    if let Some(place) = usual(record, &titles) {
        titles[..=place].rotate_right(1);
    }
    titles
}

/// The place of the title that a setting of the bureau puts first.
fn usual(record: &Record, titles: &[String]) -> Option<usize> {
    settings().iter().find_map(|setting| {
        let options = &setting.field.as_ref()?.options;
        if !options.iter().all(|option| titles.contains(&option.label)) {
            return None;
        }
        let chosen = record.context.settings.text(&setting.key);
        let label = &options.iter().find(|option| option.value == chosen)?.label;
        titles.iter().position(|title| title == label)
    })
}
