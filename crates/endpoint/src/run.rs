//! The jobs of the program.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::SystemTime;

use axum::Router;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tracing::info;

use crate::app::App;
use crate::archive::{self, ArchiveError};
use crate::arguments::{Arguments, Job, USAGE, UsageError};
use crate::blob_bucket::BlobBucket;
use crate::blob_folder::BlobFolder;
use crate::clock::now_ms;
use crate::database::{Database, DatabaseError, NewCode, OPERATOR, Postgres, Sqlite};
use crate::long_blobs::LongBlobs;
use crate::settings::{Settings, SettingsError};
use crate::{code, http, identity, limit, serve, tls};

/// Why the program ended otherwise than well.
#[derive(Debug, Error)]
pub enum Failure {
    /// The command line.
    #[error("{0}\n\n{USAGE}")]
    Usage(#[from] UsageError),
    /// The settings.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A copy.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A file or an address.
    #[error(transparent)]
    Host(#[from] io::Error),
}

/// Runs and reports: what `main` returns.
#[must_use]
pub fn main_with(words: impl Iterator<Item = String>) -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_env("QIANBAN_LOG").unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
    let done = Arguments::parse(words).map_err(Failure::from).and_then(|arguments| {
        let runtime = tokio::runtime::Runtime::new()?;
        runtime.block_on(run(arguments))
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nobody is left to tell when standard error is closed.
            let _ = writeln!(io::stderr(), "{failure}");
            ExitCode::FAILURE
        }
    }
}

/// Does what the command line asks for.
///
/// # Errors
/// See [`Failure`].
pub async fn run(arguments: Arguments) -> Result<(), Failure> {
    let settings = arguments.config.as_deref().map_or_else(|| Ok(Settings::default()), Settings::read)?;
    match arguments.job {
        Job::Help => Ok(print(USAGE)?),
        Job::Serve => answer(settings).await,
        Job::Invite => invite(&settings).await,
        Job::Backup(file) => backup(&settings, &file).await,
        Job::Restore(file) => restore(&settings, &file).await,
    }
}

async fn database(settings: &Settings) -> Result<Arc<dyn Database>, Failure> {
    let fresh = identity::new_incarnation()?;
    Ok(match &settings.postgres {
        Some(address) => Arc::new(Postgres::connect(address, &settings.postgres_wire(), fresh).await?),
        None => {
            std::fs::create_dir_all(&settings.data)?;
            Arc::new(Sqlite::open(&Sqlite::file_in(&settings.data), fresh)?)
        }
    })
}

async fn invite(settings: &Settings) -> Result<(), Failure> {
    let code = code::new()?;
    let new = NewCode { ws: OPERATOR, digest: code::digest_of(&code), until_ms: now_ms() + limit::CODE_MS };
    database(settings).await?.add_code(new).await?;
    Ok(print(&code)?)
}

/// Written under another name first: a file of the name that was asked for is whole.
async fn backup(settings: &Settings, file: &Path) -> Result<(), Failure> {
    let partial = file.with_extension("partial");
    let out = File::options().write(true).create_new(true).open(&partial)?;
    let mut out = BufWriter::new(out);
    let (bureaus, events) = archive::backup(&*database(settings).await?, &blobs(settings)?, &mut out).await?;
    out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    std::fs::rename(&partial, file)?;
    Ok(print(&format!("{bureaus} bureaus, {events} events"))?)
}

async fn restore(settings: &Settings, file: &Path) -> Result<(), Failure> {
    let copy = BufReader::new(File::open(file)?);
    let events = archive::restore(database(settings).await?, &blobs(settings)?, copy).await?;
    Ok(print(&format!("{events} events"))?)
}

fn blobs(settings: &Settings) -> io::Result<LongBlobs> {
    Ok(match &settings.bucket {
        Some(bucket) => BlobBucket::new(bucket)?.into(),
        None => BlobFolder::new(settings.data.join("blobs")).into(),
    })
}

async fn answer(settings: Settings) -> Result<(), Failure> {
    std::fs::create_dir_all(&settings.data)?;
    let long = blobs(&settings)?;
    long.forget_parts(SystemTime::now() - limit::PART_AGE).await?;
    let key = identity::key(&settings.key_file())?;
    let app = Arc::new(App::new(database(&settings).await?, long, key, settings.quota).await?);
    let tls = settings.tls.as_ref().map(tls::acceptor).transpose()?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let (ending, end) = watch::channel(false);
    let listener = TcpListener::bind(settings.listen).await?;
    let watched = TcpListener::bind(settings.watch).await?;
    print(&format!("{scheme}://{}\nhttp://{}", listener.local_addr()?, watched.local_addr()?))?;
    let count = app.connection_count();
    let main = tokio::spawn(serve::serve(listener, http::router(Arc::clone(&app)), tls, count, end.clone()));
    let watcher: Router = http::watch_router(app, settings.watch_from);
    tokio::spawn(serve::serve(watched, watcher, None, Arc::new(AtomicU64::new(0)), end));
    told_to_end().await?;
    info!("ending");
    let _ = ending.send(true);
    main.await.map_err(io::Error::other)?;
    Ok(())
}

async fn told_to_end() -> io::Result<()> {
    let (mut term, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::select! {
        _ = term.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}
