//! 启用单据: a definition that was changed, or came with the program, is signed into the registry (G5, G12).

use std::collections::BTreeSet;

use qianban_journal::{Change, Ledger, digest};

use super::intent::Intent;
use super::registry::Draft;
use crate::api::ShownField;
use crate::record::Look;
use crate::use_case::design::{active, judged};
use crate::{Code, Refused, forms};

/// An edited definition takes the place of the one it was made from.
pub(crate) fn activate(look: Look<'_>, base: &str, tree: &str) -> Result<Intent, Refused> {
    let mut draft = Draft::begin(look)?;
    let design = judged(look, base, tree)?;
    let old = base.parse().map_err(|_| Code::DefinitionUnknown)?;
    let def = digest(design.text.as_bytes());
    let policy = forms::policy(&design.definition);
    draft.changes.push(Change::ActivateDefinition { def, policy });
    draft.changes.push(Change::RetireDefinition { def: old });
    draft.blobs.push(design.text.into_bytes());
    let title = &design.definition.title;
    let mut fields = vec![ShownField {
        label: "单据".to_owned(),
        shown: format!("{title}（第 {} 版）", design.definition.version),
    }];
    fields.extend(design.changes.into_iter().map(|shown| ShownField { label: "改动".to_owned(), shown }));
    let message = format!("已启用新版{title}");
    draft.finish("启用单据", message, fields)
}

/// Definitions that came with the program are taken into use; each takes the place of the active one of its form.
/// Ledgers that are new are opened on the PC that seals the others (G6).
pub(crate) fn take_up(look: Look<'_>, digests: &[String]) -> Result<Intent, Refused> {
    let mut draft = Draft::begin(look)?;
    let registry = draft.registry;
    let asked: BTreeSet<&String> = digests.iter().collect();
    let known = active(look.opened, look.reader, registry)?;
    let pc = registry.ledgers().find_map(|(ledger, _)| registry.sealing_pc(ledger));
    let mut ledgers: BTreeSet<Ledger> = registry.ledgers().map(|(ledger, _)| ledger.clone()).collect();
    let mut fields = Vec::new();
    for form in forms::read(&look.opened.shipped)? {
        if !asked.contains(&form.digest.to_string()) || registry.policy(form.digest).is_some() {
            continue;
        }
        let policy = &form.definition.policy;
        let ledger = Ledger(policy.ledger.clone());
        if ledgers.insert(ledger.clone()) {
            let pc = pc.ok_or(Code::RegistryNotAdmin)?;
            draft.changes.push(Change::LedgerOpen { ledger, title: policy.ledger_title.clone(), pc });
        }
        let shown = format!("{}（第 {} 版）", form.definition.title, form.definition.version);
        fields.push(ShownField { label: "单据".to_owned(), shown });
        let policy = forms::policy(&form.definition);
        draft.changes.push(Change::ActivateDefinition { def: form.digest, policy });
        let old = known.iter().filter(|(_, of)| of.id == form.definition.id);
        draft.changes.extend(old.map(|(def, _)| Change::RetireDefinition { def: *def }));
        draft.blobs.push(form.bytes);
    }
    let message = format!("已启用 {} 种单据", fields.len());
    draft.finish("启用单据", message, fields)
}
