//! Prepared requests: what the sign dialog was opened for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use qianban_journal::PersonId;

use crate::api::{SignAction, SignSheet, Signed};
use crate::desk::guard;
use crate::sign::intent::Fixed;
use crate::{Code, Refused};

/// How long a prepared request may be signed.
const VALID_MS: i64 = 10 * 60 * 1000;
/// Requests that are kept; the oldest ended one goes first.
const KEPT_MAX: usize = 32;

/// One prepared request.
pub(crate) struct Request {
    /// Who prepared it.
    pub(crate) person: PersonId,
    /// What is to be signed.
    pub(crate) action: SignAction,
    /// What chance gave it.
    pub(crate) fixed: Fixed,
    /// What was shown.
    pub(crate) sheet: SignSheet,
    prepared_ms: i64,
    place: u64,
    outcome: Option<Signed>,
}

/// The prepared requests of the person at the desk.
#[derive(Default)]
pub(crate) struct Requests {
    requests: BTreeMap<String, Request>,
    /// Names of those that are being signed right now: opening a key takes a while.
    signing: BTreeSet<String>,
    places: u64,
}

impl Requests {
    /// Keeps a request under the name of its sheet.
    ///
    /// # Errors
    /// [`Code::SignTooMany`] when too many wait for a signature.
    pub(crate) fn keep(
        &mut self,
        person: PersonId,
        action: SignAction,
        fixed: Fixed,
        sheet: SignSheet,
        now_ms: i64,
    ) -> Result<(), Refused> {
        self.requests.retain(|_, request| request.is_valid(now_ms));
        if self.requests.len() >= KEPT_MAX {
            let ended = self.requests.iter().filter(|(_, request)| request.outcome.is_some());
            let oldest = ended.min_by_key(|(_, request)| request.place).map(|(name, _)| name.clone());
            self.requests.remove(&oldest.ok_or(Code::SignTooMany)?);
        }
        self.places += 1;
        let name = sheet.request.clone();
        let request =
            Request { person, action, fixed, sheet, prepared_ms: now_ms, place: self.places, outcome: None };
        self.requests.insert(name, request);
        Ok(())
    }

    /// A request that waits for its signature.
    ///
    /// # Errors
    /// [`Code::SignGone`] when it is not known, expired, signed already or another person's.
    pub(crate) fn waiting(&self, name: &str, person: PersonId, now_ms: i64) -> Result<&Request, Refused> {
        let request = self.requests.get(name).filter(|request| request.person == person);
        request
            .filter(|request| request.is_valid(now_ms) && request.outcome.is_none())
            .ok_or_else(|| Code::SignGone.into())
    }

    /// Takes a waiting request out; it is put back by [`Requests::end`] or [`Requests::put_back`].
    fn take(&mut self, name: &str, person: PersonId, now_ms: i64) -> Result<Request, Refused> {
        self.waiting(name, person, now_ms)?;
        let request = self.requests.remove(name).ok_or(Code::SignGone)?;
        self.signing.insert(name.to_owned());
        Ok(request)
    }

    /// Puts a request back that was not signed, for another try.
    pub(crate) fn put_back(&mut self, request: Request) {
        self.requests.insert(request.sheet.request.clone(), request);
    }

    /// Notes how a request ended.
    pub(crate) fn end(&mut self, mut request: Request, signed: Signed) {
        request.outcome = Some(signed);
        self.put_back(request);
    }

    /// Forgets a request.
    pub(crate) fn cancel(&mut self, name: &str) {
        self.requests.remove(name);
    }

    /// How a request stands; one that is being signed still waits.
    pub(crate) fn outcome(&self, name: &str, now_ms: i64) -> Option<Option<&Signed>> {
        if self.signing.contains(name) {
            return Some(None);
        }
        let request = self.requests.get(name).filter(|request| request.is_valid(now_ms))?;
        Some(request.outcome.as_ref())
    }
}

/// A request that is being signed, until this is dropped. After a panic the request is gone: nobody knows how far it
/// came.
pub(crate) struct Signing<'a> {
    requests: &'a Mutex<Requests>,
    name: String,
}

impl<'a> Signing<'a> {
    /// Takes a waiting request out.
    ///
    /// # Errors
    /// As [`Requests::waiting`].
    pub(crate) fn take(
        requests: &'a Mutex<Requests>,
        name: &str,
        person: PersonId,
        now_ms: i64,
    ) -> Result<(Request, Self), Refused> {
        let request = guard(requests).take(name, person, now_ms)?;
        Ok((request, Self { requests, name: name.to_owned() }))
    }
}

impl Drop for Signing<'_> {
    fn drop(&mut self) {
        guard(self.requests).signing.remove(&self.name);
    }
}

impl Request {
    /// A clock that was set back does not make it valid for years.
    fn is_valid(&self, now_ms: i64) -> bool {
        (0..=VALID_MS).contains(&(now_ms - self.prepared_ms))
    }
}
