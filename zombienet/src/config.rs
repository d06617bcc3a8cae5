//! What zombienet is told to spawn.

use anyhow::{anyhow, bail, Context};
use opg_tests::binaries;
use serde_json::json;
use std::path::Path;
use zombienet_sdk::{Arg, NetworkConfig, NetworkConfigBuilder};

/// What each account of a network starts with: a million OPG.
const BALANCE: u128 = 1_000_000_000_000_000_000_000_000;
/// What each validator has bonded: ten OPG. zombienet reads it as 64 bits, so no more than 18.
const STAKE: u64 = 10_000_000_000_000_000_000;
/// How long nodes may take to answer, in seconds. Two cores compile one runtime per node.
const SPAWN_TIMEOUT: u32 = 180;

/// A network of validators with these names, made from the `local` chain of the node that stands
/// beside this program, with all its files in `folder`.
///
/// zombienet puts its own session keys and stakers into the genesis state. It takes the stake from
/// the first staker that it finds, and reads that as 64 bits; the preset's 100,000 OPG would become
/// nothing. So one staker with a small stake is put there first, and the least bond made to fit.
///
/// # Errors
///
/// There is no node, or it cannot be run by a path without spaces, as zombienet splits it at them;
/// and all that is wrong with the configuration.
pub fn network(names: &[&str], folder: &Path) -> anyhow::Result<NetworkConfig> {
    let node = binaries::find("opg-node")?.canonicalize()?;
    let command = node.to_str().context("the node's path is not UTF-8")?;
    if command.contains(char::is_whitespace) {
        bail!("zombienet cannot run {command}: the path has spaces");
    }
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
                .with_base_dir(folder)
                .with_local_ip("127.0.0.1")
                .with_network_spawn_timeout(SPAWN_TIMEOUT)
                .with_node_spawn_timeout(SPAWN_TIMEOUT)
                // It would end this process at once, and leave a prover behind.
                .with_tear_down_on_failure(false)
        })
        .build()
        .map_err(|errors| {
            let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
            anyhow!("the network's configuration: {}", all.join("; "))
        })
}
