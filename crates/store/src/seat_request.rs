//! Seats that somebody at this PC asked for: what is to be certified stands here, its key in the key file.

use qianban_journal::{Certificate, PersonId, PublicKey, Signature};
use rusqlite::{Row, params};

use crate::row::id;
use crate::{Reader, StoreError, Writer};

/// A seat that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatRequest {
    /// What is to be certified. The administrator may certify it for another person than it names.
    pub certificate: Certificate,
    /// The name of whoever asks.
    pub name: String,
    /// The new key's signature over the request.
    pub sig: Signature,
    /// When, milliseconds since 1970.
    pub asked_ms: i64,
}

impl Writer<'_> {
    /// Keeps a request, in place of an earlier one of the same person.
    pub fn put_seat_request(&mut self, request: &SeatRequest) -> Result<(), StoreError> {
        let certificate = &request.certificate;
        self.statement(
            "INSERT INTO seat_request (person, device, incarnation, suite, public, name, sig, asked_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT DO UPDATE SET device = excluded.device, incarnation = excluded.incarnation,
                 suite = excluded.suite, public = excluded.public, name = excluded.name, sig = excluded.sig,
                 asked_ms = excluded.asked_ms",
        )?
        .execute(params![
            certificate.person.as_bytes(),
            certificate.device.as_bytes(),
            certificate.incarnation.as_bytes(),
            certificate.public.suite(),
            certificate.public.as_bytes(),
            request.name,
            &request.sig[..],
            request.asked_ms,
        ])?;
        Ok(())
    }

    /// Forgets a request: it was certified, or given up.
    pub fn drop_seat_request(&mut self, person: PersonId) -> Result<(), StoreError> {
        self.statement("DELETE FROM seat_request WHERE person = ?1")?.execute([person.as_bytes()])?;
        Ok(())
    }
}

impl Reader<'_> {
    /// The seats that were asked for, in order of the persons' ids.
    pub fn seat_requests(&self) -> Result<Vec<SeatRequest>, StoreError> {
        let mut statement = self.statement(
            "SELECT person, device, incarnation, suite, public, name, sig, asked_ms FROM seat_request ORDER BY person",
        )?;
        let rows = statement.query_map([], |row| Ok((read(row)?, row.get(3)?, row.get::<_, Vec<u8>>(4)?)))?;
        let whole = |((certificate, request), suite, public): (Parts, u8, Vec<u8>)| {
            let bad = StoreError::BadRow { table: "seat_request", row: request.1 };
            let public = PublicKey::new(suite, &public).map_err(|_| bad)?;
            let (person, device, incarnation) = certificate;
            let certificate = Certificate { person, device, incarnation, public };
            Ok(SeatRequest { certificate, name: request.0, sig: request.2, asked_ms: request.1 })
        };
        rows.map(|row| whole(row?)).collect()
    }
}

type Parts = ((PersonId, qianban_journal::DeviceId, qianban_journal::Incarnation), (String, i64, Signature));

fn read(row: &Row<'_>) -> rusqlite::Result<Parts> {
    Ok(((id(row, 0)?, id(row, 1)?, id(row, 2)?), (row.get(5)?, row.get(7)?, id(row, 6)?)))
}
