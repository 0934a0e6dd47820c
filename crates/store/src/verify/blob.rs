//! Blobs: every one hashed anew, none missing, and everything a snapshot or an event names is here.

use qianban_journal::{Digest, Snapshot, digest};

use super::{Check, Sequence, Stop, Wrong};
use crate::blob::Holder;
use crate::row::id;

impl Check<'_> {
    pub(super) fn blobs(&mut self) -> Result<(), Stop> {
        let mut sequence = Sequence(0);
        let mut statement = self.reader.statement("SELECT row, digest, bytes FROM blob ORDER BY row")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let number = row.get(0)?;
            self.step()?;
            for hole in sequence.holes_before(number) {
                self.fault("blob", hole, Wrong::Missing)?;
            }
            let read = row.get::<_, Vec<u8>>(1).and_then(|filed| Ok((filed, row.get::<_, Vec<u8>>(2)?)));
            let Some((filed, bytes)) = self.readable("blob", number, read)? else { continue };
            if filed != digest(&bytes).0 {
                self.fault("blob", number, Wrong::Digest)?;
            } else if let Ok(snapshot) = Snapshot::decode(&bytes) {
                let named = snapshot.attachments.into_iter().map(|attachment| attachment.digest);
                if !self.are_noted(Holder::Snapshot, number, named)? {
                    self.fault("blob", number, Wrong::Column)?;
                }
            }
        }
        let ever = self.highest_ever("blob")?;
        for hole in sequence.holes_before(ever + 1) {
            self.fault("blob", hole, Wrong::Missing)?;
        }
        Ok(())
    }

    /// Whether every digest that signed bytes name is noted: what is not would be swept, or not asked for.
    pub(super) fn are_noted(
        &self,
        holder: Holder,
        row: i64,
        mut named: impl Iterator<Item = Digest>,
    ) -> Result<bool, Stop> {
        let sql = "SELECT 1 FROM need WHERE digest = ?1 AND holder = ?2 AND row = ?3";
        let mut statement = self.reader.statement(sql)?;
        named.try_fold(true, |all, digest| {
            Ok(all && statement.exists((digest.as_bytes(), holder as i64, row))?)
        })
    }

    /// Digests that something here names, that are neither a blob nor an attachment, and that are not still to come.
    pub(super) fn needs(&mut self) -> Result<(), Stop> {
        let mut statement = self.reader.statement(
            "SELECT DISTINCT digest FROM need
             WHERE digest NOT IN (SELECT digest FROM blob) AND digest NOT IN (SELECT digest FROM attachment)
                 AND digest NOT IN (SELECT digest FROM wanted)",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let digest: Digest = id(row, 0)?;
            self.fault("need", digest, Wrong::Missing)?;
        }
        Ok(())
    }
}
