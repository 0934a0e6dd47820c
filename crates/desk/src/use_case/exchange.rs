//! `bundle_scan`, `bundle_import`, `bundle_stage`, `exchange_status`, `exchange_cancel`, `sync_status`, `state_digest`:
//! what goes to other PCs on a stick and what comes from them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use qianban_journal::{Digest, RegistryChain, fingerprint};
use qianban_store::{LogPrefix, PeerRow, Reader, StoreError, Waiting as WaitsFor};
use qianban_sync::bundle::{
    Counts, Header, Imported, Origin, Receipts, Request, Scan, UNSIGNED_DEVICE, VOLUME_BYTES_MAX, import,
    plan, scan, stage,
};
use qianban_sync::http::endpoint_device;
use qianban_sync::{Outcome, Text, leaving_ledgers};

use crate::api::{
    BundleCounts, BundleFile, BundleFound, BundleImport, BundleImported, BundleStage, BundleStaged,
    ExchangeStatus, ExchangeTask, Nothing, PeerView, PendingView, RefusedView, StateDigest, SyncStatus,
    UnsentView,
};
use crate::desk::Sitting;
use crate::exchange_run::{ExchangeRun, Waiting};
use crate::opened::Opened;
use crate::{Ambient, Code, Desk, Refused, ambient, item_words, names, recipients, renewal};

/// Rows of a list of the room.
const ROWS_MAX: u32 = 200;
/// Characters of a path.
const PATH_CHARS_MAX: usize = 1_000;
/// Characters that are shown of what a file says of itself.
const SAID_CHARS_MAX: usize = 80;

/// The open database, for whoever may exchange: a person at the desk, or anybody while this PC is joining.
pub(super) fn open_for_exchange(desk: &Desk) -> Result<Arc<Opened>, Refused> {
    let opened = desk.opened()?;
    if desk.person().is_none() && !super::host_status::nobody_sat_down(&opened)? {
        return Err(Code::HostLocked.into());
    }
    Ok(opened)
}

pub(super) fn path(typed: &str) -> Result<PathBuf, Refused> {
    let typed = crate::text::name("路径", typed, PATH_CHARS_MAX)?;
    let path = PathBuf::from(&typed);
    if path.is_absolute() { Ok(path) } else { Err(Refused::about(Code::BundlePath, typed)) }
}

/// Looks through a bundle.
pub(crate) fn look(desk: &Desk, request: BundleFile) -> Result<ExchangeStatus, Refused> {
    let opened = open_for_exchange(desk)?;
    let path = path(&request.path)?;
    let clock = Arc::clone(&desk.setup.ambient);
    let run = Arc::clone(&opened.exchange);
    run.start(ExchangeTask::Scan, move |run, status| {
        let found = scanned(run, &path)?;
        let chain = opened.chain()?;
        status.found = Some(shown(&path, &found, &chain, &*clock));
        Ok(())
    })?;
    status(desk, Nothing {})
}

fn scanned(run: &ExchangeRun, path: &Path) -> Result<Scan, Refused> {
    let total = fs::metadata(path).map_err(|error| item_words::unreadable(path, &error))?.len();
    scan(path, &mut |done| run.progress(done, total)).map_err(|error| item_words::bundle(path, error))
}

fn shown(path: &Path, scan: &Scan, chain: &RegistryChain, clock: &dyn Ambient) -> BundleFound {
    let header = &scan.header;
    let seats = header.recipients.iter().map(|recipient| recipient.seat.0);
    let recipients = match chain.now() {
        Some(registry) => recipients::names(registry, seats),
        None => seats.map(|seat| names::short(&seat.to_string())).collect(),
    };
    let signer = chain.now().and_then(|registry| {
        let (_, seat) = scan.signer(registry)?;
        Some(names::person(registry, seat.certificate.person))
    });
    BundleFound {
        path: path.display().to_string(),
        bureau: said(&header.bureau),
        root: fingerprint(header.root.0),
        ours: chain.workspace().is_none_or(|ours| ours == header.ws.0),
        from: signer.clone().unwrap_or_else(|| said(&header.from.name)),
        to: header.to.as_deref().map(said),
        recipients,
        made_at: ambient::rfc3339(ambient::from_ms(header.made_ms, clock.now())),
        volume: header.volume,
        volumes: header.volumes,
        written: counts(header.counts),
        good: counts(scan.found),
        whole: scan.is_whole(),
        signed: signer.is_some(),
        fingerprint: fingerprint(scan.digest),
    }
}

