#![no_main]

#[path = "../../crates/endpoint/tests/endpoint/bodies.rs"]
mod bodies;
#[path = "../../crates/endpoint/tests/endpoint/bureau.rs"]
#[allow(dead_code)]
mod bureau;
#[path = "../../crates/endpoint/tests/endpoint/pc.rs"]
#[allow(dead_code)]
mod pc;
#[path = "../../crates/endpoint/tests/endpoint/world.rs"]
#[allow(dead_code)]
mod world;

thread_local! {
    static DOOR: bodies::Door = bodies::Door::open();
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| DOOR.with(|door| door.body(bytes)));
