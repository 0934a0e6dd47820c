//! Every key of the service, made from one secret: nothing is kept beside what it locks, and a folder that was lost
//! comes back with the same fingerprint.

use std::io;

use qianban_endpoint::sealing::SealingKey;
use qianban_endpoint::tls::TlsKey;
use qianban_journal::{Sm2Key, digest};
use zeroize::Zeroizing;

/// The keys of one service.
pub(crate) struct Keys {
    /// Over the database.
    pub(crate) database: SealingKey,
    /// Over long files.
    pub(crate) files: SealingKey,
    /// Signs receipts and checkpoints.
    pub(crate) identity: Sm2Key,
    /// Shown to whoever connects.
    pub(crate) tls: TlsKey,
}

impl Keys {
    pub(crate) fn of(secret: &[u8; 32]) -> io::Result<Self> {
        Ok(Self {
            database: SealingKey::new(made(secret, "database", 0)),
            files: SealingKey::new(made(secret, "files", 0)),
            identity: identity(secret)?,
            tls: TlsKey::from_secret(&made(secret, "tls", 0))?,
        })
    }
}

/// One in four thousand million numbers is no key: then the next is taken.
fn identity(secret: &[u8; 32]) -> io::Result<Sm2Key> {
    let keys = (0..=u8::MAX).map(|turn| Sm2Key::from_bytes(&made(secret, "identity", turn)));
    keys.flatten().next().ok_or_else(|| io::Error::other("no key"))
}

fn made(secret: &[u8; 32], purpose: &str, turn: u8) -> Zeroizing<[u8; 32]> {
    let said = [b"qianban/relay/1 ", purpose.as_bytes(), &[0, turn]].concat();
    let bytes = Zeroizing::new([said.as_slice(), secret].concat());
    Zeroizing::new(digest(&bytes).0)
}

#[cfg(test)]
mod tests {
    use qianban_journal::Signer;
    use qianban_protocol::Pin;

    use super::*;

    #[test]
    fn a_secret_makes_the_same_keys_each_time_and_another_makes_others() {
        let shown = |secret| {
            let keys = Keys::of(&[secret; 32]).unwrap();
            (keys.identity.public(), Pin::of(&keys.tls.public().unwrap()))
        };
        assert_eq!(shown(1), shown(1));
        assert_ne!(shown(1).0, shown(2).0);
        assert_ne!(shown(1).1, shown(2).1);
        assert_ne!(made(&[1; 32], "database", 0), made(&[1; 32], "files", 0));
    }
}
