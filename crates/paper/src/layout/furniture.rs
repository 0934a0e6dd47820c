//! What stands around the grid: title, numbers, codes, footer, mark.

use qrcodegen::{QrCode, QrCodeEcc};

use super::grid::Press;
use super::measure::{MM, Measures};
use super::text::{Across, BASELINE, LEADING, Setting, hei, lines, song};
use crate::font::Faces;
use crate::page::{Code, Item, Tone};
use crate::{MAX_CODE_BYTES, PaperError, Slip};

/// White around a code, in modules, that readers rely on.
const QUIET_MODULES: f32 = 4.0;
/// Slope of the mark.
const MARK_RISE_DEG: f32 = 35.0;
/// Smallest share of its size a long title is reduced to before it is wrapped.
const LEAST_TITLE_SHARE: f32 = 0.75;

/// What stands around the grid of one slip.
pub(crate) struct Furniture<'s> {
    slip: &'s Slip,
    m: Measures,
    code: Code,
    numbers: String,
}

impl<'s> Furniture<'s> {
    pub(crate) fn new(slip: &'s Slip, m: &Measures) -> Result<Furniture<'s>, PaperError> {
        let too_large = PaperError::TooLarge { what: "二维码内容字节数", limit: MAX_CODE_BYTES };
        let qr = QrCode::encode_text(&slip.code, QrCodeEcc::Medium).map_err(|_| too_large)?;
        let cells = (0..qr.size()).flat_map(|y| (0..qr.size()).map(move |x| (x, y)));
        let dark = cells.map(|(x, y)| qr.get_module(x, y)).collect();
        let modules = usize::try_from(qr.size()).unwrap_or_default();
        let code = Code { x: 0.0, y: 0.0, side_pt: m.code_pt, modules, dark };
        let sealed = slip.number.iter().map(|number| format!("编号：{number}"));
        let working = (!slip.working_number.is_empty()).then(|| format!("工作号：{}", slip.working_number));
        let numbers = sealed.chain(working).collect::<Vec<_>>().join("　");
        Ok(Furniture { slip, m: *m, code, numbers })
    }

    /// Heading, title and numbers of the first page.
    pub(crate) fn title(&self, press: &mut Press, faces: &Faces<'_>) {
        let m = &self.m;
        let side_pt = m.code_pt + self.quiet_pt();
        let width_pt = m.grid_pt() - 2.0 * side_pt;
        let setting = Setting { size_pt: m.heading_pt, width_pt, across: Across::Center, tone: Tone::Black };
        let heading = lines(faces, &[song(&self.slip.heading)], setting);
        let title = self.fitted_title(faces, width_pt);
        let size_of_title = title.1;
        let height_pt =
            LEADING * (m.heading_pt * heading.len() as f32 + size_of_title * title.0.len() as f32);
        let mut y = press.y + ((m.code_pt - height_pt) / 2.0).max(0.0);
        for (line, size_pt) in heading
            .iter()
            .map(|line| (line, m.heading_pt))
            .chain(title.0.iter().map(|line| (line, size_of_title)))
        {
            press
                .put(line.items.iter().map(|item| item.moved(m.margin_pt + side_pt, y + BASELINE * size_pt)));
            y += LEADING * size_pt;
        }
        press.y = y.max(press.y + m.code_pt) + 1.5 * MM;
        let number_setting =
            Setting { size_pt: m.small_pt, width_pt: m.grid_pt(), across: Across::End, tone: Tone::Black };
        for line in lines(faces, &[song(&self.numbers)], number_setting) {
            let y = press.y + BASELINE * m.small_pt;
            press.put(line.items.iter().map(|item| item.moved(m.margin_pt, y)));
            press.y += LEADING * m.small_pt;
        }
        press.y += 1.0 * MM;
    }

    /// The title in one line if a slightly smaller size allows, and its size.
    fn fitted_title(&self, faces: &Faces<'_>, width_pt: f32) -> (Vec<super::text::Line>, f32) {
        let full = self.m.title_pt;
        let setting = |size_pt| Setting { size_pt, width_pt, across: Across::Center, tone: Tone::Black };
        let one = lines(faces, &[hei(&self.slip.title)], setting(full));
        let less = lines(faces, &[hei(&self.slip.title)], setting(full * LEAST_TITLE_SHARE));
        if less.len() < one.len() { (less, full * LEAST_TITLE_SHARE) } else { (one, full) }
    }

    /// White a code needs.
    fn quiet_pt(&self) -> f32 {
        self.code.side_pt / self.code.modules as f32 * QUIET_MODULES
    }

    /// The mark across a page, under everything else.
    pub(crate) fn mark(&self, faces: &Faces<'_>) -> Vec<Item> {
        let Some(mark) = &self.slip.mark else { return Vec::new() };
        let count = mark.chars().count().max(1) as f32;
        let m = &self.m;
        let size_pt = (m.grid_pt() * 0.9 / count).min(m.grid_pt() * 0.35);
        let setting =
            Setting { size_pt, width_pt: m.grid_pt() * 2.0, across: Across::Start, tone: Tone::Pale };
        let rise = MARK_RISE_DEG.to_radians();
        let half_pt = count * size_pt / 2.0;
        let x = m.width_pt / 2.0 - half_pt * rise.cos() + 0.36 * size_pt * rise.sin();
        let y = m.height_pt / 2.0 + half_pt * rise.sin() + 0.36 * size_pt * rise.cos();
        let mut items: Vec<Item> = lines(faces, &[hei(mark)], setting)
            .iter()
            .flat_map(|line| line.items.iter().map(|i| i.moved(x, y)))
            .collect();
        for item in &mut items {
            if let Item::Text(text) = item {
                text.rise_deg = MARK_RISE_DEG;
                text.stands_for = Some(mark.clone());
            }
        }
        items
    }

    /// Codes, the short title of a page that continues, and the footer.
    pub(crate) fn around(&self, faces: &Faces<'_>, index: usize, count: usize) -> Vec<Item> {
        let m = &self.m;
        let right = m.width_pt - m.margin_pt;
        let foot_top = m.height_pt - m.foot_pt - m.code_pt;
        let mut items = vec![
            Item::Code(Code { x: right - m.code_pt, y: m.top_pt, ..self.code.clone() }),
            Item::Code(Code { x: m.margin_pt, y: foot_top, ..self.code.clone() }),
        ];
        let beside_pt = m.code_pt + self.quiet_pt();
        let free_pt = m.grid_pt() - beside_pt;
        if index > 0 {
            let title = format!("{}（续）", self.slip.title);
            let bottom = m.top_pt + m.code_pt;
            items.extend(self.upwards(faces, &[&title, &self.numbers], (m.margin_pt, bottom), free_pt));
        }
        let bottom = m.height_pt - m.foot_pt;
        let setting =
            Setting { size_pt: m.small_pt, width_pt: free_pt, across: Across::End, tone: Tone::Black };
        let pages = lines(faces, &[song(&format!("第 {} 页/共 {count} 页", index + 1))], setting);
        let pages_pt = pages.iter().map(|line| line.right_pt - line.left_pt).fold(0.0, f32::max);
        let left = m.margin_pt + beside_pt;
        let y = bottom + (BASELINE - LEADING) * m.small_pt;
        items.extend(pages.iter().flat_map(|line| &line.items).map(|item| item.moved(left, y)));
        let printed = (self.slip.print_number > 1).then(|| format!("第 {} 次打印", self.slip.print_number));
        let copy = Some(self.slip.copy.clone()).filter(|copy| !copy.is_empty());
        let of_copy = copy.into_iter().chain(printed).collect::<Vec<_>>().join("　");
        let width_pt = free_pt - pages_pt - m.small_pt;
        items.extend(self.upwards(faces, &[&of_copy, &self.numbers], (left, bottom), width_pt));
        items
    }

    /// Small texts one under the other, of which the last line ends at the lower left corner `at`.
    fn upwards(&self, faces: &Faces<'_>, texts: &[&str], at: (f32, f32), width_pt: f32) -> Vec<Item> {
        let size_pt = self.m.small_pt;
        let setting = Setting { size_pt, width_pt, across: Across::Start, tone: Tone::Black };
        let lines: Vec<_> = texts.iter().flat_map(|text| lines(faces, &[song(text)], setting)).collect();
        let mut y = at.1 + (BASELINE - LEADING * lines.len() as f32) * size_pt;
        let mut items = Vec::new();
        for line in lines {
            items.extend(line.items.iter().map(|item| item.moved(at.0, y)));
            y += LEADING * size_pt;
        }
        items
    }
}
