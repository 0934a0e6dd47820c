//! Bundles for named recipients: every item is encrypted under a key of its volume (STREAM over ChaCha20-Poly1305), and
//! that key is wrapped for each recipient's seat. What is whole at the beginning of a damaged one can be read all the same.

use std::io;

use chacha20poly1305::ChaCha20Poly1305;
use chacha20poly1305::aead::stream::{DecryptorBE32, EncryptorBE32};
use chacha20poly1305::aead::{KeyInit, Payload};
use qianban_journal::{PublicKey, SeatId, Sm2Key};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::frame::{Frame, Kind, SEAL_HEAD};
use super::header::Header;
use crate::Text;

/// Seats that one bundle can be for: each has its own wrapped key in the header.
pub const RECIPIENTS_MAX: usize = 64;

/// A seat for which a volume's key is wrapped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipient {
    /// The seat.
    pub seat: Text<SeatId>,
    /// The key, wrapped for the seat's own (SM2), hexadecimal.
    pub key: String,
}

/// The key of one volume. No other volume has it, so the stream needs no nonce of its own.
pub struct ContentKey(Zeroizing<[u8; 32]>);

impl ContentKey {
    /// The key of the volume with this header, for the holder of a seat; none if it is not for that seat.
    #[must_use]
    pub fn of(header: &Header, seat: SeatId, key: &Sm2Key) -> Option<Self> {
        let recipient = header.recipients.iter().find(|recipient| recipient.seat.0 == seat)?;
        key.unwrap_key(&hex::decode(&recipient.key).ok()?).ok().map(Self)
    }

    /// A new key.
    pub(crate) fn generate() -> io::Result<Self> {
        random().map(Self)
    }

    /// Wrapped for everybody who may read.
    pub(crate) fn wrapped(&self, seats: &[(SeatId, PublicKey)]) -> io::Result<Vec<Recipient>> {
        let one = |(seat, public): &(SeatId, PublicKey)| {
            let key = public.wrap_key(&self.0, &*random()?).map_err(io::Error::other)?;
            Ok(Recipient { seat: Text(*seat), key: hex::encode(key) })
        };
        seats.iter().map(one).collect()
    }
}

fn random() -> io::Result<Zeroizing<[u8; 32]>> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *bytes).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(bytes)
}

/// Encrypts the items of a volume, in their order.
pub(crate) struct Sealer(EncryptorBE32<ChaCha20Poly1305>);

impl Sealer {
    pub(crate) fn new(key: &ContentKey) -> Self {
        Self(EncryptorBE32::from_aead(ChaCha20Poly1305::new(key.0.as_slice().into()), &Default::default()))
    }

    /// `head` stays legible and is bound to the item.
    pub(crate) fn seal(&mut self, head: &[u8], plain: &[u8]) -> io::Result<Vec<u8>> {
        let sealed = self.0.encrypt_next(Payload { msg: plain, aad: head });
        sealed.map_err(|_| io::Error::other("an item could not be encrypted"))
    }
}

/// Decrypts the items of a volume, in their order.
pub(crate) struct Opener(DecryptorBE32<ChaCha20Poly1305>);

impl Opener {
    pub(crate) fn new(key: &ContentKey) -> Self {
        Self(DecryptorBE32::from_aead(ChaCha20Poly1305::new(key.0.as_slice().into()), &Default::default()))
    }

    /// The frame that is in a sealed one; none for another key, or out of order.
    pub(crate) fn open(&mut self, frame: &Frame) -> Option<Frame> {
        let (kind, _) = frame.sealed()?;
        let (head, sealed) = frame.bytes.split_at(SEAL_HEAD);
        let bytes = self.0.decrypt_next(Payload { msg: sealed, aad: head }).ok()?;
        Some(Frame { kind, bytes })
    }
}

impl Frame {
    /// What a sealed frame shows of what is in it: the kind, and whether an item ends there.
    pub(crate) fn sealed(&self) -> Option<(Kind, bool)> {
        let (&[kind, ends], _) = self.bytes.split_first_chunk::<SEAL_HEAD>()?;
        let kind =
            Kind::of(kind).filter(|kind| !matches!(kind, Kind::Header | Kind::Sealed | Kind::Trailer))?;
        Some((kind, ends == 1))
    }
}
