//! `join`, `join_cancel`, `seat_requests`: the door 「加入已有台账」, and what follows when the seat is certified.

use std::fs;
use std::path::{Path, PathBuf};

use qianban_journal::{Certificate, DeviceId, Incarnation, PersonId, Registry, SeatId, Signer, Sm2Key};
use qianban_store::{Password, SeatRequest, Vault};
use qianban_sync::Request;

use super::host_status;
use super::new_folder::{NewFolder, Recovery};
use crate::api::{HostStatus, Join, Joined, Nothing, SeatRequestView, SeatRequests};
use crate::credential::{new_key, new_password};
use crate::opened::Opened;
use crate::record::Look;
use crate::sign::renew;
use crate::text::{self, NAME_CHARS_MAX};
use crate::{Ambient, Code, Desk, Refused, glyph, names, roster};

/// What stands on a recovery sheet for the bureau and its fingerprint, which are not known yet.
const NOT_YET: &str = "待加入";

/// Makes an empty database with one person's key in it, and a request for that person's seat.
pub(crate) fn run(desk: &Desk, request: Join) -> Result<Joined, Refused> {
    let folder = NewFolder::begin(desk)?;
    let name = text::name("姓名", &request.name, NAME_CHARS_MAX)?;
    glyph::check(desk, [name.as_str()])?;
    let password = new_password(&request.password)?;
    let who = Newcomer {
        person: PersonId(desk.ambient().bytes()?),
        device: DeviceId(desk.ambient().bytes()?),
        incarnation: Incarnation(desk.ambient().bytes()?),
        name: &name,
    };
    folder.vault.add_person(who.person, &password, &folder.key)?;
    let asked = who.ask(desk.ambient(), &folder.vault, &password)?;
    folder.store()?.write(|writer| writer.put_seat_request(&asked))?;
    let request = view(&asked)?;
    let names = [(who.person, name.clone())];
    let Recovery { code, sheet } = folder.finish(names, (who.incarnation, 0), (NOT_YET, NOT_YET))?;
    Ok(Joined { recovery_code: code, recovery_sheet: sheet, request })
}

/// Gives up joining: the data folder goes, with a key that nobody certified.
///
/// # Errors
/// [`Code::JoinOver`] once a seat is certified, or somebody has one; [`Code::ExchangeRunning`].
pub(crate) fn cancel(desk: &Desk, _: Nothing) -> Result<HostStatus, Refused> {
    let opened = desk.opened()?;
    if desk.person().is_some() || !host_status::is_joining(&opened)? {
        return Err(Code::JoinOver.into());
    }
    if opened.exchange.status().running || opened.line.status().running {
        return Err(Code::ExchangeRunning.into());
    }
    if let Err(error) = opened.vault.forget(&*desk.setup.secrets) {
        tracing::info!(%error, "the key of a folder that goes stays with the operating system");
    }
    drop(opened);
    desk.close();
    let mut left = desk.folder().as_os_str().to_owned();
    left.push(".left");
    let left = PathBuf::from(left);
    if left.exists() {
        fs::remove_dir_all(&left)?;
    }
    // Away in one step: a folder that is half gone is neither a ledger nor none.
    fs::rename(desk.folder(), &left)?;
    fs::remove_dir_all(&left)?;
    host_status::run(desk, Nothing {})
}

/// Seats that were asked for here and are not certified yet.
pub(crate) fn requests(desk: &Desk, _: Nothing) -> Result<SeatRequests, Refused> {
    let opened = desk.opened()?;
    opened.store.read(|reader| {
        let registry = reader.registry().now();
        let mut asked = reader.seat_requests()?;
        asked.retain(|asked| {
            let certified = registry.and_then(|registry| certified(registry, &asked.certificate));
            asked.certificate.incarnation == opened.incarnation && certified.is_none()
        });
        let may_renew = registry.zip(desk.person()).is_some_and(|(registry, person)| {
            let look = Look { opened: &opened, reader, person, ambient: desk.ambient() };
            asked.iter().any(|asked| asked.certificate.person == person)
                && renew::former(look, registry).is_ok()
        });
        Ok(SeatRequests { requests: asked.iter().map(view).collect::<Result<_, Refused>>()?, may_renew })
    })
}

