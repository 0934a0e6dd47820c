//! Keys that are handed to the holder of a seat: SM2 encryption (GB/T 32918.4), `C1‖C3‖C2`.

use std::convert::Infallible;

use sm2::elliptic_curve::rand_core::{TryCryptoRng, TryRng};
use sm2::pke::{DecryptingKey, EncryptingKey};
use zeroize::Zeroizing;

use super::{PublicKey, SM2_SM3, Sm2Key, SuiteError};
use crate::digest::labelled;

/// Bytes of a key that is wrapped for a seat.
pub const WRAPPED_KEY_BYTES: usize = 65 + 32 + 32;

impl PublicKey {
    /// Wraps a key so that only the holder of this key's private half can have it. `chance`: 32 bytes from the caller's
    /// source of randomness, never used twice.
    ///
    /// # Errors
    /// The suite of this key only signs.
    pub fn wrap_key(&self, key: &[u8; 32], chance: &[u8; 32]) -> Result<Vec<u8>, SuiteError> {
        if self.suite() != SM2_SM3 {
            return Err(SuiteError::UnknownSuite);
        }
        let public = EncryptingKey::from_sec1_bytes(self.as_bytes()).map_err(|_| SuiteError::BadKey)?;
        let mut draw = Draw { chance: Zeroizing::new(*chance), drawn: 0 };
        public.encrypt(&mut draw, key).map_err(|_| SuiteError::BadKey)
    }
}

impl Sm2Key {
    /// The key that was wrapped for this one.
    ///
    /// # Errors
    /// It was wrapped for another, or changed.
    pub fn unwrap_key(&self, wrapped: &[u8]) -> Result<Zeroizing<[u8; 32]>, SuiteError> {
        if wrapped.len() != WRAPPED_KEY_BYTES {
            return Err(SuiteError::BadKey);
        }
        let private = DecryptingKey::from_slice(&*self.to_bytes()).map_err(|_| SuiteError::BadKey)?;
        let plain = Zeroizing::new(private.decrypt(wrapped).map_err(|_| SuiteError::BadKey)?);
        let mut key = Zeroizing::new([0; 32]);
        key.copy_from_slice(plain.get(..32).ok_or(SuiteError::BadKey)?);
        Ok(key)
    }
}

/// Randomness for one wrapping, out of the caller's: SM3 of it and a number.
struct Draw {
    chance: Zeroizing<[u8; 32]>,
    drawn: u64,
}

impl TryRng for Draw {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for piece in bytes.chunks_mut(32) {
            let seed = Zeroizing::new([&self.chance[..], &self.drawn.to_be_bytes()].concat());
            let drawn = Zeroizing::new(labelled("qianban/wrap/1", &seed));
            piece.copy_from_slice(&drawn[..piece.len()]);
            self.drawn += 1;
        }
        Ok(())
    }
}

impl TryCryptoRng for Draw {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::Signer;

    #[test]
    fn only_the_one_for_whom_it_was_wrapped_has_it() {
        let (ours, other) =
            (Sm2Key::from_bytes(&[7; 32]).expect("a key"), Sm2Key::from_bytes(&[8; 32]).expect("a key"));
        let wrapped = ours.public().wrap_key(&[9; 32], &[1; 32]).expect("wrapped");
        assert_eq!(wrapped.len(), WRAPPED_KEY_BYTES);
        assert_eq!(ours.unwrap_key(&wrapped).map(|key| *key), Ok([9; 32]));
        assert!(other.unwrap_key(&wrapped).is_err());
        assert_ne!(ours.public().wrap_key(&[9; 32], &[2; 32]), Ok(wrapped.clone()), "another draw");
        for place in 0..wrapped.len() {
            let mut bad = wrapped.clone();
            bad[place] ^= 1;
            assert!(ours.unwrap_key(&bad).is_err(), "byte {place}");
        }
        assert!(ours.unwrap_key(&wrapped[1..]).is_err() && ours.unwrap_key(&[]).is_err());
    }
}
