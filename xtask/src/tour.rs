//! `tour`: the main job in the real window, left behind as numbered screenshots and a PDF.

use crate::place::Place;
use crate::process::Stop;
use crate::{desktop, program, setup, ui};

/// Performs the story of `tests/e2e/story.rs` and leaves `target/tour/`.
pub(crate) fn tour(place: &Place) -> Result<(), Stop> {
    setup::tests(place)?;
    ui::build(place)?;
    program::build(place, &program::WINDOW)?;
    let home = place.results("tour");
    desktop::nextest(
        place,
        &home,
        &["--package", "qianban-tests", "--test", "e2e", "-E", "test(=story::the_main_job)"],
    )?;
    println!("tour: see {}", home.display());
    Ok(())
}
