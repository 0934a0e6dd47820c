#![no_main]

#[path = "../../crates/protocol/tests/fuzz/target.rs"]
#[allow(dead_code)]
mod target;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| target::wire(bytes));
