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
}

impl Server {
    /// Makes a database cluster and starts it.
    pub(crate) fn start() -> Self {
        let tools = fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL is installed").flatten();
        let tools = tools.map(|version| version.path().join("bin")).max().expect("a version");
        let folder = tempfile::Builder::new().prefix("qb-pg").tempdir_in("/tmp").expect("a folder");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).expect("changed");
        if let Some((user, group)) = postgres_user().filter(|_| is_root()) {
            chown(folder.path(), Some(user), Some(group)).expect("handed over");
        }
        let server = Self { folder, tools };
        server.run(
            "initdb",
            &["-D", "data", "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C"],
        );
        server.ctl(&["start"]);
        server
    }

    /// Where it listens: an empty database of that name.
    pub(crate) fn database(&self, name: &str) -> String {
        let socket = self.folder.path().display().to_string();
        self.run("createdb", &["-h", &socket, "-U", "postgres", name]);
        format!("host={socket} user=postgres dbname={name}")
    }

    /// Ends it as a power cut would, and starts it again.
    pub(crate) fn crash_and_restart(&self) {
        self.ctl(&["restart", "-m", "immediate"]);
    }

    fn ctl(&self, words: &[&str]) {
        let options = format!(
            "-c listen_addresses= -c unix_socket_directories={} -c fsync=off -c max_connections=100",
            self.folder.path().display()
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
        self.ctl(&["stop", "-m", "immediate"]);
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
