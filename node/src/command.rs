// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0

//! What each command does.

use crate::{
    chain_spec,
    cli::{AuditParams, Cli, Subcommand},
    service,
};
use opg_runtime::{
    genesis_config_presets::{DEVELOPMENT, LOCAL, TESTNET},
    opaque::Block,
};
use sc_cli::SubstrateCli;
use sc_network::{config::NetworkBackendType, Litep2pNetworkBackend, NetworkWorker};
use sc_service::{BlocksPruning, Configuration};
use sp_runtime::traits::Block as BlockT;
use std::path::PathBuf;

impl SubstrateCli for Cli {
    fn impl_name() -> String {
        "OPG Node".into()
    }

    fn impl_version() -> String {
        env!("SUBSTRATE_CLI_IMPL_VERSION").into()
    }

    fn description() -> String {
        env!("CARGO_PKG_DESCRIPTION").into()
    }

    fn author() -> String {
        "the OPG project".into()
    }

    fn support_url() -> String {
        concat!(env!("CARGO_PKG_REPOSITORY"), "/issues").into()
    }

    fn copyright_start_year() -> i32 {
        2026
    }

    fn load_spec(&self, id: &str) -> Result<Box<dyn sc_service::ChainSpec>, String> {
        Ok(match id {
            "dev" | "development" => self.known(chain_spec::development(), DEVELOPMENT)?,
            "local" => self.known(chain_spec::local(), LOCAL)?,
            "testnet" => self.known(chain_spec::testnet(), TESTNET)?,
            "" => {
                return Err(
                    "no chain given: say --dev, --chain local, or --chain FILE for a chain \
                            of your own"
                        .into(),
                )
            }
            path => {
                let path = PathBuf::from(path);
                if !path.exists() {
                    return Err(format!(
                        "there is no chain called {0} and no file {0}: known are development, \
                         local and testnet",
                        path.display()
                    ));
                }
                let spec = chain_spec::ChainSpec::from_json_file(path.clone())
                    .map_err(|e| format!("{} is not a chain specification: {e}", path.display()))?;
                Box::new(spec)
            }
        })
    }
}

impl Cli {
    /// A chain that is known by name: with its genesis state for a node that runs, described for
    /// commands that write it.
    fn known(
        &self,
        spec: chain_spec::ChainSpec,
        preset: &str,
    ) -> Result<Box<dyn sc_service::ChainSpec>, String> {
        Ok(match self.subcommand {
            None => Box::new(chain_spec::with_native_genesis(spec, preset)?),
            Some(_) => Box::new(spec),
        })
    }
}

/// Reads tries without the SDK's cache of their nodes: where a validator is offline for a session, block 42
/// of four validators ends in a panic of `trie-db` 0.32, which finds a value in it where a node is asked
/// for, and finality ends with it. Why is not known yet; `zombienet/tests/four_validators.rs` shows it.
fn without_cache_of_nodes(config: &mut sc_service::Configuration) {
    config.trie_cache_maximum_size = None;
}

/// Makes the configuration fit what the node promises to others: to serve audits, unless told
/// otherwise.
///
/// # Errors
///
/// Bodies would be pruned.
fn keep_what_audits_need(config: &mut Configuration, audits: AuditParams) -> sc_cli::Result<()> {
    if audits.no_audits {
        return Ok(());
    }
    if let BlocksPruning::Some(kept) = config.blocks_pruning {
        return Err(sc_cli::Error::Input(format!(
            "--blocks-pruning {kept} would drop the bodies of older blocks, which hold the \
             evidence that audits ask for: leave it at archive-canonical, or say --no-audits"
        )));
    }
    config.offchain_worker.indexing_enabled = true;
    Ok(())
}

/// Parses the command line and does what it says.
///
/// # Errors
///
/// What the command reports.
pub fn run() -> sc_cli::Result<()> {
    let cli = Cli::from_args();

    match &cli.subcommand {
        Some(Subcommand::Key(cmd)) => cmd.run(&cli),
        Some(Subcommand::ExportChainSpec(cmd)) => cmd.run(cli.load_spec(&cmd.chain)?),
        #[allow(deprecated)]
        Some(Subcommand::BuildSpec(cmd)) => {
            let runner = cli.create_runner(cmd)?;
            runner.sync_run(|config| cmd.run(config.chain_spec, config.network))
        }
        Some(Subcommand::CheckBlock(cmd)) => {
            let runner = cli.create_runner(cmd)?;
            runner.async_run(|config| {
                let parts = service::new_partial(&config)?;
                Ok((cmd.run(parts.client, parts.import_queue), parts.task_manager))
            })
        }
        Some(Subcommand::ExportBlocks(cmd)) => {
            let runner = cli.create_runner(cmd)?;
            runner.async_run(|config| {
                let parts = service::new_partial(&config)?;
                Ok((cmd.run(parts.client, config.database), parts.task_manager))
            })
        }
        Some(Subcommand::ExportState(cmd)) => {
            let runner = cli.create_runner(cmd)?;
            runner.async_run(|config| {
                let parts = service::new_partial(&config)?;
                Ok((cmd.run(parts.client, config.chain_spec), parts.task_manager))
            })
        }
        Some(Subcommand::ImportBlocks(cmd)) => {
            let runner = cli.create_runner(&cmd.import)?;
            runner.async_run(|mut config| {
                keep_what_audits_need(&mut config, cmd.audits)?;
                let parts = service::new_partial(&config)?;
                Ok((cmd.import.run(parts.client, parts.import_queue), parts.task_manager))
            })
        }
        Some(Subcommand::PurgeChain(cmd)) => {
            let runner = cli.create_runner(cmd)?;
            runner.sync_run(|config| cmd.run(config.database))
        }
        Some(Subcommand::Revert(cmd)) => {
            let runner = cli.create_runner(cmd)?;
            runner.async_run(|config| {
                let parts = service::new_partial(&config)?;
                let aux_revert = Box::new(|client: std::sync::Arc<_>, backend, blocks| {
                    sc_consensus_babe::revert(std::sync::Arc::clone(&client), backend, blocks)?;
                    sc_consensus_grandpa::revert(client, blocks)?;
                    Ok(())
                });
                Ok((cmd.run(parts.client, parts.backend, Some(aux_revert)), parts.task_manager))
            })
        }
        Some(Subcommand::ChainInfo(cmd)) => {
            let runner = cli.create_runner(cmd)?;
            runner.sync_run(|config| cmd.run::<Block>(&config))
        }
        None => {
            let runner = cli.create_runner(&cli.run)?;
            runner.run_node_until_exit(|mut config| async move {
                keep_what_audits_need(&mut config, cli.audits)?;
                without_cache_of_nodes(&mut config);
                match config.network.network_backend {
                    NetworkBackendType::Libp2p => {
                        service::new_full::<NetworkWorker<Block, <Block as BlockT>::Hash>>(config)
                    }
                    NetworkBackendType::Litep2p => {
                        service::new_full::<Litep2pNetworkBackend>(config)
                    }
                }
                .map_err(sc_cli::Error::Service)
            })
        }
    }
}
