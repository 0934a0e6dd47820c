//! The printed recovery code (K1): eight groups of five characters, made to be typed by a person.
//!
//! The alphabet has no I, L, O or U. The fifth character of each group checks the other four and the group's place:
//! a wrong character, two neighbours swapped or two groups swapped is found and the group named. 8 × 4 × 5 = 160
//! random bits.

use zeroize::Zeroizing;

use crate::StoreError;
use crate::secret::random;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const GROUPS: usize = 8;
const GROUP_CHARS: usize = 5;
const CHARS: usize = GROUPS * GROUP_CHARS;

/// The recovery code as printed; wiped when dropped, never kept in clear.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(Zeroizing<[u8; CHARS]>);

/// Why typed characters are no recovery code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecoveryCodeError {
    /// Not 40 characters after spaces and hyphens are taken out.
    #[error("{found} characters instead of {CHARS}")]
    Length {
        /// Characters found.
        found: usize,
    },
    /// A group with a wrong character, swapped characters, or in a wrong place; counted from 1.
    #[error("group {group} is mistyped")]
    Group {
        /// The first such group, 1 to 8.
        group: usize,
    },
}

impl RecoveryCode {
    /// A new random code.
    pub fn generate() -> Result<Self, StoreError> {
        let noise = Zeroizing::new(random::<CHARS>()?);
        let mut values = Zeroizing::new([0; CHARS]);
        for (place, group) in values.chunks_exact_mut(GROUP_CHARS).enumerate() {
            for (value, byte) in group.iter_mut().zip(&noise[place * GROUP_CHARS..]) {
                *value = byte % 32; // 256 is a multiple of 32, so this is even
            }
            group[GROUP_CHARS - 1] = check(place, group);
        }
        Ok(Self(values))
    }

    /// Reads a typed code. Case, spaces, hyphens and full-width forms do not matter; O reads as 0, I and L as 1.
    pub fn parse(typed: &str) -> Result<Self, RecoveryCodeError> {
        let mut values = Zeroizing::new([0; CHARS]);
        let mut found = 0;
        for character in typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '－' | '—' | '–'))
        {
            if let Some(value) = values.get_mut(found) {
                *value =
                    read(character).ok_or(RecoveryCodeError::Group { group: found / GROUP_CHARS + 1 })?;
            }
            found += 1;
        }
        if found != CHARS {
            return Err(RecoveryCodeError::Length { found });
        }
        for (place, group) in values.chunks_exact(GROUP_CHARS).enumerate() {
            if group[GROUP_CHARS - 1] != check(place, group) {
                return Err(RecoveryCodeError::Group { group: place + 1 });
            }
        }
        Ok(Self(values))
    }

    /// The code as it is printed: `XXXXX-XXXXX-…`, eight groups.
    pub fn printed(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(CHARS + GROUPS));
        for (at, value) in self.0.iter().enumerate() {
            if at > 0 && at % GROUP_CHARS == 0 {
                text.push('-');
            }
            text.push(char::from(ALPHABET[usize::from(*value)]));
        }
        text
    }

    pub(crate) fn secret(&self) -> &[u8] {
        &self.0[..]
    }
}

impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

/// Value of a typed character, forgiving what people and input methods do.
fn read(character: char) -> Option<u8> {
    let narrow = match character {
        '！'..='～' => char::from_u32(u32::from(character) - 0xFEE0)?,
        other => other,
    };
    let plain = match narrow.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let at = ALPHABET.iter().position(|known| char::from(*known) == plain)?;
    u8::try_from(at).ok()
}

/// Check value of a group's first four characters at its place: place + Σ αⁱ·valueᵢ in the field of 32 elements,
/// so that any one wrong character and any two swapped ones change it.
fn check(place: usize, group: &[u8]) -> u8 {
    let seed = u8::try_from(place + 1).unwrap_or(0);
    group[..GROUP_CHARS - 1].iter().fold(seed, |sum, value| times_alpha(sum ^ value))
}

/// Product with α in GF(2⁵) modulo x⁵ + x² + 1.
fn times_alpha(value: u8) -> u8 {
    let doubled = value << 1;
    if doubled & 0b10_0000 == 0 { doubled } else { doubled ^ 0b10_0101 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_code_reads_back_however_it_is_typed() {
        let code = RecoveryCode::generate().unwrap();
        let printed = code.printed();
        assert_eq!(printed.len(), CHARS + GROUPS - 1);
        assert_eq!(RecoveryCode::parse(&printed).unwrap(), code);
        let sloppy = printed.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        assert_eq!(RecoveryCode::parse(&sloppy).unwrap(), code, "lower case, spaces, o for 0, l for 1");
        let wide: String = printed.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap()).collect();
        assert_eq!(RecoveryCode::parse(&wide).unwrap(), code, "full-width input method");
    }

    #[test]
    fn every_single_slip_names_its_group() {
        let code = RecoveryCode::generate().unwrap();
        for at in 0..CHARS {
            for other in 0..32 {
                let mut typed = code.clone();
                if typed.0[at] == other {
                    continue;
                }
                typed.0[at] = other;
                let group = at / GROUP_CHARS + 1;
                assert_eq!(RecoveryCode::parse(&typed.printed()), Err(RecoveryCodeError::Group { group }));
            }
        }
    }

    #[test]
    fn swapped_neighbours_and_swapped_groups_are_found() {
        let code = RecoveryCode::generate().unwrap();
        for at in (0..CHARS - 1).filter(|at| at % GROUP_CHARS < GROUP_CHARS - 1) {
            let mut typed = code.clone();
            typed.0.swap(at, at + 1);
            let parsed = RecoveryCode::parse(&typed.printed());
            assert!(typed == code || parsed.is_err(), "swap at {at} went unseen");
        }
        let mut groups = code.0.to_vec();
        groups.rotate_left(GROUP_CHARS);
        let mut typed = code.clone();
        typed.0.copy_from_slice(&groups);
        assert_eq!(RecoveryCode::parse(&typed.printed()), Err(RecoveryCodeError::Group { group: 1 }));
    }

    #[test]
    fn a_wrong_length_is_said() {
        assert_eq!(RecoveryCode::parse("ABCDE"), Err(RecoveryCodeError::Length { found: 5 }));
        let long = "0".repeat(10_000);
        assert_eq!(RecoveryCode::parse(&long), Err(RecoveryCodeError::Length { found: 10_000 }));
    }
}
