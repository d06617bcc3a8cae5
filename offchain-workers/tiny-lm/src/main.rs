//! The program; see [`opg_tiny_lm::cli`].

use clap::Parser;
use opg_tiny_lm::cli::{execute, Cli};
use opg_worker_api::server::run_program;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    run_program("tiny-lm-demo", || execute(cli))
}
