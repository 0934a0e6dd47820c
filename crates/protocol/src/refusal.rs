//! Why a whole request was not carried out.

use qianban_journal::DecodeError;
use qianban_journal::cbor::{Reader, Writer};

use crate::limit;
use crate::message::Message;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident $name:literal $status:literal,)*) => {
        /// Why a request was refused. The words for people are the client's.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum RefusalCode {
            $($(#[doc = $doc])+ $variant,)*
        }

        impl RefusalCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its name on the wire.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The HTTP status that goes with it.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)* }
            }
        }
    };
}

codes! {
    /// The body or the query is not what this address takes.
    Malformed "malformed" 400,
    /// The version is not understood: one of the two sides must be updated.
    Version "version" 400,
    /// No proof, or one that does not hold.
    Proof "proof" 401,
    /// The request's time is too far from the server's: say hello again and date it by that.
    Clock "clock" 401,
    /// This proof was used before: sign the request anew.
    Replayed "replayed" 401,
    /// The session is over: the person at the desk opens another one.
    SessionOver "session-over" 401,
    /// The seat is not certified in the registry that the server has, or no longer.
    NotCertified "not-certified" 403,
    /// This seat may not do this.
    NotAllowed "not-allowed" 403,
    /// The one-time code is unknown, used or too old.
    OneTimeCode "one-time-code" 403,
    /// No such bureau here.
    UnknownBureau "unknown-bureau" 404,
    /// There is no such thing, or it is outside the seat's scope.
    NotFound "not-found" 404,
    /// The part does not begin where the last one ended: ask with `HEAD` and go on from there.
    Offset "offset" 409,
    /// Another incarnation answers: start at 0 and compare ids (Y3).
    Incarnation "incarnation" 410,
    /// Longer than its bound.
    TooLarge "too-large" 413,
    /// The bytes do not have the digest that the proof or the address names.
    Digest "digest" 422,
    /// Too many requests of this seat: wait.
    TooMany "too-many" 429,
    /// The server failed; the request may be repeated.
    Internal "internal" 500,
    /// Too busy, or going down: wait.
    Busy "busy" 503,
    /// The bureau or the seat has used up its room.
    Quota "quota" 507,
}

impl RefusalCode {
    /// The code of that name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }

    /// Whether the same request may succeed later without anybody doing anything.
    #[must_use]
    pub const fn passes(self) -> bool {
        matches!(self, Self::TooMany | Self::Internal | Self::Busy)
    }
}

/// A request that was not carried out: `[code, seconds to wait|null]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub code: RefusalCode,
    /// After how many seconds to try again, where the server knows.
    pub retry_after_s: Option<u32>,
}

impl From<RefusalCode> for Refusal {
    fn from(code: RefusalCode) -> Self {
        Self { code, retry_after_s: None }
    }
}

impl Message for Refusal {
    const MAX_BYTES: usize = 2 * limit::NAME_BYTES;

    fn write(&self, w: &mut Writer) {
        w.array(2).text(self.code.name()).option(self.retry_after_s, |w, seconds| {
            w.uint(seconds);
        });
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.tuple(2, |r| {
            let name = r.name(limit::NAME_BYTES)?;
            let code = RefusalCode::of(&name).ok_or(DecodeError::UnknownKind)?;
            Ok(Self { code, retry_after_s: r.option(Reader::u32)? })
        })
    }
}
