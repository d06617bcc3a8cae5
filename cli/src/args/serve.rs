//! `opg serve`

use super::ModeArg;
use clap::{value_parser, Args};
use std::net::SocketAddr;

/// What `serve` takes.
#[derive(Debug, Args)]
pub struct Serve {
    /// The address to listen on, of this machine alone
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8642")]
    pub listen: SocketAddr,
    /// The most that an answer may cost, in OPG; it is held for each request, and what is left of it
    /// comes back
    #[arg(long, value_name = "OPG")]
    pub max_price: String,
    /// The most that this process spends, in OPG, with what is paid at once for each request; without
    /// it, what the account has
    #[arg(long, value_name = "OPG")]
    pub spend_limit: Option<String>,
    /// How answers are to be verified; without it, the default of a model's class
    #[arg(long)]
    pub mode: Option<ModeArg>,
    /// Ask in clear in mode tee too, where else input and answer are sealed
    #[arg(long)]
    pub public: bool,
    /// Within how many blocks an answer has to settle
    #[arg(long, value_name = "BLOCKS", default_value_t = 300)]
    pub within: u32,
    /// Ask this provider alone; the receipts will say so
    #[arg(long, value_name = "ACCOUNT")]
    pub provider: Option<String>,
    /// How long the same request gets the same answer, in seconds after that has come
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = value_parser!(u64).range(0..=3600))]
    pub retry_seconds: u64,
    /// Requests that are on the chain at once
    #[arg(long, value_name = "NUMBER", default_value_t = 16, value_parser = value_parser!(u32).range(1..=256))]
    pub at_once: u32,
}
