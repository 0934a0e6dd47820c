//! `definitions`, `form_new`, `form_get`, `draft_set`, `draft_rows`, `draft_discard`: filling a form.

use std::collections::BTreeMap;
use std::sync::Arc;

use qianban_catalog::{Field, FieldKind, Place, Problem, Value, normalise, row_defaults, typed};
use qianban_journal::{Digest, PersonId};
use qianban_store::Writer;

use super::link;
use crate::api::{
    DefinitionBrief, Definitions, DraftDiscard, DraftRows, DraftSaved, DraftSet, FormNew, FormPage, FormRef,
    LinkChange, LinkEdit, LinkStart, Nothing, RowChange, SectionRef, SectionView,
};
use crate::desk::Sitting;
use crate::opened::Opened;
use crate::part::{self, Part, TypedRow, draft_key};
use crate::record::{Look, Record, definition_key, new_draft};
use crate::show::section::Sheet;
use crate::show::{offers, page};
use crate::{Code, Desk, Refused, ambient, api, forms};

/// The definitions in use, in ledger order.
pub(crate) fn definitions(desk: &Desk, _: Nothing) -> Result<Definitions, Refused> {
    let Sitting { opened, person } = desk.sitting()?;
    opened.store.read(|reader| {
        let look = Look { opened: &opened, reader, person, ambient: desk.ambient() };
        let registry = Opened::registry(reader.registry())?;
        let brief = |(def, definition): (_, Arc<_>)| forms::brief(registry, def, &definition, person);
        let mut listed: Vec<DefinitionBrief> = forms::in_use(look, registry).into_iter().map(brief).collect();
        listed.sort_by(|a, b| (&a.ledger_title, &a.title).cmp(&(&b.ledger_title, &b.title)));
        Ok(Definitions { definitions: listed })
    })
}

/// Starts a draft.
pub(crate) fn new(desk: &Desk, request: FormNew) -> Result<FormPage, Refused> {
    let Sitting { opened, person } = desk.sitting()?;
    let def: Digest = request.definition.parse().map_err(|_| Code::DefinitionUnknown)?;
    let form = new_draft(desk.ambient())?;
    opened.store.write(|writer| {
        let chain = writer.registry().clone();
        let registry = Opened::registry(&chain)?;
        if !registry.is_active(def) {
            return Err(Code::DefinitionUnknown.into());
        }
        let definition = opened.definitions.get(def, &**writer)?;
        if !forms::brief(registry, def, &definition, person).may_create {
            return Err(Refused::from(Code::FormMayNotCreate));
        }
        let key = definition_key(person, &form);
        writer.draft_set(&key, "definition", &def.to_string(), desk.ambient().now_ms())?;
        let Some(LinkStart { slot, form: linked }) = request.link else { return Ok(()) };
        let change = LinkEdit::Add { forms: vec![linked] };
        link::put(desk, &opened, writer, person, &LinkChange { form: form.clone(), slot, change })
    })?;
    get(desk, FormRef { form })
}

/// All that the form page shows.
pub(crate) fn get(desk: &Desk, request: FormRef) -> Result<FormPage, Refused> {
    let Sitting { opened, person } = desk.sitting()?;
    opened.store.read(|reader| {
        let look = Look { opened: &opened, reader, person, ambient: desk.ambient() };
        page::of(look, &Record::read(look, &request.form)?)
    })
}

/// A part as the person at the desk writes it.
pub(crate) fn section(desk: &Desk, request: SectionRef) -> Result<SectionView, Refused> {
    let Sitting { opened, person } = desk.sitting()?;
    opened.store.read(|reader| {
        let look = Look { opened: &opened, reader, person, ambient: desk.ambient() };
        let record = Record::read(look, &request.form)?;
        if !may_write(look, &record, &request.section)? {
            return Err(Code::SectionReadOnly.into());
        }
        written(look, &record, &request.section)
    })
}

