//! A copy that is made while PCs go on.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::Arc;

use qianban_endpoint::archive::{backup, restore};
use qianban_endpoint::blob_folder::BlobFolder;
use qianban_endpoint::database::{Database, Readers, Sqlite};
use qianban_endpoint::long_blobs::LongBlobs;
use qianban_journal::{Change, Incarnation, digest, encode_allow_list};
use qianban_protocol::blobs::SmallBlobs;
use qianban_protocol::registry::Entries;
use qianban_protocol::{Fate, Fates, path};

use crate::bureau::{Bureau, UNIT, Who};
use crate::pc::Pc;
use crate::stories::bytes;
use crate::world::{World, quota};

/// A file that lets something happen when certain bytes have been written to it.
struct Meanwhile<F: FnOnce()> {
    copy: Vec<u8>,
    after: Vec<u8>,
    act: Option<F>,
}

impl<F: FnOnce()> Write for Meanwhile<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.copy.extend(bytes);
        if self.copy.ends_with(&self.after)
            && let Some(act) = self.act.take()
        {
            act();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whoever had the bytes before the copy has them after it: what a form opened stays open, what it did not stays closed.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_brings_back_who_has_what() {
    let (world, mut bureau) = (World::on_sqlite(quota()).await, Bureau::founded(34));
    bureau.certify(Who::Clerk);
    world.let_in(&bureau).await;
    let clerk = Pc::new(world.at, &bureau, Who::Clerk).await;
    let registrar = Pc::new(world.at, &bureau, Who::Registrar).await;
    let (had, not_had) = (b"had".to_vec(), b"not had".to_vec());
    clerk.post(path::BLOBS_PUT, &SmallBlobs(vec![had.clone()])).await.message::<Fates>();
    registrar.post(path::BLOBS_PUT, &SmallBlobs(vec![not_had.clone()])).await.message::<Fates>();
    for blob in [&had, &not_had] {
        let form = bureau.form(Who::Clerk, UNIT, digest(blob));
        clerk.post(path::EVENTS, &bytes(&form)).await.message::<Fates>();
    }
    let (folder, mut file) =
        (LongBlobs::from(BlobFolder::new(world.folder.path().join("blobs"))), Vec::new());
    backup(&*world.database, &folder, &mut file).await.expect("copied");
    let place = tempfile::tempdir().expect("a folder");
    let again: Arc<dyn Database> =
        Arc::new(Sqlite::open(&Sqlite::file_in(place.path()), Incarnation([6; 16])).expect("opens"));
    restore(Arc::clone(&again), &BlobFolder::new(place.path().join("blobs")).into(), file.as_slice())
        .await
        .expect("restored");
    let mut names = vec![digest(&had), digest(&not_had)];
    names.sort();
    let rows = again.lengths(bureau.ws, names, Readers::Some(vec![UNIT.0])).await.expect("read");
    assert_eq!(rows.iter().map(|row| row.digest).collect::<Vec<_>>(), [digest(&had)]);
}

/// A seat is revoked after the blobs were copied: its allow-list is not in the copy, so the revocation is not either.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_beside_a_revocation_comes_back() {
    let (world, bureau) = (World::on_sqlite(quota()).await, Bureau::founded(33));
    let admin = world.let_in(&bureau).await;
    let allow = encode_allow_list(&BTreeSet::new());
    // The copy goes through the blobs by their digests, and is past the list's place.
    let last = (0_u32..).map(|n| n.to_be_bytes().to_vec()).find(|blob| digest(blob) > digest(&allow));
    let last = last.expect("one of them");
    admin.post(path::BLOBS_PUT, &SmallBlobs(vec![last.clone()])).await.message::<Fates>();
    let revocation = Change::Revoke { seat: Who::Registrar.seat(bureau.ws), allow: digest(&allow) };
    let mut entry = bureau.chain.draft(bureau.ws, revocation);
    entry.sign(0, &Who::Admin.key()).expect("signs");

    let now = tokio::runtime::Handle::current();
    let revoke = async {
        admin.post(path::BLOBS_PUT, &SmallBlobs(vec![allow])).await.message::<Fates>();
        let Fates(fates) = admin.post(path::REGISTRY, &Entries(vec![entry.encode()])).await.message();
        assert_eq!(fates, [Fate::Stored]);
    };
    let act = Some(|| tokio::task::block_in_place(|| now.block_on(revoke)));
    let mut file = Meanwhile { copy: Vec::new(), after: last, act };
    let folder = LongBlobs::from(BlobFolder::new(world.folder.path().join("blobs")));
    backup(&*world.database, &folder, &mut file).await.expect("copied");
    assert!(file.act.is_none(), "the seat was revoked meanwhile");
    let before = u32::try_from(bureau.entries.len()).expect("a few");
    assert_eq!(world.database.bureau(bureau.ws).await.expect("read").expect("here").registry, before + 1);

    let place = tempfile::tempdir().expect("a folder");
    let file_of = Sqlite::file_in(place.path());
    let again: Arc<dyn Database> = Arc::new(Sqlite::open(&file_of, Incarnation([6; 16])).expect("opens"));
    let folder = LongBlobs::from(BlobFolder::new(place.path().join("blobs")));
    restore(Arc::clone(&again), &folder, file.copy.as_slice()).await.expect("restored");
    assert_eq!(again.bureau(bureau.ws).await.expect("read").expect("here").registry, before);
}
