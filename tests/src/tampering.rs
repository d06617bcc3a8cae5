//! What an audit says of a receipt that something between it and the node has altered.

use crate::{
    alterations::{self, Alteration},
    network::Node,
    opg::{Answer, Opg},
    proxy::{Lie, Proxy},
    rpc::{entry, Rpc},
};
use anyhow::{ensure, Context};
use codec::{DecodeAll, Encode};
use futures::{stream, StreamExt};
use opg_primitives::{ids::ReceiptId, mode::Mode, receipt::Receipt, request::Outcome};
use serde_json::json;
use std::time::Duration;

/// How long one audit may take.
const AUDIT: Duration = Duration::from_secs(120);
/// How many audits run side by side: each waits for the node half of its time.
const SIDE_BY_SIDE: usize = 4;
/// The most keys that a node gives in one answer.
const KEYS: usize = 1_000;

/// A receipt as it stands on the chain.
#[derive(Clone, Debug)]
struct Written {
    id: ReceiptId,
    receipt: Receipt,
}

/// The newest receipts of two kinds, in a node's state at its last final block.
struct Receipts {
    /// With an answer and a proof.
    settled: Written,
    /// Without an answer.
    cancelled: Written,
}

impl Receipts {
    async fn read(rpc: &Rpc) -> anyhow::Result<Self> {
        let block = rpc.call("chain_getFinalizedHead", json!([])).await?;
        let arguments = json!([entry("Receipts", "Log"), KEYS, null, block]);
        let keys: Vec<String> =
            serde_json::from_value(rpc.call("state_getKeysPaged", arguments).await?)?;
        ensure!(keys.len() < KEYS, "more receipts than one answer holds");
        let mut all = Vec::new();
        for key in keys {
            let value = rpc.call("state_getStorage", json!([key, block])).await?;
            // The map's key is the id itself, last.
            let id = *bytes(&key)?.last_chunk::<32>().context("a key without an id")?;
            let value = bytes(value.as_str().context("a key without a value")?)?;
            let receipt = Receipt::decode_all(&mut value.as_slice())?;
            all.push(Written { id: ReceiptId(id), receipt });
        }
        let newest = |what: &str, is: fn(&Receipt) -> bool| {
            let of_kind = all.iter().filter(|written| is(&written.receipt));
            let newest = of_kind.max_by_key(|written| written.receipt.closed);
            newest.cloned().with_context(|| format!("no receipt was {what} before"))
        };
        Ok(Self {
            settled: newest("settled with a proof", |receipt| {
                receipt.mode.achieved == Some(Mode::ZkMl)
            })?,
            cancelled: newest("cancelled", |receipt| receipt.outcome == Outcome::Cancelled)?,
        })
    }
}

fn bytes(text: &str) -> anyhow::Result<Vec<u8>> {
    Ok(hex::decode(text.strip_prefix("0x").context("bytes without 0x")?)?)
}

/// Audits the receipt or request `id` against the node at port `node`, through a proxy that tells
/// `lie`.
async fn audit(node: u16, id: &str, lie: Lie, options: &[&str]) -> anyhow::Result<Answer> {
    let proxy = Proxy::start(node, lie).await?;
    let arguments = [&["audit", id][..], options].concat();
    let answer = Opg::new(proxy.port()).run_within(&arguments, AUDIT).await?;
    ensure!(proxy.lies() > 0, "the proxy had nothing to lie about: {}{}", answer.out, answer.err);
    Ok(answer)
}

