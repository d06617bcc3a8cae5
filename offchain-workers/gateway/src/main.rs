//! The program; see [`opg_gateway::cli`].

use clap::Parser;
use opg_gateway::cli::{execute, Cli};
use opg_worker_api::server::run_program;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    run_program("opg-gateway", || execute(cli))
}
