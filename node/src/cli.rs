// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0

//! The command line.

use sc_cli::RunCmd;

/// What the node was started with.
#[derive(Debug, clap::Parser)]
pub struct Cli {
    /// What to do, if not to run the node.
    #[command(subcommand)]
    pub subcommand: Option<Subcommand>,

    /// How to run the node.
    #[clap(flatten)]
    pub run: RunCmd,

    /// What this node keeps for others.
    #[clap(flatten)]
    pub audits: AuditParams,
}

/// Whether the node keeps what audits need.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct AuditParams {
    /// Do not serve audits.
    ///
    /// Without this flag the node keeps every block's body and indexes the leaves of the chain's
    /// mountain range, since the evidence of a receipt is in the one and its proof of inclusion is
    /// made from the other. With it, `--blocks-pruning` may be a number, and leaves are indexed
    /// only if `--enable-offchain-indexing true` is given.
    #[arg(long)]
    pub no_audits: bool,
}

/// What the node can do beside running.
#[derive(Debug, clap::Subcommand)]
pub enum Subcommand {
    /// Make, inspect and insert keys.
    #[command(subcommand)]
    Key(sc_cli::KeySubcommand),

    /// Write the specification of a chain, plain or raw (`--chain development --raw`).
    ExportChainSpec(sc_cli::ExportChainSpecCmd),

    /// Write the specification of a chain, as older tools ask for it. Prefer `export-chain-spec`.
    #[allow(deprecated)]
    BuildSpec(sc_cli::BuildSpecCmd),

    /// Execute a block again and check it.
    CheckBlock(sc_cli::CheckBlockCmd),

    /// Write blocks to a file.
    ExportBlocks(sc_cli::ExportBlocksCmd),

    /// Write the state of a block as a raw chain specification.
    ExportState(sc_cli::ExportStateCmd),

    /// Import blocks from a file.
    ImportBlocks(ImportCmd),

    /// Delete a chain's database.
    PurgeChain(sc_cli::PurgeChainCmd),

    /// Take blocks that are not final back.
    Revert(sc_cli::RevertCmd),

    /// Print the heads of a chain's database.
    ChainInfo(sc_cli::ChainInfoCmd),
}

/// How to import blocks.
#[derive(Debug, clap::Args)]
pub struct ImportCmd {
    /// From where, and into which database.
    #[clap(flatten)]
    pub import: sc_cli::ImportBlocksCmd,

    /// What that database keeps for others.
    #[clap(flatten)]
    pub audits: AuditParams,
}
