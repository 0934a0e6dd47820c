//! The bounds of a slip, checked before anything is laid out.

use crate::slip::*;
use crate::{PaperError, slip};

/// Refuses a slip over any bound of [`slip`].
pub(crate) fn check(slip: &Slip) -> Result<(), PaperError> {
    let one_line = [&slip.heading, &slip.title, &slip.working_number, &slip.copy];
    for line in one_line.into_iter().chain(&slip.number).chain(&slip.mark) {
        at_most(line.chars().count(), MAX_LINE_CHARS, "标题、编号或联次的字数")?;
    }
    at_most(slip.code.len(), MAX_CODE_BYTES, "二维码内容字节数")?;
    at_most(slip.rows.len(), MAX_ROWS, "表格行数")?;
    at_most(slip.notes.len(), MAX_ROWS, "附注条数")?;
    at_most(slip.history.len(), MAX_HISTORY_ROWS, "签批历程行数")?;
    let mut total = 0;
    let mut text = |text: &str| {
        let count = text.chars().count();
        total += count;
        at_most(count, MAX_TEXT_CHARS, "一段文字的字数")?;
        at_most(total, MAX_SLIP_CHARS, "单据总字数")
    };
    slip.notes.iter().try_for_each(|note| text(note))?;
    for row in &slip.history {
        [&row.at, &row.who, &row.what, &row.opinion, &row.short_id, &row.validity]
            .into_iter()
            .try_for_each(|t| text(t))?;
    }
    slip.rows.iter().flat_map(|row| &row.cells).try_for_each(|cell| filling(&cell.filling, &mut text))
}

fn at_most(count: usize, limit: usize, what: &'static str) -> Result<(), PaperError> {
    if count > limit { Err(PaperError::TooLarge { what, limit }) } else { Ok(()) }
}

/// Checks one cell; `text` counts and checks each of its texts.
fn filling(
    filling: &Filling,
    text: &mut impl FnMut(&str) -> Result<(), PaperError>,
) -> Result<(), PaperError> {
    match filling {
        Filling::Label(label) => text(label),
        Filling::Value(value) => text(&value.text),
        Filling::Text(words) => text(words),
        Filling::Choice(ticks) => {
            at_most(ticks.len(), MAX_RECORDS, "选项数")?;
            ticks.iter().try_for_each(|tick| text(&tick.label))
        }
        Filling::Table(table) => {
            let columns = table.columns.len();
            let closed = table.rows.iter().all(|row| row.len() == columns);
            if columns == 0 || !closed || table.columns.iter().any(|column| column.share == 0) {
                return Err(PaperError::Table);
            }
            at_most(columns, usize::from(GRID_COLUMNS), "明细表列数")?;
            at_most(table.rows.len(), MAX_TABLE_ROWS, "明细表行数")?;
            table.columns.iter().try_for_each(|column| text(&column.title))?;
            table.rows.iter().flatten().try_for_each(|cell| text(cell))
        }
        Filling::Records(records) => {
            at_most(records.records.len() + records.blanks.len(), MAX_RECORDS, "签批栏记录数")?;
            for record in &records.records {
                sign_off(&record.sign_off).into_iter().try_for_each(&mut *text)?;
                record
                    .fields
                    .iter()
                    .try_for_each(|field| text(&field.label).and_then(|()| text(&field.text)))?;
            }
            let words = records.blanks.iter().flat_map(|blank| blank.labels.iter().chain([&blank.signature]));
            words.map(String::as_str).try_for_each(text)
        }
    }
}

/// The texts of a sign-off.
fn sign_off(sign_off: &slip::SignOff) -> Vec<&str> {
    let (deputy, texts) = match sign_off {
        SignOff::Electronic { person, deputy, at, short_id } => (deputy.as_ref(), vec![person, at, short_id]),
        SignOff::Ink { person, deputy, on, recorded_by, short_id } => {
            (deputy.as_ref(), vec![person, on, recorded_by, short_id])
        }
        SignOff::Missed { title, due } => (None, vec![title, due]),
    };
    texts.into_iter().chain(deputy).map(String::as_str).collect()
}
