//! The commands: each reads its arguments, asks the chain or a file, and prints.

mod account;
mod ask;
mod asking;
mod audit;
mod cancel;
mod compare;
mod doctor;
mod enclave;
mod explain;
mod model;
mod offer;
mod preview;
mod provider;
mod receipt;
mod serve;
mod source;
mod watch;
mod why;

use crate::{
    args::{Args, Command, Global},
    chain::Chain,
    error::{Exit, Failure, Result},
    keys::Signer,
    print::Out,
};
use clap::CommandFactory;

/// What every command has.
struct Context<'a> {
    global: Global,
    out: &'a Out,
}

impl Context<'_> {
    /// The node that `--url` names.
    async fn chain(&self) -> Result<Chain> {
        Chain::connect(&self.global.url, self.out.quiet || self.out.json).await
    }

    /// The account that `--account` names.
    fn signer(&self) -> Result<Signer> {
        Signer::load(self.global.account.as_deref())
    }
}

/// Runs a command.
///
/// # Errors
/// Whatever is wrong, with its exit code.
pub fn run(args: Args, out: &Out) -> Result<Exit> {
    let context = Context { global: args.global, out };
    match args.command {
        Command::Explain { term } => explain::run(&context, &term.join(" ")),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Args::command(), "opg", &mut script);
            out.text(&String::from_utf8_lossy(&script));
            Ok(Exit::Ok)
        }
        command => tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(|error| Failure::failed(format!("no thread can be started: {error}")))?
            .block_on(online(&context, command)),
    }
}

async fn online(context: &Context<'_>, command: Command) -> Result<Exit> {
    match command {
        Command::Ask(ask) => ask::run(context, ask).await,
        Command::Serve(serve) => serve::run(context, &serve).await,
        Command::Preview { model, mode } => preview::run(context, &model, mode).await,
        Command::Compare { named } => compare::run(context, &named).await,
        Command::Watch { request, blocks } => watch::run(context, &request, blocks).await,
        Command::Cancel { request } => cancel::run(context, &request).await,
        Command::Receipt { receipt, save, force } => {
            receipt::run(context, &receipt, save.as_deref(), force).await
        }
        Command::Why { receipt } => why::run(context, &receipt).await,
        Command::Audit { receipt, check, genesis } => {
            audit::run(context, &receipt, check.as_deref(), genesis.as_deref()).await
        }
        Command::Model(command) => model::run(context, command).await,
        Command::Provider(command) => provider::run(context, command).await,
        Command::Enclave(command) => enclave::run(context, command).await,
        Command::Account(command) => account::run(context, command).await,
        Command::Doctor => doctor::run(context).await,
        Command::Explain { .. } | Command::Completions { .. } => Ok(Exit::Ok),
    }
}