/// One field as typed. Text that is no value of its field is kept and shown with its problem; only characters that
/// hide or mislead are refused.
pub(crate) fn set(desk: &Desk, request: DraftSet) -> Result<DraftSaved, Refused> {
    change(desk, &request.form, &request.section, |record, part| {
        let field = field(record, &request.section, &request.field)?;
        match &request.cell {
            None if !matches!(field.kind, FieldKind::Table | FieldKind::Attachment) => {
                if field.compute.is_some() {
                    return Err(Code::FieldReadOnly.into());
                }
                Ok((field.key.clone(), kept(field, &request.text)?))
            }
            Some(cell) if field.kind == FieldKind::Table => {
                let mut rows = rows_as_typed(field, part);
                let column = field
                    .columns
                    .iter()
                    .find(|column| column.key == cell.column)
                    .ok_or(Code::FieldUnknown)?;
                let row = rows.get_mut(cell.row as usize).ok_or(Code::RowUnknown)?;
                row.insert(column.key.clone(), kept(column, &request.text)?);
                Ok((field.key.clone(), as_json(&rows)?))
            }
            _ => Err(Code::FieldUnknown.into()),
        }
    })
}

/// Adds or removes a row of a table field.
pub(crate) fn rows(desk: &Desk, request: DraftRows) -> Result<DraftSaved, Refused> {
    change(desk, &request.form, &request.section, |record, part| {
        let field = field(record, &request.section, &request.field)?;
        if field.kind != FieldKind::Table {
            return Err(Code::FieldUnknown.into());
        }
        let mut rows = rows_as_typed(field, part);
        match request.change {
            RowChange::Add => {
                if field.max.is_some_and(|max| i64::try_from(rows.len()).is_ok_and(|rows| rows >= max)) {
                    return Err(Code::RowsTooMany.into());
                }
                let of = part::section(&request.section);
                let begun = row_defaults(&record.definition, &of, &field.key, &record.context);
                rows.push(begun.iter().map(|(column, value)| (column.clone(), typed(value))).collect());
            }
            RowChange::Remove { row } => {
                let row = row as usize;
                if row >= rows.len() {
                    return Err(Code::RowUnknown.into());
                }
                rows.remove(row);
            }
        }
        Ok((field.key.clone(), as_json(&rows)?))
    })
}

/// Drops what was typed into one part; what is signed stays.
pub(crate) fn discard(desk: &Desk, request: DraftDiscard) -> Result<Nothing, Refused> {
    let Sitting { opened, person } = desk.sitting()?;
    opened.store.write(|writer| {
        if request.section == api::Section::Content {
            writer.draft_discard(person, &request.form)
        } else {
            writer.draft_clear(&draft_key(person, &request.form, &request.section))
        }
    })?;
    Ok(Nothing {})
}

/// Whether the person at the desk may write in a section now.
pub(crate) fn may_write(look: Look<'_>, record: &Record, of: &api::Section) -> Result<bool, Refused> {
    let place = match of {
        api::Section::Content => return Ok(record.drafting),
        api::Section::Step { key } => key,
        api::Section::Entry { row: Some(row), table } => {
            let mut current = record.view().into_iter().flat_map(|view| view.current_entries(table));
            let standing = current.find(|entry| entry.row.to_string() == *row);
            return Ok(standing.is_some_and(|entry| offers::may_correct(look, record, entry)));
        }
        api::Section::Entry { table, row: None } => table,
    };
    Ok(offers::all(look, record)?.iter().any(|offer| offer.place.as_ref() == Some(place)))
}

/// Changes one field of a part's draft and answers with the part; committed before the answer.
pub(crate) fn change(
    desk: &Desk,
    form: &str,
    of: &api::Section,
    edit: impl FnOnce(&Record, &Part) -> Result<(String, String), Refused>,
) -> Result<DraftSaved, Refused> {
    let Sitting { opened, person } = desk.sitting()?;
    let now_ms = desk.ambient().now_ms();
    opened.store.write(|writer| {
        let (field, value) = {
            let look = Look { opened: &opened, reader: &*writer, person, ambient: desk.ambient() };
            let record = Record::read(look, form)?;
            if !may_write(look, &record, of)? {
                return Err(Code::SectionReadOnly.into());
            }
            edit(&record, &record.part(look, of)?)?
        };
        writer.draft_set(&draft_key(person, form, of), &field, &value, now_ms)?;
        keep_begun(desk, &opened, writer, person, form, of)?;
        saved(desk, &opened, writer, person, form, of)
    })
}

