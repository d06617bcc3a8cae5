//! Two validators take a request all the way to an audit.

use anyhow::{ensure, Context};
use opg_tests::{digits, network::text, opg::Opg};
use opg_zombienet::{
    in_new_folder, port, provider,
    requests::{ask, number, REQUESTERS},
    rpc, spawn,
};
use serde_json::Value;
use std::{path::PathBuf, time::Duration};

/// How long the second validator may be behind the first.
const BEHIND: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn a_request_in_each_mode_is_answered_settled_and_audited_on_two_validators(
) -> anyhow::Result<()> {
    in_new_folder(whole_path).await
}

/// The provider's dispatcher is on one validator, the requester speaks to the other: what either
/// knows of the other's came through consensus.
async fn whole_path(folder: PathBuf) -> anyhow::Result<()> {
    let network = spawn(&["alice", "bob"], &folder).await?;
    let (alice, bob) = (network.get_node("alice")?, network.get_node("bob")?);
    let provider = provider(bob, &folder).await?;
    let requester = Opg::new(port(alice)?);
    let digit = digits::held_out()?.into_iter().next().context("no image was held out")?;

    let mut outputs = Vec::new();
    // The development vendor vouches for nothing: what its enclave says is no more than signed.
    let modes =
        [("plain", "Plain", "Signed"), ("tee", "Tee", "Signed"), ("zkml", "ZkMl", "Proven")];
    for (word, mode, execution) in modes {
        let shown = ask(&requester, &provider.model, &digit, word, REQUESTERS[0])?;
        let receipt = &shown["receipt"];
        ensure!(receipt["outcome"] == "Settled", "{word}: {}", receipt["outcome"]);
        ensure!(receipt["terminal"] == true, "{word}: the receipt is not terminal");
        ensure!(receipt["mode"]["achieved"] == mode, "{word}: {}", receipt["mode"]);
        let standing = standing(receipt, "Execution")?;
        ensure!(standing == execution, "{word}: the execution is {standing}");
        outputs.push(text(&shown, "output")?);
        let enclave = &receipt["appraised"]["attested"]["enclave"];
        match word {
            "tee" => {
                let (id, vendor) = (text(enclave, "id")?, text(enclave, "vendor")?);
                ensure!(id == provider.enclave.id()?, "enclave {id} answered");
                ensure!(vendor == "Development", "{vendor} vouches for the enclave");
            }
            _ => ensure!(enclave.is_null(), "{word}: {enclave} answered"),
        }

        let (id, closed) = (text(&shown, "id")?, number(receipt, "closed")?);
        for node in [alice, bob] {
            rpc(node)?.until_final(closed, BEHIND).await?;
            let opg = Opg::new(port(node)?);
            let told = opg.json(&["receipt", &id])?;
            ensure!(told["receipt"] == *receipt, "{word}: {} tells {told}", node.name());
            // Against one node an audit is incomplete, which is 2; had a check failed, it were 1.
            let audit = opg.run(&["audit", &id])?;
            ensure!(audit.code == 2, "{word}, {}: {}\n{}", node.name(), audit.code, audit.out);
        }
    }
    let same = outputs.iter().all(|output| *output == outputs[0]);
    ensure!(same, "one image, several answers: {outputs:?}");
    network.destroy().await?;
    Ok(())
}

/// How well `claim` is supported, by a receipt.
fn standing(receipt: &Value, claim: &str) -> anyhow::Result<String> {
    let table = receipt["appraised"]["standings"].as_array().context("no table")?;
    let cell = table.iter().find(|cell| cell["claim"] == claim);
    text(cell.with_context(|| format!("no cell of {claim}"))?, "standing")
}
