//! One provider's whole set-up: a chain node, a prover beside it, and the model that it serves.

use crate::{
    binaries,
    opg::Opg,
    process::{free_port, until, Process},
    rpc::Rpc,
};
use anyhow::{ensure, Context};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

/// The account of the provider, on development chains.
pub const PROVIDER: &str = "//Bob";
/// Who registers the model and ran its setup.
pub const OWNER: &str = "//Charlie";
/// Who asks.
pub const REQUESTER: &str = "//Alice";
/// The secret of the provider's dispatcher key, on development chains.
pub const DISPATCHER: &str = "//Bob//dispatcher";

/// How long a node may take to its first block, a prover to load its models.
const START: Duration = Duration::from_secs(60);

/// How long an epoch of 40 slots of 3 s may take.
const EPOCH: Duration = Duration::from_secs(150);

/// A chain node on loopback.
#[derive(Debug)]
pub struct Node {
    /// The process; killed and started again by tests of faults.
    pub process: Process,
    /// Its RPC.
    pub rpc: Rpc,
    /// The port of its RPC.
    pub port: u16,
    folder: PathBuf,
}

impl Node {
    /// Starts the only validator of a development chain, with its state in `folder`.
    pub async fn start(folder: &Path, port: u16) -> anyhow::Result<Self> {
        fs::create_dir_all(folder)?;
        let base = folder.join("chain");
        let base_path = base.to_str().context("the folder's name is not UTF-8")?.to_owned();
        let insert = Command::new(binaries::find("opg-node")?)
            .args(["key", "insert", "--chain", "dev", "--base-path", &base_path])
            .args(["--key-type", "opgd", "--scheme", "sr25519", "--suri", DISPATCHER])
            .output()?;
        ensure!(insert.status.success(), "{}", String::from_utf8_lossy(&insert.stderr));
        let mut command = Command::new(binaries::find("opg-node")?);
        command
            .args(["--dev", "--base-path", &base_path, "--rpc-port", &port.to_string()])
            .args(["--listen-addr", "/ip4/127.0.0.1/tcp/0", "--no-prometheus", "--no-telemetry"])
            .args(["--offchain-worker", "always"]);
        let process = Process::start("node", &mut command, folder)?;
        let rpc = Rpc::new(port)?;
        let mut node = Self { process, rpc, port, folder: folder.to_owned() };
        let rpc = node.rpc.clone();
        node.process
            .ready("the first block", START, || async {
                rpc.best().await.ok().filter(|number| *number > 0)
            })
            .await?;
        Ok(node)
    }

    /// Starts it again after a fault, on the same state and port.
    pub async fn start_again(&mut self) -> anyhow::Result<()> {
        *self = Self::start(&self.folder, self.port).await?;
        Ok(())
    }
}

/// A prover on loopback.
#[derive(Debug)]
pub struct Prover {
    /// The process.
    pub process: Process,
    /// Its port.
    pub port: u16,
    folder: PathBuf,
    genesis: String,
}

impl Prover {
    /// Starts a prover with models, key and journal in `folder`.
    pub async fn start(folder: &Path, port: u16, genesis: &str) -> anyhow::Result<Self> {
        let mut command = Command::new(binaries::find("zkml-node")?);
        command
            .arg("run")
            .arg("--models")
            .arg(folder.join("models"))
            .arg("--key")
            .arg(worker_key(folder))
            .arg("--journal")
            .arg(folder.join("journal"))
            .args(["--genesis", genesis])
            .args(["--listen", &format!("127.0.0.1:{port}")]);
        let mut process = Process::start("prover", &mut command, folder)?;
        let client = reqwest::Client::builder().no_proxy().build()?;
        let health = format!("http://127.0.0.1:{port}/v1/health");
        process
            .ready("its health", START, || async {
                client.get(&health).send().await.ok().filter(|answer| answer.status().is_success())
            })
            .await?;
        Ok(Self { process, port, folder: folder.to_owned(), genesis: genesis.to_owned() })
    }

    /// Starts it again after a fault, on the same journal and port.
    pub async fn start_again(&mut self) -> anyhow::Result<()> {
        *self = Self::start(&self.folder, self.port, &self.genesis).await?;
        Ok(())
    }
}

fn worker_key(folder: &Path) -> PathBuf {
    folder.join("worker.key")
}

/// A chain, a prover, a registered model and its provider.
#[derive(Debug)]
pub struct Network {
    /// The chain node.
    pub node: Node,
    /// The prover.
    pub prover: Prover,
    /// The command line, speaking to that node.
    pub opg: Opg,
    /// The id of the registered model.
    pub model: String,
}

/// The price of an answer, in OPG.
pub const PRICES: [(&str, &str); 2] = [("plain", "0.1"), ("zkml", "1")];

