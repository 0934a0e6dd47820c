//! Why a slip cannot be printed.

use std::path::PathBuf;

/// Why a slip cannot be printed. `Display` is the sentence shown to the person.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// A font file cannot be opened.
    #[error("字体文件打不开：{}。请重新安装本程序。", path.display())]
    FontFile {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A font file is not a font this crate can embed: broken, or its owner forbids embedding (`OS/2 fsType`).
    #[error("字体文件不能使用：{}。请重新安装本程序。", path.display())]
    FontRefused {
        /// The file.
        path: PathBuf,
    },
    /// A text, a table or the document is larger than a slip may be.
    #[error("{what}超出上限（最多 {limit}），不能打印。")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// The limit, in characters, bytes, rows or pages, as `what` says.
        limit: usize,
    },
    /// The grid of the slip does not close.
    #[error("单据版式有误：第 {row} 行的列数不等于 24，或跨行超出表格。请联系维护单据定义的人。")]
    Grid {
        /// Row of the grid, from 1.
        row: usize,
    },
    /// A table inside a cell has no column, a column without width, or a row of other length.
    #[error("明细表版式有误：列与内容对不上。请联系维护单据定义的人。")]
    Table,
    /// Something that may not be cut is taller than a page.
    #[error("表格中有一行内容太长，一页放不下，不能打印。请把该行内容分成几行填写。")]
    TooTall,
    /// The creation time is not a time.
    #[error("打印时间无效，不能生成文件。请检查本机时间。")]
    Time,
    /// The PDF could not be made.
    #[error("生成 PDF 文件失败，数据没有受影响。请重试；仍失败请联系维护人员。（{step}）")]
    Pdf {
        /// Step that failed.
        step: &'static str,
    },
}

impl PaperError {
    /// Short code shown beside the sentence.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::FontFile { .. } => "PAPER-FONT-FILE",
            Self::FontRefused { .. } => "PAPER-FONT-REFUSED",
            Self::TooLarge { .. } => "PAPER-TOO-LARGE",
            Self::Grid { .. } => "PAPER-GRID",
            Self::Table => "PAPER-TABLE",
            Self::TooTall => "PAPER-TOO-TALL",
            Self::Time => "PAPER-TIME",
            Self::Pdf { .. } => "PAPER-PDF",
        }
    }
}
