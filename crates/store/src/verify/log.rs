//! Device logs: the last event of each, here and in the anchor.

use super::{Check, Stop, Wrong};
use crate::row::id;
use crate::{AnchorFile, LogHead};
use qianban_journal::SeatId;

impl Check<'_> {
    /// Every log ends where `log_head` says, and every log has its head.
    pub(super) fn logs(&mut self) -> Result<(), Stop> {
        let mut statement = self.reader.statement(
            "WITH last AS (SELECT seat, incarnation, max(n) AS n FROM event GROUP BY seat, incarnation)
             SELECT coalesce(h.seat, l.seat)
             FROM log_head h FULL JOIN last l ON l.seat = h.seat AND l.incarnation = h.incarnation
             WHERE h.n IS NOT l.n
                OR NOT EXISTS (SELECT 1 FROM event e WHERE e.id = h.event AND e.seat = h.seat AND e.n = h.n)",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let seat: SeatId = id(row, 0)?;
            self.fault("log_head", seat, Wrong::Missing)?;
        }
        Ok(())
    }

    /// The file is not behind what this PC remembers outside it (K5), in this life and in the one before. A missing anchor
    /// says nothing.
    pub(super) fn anchor(&mut self, file: &AnchorFile) -> Result<(), Stop> {
        let anchor = match file.read() {
            Ok(Some(anchor)) => anchor,
            Ok(None) => return Ok(()),
            Err(_) => return self.fault("anchor", 1, Wrong::Unreadable),
        };
        let former = anchor.former.unwrap_or_default();
        for (seat, LogHead { n, event }) in anchor.heads.into_iter().chain(former.heads) {
            if self.reader.arrival(event)?.is_none() {
                self.fault("event", format!("{seat} {n}"), Wrong::BehindAnchor)?;
            }
        }
        let highest = anchor.registry_number.max(former.registry_number);
        if crate::registry::height(self.reader.connection())? < highest {
            self.fault("registry", highest, Wrong::BehindAnchor)?;
        }
        Ok(())
    }
}
