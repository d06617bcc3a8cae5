//! What must hold when everything has ended.

use crate::{
    asked::Requester,
    stack::Stack,
    state::{State, OF_OPEN_REQUESTS},
};
use anyhow::{ensure, Context};
use opg_primitives::Balance;
use opg_tests::{process::until, rpc::Rpc};
use std::time::Duration;

/// How long it may take until all nodes know what one of them does.
const ENDED: Duration = Duration::from_secs(60);

/// What [`bonds`] checks.
pub const BONDS: &str = "bonds_and_earnings_changed_by_what_the_receipts_say_to_the_last_unit";
/// What [`nothing_open`] checks.
pub const NOTHING_OPEN: &str = "nothing_is_open_or_held_in_the_end";

/// Checks each provider's bond and account against its receipts, which have no gap.
pub async fn bonds(rpc: &Rpc, stacks: [&Stack; 4]) -> anyhow::Result<()> {
    let state = State::last_final(rpc).await?;
    for stack in stacks {
        let name = stack.registration.account;
        let (provider, funds) =
            (state.provider(stack.account).await?, state.funds(stack.account).await?);
        let (mut slashed, mut earned): (Balance, Balance) = (0, 0);
        for (number, receipt) in (0u64..).zip(state.receipts_by(stack.account).await?) {
            let lease = receipt.lease.context("a provider's receipt without a lease")?;
            ensure!(lease.sequence == number, "{name} has no receipt of number {number}");
            slashed += receipt.payment.slashed;
            earned += receipt.payment.provider;
        }
        ensure!(slashed > 0 && earned > 0, "{name}: {slashed} slashed, {earned} earned");
        let (provider_before, funds_before) = &stack.before;
        let bond = provider_before.bond - slashed;
        ensure!(provider.bond == bond, "{name}: a bond of {}, not {bond}", provider.bond);
        ensure!(provider.slashed == slashed, "{name}: {} slashed in all", provider.slashed);
        ensure!(funds.held == bond, "{name}: {} on hold for a bond of {bond}", funds.held);
        let free = funds_before.free + earned;
        ensure!(funds.free == free, "{name}: {} free, not {free}", funds.free);
        ensure!(provider.reserved == 0, "{name}: {} reserved by no lease", provider.reserved);
    }
    Ok(())
}

/// Checks that no request is open, that nothing is kept or held for one, and that nothing waits.
pub async fn nothing_open<'a>(
    rpc: &Rpc,
    requesters: impl Iterator<Item = &'a Requester>,
) -> anyhow::Result<()> {
    // Where the last receipts were read as final, that may have been known earlier than here.
    until("the end of all requests", ENDED, || async {
        Ok(State::last_final(rpc).await?.open().await?.is_empty().then_some(()))
    })
    .await?;
    let state = State::last_final(rpc).await?;
    for map in OF_OPEN_REQUESTS {
        let kept = state.kept(map).await?;
        ensure!(kept.is_empty(), "Inference.{map} still has {kept:?}");
    }
    let queued = state.queued().await?;
    ensure!(queued == 0, "{queued} requests are queued");
    for requester in requesters {
        let held = state.funds(requester.account).await?.held;
        ensure!(held == 0, "{held} are held of {}", requester.address);
    }
    Ok(())
}
