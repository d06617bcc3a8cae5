//! The command line.

use crate::{
    model::{TinyLm, MODEL_NAME},
    openai::router,
};
use clap::{Args, CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use opg_worker_api::server::{bind, runtime, serve, shutdown_signal, Exit, Failure, Limits};
use std::net::SocketAddr;

/// The port if none is named.
pub const PORT: u16 = 8655;

const EXAMPLES: &str = "Ask it:
  curl http://127.0.0.1:8655/v1/completions -H 'content-type: application/json' \\
    -d '{\"model\":\"tiny-lm-demo\",\"prompt\":\"A receipt\",\"temperature\":0}'

Any client of OpenAI's talks to it, with http://127.0.0.1:8655/v1 as its base URL and any key.";

/// Serves a small language model in OpenAI's shape, for demonstrations and tests.
///
/// What it writes looks like this project's documentation and means nothing.
///
/// Exit codes: 0 good, 1 unexpected, 2 wrong command line, 4 the address cannot be listened on.
#[derive(Debug, Parser)]
#[command(name = MODEL_NAME, version, propagate_version = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve until interrupted.
    #[command(after_help = EXAMPLES)]
    Run(Run),
    /// Print the completions for a shell.
    Completions {
        /// The shell.
        shell: Shell,
    },
}

/// How to serve.
#[derive(Debug, Args)]
pub struct Run {
    /// Address to listen on. There is no login: beyond this machine, put one before it.
    #[arg(
        long,
        env = "OPG_TINY_LM_LISTEN",
        default_value_t = SocketAddr::from(([127, 0, 0, 1], PORT)),
        value_name = "ADDRESS"
    )]
    pub listen: SocketAddr,
}

/// Does what the command line says.
///
/// # Errors
/// [`Failure`], with the exit code.
pub fn execute(cli: Cli) -> Result<(), Failure> {
    match cli.command {
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), MODEL_NAME, &mut std::io::stdout());
            Ok(())
        }
        Command::Run(run) => {
            let model = TinyLm::embedded().map_err(|error| Failure::new(Exit::Other, error))?;
            runtime()?.block_on(answer(run, model))
        }
    }
}

async fn answer(run: Run, model: TinyLm) -> Result<(), Failure> {
    let listener = bind(run.listen).await?;
    tracing::info!(address = %run.listen, ?model, "serving {MODEL_NAME}");
    serve(listener, router(model), Limits::default(), shutdown_signal()).await;
    Ok(())
}
