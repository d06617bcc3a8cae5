//! Fifty requests in flight at once, in both modes, of three providers and by twelve accounts, while
//! all gateways are killed.

use crate::{
    asked::{conserved, made, run_in_turn},
    cell::Component,
    stack::Stack,
    state::State,
};
use anyhow::{ensure, Context};
use opg_primitives::{ids::Account, request::Outcome};
use opg_tests::process::until;
use std::{collections::BTreeSet, time::Duration};
use tokio::task::LocalSet;

/// How many.
const CROWD: usize = 50;
/// How long all of them may take into blocks.
const OPEN: Duration = Duration::from_secs(60);
/// How long any of them may take to its end.
const ENDED: Duration = Duration::from_secs(240);

/// What is tried here.
pub const NAME: &str =
    "fifty_requests_in_flight_have_fifty_terminal_receipts_though_all_gateways_are_killed";

/// Makes the requests, kills the gateways once all are open, starts them again, and reads the
/// receipts.
pub async fn run(mut stacks: [&mut Stack; 3]) -> anyhow::Result<()> {
    let rpc = stacks[0].rpc.clone();
    let requesters: Vec<_> = stacks.iter().flat_map(|stack| stack.requesters.clone()).collect();
    let accounts: BTreeSet<Account> =
        requesters.iter().map(|requester| requester.account).collect();

    // The requesters ask side by side, each one after the other.
    let asking = LocalSet::new();
    let mut turns = Vec::new();
    for (place, requester) in requesters.iter().enumerate() {
        let questions: Vec<Vec<String>> = (place..CROWD)
            .step_by(requesters.len())
            .map(|number| {
                let stack = &stacks[number % stacks.len()];
                let mode = if number % 2 == 0 { "plain" } else { "zkml" };
                stack.question(mode, requester, Some(stack.registration.account))
            })
            .collect();
        let (opg, rpc) = (stacks[0].opg.clone(), rpc.clone());
        let address = requester.address.clone();
        turns.push(
            asking.spawn_local(async move { run_in_turn(&opg, &rpc, &address, questions).await }),
        );
    }
    let mut commands = Vec::new();
    let all_asked = async {
        for turn in turns {
            commands.extend(turn.await??);
        }
        anyhow::Ok(())
    };
    asking.run_until(all_asked).await?;

    until("all of them open at once", OPEN, || async {
        let state = State::best(&rpc).await?;
        let mut open = 0;
        for id in state.open().await? {
            let request = state.request(id).await?.context("an open request is none")?;
            open += usize::from(accounts.contains(&request.requester));
        }
        Ok((open == CROWD).then_some(()))
    })
    .await?;
    for stack in &mut stacks {
        stack.fail(Component::Gateway).await?;
    }
    let killed = rpc.best().await?;
    stacks[0].until_block(killed + 1).await?;
    for stack in &mut stacks {
        stack.repair(Component::Gateway).await?;
    }

    let mut requests = BTreeSet::new();
    for command in commands {
        requests.insert(made(command).await?);
    }
    ensure!(requests.len() == CROWD, "{} requests", requests.len());
    for id in requests {
        let receipts = until(&format!("the end of {id}"), ENDED, || async {
            let receipts = State::last_final(&rpc).await?.receipts(id).await?;
            Ok(receipts.last().is_some_and(|last| last.terminal).then_some(receipts))
        })
        .await?;
        ensure!(receipts.len() == 1, "{id} has {} receipts", receipts.len());
        for receipt in receipts {
            ensure!(receipt.outcome == Outcome::Settled, "{id} ended in {:?}", receipt.outcome);
            conserved(&receipt).with_context(|| id.to_string())?;
        }
    }
    Ok(())
}
