//! What goes into a bundle, and into which volume.

use std::collections::BTreeSet;

use qianban_journal::{Digest, Ledger, PublicKey, RegistryEntry, SeatId};
use qianban_store::{Outgoing, PeerKey, Reader, StoreError, Weighed, named_blob};

use super::frame::{FRAME_FRAME, PART_BYTES, PART_HEAD, SEAL_BYTES};
use super::header::{Counts, HEADER_BYTES_MAX};

/// Bytes of one volume: what FAT32 and old tools take.
pub const VOLUME_BYTES_MAX: u64 = 2 * 1024 * 1024 * 1024 - 1;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Request {
    /// What this peer has not confirmed; everything for none.
    pub peer: Option<PeerKey>,
    /// Forms of these ledgers only; of all for none.
    pub ledgers: Option<Vec<Ledger>>,
    /// Whether attachments go too.
    pub attachments: bool,
    /// Bytes of one volume, at most [`VOLUME_BYTES_MAX`].
    pub volume_bytes: u64,
    /// Seats that alone can read it, with their keys, at most [`super::RECIPIENTS_MAX`]; everybody when empty.
    pub recipients: Vec<(SeatId, PublicKey)>,
}

/// One item of a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    Entry(u32),
    RegistryBlob(Digest),
    Event(i64),
    /// An event of newer rules, by its place among them.
    Opaque(usize),
    Blob(Digest),
    Attachment(Digest),
}

/// What goes into a bundle.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub(crate) volumes: Vec<Vec<Item>>,
    pub(crate) opaque: Vec<Vec<u8>>,
    pub(crate) recipients: Vec<(SeatId, PublicKey)>,
    /// Items in all volumes.
    pub counts: Counts,
    /// Forms whose events go.
    pub forms: u64,
    /// Bytes of all volumes, nearly.
    pub bytes: u64,
}

impl Plan {
    /// How many volumes.
    #[must_use]
    pub fn volumes(&self) -> usize {
        self.volumes.len()
    }

    /// How many items.
    #[must_use]
    pub fn items(&self) -> u64 {
        self.volumes.iter().map(|items| items.len() as u64).sum()
    }
}

/// Says what a bundle would hold, in the order registry with its definitions, events, snapshots, attachments.
///
/// # Errors
/// The store cannot be read.
pub fn plan(reader: &Reader<'_>, request: &Request) -> Result<Plan, StoreError> {
    let since = request.peer.map_or(Ok(0), |peer| reader.peer_registry(peer))?;
    let asked = request.peer.map_or(Ok(Vec::new()), |peer| reader.peer_wants(peer))?;
    let mut groups = registry(reader, since)?;
    let Outgoing { events, blobs, attachments, forms } =
        reader.outgoing(request.peer, request.ledgers.as_deref(), &asked)?;
    let mut items = Vec::with_capacity(events.len());
    items.extend(events.into_iter().map(|event| (Item::Event(event.what), event.bytes)));
    // What cannot be read cannot be told to belong to a ledger that may leave.
    let opaque = if request.ledgers.is_none() { reader.opaque()? } else { Vec::new() };
    items.extend(opaque.iter().enumerate().map(|(place, bytes)| (Item::Opaque(place), bytes.len() as u64)));
    items.extend(blobs.into_iter().map(|Weighed { what, bytes }| (Item::Blob(what), bytes)));
    if request.attachments {
        items.extend(attachments.into_iter().map(|Weighed { what, bytes }| (Item::Attachment(what), bytes)));
    }
    groups.extend(items.into_iter().map(|item| vec![item]));
    let counts = count(groups.iter().flatten().map(|(item, _)| item));
    let bytes = groups.iter().flatten().map(|(item, bytes)| framed(item, *bytes)).sum();
    let volumes = volumes(groups, request.volume_bytes.min(VOLUME_BYTES_MAX));
    Ok(Plan { volumes, opaque, recipients: request.recipients.clone(), counts, forms, bytes })
}

