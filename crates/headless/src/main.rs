//! `qianbanctl`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::from_env("QIANBAN_LOG");
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    qianban_headless::main_with(std::env::args().skip(1))
}
