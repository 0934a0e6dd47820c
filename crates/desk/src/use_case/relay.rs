//! `relay_status`, `relay_switch`: one PC of the bureau answers the others (Y10).

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use qianban_journal::{PersonId, Registry, Role, SeatId};
use qianban_store::EndpointWay;

use crate::api::{Nothing, RelayCaller, RelayStatus, RelaySwitch};
use crate::desk::Sitting;
use crate::opened::Opened;
use crate::relay::RelayPlace;
use crate::relay_run::allowed;
use crate::{Code, Desk, Refused, ambient, names, role};

/// The port where none is given.
const PORT: u16 = 8490;
/// Callers that are shown.
const CALLERS_MAX: usize = 200;

/// How it stands.
pub(crate) fn status(desk: &Desk, _: Nothing) -> Result<RelayStatus, Refused> {
    let Sitting { opened, person } = desk.sitting()?;
    desk.tend_relay();
    let running = desk.relay.running(|relay| (relay.at(), relay.heard()));
    let (at, heard) = running.unzip();
    let RelayPlace { address, fingerprint } =
        at.unwrap_or(RelayPlace { address: String::new(), fingerprint: String::new() });
    opened.store.read(|reader| {
        let registry = Opened::registry(reader.registry())?;
        let allowed = allowed(&opened, reader);
        Ok(RelayStatus {
            allowed,
            may_switch: allowed && may_switch(registry, person),
            listen: reader.relay()?.map(|at| at.to_string()).unwrap_or_default(),
            places: places(desk),
            address,
            fingerprint,
            callers: callers(desk, registry, heard.unwrap_or_default()),
            refused: desk.relay.refused().map(Into::into),
        })
    })
}

/// Whoever keeps the ledger or signs the registry.
fn may_switch(registry: Registry<'_>, person: PersonId) -> bool {
    let registrar = registry.roles_of(person).iter().any(|held| held.role == Role::registrar());
    registrar || role::signs_registry(registry, person)
}

fn places(desk: &Desk) -> Vec<String> {
    let places = desk.setup.relay.as_deref().map(|host| host.places()).unwrap_or_default();
    places.into_iter().map(|at| SocketAddr::new(at, PORT).to_string()).collect()
}

fn callers(desk: &Desk, registry: Registry<'_>, mut heard: Vec<(SeatId, i64)>) -> Vec<RelayCaller> {
    let here = desk.ambient().now();
    heard.sort_by_key(|(seat, at_ms)| (std::cmp::Reverse(*at_ms), *seat));
    let caller = |(seat, at_ms)| {
        let seat = registry.seat(seat)?;
        Some(RelayCaller {
            name: names::person(registry, seat.certificate.person),
            code: seat.code.clone(),
            at: ambient::rfc3339(ambient::from_ms(at_ms, here)),
        })
    };
    heard.into_iter().filter_map(caller).take(CALLERS_MAX).collect()
}

/// Switches it on or off.
pub(crate) fn switch(desk: &Desk, request: RelaySwitch) -> Result<RelayStatus, Refused> {
    let Sitting { opened, person } = desk.sitting()?;
    let listen = request.listen.map(|typed| place(&typed)).transpose()?;
    let before = opened.store.write(|writer| {
        let chain = Arc::clone(writer.registry());
        if !may_switch(Opened::registry(&chain)?, person) {
            return Err(Refused::new(Code::RelayRole));
        }
        if listen.is_some() && !allowed(&opened, writer) {
            return Err(Code::RelayNotAllowed.into());
        }
        let before = writer.relay()?;
        writer.set_relay(listen)?;
        Ok(before)
    })?;
    let status = status(desk, Nothing {})?;
    go_the_same_way(desk, &opened, before, &status.address)?;
    Ok(status)
}

/// This PC exchanges with its own service as the others do, unless it has another endpoint. `before` is where the service
/// was to answer until now.
fn go_the_same_way(
    desk: &Desk,
    opened: &Opened,
    before: Option<SocketAddr>,
    address: &str,
) -> Result<(), Refused> {
    let way = opened.store.read(|reader| reader.endpoint_way())?;
    let own = |url: &str| before.is_some_and(|before| url.starts_with(&format!("https://{before}#")));
    if way.is_some_and(|way| !own(&way.url)) {
        return Ok(());
    }
    let way = EndpointWay { url: address.to_owned(), ..EndpointWay::default() };
    opened.store.write(|writer| writer.set_endpoint_way(&way))?;
    desk.background.ring();
    Ok(())
}

/// One address of this PC; never all of them.
fn place(typed: &str) -> Result<SocketAddr, Refused> {
    let typed = typed.trim();
    let bare = || typed.parse::<IpAddr>().map(|at| SocketAddr::new(at, PORT));
    let at = typed.parse::<SocketAddr>().or_else(|_| bare());
    let one = |at: &SocketAddr| {
        let ip = at.ip();
        !ip.is_unspecified() && !ip.is_multicast() && ip != IpAddr::from([255; 4]) && at.port() != 0
    };
    at.ok().filter(one).ok_or_else(|| Refused::about(Code::RelayPlace, typed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_is_chosen_and_never_all() {
        let at = |typed| place(typed).map(|at| at.to_string());
        assert_eq!(at(" 192.168.1.5 "), Ok("192.168.1.5:8490".to_owned()));
        assert_eq!(at("192.168.1.5:9000"), Ok("192.168.1.5:9000".to_owned()));
        assert_eq!(at("fe80::1"), Ok("[fe80::1]:8490".to_owned()));
        for bad in
            ["", "0.0.0.0", "[::]:8490", "224.0.0.251", "255.255.255.255", "192.168.1.5:0", "pc-1", "1.2.3"]
        {
            assert_eq!(place(bad).map_err(|refused| refused.code()), Err(Code::RelayPlace), "{bad}");
        }
    }
}
