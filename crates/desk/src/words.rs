//! The one mapper from what the crates below say to the codes that a person meets.

use qianban_journal::{Illegal, RegistryError, Rejected, SuiteError};
use qianban_store::{AnchorError, AppendRegistryError, StoreError, VaultError};

use crate::{Code, Refused};

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::AlreadyOpen => Code::HostSecondInstance,
            StoreError::NetworkPath(_) => return Self::about(Code::HostNetworkPath, "网络文件夹"),
            StoreError::NoDatabase => Code::HostNotFounded,
            StoreError::DatabaseExists => Code::HostFounded,
            StoreError::WrongKey(_) => return Self::about(Code::HostDamaged, "密钥与数据库不符"),
            StoreError::NewerDatabase { .. } => Code::HostNewerDatabase,
            StoreError::MigrationChanged { number } => {
                return Self::about(Code::HostDamaged, format!("结构记录 {number} 与程序不符"));
            }
            StoreError::ReadOnly(_) => return Self::about(Code::HostReadOnly, "没有写入权限"),
            StoreError::DiskFull(_) => Code::HostDiskFull,
            StoreError::Busy(_) => Code::HostBusy,
            StoreError::Damaged(_) => return Self::about(Code::HostDamaged, "数据页校验不符"),
            StoreError::BadRow { table, row } => {
                return Self::about(Code::HostDamaged, format!("{table} 第 {row} 行读不出"));
            }
            StoreError::NoBlob(_) => Code::FileMissing,
            StoreError::DraftTooLong { .. } => return Self::about(Code::TextTooLong, "填写的内容"),
            StoreError::NoRandomness => Code::HostRandom,
            other => return Self::about(Code::HostStorage, other.code()),
        };
        tracing::warn!(?error, "store");
        code.into()
    }
}

impl From<VaultError> for Refused {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::NoVault => Code::HostNotFounded.into(),
            VaultError::VaultExists => Code::HostFounded.into(),
            VaultError::Newer { .. } => Code::HostNewerDatabase.into(),
            VaultError::Damaged(_) => Self::about(Code::HostDamaged, "口令文件读不出"),
            VaultError::WrongPassword { retry_after_ms, .. } => {
                Self::new(Code::PasswordWrong).retry_after(seconds(retry_after_ms))
            }
            VaultError::Locked { retry_after_ms, .. } => {
                Self::new(Code::PasswordWait).retry_after(seconds(retry_after_ms))
            }
            VaultError::PasswordLength { chars: 0 } => Code::PasswordShort.into(),
            VaultError::PasswordLength { .. } => Code::PasswordLong.into(),
            VaultError::NoPerson(_) | VaultError::NoSigningKey(_) => Code::PersonNoSeat.into(),
            VaultError::PersonExists(_) => Code::SeatTwice.into(),
            VaultError::Full { .. } => Code::RegistryTooMany.into(),
            VaultError::NoRecovery | VaultError::WrongRecovery => Code::RecoveryWrong.into(),
            VaultError::File(error) => error.into(),
            other => Self::about(Code::HostStorage, other.code()),
        }
    }
}

/// Whole seconds, rounded up: the person who waits that long waited long enough.
fn seconds(ms: i64) -> u32 {
    u32::try_from(ms.max(0).saturating_add(999) / 1000).unwrap_or(u32::MAX)
}

impl From<AnchorError> for Refused {
    fn from(error: AnchorError) -> Self {
        match error {
            AnchorError::Damaged(_) => Self::about(Code::HostDamaged, "进度记录读不出"),
            AnchorError::File(error) => error.into(),
        }
    }
}

impl From<AppendRegistryError> for Refused {
    fn from(error: AppendRegistryError) -> Self {
        match error {
            AppendRegistryError::Registry(error) => error.into(),
            AppendRegistryError::Encoding(_) => Self::about(Code::RegistryRefused, "内容超出长度限制"),
            AppendRegistryError::Store(error) => error.into(),
        }
    }
}

impl From<RegistryError> for Refused {
    fn from(error: RegistryError) -> Self {
        let words = match error {
            RegistryError::Quorum => return Code::RegistryNotAdmin.into(),
            RegistryError::Gap { .. } | RegistryError::Prev => return Code::SignStale.into(),
            RegistryError::Fork { .. } => "名册出现两个不同的版本",
            RegistryError::MissingBlob(_) | RegistryError::BadBlob(_) => "认可清单不完整",
            RegistryError::NotInForce => "所指的人员、单位或席位不在册",
            RegistryError::AlreadyInForce => "已经登记过",
            _ => "内容不符合名册规则",
        };
        Self::about(Code::RegistryRefused, words)
    }
}

impl From<SuiteError> for Refused {
    fn from(error: SuiteError) -> Self {
        Self::about(Code::Internal, error)
    }
}

impl From<Rejected> for Refused {
    fn from(rejected: Rejected) -> Self {
        match rejected {
            Rejected::FormFull => Self::about(Code::SignLimit, "一张单据最多 2000 条记录"),
            Rejected::EpochOlder | Rejected::Missing | Rejected::UnknownEpoch => Code::SignStale.into(),
            other => Self::about(Code::SignIllegal, other.code()),
        }
    }
}

impl From<Illegal> for Refused {
    fn from(illegal: Illegal) -> Self {
        use Illegal as I;
        let code = match illegal {
            I::Inadmissible(rejected) => return rejected.into(),
            I::CreateRole => Code::FormMayNotCreate,
            I::NoPolicy | I::DefinitionRetired | I::OtherLedger => Code::DefinitionUnknown,
            I::NotEditor | I::EditRole => Code::SignNotEditor,
            I::Frozen | I::RoundOpen | I::HandoverRound | I::ResolveRound => Code::SignUnderWay,
            I::SaveSealed | I::SubmitRejected | I::SealSealed | I::SealRejected => Code::SignFinal,
            I::Barred => Code::SignOwn,
            I::SignerRole | I::ReturnRight | I::NoDelegation => Code::SignNoRole,
            I::SignedDiffering | I::SignedAlready => Code::SignSamePerson,
            I::NotPending | I::NoRound | I::SealStatus | I::ReturnStatus | I::ReturnTarget => {
                Code::SignNotTurn
            }
            I::InkRequired => Code::SignInkRequired,
            I::InkNotAllowed | I::OutsiderNotAllowed => Code::SignInkForbidden,
            I::InkRecorder | I::SealRole => Code::SignNotRegistrar,
            I::InkScan => Code::SignScanMissing,
            I::SealPc => Code::SignNotSealingPc,
            I::EntryTable | I::EntryRole | I::EntryPhase => Code::SignTable,
            I::EntrySingle | I::EntryCorrection => Code::SignTableFilled,
            I::NumberNotLeased | I::NumberNotRepeated => Code::SignNoNumber,
            I::StepWithoutHolder => return Self::about(Code::SignNobody, "某一步"),
            I::OtherContent | I::SubmitContent => Code::SignStale,
            other => return Self::about(Code::SignIllegal, other.code()),
        };
        code.into()
    }
}

impl From<std::io::Error> for Refused {
    fn from(error: std::io::Error) -> Self {
        StoreError::from(error).into()
    }
}
