//! The way from this PC to its endpoint, and when everything was last compared with it. Kept in the encrypted file: the
//! address of a proxy may hold a password.

use crate::{Reader, StoreError, Writer};

const URL: &str = "endpoint-url";
const PROXY: &str = "endpoint-proxy";
const AUTHORITY: &str = "endpoint-authority";
const COMPARED: &str = "endpoint-compared";

/// Where the endpoint is, and how this PC gets there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EndpointWay {
    /// Root of its addresses.
    pub url: String,
    /// An HTTP proxy; empty for none.
    pub proxy: String,
    /// The bureau's own certificate authority in PEM; empty for those of the operating system.
    pub authority: String,
}

impl Writer<'_> {
    /// Sets the way. Nothing is compared yet with an endpoint at another address.
    pub fn set_endpoint_way(&mut self, way: &EndpointWay) -> Result<(), StoreError> {
        if self.endpoint_way()?.is_none_or(|known| known.url != way.url) {
            self.note_compared(0)?;
        }
        self.put_meta(URL, way.url.as_bytes())?;
        self.put_meta(PROXY, way.proxy.as_bytes())?;
        self.put_meta(AUTHORITY, way.authority.as_bytes())
    }

    /// Everything was compared at this time, milliseconds since 1970 (Y5).
    pub fn note_compared(&mut self, at_ms: i64) -> Result<(), StoreError> {
        self.put_meta(COMPARED, &at_ms.to_be_bytes())
    }
}

impl Reader<'_> {
    /// The way to the endpoint; `None` where there is none.
    pub fn endpoint_way(&self) -> Result<Option<EndpointWay>, StoreError> {
        let text = |name| {
            let bytes = self.meta(name)?.unwrap_or_default();
            Ok::<_, StoreError>(String::from_utf8(bytes).unwrap_or_default())
        };
        let way = EndpointWay { url: text(URL)?, proxy: text(PROXY)?, authority: text(AUTHORITY)? };
        Ok((!way.url.is_empty()).then_some(way))
    }

    /// When everything was last compared with it, milliseconds since 1970; 0 for never.
    pub fn compared_ms(&self) -> Result<i64, StoreError> {
        let bytes = self.meta(COMPARED)?;
        let number = bytes.and_then(|bytes| Some(i64::from_be_bytes(bytes.try_into().ok()?)));
        Ok(number.unwrap_or(0))
    }
}
