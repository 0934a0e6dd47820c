//! The line to PostgreSQL: in the clear to this computer, under TLS to any other.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use deadpool_postgres::{Manager, ManagerConfig};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::Result;
use crate::database::DatabaseError;

/// How the line to PostgreSQL is kept from others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PostgresWire {
    /// In the clear, and only to this computer: a loopback address or a socket in its file system.
    Local,
    /// In the clear to anywhere: an administrator says that nobody else is on the line.
    Plaintext,
    /// TLS to anywhere; the server must show its name, certified by one of the authorities in this file (PEM).
    Tls(PathBuf),
}

impl PostgresWire {
    /// What makes connections.
    ///
    /// # Errors
    /// The line would be in the clear and leave this computer, or the authorities cannot be read.
    pub(super) fn manager(&self, mut config: Config, manager: ManagerConfig) -> Result<Manager> {
        match self {
            Self::Tls(authorities) => {
                config.ssl_mode(SslMode::Require);
                let tls = MakeRustlsConnect::new(verifying(authorities)?);
                Ok(Manager::from_config(config, tls, manager))
            }
            Self::Local if !is_local(&config) => Err(DatabaseError::Plaintext),
            Self::Local | Self::Plaintext => {
                config.ssl_mode(SslMode::Disable);
                Ok(Manager::from_config(config, NoTls, manager))
            }
        }
    }
}

fn verifying(authorities: &Path) -> Result<ClientConfig> {
    let wrong = |reason: &dyn std::fmt::Display| DatabaseError::Authorities {
        file: authorities.to_path_buf(),
        reason: reason.to_string(),
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(authorities).map_err(|error| wrong(&error))? {
        let certificate = certificate.map_err(|error| wrong(&error))?;
        roots.add(certificate).map_err(|error| wrong(&error))?;
    }
    if roots.is_empty() {
        return Err(wrong(&"no certificate"));
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| wrong(&error))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// Whether every address is of this computer. Where an address is given beside a name, it is the address that counts.
fn is_local(config: &Config) -> bool {
    if !config.get_hostaddrs().is_empty() {
        return config.get_hostaddrs().iter().all(IpAddr::is_loopback);
    }
    config.get_hosts().iter().all(|host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => name == "localhost" || name.parse().is_ok_and(|ip: IpAddr| ip.is_loopback()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stays_on_this_computer_is_local() {
        let local = |address: &str| is_local(&address.parse().expect("an address"));
        for address in ["host=/run/postgresql", "host=127.0.0.1", "postgresql://a@localhost,[::1]/b"] {
            assert!(local(address), "{address}");
        }
        for address in [
            "host=10.1.2.3",
            "postgresql://a@localhost,db.example/b",
            "host=localhost hostaddr=10.1.2.3",
            "host=localhost.example",
        ] {
            assert!(!local(address), "{address}");
        }
    }
}
