//! The program itself: started, told to end, killed while it works, with certificates, copied and brought back.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use qianban_journal::{Envelope, digest};
use qianban_protocol::enrol::{Enrolled, Found};
use qianban_protocol::events::{Envelopes, Page};
use qianban_protocol::hello::{Hello, VERSION};
use qianban_protocol::registry::Entries;
use qianban_protocol::{Fates, Message, path};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::bureau::{Bureau, UNIT, Who};
use crate::pc::{Pc, plain};
use crate::postgres::Server;

/// How often the program is killed while it takes events in.
const KILLS: u64 = 20;
/// PCs that send at the same time.
const SENDERS: u64 = 8;

/// A running program.
struct Program {
    child: Child,
    at: SocketAddr,
    watch: SocketAddr,
}

/// A folder with a file of settings that name free ports.
struct Place {
    folder: PathBuf,
    _root: tempfile::TempDir,
}

impl Place {
    fn new(more: &str) -> Self {
        let root = tempfile::tempdir().expect("a folder");
        let folder = root.path().to_path_buf();
        let data = folder.join("data").display().to_string();
        let ports = "listen = \"127.0.0.1:0\"\nwatch = \"127.0.0.1:0\"\n";
        let settings = format!("data = {data:?}\n{ports}{more}");
        std::fs::write(folder.join("endpoint.toml"), settings).expect("written");
        Self { folder, _root: root }
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qianban-endpoint"));
        command.arg("--config").arg(self.folder.join("endpoint.toml")).args(words).current_dir(&self.folder);
        command
    }

