//! What the desk takes from its surroundings. Tests give their own, so that every transcript is the same each time.

use chrono::{DateTime, FixedOffset, Local, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};

use crate::{Code, Refused};

/// The clock and the randomness of the desk.
pub trait Ambient: Send + Sync {
    /// This PC's clock with its offset. Decides nothing; it is shown, printed and stated (C6, F8).
    fn now(&self) -> DateTime<FixedOffset>;

    /// Fills the bytes for ids, nonces and new keys.
    ///
    /// # Errors
    /// [`Code::HostRandom`] when there is no randomness.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Refused>;
}

impl dyn Ambient + '_ {
    /// Milliseconds since 1970.
    pub(crate) fn now_ms(&self) -> i64 {
        self.now().timestamp_millis()
    }

    /// `N` random bytes.
    pub(crate) fn bytes<const N: usize>(&self) -> Result<[u8; N], Refused> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }
}

/// The operating system's clock and randomness.
#[derive(Debug, Clone, Copy)]
pub struct SystemAmbient;

impl Ambient for SystemAmbient {
    #[allow(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    fn now(&self) -> DateTime<FixedOffset> {
        Local::now().fixed_offset()
    }

    fn fill(&self, bytes: &mut [u8]) -> Result<(), Refused> {
        getrandom::fill(bytes).map_err(|_| Refused::new(Code::HostRandom))
    }
}

/// The zone of the office, UTC+8: dates and times are read in it on every PC alike.
const OFFICE: FixedOffset = match FixedOffset::east_opt(8 * 3600) {
    Some(zone) => zone,
    None => panic!("eight hours are a zone"),
};

/// A time in the zone of the office.
pub(crate) fn office<Zone: TimeZone>(time: DateTime<Zone>) -> DateTime<FixedOffset> {
    time.with_timezone(&OFFICE)
}

/// A wall clock (milliseconds since 1970) of the office; the epoch itself for what is out of range.
pub(crate) fn naive(ms: i64) -> NaiveDateTime {
    office(DateTime::from_timestamp_millis(ms).unwrap_or_default()).naive_local()
}

/// The same as expressions take it: `YYYY-MM-DD HH:MM:SS`.
pub(crate) fn instant(ms: i64) -> String {
    naive(ms).format("%Y-%m-%d %H:%M:%S").to_string()
}

/// The same to the minute.
pub(crate) fn minute(ms: i64) -> String {
    naive(ms).format("%Y-%m-%d %H:%M").to_string()
}

/// The wall clock at which a day of the office begins, milliseconds since 1970.
pub(crate) fn midnight_ms(day: NaiveDate) -> i64 {
    let start = day.and_time(NaiveTime::MIN).and_local_timezone(OFFICE).earliest();
    start.map_or(0, |start| start.timestamp_millis())
}

/// RFC 3339 to the second, as the screen takes times.
pub(crate) fn rfc3339(time: DateTime<FixedOffset>) -> String {
    time.to_rfc3339_opts(chrono::SecondsFormat::Secs, false)
}

/// A stored wall clock (milliseconds since 1970) in this PC's offset; the epoch itself for what is out of range.
pub(crate) fn from_ms(ms: i64, here: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
    DateTime::from_timestamp_millis(ms).unwrap_or_default().with_timezone(here.offset())
}
