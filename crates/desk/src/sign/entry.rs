//! 登记: a row of a do-table, 办结, 打印 and 收回纸件.

use qianban_catalog::{CLOSE, Content, FieldKind, Moment, Section, Value, compute, defaults, gates};
use qianban_journal::{EntryDraft, EventId, RowId, digest};

use super::act::Act;
use super::ink::{scanned, sheet};
use super::intent::{Done, Fixed, FormIntent, Intent, complete, demand, key_fields};
use crate::part::{Part, draft_key, scan_key};
use crate::record::{Look, Record};
use crate::show::section::{Sheet, shown};
use crate::stated::{self, Misstated, STATED};
use crate::text::{self, REASON_CHARS_MAX};
use crate::{Code, Refused, api, snapshot};

/// The built-in table of exports.
pub(crate) const EXPORT: &str = "export";
/// The built-in table of prints.
pub(crate) const PRINT: &str = "print";
/// The built-in table of paper that went out and came back.
pub(crate) const PAPER: &str = "paper";

/// A row to be signed.
struct Row<'a> {
    table: &'a str,
    part: Part,
    row: RowId,
    supersedes: Option<EventId>,
    at: String,
    done: Done,
    /// What is done, and what was done.
    words: (String, String),
    files: Vec<api::Attachment>,
}

/// Tables whose rows have an action of their own, which checks and fills in more.
pub(crate) const OWN_ACTION: [&str; 3] = [PRINT, PAPER, CLOSE];

/// A row from its draft.
pub(crate) fn intent(
    look: Look<'_>,
    fixed: &Fixed,
    form: &str,
    table: &str,
    at: Option<&str>,
    corrects: Option<&str>,
) -> Result<Intent, Refused> {
    let record = Record::read(look, form)?;
    let title = record.definition.table(table).map(|table| table.title.clone()).ok_or(Code::SignTable)?;
    if OWN_ACTION.contains(&table) {
        return Err(Refused::about(Code::SignTableOwn, title));
    }
    let (row, supersedes) = corrected(&record, table, corrects)?.unwrap_or((fixed.row, None));
    let of = api::Section::Entry { table: table.to_owned(), row: corrects.map(str::to_owned) };
    let part = record.part(look, &of)?;
    let done = Done::Parts(vec![draft_key(look.person, form, &of)]);
    let words = if supersedes.is_some() { "更正" } else { "登记" };
    let words = (format!("{words} · {title}"), format!("已{words}:{title}"));
    let files = part.files();
    sign(look, record, Row { table, part, row, supersedes, at: stated(at, fixed)?, done, words, files })
}

/// 办结.
pub(crate) fn close(look: Look<'_>, fixed: &Fixed, form: &str, remark: &str) -> Result<Intent, Refused> {
    let record = Record::read(look, form)?;
    let remark = text::optional("办结说明", remark, REASON_CHARS_MAX)?;
    let part = built_in(&record, CLOSE, [("remark", Value::Text(remark))]);
    let words = ("办结".to_owned(), "已办结".to_owned());
    let (row, at, done) = (fixed.row, fixed.at.clone(), Done::Nothing);
    sign(look, record, Row { table: CLOSE, part, row, supersedes: None, at, done, words, files: Vec::new() })
}

/// 打印 of a copy; from the second time on it is a reprint.
pub(crate) fn print(look: Look<'_>, fixed: &Fixed, form: &str, copy: &str) -> Result<Intent, Refused> {
    let record = Record::read(look, form)?;
    if !record.definition.slip.copies.iter().any(|known| known == copy) {
        return Err(Refused::about(Code::PaperCopy, copy));
    }
    let again = prints(&record, copy) > 0;
    let reason = if again { Value::Text("再次打印".to_owned()) } else { Value::Empty };
    let values =
        [("copy", Value::Text(copy.to_owned())), ("reprint", Value::Flag(again)), ("reason", reason)];
    let part = built_in(&record, PRINT, values);
    let words = (format!("打印 · {copy}"), format!("已登记打印：{copy}"));
    let (row, at, done) = (fixed.row, fixed.at.clone(), Done::Nothing);
    sign(look, record, Row { table: PRINT, part, row, supersedes: None, at, done, words, files: Vec::new() })
}

/// 收回纸件: the signed sheet is back, scanned.
pub(crate) fn paper_back(look: Look<'_>, fixed: &Fixed, form: &str, scan: &str) -> Result<Intent, Refused> {
    let record = Record::read(look, form)?;
    let scan = scanned(look, form, scan)?;
    let file = sheet(look, form, scan)?.ok_or(Code::SignScanMissing)?;
    let printed = record.signed()?.printed();
    let copy =
        last_printed(&record).or_else(|| record.definition.slip.copies.first().cloned()).unwrap_or_default();
    let attached = qianban_catalog::Attachment {
        name: file.name.clone(),
        media: file.media.clone(),
        len: file.size_bytes,
        digest: file.digest.clone(),
    };
    let values = [
        ("event", Value::Choice("returned".to_owned())),
        ("copy", Value::Text(copy)),
        ("scan", Value::Attachments(vec![attached])),
    ];
    let part = built_in(&record, PAPER, values);
    let words = ("收回纸件".to_owned(), "已登记纸件收回".to_owned());
    let (row, at, done) = (fixed.row, fixed.at.clone(), Done::Parts(vec![scan_key(look.person, form)]));
    let row = Row { table: PAPER, part, row, supersedes: None, at, done, words, files: vec![file] };
    let mut intent = sign(look, record, row)?;
    if !printed {
        intent.shown.warnings.push(Refused::new(Code::PaperOther).into());
    }
    Ok(intent)
}

