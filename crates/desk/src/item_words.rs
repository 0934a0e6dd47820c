//! Items that came from elsewhere and were not taken, and bundles that cannot be used, in words.

use std::io;
use std::path::Path;

use qianban_sync::bundle::{BundleError, ImportError, WriteError};
use qianban_sync::http::{ExchangeError, RefusalCode};

use crate::api::RefusedItems;
use crate::{Code, Refused};

/// Why an item was refused, in Chinese.
pub(crate) fn refused(code: &str) -> &'static str {
    match code {
        "A1-ENVELOPE" | "A1-BODY" => "记录的内容读不出，可能在路上损坏了",
        "A4-WORKSPACE" => "记录属于别的单位",
        "A7-SEAT" => "签名的席位不在名册中",
        "A7-SUITE" => "签名的算法与本单位不同",
        "A7-SIGNATURE" => "签名不对，内容可能被改动过",
        "G1-BODY" => "名册的一条读不出",
        "G1-ROOT" => "名册不是核对过指纹的那一本",
        "G2-FORK" => "名册出现两个不同的版本，请立即告知管理员",
        "G1-QUORUM" => "名册的一条没有管理员的签名",
        "G1-WORKSPACE" => "名册属于别的单位",
        code if code.starts_with('G') => "名册的一条不合规则",
        "Y8-LEAVE" => "管理员没有允许这本台账带出",
        "A3-FULL" => "这张单据的记录已到上限",
        code if code.starts_with('A') => "记录与它所属的单据对不上",
        _ => "不合规则",
    }
}

/// Refused items with how many of each.
pub(crate) fn counted<'a>(items: impl IntoIterator<Item = (&'a String, &'a u64)>) -> Vec<RefusedItems> {
    let row = |(code, count): (&String, &u64)| RefusedItems {
        code: code.clone(),
        words: refused(code).to_owned(),
        count: *count,
    };
    items.into_iter().map(row).collect()
}

/// An exchange with the endpoint that ended early.
pub(crate) fn exchange(error: ExchangeError) -> Refused {
    use RefusalCode as There;
    let code = match error {
        ExchangeError::Setting => Code::EndpointSetting,
        ExchangeError::Certificate => Code::EndpointCertificate,
        ExchangeError::Unreachable => Code::EndpointUnreachable,
        ExchangeError::NotAnEndpoint => Code::EndpointStranger,
        ExchangeError::Version => Code::EndpointVersion,
        ExchangeError::Cancelled => Code::ExchangeCancelled,
        ExchangeError::Unsigned => Code::HostRandom,
        ExchangeError::Store(error) => return error.into(),
        ExchangeError::Nonsense => Code::EndpointNonsense,
        ExchangeError::Refused(refusal) => match refusal.code {
            There::SessionOver | There::Clock => Code::EndpointSession,
            There::NotCertified => Code::EndpointSeat,
            There::NotAllowed => Code::EndpointNotAllowed,
            There::OneTimeCode => Code::EndpointCode,
            There::UnknownBureau => Code::EndpointBureau,
            There::Quota => Code::EndpointFull,
            There::Version => Code::EndpointVersion,
            There::TooMany | There::Internal | There::Busy => {
                let busy = Refused::new(Code::EndpointBusy);
                return refusal.retry_after_s.map_or(busy.clone(), |seconds| busy.retry_after(seconds));
            }
            There::Malformed
            | There::Proof
            | There::Replayed
            | There::NotFound
            | There::Offset
            | There::Incarnation
            | There::TooLarge
            | There::Digest => Code::EndpointNonsense,
        },
    };
    code.into()
}

/// A file that cannot be read.
pub(crate) fn unreadable(path: &Path, error: &io::Error) -> Refused {
    tracing::info!(%error, "bundle");
    Refused::about(Code::BundlePath, path.display())
}

/// A file that is no bundle of this program.
pub(crate) fn bundle(path: &Path, error: BundleError) -> Refused {
    match error {
        BundleError::NotABundle => Refused::about(Code::BundleBad, name(path)),
        BundleError::Newer(_) => Refused::about(Code::BundleNewer, name(path)),
        BundleError::Cancelled => Code::ExchangeCancelled.into(),
        BundleError::Io(error) => unreadable(path, &error),
    }
}

/// A bundle that was not taken in.
pub(crate) fn import(path: &Path, error: ImportError) -> Refused {
    match error {
        ImportError::OtherWorkspace { owner } => {
            let owner: String = owner.chars().filter(|c| !c.is_control()).take(80).collect();
            Refused::about(Code::BundleOther, owner)
        }
        ImportError::FingerprintNeeded => Code::FingerprintNeeded.into(),
        ImportError::FingerprintWrong => Code::FingerprintWrong.into(),
        ImportError::Sealed => Code::BundleSealed.into(),
        ImportError::Cancelled => Code::ExchangeCancelled.into(),
        ImportError::Io(error) => unreadable(path, &error),
        ImportError::Changed => Refused::about(Code::BundleBad, name(path)),
        ImportError::Store(error) => error.into(),
    }
}

/// A bundle that was not written.
pub(crate) fn written(folder: &Path, error: WriteError) -> Refused {
    match error {
        WriteError::Cancelled => Code::ExchangeCancelled.into(),
        WriteError::ReadBack => Refused::about(Code::BundleReadBack, folder.display()),
        WriteError::Store(error) => error.into(),
        WriteError::Io(error) => match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Refused::about(Code::BundleFull, folder.display())
            }
            _ => unreadable(folder, &error),
        },
    }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
