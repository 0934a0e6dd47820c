use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// `slip_pdf`: the very PDF that would be printed.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SlipQuery {
    /// The form.
    pub form: String,
    /// Copy name; the first of the definition when empty.
    pub copy: String,
    /// Title to print; the first of the record when empty.
    #[serde(default)]
    pub title: String,
}

/// The slip.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SlipPdf {
    /// File name for saving.
    pub name: String,
    /// Base64.
    pub pdf: String,
    /// Pages.
    pub pages: u32,
    /// All copy names.
    pub copies: Vec<String>,
    /// All titles under which it may be printed, the usual one first.
    pub titles: Vec<String>,
}

/// `printers`: what the operating system offers.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Printers {
    /// Queue names, the default first; empty where the PDF goes to the default viewer.
    pub printers: Vec<String>,
}

/// `print_send`: hands the slip to a printer, after its Print was signed.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PrintSend {
    /// The form.
    pub form: String,
    /// Copy name.
    pub copy: String,
    /// Title to print; the first of the record when empty.
    #[serde(default)]
    pub title: String,
    /// Queue; the default handler when absent.
    pub printer: Option<String>,
}
