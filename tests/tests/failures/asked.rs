//! A request from its first block to its last receipt, with what it moved.

use crate::{
    cell::End,
    state::State,
    table::{Seen, OPG},
};
use anyhow::{ensure, Context};
use opg_primitives::{
    ids::{Account, RequestId},
    receipt::Receipt,
    request::Outcome,
    Balance,
};
use opg_tests::{
    network::text,
    opg::{Answer, Opg},
    process::until,
    rpc::{bytes32, Rpc},
};
use pallet_inference::types::Request;
use std::{path::Path, time::Duration};
use tokio::task::JoinHandle;

/// How long a command may take, which waits until its transaction is final.
const COMMAND: Duration = Duration::from_secs(120);
/// How long a request may take into a block.
const INCLUDED: Duration = Duration::from_secs(60);
/// How long a request may take to its end: three attempts, and an outage of the chain.
const ENDED: Duration = Duration::from_secs(360);

/// What the runtime slashes for an acknowledged lease that is not delivered, at most what the lease
/// reserves: its price and the cap of a compensation.
const SLASH: Balance = 2 * OPG;
/// The cap of a compensation.
const COMPENSATION: Balance = OPG;

/// An account that asks.
#[derive(Clone, Debug)]
pub struct Requester {
    /// The file with its secret.
    pub file: String,
    /// Its account.
    pub account: Account,
    /// The same, as an address.
    pub address: String,
}

impl Requester {
    /// Makes an account, with its secret in `file`.
    pub fn new(opg: &Opg, file: &Path) -> anyhow::Result<Self> {
        let file = file.to_str().context("the folder's name is not UTF-8")?.to_owned();
        let made = opg.json(&["account", "new", &file])?;
        let account = Account(bytes32(&text(&made, "account")?)?);
        Ok(Self { file, account, address: text(&made, "address")? })
    }
}

/// A run of `opg`, beside others.
pub type Command = JoinHandle<anyhow::Result<Answer>>;

/// Runs `opg` with `args`, beside others.
pub fn run(opg: &Opg, args: Vec<String>) -> Command {
    let opg = opg.clone();
    tokio::spawn(async move {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        opg.run_within(&args, COMMAND).await
    })
}

/// Runs `opg` once with each of `commands`, all of them signed by the account of `address`, and each
/// started as soon as the pool has the transaction of the one before.
pub async fn run_in_turn(
    opg: &Opg,
    rpc: &Rpc,
    address: &str,
    commands: Vec<Vec<String>>,
) -> anyhow::Result<Vec<Command>> {
    let next = || rpc.call("system_accountNextIndex", serde_json::json!([address]));
    let mut running = Vec::new();
    for command in commands {
        let before = next().await?;
        let command = run(opg, command);
        until("a transaction in the pool", INCLUDED, || async {
            Ok((next().await? != before || command.is_finished()).then_some(()))
        })
        .await?;
        running.push(command);
    }
    Ok(running)
}

/// The arguments of `opg` that ask.
pub fn question(
    model: &str,
    values: &str,
    mode: &str,
    requester: &Requester,
    provider: Option<&str>,
) -> Vec<String> {
    let mut args = vec!["ask", model, "--values", values, "--mode", mode];
    args.extend(["--account", &requester.file, "--no-wait", "--json", "--quiet"]);
    if let Some(provider) = provider {
        args.extend(["--provider", provider]);
    }
    args.into_iter().map(str::to_owned).collect()
}

/// The request that `opg ask` says it made.
pub async fn made(command: Command) -> anyhow::Result<RequestId> {
    let answer = command.await??.json(&[0])?;
    let value = answer.get("value").context("an answer without a value")?;
    Ok(RequestId(bytes32(&text(value, "request")?)?))
}

/// A request that is open.
#[derive(Debug)]
pub struct Asked {
    /// Its id.
    pub id: RequestId,
    /// The chain's record of it, as it was opened.
    pub opened: Request,
    command: Command,
}

impl Asked {
    /// Runs `opg` with `question`, of an account without open requests, and waits until the best block
    /// has the request.
    pub async fn new(
        opg: &Opg,
        rpc: &Rpc,
        requester: &Requester,
        question: Vec<String>,
    ) -> anyhow::Result<Self> {
        let known = State::best(rpc).await?.open().await?;
        let command = run(opg, question);
        let found = until("the request in a block", INCLUDED, || async {
            let state = State::best(rpc).await?;
            for id in state.open().await?.difference(&known) {
                let request = state.request(*id).await?;
                let own = request.filter(|request| request.requester == requester.account);
                if let Some(opened) = own {
                    return Ok(Some((*id, opened)));
                }
            }
            Ok(None)
        })
        .await;
        match found {
            Ok((id, opened)) => Ok(Self { id, opened, command }),
            Err(error) if command.is_finished() => {
                let said = command.await;
                Err(error.context(format!("opg ask ended with {said:?}")))
            }
            Err(error) => Err(error),
        }
    }

