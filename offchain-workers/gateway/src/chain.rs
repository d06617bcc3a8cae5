//! What the operator's own node says is final, by methods of its JSON-RPC over HTTP:
//! `chain_getFinalizedHead`, `chain_getHeader`, `chain_getBlockHash` and, by the last, the genesis;
//! `state_getStorage` and `state_call` for what its state holds of enclaves.

use crate::client::{body, send, CallError};
use opg_primitives::{
    attestation::Session,
    enclave::{state, EnclaveFault, EnclaveRecord},
    ids::{Account, BlockHash, EnclaveId, GenesisHash, ModelId},
    BlockNumber,
};
use opg_worker_api::BlockRef;
use reqwest::{Client, Url};
use serde::{de::DeserializeOwned, Deserialize};
use serde_json::{json, Value};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// The most bytes of an answer; a header has less than one thousand, an enclave some thousands.
const MAX_BYTES: usize = 64 * 1024;
/// A view that is older says nothing of now.
const STALE: Duration = Duration::from_secs(30);

/// Where the chain is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// Which chain.
    pub genesis: GenesisHash,
    /// The best block's number.
    pub best: BlockNumber,
    /// The last final block's number.
    pub finalized: BlockNumber,
    /// When the node said so.
    pub at: Instant,
}

impl View {
    /// Whether it is new enough to say something of now.
    pub fn is_fresh(&self) -> bool {
        self.at.elapsed() < STALE
    }
}

/// How a block stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is final.
    Final,
    /// It may become so.
    Pending,
    /// Another block of its number is final.
    Orphan,
}

/// A node.
#[derive(Clone, Debug)]
pub struct Node {
    http: Client,
    url: Url,
}

#[derive(Deserialize)]
struct Reply<T> {
    result: Option<T>,
    error: Option<RpcError>,
}

#[derive(Deserialize)]
struct RpcError {
    message: String,
}

/// The one field of a header that is of interest.
#[derive(Deserialize)]
struct Header {
    number: String,
}

impl Header {
    fn number(&self) -> Result<BlockNumber, CallError> {
        let digits = self.number.strip_prefix("0x").unwrap_or_default();
        BlockNumber::from_str_radix(digits, 16)
            .map_err(|_| CallError::Garbage("a header without a number".into()))
    }
}

impl Node {
    /// The node whose JSON-RPC is at `url`.
    pub fn new(http: Client, url: Url) -> Self {
        Self { http, url }
    }

    /// Calls a method; none if the node answers null.
    async fn call<T: DeserializeOwned>(
        &self,
        method: &str,
        params: Value,
    ) -> Result<Option<T>, CallError> {
        let call = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        let request = self.http.post(self.url.clone()).json(&call);
        let response = send(request).await?;
        let status = response.status().as_u16();
        let garbage = |why: String| CallError::Garbage(format!("{method}: {status} and {why}"));
        let bytes = body(response, MAX_BYTES).await?;
        let reply: Reply<T> =
            serde_json::from_slice(&bytes).map_err(|error| garbage(error.to_string()))?;
        match reply.error {
            Some(error) => Err(garbage(error.message.chars().take(200).collect())),
            None => Ok(reply.result),
        }
    }

    async fn required<T: DeserializeOwned>(
        &self,
        method: &str,
        params: Value,
    ) -> Result<T, CallError> {
        let nothing = || CallError::Garbage(format!("{method}: nothing"));
        self.call(method, params).await?.ok_or_else(nothing)
    }

    /// The hash of block `number` on the chain that the node thinks best, which holds all that is
    /// final; none if there is no such block yet.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn block_hash(&self, number: BlockNumber) -> Result<Option<BlockHash>, CallError> {
        self.call("chain_getBlockHash", json!([number])).await
    }

    /// Where the chain is.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn view(&self) -> Result<View, CallError> {
        let at = Instant::now();
        let genesis: BlockHash = self.required("chain_getBlockHash", json!([0])).await?;
        let final_hash = self.final_head().await?;
        let final_header: Header = self.required("chain_getHeader", json!([final_hash])).await?;
        let best: Header = self.required("chain_getHeader", json!([])).await?;
        Ok(View {
            genesis: GenesisHash(genesis.0),
            best: best.number()?,
            finalized: final_header.number()?,
            at,
        })
    }

    /// The last final block.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn final_head(&self) -> Result<BlockHash, CallError> {
        self.required("chain_getFinalizedHead", json!([])).await
    }

    /// What the newest document of `enclave` attests, by the state of the last final block; none if
    /// that has no such enclave.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn session(&self, enclave: EnclaveId) -> Result<Option<Session>, CallError> {
        let method = "state_getStorage";
        let at = self.final_head().await?;
        let asked = json!([digits(&state::key(enclave)), at]);
        let Some(held) = self.call::<String>(method, asked).await? else { return Ok(None) };
        let session = bytes(&held).and_then(|held| state::session(&held));
        let garbage = || CallError::Garbage(format!("{method}: it holds no session"));
        session.map(Some).ok_or_else(garbage)
    }

    /// What a receipt would say of `enclave` if it answered for `provider`, of `model`, in the final
    /// block `at`; or why it may not.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn may_answer(
        &self,
        at: BlockHash,
        enclave: EnclaveId,
        provider: Account,
        model: ModelId,
    ) -> Result<Result<EnclaveRecord, EnclaveFault>, CallError> {
        let method = "state_call";
        let asked = digits(&state::ask_may_answer(enclave, provider, model));
        let said: String = self.required(method, json!([state::VIEW, asked, at])).await?;
        let verdict = bytes(&said).and_then(|said| state::may_answer(&said));
        let garbage = || CallError::Garbage(format!("{method}: it does not say who may answer"));
        verdict.ok_or_else(garbage)
    }

    /// How `block` stands, the chain being at `view`.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn standing(&self, view: &View, block: BlockRef) -> Result<Standing, CallError> {
        if view.finalized < block.number {
            return Ok(Standing::Pending);
        }
        Ok(match self.block_hash(block.number).await? {
            Some(hash) if hash == block.hash => Standing::Final,
            Some(_) => Standing::Orphan,
            None => Standing::Pending,
        })
    }
}

/// Bytes, as JSON-RPC has them.
fn digits(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

/// What these digits stand for; none if they are none.
fn bytes(digits: &str) -> Option<Vec<u8>> {
    hex::decode(digits.strip_prefix("0x")?).ok()
}

/// Asks `node` every `period` where the chain is, and tells whoever watches. Never returns.
pub async fn watch_chain(node: Node, period: Duration, views: watch::Sender<Option<View>>) {
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut reachable = true;
    loop {
        ticks.tick().await;
        match node.view().await {
            Ok(view) => {
                if !reachable {
                    tracing::info!("the node answers again");
                }
                reachable = true;
                views.send_replace(Some(view));
            }
            Err(error) => {
                if reachable {
                    tracing::warn!(url = %node.url, %error, "the node does not answer; jobs wait");
                }
                reachable = false;
            }
        }
    }
}