/// Items that stand in one volume, in their order, with their bytes.
type Group = Vec<(Item, u64)>;

/// The entries after `since`, each behind the blob that it is the first to name where that is here: without it the
/// entry cannot be taken in.
fn registry(reader: &Reader<'_>, since: u32) -> Result<Vec<Group>, StoreError> {
    let last = reader.registry().head().map_or(0, |head| head.number);
    let (mut groups, mut named) = (Vec::new(), BTreeSet::new());
    for number in since.saturating_add(1)..=last {
        let bytes = reader.registry_entry(number)?.unwrap_or_default();
        let bad = StoreError::BadRow { table: "registry", row: i64::from(number) };
        let entry = RegistryEntry::decode(&bytes).map_err(|_| bad)?;
        let mut group = Vec::new();
        if let Some(digest) = named_blob(&entry.body)
            && named.insert(digest)
            && let Some(bytes) = reader.blob(digest)?
        {
            group.push((Item::RegistryBlob(digest), bytes.len() as u64));
        }
        group.push((Item::Entry(number), bytes.len() as u64));
        groups.push(group);
    }
    Ok(groups)
}

/// Items by kind.
pub(crate) fn count<'a>(items: impl Iterator<Item = &'a Item>) -> Counts {
    let mut counts = Counts::default();
    for item in items {
        let of_kind = match item {
            Item::Entry(_) => &mut counts.entries,
            Item::RegistryBlob(_) => &mut counts.registry_blobs,
            Item::Event(_) | Item::Opaque(_) => &mut counts.events,
            Item::Blob(_) => &mut counts.blobs,
            Item::Attachment(_) => &mut counts.attachments,
        };
        *of_kind += 1;
    }
    counts
}

/// Bytes of an item with its frames, encrypted ones.
fn framed(item: &Item, bytes: u64) -> u64 {
    const FRAME: u64 = FRAME_FRAME + SEAL_BYTES as u64;
    match item {
        Item::Entry(_) | Item::Event(_) | Item::Opaque(_) => bytes + FRAME,
        _ => bytes + bytes.div_ceil(PART_BYTES as u64) * (FRAME + PART_HEAD as u64),
    }
}

/// Cuts a list where a volume is full. A group is never cut, and a volume holds one at least.
fn volumes(groups: Vec<Group>, volume_bytes: u64) -> Vec<Vec<Item>> {
    let room = volume_bytes.saturating_sub(2 * HEADER_BYTES_MAX as u64);
    let (mut volumes, mut used) = (vec![Vec::new()], 0_u64);
    for group in groups {
        let bytes: u64 = group.iter().map(|(item, bytes)| framed(item, *bytes)).sum();
        if used > 0 && used + bytes > room {
            volumes.push(Vec::new());
            used = 0;
        }
        used += bytes;
        if let Some(volume) = volumes.last_mut() {
            volume.extend(group.into_iter().map(|(item, _)| item));
        }
    }
    volumes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_volume_is_never_too_long_and_nothing_is_left_out() {
        let items: Vec<_> = (0..1_000).map(|n| vec![(Item::Event(n), 1_000_000)]).collect();
        let room = 20 * 1024 * 1024;
        let cut = volumes(items.clone(), room);
        assert!(cut.len() > 1);
        assert!(cut.iter().all(|volume| volume.len() as u64 * 1_000_027 <= room - 8 * 1024 * 1024));
        assert_eq!(cut.concat(), items.into_iter().flatten().map(|(item, _)| item).collect::<Vec<_>>());
        let blob =
            |n| vec![(Item::RegistryBlob(Digest([n; 32])), room / 2), (Item::Entry(n.into()), room / 2)];
        let cut = volumes(vec![blob(1), blob(2)], room);
        assert_eq!(cut.len(), 2, "what belongs together is never cut");
        assert!(cut.iter().all(|volume| matches!(volume[..], [Item::RegistryBlob(_), Item::Entry(_)])));
        assert_eq!(volumes(Vec::new(), room), [vec![]], "an empty bundle still carries receipts");
    }
}
