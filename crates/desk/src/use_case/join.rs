//! `join`: the door 「加入已有台账」, and what follows when the seat is certified.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use base64::Engine;
use qianban_journal::{Certificate, DeviceId, Incarnation, PersonId, Registry, SeatId, Signer, Sm2Key};
use qianban_store::{Anchor, AnchorFile, DatabaseKey, Password, SeatRequest, Store, Vault};
use qianban_sync::Request;

use super::found::{Staging, refuse_a_second};
use crate::api::{Join, Joined, Nothing, SeatRequestView, SeatRequests};
use crate::credential::{new_key, new_password};
use crate::listing::Listing;
use crate::opened::Opened;
use crate::text::{self, NAME_CHARS_MAX};
use crate::{Ambient, Code, Desk, Refused, glyph, machine, names, recovery_sheet, roster};

/// What stands on a recovery sheet for the bureau and its fingerprint, which are not known yet.
const NOT_YET: &str = "待加入";

/// Makes an empty database with one person's key in it, and a request for that person's seat.
pub(crate) fn run(desk: &Desk, request: Join) -> Result<Joined, Refused> {
    desk.sample.refuse_while_playing()?;
    refuse_a_second(desk.folder())?;
    let name = text::name("姓名", &request.name, NAME_CHARS_MAX)?;
    glyph::check(desk, [name.as_str()])?;
    let password = new_password(&request.password)?;
    let staging = Staging::begin(desk.folder())?;
    let database = DatabaseKey::generate()?;
    let incarnation = Incarnation(desk.ambient().bytes()?);
    let vault = Vault::create(staging.folder(), desk.setup.cost)?;
    let store = Store::create(staging.folder(), &database, Box::new(Listing::default()))?;
    let who = Newcomer {
        person: PersonId(desk.ambient().bytes()?),
        device: DeviceId(desk.ambient().bytes()?),
        incarnation,
        name: &name,
    };
    vault.add_person(who.person, &password, &database)?;
    let asked = who.ask(desk.ambient(), &vault, &password)?;
    store.write(|writer| writer.put_seat_request(&asked))?;
    drop(store);
    roster::write(staging.folder(), &BTreeMap::from([(who.person, name.clone())]))?;
    AnchorFile::of(staging.folder()).write(&Anchor::new(incarnation, machine::fingerprint()))?;
    let recovery_code = vault.set_recovery(&database)?.printed().to_string();
    staging.take_place(desk.folder())?;
    let vault = Opened::vault(&desk.setup)?;
    let remembered = vault.remember(&*desk.setup.secrets, &database).is_ok();
    desk.take(Arc::new(Opened::open(&desk.setup, vault, &database)?), remembered);
    let sheet = recovery_sheet::pdf(desk, NOT_YET, &recovery_code, NOT_YET)?;
    let recovery_sheet = base64::engine::general_purpose::STANDARD.encode(sheet);
    Ok(Joined { recovery_code, recovery_sheet, request: view(&asked)? })
}

/// Seats that were asked for here and are not certified yet.
pub(crate) fn requests(desk: &Desk, _: Nothing) -> Result<SeatRequests, Refused> {
    let asked = desk.opened()?.store.read(|reader| reader.seat_requests())?;
    Ok(SeatRequests { requests: asked.iter().map(view).collect::<Result<_, _>>()? })
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
