//! `endpoint_way`, `endpoint_way_set`, `introduce`, `enrol`, `enrolment_code`, `enrolments`, `sync_now`, `sync_progress`,
//! `sync_cancel`: the exchange with the endpoint.

use std::fs;
use std::sync::Arc;

use qianban_journal::{Certificate, Digest, PersonId, Sm2Key, digest, fingerprint, seat_id};
use qianban_store::{EndpointWay, Password, SeatRequest};
use qianban_sync::Request;
use qianban_sync::http::{self, Access, Exchanged, Pace, Standing, Step, Voice, Wire};

use super::exchange::{new, open_for_exchange, path};
use crate::api::{
    self, Enrol, Enrolled, EnrolmentCode, EnrolmentView, Enrolments, ExchangeStatus, ExchangeTask, Introduce,
    Nothing, SyncStep, Synced,
};
use crate::credential::new_key;
use crate::desk::Sitting;
use crate::exchange_run::ExchangeRun;
use crate::opened::Opened;
use crate::text;
use crate::{Ambient, Code, Desk, Refused, ambient, item_words};

/// What the endpoint is called on screen.
const NAME: &str = "交换端";
/// Characters of an address.
const URL_CHARS_MAX: usize = 500;
/// Bytes of a certificate file.
const AUTHORITY_BYTES_MAX: u64 = 256 * 1024;
/// Characters of a one-time code as typed.
const CODE_CHARS_MAX: usize = 64;
/// Everything is compared once in so long (Y5).
const COMPARE_EVERY_MS: i64 = 24 * 60 * 60 * 1_000;

/// How this PC gets to the endpoint.
pub(crate) fn way(desk: &Desk, _: Nothing) -> Result<api::EndpointWay, Refused> {
    let way = open_for_exchange(desk)?.store.read(|reader| reader.endpoint_way())?;
    Ok(shown(way.unwrap_or_default()))
}

fn shown(way: EndpointWay) -> api::EndpointWay {
    let EndpointWay { url, proxy, authority } = way;
    let authority =
        if authority.is_empty() { String::new() } else { fingerprint(digest(authority.as_bytes())) };
    api::EndpointWay { url, proxy, authority }
}

/// Sets it; nobody is asked yet.
pub(crate) fn set_way(desk: &Desk, request: api::EndpointWaySet) -> Result<api::EndpointWay, Refused> {
    let opened = open_for_exchange(desk)?;
    if opened.sample {
        return Err(Code::EndpointSample.into());
    }
    let line = |what, typed: &str| match typed.trim() {
        "" => Ok(String::new()),
        typed => text::name(what, typed, URL_CHARS_MAX),
    };
    let known = opened.store.read(|reader| reader.endpoint_way())?.unwrap_or_default();
    let authority = match request.authority.as_deref() {
        None => known.authority,
        Some("") => String::new(),
        Some(typed) => authority(typed)?,
    };
    let way =
        EndpointWay { url: line("网址", &request.url)?, proxy: line("代理", &request.proxy)?, authority };
    if !way.url.is_empty() {
        http::check(&access(way.clone())).map_err(item_words::exchange)?;
    }
    opened.store.write(|writer| writer.set_endpoint_way(&way))?;
    desk.background.ring();
    Ok(shown(way))
}

fn authority(typed: &str) -> Result<String, Refused> {
    let file = path(typed)?;
    let read = match fs::metadata(&file) {
        Ok(found) if found.len() > AUTHORITY_BYTES_MAX => return Err(Code::EndpointSetting.into()),
        Ok(_) => fs::read_to_string(&file),
        Err(error) => Err(error),
    };
    read.map_err(|error| item_words::unreadable(&file, &error))
}

fn access(way: EndpointWay) -> Access {
    let some = |text: String| (!text.is_empty()).then_some(text);
    Access { url: way.url, proxy: some(way.proxy), authority: some(way.authority) }
}

fn known_access(opened: &Opened) -> Result<Access, Refused> {
    let way = opened.store.read(|reader| reader.endpoint_way())?;
    way.map(access).ok_or_else(|| Code::EndpointNone.into())
}

