//! One provider's whole set-up: a chain node, a gateway beside it, a prover and an enclave behind that,
//! and the model that they serve.

pub use crate::{
    enclave::TeeNode,
    node::Node,
    workers::{Gateway, Prover},
};

use crate::{
    enclave::Employer,
    opg::Opg,
    process::{free_port, free_ports},
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
/// Who asks side by side: the endowed accounts that neither answer nor own the model. An account's
/// transactions follow each other.
pub const REQUESTERS: [&str; 4] = [REQUESTER, "//Dave", "//Eve", "//Ferdie"];
/// The secret of the provider's dispatcher key, on development chains.
pub const DISPATCHER: &str = "//Bob//dispatcher";

/// How long a node may take to its first block, a prover to load its models.
pub const START: Duration = Duration::from_secs(60);

/// A chain, a prover, an enclave, a registered model and its provider.
#[derive(Debug)]
pub struct Network {
    /// The chain node.
    pub node: Node,
    /// The prover.
    pub prover: Prover,
    /// The enclave's node.
    pub enclave: TeeNode,
    /// The gateway before both.
    pub gateway: Gateway,
    /// The command line, speaking to that node.
    pub opg: Opg,
    /// The id of the registered model.
    pub model: String,
}

/// The price of an answer, in OPG.
pub const PRICES: &[(&str, &str)] = &[("plain", "0.1"), ("tee", "0.2"), ("zkml", "1")];

/// The ports of loopback of what works for a provider.
#[derive(Clone, Copy, Debug)]
pub struct Ports {
    /// The prover's.
    pub prover: u16,
    /// The enclave's, for jobs.
    pub enclave: u16,
    /// The enclave's, for clients.
    pub clients: u16,
    /// The gateway's.
    pub gateway: u16,
}

impl Ports {
    /// Ports that are free.
    pub fn free() -> anyhow::Result<Self> {
        let [prover, enclave, clients, gateway] = free_ports()?;
        Ok(Self { prover, enclave, clients, gateway })
    }
}

impl Network {
    /// Starts all of it in `folder`, on ports that are free, and registers the network of `onnx`.
    /// `say` hears of each step as it begins.
    pub async fn start(folder: &Path, onnx: &Path, say: impl Fn(&str)) -> anyhow::Result<Self> {
        Self::start_at(folder, onnx, free_port()?, Ports::free()?, say).await
    }

    /// As [`Network::start`], at given ports of loopback for the node's RPC and what works for the
    /// provider.
    pub async fn start_at(
        folder: &Path,
        onnx: &Path,
        rpc_port: u16,
        ports: Ports,
        say: impl Fn(&str),
    ) -> anyhow::Result<Self> {
        say("starting a chain of one validator");
        let node = Node::start(folder, rpc_port).await?;
        let Provider { prover, enclave, gateway, opg, model } =
            Provider::start(folder, onnx, rpc_port, ports, say).await?;
        Ok(Self { node, prover, enclave, gateway, opg, model })
    }
}

/// The provider on a running node: its workers, and the model that they serve.
#[derive(Debug)]
pub struct Provider {
    /// The prover.
    pub prover: Prover,
    /// The enclave's node.
    pub enclave: TeeNode,
    /// The gateway before both.
    pub gateway: Gateway,
    /// The command line, speaking to the provider's node.
    pub opg: Opg,
    /// The id of the registered model.
    pub model: String,
}

impl Provider {
    /// Makes [`PROVIDER`] one, by the node whose RPC is at `rpc_port` of loopback: registers the
    /// network of `onnx`, starts a prover, an enclave and a gateway with their files in `folder`, and
    /// waits until it takes leases. The node has the key of [`DISPATCHER`], and takes its gateway's port
    /// by RPC. `say` hears of each step as it begins.
    pub async fn start(
        folder: &Path,
        onnx: &Path,
        rpc_port: u16,
        ports: Ports,
        say: impl Fn(&str),
    ) -> anyhow::Result<Self> {
        let (rpc, opg) = (Rpc::new(rpc_port)?, Opg::new(rpc_port));
        let genesis = rpc.genesis().await?;
        let model = Model::register(&opg, onnx, folder, &say)?;

        say("starting a prover, and an enclave that the development vendor attests");
        model.install(folder)?;
        let key = worker_key(folder)?;
        let inside = folder.join("enclave");
        model.install_network(&inside)?;
        let employer = Employer { provider: PROVIDER, genesis, rpc_port };
        let (prover, enclave) =
            tokio::try_join!(Prover::start(folder, ports.prover, &employer.genesis), async {
                let node =
                    TeeNode::start(&inside, [ports.enclave, ports.clients], &employer).await?;
                node.register(&opg).await?;
                anyhow::Ok(node)
            },)?;
        let workers = [prover.behind(), enclave.behind()];
        let gateway = Gateway::start(folder, ports.gateway, rpc_port, &workers).await?;
        rpc.set_gateway(gateway.port).await?;

        say("registering a provider: its bond, its keys, its prices");
        let registration = Registration { account: PROVIDER, bond: "10000", prices: PRICES };
        registration.register(&opg, &key, &model.id)?;
        say("waiting for the next epoch, in which the provider takes its first leases");
        next_epoch(&rpc).await?;
        Ok(Self { prover, enclave, gateway, opg, model: model.id })
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
