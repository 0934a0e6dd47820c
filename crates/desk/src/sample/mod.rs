//! The sample bureau (「先看样例」): two months of work in every form, played on a desk of its own by a clock of its own.
//!
//! `script.rs` is what happens, read from `assets/sample`; `when.rs` and `words.rs` say when, and in which words;
//! `play.rs` plays it on `stage.rs`, through the same intents that a person signs; `door.rs` opens it from the first
//! start and takes it away again. The same moment and seed give the same forms,
//! signed by the same keys; ids differ, because they cover signatures.

mod ambient;
pub(crate) mod door;
mod letter;
mod marker;
mod play;
mod script;
mod stage;
mod when;
mod words;

use std::ops::ControlFlow;

pub(crate) use marker::{Marker, marker, write_marker};

use crate::ambient::office;
use crate::api::Refusal;
use crate::{Desk, DeskSetup, Refused, forms};
use ambient::Played;
use play::Outcome;
use script::Script;
use when::Span;

/// What was played into a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayedSample {
    /// Forms that were begun.
    pub forms: u32,
    /// Moves that the desk refused, in words; empty where script and forms fit each other.
    pub refused: Vec<String>,
    /// Everybody's password.
    pub password: String,
}

/// Plays the sample bureau into the folder of a setup, which must hold nothing yet, as if it had been worked in for
/// two months up to the clock of that setup. `tell` hears how many moves of how many are done, and may stop it: the
/// answer is `None` then, and what is in the folder is of no use.
///
/// # Errors
/// The folder cannot be written.
pub fn play_sample(
    setup: DeskSetup,
    seed: u64,
    tell: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
) -> Result<Option<PlayedSample>, Refusal> {
    Ok(play_into(setup, seed, tell)?)
}

fn play_into(
    setup: DeskSetup,
    seed: u64,
    tell: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
) -> Result<Option<PlayedSample>, Refused> {
    let script = Script::shipped()?;
    let span = Span::before(office(setup.ambient.now()), script.days);
    let clock = Played::at(span.opening(), seed);
    let setup = DeskSetup { definitions: forms::shipped(), ..setup }.with_ambient(Box::new(clock.clone()));
    let folder = setup.folder.clone();
    let desk = Desk::new(setup);
    let Some(Outcome { forms, refused }) = play::run(&desk, &clock, &script, &span, seed, tell)? else {
        return Ok(None);
    };
    for refused in &refused {
        tracing::warn!(refused, "the sample left a form as it was");
    }
    let password = script.password;
    write_marker(&folder, &Marker { password: password.clone() })?;
    Ok(Some(PlayedSample { forms, refused, password }))
}
