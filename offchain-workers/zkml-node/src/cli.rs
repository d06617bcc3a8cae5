//! The command line.

use crate::{
    admission::Terms,
    engine::Timing,
    key::Key,
    models,
    service::{Parts, Worker},
};
use clap::{Args, CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use opg_primitives::{
    ids::{Account, GenesisHash},
    Balance,
};
use opg_worker_api::{
    server::{
        bind, join_pool, parse_hash, router, runtime, serve, shutdown_signal, Exit, Failure,
        Ledger, Limits, MAX_KEPT,
    },
    WORKER_PORT,
};
use std::{net::SocketAddr, path::PathBuf, time::Duration};

/// How long proofs that run may take once the program ends; what is cut off is in the journal.
const GRACE: Duration = Duration::from_secs(10);

/// Runs quantised networks, proves that it did, and signs its answers.
///
/// Exit codes: 0 good, 1 unexpected, 2 wrong command line, 3 a key or model is wrong, 4 the address
/// cannot be listened on, 5 the journal cannot be used.
#[derive(Debug, Parser)]
#[command(name = "zkml-node", version, propagate_version = true)]
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
    /// Make or show the worker's key.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Print the completions for a shell.
    Completions {
        /// The shell.
        shell: Shell,
    },
}

/// What to do with a key.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Make a key in a new file that only its owner can read, and print its public half.
    New {
        /// The file.
        file: PathBuf,
    },
    /// Print the public half of a key.
    Show {
        /// The file.
        file: PathBuf,
    },
    /// Print the signature by which a key agrees to be registered to a provider.
    SignRegistration {
        /// The file.
        file: PathBuf,
        /// The chain's genesis hash.
        #[arg(long, value_parser = parse_hash, value_name = "HASH")]
        genesis: [u8; 32],
        /// The provider's account, 32 bytes in hexadecimal.
        #[arg(long, value_parser = parse_hash, value_name = "ACCOUNT")]
        provider: [u8; 32],
    },
}

/// How to serve.
#[derive(Debug, Args)]
pub struct Run {
    /// Directory of models: `0x<id>/network.onnx`, and `0x<id>/proving-<version>.key` to prove.
    #[arg(long, env = "OPG_ZKML_MODELS", value_name = "DIR")]
    pub models: PathBuf,
    /// File of the worker's key, see `key new`.
    #[arg(long, env = "OPG_ZKML_KEY", value_name = "FILE")]
    pub key: PathBuf,
    /// Directory of the journal; this process's alone. Losing it loses what keeps it from signing
    /// two answers to one lease.
    #[arg(long, env = "OPG_ZKML_JOURNAL", value_name = "DIR")]
    pub journal: PathBuf,
    /// Genesis hash of the chain to serve.
    #[arg(
        long, env = "OPG_ZKML_GENESIS", value_parser = parse_hash, value_name = "HASH",
        required_unless_present = "any_genesis"
    )]
    pub genesis: Option<[u8; 32]>,
    /// Serve any chain. For development.
    #[arg(long, env = "OPG_ZKML_ANY_GENESIS", conflicts_with = "genesis")]
    pub any_genesis: bool,
    /// Address to listen on. The protocol has no login: beyond this machine, put one before it.
    #[arg(
        long,
        env = "OPG_ZKML_LISTEN",
        default_value_t = SocketAddr::from(([127, 0, 0, 1], WORKER_PORT)),
        value_name = "ADDRESS"
    )]
    pub listen: SocketAddr,
    /// Threads that run and prove.
    #[arg(long, env = "OPG_ZKML_PROVERS", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=256))]
    pub provers: u32,
    /// Jobs that may be accepted and not answered.
    #[arg(long, env = "OPG_ZKML_QUEUE", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub queue: u32,
    /// Least price in mode Plain, in units of 10^-18 OPG.
    #[arg(long, env = "OPG_ZKML_MIN_PRICE_PLAIN", default_value_t = 0, value_name = "AMOUNT")]
    pub min_price_plain: Balance,
    /// Least price in mode ZkMl, in units of 10^-18 OPG.
    #[arg(long, env = "OPG_ZKML_MIN_PRICE_ZKML", default_value_t = 0, value_name = "AMOUNT")]
    pub min_price_zkml: Balance,
    /// How long a block takes, in milliseconds: by it deadlines are judged.
    #[arg(long, env = "OPG_ZKML_BLOCK_MS", default_value_t = 3000, value_parser = clap::value_parser!(u64).range(100..=600_000), value_name = "MS")]
    pub block_ms: u64,
    /// How many days answered jobs are kept.
    #[arg(long, env = "OPG_ZKML_KEEP_DAYS", default_value_t = 7, value_parser = clap::value_parser!(u64).range(1..=3650), value_name = "DAYS")]
    pub keep_days: u64,
    /// Load everything, prove once with each key, say what would be served, and end.
    #[arg(long)]
    pub check: bool,
}

