//! What a host needs for one PC of the bureau to answer the others (Y10). The host's process runs the service; the desk
//! says when, where and under which secret.

use std::error::Error;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use qianban_journal::SeatId;
use zeroize::Zeroizing;

/// What a service is to be.
pub struct RelayOrder {
    /// A folder for this life of this PC's database alone; made when missing.
    pub folder: PathBuf,
    /// Every key of the service is made from it.
    pub secret: Zeroizing<[u8; 32]>,
    /// The one address of this PC that it answers at.
    pub listen: SocketAddr,
    /// First entry of the bureau's registry: nobody else is answered.
    pub entry: Vec<u8>,
}

/// Why a service does not run.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The address is not one of this PC, or something else answers there.
    #[error("the address cannot be used")]
    Address(#[source] io::Error),
    /// What it keeps cannot be opened, or the system refuses.
    #[error("the service cannot begin")]
    Begin(#[source] Box<dyn Error + Send + Sync>),
}

impl From<io::Error> for RelayError {
    fn from(error: io::Error) -> Self {
        Self::Begin(error.into())
    }
}

/// Where a service is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayPlace {
    /// Its address with the fingerprint of its key, as the others keep it.
    pub address: String,
    /// The fingerprint, in groups of four.
    pub fingerprint: String,
}

/// Who can run such a service.
pub trait RelayHost: Send + Sync {
    /// Begins to answer.
    ///
    /// # Errors
    /// See [`RelayError`].
    fn begin(&self, order: RelayOrder) -> Result<Box<dyn Relay>, RelayError>;

    /// The addresses of this PC in its networks.
    fn places(&self) -> Vec<IpAddr>;
}

/// A service that answers. It ends well when it is dropped.
pub trait Relay: Send + Sync {
    /// Where it is.
    fn at(&self) -> RelayPlace;

    /// Who asked since it began, each with the time of the last request, milliseconds since 1970.
    fn heard(&self) -> Vec<(SeatId, i64)>;
}
