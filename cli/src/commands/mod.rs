//! The commands: each reads its arguments, asks the chain or a file, and prints.

mod account;
mod ask;
mod asking;
mod audit;
mod cancel;
mod compare;
mod courier;
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
    opening::Opening,
    print::Out,
};
use clap::CommandFactory;
use opg_primitives::ids::Commitment;
use std::path::{Path, PathBuf};

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

    /// The folder in which openings of private requests are kept.
    fn openings(&self) -> Result<PathBuf> {
        let named = |name: &str| std::env::var_os(name).map(PathBuf::from);
        let folder = match (&self.global.data, named("XDG_DATA_HOME"), named("HOME")) {
            (Some(folder), _, _) => folder.clone(),
            (None, Some(data), _) if data.is_absolute() => data.join("opg"),
            (None, _, Some(home)) => home.join(".local/share/opg"),
            (None, _, None) => {
                return Err(Failure::usage("there is no folder for what has to be kept")
                    .help("name one with --data FOLDER"));
            }
        };
        Ok(folder.join("openings"))
    }

    /// The opening of the input that is committed to: the one in `file`, else the one that is kept here;
    /// none if there is none, as of a public input.
    fn opening(&self, file: Option<&Path>, input: Commitment) -> Result<Option<Opening>> {
        let Some(file) = file else {
            return self.openings().map_or(Ok(None), |folder| Opening::find(&folder, input));
        };
        let opening = Opening::load(file)?;
        match opening.commitment == input {
            true => Ok(Some(opening)),
            false => Err(Failure::data("the opening is of another request")
                .at(file.display())
                .help(format!("the input of this one is committed to by {input}"))),
        }
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
        Command::Watch { request, blocks, opening } => {
            watch::run(context, &request, blocks, opening.as_deref()).await
        }
        Command::Cancel { request } => cancel::run(context, &request).await,
        Command::Receipt { receipt, save, force, opening } => {
            receipt::run(context, &receipt, save.as_deref(), force, opening.as_deref()).await
        }
        Command::Why { receipt } => why::run(context, &receipt).await,
        Command::Audit { receipt, check, genesis, opening } => {
            let (check, genesis) = (check.as_deref(), genesis.as_deref());
            audit::run(context, &receipt, check, genesis, opening.as_deref()).await
        }
        Command::Model(command) => model::run(context, command).await,
        Command::Provider(command) => provider::run(context, command).await,
        Command::Enclave(command) => enclave::run(context, command).await,
        Command::Account(command) => account::run(context, command).await,
        Command::Doctor => doctor::run(context).await,
        Command::Explain { .. } | Command::Completions { .. } => Ok(Exit::Ok),
    }
}
