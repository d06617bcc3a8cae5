//! `opg model ...`

use super::ModeArg;
use clap::Subcommand;
use std::path::PathBuf;

/// What can be done with models.
#[derive(Debug, Subcommand)]
pub enum ModelCommand {
    /// Register a network as a model
    #[command(after_help = "\
Examples:
  opg model setup digits.onnx --out digits/ --account //Alice
  opg model register digits.onnx --key digits/verifying.key --mode plain --mode zkml --account //Alice")]
    Register {
        /// The network, quantised already
        onnx: PathBuf,
        /// The verifying key that `opg model setup` made; without it, the model cannot be asked in
        /// mode ZkMl
        #[arg(long, value_name = "FILE")]
        key: Option<PathBuf>,
        /// The modes in which it can be asked
        #[arg(long, required = true)]
        mode: Vec<ModeArg>,
        /// The policy class
        #[arg(long, default_value = "general")]
        class: String,
        /// Your part of each price, in percent; above 0, a proof under a setup that you ran alone is
        /// evidence E
        #[arg(long, value_name = "PERCENT", default_value = "0")]
        royalty: String,
    },
    /// Register a further verifying key
    #[command(
        after_help = "Example:\n  opg model key 0x5f... digits/verifying.key --account //Alice"
    )]
    Key {
        /// The model's id
        model: String,
        /// The verifying key
        file: PathBuf,
    },
    /// All registered models: shapes, modes, prices, setups
    #[command(after_help = "Example:\n  opg model list")]
    List,
    /// Rebuild the circuit of a network, and say what ties a registered key to it and what does not
    #[command(
        after_help = "Examples:\n  opg model check 0x5f... --onnx digits.onnx\n  opg model check --onnx digits.onnx      without a node: the id and the cost"
    )]
    Check {
        /// The model's id
        model: Option<String>,
        /// The network
        #[arg(long, value_name = "FILE")]
        onnx: PathBuf,
    },
    /// Run the trusted setup of a network's circuit, alone
    #[command(after_help = "\
You alone run it, so you could keep the secret that forges proofs: every receipt under this key
says \"Proven unless you forged it\". The zkML node wants the proving key of key version N as
MODELS/0x<id>/proving-N.key, and the network beside it as network.onnx.

Example:
  opg model setup digits.onnx --out digits/ --account //Alice")]
    Setup {
        /// The network
        onnx: PathBuf,
        /// The directory for proving key, verifying key and provenance
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Overwrites what is there
        #[arg(long)]
        force: bool,
    },
}