impl Network {
    /// Starts all of it in `folder`, on ports that are free, and registers the network of `onnx`.
    /// `say` hears of each step as it begins.
    pub async fn start(folder: &Path, onnx: &Path, say: impl Fn(&str)) -> anyhow::Result<Self> {
        Self::start_at(folder, onnx, free_port()?, free_port()?, say).await
    }

    /// As [`Network::start`], at given ports of loopback for the node's RPC and the prover.
    pub async fn start_at(
        folder: &Path,
        onnx: &Path,
        rpc_port: u16,
        prover_port: u16,
        say: impl Fn(&str),
    ) -> anyhow::Result<Self> {
        say("starting a chain of one validator");
        let node = Node::start(folder, rpc_port).await?;
        let Provider { prover, opg, model } =
            Provider::start(folder, onnx, rpc_port, prover_port, say).await?;
        Ok(Self { node, prover, opg, model })
    }
}

/// The provider on a running node: its prover, and the model that it serves.
#[derive(Debug)]
pub struct Provider {
    /// The prover.
    pub prover: Prover,
    /// The command line, speaking to the provider's node.
    pub opg: Opg,
    /// The id of the registered model.
    pub model: String,
}

impl Provider {
    /// Makes [`PROVIDER`] one, by the node whose RPC is at `rpc_port` of loopback: registers the
    /// network of `onnx`, starts a prover with its files in `folder`, and waits until it takes leases.
    /// The node has the key of [`DISPATCHER`], and takes its gateway's port by RPC. `say` hears of
    /// each step as it begins.
    pub async fn start(
        folder: &Path,
        onnx: &Path,
        rpc_port: u16,
        prover_port: u16,
        say: impl Fn(&str),
    ) -> anyhow::Result<Self> {
        let onnx = onnx.to_str().context("the path of the network is not UTF-8")?;
        let (rpc, opg) = (Rpc::new(rpc_port)?, Opg::new(rpc_port));
        let genesis = rpc.genesis().await?;

        say("running the setup of the circuit, alone: the receipts will say so");
        let keys = folder.join("keys");
        let keys_arg = keys.to_str().context("the folder's name is not UTF-8")?;
        opg.json(&["model", "setup", onnx, "--out", keys_arg, "--account", OWNER, "--force"])?;
        let verifying = keys.join("verifying.key");
        let verifying = verifying.to_str().context("the folder's name is not UTF-8")?;
        say("registering the model and its verifying key");
        let registered = opg.json(&[
            "model",
            "register",
            onnx,
            "--key",
            verifying,
            "--mode",
            "plain",
            "--mode",
            "zkml",
            "--account",
            OWNER,
        ])?;
        let model = text(&registered, "model")?;

        say("starting the prover beside the node");
        let home = folder.join("models").join(&model);
        fs::create_dir_all(&home)?;
        fs::copy(onnx, home.join("network.onnx"))?;
        fs::copy(keys.join("proving.key"), home.join("proving-0.key"))?;
        let key = worker_key(folder);
        if !key.exists() {
            let made = Command::new(binaries::find("zkml-node")?)
                .args(["key", "new"])
                .arg(&key)
                .output()?;
            ensure!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        }
        let prover = Prover::start(folder, prover_port, &genesis).await?;
        rpc.set_gateway(prover_port).await?;

        say("registering a provider: its bond, its keys, its prices");
        let key = key.to_str().context("the folder's name is not UTF-8")?;
        opg.json(&[
            "provider",
            "register",
            "--bond",
            "10000",
            "--dispatcher",
            &dispatcher_key()?,
            "--worker-key",
            key,
            "--account",
            PROVIDER,
        ])?;
        for (mode, price) in PRICES {
            opg.json(&[
                "provider",
                "serve",
                &model,
                "--mode",
                mode,
                "--price",
                price,
                "--account",
                PROVIDER,
            ])?;
        }
        let registered = rpc.epoch().await?;
        say("waiting for the next epoch, in which the provider takes its first leases");
        until("the next epoch", EPOCH, || async {
            Ok((rpc.epoch().await? > registered).then_some(()))
        })
        .await?;
        // The weights of the draw follow in the epoch's first blocks; the command line reads what is
        // final.
        let begun = rpc.best().await?;
        rpc.until_final(begun.saturating_add(2), START).await?;
        Ok(Self { prover, opg, model })
    }
}

/// The public half of [`DISPATCHER`].
pub fn dispatcher_key() -> anyhow::Result<String> {
    let output = Command::new(binaries::find("opg-node")?)
        .args(["key", "inspect", "--scheme", "sr25519", "--output-type", "json", DISPATCHER])
        .output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    text(&serde_json::from_slice(&output.stdout)?, "publicKey")
}

/// The text at `key` of `value`.
pub fn text(value: &Value, key: &str) -> anyhow::Result<String> {
    let found = value.get(key).and_then(Value::as_str);
    Ok(found.with_context(|| format!("no {key} in {value}"))?.to_owned())
}
