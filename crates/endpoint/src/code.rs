//! One-time codes: 80 random bits that can be read out by telephone.

use std::io;

use qianban_journal::{Digest, digest};

/// Digits and letters without those that look or sound like others.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A new code, such as `7K2M-9QXB-04TD-EWHZ`.
///
/// # Errors
/// The system has no randomness.
pub fn new() -> io::Result<String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    let letter = |byte: &u8| char::from(LETTERS[usize::from(byte % 32)]);
    let groups = bytes.chunks(4).map(|group| group.iter().map(letter).collect::<String>());
    Ok(groups.collect::<Vec<_>>().join("-"))
}

/// What is kept of a code: its digest, as typed with or without hyphens, in either case.
#[must_use]
pub fn digest_of(code: &str) -> Digest {
    let typed = code.chars().filter(char::is_ascii_alphanumeric);
    digest(typed.map(|letter| letter.to_ascii_uppercase()).collect::<String>().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_same_however_it_is_typed() {
        let code = new().expect("a code");
        assert_eq!(code.len(), 19);
        assert_ne!(code, new().expect("another"));
        assert_eq!(digest_of(&code), digest_of(&format!(" {} ", code.to_lowercase().replace('-', " "))));
    }
}
