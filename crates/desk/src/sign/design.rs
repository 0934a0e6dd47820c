//! 启用单据: a definition that was changed, or came with the program, is signed into the registry (G5, G12).

use std::collections::BTreeSet;

use qianban_catalog::Definition;
use qianban_journal::{Change, Ledger, digest};

use super::intent::Intent;
use super::registry::Draft;
use crate::api::{DesignChange, DesignNote, ShownField};
use crate::record::Look;
use crate::use_case::design::{base, judged};
use crate::{Code, Refused, design, forms};

/// An edited definition takes the place of the one it was made from.
///
/// # Errors
/// [`Code::RegistryNoChange`] when nothing differs, else as [`judged`].
pub(crate) fn activate(look: Look<'_>, base: &str, tree: &str) -> Result<Intent, Refused> {
    let mut draft = Draft::begin(look)?;
    let (design, warnings) = judged(look, base, tree)?;
    if design.changes.is_empty() {
        return Err(Code::RegistryNoChange.into());
    }
    let old = base.parse().map_err(|_| Code::DefinitionUnknown)?;
    let def = digest(design.text.as_bytes());
    let policy = forms::policy(&design.definition);
    draft.changes.push(Change::ActivateDefinition { def, policy });
    draft.changes.push(Change::RetireDefinition { def: old });
    draft.blobs.push(design.text.into_bytes());
    let mut fields = vec![form(&design.definition)];
    say(&mut draft, &mut fields, "", design.changes, warnings);
    let message = format!("已启用新版{}", design.definition.title);
    draft.finish("启用单据", message, fields)
}

/// Definitions that came with the program are taken into use; each takes the place of the active one of its form.
/// Ledgers that are new are opened on the PC that seals the others (G6).
pub(crate) fn take_up(look: Look<'_>, digests: &[String]) -> Result<Intent, Refused> {
    let mut draft = Draft::begin(look)?;
    let registry = draft.registry;
    let asked: BTreeSet<&String> = digests.iter().collect();
    let known = forms::in_use(look, registry);
    let pc = registry.ledgers().find_map(|(ledger, _)| registry.sealing_pc(ledger));
    let mut ledgers: BTreeSet<Ledger> = registry.ledgers().map(|(ledger, _)| ledger.clone()).collect();
    let (mut fields, mut taken) = (Vec::new(), 0);
    for shipped in forms::read(&look.opened.shipped)? {
        if !asked.contains(&shipped.digest.to_string()) || registry.policy(shipped.digest).is_some() {
            continue;
        }
        taken += 1;
        let definition = &shipped.definition;
        let ledger = Ledger(definition.policy.ledger.clone());
        if ledgers.insert(ledger.clone()) {
            let pc = pc.ok_or(Code::RegistryNotAdmin)?;
            let title = definition.policy.ledger_title.clone();
            draft.changes.push(Change::LedgerOpen { ledger, title, pc });
        }
        fields.push(form(definition));
        let policy = forms::policy(definition);
        draft.changes.push(Change::ActivateDefinition { def: shipped.digest, policy });
        let old: Vec<_> = known.iter().filter(|(_, of)| of.id == definition.id).collect();
        draft.changes.extend(old.iter().map(|(def, _)| Change::RetireDefinition { def: *def }));
        let mut changes = Vec::new();
        for (def, _) in &old {
            let (_, before) = base(look.reader, registry, &def.to_string())?;
            changes.extend(design::changes(&before, &String::from_utf8_lossy(&shipped.bytes))?);
        }
        let warnings = design::warn::of(registry, old.first().map(|(_, of)| &**of), definition);
        let of = format!("{}：", definition.title);
        say(&mut draft, &mut fields, &of, changes, warnings);
        draft.blobs.push(shipped.bytes);
    }
    draft.finish("启用单据", format!("已启用 {taken} 种单据"), fields)
}

fn form(definition: &Definition) -> ShownField {
    let shown = format!("{}（第 {} 版）", definition.title, definition.version);
    ShownField { label: "单据".to_owned(), shown }
}

/// Every change is named: those with which a control falls by themselves.
fn say(
    draft: &mut Draft<'_>,
    fields: &mut Vec<ShownField>,
    of: &str,
    changes: Vec<DesignChange>,
    warnings: Vec<DesignNote>,
) {
    for DesignChange { text, falls } in changes {
        match falls {
            true => draft.weakened.push(format!("{of}{text}")),
            false => fields.push(ShownField { label: "改动".to_owned(), shown: text }),
        }
    }
    let named = |note: DesignNote| DesignNote { message: format!("{of}{}", note.message), ..note };
    draft.warnings.extend(warnings.into_iter().map(named).map(design::warn::problem));
}
