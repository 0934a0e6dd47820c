//! `slip_pdf`, `printers`, `print_send`: to paper.

use base64::Engine;

use crate::api::{Nothing, PrintSend, Printers, SlipPdf, SlipQuery};
use crate::desk::Sitting;
use crate::opened::VIEWED;
use crate::record::{Look, Record};
use crate::sign::entry::prints;
use crate::slip::titles;
use crate::{Code, Desk, Refused, slip};

/// The very PDF that would be printed next.
pub(crate) fn pdf(desk: &Desk, request: SlipQuery) -> Result<SlipPdf, Refused> {
    let Sitting { opened, person } = desk.sitting()?;
    opened.store.read(|reader| {
        let look = Look { opened: &opened, reader, person, ambient: desk.ambient() };
        let record = Record::read(look, &request.form)?;
        let copy = copy(&record, &request.copy)?;
        let title = title(&record, &request.title)?;
        let printed = slip::print(desk, look, &record, (&copy, &title), number(prints(&record, &copy) + 1))?;
        Ok(SlipPdf {
            name: file_name(&[&title, &record.number(), &copy], "pdf"),
            pdf: base64::engine::general_purpose::STANDARD.encode(printed.pdf),
            pages: printed.pages,
            copies: record.definition.slip.copies.clone(),
            titles: titles::of(&record),
        })
    })
}

/// What the operating system offers.
pub(crate) fn printers(desk: &Desk, _: Nothing) -> Result<Printers, Refused> {
    desk.sitting()?;
    let queues = desk.setup.printer.queues().map_err(|error| Refused::about(Code::PrinterFailed, error))?;
    Ok(Printers { printers: queues })
}

/// Hands the slip over, after its print was signed.
pub(crate) fn send(desk: &Desk, request: PrintSend) -> Result<Nothing, Refused> {
    let Sitting { opened, person } = desk.sitting()?;
    let (title, printed) = opened.store.read(|reader| {
        let look = Look { opened: &opened, reader, person, ambient: desk.ambient() };
        let record = Record::read(look, &request.form)?;
        let copy = copy(&record, &request.copy)?;
        let times = prints(&record, &copy);
        if times == 0 {
            return Err(Refused::from(Code::PrintNotSigned));
        }
        let title = title(&record, &request.title)?;
        let printed = slip::print(desk, look, &record, (&copy, &title), number(times))?;
        Ok((format!("{title} {}", record.number()), printed))
    })?;
    let printer = &desk.setup.printer;
    if let Some(queue) = &request.printer {
        let known = printer.queues().map_err(|error| Refused::about(Code::PrinterFailed, error))?;
        if !known.contains(queue) {
            return Err(Refused::about(Code::PrinterFailed, "没有这个打印队列"));
        }
    }
    let folder = desk.folder().join(VIEWED);
    let sent = printer.send(&title, &printed.pdf, request.printer.as_deref(), &folder);
    sent.map_err(|error| Refused::about(Code::PrinterFailed, error))?;
    Ok(Nothing {})
}

fn copy(record: &Record, asked: &str) -> Result<String, Refused> {
    let copies = &record.definition.slip.copies;
    let found = if asked.is_empty() { copies.first() } else { copies.iter().find(|copy| *copy == asked) };
    found.cloned().ok_or_else(|| Refused::about(Code::PaperCopy, asked))
}

fn title(record: &Record, asked: &str) -> Result<String, Refused> {
    let mut titles = titles::of(record).into_iter();
    let found = if asked.is_empty() { titles.next() } else { titles.find(|title| title == asked) };
    found.ok_or_else(|| Refused::about(Code::PaperTitle, asked))
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// A file name that every system takes.
pub(crate) fn file_name(parts: &[&str], ending: &str) -> String {
    let clean = |part: &&str| -> String {
        part.chars().filter(|c| c.is_alphanumeric() || "〔〕-_".contains(*c)).collect()
    };
    let parts: Vec<String> = parts.iter().map(clean).filter(|part| !part.is_empty()).collect();
    format!("{}.{ending}", parts.join("_"))
}
