//! Other PCs and endpoints: one row for every life of a peer, and which events it has confirmed in that life (Y4).

use std::collections::BTreeMap;

use qianban_journal::{DeviceId, Digest, DigestStream, EventId, FormId, Incarnation, SeatId};
use rusqlite::{OptionalExtension, params};

use crate::row::id;
use crate::{Reader, StoreError, Writer};

/// Buckets of forms, by the first byte of their id (Y5).
pub const BUCKETS: usize = 256;

/// A peer of this PC, in one life of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PeerKey(pub(crate) i64);

/// A peer as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerRow {
    /// Its key here.
    pub key: PeerKey,
    /// The PC or endpoint.
    pub device: DeviceId,
    /// Its life.
    pub incarnation: Incarnation,
    /// What it is called on screen.
    pub name: String,
    /// Last arrival number of the peer's own order that was taken in.
    pub after: u64,
    /// When it was last heard of, milliseconds since 1970.
    pub seen_ms: i64,
    /// Events that are here and that it has not confirmed.
    pub unconfirmed: u64,
    /// Events of it that wait here.
    pub held: u64,
}

/// The first `n` events of one device log, as a digest of their ids: what a PC holds of it without a hole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogPrefix {
    /// Whose log.
    pub seat: SeatId,
    /// In which life.
    pub incarnation: Incarnation,
    /// How many events.
    pub n: u64,
    /// SM3 over their ids, in order.
    pub digest: Digest,
}

impl Writer<'_> {
    /// The key of a peer, which is met now. Another incarnation is another peer, and has confirmed nothing yet.
    pub fn meet_peer(
        &mut self,
        device: DeviceId,
        incarnation: Incarnation,
        name: &str,
        now_ms: i64,
    ) -> Result<PeerKey, StoreError> {
        let key = self
            .statement(
                "INSERT INTO peer_cursor (device, incarnation, name, seen_ms) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET name = excluded.name, seen_ms = excluded.seen_ms RETURNING peer",
            )?
            .query_row(params![device.as_bytes(), incarnation.as_bytes(), name, now_ms], |row| row.get(0))?;
        Ok(PeerKey(key))
    }

    /// Moves the cursor of a peer forward, in the transaction that took its events in (Y3).
    pub fn advance(&mut self, peer: PeerKey, after: u64) -> Result<(), StoreError> {
        self.statement("UPDATE peer_cursor SET after = max(after, ?2) WHERE peer = ?1")?
            .execute(params![peer.0, i64::try_from(after).unwrap_or(i64::MAX)])?;
        Ok(())
    }

    /// Notes that a peer holds events; those that are not here are passed over.
    pub fn note_have(&mut self, peer: PeerKey, events: &[EventId]) -> Result<(), StoreError> {
        for event in events {
            self.statement(
                "INSERT INTO peer_have (peer, event) SELECT ?1, arrival FROM event WHERE id = ?2
                 ON CONFLICT DO NOTHING",
            )?
            .execute(params![peer.0, event.as_bytes()])?;
        }
        Ok(())
    }

    /// Notes how far a peer's registry goes.
    pub fn note_registry(&mut self, peer: PeerKey, number: u32) -> Result<(), StoreError> {
        self.statement("UPDATE peer_cursor SET registry = max(registry, ?2) WHERE peer = ?1")?
            .execute((peer.0, number))?;
        Ok(())
    }

    /// Notes what a peer misses now, in place of what it missed before.
    pub fn note_wants(&mut self, peer: PeerKey, wants: &[Digest]) -> Result<(), StoreError> {
        self.statement("DELETE FROM peer_want WHERE peer = ?1")?.execute([peer.0])?;
        for digest in wants {
            self.statement("INSERT INTO peer_want (peer, digest) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
                .execute(params![peer.0, digest.as_bytes()])?;
        }
        Ok(())
    }

    /// Notes what a peer says to hold of device logs: where the same ids stand here, it holds them.
    pub fn note_logs(&mut self, peer: PeerKey, logs: &[LogPrefix]) -> Result<(), StoreError> {
        for log in logs {
            let here = self.log_prefix(log.seat, log.incarnation, log.n)?;
            if here.is_some_and(|here| here == *log) {
                self.statement(
                    "INSERT INTO peer_have (peer, event)
                     SELECT ?1, arrival FROM event WHERE seat = ?2 AND incarnation = ?3 AND n BETWEEN 1 AND ?4
                     ON CONFLICT DO NOTHING",
                )?
                .execute(params![
                    peer.0,
                    log.seat.as_bytes(),
                    log.incarnation.as_bytes(),
                    i64::try_from(log.n).unwrap_or(i64::MAX)
                ])?;
            }
        }
        Ok(())
    }

    /// Notes exactly which events of a bucket a peer holds: what it lost is offered again (Y5).
    pub fn set_bucket(&mut self, peer: PeerKey, bucket: u8, events: &[EventId]) -> Result<(), StoreError> {
        self.statement(
            "DELETE FROM peer_have WHERE peer = ?1
                 AND event IN (SELECT arrival FROM event WHERE form BETWEEN ?2 AND ?3)",
        )?
        .execute(params![peer.0, bucket_start(bucket), bucket_end(bucket)])?;
        self.note_have(peer, events)
    }

    /// Notes what a peer says to hold of the forms of every bucket: where the hash is ours, it holds what is here.
    pub fn note_buckets(&mut self, peer: PeerKey, buckets: &[Option<Digest>]) -> Result<(), StoreError> {
        let here = self.buckets()?;
        for (bucket, _) in
            (0_u8..=255).zip(here.iter().zip(buckets)).filter(|(_, (ours, theirs))| ours == theirs)
        {
            self.statement(
                "INSERT INTO peer_have (peer, event)
                 SELECT ?1, arrival FROM event WHERE form BETWEEN ?2 AND ?3 ON CONFLICT DO NOTHING",
            )?
            .execute(params![peer.0, bucket_start(bucket), bucket_end(bucket)])?;
        }
        Ok(())
    }
}

