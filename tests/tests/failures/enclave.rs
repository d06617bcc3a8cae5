//! Faults of an enclave's node, whose keys and jobs are gone with it.

use crate::{
    asked::Asked,
    cell::{
        Component, End, ENCLAVE_ACKNOWLEDGED, ENCLAVE_ANSWERED, ENCLAVE_LEASED, ENCLAVE_RESTARTED,
    },
    outage::TRIES,
    stack::Stack,
    table::Table,
};
use anyhow::{bail, ensure};

/// What a lease of earlier keys is refused with.
const KEY_LOST: &str = "KeyLost";

/// Kills the enclave when it has taken a job, and starts it again, with new keys, when another one was
/// leased meanwhile; and kills the new one once the gateway has its answer.
pub async fn run(stack: &mut Stack, table: &Table) -> anyhow::Result<()> {
    let taken = unanswered(stack).await?;
    stack.fail(Component::Enclave).await?;
    let lost = stack.ask("tee", 1).await?;
    table.fill(ENCLAVE_LEASED, lost.ended(&stack.rpc, ENCLAVE_LEASED.ends).await);

    let late = stack.ask("tee", 2).await?;
    stack.until_lease_is_final(&late).await?;
    stack.repair(Component::Enclave).await?;
    let late = late.ended(&stack.rpc, ENCLAVE_RESTARTED.ends).await;
    table.fill(ENCLAVE_RESTARTED, late);

    let answered = stack.ask("tee", 3).await?;
    stack.until_stage(&answered, &["done"]).await?;
    stack.fail(Component::Enclave).await?;
    table.fill(ENCLAVE_ANSWERED, answered.ended(&stack.rpc, ENCLAVE_ANSWERED.ends).await);

    let (journal, id) = (stack.gateway.journal(), taken.id.to_string());
    let mut taken = taken.ended(&stack.rpc, ENCLAVE_ACKNOWLEDGED.ends).await;
    if taken.is_ok() {
        taken = match journal.why(&id, 0)? {
            Some(why) if why.starts_with(KEY_LOST) => taken,
            other => Err(anyhow::anyhow!("the gateway has no answer because of {other:?}")),
        };
    }
    table.fill(ENCLAVE_ACKNOWLEDGED, taken);
    Ok(())
}

/// Brings a request to where its lease is acknowledged and not answered. The enclave is frozen then.
async fn unanswered(stack: &Stack) -> anyhow::Result<Asked> {
    for _ in 0..TRIES {
        let asked = stack.ask("tee", 0).await?;
        if stack.freeze_enclave_at(&asked).await? {
            stack.until_acknowledged(&asked).await?;
            // An answer that was on its way when it froze has arrived by now.
            let stage = stack.gateway.journal().stage(&asked.id.to_string(), 0)?;
            if stage.as_deref() == Some("accepted") {
                return Ok(asked);
            }
        }
        // It was too fast: this one settles, and another one is asked.
        stack.thaw_enclave()?;
        let seen = asked.ended(&stack.rpc, &[End::Settled]).await?;
        ensure!(seen.slashed == 0, "an answer cost {}", seen.slashed);
    }
    bail!("the enclave answered before it could be frozen, {TRIES} times");
}
