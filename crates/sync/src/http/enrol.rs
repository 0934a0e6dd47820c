//! How a bureau and its PCs become known to an endpoint, by codes that work once.

use qianban_journal::{Certificate, Digest, PersonId, Signer, WorkspaceId};
use qianban_protocol::enrol::{Enrol, Enrolled, Found, OneTimeCode, Waiting};
use qianban_protocol::{Message, path};
use reqwest::Method;

use super::line::{Access, ExchangeError, Line};
use super::wire::Wire;
use crate::Request;

/// What the endpoint says of a bureau and of the key that was shown to it. Nothing of it is believed before the root was
/// compared with the one from paper or telephone (G1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The bureau.
    pub ws: WorkspaceId,
    /// Hash of its registry's first entry.
    pub root: Digest,
    /// For whom the key is certified; nobody yet.
    pub person: Option<PersonId>,
}

/// The bureau of this first entry of a registry becomes known, by a code of the endpoint's operator.
///
/// # Errors
/// See [`ExchangeError`].
pub fn introduce(access: &Access, code: String, entry: Vec<u8>) -> Result<Standing, ExchangeError> {
    ask(access, path::FOUND, Found { code, entry }.encode())
}

/// A PC asks for the seat of `request`, by a code of its administrator; asked again, it is told whether it has one.
///
/// # Errors
/// See [`ExchangeError`].
pub fn enrol(
    access: &Access,
    code: String,
    request: &Request,
    key: &dyn Signer,
) -> Result<Standing, ExchangeError> {
    let asked = Enrol::sign(code, request.certificate.clone(), request.to_text(), key);
    ask(access, path::ENROL, asked.map_err(|_| ExchangeError::Unsigned)?.encode())
}

fn ask(access: &Access, target: &str, body: Vec<u8>) -> Result<Standing, ExchangeError> {
    let line = Line::to(access)?;
    line.hello()?;
    let Enrolled { ws, root, person } = line.unproven(Method::POST, target, body)?;
    Ok(Standing { ws, root, person })
}

/// A request that waits at the endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// The request, where the endpoint shows one that its own key signed.
    pub request: Option<Request>,
    /// What is to be certified.
    pub certificate: Certificate,
    /// When it came, milliseconds since 1970 by the endpoint's clock.
    pub at_ms: i64,
}

impl Wire<'_> {
    /// A code for one PC, and until when it works by the endpoint's clock; for administrators.
    ///
    /// # Errors
    /// See [`ExchangeError`].
    pub fn one_time_code(&self) -> Result<(String, i64), ExchangeError> {
        let OneTimeCode { code, until_ms } = self.message(Method::POST, path::ENROL_CODE, Vec::new())?;
        Ok((code, until_ms))
    }

    /// Requests that wait for a certificate, oldest first; for administrators.
    ///
    /// # Errors
    /// See [`ExchangeError`].
    pub fn enrolments(&self) -> Result<Vec<Enrolment>, ExchangeError> {
        let Waiting(waiting) = self.get(path::ENROL)?;
        let seen = waiting.into_iter().map(|one| {
            let request = Request::parse(&one.label).ok();
            let request = request.filter(|request| request.certificate == one.certificate);
            Enrolment { request, certificate: one.certificate, at_ms: one.at_ms }
        });
        Ok(seen.collect())
    }
}
