//! A node's JSON-RPC, as far as a network's upkeep needs it.

use crate::process::until;
use anyhow::{anyhow, Context};
use serde_json::{json, Value};
use std::time::Duration;

/// More than the requests that are open at once in a test that asks which are.
const MAX_OPEN: u32 = 1000;
/// More than the attempts that a request may have.
const MAX_RECEIPTS: u32 = 100;

/// A node's JSON-RPC over HTTP.
#[derive(Clone, Debug)]
pub struct Rpc {
    client: reqwest::Client,
    url: String,
}

impl Rpc {
    /// The RPC at `port` of loopback.
    pub fn new(port: u16) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(5))
            .no_proxy()
            .build()
            .context("no HTTP client")?;
        Ok(Self { client, url: format!("http://127.0.0.1:{port}") })
    }

    /// Calls `method`; the inner error is the one that the node answers with.
    pub async fn ask(&self, method: &str, params: Value) -> anyhow::Result<Result<Value, Value>> {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let answer: Value = self.client.post(&self.url).json(&body).send().await?.json().await?;
        match answer.get("error") {
            Some(error) => Ok(Err(error.clone())),
            None => Ok(Ok(answer.get("result").cloned().context("an answer without a result")?)),
        }
    }

    /// Calls `method`, which must succeed.
    pub async fn call(&self, method: &str, params: Value) -> anyhow::Result<Value> {
        self.ask(method, params).await?.map_err(|error| anyhow!("{method}: {error}"))
    }

    /// The number of the best block.
    pub async fn best(&self) -> anyhow::Result<u32> {
        let header = self.call("chain_getHeader", json!([])).await?;
        number(&header)
    }

    /// The number of the last finalised block.
    pub async fn finalised(&self) -> anyhow::Result<u32> {
        let hash = self.call("chain_getFinalizedHead", json!([])).await?;
        number(&self.call("chain_getHeader", json!([hash])).await?)
    }

    /// Waits until a block of number `number` is final; the number of the last one that is.
    pub async fn until_final(&self, number: u32, limit: Duration) -> anyhow::Result<u32> {
        until(&format!("finality of block {number}"), limit, || async {
            Ok(self.finalised().await.ok().filter(|last| *last >= number))
        })
        .await
    }

    /// The hash of the genesis block.
    pub async fn genesis(&self) -> anyhow::Result<String> {
        let hash = self.call("chain_getBlockHash", json!([0])).await?;
        Ok(hash.as_str().context("no genesis hash")?.to_owned())
    }

    /// Tells the node's off-chain worker at which port of loopback its gateway is.
    pub async fn set_gateway(&self, port: u16) -> anyhow::Result<()> {
        let hex =
            |text: &str| text.bytes().fold("0x".to_owned(), |hex, byte| format!("{hex}{byte:02x}"));
        let params = json!(["PERSISTENT", hex("opg::gateway"), hex(&port.to_string())]);
        self.call("offchain_localStorageSet", params).await.map(drop)
    }

    /// Puts the key of the secret `suri`, whose public half is `public`, into the node's keystore.
    pub async fn insert_key(&self, kind: &str, suri: &str, public: &str) -> anyhow::Result<()> {
        self.call("author_insertKey", json!([kind, suri, public])).await.map(drop)
    }

    /// The number of the epoch that the best block is in.
    pub async fn epoch(&self) -> anyhow::Result<u64> {
        // An index of zero is not stored.
        let Some(bytes) = self.stored("Babe", "EpochIndex").await? else { return Ok(0) };
        Ok(u64::from_le_bytes(bytes.as_slice().try_into().context("an index of eight bytes")?))
    }

    /// How many receipts the best block's state holds.
    pub async fn receipts(&self) -> anyhow::Result<u32> {
        // Nor is a count of zero.
        let Some(bytes) = self.stored("Receipts", "CounterForLog").await? else { return Ok(0) };
        Ok(u32::from_le_bytes(bytes.as_slice().try_into().context("a count of four bytes")?))
    }

    /// The ids of the requests that are open in the best block's state.
    pub async fn open_requests(&self) -> anyhow::Result<Vec<String>> {
        let prefix = entry("Inference", "Requests");
        let keys = self.call("state_getKeysPaged", json!([prefix, MAX_OPEN])).await?;
        let keys: Vec<String> = serde_json::from_value(keys)?;
        // The map's key is the id itself, last.
        keys.iter()
            .map(|key| {
                let id = key.get(prefix.len()..).filter(|id| id.len() == 64);
                Ok(format!("0x{}", id.context("a key without an id")?))
            })
            .collect()
    }

    /// The ids of a request's receipts, by the state of the last final block.
    pub async fn receipts_of(&self, request: &str) -> anyhow::Result<Vec<String>> {
        let at = self.call("chain_getFinalizedHead", json!([])).await?;
        let prefix = entry("Receipts", "ByLease") + request.trim_start_matches("0x");
        let keys = self.call("state_getKeysPaged", json!([prefix, MAX_RECEIPTS, null, at])).await?;
        let mut ids = Vec::new();
        for key in keys.as_array().context("keys that are no list")? {
            let id = self.call("state_getStorage", json!([key, at])).await?;
            ids.push(id.as_str().context("a key without a value")?.to_owned());
        }
        Ok(ids)
    }

    /// The bytes of a storage entry in the best block's state, if it is there.
    async fn stored(&self, pallet: &str, item: &str) -> anyhow::Result<Option<Vec<u8>>> {
        let stored = self.call("state_getStorage", json!([entry(pallet, item)])).await?;
        stored
            .as_str()
            .map(|text| hex::decode(text.trim_start_matches("0x")).context("a value in hex"))
            .transpose()
    }
}

/// The key of a storage entry, or what the keys of a map begin with.
pub fn entry(pallet: &str, name: &str) -> String {
    let [pallet, name] = [pallet, name].map(|part| sp_crypto_hashing::twox_128(part.as_bytes()));
    format!("0x{}{}", hex::encode(pallet), hex::encode(name))
}

/// The bytes of a hash or an id.
pub fn bytes32(digits: &str) -> anyhow::Result<[u8; 32]> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(digits.trim_start_matches("0x"), &mut bytes)
        .with_context(|| format!("{digits} is no id"))?;
    Ok(bytes)
}

fn number(header: &Value) -> anyhow::Result<u32> {
    let text = header.get("number").and_then(Value::as_str).context("a header without a number")?;
    Ok(u32::from_str_radix(text.trim_start_matches("0x"), 16)?)
}
