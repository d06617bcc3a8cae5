//! The program; see [`opg_bench_overhead::cli`].

use clap::Parser;
use opg_bench_overhead::cli::{execute, Cli};
use std::process::ExitCode;

fn main() -> ExitCode {
    match execute(&Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("opg-overhead: {error:#}");
            ExitCode::FAILURE
        }
    }
}