fn view(asked: &SeatRequest) -> Result<SeatRequestView, Refused> {
    let request = Request::new(asked.certificate.clone(), asked.name.clone(), asked.sig)
        .map_err(|_| Refused::about(Code::HostDamaged, "席位申请读不出"))?;
    Ok(SeatRequestView {
        name: asked.name.clone(),
        text: request.to_text(),
        fingerprint: request.fingerprint(),
    })
}

/// Somebody who asks for a seat at this PC.
pub(crate) struct Newcomer<'a> {
    /// Under whom the key is kept.
    pub(crate) person: PersonId,
    /// This PC.
    pub(crate) device: DeviceId,
    /// This life of it.
    pub(crate) incarnation: Incarnation,
    /// The name.
    pub(crate) name: &'a str,
}

impl Newcomer<'_> {
    /// Makes the key, keeps it under the person's password, and signs the request with it.
    pub(crate) fn ask(
        &self,
        ambient: &dyn Ambient,
        vault: &Vault,
        password: &Password,
    ) -> Result<SeatRequest, Refused> {
        let key: Sm2Key = new_key(ambient)?;
        let Self { person, device, incarnation, name } = *self;
        let certificate = Certificate { person, device, incarnation, public: key.public() };
        let sig = key.sign(&Request::signed_bytes(&certificate, name))?;
        let (asked, now_ms) = (Request::asked(&certificate), ambient.now_ms());
        vault.put_signing_key(person, asked, &*key.to_bytes(), password, now_ms)?;
        Ok(SeatRequest { certificate, name: name.to_owned(), sig, asked_ms: now_ms })
    }
}

/// The seat that a request became, with the person for whom it was certified.
pub(crate) fn certified(registry: Registry<'_>, asked: &Certificate) -> Option<(SeatId, PersonId)> {
    let same = |found: &Certificate| {
        (found.device, found.incarnation, &found.public) == (asked.device, asked.incarnation, &asked.public)
    };
    let (id, seat) = registry.seats().find(|(_, seat)| same(&seat.certificate))?;
    Some((id, seat.certificate.person))
}

/// A person with the right password sits down: where their request was certified, the key goes to its seat. Answers who
/// sits down: the administrator may have certified the seat for a person who was in the registry already.
pub(crate) fn claim(
    desk: &Desk,
    opened: &Opened,
    person: PersonId,
    password: &Password,
) -> Result<PersonId, Refused> {
    let chain = opened.chain()?;
    let Some(registry) = chain.now() else { return Ok(person) };
    let mut sits = person;
    for asked in opened.store.read(|reader| reader.seat_requests())? {
        let Some((seat, to)) = certified(registry, &asked.certificate) else { continue };
        let from = asked.certificate.person;
        if from == person {
            let (key, now_ms) = (Request::asked(&asked.certificate), desk.ambient().now_ms());
            opened.vault.move_signing_key(from, key, to, seat, password, now_ms)?;
            sits = to;
        }
        // Nobody moved it where the key is there already: the program ended between the two files.
        if from == person || (to == person && opened.vault.seats(to)?.contains(&seat)) {
            opened.store.write(|writer| writer.drop_seat_request(from))?;
            rename(desk.folder(), from, to, names::person(registry, to))?;
        }
    }
    Ok(sits)
}

fn rename(folder: &Path, from: PersonId, to: PersonId, name: String) -> Result<(), Refused> {
    let mut names = roster::read(folder);
    names.remove(&from);
    names.insert(to, name);
    Ok(roster::write(folder, &names)?)
}
