//! `opg watch`

use super::{
    courier::{Brought, Courier},
    Context,
};
use crate::{
    chain::{inference::Progressed, Chain},
    error::{Exit, Failure, Result},
    input,
    opening::Opening,
    print::{account, words, Out},
    progress::Progress,
};
use opg_primitives::{
    attestation::Vendor,
    ids::{ReceiptId, RequestId},
    receipt::Receipt,
    reference::ModelBinding,
    request::Outcome,
};
use serde_json::json;
use std::path::Path;

pub async fn run(
    context: &Context<'_>,
    request: &str,
    blocks: u32,
    opening: Option<&Path>,
) -> Result<Exit> {
    let request = RequestId(input::hex32("a request id", request)?);
    let opening = opening.map(Opening::load).transpose()?;
    let signer = opening.is_some().then(|| context.signer()).transpose()?;
    let mut courier = signer
        .as_ref()
        .zip(opening.as_ref())
        .map(|(signer, opening)| Courier::new(signer, opening));
    let chain = context.chain().await?;
    let at = chain.at_final().await?;
    let known = chain.open_request(&at, request).await?.is_some()
        || !chain.receipts_of(&at, request).await?.is_empty();
    if !known {
        return Err(Failure::failed("the chain has no request of this id, open or ended")
            .at(request)
            .help("a request that ended long ago has left the node's state"));
    }
    let said = shown(context, request);
    match until_ended(&chain, request, blocks, courier.as_mut(), said).await? {
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
    /// The input of a private request was sealed and sent, or could not be.
    Delivery(&'a Brought),
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
        Step::Delivery(brought) => out.note(delivered(brought)),
    }
}

/// Follows a request until its terminal receipt is final; none if `blocks` ran out before. The input of a
/// private one is brought by `courier`.
pub async fn until_ended(
    chain: &Chain,
    request: RequestId,
    blocks: u32,
    mut courier: Option<&mut Courier<'_>>,
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
        if let (Some(courier), Some(Progressed::Leased { .. })) = (courier.as_deref_mut(), &seen) {
            if let Some(brought) = courier.bring(chain, &at, request).await? {
                hear(Step::Delivery(&brought));
            }
        }
        at = chain.next_final(&mut stream).await?;
    }
    Ok(None)
}

/// What came of a delivery, in words.
pub fn delivered(brought: &Brought) -> String {
    let (to, block) = match brought {
        Brought::To(to, block) => (to, block),
        Brought::Nobody(provider) => {
            return format!(
                "no enclave of {} may answer now, so nothing was sealed to any",
                account(provider)
            );
        }
        Brought::Refused(failure) => {
            return format!("the input was not delivered: {}", failure.what);
        }
    };
    let readers = match (to.vendor, to.binding) {
        (Vendor::Development, _) => ", of the development vendor: everybody can read it",
        (_, ModelBinding::Upstream) => ", which shows it to its upstream",
        (_, ModelBinding::InImage(_) | ModelBinding::Loaded) => "",
    };
    format!("sealed to enclave {} in block {block}{readers}", to.enclave)
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