/// Each field of a settled and of a cancelled receipt is altered on its way from `node`, one at a
/// time: the audit exits with 1 and names the field.
///
/// # Errors
/// When an altered field is not named, or a receipt that is passed on as it is fails.
pub async fn each_altered_field_is_named(node: &Node) -> anyhow::Result<()> {
    let Receipts { settled, cancelled } = Receipts::read(&node.rpc).await?;
    for (written, other) in [(&settled, &cancelled), (&cancelled, &settled)] {
        let truth = written.receipt.encode();
        let id = written.id.to_string();
        let honest = audit(node.port, &id, Lie::new(truth.clone(), truth), &["--quiet"]).await?;
        ensure!(honest.code == 2, "{id} as it is: {}\n{}{}", honest.code, honest.out, honest.err);

        let alterations = alterations::all(&written.receipt, &other.receipt)?;
        let count = alterations.len();
        let audits = alterations.iter().map(|alteration| is_named(node.port, written, alteration));
        let results: Vec<_> = stream::iter(audits).buffer_unordered(SIDE_BY_SIDE).collect().await;
        let faults: Vec<_> =
            results.into_iter().filter_map(Result::err).map(|error| format!("{error:#}")).collect();
        ensure!(faults.is_empty(), "{} of {count}:\n{}", faults.len(), faults.join("\n"));
        println!("    {count} alterations of a receipt that is {:?}", written.receipt.outcome);
    }
    Ok(())
}

async fn is_named(node: u16, written: &Written, alteration: &Alteration) -> anyhow::Result<()> {
    let field = &alteration.field;
    let lie = Lie::new(written.receipt.encode(), alteration.receipt.encode());
    let options = ["--json", "--quiet"];
    let answer = audit(node, &written.id.to_string(), lie, &options).await;
    let named = answer.and_then(|answer| fields(&answer)).with_context(|| field.clone())?;
    ensure!(
        named.iter().any(|name| alteration.is_named_by(name)),
        "{field} was altered, named were {named:?}"
    );
    Ok(())
}

/// The fields that a failed audit names.
fn fields(audit: &Answer) -> anyhow::Result<Vec<String>> {
    let report = audit.json(&[1])?;
    let findings = report["value"]["findings"].as_array().context("a report without findings")?;
    let differences = findings.iter().filter_map(|finding| finding["differences"].as_array());
    Ok(differences
        .flatten()
        .filter_map(|difference| difference["field"].as_str())
        .map(str::to_owned)
        .collect())
}

/// A receipt that comes cut short, longer, under another's id, or not at all is no receipt that the
/// audit has anything good to say of; and one that was asked for by its request is judged like any.
///
/// # Errors
/// When the audit exits otherwise than it should, or does not say why.
pub async fn no_other_bytes_pass_for_a_receipt(node: &Node) -> anyhow::Result<()> {
    let Receipts { settled, cancelled } = Receipts::read(&node.rpc).await?;
    let truth = settled.receipt.encode();
    let mut cut = truth.clone();
    cut.pop();
    let longer = [truth.as_slice(), &[0]].concat();
    // As an optional value: a byte that says whether it is there, then the value.
    let (there, none) = ([&[1][..], truth.as_slice()].concat(), vec![0]);
    let mut altered = settled.receipt.clone();
    altered.self_dealing = !altered.self_dealing;
    let (receipt, request) = (settled.id.to_string(), settled.receipt.request.to_string());
    let unreadable = "Receipts.receipt answers what this program cannot read";
    let lies = [
        ("one byte short", &receipt, truth.clone(), cut, 69, unreadable),
        ("one byte long", &receipt, truth.clone(), longer, 69, unreadable),
        ("of another id", &receipt, truth.clone(), cancelled.receipt.encode(), 1, "receiptId"),
        ("not there", &receipt, there, none, 1, "the chain has no receipt and no request"),
        ("of a request", &request, truth.clone(), altered.encode(), 1, "self_dealing"),
    ];
    for (what, id, truth, told, code, says) in lies {
        let answer = audit(node.port, id, Lie::new(truth, told), &["--quiet"]).await?;
        let Answer { out, err, .. } = &answer;
        ensure!(answer.code == code, "{what}: exit code {}\n{out}{err}", answer.code);
        ensure!(out.contains(says) || err.contains(says), "{what}: no {says:?} in\n{out}{err}");
    }
    Ok(())
}
