//! The fuzz targets of the journal, over their corpus and changes of it.
#![allow(missing_docs, unreachable_pub, clippy::expect_used, reason = "a test binary")]

#[path = "../../../../fuzz/replay.rs"]
mod replay;
mod target;

#[test]
fn no_envelope_breaks_its_decoder() {
    replay::replay("envelope", &[], 40_000, target::envelope);
}

#[test]
fn no_entry_breaks_the_registry() {
    replay::replay("registry", &[], 20_000, target::registry);
}