/// How often a copy was printed.
pub(crate) fn prints(record: &Record, copy: &str) -> usize {
    let rows = record.context.entries.get(PRINT).map(Vec::as_slice).unwrap_or_default();
    rows.iter().filter(|row| row.content.get("copy") == Some(&Value::Text(copy.to_owned()))).count()
}

fn last_printed(record: &Record) -> Option<String> {
    match record.context.entries.get(PRINT)?.last()?.content.get("copy") {
        Some(Value::Text(copy)) => Some(copy.clone()),
        _ => None,
    }
}

/// A row of a built-in table, whose fields the product knows.
fn built_in<const N: usize>(record: &Record, table: &str, values: [(&str, Value); N]) -> Part {
    let section = Section::Table(table.to_owned());
    let mut own: Content = defaults(&record.definition, &section, &record.context);
    own.extend(values.map(|(key, value)| (key.to_owned(), value)));
    own.retain(|_, value| !matches!(value, Value::Text(text) if text.is_empty()));
    Part::signed(compute(&record.definition, &section, &own, &record.context))
}

/// The row and the entry that a correction replaces.
fn corrected(
    record: &Record,
    table: &str,
    corrects: Option<&str>,
) -> Result<Option<(RowId, Option<EventId>)>, Refused> {
    let Some(text) = corrects else { return Ok(None) };
    let row: RowId = text.parse().map_err(|_| Code::RowUnknown)?;
    let view = record.view().ok_or(Code::RowUnknown)?;
    let standing = view.current_entries(table).find(|entry| entry.row == row).ok_or(Code::RowUnknown)?;
    Ok(Some((row, Some(standing.id))))
}

/// The stated time, now when none is given (C6).
fn stated(at: Option<&str>, fixed: &Fixed) -> Result<String, Refused> {
    let Some(at) = at.filter(|at| !at.trim().is_empty()) else { return Ok(fixed.at.clone()) };
    let time = stated::read(at).ok_or_else(|| misstated(Misstated::Unreadable))?;
    Ok(time.format(STATED).to_string())
}

fn misstated(why: Misstated) -> Refused {
    Refused::about(Code::EntryTime, why)
}

fn sign(look: Look<'_>, record: Record, row: Row<'_>) -> Result<Intent, Refused> {
    let signed = record.signed()?;
    let section = Section::Table(row.table.to_owned());
    let basis = signed.basis();
    let draft = |boxed| EntryDraft {
        table: row.table.to_owned(),
        row: row.row,
        supersedes: row.supersedes,
        at: row.at.clone(),
        on_behalf: None,
        boxed,
        basis: basis.clone(),
    };
    // Whether this person may write here now is said before anything about the row.
    let event =
        Act::Entry(draft(None)).event(&signed.log, &record.chain, signed.view.canonical, look.author()?)?;
    signed.log.would_be_legal(&event, &record.chain)?;
    if let Some(table) = record.definition.table(row.table) {
        let now_ms = look.ambient.now_ms();
        stated::judge(&row.at, now_ms, table, (&signed.log, &signed.view), |_| true).map_err(misstated)?;
    }
    let registry = record.registry()?;
    let of =
        api::Section::Entry { table: row.table.to_owned(), row: row.supersedes.map(|_| row.row.to_string()) };
    let sheet = Sheet {
        definition: &record.definition,
        of,
        part: &row.part,
        context: &record.context,
        registry,
        editable: true,
    };
    complete(sheet.problems())?;
    let moment = if row.table == CLOSE { Moment::Close } else { Moment::Table(row.table.to_owned()) };
    demand(gates(&record.definition, &moment, &row.part.values, &record.context))?;
    let bytes = snapshot::encode(&record.definition, record.def, &section, &row.part.values)?;
    let mut fields = key_fields(&record)?;
    fields.push(api::ShownField { label: "时间".to_owned(), shown: row.at.clone() });
    fields.extend(shown(&record.definition, &section, &row.part.values, registry));
    let acts = vec![Act::Entry(draft(Some(digest(&bytes))))];
    let late = stated::is_late(&row.at, look.ambient.now_ms());
    let (action, message) = row.words;
    let mut intent = FormIntent { record, acts, blobs: vec![bytes], done: row.done, message }
        .checked(look, action, fields, row.files)?;
    if late {
        intent.shown.warnings.push(Refused::new(Code::EntryLate).into());
    }
    Ok(intent)
}

/// Whether a section of this definition takes files in a field of this key.
pub(crate) fn takes_files(record: &Record, section: &Section, slot: &str) -> bool {
    let fields = record.definition.fields_of(section).unwrap_or_default();
    fields.iter().any(|field| field.key == slot && field.kind == FieldKind::Attachment)
}
