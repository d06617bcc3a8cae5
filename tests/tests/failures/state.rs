//! The chain's state at one block, as the runtime's own types.

use anyhow::{ensure, Context};
use codec::{Decode, Encode};
use opg_primitives::{
    ids::{Account, ReceiptId, RequestId},
    receipt::Receipt,
    Balance, BlockNumber,
};
use opg_tests::rpc::{entry, Rpc};
use pallet_inference::types::{Request, Stage};
use pallet_providers::types::Provider;
use serde_json::{json, Value};
use std::collections::BTreeSet;

/// The most keys of a map that are read, which is as many as a node gives at once.
const KEYS: usize = 1000;

/// What the `inference` pallet keeps only as long as a request is open.
pub const OF_OPEN_REQUESTS: [&str; 7] =
    ["Requests", "Payloads", "SealedInputs", "Expiries", "OpenLeases", "OpenCount", "Booked"];

/// What an account has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Funds {
    /// Free.
    pub free: Balance,
    /// On hold.
    pub held: Balance,
}

/// The state at a block.
#[derive(Clone, Debug)]
pub struct State {
    rpc: Rpc,
    at: String,
}

impl State {
    /// That of the best block.
    pub async fn best(rpc: &Rpc) -> anyhow::Result<Self> {
        Self::asked(rpc, "chain_getBlockHash", json!([])).await
    }

    /// That of the last final block.
    pub async fn last_final(rpc: &Rpc) -> anyhow::Result<Self> {
        Self::asked(rpc, "chain_getFinalizedHead", json!([])).await
    }

    /// That of the block of that number.
    pub async fn of_block(rpc: &Rpc, number: BlockNumber) -> anyhow::Result<Self> {
        Self::asked(rpc, "chain_getBlockHash", json!([number])).await
    }

    async fn asked(rpc: &Rpc, method: &str, params: Value) -> anyhow::Result<Self> {
        let hash = rpc.call(method, params).await?;
        let at = hash.as_str().context("there is no such block")?.to_owned();
        Ok(Self { rpc: rpc.clone(), at })
    }

    /// What `who` has.
    pub async fn funds(&self, who: Account) -> anyhow::Result<Funds> {
        // A nonce and three counters of references stand before what is free and what is held.
        let found: Option<([u32; 4], Balance, Balance)> =
            self.value(&blake2_key("System", "Account", who)).await?;
        let (_, free, held) = found.with_context(|| format!("there is no account {who}"))?;
        Ok(Funds { free, held })
    }

    /// What is known of the provider `who`.
    pub async fn provider(&self, who: Account) -> anyhow::Result<Provider> {
        let found: Option<Provider> =
            self.value(&blake2_key("Providers", "Providers", who)).await?;
        found.with_context(|| format!("{who} is no provider"))
    }

    /// The ids of all open requests.
    pub async fn open(&self) -> anyhow::Result<BTreeSet<RequestId>> {
        let keys = self.keys(&entry("Inference", "Requests")).await?;
        keys.iter().map(|key| last_hash(key).map(RequestId)).collect()
    }

    /// An open request; none if it has ended.
    pub async fn request(&self, id: RequestId) -> anyhow::Result<Option<Request>> {
        self.value(&identity_key("Inference", "Requests", id)).await
    }

    /// Whether an open request is leased; if so, whether its lease is acknowledged.
    pub async fn acknowledged(&self, id: RequestId) -> anyhow::Result<Option<bool>> {
        Ok(match self.request(id).await?.map(|request| request.stage) {
            Some(Stage::Leased(lease)) => Some(lease.acknowledged.is_some()),
            Some(Stage::Waiting { .. }) | None => None,
        })
    }

    /// The receipts of a request, by attempt.
    pub async fn receipts(&self, id: RequestId) -> anyhow::Result<Vec<Receipt>> {
        let mut receipts = self.logged(&identity_key("Receipts", "ByLease", id)).await?;
        receipts.sort_by_key(|receipt| receipt.attempt);
        Ok(receipts)
    }

    /// The receipts of a provider, by their numbers.
    pub async fn receipts_by(&self, provider: Account) -> anyhow::Result<Vec<Receipt>> {
        let mut receipts = self.logged(&blake2_key("Receipts", "BySequence", provider)).await?;
        receipts.sort_by_key(|receipt| receipt.lease.as_ref().map(|lease| lease.sequence));
        Ok(receipts)
    }

    /// The receipts whose ids have keys that begin with `prefix`.
    async fn logged(&self, prefix: &str) -> anyhow::Result<Vec<Receipt>> {
        let mut receipts = Vec::new();
        for key in self.keys(prefix).await? {
            let id: ReceiptId = self.value(&key).await?.context("a key without a value")?;
            let receipt: Option<Receipt> = self.value(&identity_key("Receipts", "Log", id)).await?;
            receipts.push(receipt.with_context(|| format!("there is no receipt {id}"))?);
        }
        Ok(receipts)
    }

    /// How many requests wait for a draw.
    pub async fn queued(&self) -> anyhow::Result<u64> {
        let ends: Option<(u64, u64)> = self.value(&entry("Inference", "QueueEnds")).await?;
        let (head, tail) = ends.unwrap_or_default();
        tail.checked_sub(head).context("the queue ends before it begins")
    }

    /// The keys of a map of the `inference` pallet.
    pub async fn kept(&self, map: &str) -> anyhow::Result<Vec<String>> {
        self.keys(&entry("Inference", map)).await
    }

    async fn keys(&self, prefix: &str) -> anyhow::Result<Vec<String>> {
        let params = json!([prefix, KEYS, null, self.at]);
        let keys: Vec<String> =
            serde_json::from_value(self.rpc.call("state_getKeysPaged", params).await?)?;
        ensure!(keys.len() < KEYS, "{prefix}: more keys than are read");
        Ok(keys)
    }

    async fn value<T: Decode>(&self, key: &str) -> anyhow::Result<Option<T>> {
        let stored = self.rpc.call("state_getStorage", json!([key, self.at])).await?;
        let Some(text) = stored.as_str() else { return Ok(None) };
        let bytes = hex::decode(text.trim_start_matches("0x"))?;
        Ok(Some(T::decode(&mut bytes.as_slice()).with_context(|| format!("the value of {key}"))?))
    }
}

/// The key of an entry of a map whose keys are hashes that the chain made.
fn identity_key(pallet: &str, map: &str, key: impl Encode) -> String {
    format!("{}{}", entry(pallet, map), hex::encode(key.encode()))
}

/// The key of an entry of a map that hashes its keys and keeps them.
fn blake2_key(pallet: &str, map: &str, key: Account) -> String {
    let hashed = hex::encode(sp_crypto_hashing::blake2_128(&key.0));
    format!("{}{hashed}{}", entry(pallet, map), hex::encode(key.0))
}

/// The hash that a storage key ends in.
fn last_hash(key: &str) -> anyhow::Result<[u8; 32]> {
    let bytes = hex::decode(key.trim_start_matches("0x"))?;
    bytes.last_chunk::<32>().copied().context("a key without a hash")
}