/// What a file says of itself, on one line and without what would disturb it.
fn said(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(SAID_CHARS_MAX).collect()
}

pub(crate) fn counts(counts: Counts) -> BundleCounts {
    BundleCounts {
        entries: counts.entries,
        definitions: counts.registry_blobs,
        events: counts.events,
        contents: counts.blobs,
        attachments: counts.attachments,
    }
}

/// Takes a bundle in.
pub(crate) fn take_in(desk: &Desk, request: BundleImport) -> Result<ExchangeStatus, Refused> {
    let opened = open_for_exchange(desk)?;
    let path = path(&request.path)?;
    let (person, now_ms) = (desk.person(), desk.ambient().now_ms());
    let run = Arc::clone(&opened.exchange);
    run.start(ExchangeTask::Import, move |run, status| {
        let found = scanned(run, &path)?;
        let key = recipients::content_key(&opened, person, &found.header, request.password.as_ref(), now_ms)?;
        let total = found.frames;
        let typed = request.fingerprint.as_deref();
        let mut progress = |done| run.progress(done, total);
        let imported = import(&opened.store, &path, &found, typed, key.as_ref(), now_ms, &mut progress);
        // Whatever came in before it ended is on the disk.
        if let Err(refused) = opened.raise_anchor() {
            tracing::warn!(%refused, "the anchor stays behind the database");
        }
        let imported = imported.map_err(|error| item_words::import(&path, error))?;
        note_heard(&opened, &found, &imported)?;
        let pending = opened.store.read(|reader| reader.pending_count())?;
        status.imported = Some(told(&imported, pending));
        Ok(())
    })?;
    status(desk, Nothing {})
}

/// A whole bundle of another PC that came in whole may be what this one waits for before it seals (K7).
fn note_heard(opened: &Opened, scan: &Scan, imported: &Imported) -> Result<(), Refused> {
    let chain = opened.chain()?;
    let signer = chain.now().and_then(|registry| scan.signer(registry)).filter(|_| imported.signed);
    let Some((_, seat)) = signer else { return Ok(()) };
    let Receipts { registry, logs, .. } = &scan.header.receipts;
    let logs: Vec<LogPrefix> = logs.iter().map(|log| (*log).into()).collect();
    let incarnation = seat.certificate.incarnation;
    renewal::heard(opened, &renewal::Heard { incarnation, registry: *registry, logs: &logs })
}

/// `pending`: events that wait here after it, whichever bundle brought them.
fn told(imported: &Imported, pending: u64) -> BundleImported {
    let Imported { outcome, good, written, signed } = imported;
    BundleImported {
        written: counts(*written),
        good: counts(*good),
        new: new(outcome),
        waiting: pending + outcome.entries_waiting,
        known: outcome.events_known + outcome.entries_known,
        refused: item_words::counted(&outcome.refused),
        signed: *signed,
        message: sentence(imported, pending),
    }
}

/// Items that are new here.
pub(super) fn new(outcome: &Outcome) -> BundleCounts {
    BundleCounts {
        entries: outcome.entries,
        definitions: 0,
        events: outcome.events + outcome.released,
        contents: outcome.blobs,
        attachments: outcome.attachments,
    }
}

fn sentence(imported: &Imported, pending: u64) -> String {
    let Imported { outcome, good, written, .. } = imported;
    let new = outcome.entries + outcome.events + outcome.released + outcome.blobs + outcome.attachments;
    let mut words = match new {
        0 => "没有新内容，本机都已有".to_owned(),
        new => format!("已收进 {new} 项"),
    };
    if good.total() < written.total() {
        words.push_str(&format!(
            "；文件有损坏，{} 项中完好的只有 {} 项，其余请对方重发",
            written.total(),
            good.total()
        ));
    }
    if pending > 0 {
        words.push_str(&format!("；{pending} 项还缺前面的内容，先放着"));
    }
    if outcome.refusals() > 0 {
        words.push_str(&format!("；拒收 {} 项", outcome.refusals()));
    }
    words.push('。');
    words
}

