//! An endpoint that answers on a port of its own, on either database.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use qianban_endpoint::app::App;
use qianban_endpoint::blob_folder::BlobFolder;
use qianban_endpoint::code;
use qianban_endpoint::database::{Database, NewCode, OPERATOR, Postgres, PostgresWire, Sqlite};
use qianban_endpoint::long_blobs::LongBlobs;
use qianban_endpoint::quota::Quota;
use qianban_endpoint::{http, identity, serve};
use qianban_journal::Incarnation;
use qianban_protocol::enrol::{Enrolled, Found};
use qianban_protocol::registry::Entries;
use qianban_protocol::{Fates, path};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::bureau::{Bureau, Who};
use crate::pc::{Pc, plain};
use qianban_protocol::Message;

/// A folder for long blobs, the key and SQLite.
pub(crate) struct World {
    pub(crate) folder: TempDir,
    pub(crate) database: Arc<dyn Database>,
    pub(crate) at: SocketAddr,
    _ending: watch::Sender<bool>,
}

/// What the endpoint may be given.
pub(crate) fn quota() -> Quota {
    Quota { requests_per_second: 1_000, requests_at_once: 10_000, ..Quota::default() }
}

impl World {
    pub(crate) async fn on_sqlite(quota: Quota) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Sqlite::open(&Sqlite::file_in(folder.path()), Incarnation([5; 16])).expect("opens");
        Self::on(folder, Arc::new(database), quota).await
    }

    /// With long blobs somewhere else.
    pub(crate) async fn on_sqlite_with(long: LongBlobs, quota: Quota) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Sqlite::open(&Sqlite::file_in(folder.path()), Incarnation([5; 16])).expect("opens");
        Self::with(folder, Arc::new(database), long, quota).await
    }

    pub(crate) async fn on_postgres(address: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database =
            Postgres::connect(address, &PostgresWire::Local, Incarnation([5; 16])).await.expect("connects");
        Self::on(folder, Arc::new(database), quota()).await
    }

    async fn on(folder: TempDir, database: Arc<dyn Database>, quota: Quota) -> Self {
        let long = BlobFolder::new(folder.path().join("blobs")).into();
        Self::with(folder, database, long, quota).await
    }

    async fn with(folder: TempDir, database: Arc<dyn Database>, long: LongBlobs, quota: Quota) -> Self {
        let key = identity::key(&folder.path().join("endpoint.key")).expect("a key");
        let app = App::new(Arc::clone(&database), long, key, quota).await.expect("starts");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let at = listener.local_addr().expect("an address");
        let (ending, end) = watch::channel(false);
        let router = http::router(Arc::new(app));
        tokio::spawn(serve::serve(listener, router, None, Arc::new(AtomicU64::new(0)), end));
        Self { folder, database, at, _ending: ending }
    }

    /// Lets a bureau in with the operator's code, and gives it the rest of its registry.
    pub(crate) async fn let_in(&self, bureau: &Bureau) -> Pc {
        let code = code::new().expect("a code");
        let new = NewCode { ws: OPERATOR, digest: code::digest_of(&code), until_ms: i64::MAX };
        self.database.add_code(new).await.expect("kept");
        let found = Found { code, entry: bureau.entries[0].clone() };
        let answer = plain(self.at, "POST", path::FOUND, "", &found.encode()).await;
        assert!(answer.message::<Enrolled>().person.is_some(), "the founder has a seat at once");
        let admin = Pc::new(self.at, bureau, Who::Admin).await;
        let fates: Fates = admin.post(path::REGISTRY, &Entries(bureau.entries[1..].to_vec())).await.message();
        assert!(fates.0.iter().all(qianban_protocol::Fate::is_here), "{fates:?}");
        admin
    }
}
