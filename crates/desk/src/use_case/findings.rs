//! `findings`: what an audit finds that is no matter of one form: device logs, clocks, numbers, the registry.

use std::collections::BTreeSet;

use qianban_journal::{Member, PersonId, Registry, RegistryEntry, number_findings};
use qianban_store::Reader;

use crate::api::{FindingView, Findings, ForkVersion, ForkView, Nothing, Refusal};
use crate::opened::Opened;
use crate::sign::{registry::REVOKED, renew};
use crate::{Ambient, Desk, Refused, registry_words, show};

/// Findings that are listed.
const LISTED_MAX: usize = 200;

/// Everything that is found now, whoever asks. Reads every event.
pub(crate) fn run(desk: &Desk, _: Nothing) -> Result<Findings, Refused> {
    let opened = desk.opened()?;
    let (mut findings, fork) = opened
        .store
        .read(|reader| Ok::<_, Refused>((found(reader, desk.ambient())?, fork(reader, desk.person())?)))?;
    let more = u32::try_from(findings.len().saturating_sub(LISTED_MAX)).unwrap_or(u32::MAX);
    findings.truncate(LISTED_MAX);
    Ok(Findings { findings, more, fork })
}

fn found(reader: &Reader<'_>, ambient: &dyn Ambient) -> Result<Vec<FindingView>, Refused> {
    let Some(registry) = reader.registry().now() else { return Ok(Vec::new()) };
    let now_ms = ambient.now_ms();
    let mut found = reader.log_findings()?;
    found.extend(reader.endpoint_findings()?);
    found.extend(reader.registry_fork()?.map(|fork| fork.finding()));
    for form in reader.forms_ahead_of(now_ms)? {
        found.extend(reader.form_log(form)?.ahead_of(now_ms));
    }
    for (ledger, _) in registry.ledgers() {
        found.extend(number_findings(registry, &reader.numbers(ledger)?));
    }
    let mut listed: Vec<FindingView> =
        found.iter().map(|finding| show::findings::of_registry(registry, finding)).collect();
    listed.extend(renewed(registry));
    Ok(listed)
}

fn fork(reader: &Reader<'_>, person: Option<PersonId>) -> Result<Option<ForkView>, Refused> {
    let Some(fork) = reader.registry_fork()? else { return Ok(None) };
    let registry = Opened::registry(reader.registry())?;
    let version = |rival: RegistryEntry| ForkVersion {
        version: rival.hash().to_string(),
        text: registry_words::change(registry, &rival.body),
    };
    let rivals = reader.rivals()?.into_iter().filter(|rival| fork.entries.contains(&rival.hash()));
    let keeps = |member: &Member| Some(member.person) == person;
    let may_settle = registry.root_quorum().is_some_and(|root| root.members.iter().any(keeps));
    Ok(Some(ForkView { number: fork.number, versions: rivals.map(version).collect(), may_settle }))
}

/// Seats whose owner took a new one himself after his data was restored or copied (K4, K6): nobody else saw to it.
fn renewed(registry: Registry<'_>) -> Vec<FindingView> {
    let own = registry.settings().filter(|(key, value)| key.starts_with(REVOKED) && *value == renew::OWN);
    let entries: BTreeSet<u32> = own.filter_map(|(key, _)| registry.setting_entry(key)).collect();
    let view = |entry: u32| FindingView {
        code: "K4".to_owned(),
        message: format!(
            "管理员在数据恢复或复制以后换发了自己的席位（名册第 {entry} 号前后），请审计员核对其间的单据。"
        ),
    };
    entries.into_iter().map(view).collect()
}

impl Desk {
    /// The same for a program without a window, in words.
    ///
    /// # Errors
    /// There is no ledger, its key is not at hand, or it cannot be read.
    pub fn findings(&self) -> Result<Findings, Refusal> {
        run(self, Nothing {}).map_err(Refusal::from)
    }
}
