//! The recovery sheet (K1): printed once, kept in a safe.

use qianban_paper::{Align, Cell, Filling, GRID_COLUMNS, Paper, Row, Sheet, Slip, Value};

use crate::{Desk, Refused, slip};

/// Columns of the labels.
const LABEL_COLUMNS: u8 = 5;
const ADVICE: &str = "一、忘记口令或操作系统的密钥库丢失时，用恢复码打开数据库；数据不会因此丢失。\n\
    二、恢复码只能打开数据，不能代任何人签名；忘记口令的人须由管理员重新登记席位。\n\
    三、请把本页封存在保险柜内，不要拍照，不要存入电脑。重新生成恢复码后本页作废。";

/// The sheet as a PDF.
pub(crate) fn pdf(desk: &Desk, bureau: &str, code: &str, fingerprint: &str) -> Result<Vec<u8>, Refused> {
    let now = desk.ambient().now();
    let date = now.format("%Y-%m-%d").to_string();
    let rows = [
        ("单位名称", bureau),
        ("恢复码", code),
        ("名册指纹", fingerprint),
        ("生成日期", &date),
        ("封存人签字", ""),
    ];
    let mut rows: Vec<Row> = rows.into_iter().map(|(label, text)| row(label, text)).collect();
    let advice = Filling::Text(ADVICE.to_owned());
    rows.push(Row {
        cells: vec![Cell { columns: GRID_COLUMNS, rows: 1, filling: advice }],
        min_height_mm: 0,
    });
    let sheet = Slip {
        sheet: Sheet { paper: Paper::A4, landscape: false },
        heading: bureau.to_owned(),
        title: "签办数据恢复单".to_owned(),
        number: None,
        working_number: String::new(),
        rows,
        notes: Vec::new(),
        history: Vec::new(),
        mark: None,
        code: format!("QB1|recovery|{}", fingerprint.replace(' ', "")),
        copy: String::new(),
        print_number: 1,
    };
    let id = qianban_journal::digest(fingerprint.as_bytes()).0;
    Ok(slip::pdf(desk, &sheet, bureau.to_owned(), now, id)?.pdf)
}

fn row(label: &str, text: &str) -> Row {
    let value = Filling::Value(Value { text: text.to_owned(), min_lines: 1, align: Align::Start });
    Row {
        cells: vec![
            Cell { columns: LABEL_COLUMNS, rows: 1, filling: Filling::Label(label.to_owned()) },
            Cell { columns: GRID_COLUMNS - LABEL_COLUMNS, rows: 1, filling: value },
        ],
        min_height_mm: 14,
    }
}
