//! `opg provider ...`

use super::ModeArg;
use clap::Subcommand;
use std::path::PathBuf;

/// What a provider can do.
#[derive(Debug, Subcommand)]
pub enum ProviderCommand {
    /// Become a provider: bond OPG and register the keys of dispatcher and worker
    #[command(after_help = "\
The dispatcher key (Sr25519) lives in the keystore of your chain node: `opg-node key insert
--key-type opgd --scheme sr25519 ...`. The worker's key is what `zkml-node key new FILE` makes;
if it lives on another machine, see `opg provider key add-worker --help`.

Example:
  opg provider register --bond 1000 --dispatcher 0xd4... --worker-key worker.key --account //Bob")]
    Register {
        /// How many OPG to bond
        #[arg(long, value_name = "OPG")]
        bond: String,
        /// The public key of the dispatcher
        #[arg(long, value_name = "KEY")]
        dispatcher: Option<String>,
        /// The file with the worker's seed: 64 hexadecimal digits, read to sign the registration
        #[arg(long, value_name = "FILE")]
        worker_key: Option<PathBuf>,
    },
    /// Bond more, or begin to take back
    #[command(
        after_help = "Examples:\n  opg provider bond 500 --account //Bob\n  opg provider bond 200 --unbond --account //Bob"
    )]
    Bond {
        /// How many OPG
        amount: String,
        /// Begin to unbond instead; it is free after the unbonding time
        #[arg(long)]
        unbond: bool,
    },
    /// Free what has been unbonding for long enough
    #[command(after_help = "Example:\n  opg provider withdraw --account //Bob")]
    Withdraw,
    /// Take leases again after a run of silence
    #[command(after_help = "Example:\n  opg provider back --account //Bob")]
    Back,
    /// Offer a model in a mode at a price, or stop to
    #[command(
        after_help = "Examples:\n  opg provider serve 0x5f... --mode zkml --price 1.5 --account //Bob\n  opg provider serve 0x5f... --mode zkml --stop --account //Bob"
    )]
    Serve {
        /// The model's id
        model: String,
        /// The mode
        #[arg(long)]
        mode: ModeArg,
        /// The price of an answer, in OPG
        #[arg(long, value_name = "OPG", required_unless_present = "stop")]
        price: Option<String>,
        /// Stop to offer it
        #[arg(long, conflicts_with = "price")]
        stop: bool,
    },
    /// Register or remove keys
    #[command(
        subcommand,
        after_help = "Example:\n  opg provider key add-worker worker.key --account //Bob"
    )]
    Key(KeyCommand),
    /// Bond, capacity, keys, prices and receipts of a provider
    #[command(after_help = "Example:\n  opg provider status //Bob")]
    Status {
        /// The provider; without it, the account of --account
        provider: Option<String>,
    },
}

/// What can be done with a provider's keys.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Register a worker key: it signs answers
    #[command(after_help = "\
Examples:
  opg provider key add-worker worker.key --account //Bob
  zkml-node key sign-registration ...                      on the worker's machine, then here:
  opg provider key add-worker --key 0x3b... --signature 0x9a... --account //Bob")]
    AddWorker {
        /// The file with the worker's seed, read to sign the registration
        #[arg(required_unless_present = "key")]
        file: Option<PathBuf>,
        /// The public key, if the seed is elsewhere
        #[arg(long, value_name = "KEY", conflicts_with = "file", requires = "signature")]
        key: Option<String>,
        /// Its signature for this account and chain, as `zkml-node key sign-registration` prints it
        #[arg(long, value_name = "SIGNATURE", requires = "key")]
        signature: Option<String>,
    },
    /// Remove a worker key
    RemoveWorker {
        /// The public key
        key: String,
    },
    /// Register a dispatcher key: it acknowledges leases and brings results
    AddDispatcher {
        /// The public key
        key: String,
    },
    /// Remove a dispatcher key
    RemoveDispatcher {
        /// The public key
        key: String,
    },
}
