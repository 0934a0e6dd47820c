//! qianbanctl.
fn main() {}
