//! Checkpoints of endpoints (Y7): the last ones are kept, go on to others, and are compared with what others bring (F11).

use qianban_journal::{Checkpoint, Finding, Incarnation, checkpoint_findings};
use rusqlite::{Params, params};

use crate::{Reader, StoreError, Writer};

/// Checkpoints that are kept of one endpoint in one life: the last ones by its own clock.
pub const CHECKPOINTS_MAX: usize = 32;

impl Writer<'_> {
    /// Keeps a checkpoint that an endpoint of this registry signed, and says whether it is one. Once those of an
    /// endpoint contradict each other they are evidence: all of them stay, and none is added.
    pub fn keep_checkpoint(&mut self, checkpoint: &Checkpoint) -> Result<bool, StoreError> {
        let chain = self.registry();
        let Some((ws, registry)) = chain.workspace().zip(chain.now()) else { return Ok(false) };
        if checkpoint.verify(ws, registry).is_err() {
            return Ok(false);
        }
        let incarnation = checkpoint.incarnation;
        if !checkpoint_findings(&self.checkpoints_of(incarnation)?).is_empty() {
            return Ok(true);
        }
        self.statement(
            "INSERT INTO checkpoint (incarnation, time, signed) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        )?
        .execute(params![incarnation.as_bytes(), checkpoint.time, checkpoint.encode()])?;
        let kept = self.checkpoints_of(incarnation)?;
        if kept.len() > CHECKPOINTS_MAX && checkpoint_findings(&kept).is_empty() {
            let oldest = kept.first().map(Checkpoint::encode);
            self.statement("DELETE FROM checkpoint WHERE incarnation = ?1 AND signed = ?2")?
                .execute(params![incarnation.as_bytes(), oldest])?;
        }
        Ok(true)
    }
}

impl Reader<'_> {
    /// Every checkpoint that is kept, those of one endpoint by its own clock.
    pub fn checkpoints(&self) -> Result<Vec<Checkpoint>, StoreError> {
        self.read_checkpoints("SELECT signed FROM checkpoint ORDER BY incarnation, time, signed", [])
    }

    /// F11: what the checkpoints that are kept betray.
    pub fn endpoint_findings(&self) -> Result<Vec<Finding>, StoreError> {
        Ok(checkpoint_findings(&self.checkpoints()?))
    }

    fn checkpoints_of(&self, incarnation: Incarnation) -> Result<Vec<Checkpoint>, StoreError> {
        self.read_checkpoints(
            "SELECT signed FROM checkpoint WHERE incarnation = ?1 ORDER BY time, signed",
            [incarnation.as_bytes()],
        )
    }

    fn read_checkpoints(&self, sql: &str, values: impl Params) -> Result<Vec<Checkpoint>, StoreError> {
        let mut statement = self.statement(sql)?;
        let mut rows = statement.query(values)?;
        let mut checkpoints = Vec::new();
        while let Some(row) = rows.next()? {
            let bytes: Vec<u8> = row.get(0)?;
            let bad = StoreError::BadRow { table: "checkpoint", row: checkpoints.len() as i64 };
            checkpoints.push(Checkpoint::decode(&bytes).map_err(|_| bad)?);
        }
        Ok(checkpoints)
    }
}
