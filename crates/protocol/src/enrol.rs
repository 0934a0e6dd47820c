//! How a bureau and its PCs become known to an endpoint: by a code that works once.
//!
//! A bureau: the operator of the endpoint gives a code, the founder's PC shows it with the registry's first entry.
//! A PC: an administrator asks for a code, the new PC shows it with the certificate that it would like to have. The
//! administrator finds the request in a list and certifies the seat in the registry, or does not. The new PC repeats its
//! request until then; the answer tells how it stands.

use qianban_journal::cbor::{Reader, Writer};
use qianban_journal::{
    Certificate, DecodeError, Digest, PersonId, Signature, Signer, SuiteError, WorkspaceId, digest,
    limit as bounds,
};

use crate::limit;
use crate::message::Message;
use crate::session::read_signature;

/// A PC asks for a seat: `[code, certificate, label, sig]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrol {
    /// The one-time code, as typed.
    pub code: String,
    /// Person, device, incarnation and key.
    pub certificate: Certificate,
    /// What the administrator is shown: the computer's name, or the text of its request for a seat.
    pub label: String,
    /// By the certificate's key: whoever asks has it.
    pub sig: Signature,
}

impl Enrol {
    /// Signs a request.
    ///
    /// # Errors
    /// The key cannot sign.
    pub fn sign(
        code: String,
        certificate: Certificate,
        label: String,
        key: &dyn Signer,
    ) -> Result<Self, SuiteError> {
        let sig = key.sign(&signed_bytes(&code, &certificate, &label))?;
        Ok(Self { code, certificate, label, sig })
    }

    /// Whether the certificate's key signed it.
    ///
    /// # Errors
    /// [`SuiteError::BadSignature`].
    pub fn check(&self) -> Result<(), SuiteError> {
        let message = signed_bytes(&self.code, &self.certificate, &self.label);
        self.certificate.public.verify(&message, &self.sig)
    }
}

/// `"qianban/enrol/1" 00 SM3([code, certificate, label])`.
fn signed_bytes(code: &str, certificate: &Certificate, label: &str) -> Vec<u8> {
    let mut w = Writer::new();
    w.array(3).text(code);
    certificate.write(&mut w);
    w.text(label);
    [b"qianban/enrol/1\0".as_slice(), &digest(&w.into_bytes()).0].concat()
}

impl Message for Enrol {
    const MAX_BYTES: usize = 1_024;

    fn write(&self, w: &mut Writer) {
        w.array(4).text(&self.code);
        self.certificate.write(w);
        w.text(&self.label).bytes(self.sig);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.tuple(4, |r| {
            Ok(Self {
                code: r.name(limit::CODE_BYTES)?,
                certificate: Certificate::read(r)?,
                label: r.text(limit::LABEL_BYTES)?,
                sig: read_signature(r)?,
            })
        })
    }
}

/// A bureau introduces itself: `[code, entry]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The one-time code of the endpoint's operator.
    pub code: String,
    /// The registry's first entry, signed. Its hash is the root that both sides compare aloud (G1).
    pub entry: Vec<u8>,
}

impl Message for Found {
    const MAX_BYTES: usize = bounds::ENTRY_BYTES + 128;

    fn write(&self, w: &mut Writer) {
        w.array(2).text(&self.code).bytes(&self.entry);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.tuple(2, |r| {
            Ok(Self { code: r.name(limit::CODE_BYTES)?, entry: r.bytes(bounds::ENTRY_BYTES)?.to_vec() })
        })
    }
}

/// How a request stands: `[ws, root, person|null]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enrolled {
    /// The bureau.
    pub ws: WorkspaceId,
    /// Hash of the registry's first entry; to be compared with the one from paper or telephone (G1).
    pub root: Digest,
    /// For whom the registry that is here certifies the key, who need not be the person that was asked for: with it the PC
    /// knows its seat. Nobody yet while the administrator has to do so.
    pub person: Option<PersonId>,
}

impl Message for Enrolled {
    const MAX_BYTES: usize = 128;

    fn write(&self, w: &mut Writer) {
        w.array(3).bytes(self.ws.0).bytes(self.root.0).option(self.person, |w, person| {
            w.bytes(person.0);
        });
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.tuple(3, |r| Ok(Self { ws: r.id()?, root: r.id()?, person: r.option(Reader::id)? }))
    }
}

/// A code that works once: `[code, until]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneTimeCode {
    /// To be read out or typed.
    pub code: String,
    /// Until when, milliseconds since 1970.
    pub until_ms: i64,
}

impl Message for OneTimeCode {
    const MAX_BYTES: usize = 128;

    fn write(&self, w: &mut Writer) {
        w.array(2).text(&self.code).int(self.until_ms);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.tuple(2, |r| Ok(Self { code: r.name(limit::CODE_BYTES)?, until_ms: r.int()? }))
    }
}

/// A request that waits for the administrator: `[certificate, label, at]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingSeat {
    /// What the PC would like to have certified.
    pub certificate: Certificate,
    /// What the PC says to the administrator.
    pub label: String,
    /// When it came, milliseconds since 1970.
    pub at_ms: i64,
}

/// All requests that wait, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting(pub Vec<WaitingSeat>);

impl Message for Waiting {
    const MAX_BYTES: usize = limit::ENROLMENTS * 1_024;

    fn write(&self, w: &mut Writer) {
        w.list(&self.0, |w, one| {
            w.array(3);
            one.certificate.write(w);
            w.text(&one.label).int(one.at_ms);
        });
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let one = |r: &mut Reader<'_>| {
            r.tuple(3, |r| {
                Ok(WaitingSeat {
                    certificate: Certificate::read(r)?,
                    label: r.text(limit::LABEL_BYTES)?,
                    at_ms: r.int()?,
                })
            })
        };
        r.list(limit::ENROLMENTS, one).map(Self)
    }
}
