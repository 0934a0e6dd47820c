//! What the sample bureau does, as data: `assets/sample/*.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{Code, Refused};

/// File name and text of each part, in order of names.
const SHIPPED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/sample.rs"));

/// The sample bureau: its people, their words and their stories.
#[derive(Debug, Default)]
pub(crate) struct Script {
    pub(crate) bureau: String,
    /// Natural days before the opening on which the ledger was opened.
    pub(crate) days: u32,
    /// Everybody's password, which is shown to whoever looks at the sample.
    pub(crate) password: String,
    pub(crate) units: Vec<String>,
    pub(crate) people: Vec<Person>,
    /// Words to choose from, by the name that stands for them.
    pub(crate) words: BTreeMap<String, Vec<String>>,
    pub(crate) stories: Vec<Story>,
}

/// A file of the script; one of them has the bureau.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    bureau: Option<Bureau>,
    #[serde(default)]
    words: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    story: Vec<Story>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bureau {
    name: String,
    days: u32,
    password: String,
    units: Vec<String>,
    person: Vec<Person>,
}

/// Somebody of the sample bureau.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Person {
    pub(crate) name: String,
    /// Empty: the bureau itself.
    #[serde(default)]
    pub(crate) unit: String,
    pub(crate) roles: Vec<String>,
    /// Signs on paper only.
    #[serde(default)]
    pub(crate) paper: bool,
}

/// A kind of work: which form, when it begins, what is written into it and what is done with it, move by move.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Story {
    /// By which others link its forms.
    pub(crate) key: String,
    /// Id of the definition.
    pub(crate) form: String,
    pub(crate) by: String,
    pub(crate) when: When,
    /// Fields of the content as typed.
    #[serde(default)]
    pub(crate) fill: BTreeMap<String, String>,
    /// Rows of its table fields.
    #[serde(default)]
    pub(crate) rows: BTreeMap<String, Vec<BTreeMap<String, String>>>,
    #[serde(default)]
    pub(crate) files: BTreeMap<String, Vec<File>>,
    /// Slot and whom it names, see [`super::play`].
    #[serde(default)]
    pub(crate) links: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(crate) moves: Vec<Move>,
}

/// When the forms of a story begin.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct When {
    /// Working days from the opening, 0 or less: 0 is the day of the opening or the last working day before it.
    #[serde(default)]
    pub(crate) days: Vec<i64>,
    #[serde(default)]
    pub(crate) every: Option<Every>,
    /// Of `every`, only each so-manieth.
    #[serde(default = "one")]
    pub(crate) step: usize,
    /// Of `every`, how many are left out at the beginning.
    #[serde(default)]
    pub(crate) skip: usize,
    /// Of `every`, how many days before the opening the last one is at the latest.
    #[serde(default)]
    pub(crate) until: u64,
    /// Clock of the first move, `HH:MM`.
    #[serde(default)]
    pub(crate) at: String,
    /// Minutes before the opening; in place of days and clock.
    #[serde(default)]
    pub(crate) minutes_before: Option<i64>,
}

fn one() -> usize {
    1
}

/// How often a story begins anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Every {
    Day,
    WorkingDay,
    /// The first working day of a week.
    Week,
    /// The first working day of a month.
    Month,
}

/// A file that is attached. Without a text it is made by its name: a letter as PDF, or an empty table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) text: Option<String>,
}

/// One thing that one person does with a form.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Move {
    /// Minutes after the move before (`20m`), or working days after it with a clock (`1d 09:30`).
    pub(crate) after: String,
    /// Who; the one who began the form when absent.
    #[serde(default)]
    pub(crate) by: Option<String>,
    #[serde(rename = "do")]
    pub(crate) act: Act,
    /// The step or table.
    #[serde(default)]
    pub(crate) at: String,
    /// Why it is returned or rejected; the remark of a closing.
    #[serde(default)]
    pub(crate) why: String,
    /// The stated time of an entry that is recorded late.
    #[serde(default)]
    pub(crate) stated: Option<String>,
    /// Signers on paper by step.
    #[serde(default)]
    pub(crate) ink: BTreeMap<String, String>,
    /// Fields as typed: of the box, or of the content before it is sent.
    #[serde(default)]
    pub(crate) fill: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) files: BTreeMap<String, Vec<File>>,
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Act {
    Submit,
    Approve,
    ApproveInk,
    Return,
    Reject,
    Seal,
    Entry,
    Print,
    PaperBack,
    Close,
}

impl Script {
    /// The script that ships with the program.
    ///
    /// # Errors
    /// [`Code::SampleScript`] with file, line and reason.
    pub(crate) fn shipped() -> Result<Self, Refused> {
        let mut script = Self::default();
        for (file, text) in SHIPPED {
            let part: Part =
                toml::from_str(text).map_err(|error| bad(format!("{file}: {}", error.message())))?;
            script.words.extend(part.words);
            script.stories.extend(part.story);
            if let Some(bureau) = part.bureau {
                let Bureau { name, days, password, units, person } = bureau;
                script = Self { bureau: name, days, password, units, people: person, ..script };
            }
        }
        Ok(script)
    }
}

/// What is wrong with the script.
pub(crate) fn bad(what: impl std::fmt::Display) -> Refused {
    Refused::about(Code::SampleScript, what)
}
