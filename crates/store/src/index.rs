//! What a form is listed and found by. The words come from the form's definition, which this crate does not read; the
//! caller answers, and the store keeps the answer beside the fold.

use qianban_journal::{Blobs, Digest, Finding, FormId, FormLog, FormView, Registry};

/// What an answer may be taken from besides the form itself.
pub trait Sources: Blobs {
    /// The events of another form, `None` where none are here.
    fn log(&self, form: FormId) -> Option<FormLog>;
}

/// Answers for one form.
///
/// It must be a function of its arguments alone, and take nothing from the registry but names of people and units:
/// `rebuild` asks again and compares bytes, and only a new name makes the store ask again by itself. A name it gives
/// must stand in the title, the summary or the text.
pub trait Index: Send + Sync {
    /// Title, summary and searched text of a form, its links, and the findings that need its definition (F7, F14). A
    /// blob or a linked form that is not here yet is `None`; the store asks again when it comes. Of a linked form only
    /// what its [`Indexed::seen`] covers may be used.
    fn index(&self, log: &FormLog, view: &FormView, registry: Registry<'_>, here: &dyn Sources) -> Indexed;
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
    /// Forms that the content names, with the slot of each.
    pub links: Vec<(String, FormId)>,
    /// Names with values that the form is found by without a word, see [`Reader::marked`](crate::Reader::marked).
    pub marks: Vec<(String, String)>,
    /// Digest of what forms that link to this one may take from it: they are asked again when it changes, and only then.
    /// `None` while there is nothing to take.
    pub seen: Option<Digest>,
}
