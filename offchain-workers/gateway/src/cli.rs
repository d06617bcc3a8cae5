//! The command line.

use crate::{
    chain::{watch_chain, Node},
    client::http,
    config,
    record::GatewayRecord,
    service::{Gateway, HoldFor, Settings},
    workers::Workers,
};
use clap::{Args, CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use opg_worker_api::{
    server::{
        bind, router, runtime, serve, shutdown_signal, Exit, Failure, Ledger, Limits, MAX_KEPT,
    },
    GATEWAY_PORT,
};
use reqwest::Url;
use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};
use tokio::sync::watch;

/// How often workers are asked how they are.
const HEALTH_EVERY: Duration = Duration::from_secs(2);
/// How long a call to a worker or the node may take, its body included.
const CALL_DEADLINE: Duration = Duration::from_secs(5);

/// Takes jobs from a dispatcher, holds each until its request is final, and brings it to a worker.
///
/// Exit codes: 0 good, 1 unexpected, 2 wrong command line, 3 the workers are wrongly configured, 4
/// the address cannot be listened on, 5 the journal cannot be used.
#[derive(Debug, Parser)]
#[command(name = "opg-gateway", version, propagate_version = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve jobs until interrupted.
    Run(Box<Run>),
    /// Print the completions for a shell.
    Completions {
        /// The shell.
        shell: Shell,
    },
}

/// How to serve.
#[derive(Debug, Args)]
pub struct Run {
    /// A worker on this machine, such as http://127.0.0.1:8651. May be given several times.
    #[arg(long = "worker", env = "OPG_GATEWAY_WORKER", value_delimiter = ',', value_name = "URL")]
    pub worker: Vec<String>,
    /// File of workers (TOML): names, addresses, keys, models, modes; needed for remote ones.
    #[arg(long, env = "OPG_GATEWAY_WORKERS", value_name = "FILE")]
    pub workers: Option<PathBuf>,
    /// JSON-RPC of the operator's own node, over HTTP: it says what is final.
    #[arg(
        long,
        env = "OPG_GATEWAY_NODE",
        value_name = "URL",
        required_unless_present = "optimistic"
    )]
    pub node: Option<Url>,
    /// Directory of the journal; this process's alone.
    #[arg(long, env = "OPG_GATEWAY_JOURNAL", value_name = "DIR")]
    pub journal: PathBuf,
    /// Address to listen on. The protocol has no login: beyond this machine, put one before it.
    #[arg(
        long,
        env = "OPG_GATEWAY_LISTEN",
        default_value_t = SocketAddr::from(([127, 0, 0, 1], GATEWAY_PORT)),
        value_name = "ADDRESS"
    )]
    pub listen: SocketAddr,
    /// What must be final before a worker gets a job.
    #[arg(long, env = "OPG_GATEWAY_HOLD_FOR", value_enum, default_value_t = HoldFor::Lease, value_name = "WHAT")]
    pub hold_for: HoldFor,
    /// Do not wait for anything to be final: at your own risk, and for public inputs only. The same
    /// as --hold-for nothing.
    #[arg(long, env = "OPG_GATEWAY_OPTIMISTIC")]
    pub optimistic: bool,
    /// How long a block takes, in milliseconds: tells the time while the node does not answer.
    #[arg(long, env = "OPG_GATEWAY_BLOCK_MS", default_value_t = 3000, value_parser = clap::value_parser!(u64).range(100..=600_000), value_name = "MS")]
    pub block_ms: u64,
    /// Jobs that may be on their way.
    #[arg(long, env = "OPG_GATEWAY_MAX_JOBS", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub max_jobs: u32,
    /// Seconds that a worker may be silent before another one gets its job.
    #[arg(long, env = "OPG_GATEWAY_FAILOVER", default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=3600), value_name = "SECONDS")]
    pub failover: u64,
    /// How many days answered jobs are kept.
    #[arg(long, env = "OPG_GATEWAY_KEEP_DAYS", default_value_t = 7, value_parser = clap::value_parser!(u64).range(1..=3650), value_name = "DAYS")]
    pub keep_days: u64,
    /// Ask every worker and the node once, say what they answer, and end; 3 if one does not.
    #[arg(long)]
    pub check: bool,
}

