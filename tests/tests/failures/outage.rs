//! One outage of a component, and the requests that it meets: two that are acknowledged and not
//! answered when it begins, and others that are made while it lasts.

use crate::{
    asked::Asked,
    cell::{Component, End, Outage, SECOND_ATTEMPT},
    stack::Stack,
    state::State,
    table::Table,
};
use anyhow::bail;
use opg_tests::process::until;
use pallet_inference::types::Stage;
use std::time::Duration;

/// How often it is tried to meet a request at a step that lasts for a part of a second.
pub const TRIES: u32 = 3;
/// How long a draw, or a lease that nobody acknowledges, may take.
const LEASE: Duration = Duration::from_secs(120);

/// Two acknowledged leases without an answer.
struct Unanswered {
    /// In mode `ZkMl`: the prover is frozen in the midst of the proof.
    proven: Asked,
    /// In mode `Plain`: the prover has it, and it waits for its turn.
    waiting: Asked,
}

/// Brings two requests to where their leases are acknowledged and not answered. The prover is frozen
/// then.
async fn unanswered(stack: &Stack) -> anyhow::Result<Unanswered> {
    for _ in 0..TRIES {
        let proven = stack.ask("zkml", 0).await?;
        let waiting = stack.ask("plain", 1).await?;
        let mut caught = stack.freeze_at(&proven).await?;
        if caught {
            // The proof goes on only for as long as it takes the prover to take the other job.
            stack.until_stage(&waiting, &["assigned", "accepted", "done"]).await?;
            stack.prover.process.thaw()?;
            caught = stack.freeze_at(&waiting).await? && stack.has_no_answer(&proven)?;
        }
        if caught {
            stack.until_acknowledged(&proven).await?;
            stack.until_acknowledged(&waiting).await?;
            return Ok(Unanswered { proven, waiting });
        }
        // It was too fast: these two settle, and two others are asked.
        stack.prover.process.thaw()?;
        proven.ended(&stack.rpc, &[End::Settled]).await?;
        waiting.ended(&stack.rpc, &[End::Settled]).await?;
    }
    bail!("the prover answered before it could be frozen, {TRIES} times");
}

/// Tries the cells of `outage`.
pub async fn run(stack: &mut Stack, outage: Outage, table: &Table) -> anyhow::Result<()> {
    let component = outage.component;
    let Unanswered { proven, waiting } = unanswered(stack).await?;
    stack.fail(component).await?;
    if component != Component::Prover {
        // The answers are made, and cannot get to the chain.
        stack.prover.process.thaw()?;
    }
    let lost = stack.ask("plain", 2).await?;
    table.fill(outage.lost, lost.ended(&stack.rpc, outage.lost.ends).await);
    table.fill(outage.due, waiting.ended(&stack.rpc, outage.due.ends).await);

    let drawn = match component {
        Component::Dispatcher => Some(drawn(stack).await?),
        _ => None,
    };
    let late = stack.ask("plain", 3).await?;
    if let Some(drawn) = &drawn {
        until_second_attempt(stack, drawn).await?;
    }
    if component != Component::Node {
        // It is tried in vain first. A node takes some blocks to come back anyway.
        stack.until_block(late.opened.requested + 2).await?;
    }
    stack.repair(component).await?;
    if let Some(drawn) = drawn {
        table.fill(SECOND_ATTEMPT, drawn.ended(&stack.rpc, SECOND_ATTEMPT.ends).await);
    }
    table.fill(outage.waiting, proven.ended(&stack.rpc, outage.waiting.ends).await);
    table.fill(outage.late, late.ended(&stack.rpc, outage.late.ends).await);
    Ok(())
}

/// A request with all its attempts whose first lease is about to end.
async fn drawn(stack: &Stack) -> anyhow::Result<Asked> {
    let asked = stack.ask_anybody("plain", 2).await?;
    let ack_by = until("a draw", LEASE, || async {
        let request = State::best(&stack.rpc).await?.request(asked.id).await?;
        Ok(match request.map(|request| request.stage) {
            Some(Stage::Leased(lease)) => Some(lease.ack_by),
            _ => None,
        })
    })
    .await?;
    stack.until_block(ack_by - 1).await?;
    Ok(asked)
}

/// Waits until the first attempt of `asked` has ended, in the best block.
async fn until_second_attempt(stack: &Stack, asked: &Asked) -> anyhow::Result<()> {
    until("the end of an attempt", LEASE, || async {
        let receipts = State::best(&stack.rpc).await?.receipts(asked.id).await?;
        Ok((!receipts.is_empty()).then_some(()))
    })
    .await
}
