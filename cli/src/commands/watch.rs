//! `opg watch`

use super::Context;
use crate::{
    chain::{inference::Progressed, Chain},
    error::{Exit, Failure, Result},
    input,
    print::{account, words, Out},
    progress::Progress,
};
use opg_primitives::{
    ids::{ReceiptId, RequestId},
    receipt::Receipt,
    request::Outcome,
};
use serde_json::json;

pub async fn run(context: &Context<'_>, request: &str, blocks: u32) -> Result<Exit> {
    let request = RequestId(input::hex32("a request id", request)?);
    let chain = context.chain().await?;
    let at = chain.at_final().await?;
    let known = chain.open_request(&at, request).await?.is_some()
        || !chain.receipts_of(&at, request).await?.is_empty();
    if !known {
        return Err(Failure::failed("the chain has no request of this id, open or ended")
            .at(request)
            .help("a request that ended long ago has left the node's state"));
    }
    match until_ended(&chain, request, blocks, shown(context, request)).await? {
        None => Err(Failure::new(Exit::Incomplete, "the request has not ended yet").at(request)),
        Some((id, receipt)) => {
            let outcome = words::outcome(receipt.outcome);
            let value = json!({ "request": request, "receipt": id, "outcome": receipt.outcome });
            context
                .out
                .answer("watch", &value, || format!("{outcome}\nreceipt {id}\nopg receipt {id}"));
            Ok(if receipt.outcome == Outcome::Settled { Exit::Ok } else { Exit::Failed })
        }
    }
}

/// What is heard of a request while it is followed.
pub enum Step<'a> {
    /// An attempt ended, and another one follows.
    Failed(&'a ReceiptId, &'a Receipt),
    /// It is at another stage.
    At(&'a Progressed),
}

/// Shows each step as it comes.
pub fn shown<'a>(context: &'a Context<'_>, request: RequestId) -> impl FnMut(Step<'_>) + 'a {
    let quiet = context.out.quiet || context.out.json;
    let progress = Progress::start(quiet, format!("following {request}"));
    let out: &'a Out = context.out;
    move |step: Step<'_>| match step {
        Step::Failed(id, receipt) => {
            let outcome = words::outcome(receipt.outcome);
            out.note(format!("attempt {}: {outcome}, receipt {id}", receipt.attempt));
        }
        Step::At(stage) => {
            progress.say(say(stage));
            out.note(say(stage));
        }
    }
}

/// Follows a request until its terminal receipt is final; none if `blocks` ran out before.
pub async fn until_ended(
    chain: &Chain,
    request: RequestId,
    blocks: u32,
    mut hear: impl FnMut(Step<'_>),
) -> Result<Option<(ReceiptId, Receipt)>> {
    let mut stream = chain.final_blocks().await?;
    let mut at = chain.at_final().await?;
    let mut seen = None;
    let mut attempts = 0;
    for _ in 0..=blocks {
        let receipts = chain.receipts_of(&at, request).await?;
        for (id, receipt) in receipts.iter().skip(attempts) {
            if !receipt.terminal {
                hear(Step::Failed(id, receipt));
            }
        }
        attempts = receipts.len();
        if let Some(last) = receipts.into_iter().find(|(_, receipt)| receipt.terminal) {
            return Ok(Some(last));
        }
        let stage = chain.open_request(&at, request).await?;
        if stage != seen {
            if let Some(stage) = &stage {
                hear(Step::At(stage));
            }
            seen = stage;
        }
        at = chain.next_final(&mut stream).await?;
    }
    Ok(None)
}

fn say(stage: &Progressed) -> String {
    match stage {
        Progressed::Waiting { not_before } => {
            format!("waits for a provider, drawn in block {not_before} or later")
        }
        Progressed::Leased { provider, ack_by } => {
            format!("leased to {}, to be acknowledged by block {ack_by}", account(provider))
        }
        Progressed::Acknowledged { provider, deliver_by } => {
            format!("{} works on it, to be delivered by block {deliver_by}", account(provider))
        }
    }
}
