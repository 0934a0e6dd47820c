//! The exchange with the endpoint that nobody has to think of: now and then, soon after something was signed, and after a
//! failure with growing pauses. On a thread of its own; nobody waits for it.

use std::io;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use qianban_sync::http::pause;

use crate::desk::guard;
use crate::use_case::endpoint::{self, Turn};
use crate::{Desk, Refused};

/// How long a thread sleeps that has nothing to do until it is woken.
const ASLEEP: Duration = Duration::from_secs(3_600);
/// After how long an exchange that was in the way is looked for again.
const IN_THE_WAY: Duration = Duration::from_secs(5);
/// As after many failures: two and a half to five minutes.
const NOW_AND_THEN: u32 = u32::MAX;

/// What wakes the thread.
#[derive(Default)]
pub(crate) struct Background {
    rung: Mutex<bool>,
    bell: Condvar,
}

impl Background {
    /// There may be something to exchange.
    pub(crate) fn ring(&self) {
        *guard(&self.rung) = true;
        self.bell.notify_all();
    }

    /// Sleeps until it is rung, at most so long.
    fn sleep(&self, longest: Duration) {
        let rung = guard(&self.rung);
        let waited = self.bell.wait_timeout_while(rung, longest, |rung| !*rung);
        *waited.unwrap_or_else(PoisonError::into_inner).0 = false;
    }
}

impl Desk {
    /// Exchanges with the endpoint in the background from now on, until the desk is gone. For hosts that stay.
    ///
    /// # Errors
    /// The thread could not be started.
    pub fn exchange_in_background(self: &Arc<Self>) -> io::Result<()> {
        let (desk, background) = (Arc::downgrade(self), Arc::clone(&self.background));
        let thread = std::thread::Builder::new().name("background".to_owned());
        let started = thread.spawn(move || {
            let mut failures = 0;
            while let Some(desk) = desk.upgrade() {
                let longest = turn(&desk, &mut failures);
                drop(desk);
                background.sleep(longest);
            }
        });
        started.map(drop)
    }
}

/// One turn; how long to sleep after it.
fn turn(desk: &Desk, failures: &mut u32) -> Duration {
    match endpoint::turn(desk) {
        Turn::Nothing => ASLEEP,
        Turn::InTheWay => IN_THE_WAY,
        Turn::Done(None) => {
            *failures = 0;
            pause(NOW_AND_THEN, chance(desk), None)
        }
        Turn::Done(Some(refused)) => {
            *failures = failures.saturating_add(1);
            pause(*failures, chance(desk), wait_s(refused))
        }
    }
}

fn wait_s(refused: Refused) -> Option<u32> {
    crate::api::Refusal::from(refused).retry_after_seconds
}

/// Without randomness every pause is the shorter one, and nothing is signed anyway.
fn chance(desk: &Desk) -> u8 {
    desk.ambient().bytes::<1>().map_or(0, |[chance]| chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bell_that_rang_before_wakes_at_once_and_once() {
        let background = Background::default();
        background.ring();
        background.sleep(ASLEEP);
        assert!(!*guard(&background.rung), "it has been heard");
        background.sleep(Duration::ZERO);
    }
}
