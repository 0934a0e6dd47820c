//! What a form is listed and found by. The words come from the form's definition, which this crate does not read; the
//! caller answers, and the store keeps the answer beside the fold.

use qianban_journal::{Blobs, Finding, FormLog, FormView, Registry};

/// Answers for one form.
///
/// It must be a function of its arguments alone, and take nothing from the registry but names of people and units:
/// `rebuild` asks again and compares bytes, and only a new name makes the store ask again by itself. A name it gives
/// must stand in the title, the summary or the text.
pub trait Index: Send + Sync {
    /// Title, summary and searched text of a form, and the findings that need its definition (F7, F14). A blob that
    /// is not here yet is `None`; the store asks again when it comes.
    fn index(&self, log: &FormLog, view: &FormView, registry: Registry<'_>, blobs: &dyn Blobs) -> Indexed;
}

/// The caller's answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Indexed {
    /// The form's title in a list.
    pub title: String,
    /// One line that tells this form from others of its kind.
    pub summary: String,
    /// What the form is found by besides title, summary, numbers, its unit and the people who acted: each part is
    /// searched by itself, so no hit crosses two parts.
    pub text: Vec<String>,
    /// Findings that need the definition to be seen.
    pub findings: Vec<Finding>,
}
