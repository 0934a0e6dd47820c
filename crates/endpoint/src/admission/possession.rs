//! Naming a blob is not reading it: whoever knows a digest and puts it into an event would otherwise be given the bytes.
//!
//! A form opens a blob to its readers if the PC that named it there first has the bytes. A PC has them when it has sent
//! them here whole; when it might read them here as its event came; and, for events that another PC brings, when that
//! PC has them and no form opened them before: then they came with this form. Of several forms in one batch that is the
//! first.

use std::collections::{BTreeMap, BTreeSet};

use qianban_journal::{Digest, FormId, RegistryChain};

use super::Intake;
use super::judge::Judged;
use crate::bureau::readers_of;
use crate::database::{DatabaseError, Pc};

/// The PCs that turn out to have bytes that the batch names.
pub(super) async fn had(
    intake: &Intake<'_>,
    chain: &RegistryChain,
    judged: &Judged,
) -> Result<Vec<(Digest, Pc)>, DatabaseError> {
    let named = named(intake, judged).await?;
    let mut had = BTreeSet::new();
    for (pc, seat) in &judged.authors {
        let theirs: BTreeSet<Digest> =
            named.iter().filter(|(_, _, author)| author == pc).map(|(digest, ..)| *digest).collect();
        let readers = chain.now().map(|registry| readers_of(registry, *seat));
        let Some(readers) = readers else { continue };
        let digests = theirs.into_iter().collect();
        let held = intake.database.held(intake.bureau.ws, digests, *pc, readers).await?;
        had.extend(held.into_iter().map(|digest| (digest, *pc)));
    }
    brought(intake, &named, &mut had).await?;
    Ok(had.into_iter().collect())
}

/// What the batch names, in its order: directly, and by its snapshots that are here.
async fn named(intake: &Intake<'_>, judged: &Judged) -> Result<Vec<(Digest, FormId, Pc)>, DatabaseError> {
    let mentions = &judged.batch.mentions;
    let digests: BTreeSet<Digest> = mentions.iter().map(|one| one.digest).collect();
    let mut parts: BTreeMap<Digest, Vec<Digest>> = BTreeMap::new();
    for (snapshot, part) in intake.database.parts(intake.bureau.ws, digests.into_iter().collect()).await? {
        parts.entry(snapshot).or_default().push(part);
    }
    let with_parts = mentions.iter().flat_map(|one| {
        let parts = parts.get(&one.digest).into_iter().flatten();
        [one.digest].into_iter().chain(parts.copied()).map(|digest| (digest, one.form, one.pc))
    });
    Ok(with_parts.collect())
}

/// Bytes that came with a form whose author's PC does not speak to this endpoint itself.
async fn brought(
    intake: &Intake<'_>,
    named: &[(Digest, FormId, Pc)],
    had: &mut BTreeSet<(Digest, Pc)>,
) -> Result<(), DatabaseError> {
    let carrier = intake.sender.pc;
    let open: BTreeSet<Digest> = named
        .iter()
        .filter(|(digest, _, author)| had.contains(&(*digest, *author)))
        .map(|(digest, ..)| *digest)
        .collect();
    let asked: BTreeSet<Digest> =
        named.iter().map(|(digest, ..)| *digest).filter(|digest| !open.contains(digest)).collect();
    if asked.is_empty() {
        return Ok(());
    }
    let (ws, asked) = (intake.bureau.ws, asked.into_iter().collect());
    let mut closed: BTreeSet<Digest> =
        intake.database.closed(ws, asked, carrier).await?.into_iter().collect();
    for (digest, _, author) in named {
        if closed.remove(digest) {
            had.insert((*digest, *author));
        }
    }
    Ok(())
}
