//! Measures the weights of a runtime from its blob, see the README.

use clap::Parser;
use frame_benchmarking_cli::PalletCmd;
use sp_runtime::traits::BlakeTwo256;
use tracing_subscriber::EnvFilter;

/// What the runtime calls beside the usual host functions: those of its proofs' curve.
type HostFunctions = sp_crypto_ec_utils::HostFunctionsRfc163;

fn main() -> sc_cli::Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    PalletCmd::parse().run_with_spec::<BlakeTwo256, HostFunctions>(None)
}
