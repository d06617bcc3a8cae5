//! Networks of OPG nodes on one machine, spawned by zombienet, for tests to run on.
//!
//! ```text
//! let node = opg_zombienet::node_binary()?;
//! let network = opg_zombienet::network(&node, &["alice", "bob"])?.spawn_native().await?;
//! opg_zombienet::wait_until_final(network.get_node("alice")?, 3, 120).await?;
//! ```
//!
//! Each node is a validator whose keys come from its name (`//Alice`, stash `//Alice//stash`), so
//! use names of well-known accounts. Every socket is on loopback.

#![deny(missing_docs)]

use anyhow::{anyhow, bail, Context};
use serde_json::json;
use std::path::{Path, PathBuf};
use zombienet_sdk::{Arg, NetworkConfig, NetworkConfigBuilder, NetworkNode};

/// What each account of a network starts with: a million OPG.
const BALANCE: u128 = 1_000_000_000_000_000_000_000_000;
/// What each validator has bonded: ten OPG. zombienet reads it as 64 bits, so no more than 18.
const STAKE: u64 = 10_000_000_000_000_000_000;
/// How long nodes may take to answer, in seconds. Two cores compile one runtime per node.
const SPAWN_TIMEOUT: u32 = 180;

/// The node to run: what `OPG_NODE` names, else the one that this repository has built.
///
/// # Errors
///
/// There is none, or it cannot be run by a path without spaces, as zombienet splits it at them.
pub fn node_binary() -> anyhow::Result<PathBuf> {
    let path = match std::env::var_os("OPG_NODE") {
        Some(path) => PathBuf::from(path),
        None => {
            let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
                || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"),
                PathBuf::from,
            );
            target.join("debug").join("opg-node")
        }
    };
    let path = path
        .canonicalize()
        .with_context(|| format!("no node at {}: build it or set OPG_NODE", path.display()))?;
    if path.to_string_lossy().contains(char::is_whitespace) {
        bail!("zombienet cannot run {}: the path has spaces", path.display());
    }
    Ok(path)
}

/// A network of validators with these names, made from the `local` chain of `node`.
///
/// zombienet puts its own session keys and stakers into the genesis state. It takes the stake from
/// the first staker that it finds, and reads that as 64 bits; the preset's 100,000 OPG would become
/// nothing. So one staker with a small stake is put there first, and the least bond made to fit.
///
/// # Errors
///
/// All that is wrong with the configuration.
pub fn network(node: &Path, names: &[&str]) -> anyhow::Result<NetworkConfig> {
    let Some((first, others)) = names.split_first() else {
        bail!("a network has at least one validator");
    };
    // Alice's stash: any address does, zombienet takes the amount only.
    let staker = json!([
        "5GNJqTPyNqANBkUVMN1LPPrxXnFouWXoe2wNSmmEoLctxiZY",
        "5GNJqTPyNqANBkUVMN1LPPrxXnFouWXoe2wNSmmEoLctxiZY",
        STAKE,
        "Validator"
    ]);
    let overrides = json!({
        "staking": { "stakers": [staker], "minValidatorBond": STAKE, "minNominatorBond": STAKE },
    });
    let command = node.to_str().ok_or_else(|| anyhow!("the node's path is not UTF-8"))?;
    let arguments: Vec<Arg> = vec![
        ("--listen-addr", "/ip4/127.0.0.1/tcp/0/ws").into(),
        // Takes away what zombienet adds, and with it Prometheus from every interface but loopback.
        Arg::Flag("-:--prometheus-external".into()),
    ];

    NetworkConfigBuilder::new()
        .with_relaychain(|chain| {
            let chain = chain
                .with_chain("local")
                .with_default_command(command)
                .with_default_args(arguments)
                .with_genesis_overrides(overrides)
                .with_validator(|node| node.with_name(*first).with_initial_balance(BALANCE));
            others.iter().fold(chain, |chain, name| {
                chain.with_validator(|node| node.with_name(*name).with_initial_balance(BALANCE))
            })
        })
        .with_global_settings(|settings| {
            settings
                .with_local_ip("127.0.0.1")
                .with_network_spawn_timeout(SPAWN_TIMEOUT)
                .with_node_spawn_timeout(SPAWN_TIMEOUT)
                .with_tear_down_on_failure(true)
        })
        .build()
        .map_err(|errors| {
            let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
            anyhow!("the network's configuration: {}", all.join("; "))
        })
}

/// Waits until `node` takes block `height` for final.
///
/// # Errors
///
/// It did not happen within so many seconds, or the node is gone.
pub async fn wait_until_final(node: &NetworkNode, height: u64, seconds: u64) -> anyhow::Result<()> {
    node.wait_metric_with_timeout(
        "block_height{status=\"finalized\"}",
        |final_height| final_height >= height as f64,
        seconds,
    )
    .await
    .with_context(|| format!("{} did not finalise block {height}", node.name()))
}
