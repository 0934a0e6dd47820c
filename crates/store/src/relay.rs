//! Whether this PC answers the others of its bureau (Y10), and where.

use std::net::SocketAddr;

use crate::{Reader, StoreError, Writer};

const LISTEN: &str = "relay-listen";

impl Writer<'_> {
    /// Answers at this address of this PC from now on, or nowhere.
    pub fn set_relay(&mut self, listen: Option<SocketAddr>) -> Result<(), StoreError> {
        let text = listen.map(|at| at.to_string()).unwrap_or_default();
        self.put_meta(LISTEN, text.as_bytes())
    }
}

impl Reader<'_> {
    /// Where this PC is to answer the others; `None` while it is not to.
    pub fn relay(&self) -> Result<Option<SocketAddr>, StoreError> {
        let bytes = self.meta(LISTEN)?.unwrap_or_default();
        Ok(String::from_utf8(bytes).ok().and_then(|text| text.parse().ok()))
    }
}