fn config(error: impl std::fmt::Display) -> Failure {
    Failure::new(Exit::Config, error)
}

/// Does what the command line says. What it prints for others to read goes to standard output.
///
/// # Errors
/// [`Failure`], with the exit code.
pub fn execute(cli: Cli) -> Result<(), Failure> {
    match cli.command {
        Command::Completions { shell } => {
            clap_complete::generate(
                shell,
                &mut Cli::command(),
                "zkml-node",
                &mut std::io::stdout(),
            );
            Ok(())
        }
        Command::Key(KeyCommand::New { file }) => {
            println!("{}", Key::create(&file).map_err(config)?.public());
            Ok(())
        }
        Command::Key(KeyCommand::Show { file }) => {
            println!("{}", Key::load(&file).map_err(config)?.public());
            Ok(())
        }
        Command::Key(KeyCommand::SignRegistration { file, genesis, provider }) => {
            let key = Key::load(&file).map_err(config)?;
            println!("{:?}", key.sign_registration(GenesisHash(genesis), Account(provider)));
            Ok(())
        }
        Command::Run(run) => {
            let runtime = runtime()?;
            let done = runtime.block_on(serve_jobs(*run));
            // A proof that runs on must not hold the end up: its job is in the journal.
            runtime.shutdown_background();
            done
        }
    }
}

async fn serve_jobs(run: Run) -> Result<(), Failure> {
    let parts = load(&run)?;
    if run.check {
        for (model, engine) in &parts.catalogue {
            let expected = parts.timing.expected(*model);
            println!("{model} keys {:?}, a proof takes {expected:.2?}", engine.keys());
        }
        println!("worker key {}, {} models: ready", parts.key.public(), parts.catalogue.len());
        return Ok(());
    }
    // Before the threads start: nothing is worked on by a process that cannot be asked.
    let listener = bind(run.listen).await?;
    let ledger = parts.ledger.clone();
    let (worker, threads) = Worker::start(parts)
        .map_err(|error| Failure::new(Exit::Other, format!("no threads: {error}")))?;
    tracing::info!(address = %run.listen, "serving jobs");
    let keep = Duration::from_secs(run.keep_days.saturating_mul(24 * 3600));
    let pruning = tokio::spawn(ledger.keep_pruned(keep));
    let closing = {
        let worker = worker.clone();
        async move {
            shutdown_signal().await;
            worker.close();
        }
    };
    serve(listener, router(worker), Limits::default(), closing).await;
    pruning.abort();
    if !join_pool(threads, GRACE).await {
        tracing::warn!("a proof was cut off; it is made again at the next start");
    }
    Ok(())
}

/// Loads what `run` names: key, journal, models, in the order of what takes longest.
///
/// # Errors
/// [`Failure`], which names the file.
pub fn load(run: &Run) -> Result<Parts, Failure> {
    let key = Key::load(&run.key).map_err(config)?;
    let ledger = Ledger::open(&run.journal, MAX_KEPT)?;
    let timing = Timing::default();
    let catalogue = models::load(&run.models, &timing).map_err(|errors| {
        let lines: Vec<_> = errors.iter().map(ToString::to_string).collect();
        config(lines.join("\n"))
    })?;
    if catalogue.is_empty() {
        return Err(config(format!(
            "{}: no model; each is a directory 0x<id> with {}",
            run.models.display(),
            models::NETWORK
        )));
    }
    Ok(Parts {
        terms: Terms {
            genesis: run.genesis.map(GenesisHash),
            min_price_plain: run.min_price_plain,
            min_price_zkml: run.min_price_zkml,
            block_time: Duration::from_millis(run.block_ms),
        },
        catalogue,
        timing,
        key,
        ledger,
        queue: run.queue,
        provers: run.provers,
    })
}