/// Writes a bundle that waits for its signature.
pub(crate) fn write(desk: &Desk, request: BundleStage) -> Result<ExchangeStatus, Refused> {
    let Sitting { opened, person } = desk.sitting()?;
    let folder = path(&request.folder)?;
    if !folder.is_dir() {
        return Err(Refused::about(Code::BundlePath, folder.display()));
    }
    let bundle = hex::encode(desk.ambient().bytes::<16>()?);
    let now_ms = desk.ambient().now_ms();
    let run = Arc::clone(&opened.exchange);
    let job = Staging { opened, person, bundle, folder, now_ms };
    run.start(ExchangeTask::Stage, move |run, status| {
        let waiting = job.opened.store.read(|reader| job.run(run, reader, &request))?;
        status.staged = Some(waiting.shown.clone());
        run.keep(waiting);
        Ok(())
    })?;
    status(desk, Nothing {})
}

struct Staging {
    opened: Arc<Opened>,
    person: qianban_journal::PersonId,
    bundle: String,
    folder: PathBuf,
    now_ms: i64,
}

impl Staging {
    fn run(&self, run: &ExchangeRun, reader: &Reader<'_>, request: &BundleStage) -> Result<Waiting, Refused> {
        let registry = Opened::registry(reader.registry())?;
        let peer = request.peer.as_deref().map(|id| peer(&self.opened, reader, id)).transpose()?;
        let asked = Request {
            peer: peer.as_ref().map(|peer| peer.key),
            ledgers: leaving_ledgers(registry),
            attachments: request.attachments,
            volume_bytes: VOLUME_BYTES_MAX,
            recipients: recipients::seats(registry, &request.recipients)?,
        };
        let plan = plan(reader, &asked)?;
        let header = self.header(reader, peer.map(|peer| peer.name))?;
        let total = plan.items();
        let staged = stage(reader, &plan, &header, &self.folder, &mut |done| run.progress(done, total))
            .map_err(|error| item_words::written(&self.folder, error))?;
        let shown = BundleStaged {
            bundle: self.bundle.clone(),
            volumes: staged.volumes.len() as u32,
            bytes: staged.volumes.iter().map(|volume| volume.bytes).sum(),
            forms: plan.forms,
            counts: counts(plan.counts),
            recipients: recipients::names(registry, asked.recipients.iter().map(|(seat, _)| *seat)),
            fingerprint: fingerprint(staged.digest),
        };
        let folder = self.folder.display().to_string();
        Ok(Waiting { bundle: self.bundle.clone(), staged, shown, folder })
    }

    fn header(&self, reader: &Reader<'_>, to: Option<String>) -> Result<Header, Refused> {
        let chain = reader.registry();
        let registry = Opened::registry(chain)?;
        let (_, seat) = self.opened.seat(registry, self.person).ok_or(Code::PersonNoSeat)?;
        let certificate = &seat.certificate;
        let root = self.opened.registry_entries(1, 1)?.first().map_or(Digest([0; 32]), |entry| entry.hash());
        Ok(Header {
            ws: Text(chain.workspace().ok_or(Code::HostNotFounded)?),
            bureau: registry.name().to_owned(),
            root: Text(root),
            bundle: self.bundle.clone(),
            volume: 1,
            volumes: 1,
            from: Origin {
                device: Text(certificate.device),
                incarnation: Text(certificate.incarnation),
                name: names::person(registry, self.person),
            },
            to,
            recipients: Vec::new(),
            made_ms: self.now_ms,
            counts: Counts::default(),
            receipts: Receipts::of(reader)?,
        })
    }
}

/// How the running or last exchange stands.
pub(crate) fn status(desk: &Desk, _: Nothing) -> Result<ExchangeStatus, Refused> {
    Ok(open_for_exchange(desk)?.exchange.status())
}

/// Stops it between two transactions.
pub(crate) fn cancel(desk: &Desk, _: Nothing) -> Result<ExchangeStatus, Refused> {
    let opened = open_for_exchange(desk)?;
    opened.exchange.cancel();
    Ok(opened.exchange.status())
}

/// How a peer is named to a person's commands: PC and life.
fn peer_id(peer: &PeerRow) -> String {
    format!("{}{}", peer.device, peer.incarnation)
}

/// Other PCs: neither this one, whose own bundle may come back, nor the name under which unsigned bundles stand.
fn peers(opened: &Opened, reader: &Reader<'_>) -> Result<Vec<PeerRow>, StoreError> {
    let mut peers = reader.peers()?;
    peers.retain(|peer| peer.incarnation != opened.incarnation && peer.device != UNSIGNED_DEVICE);
    Ok(peers)
}

