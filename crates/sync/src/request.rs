//! A request for a seat, as a text that fits into a message, a file or a QR code: who asks, for which PC, with which new
//! key. It is signed with that key; whether it comes from whom it says, two people find out by comparing its fingerprint.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use qianban_journal::{
    Certificate, DeviceId, Incarnation, PersonId, PublicKey, SeatId, Signature, WorkspaceId, digest,
    fingerprint, limit, seat_id,
};

/// Before the text of a request.
const PREFIX: &str = "QBREQ1-";
/// Characters of a text that is looked at.
const CHARS_MAX: usize = 2_048;
/// Bytes before the name.
const HEAD: usize = 16 * 3 + 1 + limit::PUBLIC_KEY_BYTES + limit::SIGNATURE_BYTES;

/// The text is no request, or was changed on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a seat request")]
pub struct BadRequest;

/// A request that was signed with the key it asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What is to be certified.
    pub certificate: Certificate,
    /// The name of whoever asks.
    pub name: String,
    sig: Signature,
}

impl Request {
    /// The bytes that the new key signs.
    #[must_use]
    pub fn signed_bytes(certificate: &Certificate, name: &str) -> Vec<u8> {
        [b"qianban/seat-request/1\0".as_slice(), &said(certificate), name.as_bytes()].concat()
    }

    /// A request with its signature.
    ///
    /// # Errors
    /// The signature is not that of the key, or the name is empty or too long.
    pub fn new(certificate: Certificate, name: String, sig: Signature) -> Result<Self, BadRequest> {
        let verified = certificate.public.verify(&Self::signed_bytes(&certificate, &name), &sig);
        let named = (1..=limit::NAME_BYTES).contains(&name.len());
        if verified.is_ok() && named { Ok(Self { certificate, name, sig }) } else { Err(BadRequest) }
    }

    /// The text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let bytes = [&said(&self.certificate)[..], &self.sig, self.name.as_bytes()].concat();
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Reads a text; white space that a message put in is passed over.
    ///
    /// # Errors
    /// [`BadRequest`].
    pub fn parse(text: &str) -> Result<Self, BadRequest> {
        if text.len() > CHARS_MAX {
            return Err(BadRequest);
        }
        let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let coded = plain.strip_prefix(PREFIX).ok_or(BadRequest)?;
        let bytes = URL_SAFE_NO_PAD.decode(coded).map_err(|_| BadRequest)?;
        let (head, name) = bytes.split_at_checked(HEAD).ok_or(BadRequest)?;
        let id = |at: usize| <[u8; 16]>::try_from(&head[at..at + 16]).map_err(|_| BadRequest);
        let (public, sig) = head[49..].split_at(limit::PUBLIC_KEY_BYTES);
        let certificate = Certificate {
            person: PersonId(id(0)?),
            device: DeviceId(id(16)?),
            incarnation: Incarnation(id(32)?),
            public: PublicKey::new(head[48], public).map_err(|_| BadRequest)?,
        };
        let name = String::from_utf8(name.to_vec()).map_err(|_| BadRequest)?;
        Self::new(certificate, name, sig.try_into().map_err(|_| BadRequest)?)
    }

    /// What two people compare: the digest of everything that is asked for.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        fingerprint(digest(&Self::signed_bytes(&self.certificate, &self.name)))
    }

    /// Under which name the new key is kept until it is certified.
    #[must_use]
    pub fn asked(certificate: &Certificate) -> SeatId {
        seat_id(WorkspaceId([0; 16]), certificate)
    }
}

fn said(certificate: &Certificate) -> Vec<u8> {
    let Certificate { person, device, incarnation, public } = certificate;
    [&person.0[..], &device.0, &incarnation.0, &[public.suite()], public.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use qianban_journal::{Signer, Sm2Key};

    use super::*;

    fn request() -> Request {
        let key = Sm2Key::from_bytes(&[7; 32]).expect("a key");
        let certificate = Certificate {
            person: PersonId([1; 16]),
            device: DeviceId([2; 16]),
            incarnation: Incarnation([3; 16]),
            public: key.public(),
        };
        let name = "李四".to_owned();
        let sig = key.sign(&Request::signed_bytes(&certificate, &name)).expect("signs");
        Request::new(certificate, name, sig).expect("its own key")
    }

    #[test]
    fn a_request_survives_a_message_and_no_change() {
        let request = request();
        let text = request.to_text();
        let broken: String = text.chars().flat_map(|c| [c, '\n']).collect();
        assert_eq!(Request::parse(&broken), Ok(request.clone()), "lines were broken on the way");
        for place in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("ASCII");
            assert_ne!(Request::parse(&changed).as_ref(), Ok(&request), "character {place}");
            assert!(Request::parse(&text[..place]).is_err(), "cut at {place}");
        }
        assert_eq!(request.fingerprint().len(), 39);
    }
}
