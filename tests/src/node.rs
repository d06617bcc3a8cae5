//! A chain node on loopback.

use crate::{
    binaries,
    network::{DISPATCHER, START},
    process::Process,
    rpc::Rpc,
};
use anyhow::{ensure, Context};
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What the names of dispatcher keys in a keystore begin with: their type, in hexadecimal digits.
const DISPATCHER_KEYS: &str = "6f706764";

/// What a node is to its development chain.
#[derive(Clone, Debug)]
pub enum Role {
    /// The only validator, without peers.
    Alone,
    /// The only validator; others follow it at that port of loopback.
    Validator(u16),
    /// A node that follows the validator of that address, and makes no blocks.
    Follower(String),
}

/// A chain node.
#[derive(Debug)]
pub struct Node {
    /// The process; killed and started again by tests of faults.
    pub process: Process,
    /// Its RPC.
    pub rpc: Rpc,
    /// The port of its RPC.
    pub port: u16,
    folder: PathBuf,
    role: Role,
}

impl Node {
    /// Starts the only validator of a development chain, with its state in `folder` and the key of
    /// [`DISPATCHER`] in its keystore.
    pub async fn start(folder: &Path, port: u16) -> anyhow::Result<Self> {
        fs::create_dir_all(folder)?;
        let insert = Command::new(binaries::find("opg-node")?)
            .args(["key", "insert", "--chain", "dev", "--base-path"])
            .arg(chain(folder))
            .args(["--key-type", "opgd", "--scheme", "sr25519", "--suri", DISPATCHER])
            .output()?;
        ensure!(insert.status.success(), "{}", String::from_utf8_lossy(&insert.stderr));
        Self::start_as(folder, port, Role::Alone).await
    }

    /// Starts a node of `role` with its state in `folder`, and waits until it has a block.
    pub async fn start_as(folder: &Path, port: u16, role: Role) -> anyhow::Result<Self> {
        fs::create_dir_all(folder)?;
        let mut command = Command::new(binaries::find("opg-node")?);
        command
            .arg("--base-path")
            .arg(chain(folder))
            .args(["--rpc-port", &port.to_string(), "--no-prometheus", "--no-telemetry"])
            .args(["--offchain-worker", "always"]);
        match &role {
            Role::Alone | Role::Validator(_) => command.arg("--dev"),
            // Reserved peers are dialled again at once after either side was away.
            Role::Follower(validator) => command
                .args(["--chain", "dev", "--no-mdns", "--reserved-only"])
                .args(["--reserved-nodes", validator]),
        };
        let listen = match role {
            Role::Validator(listen) => listen,
            Role::Alone | Role::Follower(_) => 0,
        };
        command.args(["--listen-addr", &format!("/ip4/127.0.0.1/tcp/{listen}")]);
        let process = Process::start("node", &mut command, folder)?;
        let rpc = Rpc::new(port)?;
        let mut node = Self { process, rpc, port, folder: folder.to_owned(), role };
        let rpc = node.rpc.clone();
        node.process
            .ready("the first block", START, || async {
                rpc.best().await.ok().filter(|number| *number > 0)
            })
            .await?;
        Ok(node)
    }

    /// Starts it again after a fault, on the same state and ports.
    pub async fn start_again(&mut self) -> anyhow::Result<()> {
        *self = Self::start_as(&self.folder, self.port, self.role.clone()).await?;
        Ok(())
    }

    /// Where others find it.
    pub async fn address(&self) -> anyhow::Result<String> {
        let addresses = self.rpc.call("system_localListenAddresses", json!([])).await?;
        let addresses: Vec<String> = serde_json::from_value(addresses)?;
        addresses
            .into_iter()
            .find(|address| address.contains("/127.0.0.1/"))
            .context("the node does not listen on loopback")
    }

    /// Takes all dispatcher keys out of its keystore; it must not run.
    pub fn remove_dispatcher_keys(&self) -> anyhow::Result<()> {
        let mut removed = 0u32;
        for known in fs::read_dir(chain(&self.folder).join("chains"))? {
            for key in fs::read_dir(known?.path().join("keystore"))? {
                let key = key?;
                if key.file_name().to_string_lossy().starts_with(DISPATCHER_KEYS) {
                    fs::remove_file(key.path())?;
                    removed += 1;
                }
            }
        }
        ensure!(removed > 0, "there was no dispatcher key in the keystore");
        Ok(())
    }
}

/// Where a node keeps its state.
fn chain(folder: &Path) -> PathBuf {
    folder.join("chain")
}
