//! Faults at single moments: a job that is held, an answer on its way, a dispatcher without its key.

use crate::{
    asked::Asked,
    cell::{
        Component, End, ALL_ATTEMPTS, GATEWAY_ANSWERED, GATEWAY_HELD, NODE_SUBMITTED,
        PROVER_ANSWERED, VALIDATOR_LEASED, VALIDATOR_SUBMITTED,
    },
    outage::TRIES,
    stack::Stack,
    state::State,
    table::Table,
};
use anyhow::{anyhow, bail, ensure, Context};
use opg_tests::{node::Node, process::until, rpc::Rpc};
use serde_json::json;
use std::time::Duration;

/// How long an answer may take into the pool of the validator.
const SUBMITTED: Duration = Duration::from_secs(120);
/// How long the validator may take to a block after it was started again.
const BACK: Duration = Duration::from_secs(120);
/// The index of `submit_result` in its pallet, which stands before the request's id.
const SUBMIT_RESULT: &str = "04";

/// Kills the prover once the gateway has its answer.
pub async fn prover(stack: &mut Stack, table: &Table) -> anyhow::Result<()> {
    let asked = stack.ask("plain", 0).await?;
    stack.until_stage(&asked, &["done"]).await?;
    stack.fail(Component::Prover).await?;
    table.fill(PROVER_ANSWERED, asked.ended(&stack.rpc, PROVER_ANSWERED.ends).await);
    stack.repair(Component::Prover).await
}

/// Kills the gateway while it holds a job, and again, with the prover, once it has an answer.
pub async fn gateway(stack: &mut Stack, table: &Table) -> anyhow::Result<()> {
    let held = stack.ask("plain", 0).await?;
    stack.until_stage(&held, &["taken"]).await?;
    stack.fail(Component::Gateway).await?;
    let stage = stack.gateway.journal().stage(&held.id.to_string(), 0)?;
    ensure!(stage.as_deref() == Some("taken"), "the gateway held the job no more: {stage:?}");
    stack.repair(Component::Gateway).await?;
    table.fill(GATEWAY_HELD, held.ended(&stack.rpc, GATEWAY_HELD.ends).await);

    let answered = stack.ask("plain", 1).await?;
    stack.until_stage(&answered, &["done"]).await?;
    stack.fail(Component::Gateway).await?;
    stack.fail(Component::Prover).await?;
    stack.repair(Component::Gateway).await?;
    table.fill(GATEWAY_ANSWERED, answered.ended(&stack.rpc, GATEWAY_ANSWERED.ends).await);
    stack.repair(Component::Prover).await
}

/// Kills the provider's node once the validator's pool has the answer.
pub async fn node(stack: &mut Stack, table: &Table) -> anyhow::Result<()> {
    for _ in 0..TRIES {
        let asked = stack.ask("plain", 0).await?;
        until_submitted(&asked, &stack.rpc).await?;
        stack.fail(Component::Node).await?;
        let open = State::best(&stack.rpc).await?.request(asked.id).await?.is_some();
        let seen = asked.ended(&stack.rpc, NODE_SUBMITTED.ends).await;
        stack.repair(Component::Node).await?;
        if open {
            table.fill(NODE_SUBMITTED, seen);
            return Ok(());
        }
        seen?;
    }
    bail!("the answer was in a block before the node was killed, {TRIES} times");
}

/// Starts the provider's node again without its dispatcher key, and asks with all attempts.
pub async fn keyless(stack: &mut Stack, table: &Table) -> anyhow::Result<()> {
    stack.fail(Component::Node).await?;
    stack.node.remove_dispatcher_keys()?;
    stack.repair(Component::Node).await?;
    // The validator is killed meanwhile.
    stack.rely_on_own_node();
    let asked = stack.ask_anybody("plain", 0).await?;
    let mut seen = asked.ended(&stack.rpc, ALL_ATTEMPTS.ends).await;
    if seen.is_ok() {
        let provider = State::last_final(&stack.rpc).await?.provider(stack.account).await?;
        if !provider.chilled {
            let silences = provider.silences;
            seen = Err(anyhow!("{silences} silences, and the provider takes leases"));
        }
    }
    table.fill(ALL_ATTEMPTS, seen);
    Ok(())
}

/// Kills the validator when an answer is in its pool, and another request is leased.
pub async fn validator(
    stack: &mut Stack,
    validator: &mut Node,
    table: &Table,
) -> anyhow::Result<()> {
    stack.rely_on_own_node();
    for _ in 0..TRIES {
        let submitted = stack.ask("plain", 0).await?;
        // So that this one is leased, and not yet acknowledged, when the other is answered.
        stack.until_block(submitted.opened.requested + 2).await?;
        let leased = stack.ask("plain", 1).await?;
        until_submitted(&submitted, &validator.rpc).await?;
        validator.process.kill()?;
        let state = State::best(&stack.rpc).await?;
        let met = state.acknowledged(submitted.id).await? == Some(true)
            && state.acknowledged(leased.id).await? == Some(false);
        let last = stack.rpc.best().await?;
        validator.start_again().await?;
        until("a block of the validator", BACK, || async {
            Ok((validator.rpc.best().await? > last).then_some(()))
        })
        .await
        .context("the validator does not go on")?;
        let ends = &[End::Settled];
        let (first, second) =
            (submitted.ended(&stack.rpc, ends).await, leased.ended(&stack.rpc, ends).await);
        if met {
            table.fill(VALIDATOR_SUBMITTED, first);
            table.fill(VALIDATOR_LEASED, second);
            return Ok(());
        }
        first?;
        second?;
    }
    bail!("the requests were further when the validator was killed, {TRIES} times");
}

/// Waits until the pool of the node of `rpc` has the answer to `asked`.
async fn until_submitted(asked: &Asked, rpc: &Rpc) -> anyhow::Result<()> {
    let call = asked.id.to_string().replacen("0x", SUBMIT_RESULT, 1);
    until("the answer in the pool", SUBMITTED, || async {
        let pool = rpc.call("author_pendingExtrinsics", json!([])).await?;
        let pool: Vec<String> = serde_json::from_value(pool)?;
        Ok(pool.iter().any(|transaction| transaction.contains(&call)).then_some(()))
    })
    .await
}
