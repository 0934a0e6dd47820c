//! The logs of seats, as all events here tell them (F1, F5).

use qianban_journal::{Envelope, Event, Finding, LogEntry, device_log_findings};

use crate::{Reader, StoreError};

impl Reader<'_> {
    /// What is missing from the logs of seats, and where one goes on twice: a copied computer. Reads every event, so it
    /// is for an audit, not for every screen. A PC that is not meant to hold everything sees gaps that are none.
    pub fn log_findings(&self) -> Result<Vec<Finding>, StoreError> {
        let mut statement =
            self.statement("SELECT arrival, envelope FROM event ORDER BY seat, incarnation, n")?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
        let (mut findings, mut log) = (Vec::new(), Vec::<LogEntry>::new());
        for row in rows {
            let (arrival, bytes) = row?;
            let bad = StoreError::BadRow { table: "event", row: arrival };
            let envelope = Envelope::decode(&bytes).ok();
            let entry = envelope.and_then(|envelope| {
                Event::decode(&envelope.body).ok().map(|event| LogEntry::of(envelope.id(), &event))
            });
            let entry = entry.ok_or(bad)?;
            let same = |last: &LogEntry| (last.seat, last.incarnation) == (entry.seat, entry.incarnation);
            if !log.last().is_none_or(same) {
                findings.extend(device_log_findings(&std::mem::take(&mut log)));
            }
            log.push(entry);
        }
        findings.extend(device_log_findings(&log));
        Ok(findings)
    }
}
