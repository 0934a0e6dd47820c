//! The fuzz target of definitions, over its corpus, the forms that ship, and changes of them.
#![allow(missing_docs, unreachable_pub, clippy::expect_used, reason = "a test binary")]

#[path = "../../../../fuzz/replay.rs"]
mod replay;
mod target;

#[test]
fn no_definition_breaks_the_engine() {
    replay::replay("definition", &["assets/forms"], 400, target::definition);
}