/// What speaks for a person's seat on the wire, made while the password is at hand. Without it the person works as well.
pub(super) fn voice(desk: &Desk, opened: &Opened, person: PersonId, password: &Password) -> Option<Voice> {
    let open = || {
        let chain = opened.chain()?;
        let ws = chain.workspace().ok_or(Code::HostNotFounded)?;
        let (seat, _) = opened.seat(Opened::registry(&chain)?, person).ok_or(Code::PersonNoSeat)?;
        let now_ms = desk.ambient().now_ms();
        let private = opened.vault.signing_key(person, seat, password, now_ms)?;
        let owner = super::sign::signing_key(&private)?;
        Ok::<_, Refused>(Voice::open(ws, seat, &owner, new_key(desk.ambient())?, now_ms)?)
    };
    open().inspect_err(|refused| tracing::warn!(%refused, "no voice")).ok()
}

/// Who asks, and where.
struct Caller {
    opened: Arc<Opened>,
    voice: Arc<Voice>,
    access: Access,
    ambient: Arc<dyn Ambient>,
}

impl Caller {
    fn of(desk: &Desk) -> Result<Self, Refused> {
        let Sitting { opened, .. } = desk.sitting()?;
        let access = known_access(&opened)?;
        let voice = desk.voice().ok_or(Code::EndpointVoice)?;
        Ok(Self { opened, voice, access, ambient: Arc::clone(&desk.setup.ambient) })
    }

