//! Plays the script: everything that everybody does, in the order of time, up to the moment of the opening.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use chrono::{DateTime, Datelike, FixedOffset, Months};
use qianban_journal::PersonId;
use qianban_store::Writer;

use super::ambient::Played;
use super::script::{Act, File, Move, Script, Story, bad};
use super::stage::{Place, Stage};
use super::when::Span;
use super::words::Draws;
use crate::api::{InkSignature, Refusal, ReturnTarget, Section, SignAction};
use crate::{Desk, Refused};

/// Moves that are committed together.
const TOGETHER: usize = 50;

/// What became of a play.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// Forms that were begun.
    pub(crate) forms: u32,
    /// Moves that the desk refused; their forms stay as they were.
    pub(crate) refused: Vec<String>,
}

/// A move of a form, or its beginning.
struct Turn {
    at: DateTime<FixedOffset>,
    form: usize,
    /// Place among the moves of its story; none for the beginning.
    step: Option<usize>,
}

/// A form of a story.
struct Form {
    story: usize,
    /// Place among the forms of its story.
    number: usize,
    begun: DateTime<FixedOffset>,
    key: String,
    sealed: bool,
    /// A move was refused: what would follow is left out.
    left: bool,
}

struct Play<'a> {
    script: &'a Script,
    span: &'a Span,
    clock: &'a Played,
    stage: Stage<'a>,
    seed: u64,
    forms: Vec<Form>,
    outcome: Outcome,
}

/// Founds the bureau on the desk and plays it through; nothing when it was told to stop.
pub(crate) fn run(
    desk: &Desk,
    clock: &Played,
    script: &Script,
    span: &Span,
    seed: u64,
    tell: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
) -> Result<Option<Outcome>, Refused> {
    let (forms, turns) = schedule(script, span)?;
    let total = turns.len();
    if tell(0, total).is_break() {
        return Ok(None);
    }
    let stage = Stage::set(desk, clock, script)?;
    let opened = stage.opened.clone();
    let mut play = Play { script, span, clock, stage, seed, forms, outcome: Outcome::default() };
    for (done, turns) in turns.chunks(TOGETHER).enumerate() {
        if tell(done * TOGETHER, total).is_break() {
            return Ok(None);
        }
        opened.store.write(|writer| turns.iter().try_for_each(|turn| play.take(writer, turn)))?;
    }
    if tell(total, total).is_break() {
        return Ok(None);
    }
    opened.raise_anchor()?;
    Ok(Some(play.outcome))
}

/// Every form with its beginning, and everything that happens to them in the order of time.
fn schedule(script: &Script, span: &Span) -> Result<(Vec<Form>, Vec<Turn>), Refused> {
    let (mut forms, mut turns) = (Vec::new(), Vec::new());
    for (place, story) in script.stories.iter().enumerate() {
        for (number, begun) in span.begins(&story.when)?.into_iter().enumerate() {
            let form = forms.len();
            let (key, sealed, left) = (String::new(), false, false);
            forms.push(Form { story: place, number, begun, key, sealed, left });
            turns.push(Turn { at: begun, form, step: None });
            let mut at = begun;
            for (step, next) in story.moves.iter().enumerate() {
                at = span.after(at, &next.after)?;
                turns.push(Turn { at, form, step: Some(step) });
            }
        }
    }
    turns.retain(|turn| turn.at <= span.now);
    turns.sort_by_key(|turn| (turn.at, turn.form, turn.step));
    Ok((forms, turns))
}

