//! Networks of OPG nodes on one machine, spawned by zombienet, for tests to run on.
//!
//! ```text
//! let network = opg_zombienet::spawn(&["alice", "bob"], folder).await?;
//! let bob = network.get_node("bob")?;
//! let provider = opg_zombienet::provider(bob, folder).await?;
//! ```
//!
//! Each node is a validator whose keys come from its name (`//Alice`, stash `//Alice//stash`), so
//! use names of well-known accounts. Every socket is on loopback. The provider is that of the other
//! end-to-end tests, `opg-tests`.

#![deny(missing_docs)]

mod config;
pub mod requests;

use anyhow::{anyhow, Context};
use opg_tests::{
    digits,
    network::{dispatcher_key, Ports, Provider, DISPATCHER},
    rpc::Rpc,
};
use std::{
    future::Future,
    path::{Path, PathBuf},
    time::Duration,
};
use zombienet_sdk::{LocalFileSystem, Network, NetworkConfigExt, NetworkNode};

/// How long the first blocks may take to be final. All nodes compile their runtime at once.
const FIRST_BLOCKS: Duration = Duration::from_secs(180);
/// Whether the chain runs is known once this block is final.
const RUNNING: u32 = 3;

/// Runs `job` in a new folder. If it fails, the folder stays, with all logs, and is named.
///
/// # Errors
///
/// Those of `job`.
pub async fn in_new_folder<F: Future<Output = anyhow::Result<()>>>(
    job: impl FnOnce(PathBuf) -> F,
) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let done = job(folder.path().to_owned()).await;
    if done.is_err() {
        eprintln!("logs are in {}", folder.keep().display());
    }
    done
}

/// Spawns a validator of each of these names, with all files in `folder`, and waits until all of
/// them take the chain's first blocks for final.
///
/// # Errors
///
/// They cannot be spawned, or do not finalise.
pub async fn spawn(names: &[&str], folder: &Path) -> anyhow::Result<Network<LocalFileSystem>> {
    let network = config::network(names, &folder.join("zombienet"))?.spawn_native().await?;
    for name in names {
        let node = rpc(network.get_node(*name)?)?;
        node.until_final(RUNNING, FIRST_BLOCKS).await.with_context(|| (*name).to_owned())?;
    }
    Ok(network)
}

/// The port of a node's RPC on loopback.
///
/// # Errors
///
/// Its address has none.
pub fn port(node: &NetworkNode) -> anyhow::Result<u16> {
    let uri = node.ws_uri();
    let (_, port) = uri.rsplit_once(':').ok_or_else(|| anyhow!("no port in {uri}"))?;
    port.parse().with_context(|| format!("no port in {uri}"))
}

/// A node's RPC.
///
/// # Errors
///
/// Those of [`port`].
pub fn rpc(node: &NetworkNode) -> anyhow::Result<Rpc> {
    Rpc::new(port(node)?)
}

/// Makes a provider that serves the digits' model by way of `node`, with a gateway, a prover and an
/// enclave of its own whose files are in `folder`, and waits until it takes leases.
///
/// # Errors
///
/// Any step of it fails, or takes too long.
pub async fn provider(node: &NetworkNode, folder: &Path) -> anyhow::Result<Provider> {
    rpc(node)?.insert_key("opgd", DISPATCHER, &dispatcher_key()?).await?;
    let (port, ports) = (port(node)?, Ports::free()?);
    Provider::start(folder, &digits::network(), port, ports, |step| println!("{step}")).await
}
