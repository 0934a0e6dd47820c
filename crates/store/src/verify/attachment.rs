//! Attachments: every file opened, its frames authenticated, its plain bytes hashed anew.

use std::io::Read;

use qianban_journal::{Digest, DigestStream};

use super::{Check, Stop, Wrong};
use crate::row::id;

const READ_BYTES: usize = 64 * 1024;

impl Check<'_> {
    pub(super) fn attachments(&mut self) -> Result<(), Stop> {
        let mut statement =
            self.reader.statement("SELECT row, digest, length FROM attachment ORDER BY row")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let number = row.get(0)?;
            self.step()?;
            let read = id::<Digest>(row, 1).and_then(|digest| Ok((digest, row.get::<_, u64>(2)?)));
            let Some((digest, length)) = self.readable("attachment", number, read)? else { continue };
            if self.hash_attachment(digest) != Some((digest, length)) {
                self.fault("attachment", number, Wrong::File)?;
            }
        }
        Ok(())
    }

    /// The digest and the length of the plain bytes, `None` if the file cannot be read to its end.
    fn hash_attachment(&self, digest: Digest) -> Option<(Digest, u64)> {
        let mut reader = self.reader.read_attachment(digest).ok()?;
        let (mut stream, mut length) = (DigestStream::new(), 0);
        let mut buffer = vec![0; READ_BYTES];
        loop {
            match reader.read(&mut buffer).ok()? {
                0 => return Some((stream.finish(), length)),
                count => {
                    stream.update(&buffer[..count]);
                    length += count as u64;
                }
            }
        }
    }
}
