//! What a person signs and opens with: new keys and passwords.

use qianban_journal::Sm2Key;
use qianban_store::Password;

use crate::api::Secret;
use crate::{Ambient, Code, Refused};

/// Characters of the shortest password.
const PASSWORD_CHARS_MIN: usize = 8;

/// A new signing key. One in four thousand million random values is none, and another is drawn.
pub(crate) fn new_key(ambient: &dyn Ambient) -> Result<Sm2Key, Refused> {
    const DRAWS: usize = 8;
    for _ in 0..DRAWS {
        if let Ok(key) = Sm2Key::from_bytes(&ambient.bytes()?) {
            return Ok(key);
        }
    }
    Err(Code::HostRandom.into())
}

/// A password that somebody chooses.
///
/// # Errors
/// [`Code::PasswordShort`], [`Code::PasswordLong`].
pub(crate) fn new_password(typed: &Secret) -> Result<Password, Refused> {
    if typed.expose().chars().take(PASSWORD_CHARS_MIN).count() < PASSWORD_CHARS_MIN {
        return Err(Code::PasswordShort.into());
    }
    Ok(Password::new(typed.expose())?)
}
