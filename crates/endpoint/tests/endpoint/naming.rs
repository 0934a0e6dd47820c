//! Naming a blob is not reading it, told once for each database: a digest that somebody has seen opens no bytes.

use qianban_journal::{Attachment, Digest, Snapshot, digest};
use qianban_protocol::blobs::{Batch, Digests, SmallBlobs};
use qianban_protocol::{Fates, RefusalCode, path};

use crate::bureau::{Bureau, DEF, OTHER_UNIT, UNIT, Who};
use crate::pc::Pc;
use crate::stories::bytes;
use crate::world::World;

fn snapshot_of(attached: &[u8]) -> Vec<u8> {
    let attachment = Attachment {
        slot: "a".into(),
        name: "扫描.pdf".into(),
        media: "application/pdf".into(),
        len: attached.len() as u64,
        digest: digest(attached),
    };
    Snapshot { def: DEF, fields: [].into(), attachments: vec![attachment], links: vec![] }.encode()
}

fn names(blobs: &[&[u8]]) -> Digests {
    let mut names: Vec<Digest> = blobs.iter().map(|bytes| digest(bytes)).collect();
    names.sort();
    Digests(names)
}

async fn read(pc: &Pc, blobs: &[&[u8]]) -> usize {
    pc.post(path::BLOBS_GET, &names(blobs)).await.message::<Batch>().blobs.len()
}

async fn must_send(pc: &Pc, blobs: &[&[u8]]) -> usize {
    pc.post(path::BLOBS_MISSING, &names(blobs)).await.message::<Digests>().0.len()
}

async fn send(pc: &Pc, blobs: &[&[u8]]) {
    let blobs = SmallBlobs(blobs.iter().map(|bytes| bytes.to_vec()).collect());
    let Fates(fates) = pc.post(path::BLOBS_PUT, &blobs).await.message();
    assert!(fates.iter().all(qianban_protocol::Fate::is_here), "{fates:?}");
}

async fn push(pc: &Pc, form: &[qianban_journal::Envelope]) {
    let Fates(fates) = pc.post(path::EVENTS, &bytes(form)).await.message();
    assert!(fates.iter().all(qianban_protocol::Fate::is_here), "{fates:?}");
}

struct People {
    registrar: Pc,
    clerk: Pc,
    neighbour: Pc,
}

async fn people(world: &World, bureau: &mut Bureau) -> People {
    bureau.certify(Who::Clerk);
    bureau.certify(Who::Neighbour);
    world.let_in(bureau).await;
    People {
        registrar: Pc::new(world.at, bureau, Who::Registrar).await,
        clerk: Pc::new(world.at, bureau, Who::Clerk).await,
        neighbour: Pc::new(world.at, bureau, Who::Neighbour).await,
    }
}

/// The clerk knows the digests of another unit's content and of its attachment, and puts them into forms of his own.
pub(crate) async fn is_not_reading(world: &World) {
    let mut bureau = Bureau::founded(51);
    let People { registrar, clerk, neighbour } = people(world, &mut bureau).await;
    let attached = b"the other unit's bank accounts".as_slice();
    let content = snapshot_of(attached);
    send(&registrar, &[&content, attached]).await;
    push(&registrar, &bureau.form(Who::Registrar, OTHER_UNIT, digest(&content))).await;
    assert_eq!(read(&neighbour, &[&content, attached]).await, 2);

    assert_eq!(must_send(&clerk, &[&content, attached]).await, 2, "nor is he told that they are here");
    push(&clerk, &bureau.form(Who::Clerk, UNIT, digest(&content))).await;
    push(&clerk, &bureau.form(Who::Clerk, UNIT, digest(attached))).await;
    let mut ours = snapshot_of(attached);
    ours =
        Snapshot { links: vec![], def: Digest([1; 32]), ..Snapshot::decode(&ours).expect("whole") }.encode();
    push(&clerk, &bureau.form(Who::Clerk, UNIT, digest(&ours))).await;
    send(&clerk, &[&ours]).await;
    assert_eq!(read(&clerk, &[&content, attached]).await, 0, "named in three ways, and had in none");
    let blob = format!("{}/{}", path::BLOBS, digest(attached));
    let part = clerk.ask_with("GET", &blob, "range: bytes=0-9\r\n", &[]).await;
    assert_eq!(part.refusal(), Some(RefusalCode::NotFound));
    let rest = attached.len() - 1;
    let target = format!("{blob}?offset={rest}&len={}", rest + 1);
    let end = clerk.ask_with("PUT", &target, "", &attached[rest..]).await;
    assert_eq!(end.refusal(), Some(RefusalCode::Offset), "a part is not the whole");
    assert_eq!(read(&clerk, &[attached]).await, 0);

    let whole = clerk.ask_with("PUT", &format!("{blob}?offset=0&len={}", rest + 1), "", attached).await;
    assert!(whole.message::<qianban_protocol::blobs::Progress>().complete);
    assert_eq!(read(&clerk, &[attached, &content]).await, 1, "what he has shown to have, and no more");
    assert_eq!(must_send(&clerk, &[attached]).await, 0);
}

/// A form repeats what stands in another: whoever may read it there need not send it again.
pub(crate) async fn again_what_may_be_read_is_reading(world: &World) {
    let mut bureau = Bureau::founded(52);
    let People { registrar, clerk, neighbour } = people(world, &mut bureau).await;
    let attached = b"a regulation".as_slice();
    let content = snapshot_of(attached);
    send(&clerk, &[&content, attached]).await;
    push(&clerk, &bureau.form(Who::Clerk, UNIT, digest(&content))).await;
    assert_eq!(read(&neighbour, &[&content, attached]).await, 0);
    assert_eq!(must_send(&registrar, &[&content, attached]).await, 0, "the registrar may read everything");
    push(&registrar, &bureau.form(Who::Registrar, OTHER_UNIT, digest(&content))).await;
    assert_eq!(read(&neighbour, &[&content, attached]).await, 2, "named again by one who might read it");
}

/// The clerk's PC has no line: the registrar's brings what came on a stick. What the clerk named without having it stays
/// closed, although the registrar's PC has it.
pub(crate) async fn opens_what_another_pc_brought(world: &World) {
    let mut bureau = Bureau::founded(53);
    let People { registrar, clerk, neighbour } = people(world, &mut bureau).await;
    let attached = b"the clerk's own scan".as_slice();
    let content = snapshot_of(attached);
    send(&registrar, &[&content, attached]).await;
    push(&registrar, &bureau.form(Who::Clerk, UNIT, digest(&content))).await;
    assert_eq!(read(&clerk, &[&content, attached]).await, 2, "they came with the form");
    assert_eq!(read(&neighbour, &[&content, attached]).await, 0);

    let secret = b"the other unit's salaries".as_slice();
    send(&registrar, &[secret]).await;
    let theirs = bureau.form(Who::Registrar, OTHER_UNIT, digest(secret));
    let named = bureau.form(Who::Clerk, UNIT, digest(secret));
    push(&registrar, &[named, theirs].concat()).await;
    assert_eq!(read(&clerk, &[secret]).await, 0, "his event was carried, and the bytes are not his");
    assert_eq!(read(&neighbour, &[secret]).await, 1);
    let again = bureau.form(Who::Clerk, UNIT, digest(secret));
    push(&registrar, &again).await;
    assert_eq!(read(&clerk, &[secret]).await, 0, "nor later");
    send(&clerk, &[secret]).await;
    assert_eq!(read(&clerk, &[secret]).await, 1, "had after all");
}
