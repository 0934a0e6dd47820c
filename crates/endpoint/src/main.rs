//! `qianban-endpoint`.

use std::process::ExitCode;

fn main() -> ExitCode {
    qianban_endpoint::main_with(std::env::args().skip(1))
}