/// Does what the command line says. What it prints for others to read goes to standard output.
///
/// # Errors
/// [`Failure`], with the exit code.
pub fn execute(cli: Cli) -> Result<(), Failure> {
    match cli.command {
        Command::Completions { shell } => {
            let mut out = std::io::stdout();
            clap_complete::generate(shell, &mut Cli::command(), "opg-gateway", &mut out);
            Ok(())
        }
        Command::Run(run) => runtime()?.block_on(serve_jobs(*run)),
    }
}

fn config(error: impl std::fmt::Display) -> Failure {
    Failure::new(Exit::Config, error)
}

async fn serve_jobs(run: Run) -> Result<(), Failure> {
    let configs = config::workers(run.workers.as_deref(), &run.worker).map_err(config)?;
    let http = http(CALL_DEADLINE)
        .map_err(|error| Failure::new(Exit::Other, format!("no HTTP client: {error}")))?;
    let workers = Arc::new(Workers::new(configs, &http));
    if let Some(url) = run.node.as_ref().filter(|url| url.scheme() != "http") {
        return Err(config(format!("node {url}: its JSON-RPC is asked over http")));
    }
    let node = run.node.clone().map(|url| Node::new(http.clone(), url));
    if run.check {
        return check(&workers, node.as_ref()).await;
    }
    let hold_for = if run.optimistic { HoldFor::Nothing } else { run.hold_for };
    if hold_for == HoldFor::Nothing {
        tracing::warn!("jobs do not wait to be final: work on a fork is for nothing");
    } else if node.is_none() {
        return Err(config("to hold for what is final, name the node with --node"));
    }
    let ledger: Arc<Ledger<GatewayRecord>> = Ledger::open(&run.journal, MAX_KEPT)?;
    let listener = bind(run.listen).await?;
    let (send_view, views) = watch::channel(None);
    let mut background = tokio::task::JoinSet::new();
    if let Some(node) = node.clone() {
        // Twice a block, so that what is final is seen before the next block.
        let period = Duration::from_millis(run.block_ms / 2);
        background.spawn(watch_chain(node, period, send_view));
    }
    background.spawn(workers.clone().watch(HEALTH_EVERY));
    let keep = Duration::from_secs(run.keep_days.saturating_mul(24 * 3600));
    background.spawn(ledger.clone().keep_pruned(keep));
    let settings = Settings {
        hold_for,
        block_time: Duration::from_millis(run.block_ms),
        max_jobs: run.max_jobs,
        failover: Duration::from_secs(run.failover),
        poll: Duration::from_secs(1),
    };
    let gateway = Gateway::start(settings, ledger, workers, node, views);
    tracing::info!(address = %run.listen, "serving jobs");
    let closing = {
        let gateway = gateway.clone();
        async move {
            shutdown_signal().await;
            gateway.close();
        }
    };
    serve(listener, router(gateway), Limits::default(), closing).await;
    background.shutdown().await;
    Ok(())
}

async fn check(workers: &Workers, node: Option<&Node>) -> Result<(), Failure> {
    let mut wrong = Vec::new();
    for worker in workers.all() {
        let name = &worker.config.name;
        match worker.refresh().await {
            Ok(()) => {
                for served in worker.health().into_iter().flat_map(|health| health.models) {
                    let modes: Vec<_> = served.modes.iter().map(|mode| mode.name()).collect();
                    println!("worker {name}: model {} in {}", served.model, modes.join(", "));
                }
                if !worker.is_up() {
                    wrong.push(format!("worker {name}: it takes no jobs"));
                }
            }
            Err(error) => wrong.push(format!("worker {name}: {error}")),
        }
    }
    if let Some(node) = node {
        match node.view().await {
            Ok(view) => println!(
                "node: genesis {}, best {}, final {}",
                view.genesis, view.best, view.finalized
            ),
            Err(error) => wrong.push(format!("node: {error}")),
        }
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(config(wrong.join("\n")))
    }
}
