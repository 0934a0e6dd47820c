//! Newtypes for every identifier. None of them is ever made here: digests come from
//! [`crate::digest()`], 16-byte ids from the caller's randomness.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// The text is not the lower-case hexadecimal of the right number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("expected {hex_digits} lower-case hexadecimal digits")]
pub struct ParseIdError {
    /// How many digits the id has.
    pub hex_digits: usize,
}

const HEX: &[u8; 16] = b"0123456789abcdef";

fn write_hex(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for byte in bytes {
        let (high, low) = (usize::from(byte >> 4), usize::from(byte & 15));
        write!(f, "{}{}", char::from(HEX[high]), char::from(HEX[low]))?;
    }
    Ok(())
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

fn parse_hex<const N: usize>(text: &str) -> Result<[u8; N], ParseIdError> {
    let error = ParseIdError { hex_digits: 2 * N };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != N || !rest.is_empty() {
        return Err(error);
    }
    let mut bytes = [0; N];
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = nibble(*high).ok_or(error)? << 4 | nibble(*low).ok_or(error)?;
    }
    Ok(bytes)
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $len]);

        impl $name {
            /// Length in bytes.
            pub const LEN: usize = $len;

            /// The bytes.
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }
        }

        impl From<[u8; $len]> for $name {
            fn from(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = std::array::TryFromSliceError;

            fn try_from(bytes: &[u8]) -> Result<Self, Self::Error> {
                <[u8; $len]>::try_from(bytes).map(Self)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                parse_hex(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_hex(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "("))?;
                write_hex(&self.0, f)?;
                f.write_str(")")
            }
        }
    };
}

id!(
    /// An SM3 digest of 32 bytes: of a snapshot, a definition, an attachment, an allow-list, a registry entry.
    Digest,
    32
);
id!(
    /// Id of an event: SM3 of its body under the label `qianban/event/1`.
    EventId,
    32
);
id!(
    /// Id of a form: the id of its Create event.
    FormId,
    32
);
id!(
    /// Id of a seat: SM3 of its certificate, so it names person, device, incarnation and key at once.
    SeatId,
    32
);
id!(
    /// Id of a workspace, one bureau's ledger; chosen at random when it is founded.
    WorkspaceId,
    16
);
id!(
    /// Id of a person (or of an outside service desk), chosen at random.
    PersonId,
    16
);
id!(
    /// Id of a computer, chosen at random at installation.
    DeviceId,
    16
);
id!(
    /// One life of a device's database: a restored or copied one gets a new incarnation (K6).
    Incarnation,
    16
);
id!(
    /// Id of a unit (科室 or 单位), chosen at random.
    UnitId,
    16
);
id!(
    /// Id of a row of an entry table, chosen at random by the author of its first Entry.
    RowId,
    16
);

impl From<EventId> for FormId {
    fn from(create: EventId) -> Self {
        Self(create.0)
    }
}

impl From<FormId> for EventId {
    fn from(form: FormId) -> Self {
        Self(form.0)
    }
}

macro_rules! code {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub String);

        impl $name {
            /// The code as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(code: &str) -> Self {
                Self(code.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

code!(
    /// Text code of a role such as `unit_head`; at most [`crate::limit::CODE_BYTES`] bytes.
    Role
);
code!(
    /// Text code of a ledger such as `permission`; at most [`crate::limit::CODE_BYTES`] bytes.
    Ledger
);

impl Role {
    /// The role that records ink, returns and seals (L4, L5, L7).
    pub fn registrar() -> Self {
        Self::from("registrar")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_round_trips_and_is_strict() {
        let id = UnitId([0xA5; 16]);
        assert_eq!(id.to_string(), "a5".repeat(16));
        assert_eq!(id.to_string().parse(), Ok(id));
        for bad in ["", "a5", &"A5".repeat(16), &"g5".repeat(16), &"a5".repeat(17), &"é".repeat(16)] {
            assert_eq!(bad.parse::<UnitId>(), Err(ParseIdError { hex_digits: 32 }), "{bad} is no id");
        }
    }
}
