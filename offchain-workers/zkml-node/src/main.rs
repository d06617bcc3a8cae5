//! The program; see [`opg_zkml_node::cli`].

use clap::Parser;
use opg_worker_api::server::run_program;
use opg_zkml_node::cli::{execute, Cli};
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    run_program("zkml-node", || execute(cli))
}
