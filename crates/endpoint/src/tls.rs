//! What TLS shows: certificates from files, or one key without a certificate.

use std::io;
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
#[cfg(feature = "program")]
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use tokio_rustls::rustls::pki_types::{PrivatePkcs8KeyDer, SubjectPublicKeyInfoDer};
use tokio_rustls::rustls::server::AlwaysResolvesServerRawPublicKeys;
use tokio_rustls::rustls::sign::{CertifiedKey, SigningKey};
use tokio_rustls::rustls::{ServerConfig, version};
use zeroize::Zeroizing;

#[cfg(feature = "program")]
use crate::settings::Tls;

/// What stands before the 32 bytes of an Ed25519 key in PKCS#8 (RFC 8410).
const PKCS8: [u8; 16] = [0x30, 0x2e, 0x02, 0x01, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

/// What TLS needs, from files in PEM.
///
/// # Errors
/// The files cannot be read, or hold no certificate and key that fit.
#[cfg(feature = "program")]
pub fn acceptor(tls: &Tls) -> io::Result<TlsAcceptor> {
    let wrong = |error: &dyn std::fmt::Display, file: &std::path::Path| {
        io::Error::new(io::ErrorKind::InvalidData, format!("{}: {error}", file.display()))
    };
    let certificates = CertificateDer::pem_file_iter(&tls.certificates)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| wrong(&error, &tls.certificates))?;
    let key = PrivateKeyDer::from_pem_file(&tls.key).map_err(|error| wrong(&error, &tls.key))?;
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .map_err(|error| wrong(&error, &tls.certificates))?;
    Ok(accepting(config))
}

/// A key that is shown as it is (RFC 7250), without a certificate around it: whoever asks has its fingerprint already,
/// so there is no name, no date and no authority to check.
pub struct TlsKey(Arc<dyn SigningKey>);

impl TlsKey {
    /// The key of 32 secret bytes; the same bytes are the same key.
    ///
    /// # Errors
    /// The library does not take it.
    pub fn from_secret(secret: &[u8; 32]) -> io::Result<Self> {
        let der = Zeroizing::new([PKCS8.as_slice(), secret].concat());
        let key = ring::sign::any_eddsa_type(&PrivatePkcs8KeyDer::from(der.as_slice()));
        key.map(Self).map_err(io::Error::other)
    }

    /// The public half, as it is shown (`SubjectPublicKeyInfo`); its fingerprint is what others keep.
    ///
    /// # Errors
    /// The library does not give it.
    pub fn public(&self) -> io::Result<SubjectPublicKeyInfoDer<'_>> {
        self.0.public_key().ok_or_else(|| io::Error::other("no public key"))
    }

    /// What TLS needs.
    ///
    /// # Errors
    /// The library does not take the key.
    pub fn acceptor(&self) -> io::Result<TlsAcceptor> {
        let shown = self.public()?.as_ref().to_vec().into();
        let key = CertifiedKey::new(vec![shown], Arc::clone(&self.0));
        let provider = Arc::new(ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&version::TLS13])
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(AlwaysResolvesServerRawPublicKeys::new(Arc::new(key))));
        Ok(accepting(config))
    }
}

fn accepting(mut config: ServerConfig) -> TlsAcceptor {
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    TlsAcceptor::from(Arc::new(config))
}
