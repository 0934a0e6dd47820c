//! Why a definition file is refused: file, line, reason.

use crate::expression::ExpressionFault;
use thiserror::Error;

/// A refused definition file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{file}:{line}: {reason}({})", .reason.code())]
pub struct DefinitionError {
    /// Name given to [`Definition::parse`](crate::Definition::parse).
    pub file: String,
    /// Line of the piece that is refused, from 1.
    pub line: usize,
    /// Byte of the text at which that piece begins.
    pub offset: usize,
    /// What is wrong with it.
    pub reason: Fault,
}

/// What is wrong in a definition file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Fault {
    /// The file is too big.
    #[error("文件 {found} 字节，最多 {most} 字节")]
    FileTooBig {
        /// Bytes found.
        found: usize,
        /// Most bytes.
        most: usize,
    },
    /// Not TOML, a missing or unknown key, or a value of another type.
    #[error("格式不对：{detail}")]
    Format {
        /// The reader's words, in Chinese.
        detail: String,
    },
    /// A key or code with other characters than `a–z 0–9 _ -`, too long, or not beginning with a letter.
    #[error("名称「{key}」只能用小写字母开头的小写字母、数字、_ 和 -,最多 {most} 个字符")]
    Name {
        /// As written.
        key: String,
        /// Most characters.
        most: usize,
    },
    /// Words that are empty, too long, of several lines where one is due, or hold characters refused at input.
    #[error("文字「{text}」为空、超过 {most} 个字、不止一行，或含有控制字符")]
    Words {
        /// As written.
        text: String,
        /// Most characters.
        most: usize,
    },
    /// A code of the wrong form.
    #[error("「{found}」不是{what}")]
    Code {
        /// What was expected.
        what: &'static str,
        /// As written.
        found: String,
    },
    /// One name for two things.
    #[error("{what}「{key}」重复")]
    Duplicate {
        /// What is doubled.
        what: &'static str,
        /// Its name.
        key: String,
    },
    /// A name of nothing.
    #[error("没有{what}「{key}」")]
    Unknown {
        /// What should exist.
        what: &'static str,
        /// As written.
        key: String,
    },
    /// Something that must be there is not.
    #[error("缺少{what}")]
    Lacking {
        /// What is missing.
        what: &'static str,
    },
    /// Something that does not belong here.
    #[error("这里不能有{what}")]
    Misplaced {
        /// What is too much.
        what: &'static str,
    },
    /// A number or a count out of its bounds.
    #[error("{what}为 {found}，应在 {least}–{most} 之间")]
    Bounds {
        /// What is counted.
        what: &'static str,
        /// As written.
        found: i64,
        /// Least.
        least: i64,
        /// Most.
        most: i64,
    },
    /// Fields that depend on each other in a circle.
    #[error("字段「{key}」的计算或显示条件循环依赖")]
    Cycle {
        /// One of them.
        key: String,
    },
    /// An expression that is refused.
    #[error(transparent)]
    Expression(#[from] ExpressionFault),
    /// A role that is not in the list of roles.
    #[error("没有角色「{role}」")]
    UnknownRole {
        /// As written.
        role: String,
    },
    /// A step that must differ from one that is not before it.
    #[error("步骤「{step}」须由不同的人签的步骤只能是它前面的步骤，「{differ}」不在前面")]
    LaterStep {
        /// The step.
        step: String,
        /// As written.
        differ: String,
    },
    /// A do-table in which nobody could ever write.
    #[error("办理表「{table}」没有写明可以登记的阶段")]
    NoPhases {
        /// The table.
        table: String,
    },
    /// A slip row that does not fill the grid.
    #[error("版面第 {row} 行占 {found} 列，应为 24 列")]
    SlipWidth {
        /// Row of the slip, from 1.
        row: usize,
        /// Columns covered, those reached down to included.
        found: u32,
    },
    /// A cell that overlaps one from above, or reaches below the last row.
    #[error("版面第 {row} 行的第 {cell} 格与上面跨行的格重叠，或跨出了最后一行")]
    SlipOverlap {
        /// Row of the slip, from 1.
        row: usize,
        /// Cell of the row, from 1.
        cell: usize,
    },
    /// Rows of a letter that a cell binds to rows outside of it.
    #[error("版面第 {row} 行有跨行的格，它跨到的各行 titles 须相同")]
    SlipLetter {
        /// Row of the slip, from 1.
        row: usize,
    },
    /// A cell with none or several of label, field, table, step, entry, links and text.
    #[error("版面的一格须写且只写一种内容：栏名、栏目、明细表、签字栏、办理栏、关联或说明")]
    SlipCell,
    /// A field, step, do-table or link slot that is not on the paper, or is there twice.
    #[error("{what}「{key}」在版面上出现 {times} 次，应为 1 次")]
    SlipPlace {
        /// What it is.
        what: &'static str,
        /// Its name.
        key: String,
        /// How often.
        times: usize,
    },
}

impl Fault {
    /// Stable code for the handbook and for tests.
    pub fn code(&self) -> &'static str {
        match self {
            Fault::FileTooBig { .. } => "DEF-FILE-TOO-BIG",
            Fault::Format { .. } => "DEF-FORMAT",
            Fault::Name { .. } => "DEF-NAME",
            Fault::Words { .. } => "DEF-WORDS",
            Fault::Code { .. } => "DEF-CODE",
            Fault::Duplicate { .. } => "DEF-DUPLICATE",
            Fault::Unknown { .. } => "DEF-UNKNOWN",
            Fault::Lacking { .. } => "DEF-LACKING",
            Fault::Misplaced { .. } => "DEF-MISPLACED",
            Fault::Bounds { .. } => "DEF-BOUNDS",
            Fault::Cycle { .. } => "DEF-CYCLE",
            Fault::Expression(_) => "DEF-EXPRESSION",
            Fault::UnknownRole { .. } => "DEF-ROLE",
            Fault::LaterStep { .. } => "DEF-LATER-STEP",
            Fault::NoPhases { .. } => "DEF-NO-PHASES",
            Fault::SlipWidth { .. } => "DEF-SLIP-WIDTH",
            Fault::SlipOverlap { .. } => "DEF-SLIP-OVERLAP",
            Fault::SlipLetter { .. } => "DEF-SLIP-LETTER",
            Fault::SlipCell => "DEF-SLIP-CELL",
            Fault::SlipPlace { .. } => "DEF-SLIP-PLACE",
        }
    }
}
