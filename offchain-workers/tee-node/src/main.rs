//! The program; see [`opg_tee_node::cli`].

use clap::Parser;
use opg_tee_node::cli::{execute, Cli};
use opg_worker_api::server::run_program;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    run_program("tee-node", || execute(cli))
}