    fn ask<T>(&self, what: impl FnOnce(&Wire<'_>) -> Result<T, Refused>) -> Result<T, Refused> {
        let now_ms = || self.ambient.now_ms();
        let nonce = || self.ambient.bytes().ok();
        let wire = Wire::open(&self.access, self.voice.caller(&now_ms, &nonce));
        what(&wire.map_err(item_words::exchange)?)
    }

    /// One exchange, and when it ended.
    fn sync(&self, run: &ExchangeRun, status: &mut ExchangeStatus) -> Result<(), Refused> {
        let done = self.exchange(run);
        status.ended_at = Some(ambient::rfc3339(self.ambient.now()));
        status.synced = Some(done?);
        Ok(())
    }

    fn exchange(&self, run: &ExchangeRun) -> Result<Synced, Refused> {
        let store = &self.opened.store;
        let now_ms = self.ambient.now_ms();
        let since_ms = now_ms - store.read(|reader| reader.compared_ms())?;
        // A clock that was set back must not keep them from being compared.
        let compare = !(0..COMPARE_EVERY_MS).contains(&since_ms);
        let mut pace = |Pace { step, done, total }| run.pace(Some(words(step)), done, total);
        let done = self.ask(|wire| {
            http::exchange(store, wire, NAME, compare, now_ms, &mut pace).map_err(item_words::exchange)
        });
        // Whatever came in before it ended is on the disk.
        if let Err(refused) = self.opened.raise_anchor() {
            tracing::warn!(%refused, "the anchor stays behind the database");
        }
        let done = done?;
        if compare {
            store.write(|writer| writer.note_compared(now_ms))?;
        }
        self.opened.note_exchanged()?;
        let waiting = store.read(|reader| reader.pending_count())? + done.outcome.entries_waiting;
        Ok(told(&done, waiting, compare))
    }
}

fn words(step: Step) -> SyncStep {
    match step {
        Step::PullRegistry => SyncStep::PullRegistry,
        Step::PushRegistry => SyncStep::PushRegistry,
        Step::PullEvents => SyncStep::PullEvents,
        Step::PullFiles => SyncStep::PullFiles,
        Step::PushEvents => SyncStep::PushEvents,
        Step::Compare => SyncStep::Compare,
        Step::Witness => SyncStep::Witness,
    }
}

fn told(done: &Exchanged, waiting: u64, compared: bool) -> Synced {
    let new = new(&done.outcome);
    Synced {
        message: sentence(done, new.entries + new.events + new.contents + new.attachments, waiting),
        new,
        given: done.given,
        files_given: done.files_given,
        waiting,
        refused: item_words::counted(&done.outcome.refused),
        not_taken: item_words::counted(done.not_taken.iter().map(|(code, count)| (code, count))),
        compared,
    }
}

fn sentence(done: &Exchanged, new: u64, waiting: u64) -> String {
    let given = done.given + done.files_given;
    let mut words = match (new, given) {
        (0, 0) => "没有新内容，两边一致".to_owned(),
        (new, 0) => format!("收进 {new} 项"),
        (0, given) => format!("送出 {given} 项"),
        (new, given) => format!("收进 {new} 项，送出 {given} 项"),
    };
    let not_taken: u64 = done.not_taken.iter().map(|(_, count)| count).sum();
    for (count, said) in [
        (waiting, "还缺前面的内容，先放着"),
        (done.outcome.refusals(), "本机拒收"),
        (not_taken, "交换端没有接受"),
    ] {
        if count > 0 {
            words.push_str(&format!("；{count} 项{said}"));
        }
    }
    words.push('。');
    words
}

/// Exchanges now. One that runs already is the one that was asked for.
pub(crate) fn sync_now(desk: &Desk, _: Nothing) -> Result<ExchangeStatus, Refused> {
    let caller = Caller::of(desk)?;
    let line = Arc::clone(&caller.opened.line);
    match line.start(ExchangeTask::Sync, move |run, status| caller.sync(run, status)) {
        Err(refused) if refused.code() != Code::ExchangeRunning => Err(refused),
        _ => Ok(line.status()),
    }
}

/// What became of a turn of the background.
pub(crate) enum Turn {
    /// Nobody is at the desk, or there is no endpoint.
    Nothing,
    /// Another exchange runs.
    InTheWay,
    /// It ended, maybe early.
    Done(Option<Refused>),
}

/// Exchanges on this thread if there is anything to exchange with.
pub(crate) fn turn(desk: &Desk) -> Turn {
    let Ok(caller) = Caller::of(desk) else { return Turn::Nothing };
    let line = Arc::clone(&caller.opened.line);
    if line.claim(ExchangeTask::Sync).is_err() {
        return Turn::InTheWay;
    }
    Turn::Done(line.carry_out(ExchangeTask::Sync, |run, status| caller.sync(run, status)))
}

/// How the running or last exchange stands.
pub(crate) fn progress(desk: &Desk, _: Nothing) -> Result<ExchangeStatus, Refused> {
    Ok(open_for_exchange(desk)?.line.status())
}

/// Stops it between two requests.
pub(crate) fn cancel(desk: &Desk, _: Nothing) -> Result<ExchangeStatus, Refused> {
    let opened = open_for_exchange(desk)?;
    opened.line.cancel();
    Ok(opened.line.status())
}

/// A code for one PC.
pub(crate) fn code(desk: &Desk, _: Nothing) -> Result<EnrolmentCode, Refused> {
    let (code, until_ms) =
        Caller::of(desk)?.ask(|wire| wire.one_time_code().map_err(item_words::exchange))?;
    let until = ambient::rfc3339(ambient::from_ms(until_ms, desk.ambient().now()));
    Ok(EnrolmentCode { code, until })
}

/// Seats that are asked for at the endpoint.
pub(crate) fn waiting(desk: &Desk, _: Nothing) -> Result<Enrolments, Refused> {
    let waiting = Caller::of(desk)?.ask(|wire| wire.enrolments().map_err(item_words::exchange))?;
    let here = desk.ambient().now();
    // One without a request that its key signed is nothing that could be certified.
    let view = |one: http::Enrolment| {
        let request = one.request?;
        Some(EnrolmentView {
            text: request.to_text(),
            fingerprint: request.fingerprint(),
            name: request.name,
            at: ambient::rfc3339(ambient::from_ms(one.at_ms, here)),
        })
    };
    Ok(Enrolments { enrolments: waiting.into_iter().filter_map(view).collect() })
}

fn one_time_code(typed: &api::Secret) -> Result<String, Refused> {
    text::name("一次性码", typed.expose(), CODE_CHARS_MAX)
}

/// The bureau becomes known to the endpoint, by a code of its operator.
pub(crate) fn introduce(desk: &Desk, request: Introduce) -> Result<ExchangeStatus, Refused> {
    let opened = desk.sitting()?.opened;
    let (access, code) = (known_access(&opened)?, one_time_code(&request.code)?);
    let line = Arc::clone(&opened.line);
    line.start(ExchangeTask::Introduce, move |_, status| {
        let first = opened.store.read(|reader| reader.registry_entry(1))?.unwrap_or_default();
        let standing = http::introduce(&access, code, first).map_err(item_words::exchange)?;
        status.enrolled = Some(learnt(standing));
        let ours = opened.registry_entries(1, 1)?.first().map(|entry| entry.hash());
        if ours == Some(standing.root) { Ok(()) } else { Err(Code::EndpointFingerprint.into()) }
    })?;
    progress(desk, Nothing {})
}

fn learnt(standing: Standing) -> Enrolled {
    Enrolled { certified: standing.person.is_some(), fingerprint: fingerprint(standing.root) }
}

/// This PC shows the seat that it asked for; when the seat is certified, the ledger comes.
pub(crate) fn enrol(desk: &Desk, request: Enrol) -> Result<ExchangeStatus, Refused> {
    let opened = open_for_exchange(desk)?;
    let asked = opened.store.read(|reader| reader.seat_requests())?;
    let asked = asked.into_iter().next().ok_or(Code::EndpointNoRequest)?;
    let (access, code) = (known_access(&opened)?, one_time_code(&request.code)?);
    let password = Password::new(request.password.expose())?;
    let ambient = Arc::clone(&desk.setup.ambient);
    let person = asked.certificate.person;
    let private =
        opened.vault.signing_key(person, Request::asked(&asked.certificate), &password, ambient.now_ms())?;
    let key = super::sign::signing_key(&private)?;
    let line = Arc::clone(&opened.line);
    let joining = Joining { opened, asked, access, code, key, fingerprint: request.fingerprint, ambient };
    line.start(ExchangeTask::Enrol, move |run, status| joining.carry_out(run, status))?;
    progress(desk, Nothing {})
}

/// A PC that asks for its seat.
struct Joining {
    opened: Arc<Opened>,
    asked: SeatRequest,
    access: Access,
    code: String,
    key: Sm2Key,
    fingerprint: String,
    ambient: Arc<dyn Ambient>,
}

impl Joining {
    fn carry_out(self, run: &ExchangeRun, status: &mut ExchangeStatus) -> Result<(), Refused> {
        let SeatRequest { certificate, name, sig, .. } = self.asked;
        let request =
            Request::new(certificate.clone(), name, sig).map_err(|_| Refused::new(Code::SeatRequestBad))?;
        let standing =
            http::enrol(&self.access, self.code, &request, &self.key).map_err(item_words::exchange)?;
        trust(&self.opened, standing.root, &self.fingerprint)?;
        status.enrolled = Some(learnt(standing));
        let Some(person) = standing.person else { return Ok(()) };
        let voice = Voice::open(
            standing.ws,
            seat_id(standing.ws, &Certificate { person, ..certificate }),
            &self.key,
            new_key(&*self.ambient)?,
            self.ambient.now_ms(),
        )?;
        let Self { opened, access, ambient, .. } = self;
        Caller { opened, voice: Arc::new(voice), access, ambient }.sync(run, status)
    }
}

/// G1: the ledger there is the one whose fingerprint was typed, or the one that is here.
fn trust(opened: &Opened, root: Digest, typed: &str) -> Result<(), Refused> {
    let plain = |text: &str| text.chars().filter(char::is_ascii_hexdigit).collect::<String>().to_lowercase();
    let chain = opened.chain()?;
    let ours = chain.head().is_some().then(|| chain.root_fingerprint());
    let expected = ours.as_deref().unwrap_or(typed);
    if plain(expected).is_empty() {
        return Err(Code::FingerprintNeeded.into());
    }
    if plain(expected) != plain(&fingerprint(root)) {
        return Err(Code::EndpointFingerprint.into());
    }
    if ours.is_none() {
        opened.store.write(|writer| writer.trust_root(root))?;
    }
    Ok(())
}