    /// A job that ends by itself; what it printed.
    fn job(&self, words: &[&str]) -> Result<String, String> {
        let done = self.command(words).output().expect("runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        if done.status.success() { Ok(text(&done.stdout)) } else { Err(text(&done.stderr)) }
    }

    fn serve(&self) -> Program {
        let mut child =
            self.command(&["serve"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("starts");
        let mut lines = BufReader::new(child.stdout.take().expect("an output")).lines();
        let mut next = || {
            let line = lines.next().expect("an address").expect("text");
            line.split_once("://").expect("an address").1.parse().expect("an address")
        };
        Program { at: next(), watch: next(), child }
    }
}

impl Program {
    fn signal(&self, name: &str) {
        let done =
            Command::new("kill").args([name, &self.child.id().to_string()]).status().expect("kill runs");
        assert!(done.success());
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn let_in(place: &Place, at: SocketAddr, bureau: &Bureau) {
    let found = Found { code: place.job(&["invite"]).expect("a code"), entry: bureau.entries[0].clone() };
    plain(at, "POST", path::FOUND, "", &found.encode()).await.message::<Enrolled>();
    let admin = Pc::new(at, bureau, Who::Admin).await;
    admin.post(path::REGISTRY, &Entries(bureau.entries[1..].to_vec())).await.message::<Fates>();
}

fn push_of(forms: &[Vec<Envelope>]) -> Envelopes {
    Envelopes(forms.concat().iter().map(Envelope::encode).collect())
}

async fn all_events(pc: &Pc) -> Vec<Vec<u8>> {
    let (mut events, mut after) = (Vec::new(), 0);
    loop {
        let target = format!("{}?inc={}&after={after}", path::EVENTS, pc.incarnation);
        let page: Page = pc.get(&target).await.message();
        events.extend(page.events.into_iter().map(|one| one.envelope));
        after = page.last;
        if page.last == page.head {
            return events;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_starts_answers_and_ends_when_told() {
    let place = Place::new("");
    let mut program = place.serve();
    let hello: Hello = plain(program.at, "GET", path::HELLO, "", &[]).await.message();
    assert_eq!(hello.common_version(), Some(VERSION));
    for target in ["/health", "/ready"] {
        assert_eq!(plain(program.watch, "GET", target, "", &[]).await.status, 200);
        assert_eq!(plain(program.at, "GET", target, "", &[]).await.status, 404, "not where PCs ask");
    }
    let figures = plain(program.watch, "GET", "/metrics", "", &[]).await;
    let text = String::from_utf8(figures.body).expect("text");
    assert!(text.contains("qianban_request_seconds_count{path=\"/v1/hello\",status=\"200\"} 1"), "{text}");
    program.signal("-TERM");
    assert!(program.child.wait().expect("ended").success());
    let again: Hello = plain(place.serve().at, "GET", path::HELLO, "", &[]).await.message();
    assert_eq!((again.incarnation, again.key), (hello.incarnation, hello.key), "the same after a restart");
}

/// Faults 1 and 68 on the endpoint's side: what was acknowledged is there, what was not can be sent again. Each round kills
/// it after another number of answers, while others are under way.
#[tokio::test(flavor = "multi_thread")]
async fn killed_while_it_takes_events_in_it_has_every_one_that_it_acknowledged() {
    let place = Place::new("");
    let mut bureau = Bureau::founded(31);
    let mut program = place.serve();
    let_in(&place, program.at, &bureau).await;
    let (mut acknowledged, mut here) = (BTreeSet::new(), BTreeSet::new());
    for round in 0..kills() {
        let pc = Arc::new(Pc::new(program.at, &bureau, Who::Registrar).await);
        let mut senders = JoinSet::new();
        for sender in 0..SENDERS {
            let form = bureau.form(Who::Registrar, UNIT, digest(&(round * SENDERS + sender).to_be_bytes()));
            let pc = Arc::clone(&pc);
            senders.spawn(async move {
                pc.try_post(path::EVENTS, &push_of(std::slice::from_ref(&form))).await.map(|_| form)
            });
        }
        let (mut sent, mut answers) = (Vec::new(), 0);
        while answers < round % SENDERS {
            sent.push(senders.join_next().await.expect("a sender").expect("ended"));
            answers += 1;
        }
        program.child.kill().expect("killed");
        program.child.wait().expect("ended");
        sent.extend(senders.join_all().await);
        acknowledged.extend(sent.into_iter().flatten().flatten().map(|envelope| envelope.encode()));
        program = place.serve();
        here = all_events(&Pc::new(program.at, &bureau, Who::Registrar).await).await.into_iter().collect();
        assert!(acknowledged.is_subset(&here), "after kill {round}");
    }
    assert!(acknowledged.len() as u64 >= kills() / 2, "some were acknowledged in most rounds");
    let some: Vec<_> = here.into_iter().take(qianban_protocol::limit::EVENTS).collect();
    let pc = Pc::new(program.at, &bureau, Who::Registrar).await;
    let Fates(fates) = pc.post(path::EVENTS, &Envelopes(some)).await.message();
    assert!(
        fates.iter().all(|fate| *fate == qianban_protocol::Fate::Duplicate),
        "sent again, nothing doubled"
    );
}

/// `QIANBAN_KILLS` makes a long run of it.
fn kills() -> u64 {
    std::env::var("QIANBAN_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS)
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_are_shown_and_can_be_pinned() {
    let place = Place::new("[tls]\ncertificates = \"cert.pem\"\nkey = \"key.pem\"\n");
    let words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem \
         -days 2 -subj /CN=endpoint -addext subjectAltName=DNS:endpoint.example \
         -addext basicConstraints=critical,CA:false";
    let made = Command::new("openssl").args(words.split_whitespace()).current_dir(&place.folder).output();
    assert!(made.expect("openssl runs").status.success());
    let program = place.serve();
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_file(place.folder.join("cert.pem")).expect("a certificate"))
        .expect("added");
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let connector = TlsConnector::from(Arc::new(config));
    let name = |name: &'static str| ServerName::try_from(name).expect("a name");
    let tcp = async || tokio::net::TcpStream::connect(program.at).await.expect("connects");
    let mut stream = connector.connect(name("endpoint.example"), tcp().await).await.expect("the pinned one");
    let head = "GET /v1/hello HTTP/1.1\r\nHost: endpoint.example\r\nConnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("answered");
    assert!(answer.starts_with(b"HTTP/1.1 200"));
    assert!(connector.connect(name("another.example"), tcp().await).await.is_err(), "another name");
    let none = ClientConfig::builder().with_root_certificates(RootCertStore::empty()).with_no_client_auth();
    let stranger = TlsConnector::from(Arc::new(none)).connect(name("endpoint.example"), tcp().await).await;
    assert!(stranger.is_err(), "not pinned");
}

/// Faults 18 and 70: a restored endpoint is another life; PCs send again what it lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_comes_back_on_the_other_database_as_a_new_life() {
    let server = Server::start();
    let (old, address) = (Place::new(""), server.database("restored"));
    let mut bureau = Bureau::founded(32);
    let forms: Vec<_> = (0..3).map(|n| bureau.form(Who::Registrar, UNIT, digest(&[n]))).collect();
    let program = old.serve();
    let_in(&old, program.at, &bureau).await;
    let pc = Pc::new(program.at, &bureau, Who::Registrar).await;
    pc.post(path::EVENTS, &push_of(&forms[..2])).await.message::<Fates>();
    let long = vec![7_u8; 100_000];
    let blob = format!("{}/{}", path::BLOBS, digest(&long));
    pc.ask_with("PUT", &format!("{blob}?offset=0&len={}", long.len()), "", &long).await;
    assert_eq!(old.job(&["backup", "copy.qbe"]).expect("copied"), "1 bureaus, 4 events");
    assert!(old.job(&["backup", "copy.qbe"]).is_ok(), "again, over the old one");
    pc.post(path::EVENTS, &push_of(&forms[2..])).await.message::<Fates>();
    assert!(old.job(&["restore", "copy.qbe"]).is_err(), "not into the database that was copied");

    let new = Place::new(&format!("postgres = {address:?}\n"));
    let copy = old.folder.join("copy.qbe");
    std::fs::copy(&copy, new.folder.join("copy.qbe")).expect("copied");
    damaged(&copy, &new.folder.join("bad.qbe"));
    assert!(Place::new("").job(&["restore", &new.folder.join("bad.qbe").display().to_string()]).is_err());
    assert_eq!(new.job(&["restore", "copy.qbe"]).expect("restored"), "4 events");
    assert!(new.job(&["restore", "copy.qbe"]).is_err(), "once");
    let restored = new.serve();
    assert_eq!(pc.elsewhere(restored.at).get("/v1/registry?after=0").await.status, 410, "another life");
    let again = Pc::new(restored.at, &bureau, Who::Registrar).await;
    assert_eq!(all_events(&again).await, push_of(&forms[..2]).0);
    let Fates(fates) = again.post(path::EVENTS, &push_of(&forms)).await.message();
    let stored = fates.iter().filter(|fate| **fate == qianban_protocol::Fate::Stored).count();
    assert_eq!(stored, 2, "what the copy did not have");
    let part = again.ask_with("GET", &blob, "range: bytes=99990-99999\r\n", &[]).await;
    assert_eq!((part.status, part.body), (206, vec![7; 10]));
}

fn damaged(from: &Path, to: &Path) {
    let mut bytes = std::fs::read(from).expect("read");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(to, bytes).expect("written");
}
