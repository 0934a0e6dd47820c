//! The official numbers of many forms compared (F13).

use std::collections::{BTreeMap, BTreeSet};

use crate::fold::finding::Finding;
use crate::ids::FormId;
use crate::number::Number;
use crate::registry::Registry;

/// F13 over the forms of a ledger: numbers on two forms, and holes below the highest number of each series and year;
/// the rest of a lease is no hole ([`Registry::number_gaps`]). A pure function of the rows, in any order.
pub fn number_findings(registry: Registry<'_>, rows: &[(FormId, Number)]) -> Vec<Finding> {
    let mut forms = BTreeMap::<&Number, BTreeSet<FormId>>::new();
    let mut used = BTreeMap::<(&str, u16), BTreeSet<u32>>::new();
    for (form, number) in rows {
        forms.entry(number).or_default().insert(*form);
        used.entry((&number.series, number.year)).or_default().insert(number.n);
    }
    let mut findings = Vec::new();
    for ((series, year), used) in used {
        let at = |n| Number { series: series.to_owned(), year, n };
        let gaps = registry.number_gaps(series, year, &used);
        let holes = gaps.into_iter().filter(|gap| gap.rest_of.is_none());
        findings.extend(holes.map(|gap| Finding::NumberHole { first: at(gap.first), last: at(gap.last) }));
    }
    for (number, forms) in forms.into_iter().filter(|(_, forms)| forms.len() > 1) {
        let forms = forms.into_iter().collect();
        findings.push(Finding::SharedNumber { number: number.clone(), forms });
    }
    findings
}
