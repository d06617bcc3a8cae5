//! `opg model ...`

use super::ModeArg;
use clap::{value_parser, Subcommand};
use opg_primitives::request::MAX_PUBLIC_BYTES;
use std::path::PathBuf;

/// What can be done with models.
#[derive(Debug, Subcommand)]
pub enum ModelCommand {
    /// Register a network, or a text model
    #[command(after_help = "\
A text model has no circuit, so it is asked in the modes plain and tee. With --weights it is open: an
enclave that hashes what it runs shows that these weights ran, and its sampling is seeded by the
lease. Without them it is a model of an upstream: the chain knows it by the name that the upstream
gives in its answers, and nothing shows what runs there. All of it makes the model's id: a TEE node
serves it with the same name and bounds (`tee-node run --text NAME`).

Examples:
  opg model setup digits.onnx --out digits/ --account //Alice
  opg model register digits.onnx --key digits/verifying.key --mode plain --mode zkml --account //Alice
  opg model register --text tiny-lm-demo --weights tiny-lm-demo.onnx --engine tiny-lm/1 --mode tee
  opg model register --text gpt-4.1-2025-04-14 --mode tee --account //Alice")]
    Register {
        /// The network, quantised already
        #[arg(required_unless_present = "text", conflicts_with = "text")]
        onnx: Option<PathBuf>,
        /// A text model of this name, instead of a network
        #[arg(long, value_name = "NAME", conflicts_with = "key")]
        text: Option<String>,
        /// The file of a text model's weights
        #[arg(long, value_name = "FILE", requires_all = ["text", "engine"])]
        weights: Option<PathBuf>,
        /// What runs these weights, and its version
        #[arg(long, value_name = "NAME", requires = "weights")]
        engine: Option<String>,
        /// The most bytes of a text model's input
        #[arg(long, value_name = "BYTES", default_value_t = MAX_PUBLIC_BYTES, value_parser = value_parser!(u32).range(1..=i64::from(MAX_PUBLIC_BYTES)))]
        max_input: u32,
        /// The most bytes of a text model's output; a longer answer is cut
        #[arg(long, value_name = "BYTES", default_value_t = MAX_PUBLIC_BYTES, value_parser = value_parser!(u32).range(1..=i64::from(MAX_PUBLIC_BYTES)))]
        max_output: u32,
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
    /// Rebuild the circuit of a network, and say what ties a registered key to it and what does not; of
    /// an open text model, whether the weights are those that are registered
    #[command(
        after_help = "Examples:\n  opg model check 0x5f... --onnx digits.onnx\n  opg model check --onnx digits.onnx      without a node: the id and the cost\n  opg model check 0x7a... --onnx tiny-lm-demo.onnx"
    )]
    Check {
        /// The model's id
        model: Option<String>,
        /// The network, or the file of weights
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
