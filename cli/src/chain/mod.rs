//! Every access to a node, one function for each thing. Nothing outside knows how a node is asked.
//!
//! Values travel as SCALE bytes and decode into the types of `opg-primitives`, which are the
//! runtime's own. Names of pallets, calls and view functions are looked up in the node's metadata,
//! and the fields of a call are compared with it, so that another runtime gives an error that says
//! so instead of wrong bytes.

pub mod accounts;
pub mod attestation;
pub mod blocks;
pub mod bundle;
pub mod inference;
pub mod models;
mod open;
pub mod policies;
mod proof;
pub mod providers;
mod raw;
pub mod receipts;
pub mod sealing;
mod transaction;
pub mod verification;

pub use transaction::Included;

use crate::{
    error::{Failure, Result},
    progress::Progress,
};
use opg_primitives::ids::{BlockHash, GenesisHash};
use std::{sync::Arc, time::Duration};
use subxt::{
    backend::{BlockRef, LegacyBackend},
    client::OnlineClientAtBlock,
    config::RpcConfigFor,
    rpcs::{methods::legacy::LegacyRpcMethods, RpcClient},
    OnlineClient, SubstrateConfig,
};

/// A node's state at one block.
pub type At = OnlineClientAtBlock<SubstrateConfig>;

/// How long a node may take to answer at all.
const CONNECT: Duration = Duration::from_secs(15);

/// A node.
pub struct Chain {
    client: OnlineClient<SubstrateConfig>,
    rpc: LegacyRpcMethods<RpcConfigFor<SubstrateConfig>>,
    raw: RpcClient,
    url: String,
    quiet: bool,
    /// One transaction takes its number and is sent before the next one does.
    sending: tokio::sync::Mutex<()>,
}

impl Chain {
    /// Connects to the node at `url`.
    pub async fn connect(url: &str, quiet: bool) -> Result<Self> {
        let _progress = Progress::start(quiet, format!("connecting to {url}"));
        let nobody = |why: String| {
            Failure::unavailable(format!("no node answers: {why}"))
                .at(url)
                .help("start one (`make up`), or name another with --url or OPG_URL")
        };
        if !(url.starts_with("ws://") || url.starts_with("wss://")) {
            return Err(Failure::usage("a node's address starts with ws:// or wss://").at(url));
        }
        let connect = async {
            let raw = RpcClient::from_url(url).await.map_err(|error| match error {
                subxt::rpcs::Error::InsecureUrl(_) => {
                    Failure::usage("ws:// is for nodes on this machine, since nothing protects it")
                        .at(url)
                        .help("use wss://, or an SSH tunnel to the node")
                }
                other => nobody(other.to_string()),
            })?;
            let backend: LegacyBackend<SubstrateConfig> =
                LegacyBackend::builder().build(raw.clone());
            let client = OnlineClient::from_backend(Arc::new(backend))
                .await
                .map_err(|error| nobody(error.to_string()))?;
            Ok::<_, Failure>((client, raw))
        };
        let (client, raw) = tokio::time::timeout(CONNECT, connect)
            .await
            .map_err(|_| nobody(format!("nothing came in {} seconds", CONNECT.as_secs())))??;
        let rpc = LegacyRpcMethods::new(raw.clone());
        let sending = tokio::sync::Mutex::default();
        Ok(Self { client, rpc, raw, url: url.to_owned(), quiet, sending })
    }

    /// The chain's genesis hash.
    pub fn genesis(&self) -> GenesisHash {
        GenesisHash(self.client.genesis_hash().0)
    }

    /// The node's address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The state at the last block that the node calls final.
    pub async fn at_final(&self) -> Result<At> {
        self.client.at_current_block().await.map_err(|error| self.lost(error))
    }

    /// The state at a block.
    pub async fn at(&self, block: BlockHash) -> Result<At> {
        let block: BlockRef<_> = BlockRef::from_hash(block.0.into());
        self.client.at_block(block).await.map_err(|error| {
            self.lost(error).help("the node may have pruned that block: ask one that keeps blocks")
        })
    }

    /// The chain's name.
    pub async fn name(&self) -> Result<String> {
        self.rpc.system_chain().await.map_err(|error| self.lost(error))
    }

    /// Whether everybody knows the secrets of this chain's development accounts, and that is meant.
    pub async fn is_for_development(&self) -> Result<bool> {
        // A custom type is an object, not a word; then it is not for development.
        let kind: serde_json::Value = self
            .raw
            .request("system_chainType", subxt::rpcs::rpc_params![])
            .await
            .map_err(|error| self.lost(error))?;
        Ok(matches!(kind.as_str(), Some("Development" | "Local")))
    }

    /// What the node says of itself: peers, and whether it is still catching up.
    pub async fn health(&self) -> Result<(usize, bool)> {
        let health = self.rpc.system_health().await.map_err(|error| self.lost(error))?;
        Ok((health.peers, health.is_syncing))
    }

    /// The node did not answer as it should have.
    fn lost(&self, error: impl std::fmt::Display) -> Failure {
        Failure::unavailable(format!("the node did not answer: {error}")).at(&self.url)
    }
}
