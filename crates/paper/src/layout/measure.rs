//! Sizes and margins of each paper, in points.

use super::text::LEADING;
use crate::{Paper, Sheet};

/// Points in a millimetre.
pub(crate) const MM: f32 = 72.0 / 25.4;
/// Border around the grid.
pub(crate) const OUTER_RULE_PT: f32 = 1.5;
/// Rules inside the grid.
pub(crate) const INNER_RULE_PT: f32 = 0.5;
/// Rules to write on, and between records of a box.
pub(crate) const FINE_RULE_PT: f32 = 0.4;

/// Sizes and margins of one sheet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measures {
    pub(crate) width_pt: f32,
    pub(crate) height_pt: f32,
    /// Left and right margin.
    pub(crate) margin_pt: f32,
    /// Upper edge of the first line and of the upper code.
    pub(crate) top_pt: f32,
    /// From the lower edge of the page to the lower edge of the lower code.
    pub(crate) foot_pt: f32,
    /// Text in the grid.
    pub(crate) body_pt: f32,
    /// Text around the grid, and in the 签批历程.
    pub(crate) small_pt: f32,
    pub(crate) title_pt: f32,
    pub(crate) heading_pt: f32,
    /// Side of the dark area of a code.
    pub(crate) code_pt: f32,
    /// Left and right of the text in a cell.
    pub(crate) pad_x_pt: f32,
    /// Above and below the text in a cell.
    pub(crate) pad_y_pt: f32,
}

impl Measures {
    pub(crate) fn of(sheet: Sheet) -> Measures {
        let ((short_mm, long_mm), mut measures) = match sheet.paper {
            Paper::A4 => ((210.0, 297.0), A4),
            Paper::A5 => ((148.0, 210.0), A5),
        };
        let (width_mm, height_mm) = if sheet.landscape { (long_mm, short_mm) } else { (short_mm, long_mm) };
        measures.width_pt = width_mm * MM;
        measures.height_pt = height_mm * MM;
        measures
    }

    /// Width of the grid.
    pub(crate) fn grid_pt(&self) -> f32 {
        self.width_pt - 2.0 * self.margin_pt
    }

    /// Height of a row of a table that holds one line.
    pub(crate) fn row_pt(&self) -> f32 {
        LEADING * self.body_pt + 2.0 * self.pad_y_pt
    }

    /// Where the grid begins on a page that continues.
    pub(crate) fn body_top_pt(&self) -> f32 {
        self.top_pt + self.code_pt + 3.0 * MM
    }

    /// Where the grid ends on every page.
    pub(crate) fn body_bottom_pt(&self) -> f32 {
        self.height_pt - self.foot_pt - self.code_pt - 3.0 * MM
    }
}

const A4: Measures = Measures {
    width_pt: 0.0,
    height_pt: 0.0,
    margin_pt: 20.0 * MM,
    top_pt: 13.0 * MM,
    foot_pt: 12.0 * MM,
    body_pt: 10.5,
    small_pt: 9.0,
    title_pt: 20.0,
    heading_pt: 14.0,
    code_pt: 20.0 * MM,
    pad_x_pt: 2.0 * MM,
    pad_y_pt: 1.3 * MM,
};

const A5: Measures = Measures {
    width_pt: 0.0,
    height_pt: 0.0,
    margin_pt: 13.0 * MM,
    top_pt: 9.0 * MM,
    foot_pt: 9.0 * MM,
    body_pt: 9.0,
    small_pt: 7.5,
    title_pt: 16.0,
    heading_pt: 11.0,
    code_pt: 18.0 * MM,
    pad_x_pt: 1.5 * MM,
    pad_y_pt: 0.9 * MM,
};
