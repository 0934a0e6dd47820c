//! `qianbanctl`, built with the stories so that each of them drives a program of its own.

use std::process::ExitCode;

fn main() -> ExitCode {
    qianban_headless::main_with(std::env::args().skip(1))
}
