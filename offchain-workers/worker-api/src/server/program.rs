//! How the programs of gateway and workers start and end.

use super::{Exit, Failure};
use std::{process::ExitCode, thread::JoinHandle, time::Duration};
use tokio::runtime::{Builder, Runtime};
use tracing_subscriber::EnvFilter;

/// Does what a program is for. Its log goes to standard error, as `RUST_LOG` says; so does the
/// failure that it ends with, under `name`.
pub fn run_program(name: &str, execute: impl FnOnce() -> Result<(), Failure>) -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match execute() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{name}: {failure}");
            ExitCode::from(failure.exit as u8)
        }
    }
}

/// The threads that serve.
///
/// # Errors
/// [`Exit::Other`], if the system gives none.
pub fn runtime() -> Result<Runtime, Failure> {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Exit::Other, format!("no threads: {error}")))
}

/// Waits until all threads of a pool whose queue is closed have ended; not for longer than `grace`.
/// Returns whether they have.
pub async fn join_pool(threads: Vec<JoinHandle<()>>, grace: Duration) -> bool {
    let join = tokio::task::spawn_blocking(|| threads.into_iter().for_each(|it| drop(it.join())));
    tokio::time::timeout(grace, join).await.is_ok()
}

/// Reads 32 bytes of the command line, hexadecimal with or without `0x`.
///
/// # Errors
/// What is no such text, in words.
pub fn parse_hash(text: &str) -> Result<[u8; 32], String> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(text), &mut bytes)
        .map_err(|error| format!("64 hexadecimal digits: {error}"))?;
    Ok(bytes)
}
