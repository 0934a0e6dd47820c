//! Long blobs in a bucket: a stand-in server of an S3-compatible store, and one contract for it and the folder.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime};

use qianban_endpoint::blob_bucket::{BlobBucket, BucketSettings};
use qianban_endpoint::blob_folder::BlobFolder;
use qianban_endpoint::database::Pc;
use qianban_endpoint::long_blobs::{LongBlobs, Part};
use qianban_journal::{Digest, WorkspaceId, digest};

use crate::pc::send;
use crate::stories;
use crate::world::{World, quota};

const WS: WorkspaceId = WorkspaceId([7; 16]);
const PC: Pc = Pc([1; 32]);
const HOUR: Duration = Duration::from_secs(3_600);

/// The stand-in; it ends with this value.
struct Store {
    child: Child,
    at: SocketAddr,
}

impl Store {
    async fn start() -> Self {
        let python = std::env::var_os("QIANBAN_PYTHON").unwrap_or_else(|| "python3".into());
        let mut command = Command::new(python);
        command.args(["-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]).env("PYTHONUNBUFFERED", "1");
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("starts");
        let mut lines = BufReader::new(child.stderr.take().expect("an output")).lines();
        let at = lines.find_map(|line| {
            let line = line.expect("text");
            line.split_once("http://").map(|(_, at)| at.trim().parse().expect("an address"))
        });
        // Whoever writes to a pipe that nobody reads waits for ever.
        std::thread::spawn(move || lines.for_each(drop));
        let store = Self { child, at: at.expect("the stand-in says where it answers") };
        let made =
            send(store.at, "PUT /blobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n", &[]).await;
        assert_eq!(made.status, 200, "{}", String::from_utf8_lossy(&made.body));
        store
    }

    fn bucket(&self, folder: &Path) -> LongBlobs {
        let secret = folder.join("secret");
        std::fs::write(&secret, "secret\n").expect("written");
        let settings = BucketSettings {
            address: format!("http://{}", self.at),
            name: "blobs".into(),
            region: "us-east-1".into(),
            key_id: "key".into(),
            secret,
            authorities: None,
        };
        BlobBucket::new(&settings).expect("a bucket").into()
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_keeps_the_contract_of_long_blobs() {
    let root = tempfile::tempdir().expect("a folder");
    contract(|| BlobFolder::new(root.path().join("blobs")).into()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_keeps_the_contract_of_long_blobs() {
    let (root, store) = (tempfile::tempdir().expect("a folder"), Store::start().await);
    contract(|| store.bucket(root.path())).await;
}

/// What PCs do with blobs, on an endpoint that has them in a bucket.
#[tokio::test(flavor = "multi_thread")]
async fn blobs_cross_by_a_bucket() {
    let (root, store) = (tempfile::tempdir().expect("a folder"), Store::start().await);
    let world = World::on_sqlite_with(store.bucket(root.path()), quota()).await;
    stories::blobs_cross_in_parts_and_in_batches(&world).await;
}

/// `instance` is another one on the same place each time: what one began, another goes on with.
async fn contract(instance: impl Fn() -> LongBlobs) {
    let take = async |name: Digest, (pc, offset, len): (Pc, usize, usize), bytes: &[u8]| {
        let bytes = bytes.to_vec().into();
        instance().take_in(WS, name, (pc, offset as u64, len as u64), bytes).await.expect("taken")
    };
    // Longer than a piece that the store takes; the parts are shorter.
    let long: Vec<u8> = (0..11_000_000_u32).map(|n| (n % 251) as u8).collect();
    let (name, len, part) = (digest(&long), long.len(), 4 << 20);
    let received = async |name| instance().received(WS, name, PC).await.expect("asked");
    assert_eq!(received(name).await, 0);
    assert_eq!(take(name, (PC, 0, len), &long[..part]).await, Part::Received(part as u64));
    let again = take(name, (PC, 0, len), &long[..part]).await;
    assert_eq!(again, Part::Elsewhere(part as u64), "the answer was lost");
    let gap = take(name, (PC, 2 * part, len), &long[2 * part..]).await;
    assert_eq!(gap, Part::Elsewhere(part as u64));
    let too_long = take(name, (PC, part, part + 1), b"too long").await;
    assert_eq!(too_long, Part::Elsewhere(part as u64));
    let other = take(name, (Pc([2; 32]), part, len), &long[part..2 * part]).await;
    assert_eq!(other, Part::Elsewhere(0), "another PC has the rest of it and not the whole");
    assert!(instance().read(WS, name, 0, 10).await.is_err(), "not visible yet");
    assert_eq!(received(name).await, part as u64);
    assert_eq!(take(name, (PC, part, len), &long[part..2 * part]).await, Part::Received(2 * part as u64));
    assert_eq!(take(name, (PC, 2 * part, len), &long[2 * part..]).await, Part::Complete);
    assert_eq!(received(name).await, 0, "no part is left");
    assert_eq!(instance().read(WS, name, 5_000_003, 10).await.expect("read"), long[5_000_003..5_000_013]);
    assert_eq!(instance().read(WS, name, len as u64 - 3, 10).await.expect("read"), long[len - 3..]);
    let elsewhere = instance().read(WorkspaceId([8; 16]), name, 0, 1).await;
    assert_eq!(elsewhere.map_err(|error| error.kind()), Err(std::io::ErrorKind::NotFound), "another bureau");

    let small = digest(b"right");
    assert_eq!(take(small, (PC, 0, 5), b"wrong").await, Part::OtherDigest);
    assert_eq!(take(small, (PC, 0, 5), b"wr").await, Part::Received(2));
    assert_eq!(take(small, (PC, 2, 5), b"ong").await, Part::OtherDigest);
    assert_eq!(received(small).await, 0, "from the beginning");
    assert!(instance().read(WS, small, 0, 5).await.is_err());
    assert_eq!(take(small, (PC, 0, 5), b"right").await, Part::Complete);
    let new = instance().complete(WS, small, 5).await.expect("read");
    assert_eq!((new.digest, new.len, new.bytes), (small, 5, None));
    instance().forget(WS, small).await.expect("removed");
    assert!(instance().read(WS, small, 0, 5).await.is_err());

    let given_up = digest(b"given up");
    assert_eq!(take(given_up, (PC, 0, 8), b"give").await, Part::Received(4));
    instance().forget_parts(SystemTime::now() - HOUR).await.expect("looked through");
    assert_eq!(received(given_up).await, 4, "still young");
    instance().forget_parts(SystemTime::now() + HOUR).await.expect("looked through");
    assert_eq!(received(given_up).await, 0);
    assert!(instance().read(WS, name, 0, 1).await.is_ok(), "and what is whole stays");
}
