//! The service while it answers.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use qianban_desk::{Relay, RelayError, RelayOrder, RelayPlace};
use qianban_endpoint::app::App;
use qianban_endpoint::blob_folder::BlobFolder;
use qianban_endpoint::database::{Database, DatabaseError, Sqlite};
use qianban_endpoint::quota::Quota;
use qianban_endpoint::{http, identity, limit, serve};
use qianban_journal::{RegistryEntry, SeatId};
use qianban_protocol::Pin;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tracing::info;

use crate::keys::Keys;

/// Threads that answer; a bureau without a server has few PCs, and the person at this one comes first.
const THREADS: usize = 2;
/// What a bureau may fill of this PC's disk.
const BUREAU_BYTES: u64 = 50 * 1024 * 1024 * 1024;
/// How long requests under way may go on after it was switched off.
const END_TIME: Duration = Duration::from_secs(5);

/// A service that answers until it is dropped.
pub(crate) struct Running {
    runtime: Option<Runtime>,
    serving: Option<JoinHandle<()>>,
    ending: watch::Sender<bool>,
    app: Arc<App>,
    at: RelayPlace,
}

impl Running {
    pub(crate) fn begin(order: RelayOrder) -> Result<Self, RelayError> {
        let keys = Keys::of(&order.secret)?;
        let threads =
            Builder::new_multi_thread().worker_threads(THREADS).thread_name("relay").enable_all().build();
        let runtime = threads?;
        // The address first: what another process serves from must not be touched.
        let listener = runtime.block_on(TcpListener::bind(order.listen)).map_err(RelayError::Address)?;
        let listen = listener.local_addr()?;
        let pin = Pin::of(&keys.tls.public()?);
        let tls = keys.tls.acceptor()?;
        let app = Arc::new(runtime.block_on(app(&order, keys)).map_err(RelayError::Begin)?);
        let (ending, end) = watch::channel(false);
        let router = http::router(Arc::clone(&app));
        let served = serve::serve(listener, router, Some(tls), app.connection_count(), end);
        let serving = Some(runtime.spawn(served));
        info!(%listen, "relay");
        let at = place(listen, pin);
        Ok(Self { runtime: Some(runtime), serving, ending, app, at })
    }
}

fn place(listen: SocketAddr, pin: Pin) -> RelayPlace {
    RelayPlace { address: format!("https://{listen}#{}", pin.in_address()), fingerprint: pin.to_string() }
}

type Reason = Box<dyn std::error::Error + Send + Sync>;

async fn app(order: &RelayOrder, keys: Keys) -> Result<App, Reason> {
    let entry = RegistryEntry::decode(&order.entry)?;
    private_folder(&order.folder)?;
    forget_other_lives(&order.folder)?;
    let file = Sqlite::file_in(&order.folder);
    let fresh = identity::new_incarnation()?;
    let open = move || Sqlite::open_sealed(&file, &keys.database, fresh);
    let database = tokio::task::spawn_blocking(open).await.map_err(|_| DatabaseError::GivenUp)??;
    if database.bureau(entry.ws).await?.is_none() {
        database.begin(entry.ws, entry.hash(), order.entry.clone()).await?;
    }
    let files = BlobFolder::sealed(order.folder.join("blobs"), keys.files);
    files.forget_parts(SystemTime::now() - limit::PART_AGE)?;
    let quota = Quota { bureau_bytes: BUREAU_BYTES, ..Quota::default() };
    Ok(App::new(Arc::new(database), files, keys.identity, quota).await?)
}

/// The folder, for this person alone.
fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Removes what was kept before this PC's database began another life: it would tell the others that they have been heard.
fn forget_other_lives(folder: &Path) -> io::Result<()> {
    let Some(lives) = folder.parent() else { return Ok(()) };
    for life in fs::read_dir(lives)? {
        let life = life?.path();
        if life != folder && life.is_dir() {
            fs::remove_dir_all(life)?;
        }
    }
    Ok(())
}

impl Relay for Running {
    fn at(&self) -> RelayPlace {
        self.at.clone()
    }

    fn heard(&self) -> Vec<(SeatId, i64)> {
        self.app.heard()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.ending.send(true);
        let (runtime, serving) = (self.runtime.take(), self.serving.take());
        let end = move || {
            let Some(runtime) = runtime else { return };
            if let Some(serving) = serving {
                // Requests that take longer are cut off and asked again by whoever made them.
                let _ = runtime.block_on(async { tokio::time::timeout(END_TIME, serving).await });
            }
            runtime.shutdown_timeout(END_TIME);
        };
        // On a thread of its own: whoever drops it may be on one that must not wait for another runtime.
        if let Ok(ended) = std::thread::Builder::new().name("relay-end".to_owned()).spawn(end) {
            let _ = ended.join();
        }
    }
}
