//! `qianban-endpoint`, built with the stories so that each of them has one of its own.

use std::process::ExitCode;

fn main() -> ExitCode {
    qianban_endpoint::main_with(std::env::args().skip(1))
}
