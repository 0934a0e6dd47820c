#![doc = include_str!("../README.md")]

mod keys;
mod places;
mod running;

use std::net::IpAddr;

use qianban_desk::{Relay, RelayError, RelayHost, RelayOrder};

/// Runs the service on threads of this process.
#[derive(Debug, Clone, Copy)]
pub struct LanRelay;

impl RelayHost for LanRelay {
    fn begin(&self, order: RelayOrder) -> Result<Box<dyn Relay>, RelayError> {
        Ok(Box::new(running::Running::begin(order)?))
    }

    fn places(&self) -> Vec<IpAddr> {
        places::places()
    }
}