fn peer(opened: &Opened, reader: &Reader<'_>, id: &str) -> Result<PeerRow, Refused> {
    let mut peers = peers(opened, reader)?.into_iter();
    let found = peers.find(|peer| peer_id(peer) == id && !is_endpoint(peer));
    found.ok_or_else(|| Code::PeerUnknown.into())
}

/// The room 同步.
pub(crate) fn room(desk: &Desk, _: Nothing) -> Result<SyncStatus, Refused> {
    let opened = desk.sitting()?.opened;
    let here = desk.ambient().now();
    let stamp = |ms| ambient::rfc3339(ambient::from_ms(ms, here));
    let room = opened.store.read(|reader| {
        let met = peers(&opened, reader)?;
        let unsent = unsent(reader, &met)?;
        let peers = met.into_iter().map(|peer| PeerView {
            id: peer_id(&peer),
            seen_at: stamp(peer.seen_ms),
            unconfirmed: peer.unconfirmed,
            waiting: peer.held,
            endpoint: is_endpoint(&peer),
            name: peer.name,
        });
        let pending = reader.pending(ROWS_MAX)?.into_iter().map(|row| PendingView {
            event: names::short(&row.event.to_string()),
            form: row.form.to_string(),
            from: row.peer,
            waits_for: waits_for(&row.waiting),
        });
        let refused = reader.refused(ROWS_MAX)?.into_iter().map(|row| RefusedView {
            item: names::short(&row.event.to_string()),
            from: row.peer,
            words: item_words::refused(&row.code).to_owned(),
            code: row.code,
            at: stamp(row.at_ms),
        });
        Ok::<_, StoreError>(SyncStatus {
            peers: peers.collect(),
            unsent,
            pending: pending.collect(),
            pending_count: reader.pending_count()?,
            refused: refused.collect(),
            missing_files: reader.wanted_count()?,
        })
    })?;
    Ok(room)
}

/// What the endpoint that was met last has not confirmed.
fn unsent(reader: &Reader<'_>, peers: &[PeerRow]) -> Result<Vec<UnsentView>, StoreError> {
    let (Some(endpoint), Some(registry)) =
        (peers.iter().find(|peer| is_endpoint(peer)), reader.registry().now())
    else {
        return Ok(Vec::new());
    };
    let leaving = leaving_ledgers(registry);
    let view = |(form, events)| {
        let row = reader.form_row(form)?;
        Ok(row.map(|row| UnsentView {
            form: form.to_string(),
            number: row.number.map_or(row.working_number, |number| number.to_string()),
            title: row.title,
            events,
            leaves: leaving.as_ref().is_none_or(|leaving| leaving.contains(&row.ledger)),
        }))
    };
    let forms = reader.unconfirmed_forms(endpoint.key, ROWS_MAX)?;
    forms.into_iter().filter_map(|form| view(form).transpose()).collect()
}

fn is_endpoint(peer: &PeerRow) -> bool {
    peer.device == endpoint_device(&peer.name)
}

/// The digest that PCs with the same events have in common.
pub(crate) fn state(desk: &Desk, _: Nothing) -> Result<StateDigest, Refused> {
    let opened = desk.sitting()?.opened;
    let digest = opened.store.read(|reader| reader.state_digest())?;
    Ok(StateDigest { state: fingerprint(digest) })
}

fn waits_for(waiting: &WaitsFor) -> String {
    match waiting {
        WaitsFor::Event(event) => format!("这张单据前面的一条记录（{}）", names::short(&event.to_string())),
        WaitsFor::Registry(number) => format!("名册第 {number} 号"),
        WaitsFor::Program(_) => "新版本的程序".to_owned(),
        WaitsFor::Nothing => "下一次收取时收进".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_counted_after_the_import_whichever_bundle_brought_it() {
        let outcome = Outcome { events: 3, events_waiting: 1, released: 2, ..Outcome::default() };
        let (good, written) = (Counts::default(), Counts::default());
        let told = told(&Imported { outcome, good, written, signed: true }, 1);
        assert_eq!((told.new.events, told.waiting), (5, 1));
        assert_eq!(told.message, "已收进 5 项；1 项还缺前面的内容，先放着。");
    }
}
