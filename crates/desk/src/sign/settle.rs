//! 裁定分歧: who keeps the root keys says which of two registry entries with one number goes on (G2).

use qianban_journal::{Change, Digest, Quorum, RegistryEntry, Sm2Key};
use qianban_store::Writer;

use super::intent::{Intent, Shown, Work};
use crate::api::ShownField;
use crate::opened::Opened;
use crate::record::Look;
use crate::{Code, Refused, registry_words};

/// The entry that ends a fork, unsigned.
pub(crate) struct Settlement {
    entry: RegistryEntry,
    root: Quorum,
    /// What happened, in Chinese.
    pub(crate) message: String,
}

/// The intent to go on with the version whose hash is given. From then on the root quorum signs the registry: whoever
/// signed two entries with one number does so no longer.
pub(crate) fn intent(look: Look<'_>, version: &str) -> Result<Intent, Refused> {
    let fork = look.reader.registry_fork()?.ok_or(Code::RegistryNoFork)?;
    let chosen: Digest = version.parse().map_err(|_| Code::RegistryNoFork)?;
    if !fork.entries.contains(&chosen) {
        return Err(Code::RegistryNoFork.into());
    }
    let registry = Opened::registry(look.reader.registry())?;
    let root = registry.root_quorum().filter(|root| root.members.iter().any(|m| m.person == look.person));
    let root = root.ok_or(Code::RegistryNotRoot)?.clone();
    let branch = look.reader.registry_branch(chosen)?.ok_or(Code::RegistryNoFork)?;
    let ws = look.reader.registry().workspace().ok_or(Code::HostNotFounded)?;
    let entry = branch.draft(ws, Change::Settle { fork: fork.number, quorum: root.clone() });
    let versions = look.reader.rivals()?.into_iter().filter(|rival| fork.entries.contains(&rival.hash()));
    let field = |rival: RegistryEntry| {
        let label = if rival.hash() == chosen { "采用" } else { "不采用" };
        ShownField { label: label.to_owned(), shown: registry_words::change(registry, &rival.body) }
    };
    let shown = Shown {
        action: "裁定名册的分歧".to_owned(),
        title: "名册".to_owned(),
        number: format!("第 {} 号", fork.number),
        fields: versions.map(field).collect(),
        events: vec![registry_words::change(registry, &entry.body)],
        ..Shown::default()
    };
    let message = format!("已裁定名册第 {} 号", fork.number);
    Ok(Intent { work: Work::Settlement(Box::new(Settlement { entry, root, message })), shown })
}

impl Settlement {
    /// What the person compares.
    pub(crate) fn said(&self) -> String {
        format!("{:?}", self.entry)
    }

    /// Signs and stores the entry.
    ///
    /// # Errors
    /// [`Code::RegistryNotRoot`], or what the registry refuses.
    pub(crate) fn write(
        &self,
        writer: &mut Writer<'_>,
        key: &Sm2Key,
        now_ms: i64,
    ) -> Result<Vec<String>, Refused> {
        let public = qianban_journal::Signer::public(key);
        let place = self.root.members.iter().position(|member| member.public == public);
        let place = place.and_then(|place| u8::try_from(place).ok()).ok_or(Code::RegistryNotRoot)?;
        let mut entry = self.entry.clone();
        entry.sign(place, key)?;
        writer.append_registry(&entry, now_ms)?;
        Ok(vec![entry.hash().to_string()])
    }
}