/// Keeps what the clock and the desk gave the fields of a new form, such as the time of a call: from the first thing
/// typed on it stays, whatever the clock does while the rest is filled. A field that is hidden begins when it appears.
/// What began with something of the form or of a setting goes on following it until it is signed; and so does the time
/// in a box or a row, which is that of its signing.
fn keep_begun(
    desk: &Desk,
    opened: &Opened,
    writer: &mut Writer<'_>,
    person: PersonId,
    form: &str,
    of: &api::Section,
) -> Result<(), Refused> {
    let begun: Vec<(String, String)> = {
        let look = Look { opened, reader: &*writer, person, ambient: desk.ambient() };
        let record = Record::read(look, form)?;
        if record.signed.is_some() || *of != api::Section::Content {
            return Ok(());
        }
        let stored = writer.draft(&draft_key(person, form, of))?;
        let fields = record.definition.fields_of(&part::section(of)).ok_or(Code::SectionUnknown)?;
        let facts = |field: &&Field| field.default.as_ref().is_some_and(|from| from.reads_only("facts"));
        let open = fields.iter().filter(facts);
        let open = open.filter(|field| !stored.iter().any(|kept| kept.field == field.key));
        let values = &record.content.values;
        let shown = open.filter_map(|field| Some((field.key.clone(), typed(values.get(&field.key)?))));
        shown.filter(|(_, text)| !text.is_empty()).collect()
    };
    for (field, text) in begun {
        writer.draft_set(&draft_key(person, form, of), &field, &text, desk.ambient().now_ms())?;
    }
    Ok(())
}

/// The part as it stands after a change, in the same transaction.
pub(crate) fn saved(
    desk: &Desk,
    opened: &Opened,
    writer: &Writer<'_>,
    person: PersonId,
    form: &str,
    of: &api::Section,
) -> Result<DraftSaved, Refused> {
    let look = Look { opened, reader: writer, person, ambient: desk.ambient() };
    let section = written(look, &Record::read(look, form)?, of)?;
    Ok(DraftSaved { form: form.to_owned(), section, saved_at: ambient::rfc3339(look.now()) })
}

/// A part as it is being written.
fn written(look: Look<'_>, record: &Record, of: &api::Section) -> Result<SectionView, Refused> {
    let part = record.part(look, of)?;
    let sheet = Sheet {
        definition: &record.definition,
        of: of.clone(),
        part: &part,
        context: &record.context,
        registry: record.registry()?,
        editable: true,
    };
    Ok(sheet.view())
}

pub(crate) fn field<'a>(record: &'a Record, of: &api::Section, key: &str) -> Result<&'a Field, Refused> {
    let fields = record.definition.fields_of(&part::section(of)).ok_or(Code::SectionUnknown)?;
    fields.iter().find(|field| field.key == key).ok_or_else(|| Code::FieldUnknown.into())
}

/// What is kept of a typed text: the normal form of a value, or the text itself with its problem to be shown.
fn kept(field: &Field, text: &str) -> Result<String, Refused> {
    match normalise(field, text) {
        Ok(value) => Ok(typed(&value)),
        Err(problem @ (Problem::Control { .. } | Problem::Deceptive { .. })) => Err(refused(field, &problem)),
        Err(problem) if text.len() > qianban_catalog::TYPED_MAX_BYTES => Err(refused(field, &problem)),
        Err(_) => Ok(text.to_owned()),
    }
}

fn refused(field: &Field, problem: &Problem) -> Refused {
    let problem = api::Problem { code: problem.code().to_owned(), message: problem.to_string(), field: None };
    Refused::about(Code::FieldInvalid, &field.label).because(vec![problem])
}

/// The rows of a table field as they would be typed again.
pub(crate) fn rows_as_typed(field: &Field, part: &Part) -> Vec<TypedRow> {
    let Some(Value::Table(rows)) = part.values.get(&field.key) else { return Vec::new() };
    let row = |(number, row): (usize, &BTreeMap<String, Value>)| {
        let cell = |column: &Field| {
            let raw = part.raw(&Place::cell(&field.key, number, &column.key)).map(str::to_owned);
            let text = raw.unwrap_or_else(|| row.get(&column.key).map(typed).unwrap_or_default());
            (column.key.clone(), text)
        };
        field.columns.iter().map(cell).collect()
    };
    rows.iter().enumerate().map(row).collect()
}

pub(crate) fn as_json(rows: &[TypedRow]) -> Result<String, Refused> {
    serde_json::to_string(rows).map_err(|error| Refused::about(Code::Internal, error))
}