    /// Waits until the request has ended and that is final, and checks how, and all that it moved.
    pub async fn ended(self, rpc: &Rpc, ends: &[End]) -> anyhow::Result<Seen> {
        let id = self.id;
        let receipts = until(&format!("the end of {id}"), ENDED, || async {
            let receipts = State::last_final(rpc).await?.receipts(id).await?;
            Ok(receipts.last().is_some_and(|last| last.terminal).then_some(receipts))
        })
        .await?;
        let told = made(self.command).await?;
        ensure!(told == id, "opg ask told of the request {told}, and made {id}");
        check(rpc, &self.opened, receipts, ends).await.with_context(|| format!("request {id}"))
    }
}

/// Checks the receipts of a request that was the only one of its account, and what it moved.
async fn check(
    rpc: &Rpc,
    opened: &Request,
    receipts: Vec<Receipt>,
    ends: &[End],
) -> anyhow::Result<Seen> {
    let outcomes: Vec<_> = receipts.iter().map(|receipt| receipt.outcome).collect();
    let expected = outcomes.len() == ends.len()
        && ends.iter().zip(&outcomes).all(|(end, outcome)| end.is(*outcome));
    ensure!(expected, "it ended in {outcomes:?}, not in {ends:?}");
    let last = receipts.last().context("there is no receipt")?;
    let held = opened.max_price;
    let (mut compensation, mut slashed) = (0, 0);
    for (attempt, receipt) in receipts.iter().enumerate() {
        ensure!(usize::from(receipt.attempt) == attempt, "attempt {} is missing", attempt + 1);
        let payment = &receipt.payment;
        ensure!(payment.held == held, "{} were held, not {held}", payment.held);
        // The price is what was held, since the command line holds no more than the price.
        let (slash, harm) = match receipt.outcome {
            Outcome::NotDelivered => (
                SLASH.min(held + COMPENSATION),
                (opened.unrefundable() - compensation).min(COMPENSATION),
            ),
            _ => (0, 0),
        };
        ensure!(payment.slashed == slash, "{} were slashed, not {slash}", payment.slashed);
        let compensated = payment.compensation;
        ensure!(compensated == harm, "{compensated} were compensated, not {harm}");
        compensation += compensated;
        slashed += payment.slashed;
    }

    let payment = &last.payment;
    let burned = payment.fee_burned;
    ensure!(burned == opened.burned, "{burned} were burned at once, not {}", opened.burned);
    conserved(last)?;
    let released = if last.outcome == Outcome::Settled { 0 } else { held };
    ensure!(payment.released == released, "{} came back, not {released}", payment.released);

    // The same, by the requester's account: at the request's block, and at its end.
    let who = opened.requester;
    let before = State::of_block(rpc, last.requested.saturating_sub(1)).await?.funds(who).await?;
    let begun = State::of_block(rpc, last.requested).await?.funds(who).await?;
    let over = State::of_block(rpc, last.closed).await?.funds(who).await?;
    ensure!((before.held, over.held) == (0, 0), "something else is held of {who}");
    ensure!(begun.held == held, "{} are held of {who}, not {held}", begun.held);
    let charged = before.free.checked_sub(begun.free + held).context("the request was free")?;
    ensure!(charged > opened.unrefundable(), "{charged} were charged at once, with the fee");
    let back = over.free.checked_sub(begun.free).context("the requester lost by the end")?;
    ensure!(
        back == released + compensation,
        "{back} came back to {who}, and the receipts say {released} and {compensation}"
    );
    Ok(Seen { held, released, compensation, slashed, receipts })
}

/// Checks that a terminal receipt says of all that was held where it went.
pub fn conserved(receipt: &Receipt) -> anyhow::Result<()> {
    let payment = &receipt.payment;
    let paid = payment.provider + payment.owner + payment.burned + payment.treasury;
    ensure!(
        payment.held == paid + payment.released,
        "of {} held, {paid} were paid and {} came back",
        payment.held,
        payment.released
    );
    Ok(())
}
