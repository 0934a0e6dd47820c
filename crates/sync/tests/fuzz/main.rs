//! The fuzz target of bundles, over its corpus and changes of it.
#![allow(missing_docs, unreachable_pub, clippy::expect_used, reason = "a test binary")]

#[path = "../../../../fuzz/replay.rs"]
mod replay;
mod target;

#[test]
fn no_bundle_breaks_its_reader() {
    replay::replay("bundle", &[], 400, target::bundle);
}
