//! An attachment file: `QBA1`, then frames of 64 KiB, each sealed with XChaCha20-Poly1305 under the file's own key.
//! Place and last-ness are bound into every frame (the STREAM construction), so frames cannot be swapped, repeated
//! or cut off.

use std::io::{self, Read, Write};

use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::KeyInit;
use chacha20poly1305::aead::stream::{NewStream, StreamBE32, StreamPrimitive};
use zeroize::Zeroizing;

/// Plain bytes of a full frame.
pub(super) const FRAME_BYTES: usize = 64 * 1024;
const TAG_BYTES: usize = 16;
const MAGIC: &[u8; 4] = b"QBA1";

/// The key of one file; no other file has it, so the stream needs no nonce of its own.
pub(super) type FileKey = Zeroizing<[u8; 32]>;

fn stream(key: &FileKey) -> StreamBE32<XChaCha20Poly1305> {
    let cipher = XChaCha20Poly1305::new(key.as_slice().into());
    StreamBE32::from_aead(cipher, &Default::default())
}

/// Seals plain bytes into frames on their way to `out`. Holds one frame in memory.
pub(super) struct FrameWriter<W> {
    out: W,
    stream: StreamBE32<XChaCha20Poly1305>,
    position: u32,
    pending: Zeroizing<Vec<u8>>,
}

impl<W: Write> FrameWriter<W> {
    pub(super) fn new(mut out: W, key: &FileKey) -> io::Result<Self> {
        out.write_all(MAGIC)?;
        let pending = Zeroizing::new(Vec::with_capacity(FRAME_BYTES + TAG_BYTES));
        Ok(Self { out, stream: stream(key), position: 0, pending })
    }

    pub(super) fn write(&mut self, mut plain: &[u8]) -> io::Result<()> {
        while !plain.is_empty() {
            if self.pending.len() == FRAME_BYTES {
                self.emit(false)?;
            }
            let (now, later) = plain.split_at(plain.len().min(FRAME_BYTES - self.pending.len()));
            self.pending.extend_from_slice(now);
            plain = later;
        }
        Ok(())
    }

    /// Seals the last frame and gives the file back, not yet flushed.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.emit(true)?;
        Ok(self.out)
    }

    fn emit(&mut self, last: bool) -> io::Result<()> {
        self.stream
            .encrypt_in_place(self.position, last, &[], &mut *self.pending)
            .map_err(|_| io::Error::other("frame could not be sealed"))?;
        self.out.write_all(&self.pending)?;
        self.pending.clear();
        self.position += 1;
        Ok(())
    }
}

/// Reads the plain bytes of an attachment file. A changed, missing or additional byte is `InvalidData`.
pub(super) struct FrameReader<R> {
    input: R,
    stream: StreamBE32<XChaCha20Poly1305>,
    position: u32,
    /// Plain bytes still ahead, from the database: tells which frame is the last.
    ahead: u64,
    frame: Zeroizing<Vec<u8>>,
    read: usize,
}

impl<R: Read> FrameReader<R> {
    pub(super) fn new(mut input: R, key: &FileKey, length: u64) -> io::Result<Self> {
        let mut magic = [0; MAGIC.len()];
        input.read_exact(&mut magic)?;
        if &magic != MAGIC {
            return Err(damaged());
        }
        let frame = Zeroizing::new(Vec::with_capacity(FRAME_BYTES + TAG_BYTES));
        Ok(Self { input, stream: stream(key), position: 0, ahead: length, frame, read: 0 })
    }

    fn next_frame(&mut self) -> io::Result<()> {
        let plain = self.ahead.min(FRAME_BYTES as u64);
        let last = plain == self.ahead;
        self.frame.clear();
        self.read = 0;
        let sealed = plain + TAG_BYTES as u64;
        self.input.by_ref().take(sealed).read_to_end(&mut self.frame)?;
        self.stream.decrypt_in_place(self.position, last, &[], &mut *self.frame).map_err(|_| damaged())?;
        if last && self.input.read(&mut [0])? != 0 {
            return Err(damaged());
        }
        self.position += 1;
        self.ahead -= plain;
        Ok(())
    }
}

impl<R: Read> Read for FrameReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.read == self.frame.len() && self.ahead > 0 {
            self.next_frame()?;
        }
        let ready = &self.frame[self.read..];
        let count = ready.len().min(buffer.len());
        buffer[..count].copy_from_slice(&ready[..count]);
        self.read += count;
        Ok(count)
    }
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "attachment file is damaged")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> FileKey {
        Zeroizing::new([7; 32])
    }

    fn sealed(plain: &[u8]) -> Vec<u8> {
        let mut writer = FrameWriter::new(Vec::new(), &key()).unwrap();
        for part in plain.chunks(10_007) {
            writer.write(part).unwrap();
        }
        writer.finish().unwrap()
    }

    fn opened(file: &[u8], length: usize) -> io::Result<Vec<u8>> {
        let mut plain = Vec::new();
        FrameReader::new(file, &key(), length as u64)?.read_to_end(&mut plain)?;
        Ok(plain)
    }

    #[test]
    fn every_length_around_a_frame_comes_back() {
        for length in [1, 15, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 3 * FRAME_BYTES] {
            let plain: Vec<u8> = (0..length).map(|at| at as u8).collect();
            assert_eq!(opened(&sealed(&plain), length).unwrap(), plain, "{length} bytes");
        }
    }

    #[test]
    fn a_changed_cut_swapped_or_longer_file_is_damaged() {
        let plain = vec![1; 2 * FRAME_BYTES + 5];
        let file = sealed(&plain);
        for at in [0, 3, 4, FRAME_BYTES, file.len() - 1] {
            let mut changed = file.clone();
            changed[at] ^= 1;
            assert!(opened(&changed, plain.len()).is_err(), "byte {at}");
        }
        let frame = FRAME_BYTES + TAG_BYTES;
        assert!(opened(&file[..4 + 2 * frame], plain.len()).is_err(), "last frame gone");
        assert!(opened(&file[..4 + 2 * frame], 2 * FRAME_BYTES).is_err(), "and the length with it");
        let swapped =
            [&file[..4], &file[4 + frame..4 + 2 * frame], &file[4..4 + frame], &file[4 + 2 * frame..]];
        assert!(opened(&swapped.concat(), plain.len()).is_err(), "frames swapped");
        assert!(opened(&[&file[..], &[0]].concat(), plain.len()).is_err(), "a byte more");
    }
}
