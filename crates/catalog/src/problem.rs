//! What can be wrong with one value: a closed list of codes, with their Chinese words in one place.

use thiserror::Error;

/// Why a value is refused, or not yet good enough to be signed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    /// A required field is empty.
    #[error("此项必填")]
    Missing,
    /// More characters than the field takes.
    #[error("最多 {max} 个字，现有 {found} 个字，请缩短")]
    TooLong {
        /// Most characters.
        max: i64,
        /// Characters found.
        found: usize,
    },
    /// Fewer characters than the field asks.
    #[error("至少 {min} 个字")]
    TooShort {
        /// Fewest characters.
        min: i64,
    },
    /// A line break in a field of one line.
    #[error("此项只能写一行，请去掉换行")]
    LineBreak,
    /// A control character, NUL included.
    #[error("含有不可见的控制字符(U+{code:04X})，请删去后重新输入")]
    Control {
        /// The character's number.
        code: u32,
    },
    /// A character that turns the reading direction or hides, so that text reads other than it is.
    #[error("含有改变文字方向或隐藏文字的字符(U+{code:04X})，请删去后重新输入")]
    Deceptive {
        /// The character's number.
        code: u32,
    },
    /// Not a whole number.
    #[error("请填整数")]
    NotInteger,
    /// Not an amount.
    #[error("请填金额，如 90,071.93")]
    NotMoney,
    /// More than two decimals.
    #[error("金额最多到分(两位小数)")]
    MoneyPrecision,
    /// Not a percentage.
    #[error("请填百分比，如 40.01")]
    NotPercent,
    /// More than two decimals in a percentage.
    #[error("百分比最多两位小数")]
    PercentPrecision,
    /// Commas that do not separate groups of three digits.
    #[error("千分位逗号的位置不对，请检查数字")]
    MoneyGrouping,
    /// Too big to be kept exactly.
    #[error("数值过大，无法准确保存")]
    Overflow,
    /// Below the bound.
    #[error("不能小于 {least}")]
    TooSmall {
        /// The bound as people read it.
        least: String,
    },
    /// Above the bound.
    #[error("不能大于 {most}")]
    TooBig {
        /// The bound as people read it.
        most: String,
    },
    /// Not a day of the calendar, 1900–2199.
    #[error("日期不正确，请按 2026-02-14 的样式填写")]
    NotDate,
    /// Not a minute of a day of the calendar.
    #[error("时间不正确，请按 2026-02-14 08:50 的样式填写")]
    NotDateTime,
    /// Not one of the options.
    #[error("请从列出的选项中选择")]
    NotOption,
    /// Not an item of the service catalogue that the field takes.
    #[error("请从服务目录中选择")]
    NotItem,
    /// Neither 是 nor 否.
    #[error("请填是或否")]
    NotFlag,
    /// Something other than digits in a bank account.
    #[error("银行账号只能是数字")]
    NotAccount,
    /// Too many or too few digits in a bank account.
    #[error("银行账号应为 {} 位数字，现有 {found} 位", if min == max { min.to_string() } else { format!("{min}–{max}") })]
    AccountLength {
        /// Fewest digits.
        min: i64,
        /// Most digits.
        max: i64,
        /// Digits found.
        found: usize,
    },
    /// Not a telephone number.
    #[error("电话号码不正确，请填 3–20 位数字，可用 - 分隔区号，分机写作 转8001")]
    NotPhone,
    /// Not an identity or staff number.
    #[error("证件号或工号只能是 20 位以内的字母和数字")]
    NotIdNumber,
    /// The check digit of a resident identity number is wrong.
    #[error("身份证号校验位不符，请核对")]
    IdChecksum,
    /// Not an id of the registry.
    #[error("请从名册中选择")]
    NotInRegistry,
    /// Too few rows.
    #[error("至少填 {min} 行")]
    TooFewRows {
        /// Fewest rows.
        min: i64,
    },
    /// Too many rows.
    #[error("最多 {max} 行")]
    TooManyRows {
        /// Most rows.
        max: i64,
    },
    /// Too few files.
    #[error("至少附 {min} 个文件")]
    TooFewFiles {
        /// Fewest files.
        min: i64,
    },
    /// Too many files.
    #[error("最多附 {max} 个文件")]
    TooManyFiles {
        /// Most files.
        max: i64,
    },
    /// A file without a byte.
    #[error("文件是空的(0 字节)，请重新选择")]
    FileEmpty,
    /// A digest or a media type that is none.
    #[error("附件记录不完整，请重新添加文件")]
    FileRecord,
    /// A value of another type than the field's: written by another version of the definition.
    #[error("此项的内容与表式不符，请重新填写")]
    WrongKind,
    /// A check of the definition is not met; the words are the definition's.
    #[error("{message}")]
    Check {
        /// Chinese sentence of the definition.
        message: String,
    },
    /// A rule of the definition could not be evaluated; nothing is let through.
    #[error("此项的规则无法判定，请先补全相关内容")]
    Undecided,
}

impl Problem {
    /// Stable code for the handbook and for tests.
    pub fn code(&self) -> &'static str {
        match self {
            Problem::Missing => "FIELD-MISSING",
            Problem::TooLong { .. } => "FIELD-TOO-LONG",
            Problem::TooShort { .. } => "FIELD-TOO-SHORT",
            Problem::LineBreak => "FIELD-LINE-BREAK",
            Problem::Control { .. } => "FIELD-CONTROL",
            Problem::Deceptive { .. } => "FIELD-DECEPTIVE",
            Problem::NotInteger => "FIELD-NOT-INTEGER",
            Problem::NotMoney => "FIELD-NOT-MONEY",
            Problem::MoneyPrecision => "FIELD-MONEY-PRECISION",
            Problem::NotPercent => "FIELD-NOT-PERCENT",
            Problem::PercentPrecision => "FIELD-PERCENT-PRECISION",
            Problem::MoneyGrouping => "FIELD-MONEY-GROUPING",
            Problem::Overflow => "FIELD-OVERFLOW",
            Problem::TooSmall { .. } => "FIELD-TOO-SMALL",
            Problem::TooBig { .. } => "FIELD-TOO-BIG",
            Problem::NotDate => "FIELD-NOT-DATE",
            Problem::NotDateTime => "FIELD-NOT-DATETIME",
            Problem::NotOption => "FIELD-NOT-OPTION",
            Problem::NotItem => "FIELD-NOT-ITEM",
            Problem::NotFlag => "FIELD-NOT-FLAG",
            Problem::NotAccount => "FIELD-NOT-ACCOUNT",
            Problem::AccountLength { .. } => "FIELD-ACCOUNT-LENGTH",
            Problem::NotPhone => "FIELD-NOT-PHONE",
            Problem::NotIdNumber => "FIELD-NOT-ID-NUMBER",
            Problem::IdChecksum => "FIELD-ID-CHECKSUM",
            Problem::NotInRegistry => "FIELD-NOT-IN-REGISTRY",
            Problem::TooFewRows { .. } => "FIELD-TOO-FEW-ROWS",
            Problem::TooManyRows { .. } => "FIELD-TOO-MANY-ROWS",
            Problem::TooFewFiles { .. } => "FIELD-TOO-FEW-FILES",
            Problem::TooManyFiles { .. } => "FIELD-TOO-MANY-FILES",
            Problem::FileEmpty => "FIELD-FILE-EMPTY",
            Problem::FileRecord => "FIELD-FILE-RECORD",
            Problem::WrongKind => "FIELD-WRONG-KIND",
            Problem::Check { .. } => "FIELD-CHECK",
            Problem::Undecided => "FIELD-UNDECIDED",
        }
    }
}