fn labelled_bucket() -> DigestStream {
    let mut stream = DigestStream::new();
    stream.update(b"qianban/bucket/1\0");
    stream
}

fn bucket_start(bucket: u8) -> Vec<u8> {
    vec![bucket]
}

fn bucket_end(bucket: u8) -> Vec<u8> {
    let mut end = vec![u8::MAX; EventId::LEN];
    end[0] = bucket;
    end
}

impl Reader<'_> {
    /// The peers that were met, the last one first.
    pub fn peers(&self) -> Result<Vec<PeerRow>, StoreError> {
        let mut statement = self.statement(
            "SELECT p.peer, p.device, p.incarnation, p.name, p.after, p.seen_ms,
                 (SELECT count(*) FROM event) - (SELECT count(*) FROM peer_have h WHERE h.peer = p.peer), p.held
             FROM peer_cursor p ORDER BY p.seen_ms DESC, p.peer DESC",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(PeerRow {
                key: PeerKey(row.get(0)?),
                device: id(row, 1)?,
                incarnation: id(row, 2)?,
                name: row.get(3)?,
                after: row.get(4)?,
                seen_ms: row.get(5)?,
                unconfirmed: row.get(6)?,
                held: row.get(7)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Forms with events that a peer has not confirmed, the one that changed last first, with how many events each.
    pub fn unconfirmed_forms(&self, peer: PeerKey, most: u32) -> Result<Vec<(FormId, u64)>, StoreError> {
        let mut statement = self.statement(
            "SELECT e.form, count(*) FROM event e
             WHERE NOT EXISTS (SELECT 1 FROM peer_have h WHERE h.peer = ?1 AND h.event = e.arrival)
             GROUP BY e.form ORDER BY max(e.arrival) DESC LIMIT ?2",
        )?;
        let rows = statement.query_map(params![peer.0, most], |row| Ok((id(row, 0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// SM3 of `"qianban/bucket/1" 00` and the sorted ids of every bucket (Y5), none for an empty one.
    pub fn buckets(&self) -> Result<Vec<Option<Digest>>, StoreError> {
        let mut streams = vec![None; BUCKETS];
        let mut statement = self.statement("SELECT form, id FROM event ORDER BY id")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (form, event): (Digest, EventId) = (id(row, 0)?, id(row, 1)?);
            if let Some(stream) = streams.get_mut(usize::from(form.0[0])) {
                stream.get_or_insert_with(labelled_bucket).update(&event.0);
            }
        }
        Ok(streams.into_iter().map(|stream| stream.map(DigestStream::finish)).collect())
    }

    /// Sorted ids of the events in one bucket.
    pub fn bucket(&self, bucket: u8) -> Result<Vec<EventId>, StoreError> {
        let mut statement =
            self.statement("SELECT id FROM event WHERE form BETWEEN ?1 AND ?2 ORDER BY id")?;
        let rows =
            statement.query_map(params![bucket_start(bucket), bucket_end(bucket)], |row| id(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What is held of every device log up to its first hole or fork.
    pub fn log_prefixes(&self) -> Result<Vec<LogPrefix>, StoreError> {
        let mut logs = BTreeMap::<(SeatId, Incarnation), Growing>::new();
        let mut statement =
            self.statement("SELECT seat, incarnation, n, id FROM event ORDER BY seat, incarnation, n")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let log = logs.entry((id(row, 0)?, id(row, 1)?)).or_default();
            log.grow(row.get(2)?, id(row, 3)?);
        }
        let prefixes = logs.into_iter().filter_map(|((seat, incarnation), log)| {
            let (n, digest) = log.finish(u64::MAX)?;
            Some(LogPrefix { seat, incarnation, n, digest })
        });
        Ok(prefixes.collect())
    }

    /// The first `n` events of one log; `None` if they are not all here, or the log forks among them.
    fn log_prefix(
        &self,
        seat: SeatId,
        incarnation: Incarnation,
        n: u64,
    ) -> Result<Option<LogPrefix>, StoreError> {
        let mut log = Growing::default();
        let mut statement = self.statement(
            "SELECT n, id FROM event WHERE seat = ?1 AND incarnation = ?2 AND n <= ?3 ORDER BY n",
        )?;
        let last = i64::try_from(n).unwrap_or(i64::MAX);
        let mut rows = statement.query(params![seat.as_bytes(), incarnation.as_bytes(), last])?;
        while let Some(row) = rows.next()? {
            log.grow(row.get(0)?, id(row, 1)?);
        }
        let prefix = log.finish(n).filter(|(found, _)| *found == n);
        Ok(prefix.map(|(n, digest)| LogPrefix { seat, incarnation, n, digest }))
    }

    /// The key of a peer that was met before.
    pub fn peer(&self, device: DeviceId, incarnation: Incarnation) -> Result<Option<PeerKey>, StoreError> {
        let mut statement =
            self.statement("SELECT peer FROM peer_cursor WHERE device = ?1 AND incarnation = ?2")?;
        let found = statement.query_row(params![device.as_bytes(), incarnation.as_bytes()], |row| row.get(0));
        Ok(found.optional()?.map(PeerKey))
    }

    /// The last registry entry that a peer has, 0 where it is not known.
    pub fn peer_registry(&self, peer: PeerKey) -> Result<u32, StoreError> {
        let mut statement = self.statement("SELECT registry FROM peer_cursor WHERE peer = ?1")?;
        Ok(statement.query_row([peer.0], |row| row.get(0)).optional()?.unwrap_or_default())
    }

    /// Digests that a peer said to miss.
    pub fn peer_wants(&self, peer: PeerKey) -> Result<Vec<Digest>, StoreError> {
        let mut statement = self.statement("SELECT digest FROM peer_want WHERE peer = ?1 ORDER BY digest")?;
        let rows = statement.query_map([peer.0], |row| id(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How far this PC has come in a peer's order of arrival (Y3).
    pub fn cursor(&self, peer: PeerKey) -> Result<u64, StoreError> {
        let mut statement = self.statement("SELECT after FROM peer_cursor WHERE peer = ?1")?;
        Ok(statement.query_row([peer.0], |row| row.get(0)).optional()?.unwrap_or_default())
    }
}

/// The ids of a log as they come, in order of n.
#[derive(Default)]
struct Growing {
    /// Ids of 1, 2, 3 … without a hole.
    ids: Vec<EventId>,
    /// A hole or a fork was met: nothing after it is counted, and a fork takes its own number away.
    ended: bool,
}

impl Growing {
    fn grow(&mut self, n: u64, event: EventId) {
        let last = self.ids.len() as u64;
        if self.ended {
            return;
        }
        match n {
            n if n == last + 1 => self.ids.push(event),
            n if n == last && n > 0 => {
                self.ids.pop();
                self.ended = true;
            }
            _ => self.ended = true,
        }
    }

    /// How many, at most `max`, and the digest of their ids; `None` for none.
    fn finish(&self, max: u64) -> Option<(u64, Digest)> {
        let count = self.ids.len().min(usize::try_from(max).unwrap_or(usize::MAX));
        let mut digest = DigestStream::new();
        for event in self.ids.get(..count)? {
            digest.update(&event.0);
        }
        (count > 0).then(|| (count as u64, digest.finish()))
    }
}
