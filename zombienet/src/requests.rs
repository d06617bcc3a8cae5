//! Requests, and the receipts that they end in.

pub use opg_tests::network::REQUESTERS;

use anyhow::Context;
use opg_tests::{digits::Digit, network::text, opg::Opg, process::until, rpc::Rpc};
use serde_json::Value;
use std::time::Duration;

/// How long a request may take to end, all its windows and the finality of both ends included.
const END: Duration = Duration::from_secs(240);

/// A request that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its id.
    pub id: String,
    /// The number of the block that it is in.
    pub block: u32,
}

/// Asks `model` in `mode` which digit this is, and waits for the answer; its receipt, as `opg
/// receipt` shows it.
///
/// # Errors
///
/// It did not settle, or was never made.
pub fn ask(opg: &Opg, model: &str, digit: &Digit, mode: &str, who: &str) -> anyhow::Result<Value> {
    let values = digit.values();
    opg.json(&["ask", model, "--values", &values, "--mode", mode, "--account", who])
}

/// As [`ask`], but waits only until the request itself is final.
///
/// # Errors
///
/// It was not made.
pub fn request(
    opg: &Opg,
    model: &str,
    digit: &Digit,
    mode: &str,
    who: &str,
) -> anyhow::Result<Request> {
    let values = digit.values();
    let made = opg.json(&[
        "ask",
        model,
        "--values",
        &values,
        "--mode",
        mode,
        "--account",
        who,
        "--no-wait",
    ])?;
    Ok(Request { id: text(&made, "request")?, block: number(&made, "block")? })
}

/// The terminal receipts of a request that has ended, or will soon: as `opg receipt` shows them.
///
/// # Errors
///
/// It did not end.
pub async fn terminal(rpc: &Rpc, opg: &Opg, request: &str) -> anyhow::Result<Vec<Value>> {
    until(&format!("the end of {request}"), END, || async {
        let mut found = Vec::new();
        for id in rpc.receipts_of(request).await? {
            let shown = opg.json(&["receipt", &id])?;
            if shown["receipt"]["terminal"] == true {
                found.push(shown);
            }
        }
        Ok((!found.is_empty()).then_some(found))
    })
    .await
}

/// The number at `key` of `value`.
///
/// # Errors
///
/// There is none, or it is no number of a block.
pub fn number(value: &Value, key: &str) -> anyhow::Result<u32> {
    let found = value[key].as_u64().with_context(|| format!("no {key} in {value}"))?;
    Ok(u32::try_from(found)?)
}
