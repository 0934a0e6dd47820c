//! What the operator may set, in one TOML file; without one everything has a value that starts.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use thiserror::Error;

use crate::blob_bucket::BucketSettings;
use crate::database::PostgresWire;
use crate::quota::Quota;

/// The file.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Folder of the SQLite file, the long blobs and the key.
    pub data: PathBuf,
    /// Where requests are answered.
    pub listen: SocketAddr,
    /// Where `/metrics`, `/health` and `/ready` are answered.
    pub watch: SocketAddr,
    /// Networks besides this computer that may ask there, such as `10.1.0.0/16`.
    pub watch_from: Vec<Network>,
    /// Address of PostgreSQL; without it SQLite is used. Several hosts and `target_session_attrs=read-write` find the
    /// primary after a failover.
    pub postgres: Option<String>,
    /// Authorities in PEM that certify PostgreSQL; with them it is spoken to under TLS alone.
    pub postgres_authorities: Option<PathBuf>,
    /// Whether a PostgreSQL on another computer may be spoken to in the clear, because nobody else is on the line.
    pub postgres_plaintext: bool,
    /// Bucket of an S3-compatible store for long blobs; without it they lie in the data folder.
    pub bucket: Option<BucketSettings>,
    /// File of the endpoint's key; `endpoint.key` in the data folder when absent.
    pub key: Option<PathBuf>,
    /// Certificate and key for TLS; without them a reverse proxy must have it.
    pub tls: Option<Tls>,
    /// What bureaus and seats may use.
    pub quota: Quota,
}

/// Files in PEM.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The certificate and those between it and its root.
    pub certificates: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            data: PathBuf::from("qianban-endpoint-data"),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8490)),
            watch: SocketAddr::from((Ipv4Addr::LOCALHOST, 8491)),
            watch_from: Vec::new(),
            postgres: None,
            postgres_authorities: None,
            postgres_plaintext: false,
            bucket: None,
            key: None,
            tls: None,
            quota: Quota::default(),
        }
    }
}

/// Why the file is not understood.
#[derive(Debug, Error)]
pub enum SettingsError {
    /// It cannot be read.
    #[error("{path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is not what is expected.
    #[error("{path}: {source}")]
    Parse {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
}

impl Settings {
    /// Reads a file.
    ///
    /// # Errors
    /// See [`SettingsError`].
    pub fn read(path: &Path) -> Result<Self, SettingsError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| SettingsError::Read { path: path.to_path_buf(), source })?;
        toml::from_str(&text)
            .map_err(|source| SettingsError::Parse { path: path.to_path_buf(), source: Box::new(source) })
    }

    /// How PostgreSQL is spoken to.
    #[must_use]
    pub fn postgres_wire(&self) -> PostgresWire {
        match &self.postgres_authorities {
            Some(file) => PostgresWire::Tls(file.clone()),
            None if self.postgres_plaintext => PostgresWire::Plaintext,
            None => PostgresWire::Local,
        }
    }

    /// The key's file.
    #[must_use]
    pub fn key_file(&self) -> PathBuf {
        self.key.clone().unwrap_or_else(|| self.data.join("endpoint.key"))
    }
}

/// A network: an address and how many of its leading bits count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl TryFrom<String> for Network {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let parse = || {
            let (address, bits) = text.split_once('/')?;
            let network = Self { address: address.parse().ok()?, bits: bits.parse().ok()? };
            (network.bits <= if network.address.is_ipv4() { 32 } else { 128 }).then_some(network)
        };
        parse().ok_or_else(|| format!("{text:?} is no network such as 10.1.0.0/16"))
    }
}

impl Network {
    /// Whether the address is in it.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let same = |ours: u128, theirs: u128, width: u32| {
            let shift = width.saturating_sub(u32::from(self.bits));
            ours.checked_shr(shift) == theirs.checked_shr(shift)
        };
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => {
                same(ours.to_bits().into(), theirs.to_bits().into(), 32)
            }
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => same(ours.to_bits(), theirs.to_bits(), 128),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_starts_and_a_wrong_word_does_not() {
        let settings: Settings = toml::from_str("").expect("defaults");
        assert!(settings.listen.ip().is_loopback() && settings.watch.ip().is_loopback());
        assert!(toml::from_str::<Settings>("lisden = \"1.2.3.4:5\"").is_err());
        let some = "watch_from = [\"10.1.0.0/16\"]\n[quota]\nbureau_bytes = 5\n";
        assert_eq!(toml::from_str::<Settings>(some).expect("right").quota.bureau_bytes, 5);
    }

    #[test]
    fn networks_are_compared_by_their_bits() {
        let network = |text: &str| Network::try_from(text.to_owned());
        let office = network("10.1.0.0/16").expect("a network");
        assert!(office.contains("10.1.255.1".parse().expect("an address")));
        assert!(office.contains("::ffff:10.1.2.3".parse().expect("an address")));
        assert!(!office.contains("10.2.0.1".parse().expect("an address")));
        assert!(!office.contains("::1".parse().expect("an address")));
        assert!(network("0.0.0.0/0").expect("all").contains("8.8.8.8".parse().expect("an address")));
        for bad in ["10.1.0.0", "10.1.0.0/33", "ten/8", "::/129"] {
            assert!(network(bad).is_err(), "{bad}");
        }
    }
}
