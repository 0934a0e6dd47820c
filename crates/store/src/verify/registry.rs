//! The registry: every entry read, verified and appended anew.

use qianban_journal::{Digest, RegistryChain, RegistryEntry};

use super::{Check, Sequence, Stop, Wrong};
use crate::registry::{HEIGHT, root};

impl Check<'_> {
    /// The chain as far as it is sound; the first entry that is not is named, those after it cannot be judged.
    pub(super) fn registry(&mut self) -> Result<RegistryChain, Stop> {
        let root = root(self.reader.connection())?.unwrap_or(Digest([0; 32]));
        let mut chain = RegistryChain::new(root);
        let mut sequence = Sequence(0);
        let mut statement = self.reader.statement("SELECT number, entry FROM registry ORDER BY number")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let number: i64 = row.get(0)?;
            self.step()?;
            if let Some(hole) = sequence.holes_before(number).next() {
                self.fault("registry", hole, Wrong::Missing)?;
                return Ok(chain);
            }
            let Some(bytes) = self.readable("registry", number, row.get::<_, Vec<u8>>(1))? else {
                return Ok(chain);
            };
            let wrong = match RegistryEntry::decode(&bytes) {
                Err(_) => Some(Wrong::Unreadable),
                Ok(entry) if i64::from(entry.number) != number => Some(Wrong::Column),
                Ok(entry) => chain.append(&entry, self.reader).is_err().then_some(Wrong::Chain),
            };
            if let Some(wrong) = wrong {
                self.fault("registry", number, wrong)?;
                return Ok(chain);
            }
        }
        let height =
            self.reader.meta(HEIGHT)?.and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_be_bytes);
        if i64::from(height) != sequence.0 {
            self.fault("registry", height.max(1), Wrong::Missing)?;
        }
        Ok(chain)
    }
}
