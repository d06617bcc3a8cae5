//! One provider's whole set-up: a chain node, a prover beside it, and the model that it serves.

pub use crate::{node::Node, workers::Prover};

use crate::{
    opg::Opg,
    process::free_port,
    registration::{next_epoch, public_key, Model, Registration},
    rpc::Rpc,
    workers::worker_key,
};
use anyhow::Context;
use serde_json::Value;
use std::{path::Path, time::Duration};

/// The account of the provider, on development chains.
pub const PROVIDER: &str = "//Bob";
/// Who registers the model and ran its setup.
pub const OWNER: &str = "//Charlie";
/// Who asks.
pub const REQUESTER: &str = "//Alice";
/// The secret of the provider's dispatcher key, on development chains.
pub const DISPATCHER: &str = "//Bob//dispatcher";

/// How long a node may take to its first block, a prover to load its models.
pub const START: Duration = Duration::from_secs(60);

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
        let (rpc, opg) = (Rpc::new(rpc_port)?, Opg::new(rpc_port));
        let genesis = rpc.genesis().await?;
        let model = Model::register(&opg, onnx, folder, &say)?;

        say("starting the prover beside the node");
        model.install(folder)?;
        let key = worker_key(folder)?;
        let prover = Prover::start(folder, prover_port, &genesis).await?;
        rpc.set_gateway(prover_port).await?;

        say("registering a provider: its bond, its keys, its prices");
        let registration = Registration { account: PROVIDER, bond: "10000", prices: PRICES };
        registration.register(&opg, &key, &model.id)?;
        say("waiting for the next epoch, in which the provider takes its first leases");
        next_epoch(&rpc).await?;
        Ok(Self { prover, opg, model: model.id })
    }
}

/// The public half of [`DISPATCHER`].
pub fn dispatcher_key() -> anyhow::Result<String> {
    public_key(DISPATCHER)
}

/// The text at `key` of `value`.
pub fn text(value: &Value, key: &str) -> anyhow::Result<String> {
    let found = value.get(key).and_then(Value::as_str);
    Ok(found.with_context(|| format!("no {key} in {value}"))?.to_owned())
}
