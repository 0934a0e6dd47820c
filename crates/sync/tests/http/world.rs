//! An endpoint on a port of its own, and PCs with open sessions.

use std::net::{Ipv4Addr, SocketAddr};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use qianban_endpoint::app::App;
use qianban_endpoint::blob_folder::BlobFolder;
use qianban_endpoint::database::{Database, NewCode, OPERATOR, Sqlite};
use qianban_endpoint::quota::Quota;
use qianban_endpoint::sealing::SealingKey;
use qianban_endpoint::tls::TlsKey;
use qianban_endpoint::{code, http, identity, serve};
use qianban_journal::{Incarnation, RegistryEntry, Signer, Sm2Key, TestKey};
use qianban_protocol::enrol::Found;
use qianban_protocol::hello::VERSION;
use qianban_protocol::{Message, Session, SignedSession, path};
use qianban_store::Store;
use qianban_sync::http::{Access, Caller, ExchangeError, Exchanged, Pace, Wire, exchange};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use crate::between::Between;
use crate::bureau::{Pc, WS, key, seat};

/// An hour of 2026.
pub(crate) const NOW_MS: i64 = 1_800_000_000_000;

/// A running endpoint.
pub(crate) struct World {
    runtime: Runtime,
    folder: TempDir,
    database: Arc<dyn Database>,
    pub(crate) url: String,
    ending: Option<watch::Sender<bool>>,
}

impl World {
    pub(crate) fn new() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let (database, url, ending) = runtime.block_on(run(&folder, Incarnation([5; 16])));
        Self { runtime, folder, database, url, ending: Some(ending) }
    }

    /// A PC of the bureau answers: with a key in TLS, and everything that it keeps under another.
    pub(crate) fn relaying(tls: &TlsKey, first: &Pc) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        let sealing = || SealingKey::new([3; 32].into());
        let file = Sqlite::file_in(at);
        let database = Arc::new(Sqlite::open_sealed(&file, &sealing(), Incarnation([6; 16])).unwrap());
        let blobs = BlobFolder::sealed(at.join("blobs"), sealing());
        let entry = first.store.read(|r| r.registry_entry(1)).unwrap().unwrap();
        let root = RegistryEntry::decode(&entry).unwrap().hash();
        let (url, ending) = runtime.block_on(async {
            database.begin(WS, root, entry).await.unwrap();
            answer(database.clone(), blobs, at, Some(tls.acceptor().unwrap())).await
        });
        Self { runtime, folder, database, url, ending: Some(ending) }
    }

    /// The operator lets a bureau in.
    pub(crate) fn let_in(&self, pc: &Pc) {
        let code = code::new().unwrap();
        let new = NewCode { ws: OPERATOR, digest: code::digest_of(&code), until_ms: i64::MAX };
        self.runtime.block_on(self.database.add_code(new)).unwrap();
        let entry = pc.store.read(|r| r.registry_entry(1)).unwrap().unwrap();
        let client = reqwest::blocking::Client::builder().no_proxy().build().unwrap();
        let request =
            client.post(format!("{}{}", self.url, path::FOUND)).header(path::VERSION_HEADER, VERSION);
        let answer = request.body(Found { code, entry }.encode()).send().unwrap();
        assert!(answer.status().is_success(), "{answer:?}");
    }

    /// One exchange of a PC.
    pub(crate) fn exchange(&self, pc: &Pc, compare: bool) -> Result<Exchanged, ExchangeError> {
        exchange_at(&self.url, pc, compare, &mut |_| ControlFlow::Continue(()))
    }

    /// The endpoint is put back from an empty backup: another life of it.
    pub(crate) fn restored(self, life: u8) -> Self {
        let Self { runtime, ending, .. } = self;
        drop(ending);
        let folder = tempfile::tempdir().unwrap();
        let (database, url, ending) = runtime.block_on(run(&folder, Incarnation([life; 16])));
        Self { runtime, folder, database, url, ending: Some(ending) }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.url.split_once("://").unwrap().1.parse().unwrap()
    }

    /// A line to it that can be cut.
    pub(crate) fn between(&self) -> Between {
        Between::of(self.address(), self.runtime.handle())
    }

    /// Events that it has of the bureau.
    pub(crate) fn arrivals(&self) -> u64 {
        self.runtime.block_on(self.database.bureau(WS)).unwrap().unwrap().arrivals
    }

    /// With what it signs.
    pub(crate) fn key(&self) -> Sm2Key {
        identity::key(&self.folder.path().join("endpoint.key")).unwrap()
    }

    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
}

async fn run(folder: &TempDir, life: Incarnation) -> (Arc<dyn Database>, String, watch::Sender<bool>) {
    let database: Arc<dyn Database> = Arc::new(Sqlite::open(&Sqlite::file_in(folder.path()), life).unwrap());
    let blobs = BlobFolder::new(folder.path().join("blobs"));
    let (url, ending) = answer(Arc::clone(&database), blobs, folder.path(), None).await;
    (database, url, ending)
}

async fn answer(
    database: Arc<dyn Database>,
    blobs: BlobFolder,
    folder: &Path,
    tls: Option<TlsAcceptor>,
) -> (String, watch::Sender<bool>) {
    let key = identity::key(&folder.join("endpoint.key")).unwrap();
    let quota = Quota { requests_per_second: 10_000, requests_at_once: 100_000, ..Quota::default() };
    let app = App::new(database, blobs, key, quota).await.unwrap();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let scheme = if tls.is_some() { "https" } else { "http" };
    let url = format!("{scheme}://{}", listener.local_addr().unwrap());
    let (ending, end) = watch::channel(false);
    tokio::spawn(serve::serve(listener, http::router(Arc::new(app)), tls, Arc::default(), end));
    (url, ending)
}

/// The session of a seat, signed by its key.
fn session(who: u8) -> (SignedSession, TestKey) {
    let wire = TestKey([who ^ 0x80; 32]);
    let until_ms = now_ms() + 24 * 3_600 * 1_000;
    let session = Session { ws: WS, seat: seat(who), key: wire.public(), until_ms };
    (session.sign(&key(who)).unwrap(), wire)
}

fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    since.as_millis() as i64
}

pub(crate) fn exchange_at(
    url: &str,
    pc: &Pc,
    compare: bool,
    progress: &mut dyn FnMut(Pace) -> ControlFlow<()>,
) -> Result<Exchanged, ExchangeError> {
    exchange_of(url, &pc.store, pc.who, compare, progress)
}

pub(crate) fn exchange_of(
    url: &str,
    store: &Store,
    who: u8,
    compare: bool,
    progress: &mut dyn FnMut(Pace) -> ControlFlow<()>,
) -> Result<Exchanged, ExchangeError> {
    static NONCES: AtomicU64 = AtomicU64::new(0);
    let (session, key) = session(who);
    let nonce = || {
        let mut nonce = [who; 16];
        nonce[..8].copy_from_slice(&NONCES.fetch_add(1, Ordering::SeqCst).to_be_bytes());
        Some(nonce)
    };
    // A clock ten years wrong: requests are dated by the endpoint's (faults 14).
    let wrong = || now_ms() - 10 * 365 * 24 * 3_600 * 1_000;
    let caller = Caller { session: &session, key: &key, now_ms: &wrong, nonce: &nonce };
    let wire = Wire::open(&Access { url: url.to_owned(), ..Access::default() }, caller)?;
    exchange(store, &wire, "交换服务", compare, NOW_MS, progress)
}
