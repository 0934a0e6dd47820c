//! The slip's grid, so that the screen shows fields in the same places as the paper.

use qianban_catalog::{Definition, Show};

use crate::api;

/// Rows from top to bottom.
pub(crate) fn rows(definition: &Definition) -> Vec<api::GridRow> {
    let rows = definition.slip.rows.iter();
    rows.map(|row| api::GridRow {
        cells: row
            .cells
            .iter()
            .map(|cell| api::GridCell { width: cell.width, rows: cell.rows, content: content(&cell.show) })
            .collect(),
    })
    .collect()
}

fn content(show: &Show) -> api::GridContent {
    match show.clone() {
        Show::Label(text) | Show::Text(text) => api::GridContent::Label { text },
        Show::Field(field) | Show::Table(field) => api::GridContent::Field { field },
        Show::Step(step) => api::GridContent::Step { step },
        Show::Entry(table) => api::GridContent::Entry { table },
        Show::Links(slot) => api::GridContent::Links { slot },
    }
}
