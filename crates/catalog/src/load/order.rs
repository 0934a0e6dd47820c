//! In which order fields are evaluated: each after those that its computation or its visibility reads.

use super::{Loaded, refuse};
use crate::definition::{Field, Rule};
use crate::fault::Fault;
use crate::source::SourceField;

/// Indices of `fields` in evaluation order; `own` is the variable by which they read each other.
pub(super) fn order(fields: &[Field], sources: &[SourceField], own: &str) -> Loaded<Vec<usize>> {
    let reads: Vec<Vec<usize>> = fields.iter().map(|field| read_by(field, fields, own)).collect();
    let mut sorted = Vec::with_capacity(fields.len());
    let mut placed = vec![false; fields.len()];
    while sorted.len() < fields.len() {
        let ready = (0..fields.len()).find(|&i| !placed[i] && reads[i].iter().all(|&read| placed[read]));
        let Some(next) = ready else {
            let stuck = placed.iter().position(|done| !done).unwrap_or(0);
            let at = sources.get(stuck).map_or(0..0, |source| source.key.span());
            return refuse(at, Fault::Cycle { key: fields[stuck].key.clone() });
        };
        placed[next] = true;
        sorted.push(next);
    }
    Ok(sorted)
}

/// Which fields the value of `field` depends on, its columns included.
fn read_by(field: &Field, fields: &[Field], own: &str) -> Vec<usize> {
    let of_columns = field.columns.iter().flat_map(expressions);
    let names = expressions(field).chain(of_columns).flat_map(|expression| expression.reads(own));
    let mut read: Vec<usize> =
        names.filter_map(|name| fields.iter().position(|other| other.key == name)).collect();
    read.sort_unstable();
    read.dedup();
    read
}

fn expressions(field: &Field) -> impl Iterator<Item = &crate::expression::Expression> {
    let visible = match &field.visible {
        Rule::When(expression) => Some(expression),
        Rule::Always(_) => None,
    };
    field.compute.iter().chain(visible)
}
