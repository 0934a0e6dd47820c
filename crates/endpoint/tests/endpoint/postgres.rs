//! A PostgreSQL of our own in a temporary folder, reached by a socket in it.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A server; it ends with this value.
pub(crate) struct Server {
    folder: TempDir,
    tools: PathBuf,
    port: u16,
    /// Whether it answers over TCP too.
    listens: bool,
}

/// The port whose name a socket has.
const PORT: u16 = 5432;
/// Who may come in over TCP: with a password, and under TLS alone.
const HBA: &str = "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n";
const SSL: &str = "ssl = on\nssl_cert_file = 'server.pem'\nssl_key_file = 'server.key'\n";

impl Server {
    /// Makes a database cluster and starts it.
    pub(crate) fn start() -> Self {
        let server = Self::new();
        server.run(
            "initdb",
            &["-D", "data", "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C"],
        );
        server.ctl(&["start"]);
        server
    }

    /// A folder for one.
    fn new() -> Self {
        let tools = fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL is installed").flatten();
        let tools = tools.map(|version| version.path().join("bin")).max().expect("a version");
        let folder = tempfile::Builder::new().prefix("qb-pg").tempdir_in("/tmp").expect("a folder");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).expect("changed");
        if let Some((user, group)) = postgres_user().filter(|_| is_root()) {
            chown(folder.path(), Some(user), Some(group)).expect("handed over");
        }
        Self { folder, tools, port: PORT, listens: false }
    }

    /// A standby that takes part in every commit of this server from now on: none is answered before it has it.
    pub(crate) fn standby(&self) -> Self {
        // Whoever is root runs the tools as another user, who must be let into both folders.
        let standby = Self::new();
        standby.run(
            "pg_basebackup",
            &["-h", &self.socket(), "-U", "postgres", "-D", "data", "-R", "-X", "stream"],
        );
        standby.ctl(&["start"]);
        self.sql("ALTER SYSTEM SET synchronous_standby_names = '*'");
        self.sql("SELECT pg_reload_conf()");
        standby
    }

    /// Makes a standby the server that is written to.
    pub(crate) fn promote(&self) {
        self.run("pg_ctl", &["promote", "-D", "data", "-w", "-s"]);
    }

    /// Ends all of its processes at once, as nothing but a dead machine would.
    pub(crate) fn kill(&self) {
        let file = fs::read_to_string(self.folder.path().join("data/postmaster.pid")).expect("it runs");
        let parent = file.lines().next().expect("its process").to_owned();
        let children =
            fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).expect("its children");
        let all = [parent.as_str()].into_iter().chain(children.split_whitespace());
        // One of them may end by itself meanwhile.
        let _ = Command::new("kill").arg("-9").args(all).output().expect("kill runs");
    }

    fn sql(&self, statement: &str) {
        let (socket, port) = (self.socket(), self.port.to_string());
        self.run("psql", &["-h", &socket, "-p", &port, "-U", "postgres", "-c", statement]);
    }

    /// The same, answering on a port too, under TLS. It shows the name `localhost`, certified by an authority whose
    /// certificate stands in [`Self::authority`].
    pub(crate) fn start_with_tls() -> Self {
        let mut server = Self::start();
        let data = server.folder.path().join("data");
        for words in [
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key -out ca.pem -days 2 \
             -subj /CN=authority -addext basicConstraints=critical,CA:true",
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout data/server.key \
             -out data/server.pem -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
             -addext basicConstraints=critical,CA:false -CA ca.pem -CAkey ca.key",
        ] {
            let mut command = Command::new("openssl");
            command.args(words.split_whitespace()).current_dir(server.folder.path());
            let made = command.output().expect("openssl runs");
            assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        }
        if let Some((user, group)) = postgres_user().filter(|_| is_root()) {
            chown(data.join("server.key"), Some(user), Some(group)).expect("handed over");
        }
        fs::write(data.join("pg_hba.conf"), HBA).expect("written");
        let settings = data.join("postgresql.auto.conf");
        fs::write(settings, SSL).expect("written");
        server.sql("ALTER USER postgres PASSWORD 'p'");
        let free = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        (server.port, server.listens) = (free.local_addr().expect("an address").port(), true);
        drop(free);
        server.ctl(&["restart"]);
        server
    }

    fn socket(&self) -> String {
        self.folder.path().display().to_string()
    }

    /// The port that answers under TLS.
    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// The certificate of the authority.
    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// Where it listens: an empty database of that name.
    pub(crate) fn database(&self, name: &str) -> String {
        let (socket, port) = (self.socket(), self.port.to_string());
        self.run("createdb", &["-h", &socket, "-p", &port, "-U", "postgres", name]);
        format!("host={socket} port={port} user=postgres dbname={name}")
    }

    /// The database of that name at this server, or at the standby once that is the one to be written to.
    pub(crate) fn database_or_at(&self, standby: &Self, name: &str) -> String {
        drop(self.database(name));
        let (here, there) = (self.socket(), standby.socket());
        format!("host={here},{there} user=postgres dbname={name} target_session_attrs=read-write")
    }

    /// Ends it as a power cut would, and starts it again.
    pub(crate) fn crash_and_restart(&self) {
        self.ctl(&["restart", "-m", "immediate"]);
    }

    fn ctl(&self, words: &[&str]) {
        let listen = if self.listens { "127.0.0.1" } else { "" };
        let options = format!(
            "-c listen_addresses={listen} -c port={} -c unix_socket_directories={} -c fsync=off -c max_connections=100",
            self.port,
            self.socket()
        );
        self.run("pg_ctl", &[words, &["-D", "data", "-w", "-s", "-l", "log", "-o", &options]].concat());
    }

    fn run(&self, tool: &str, words: &[&str]) {
        let mut command = match is_root() {
            true => Command::new("runuser"),
            false => Command::new(self.tools.join(tool)),
        };
        if is_root() {
            command.args(["-u", "postgres", "--"]).arg(self.tools.join(tool));
        }
        let done = command.args(words).current_dir(self.folder.path()).output().expect("the tool runs");
        assert!(done.status.success(), "{tool} {words:?}: {}", String::from_utf8_lossy(&done.stderr));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let pid = fs::read_to_string(self.folder.path().join("data/postmaster.pid")).unwrap_or_default();
        let runs = pid.lines().next().is_some_and(|pid| Path::new("/proc").join(pid).exists());
        if runs {
            self.ctl(&["stop", "-m", "immediate"]);
        }
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|of| std::os::unix::fs::MetadataExt::uid(&of) == 0)
}

fn postgres_user() -> Option<(u32, u32)> {
    let text = fs::read_to_string(Path::new("/etc/passwd")).ok()?;
    let line = text.lines().find(|line| line.starts_with("postgres:"))?;
    let mut fields = line.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}
