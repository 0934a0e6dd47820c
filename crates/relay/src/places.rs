//! The addresses of this PC.

use std::net::IpAddr;

/// The addresses of this PC in its networks: private ones first, none of this PC alone.
pub(crate) fn places() -> Vec<IpAddr> {
    let all = if_addrs::get_if_addrs().unwrap_or_default();
    let mut places: Vec<IpAddr> = all
        .into_iter()
        .filter(|one| !one.is_loopback() && !one.is_link_local())
        .map(|one| one.ip())
        .collect();
    places.sort_by_key(|at| (!matches!(at, IpAddr::V4(at) if at.is_private()), at.is_ipv6(), *at));
    places.dedup();
    places
}
