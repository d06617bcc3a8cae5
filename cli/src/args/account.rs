//! `opg account ...`

use clap::Subcommand;
use std::path::PathBuf;

/// What can be done with accounts.
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Make a new account: its key goes into a file that only you can read
    #[command(
        after_help = "Example:\n  opg account new ~/opg.key && opg account fund 50 --account ~/opg.key"
    )]
    New {
        /// The file
        file: PathBuf,
    },
    /// Give an account OPG, on a development or local chain
    #[command(
        after_help = "Examples:\n  opg account fund 100 --account ~/opg.key\n  opg account fund 100 --to 5Grw..."
    )]
    Fund {
        /// How many OPG
        amount: String,
        /// Whom; without it, the account of --account
        #[arg(long, value_name = "ACCOUNT")]
        to: Option<String>,
        /// Which development account pays
        #[arg(long, value_name = "//NAME", default_value = "//Alice")]
        from: String,
    },
    /// What an account has
    #[command(after_help = "Examples:\n  opg account show //Alice\n  opg account show 5Grw...")]
    Show {
        /// The account; without it, that of --account
        account: Option<String>,
    },
}
