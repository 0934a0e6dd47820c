//! How a use case says no.

use crate::api::{Problem, Refusal};
use crate::{Code, shape};

/// A refusal inside the desk: a code with the matter at hand; worded only at the edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    code: Code,
    matter: String,
    retry_after_seconds: Option<u32>,
    problems: Vec<Problem>,
}

impl Refused {
    /// A refusal that needs no further words.
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self { code, matter: String::new(), retry_after_seconds: None, problems: Vec::new() }
    }

    /// A refusal about something: a name, a limit, a reason in Chinese. At most 300 characters are kept.
    #[must_use]
    pub fn about(code: Code, matter: impl std::fmt::Display) -> Self {
        let matter = matter.to_string().chars().take(300).collect();
        Self { matter, ..Self::new(code) }
    }

    /// A request that is no JSON: [`Code::RequestShape`] with the place.
    #[must_use]
    pub fn unread(error: &serde_json::Error) -> Self {
        Self::about(Code::RequestShape, shape::unread(error))
    }

    /// Says when trying again makes sense.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// The field problems or unmet gates behind it.
    #[must_use]
    pub fn because(mut self, problems: Vec<Problem>) -> Self {
        self.problems = problems;
        self
    }

    /// The field problems or unmet gates behind it.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.code.message().replace("{}", &self.matter))
    }
}

impl std::error::Error for Refused {}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        Refusal {
            code: refused.code.as_str().to_owned(),
            message: refused.code.message().replace("{}", &refused.matter),
            advice: refused.code.advice().to_owned(),
            retry_after_seconds: refused.retry_after_seconds,
            problems: refused.problems,
        }
    }
}

/// A refusal as a problem beside the matter.
impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let refusal = Refusal::from(refused);
        Self { code: refusal.code, message: refusal.message, field: None }
    }
}

impl From<Code> for Refused {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}
