//! Files that the forms of the sample have with them: plainly samples, each a real file of its kind.

use qianban_paper::{Cell, Filling, GRID_COLUMNS, Paper, Row, Sheet, Slip};

use super::script::bad;
use crate::xlsx::{self, Page};
use crate::{Desk, Refused, slip};

const WORDS: &str = "本页为样例附件，内容纯属虚构，只用来说明附件放在哪里、怎样查看。";

/// The bytes of a file that is made by its name.
pub(crate) fn of(desk: &Desk, name: &str) -> Result<Vec<u8>, Refused> {
    let (stem, kind) = name.rsplit_once('.').ok_or_else(|| bad(format!("文件「{name}」没有类型")))?;
    match kind {
        "pdf" => page(desk, stem),
        "xlsx" => xlsx::write(&[Page {
            name: stem.to_owned(),
            heads: ["单位编码", "单位名称", "本月支付笔数", "本月支付金额"].map(str::to_owned).to_vec(),
            rows: vec![["101001", "样例县第一中学", "12", "386500.00"].map(str::to_owned).to_vec()],
        }]),
        _ => Err(bad(format!("文件「{name}」须写明内容"))),
    }
}

/// The stated type of a file.
pub(crate) fn media(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, kind)| kind) {
        Some("pdf") => "application/pdf",
        Some("xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => "text/plain",
    }
}

fn page(desk: &Desk, title: &str) -> Result<Vec<u8>, Refused> {
    let words = Filling::Text(WORDS.to_owned());
    let sheet = Slip {
        sheet: Sheet { paper: Paper::A4, landscape: false },
        heading: String::new(),
        title: title.to_owned(),
        number: None,
        working_number: String::new(),
        rows: vec![Row {
            cells: vec![Cell { columns: GRID_COLUMNS, rows: 1, filling: words }],
            min_height_mm: 20,
        }],
        notes: Vec::new(),
        history: Vec::new(),
        mark: Some("样例".to_owned()),
        code: "QB1|sample".to_owned(),
        copy: String::new(),
        print_number: 1,
    };
    let id = qianban_journal::digest(title.as_bytes()).0;
    Ok(slip::pdf(desk, &sheet, String::new(), desk.ambient().now(), id)?.pdf)
}