impl Play<'_> {
    /// Plays a move. What the desk refuses is noted and its form left as it is; only a failing disk ends the play.
    fn take(&mut self, writer: &mut Writer<'_>, turn: &Turn) -> Result<(), Refused> {
        if self.forms[turn.form].left {
            return Ok(());
        }
        self.clock.set(turn.at);
        let outcome = match turn.step {
            None => self.begin(writer, turn),
            Some(step) => self.step(writer, turn, step),
        };
        let Err(refused) = outcome else { return Ok(()) };
        if refused.code().as_str().starts_with("HOST-") {
            return Err(refused);
        }
        self.forms[turn.form].left = true;
        let form = &self.forms[turn.form];
        let refusal = Refusal::from(refused);
        let problems: Vec<String> = refusal.problems.into_iter().map(|problem| problem.message).collect();
        let story = &self.script.stories[form.story];
        let step = turn.step.map_or(0, |step| step + 1);
        self.outcome.refused.push(format!(
            "{} {} {step}: {} {} {}",
            story.key,
            form.begun.date_naive(),
            refusal.code,
            refusal.message,
            problems.join(" ")
        ));
        Ok(())
    }

    fn begin(&mut self, writer: &mut Writer<'_>, turn: &Turn) -> Result<(), Refused> {
        let story = &self.script.stories[self.forms[turn.form].story];
        let (def, definition) = self.stage.definition(&story.form)?;
        let person = self.stage.person(&story.by)?;
        let form = self.stage.begin(writer, person, def)?;
        self.forms[turn.form].key.clone_from(&form);
        self.outcome.forms += 1;
        let place = Place { person, form: &form, of: Section::Content, definition: &definition };
        self.fill(writer, turn, &place, &story.fill)?;
        for (field, rows) in &story.rows {
            let draws = self.draws(turn.form);
            let cell = |place: String, text: &String| draws.fill(text, turn.at, &place);
            let row = |(number, row): (usize, &BTreeMap<String, String>)| {
                let cells = row.iter().map(|(column, text)| {
                    Ok((column.clone(), cell(format!("{field}/{number}/{column}"), text)?))
                });
                cells.collect::<Result<BTreeMap<_, _>, Refused>>()
            };
            let rows = rows.iter().enumerate().map(row).collect::<Result<Vec<_>, _>>()?;
            self.stage.write_rows(writer, &place, field, &rows)?;
        }
        self.attach(writer, &place, &story.files)?;
        for (slot, named) in &story.links {
            let mut forms = Vec::new();
            for name in named {
                forms.extend(self.named(name, turn.form)?);
            }
            if !forms.is_empty() {
                self.stage.link(writer, person, &form, slot, forms)?;
            }
        }
        Ok(())
    }

    fn step(&mut self, writer: &mut Writer<'_>, turn: &Turn, step: usize) -> Result<(), Refused> {
        let script = self.script;
        let story = &script.stories[self.forms[turn.form].story];
        let next = &story.moves[step];
        let person = self.stage.person(next.by.as_ref().unwrap_or(&story.by))?;
        let form = self.forms[turn.form].key.clone();
        let (_, definition) = self.stage.definition(&story.form)?;
        let of = match next.act {
            Act::Approve => Section::Step { key: next.at.clone() },
            Act::Entry => Section::Entry { table: next.at.clone(), row: None },
            _ => Section::Content,
        };
        let place = Place { person, form: &form, of, definition: &definition };
        self.fill(writer, turn, &place, &next.fill)?;
        self.attach(writer, &place, &next.files)?;
        let copy = definition.slip.copies.first().cloned().unwrap_or_default();
        let action = self.action(writer, turn, next, (person, &form, copy))?;
        if let Some(form) = self.stage.sign(writer, person, &action)? {
            self.forms[turn.form].key = form;
        }
        self.forms[turn.form].sealed |= next.act == Act::Seal;
        Ok(())
    }

    fn action(
        &mut self,
        writer: &mut Writer<'_>,
        turn: &Turn,
        next: &Move,
        (person, form, copy): (PersonId, &str, String),
    ) -> Result<SignAction, Refused> {
        let words = |text: &str| self.draws(turn.form).fill(text, turn.at, "why");
        let form = form.to_owned();
        Ok(match next.act {
            Act::Submit => SignAction::Submit { form },
            Act::Approve => SignAction::Approve { form, step: next.at.clone(), on_behalf: None },
            Act::ApproveInk => {
                let signature = |(step, name): (&String, &String)| {
                    let signer = Some(self.stage.person(name)?.to_string());
                    Ok(InkSignature { step: step.clone(), signer, outsider: None })
                };
                let signatures = next.ink.iter().map(signature).collect::<Result<_, Refused>>()?;
                SignAction::ApproveInk { scan: self.stage.scan(writer, person, &form)?, form, signatures }
            }
            Act::Return => {
                let step = next.at.clone();
                let target =
                    if step.is_empty() { ReturnTarget::Drafter } else { ReturnTarget::Step { step } };
                SignAction::Return { form, target, reason: words(&next.why)? }
            }
            Act::Reject => SignAction::Reject { form, reason: words(&next.why)? },
            Act::Seal => SignAction::Seal { form },
            Act::Entry => {
                let at = next.stated.as_deref().map(words).transpose()?;
                SignAction::Entry { form, table: next.at.clone(), at, corrects: None }
            }
            Act::Print => SignAction::Print { form, copy },
            Act::PaperBack => SignAction::PaperBack { scan: self.stage.scan(writer, person, &form)?, form },
            Act::Close => SignAction::Close { form, remark: words(&next.why)? },
        })
    }

    fn fill(
        &self,
        writer: &mut Writer<'_>,
        turn: &Turn,
        place: &Place<'_>,
        fields: &BTreeMap<String, String>,
    ) -> Result<(), Refused> {
        let draws = self.draws(turn.form);
        for (field, text) in fields {
            self.stage.write(writer, place, field, &draws.fill(text, turn.at, field)?)?;
        }
        Ok(())
    }

    fn attach(
        &mut self,
        writer: &mut Writer<'_>,
        place: &Place<'_>,
        files: &BTreeMap<String, Vec<File>>,
    ) -> Result<(), Refused> {
        for (field, files) in files {
            files.iter().try_for_each(|file| self.stage.attach(writer, place, field, file))?;
        }
        Ok(())
    }

    /// The sealed forms that a link names: the newest of a story; with `@same` the one of the same place, with `@day`
    /// those of the same day, with `@month` those of the month before, with `@all` all of them.
    fn named(&self, name: &str, from: usize) -> Result<Vec<String>, Refused> {
        let (key, which) = name.split_once('@').unwrap_or((name, ""));
        let from = &self.forms[from];
        let story = self.script.stories.iter().position(|story: &Story| story.key == key);
        let story = story.ok_or_else(|| bad(format!("没有「{key}」这个故事")))?;
        let before = from.begun.date_naive().checked_sub_months(Months::new(1)).unwrap_or_default();
        let fits = |form: &&Form| {
            let day = form.begun.date_naive();
            form.story == story
                && form.sealed
                && match which {
                    "same" => form.number == from.number,
                    "day" => day == from.begun.date_naive(),
                    "month" => (day.year(), day.month()) == (before.year(), before.month()),
                    _ => true,
                }
        };
        let mut found = self.forms.iter().filter(fits);
        let found: Vec<&Form> =
            if which.is_empty() { found.next_back().into_iter().collect() } else { found.collect() };
        Ok(found.into_iter().map(|form| form.key.clone()).collect())
    }

    fn draws(&self, form: usize) -> Draws<'_> {
        let form = &self.forms[form];
        let said = format!("{} {} {}", self.seed, self.script.stories[form.story].key, form.number);
        let digest = qianban_journal::digest(said.as_bytes());
        let seed = digest.0.first_chunk::<8>().map_or(0, |first| u64::from_be_bytes(*first));
        Draws { span: self.span, words: &self.script.words, number: form.number, seed }
    }
}
