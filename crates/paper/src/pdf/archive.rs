//! What makes the file a PDF/A-2b: identity, dates, metadata, colour. Made to PDF/A-2b, not validated: no validator is
//! to be had from the package registries.

use std::fmt::{self, Write};

use lopdf::{Dictionary, Document, Object, Stream, StringFormat, dictionary};

use super::utf16;
use crate::PaperError;
use crate::page::Pages;

/// sRGB, made with Pillow's `ImageCms.createProfile("sRGB")`.
const SRGB_ICC: &[u8] = include_bytes!("../../assets/srgb.icc");
/// Name of the program that writes.
const PRODUCER: &str = "qianban";

/// What the file says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// Title of the document.
    pub title: String,
    /// The bureau.
    pub author: String,
    /// When it was made.
    pub created: Moment,
    /// Digest of what the slip was made from; becomes the first half of the file's `/ID`.
    pub content_id: [u8; 32],
}

/// A time of day on a date, with its distance from UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// 1 to 9999.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
    /// Minutes east of UTC, −1439 to 1439; 480 in China.
    pub offset_minutes: i16,
}

impl Moment {
    pub(super) fn check(self) -> Result<(), PaperError> {
        let date =
            (1..=9999).contains(&self.year) && (1..=12).contains(&self.month) && (1..=31).contains(&self.day);
        let time =
            self.hour < 24 && self.minute < 60 && self.second < 60 && self.offset_minutes.abs() < 24 * 60;
        if date && time { Ok(()) } else { Err(PaperError::Time) }
    }

    fn offset(self) -> (char, i16, i16) {
        let sign = if self.offset_minutes < 0 { '-' } else { '+' };
        (sign, self.offset_minutes.abs() / 60, self.offset_minutes.abs() % 60)
    }

    /// `2026-02-14T08:50:00+08:00`.
    fn iso(self) -> String {
        let Moment { year, month, day, hour, minute, second, .. } = self;
        let (sign, hours, minutes) = self.offset();
        format!(
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{sign}{hours:02}:{minutes:02}"
        )
    }

    /// `D:20260214085000+08'00'`.
    fn pdf(self) -> String {
        let Moment { year, month, day, hour, minute, second, .. } = self;
        let (sign, hours, minutes) = self.offset();
        format!("D:{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}{sign}{hours:02}'{minutes:02}'")
    }
}

/// Completes and writes a document.
pub(super) fn finish(
    mut document: Document,
    pages: &Pages,
    metadata: &Metadata,
) -> Result<Vec<u8>, PaperError> {
    // Before the metadata are added: they stay readable.
    document.compress();
    document.version = "1.7".to_owned();
    let xmp =
        Stream::new(dictionary! { "Type" => "Metadata", "Subtype" => "XML" }, xmp(metadata).into_bytes());
    let xmp = document.add_object(xmp.with_compression(false));
    let profile =
        document.add_object(Stream::new(dictionary! { "N" => 3 }, SRGB_ICC.to_vec()).with_compression(false));
    let intent = dictionary! {
        "Type" => "OutputIntent",
        "S" => "GTS_PDFA1",
        "OutputConditionIdentifier" => Object::string_literal("sRGB"),
        "Info" => Object::string_literal("sRGB"),
        "DestOutputProfile" => profile,
    };
    let catalog = document.catalog_mut().map_err(|_| PaperError::Pdf { step: "目录" })?;
    catalog.set("Metadata", xmp);
    catalog.set("OutputIntents", vec![intent.into()]);
    catalog.set("Lang", Object::string_literal("zh-CN"));
    let info = document.add_object(info(metadata));
    document.trailer.set("Info", info);
    let (permanent, changing) = ids(pages, metadata);
    document.trailer.set("ID", vec![hexadecimal(permanent), hexadecimal(changing)]);
    document.prune_objects();
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).map_err(|_| PaperError::Pdf { step: "写出" })?;
    Ok(bytes)
}

fn info(metadata: &Metadata) -> Dictionary {
    let text = |text: &str| Object::String(utf16(text), StringFormat::Hexadecimal);
    let date = Object::string_literal(metadata.created.pdf());
    dictionary! {
        "Title" => text(&metadata.title),
        "Author" => text(&metadata.author),
        "Creator" => Object::string_literal(PRODUCER),
        "Producer" => Object::string_literal(PRODUCER),
        "CreationDate" => date.clone(),
        "ModDate" => date,
    }
}

/// The permanent id is the content's, the changing one also tells copies and prints apart.
fn ids(pages: &Pages, metadata: &Metadata) -> (Vec<u8>, Vec<u8>) {
    let mut hash = Fnv::new();
    hash.feed(&metadata.content_id);
    hash.feed(metadata.created.iso().as_bytes());
    // Writing to a hash cannot fail.
    let _ = write!(hash, "{pages}");
    (metadata.content_id[..16].to_vec(), hash.value().to_be_bytes().to_vec())
}

fn hexadecimal(bytes: Vec<u8>) -> Object {
    Object::String(bytes, StringFormat::Hexadecimal)
}

/// The metadata packet; it says what `Info` says.
fn xmp(metadata: &Metadata) -> String {
    let (title, author, date) = (escaped(&metadata.title), escaped(&metadata.author), metadata.created.iso());
    format!(
        r#"<?xpacket begin="{bom}" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<pdfaid:part>2</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<xmp:CreatorTool>{PRODUCER}</xmp:CreatorTool>
<xmp:CreateDate>{date}</xmp:CreateDate>
<xmp:ModifyDate>{date}</xmp:ModifyDate>
<xmp:MetadataDate>{date}</xmp:MetadataDate>
<pdf:Producer>{PRODUCER}</pdf:Producer>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"#,
        bom = '\u{feff}'
    )
}

/// Text for XML; characters XML has no place for are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars().filter(|c| !c.is_control()) {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            other => out.push(other),
        }
    }
    out
}

/// FNV-1a of 128 bits: tells documents apart, proves nothing.
pub(super) struct Fnv(u128);

impl Fnv {
    pub(super) fn new() -> Fnv {
        Fnv(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }

    pub(super) fn feed(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u128::from(*byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        }
    }

    pub(super) fn value(&self) -> u128 {
        self.0
    }
}

impl Write for Fnv {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.feed(text.as_bytes());
        Ok(())
    }
}
