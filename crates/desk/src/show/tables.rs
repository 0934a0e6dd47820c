//! The do-tables with their rows.

use qianban_catalog::{Section, Table};
use qianban_journal::EntryView;

use super::offers;
use super::section::{Sheet, shown};
use crate::record::{Look, Record};
use crate::{Refused, ambient, api, counted, names, stated};

/// Every table of the definition in which something stands or may be written.
pub(crate) fn all(
    look: Look<'_>,
    record: &Record,
    may_add: &[String],
) -> Result<Vec<api::TableView>, Refused> {
    let mut tables = Vec::new();
    for table in &record.definition.tables {
        let view = one(look, record, table, may_add.contains(&table.name))?;
        if !table.built_in || view.may_add || !view.rows.is_empty() {
            tables.push(view);
        }
    }
    Ok(tables)
}

fn one(look: Look<'_>, record: &Record, table: &Table, may_add: bool) -> Result<api::TableView, Refused> {
    let registry = record.registry()?;
    let entries = record.view().map(|view| view.entries.as_slice()).unwrap_or_default();
    let mut rows = Vec::new();
    for entry in entries.iter().filter(|entry| entry.table == table.name) {
        rows.push(row(look, record, table, entry)?);
    }
    // Who may correct one row that stands may correct every other.
    let standing = entries.iter().rfind(|entry| entry.table == table.name && entry.superseded_by.is_none());
    let may_correct = standing.is_some_and(|entry| offers::may_correct(look, record, entry));
    for row in rows.iter_mut().filter(|row| !row.superseded) {
        row.may_correct = may_correct;
    }
    let draft = if may_add {
        let of = api::Section::Entry { table: table.name.clone(), row: None };
        let part = record.part(look, &of)?;
        let sheet = Sheet {
            definition: &record.definition,
            of,
            part: &part,
            context: &record.context,
            registry,
            editable: true,
        };
        Some(sheet.view())
    } else {
        None
    };
    Ok(api::TableView {
        name: table.name.clone(),
        title: table.title.clone(),
        single: table.single,
        may_add,
        rows,
        draft,
    })
}

fn row(look: Look<'_>, record: &Record, table: &Table, entry: &EntryView) -> Result<api::EntryView, Refused> {
    let registry = record.registry()?;
    let section = Section::Table(table.name.clone());
    let values =
        counted::box_values(&record.definition, &section, entry.boxed, look.reader).unwrap_or_default();
    let key = names::person(registry, entry.person);
    let name = match entry.on_behalf {
        Some(absent) => format!("{}({key}代)", names::person(registry, absent)),
        None => key,
    };
    Ok(api::EntryView {
        row: entry.row.to_string(),
        name,
        at: entry.at.clone(),
        recorded_at: ambient::rfc3339(ambient::from_ms(entry.wall, look.now())),
        late: stated::is_late(&entry.at, entry.wall),
        superseded: entry.superseded_by.is_some(),
        may_correct: false,
        fields: shown(&record.definition, &section, &values, registry),
    })
}
