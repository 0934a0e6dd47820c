//! The check of the whole file, on a thread of its own.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use qianban_store::{Fault, Progress, Wrong};

use crate::api::{FaultView, VerifyStatus};
use crate::caught::caught;
use crate::desk::guard;
use crate::opened::Opened;
use crate::{Code, Refused};

/// How the last or running check stands.
#[derive(Default)]
pub(crate) struct VerifyRun {
    running: AtomicBool,
    cancelled: AtomicBool,
    done: AtomicU32,
    total: AtomicU32,
    ended: Mutex<Ended>,
}

#[derive(Default)]
struct Ended {
    faults: Vec<FaultView>,
    finished_at: Option<String>,
}

impl VerifyRun {
    /// Begins a check.
    ///
    /// # Errors
    /// [`Code::VerifyRunning`], or the thread could not be started.
    pub(crate) fn start(
        self: &Arc<Self>,
        opened: Arc<Opened>,
        now: impl FnOnce() -> String + Send + 'static,
    ) -> Result<(), Refused> {
        if self.running.swap(true, Ordering::SeqCst) {
            return Err(Code::VerifyRunning.into());
        }
        self.cancelled.store(false, Ordering::SeqCst);
        self.done.store(0, Ordering::SeqCst);
        *guard(&self.ended) = Ended::default();
        let run = Arc::clone(self);
        let thread = std::thread::Builder::new().name("verify".to_owned());
        let started = thread.spawn(move || {
            let outcome = caught("verify", || run.check(&opened));
            run.end(outcome, now());
        });
        if let Err(error) = started {
            self.running.store(false, Ordering::SeqCst);
            return Err(error.into());
        }
        Ok(())
    }

    fn end(&self, outcome: Result<Vec<FaultView>, Refused>, at: String) {
        let mut ended = guard(&self.ended);
        match outcome {
            Ok(faults) => {
                ended.faults = faults;
                ended.finished_at = (!self.cancelled.load(Ordering::SeqCst)).then_some(at);
            }
            Err(refused) => {
                let what = crate::api::Refusal::from(refused).message;
                ended.faults = vec![FaultView { table: "database".to_owned(), row: String::new(), what }];
                ended.finished_at = Some(at);
            }
        }
        drop(ended);
        self.running.store(false, Ordering::SeqCst);
    }

    /// Checks every row; the first bad one comes first. Stops early when cancelled.
    pub(crate) fn check(&self, opened: &Opened) -> Result<Vec<FaultView>, Refused> {
        let report = opened.store.verify(|Progress { done, total }| {
            self.done.store(clamp(done), Ordering::SeqCst);
            self.total.store(clamp(total), Ordering::SeqCst);
            if self.cancelled.load(Ordering::SeqCst) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })?;
        let view = |fault: Fault| FaultView {
            table: fault.table.to_owned(),
            row: fault.row,
            what: words(fault.what).to_owned(),
        };
        Ok(report.faults.into_iter().map(view).collect())
    }

    /// Asks a running check to stop.
    pub(crate) fn cancel(&self) {
        self.cancelled.store(true, Ordering::SeqCst);
    }

    /// How it stands.
    pub(crate) fn status(&self) -> VerifyStatus {
        let ended = guard(&self.ended);
        VerifyStatus {
            running: self.running.load(Ordering::SeqCst),
            done: self.done.load(Ordering::SeqCst),
            total: self.total.load(Ordering::SeqCst),
            faults: ended.faults.clone(),
            finished_at: ended.finished_at.clone(),
        }
    }
}

fn clamp(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// What is wrong with a row, in Chinese.
fn words(wrong: Wrong) -> &'static str {
    match wrong {
        Wrong::Page => "数据页校验不符，文件被改动或损坏",
        Wrong::Structure => "表或索引不一致",
        Wrong::Missing => "记录不见了",
        Wrong::Unreadable => "内容读不出",
        Wrong::Digest => "内容与摘要不符",
        Wrong::Signature => "签名或席位不对",
        Wrong::Chain => "与前面的记录接不上",
        Wrong::Column => "栏目与签名的内容不符",
        Wrong::File => "附件文件被改动、截短或不见了",
        Wrong::Derived => "列表与签名的内容不符，可以重建",
        Wrong::BehindAnchor => "数据库比本机记录的进度旧",
        _ => "校验不符",
    }
}
