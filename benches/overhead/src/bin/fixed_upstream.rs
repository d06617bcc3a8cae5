//! The upstream as a program; see [`opg_bench_overhead::upstream`].

use clap::Parser;
use opg_bench_overhead::upstream::router;
use opg_worker_api::server::{bind, serve, shutdown_signal, Failure, Limits};
use std::{net::SocketAddr, process::ExitCode, time::Duration};

/// Kept connections stay: no client is to find one closed.
const LIMITS: Limits = Limits {
    connections: 2048,
    head: Duration::from_secs(3600),
    connection: Duration::from_secs(86_400),
    grace: Duration::from_secs(1),
    head_bytes: 16 * 1024,
};

const EXAMPLES: &str = "Ask it:
  curl http://127.0.0.1:8656/v1/chat/completions -H 'content-type: application/json' \\
    -d '{\"model\":\"fixed-upstream\",\"messages\":[{\"role\":\"user\",\"content\":\"17\"}]}'";

/// A service of OpenAI's shape without a model, to measure what stands before it: it answers every
/// request after 50 ms with 64 KiB that say nothing, whole or in 256 parts.
///
/// A request's first message is a number, which the answer's name repeats.
///
/// Exit codes: 0 good, 1 unexpected, 2 wrong command line, 4 the address cannot be listened on.
#[derive(Debug, Parser)]
#[command(name = "fixed-upstream", version, after_help = EXAMPLES)]
struct Cli {
    /// Address to listen on.
    #[arg(long, default_value_t = SocketAddr::from(([127, 0, 0, 1], 8656)), value_name = "ADDRESS")]
    listen: SocketAddr,
}

fn main() -> ExitCode {
    match run(Cli::parse().listen) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("fixed-upstream: {failure}");
            ExitCode::from(failure.exit as u8)
        }
    }
}

#[tokio::main]
async fn run(listen: SocketAddr) -> Result<(), Failure> {
    let listener = bind(listen).await?;
    serve(listener, router(), LIMITS, shutdown_signal()).await;
    Ok(())
}
