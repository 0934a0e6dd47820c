//! The fuzz target of the protocol, over its corpus and changes of it.
#![allow(missing_docs, unreachable_pub, clippy::expect_used, reason = "a test binary")]

#[path = "../../../../fuzz/replay.rs"]
mod replay;
mod target;

#[test]
fn no_message_breaks_its_decoder() {
    replay::replay("wire", &[], 20_000, target::wire);
}
