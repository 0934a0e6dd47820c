//! `open_database`, `unlock`, `lock`, `password_change`: who sits at the desk (K1, K2).

use std::sync::Arc;

use qianban_journal::PersonId;
use qianban_store::{Password, RecoveryCode};

use super::{endpoint, host_status, join};
use crate::api::{HostStatus, Nothing, OpenDatabase, PasswordChange, Unlock};
use crate::credential::new_password;
use crate::opened::Opened;
use crate::{Code, Desk, Refused, renewal};

/// Opens the database when the OS store did not give the key.
pub(crate) fn open_database(desk: &Desk, request: OpenDatabase) -> Result<HostStatus, Refused> {
    if !Opened::founded(desk.folder()) {
        return Err(Code::HostNotFounded.into());
    }
    match request {
        OpenDatabase::Password { person, password } => return unlock(desk, Unlock { person, password }),
        OpenDatabase::Recovery { code } => {
            let vault = Opened::vault(&desk.setup)?;
            let code = RecoveryCode::parse(code.expose()).map_err(|_| Code::RecoveryWrong)?;
            let key = vault.unlock_with_recovery(&code)?;
            if desk.try_opened()?.is_none() {
                let remembered = vault.remember(&*desk.setup.secrets, &key).is_ok();
                desk.take(Arc::new(Opened::open(&desk.setup, vault, &key)?), remembered);
            }
        }
    }
    host_status::run(desk, Nothing {})
}

/// A person sits down; whoever sat there gets up.
pub(crate) fn unlock(desk: &Desk, request: Unlock) -> Result<HostStatus, Refused> {
    if !Opened::founded(desk.folder()) {
        return Err(Code::HostNotFounded.into());
    }
    let person: PersonId = request.person.parse().map_err(|_| Code::PersonUnknown)?;
    let password = Password::new(request.password.expose())?;
    let vault = Opened::vault(&desk.setup)?;
    let key = vault.unlock(person, &password, desk.ambient().now_ms())?;
    let opened = match desk.try_opened()? {
        Some(opened) => opened,
        None => {
            let remembered = vault.remember(&*desk.setup.secrets, &key).is_ok();
            let opened = Arc::new(Opened::open(&desk.setup, vault, &key)?);
            desk.take(Arc::clone(&opened), remembered);
            opened
        }
    };
    let person = join::claim(desk, &opened, person, &password)?;
    renewal::ask(desk, &opened, person, &password)?;
    let chain = opened.chain()?;
    let registry = chain.now().ok_or(Code::SeatAwaited)?;
    if opened.seat(registry, person).is_none() && !renewal::may_draft(&opened, registry, person)? {
        let asked = opened.store.read(|reader| reader.seat_requests())?;
        let waits = asked.iter().any(|asked| asked.certificate.person == person);
        return Err(if waits { Code::SeatAwaited } else { Code::PersonNoSeat }.into());
    }
    let voice = endpoint::voice(desk, &opened, person, &password);
    desk.seat(Some(person), voice);
    desk.background.ring();
    host_status::run(desk, Nothing {})
}

/// The person gets up. The database stays open: the OS store or a password opened it for this PC.
pub(crate) fn lock(desk: &Desk, _: Nothing) -> Result<HostStatus, Refused> {
    desk.seat(None, None);
    host_status::run(desk, Nothing {})
}

/// A new password for the person at the desk; everything of theirs is sealed anew.
pub(crate) fn password_change(desk: &Desk, request: PasswordChange) -> Result<Nothing, Refused> {
    let sitting = desk.sitting()?;
    let old = Password::new(request.old.expose())?;
    let new = new_password(&request.new)?;
    sitting.opened.vault.change_password(sitting.person, &old, &new, desk.ambient().now_ms())?;
    Ok(Nothing {})
}
