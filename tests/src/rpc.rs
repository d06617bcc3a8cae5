//! A node's JSON-RPC, as far as a network's upkeep needs it.

use anyhow::{anyhow, Context};
use serde_json::{json, Value};
use std::time::Duration;

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

    /// The number of the epoch that the best block is in.
    pub async fn epoch(&self) -> anyhow::Result<u64> {
        let stored = self.call("state_getStorage", json!([entry("Babe", "EpochIndex")])).await?;
        // An index of zero is not stored.
        let Some(stored) = stored.as_str() else { return Ok(0) };
        let bytes = hex::decode(stored.trim_start_matches("0x"))?;
        Ok(u64::from_le_bytes(bytes.as_slice().try_into().context("an index of eight bytes")?))
    }
}

/// The key of a storage entry, or what the keys of a map begin with.
pub fn entry(pallet: &str, name: &str) -> String {
    let [pallet, name] = [pallet, name].map(|part| sp_crypto_hashing::twox_128(part.as_bytes()));
    format!("0x{}{}", hex::encode(pallet), hex::encode(name))
}

fn number(header: &Value) -> anyhow::Result<u32> {
    let text = header.get("number").and_then(Value::as_str).context("a header without a number")?;
    Ok(u32::from_str_radix(text.trim_start_matches("0x"), 16)?)
}
