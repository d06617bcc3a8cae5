//! Four validators go on without one of them, stop without two, and go on with all again.

use anyhow::ensure;
use opg_tests::{
    digits::{self, Digit},
    opg::Opg,
    process::until,
    rpc::Rpc,
};
use opg_zombienet::{
    in_new_folder, port, provider,
    requests::{request, terminal, Request, REQUESTERS},
    rpc, spawn,
};
use std::{
    path::PathBuf,
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc,
    },
    time::Duration,
};
use tokio::task::JoinHandle;

/// Who validates.
const NAMES: [&str; 4] = ["alice", "bob", "charlie", "dave"];
/// How many blocks finality may be behind with one validator down.
const MAX_LAG: u32 = 10;
/// Over how many blocks at least that is watched.
const WATCHED: u32 = 20;
/// After so many blocks all votes that were on their way have arrived.
const SETTLED: u32 = 3;
/// Over how many blocks at least nothing may become final with two validators down.
const STALLED: u32 = 10;
/// Within how many blocks finality has to be back.
const RESUMED: u32 = 20;
/// How long any of it may take. Slots are 3 s, and every other one is empty with two down.
const LIMIT: Duration = Duration::from_secs(180);

#[tokio::test(flavor = "multi_thread")]
async fn four_validators_finalise_without_one_halt_without_two_resume_and_end_each_request_once(
) -> anyhow::Result<()> {
    in_new_folder(outages).await
}

async fn outages(folder: PathBuf) -> anyhow::Result<()> {
    let network = spawn(&NAMES, &folder).await?;
    let (alice, bob) = (network.get_node("alice")?, network.get_node("bob")?);
    let (charlie, dave) = (network.get_node("charlie")?, network.get_node("dave")?);
    let rpcs = [rpc(alice)?, rpc(bob)?, rpc(charlie)?, rpc(dave)?];
    let watched = &rpcs[0];
    let images = digits::held_out()?;

    // One down. The provider comes meanwhile, and is asked.
    dave.pause().await?;
    let begun = watched.best().await?;
    let lag = Lag::watch(watched.clone());
    let provider = provider(bob, &folder).await?;
    let requester = Requester { opg: Opg::new(port(alice)?), model: provider.model.clone() };
    let mut requests = finished(requester.ask(&images[..4])).await?;
    for request in &requests {
        for shown in terminal(watched, &requester.opg, &request.id).await? {
            let outcome = &shown["receipt"]["outcome"];
            ensure!(outcome == "Settled", "one down, {}: {outcome}", request.id);
        }
    }
    reach(watched, begun + WATCHED).await?;
    let lag = lag.stop().await?;
    println!("one down: finality was at most {lag} blocks behind");
    ensure!(lag <= MAX_LAG, "one down: finality was {lag} blocks behind");

    // Two down. What is asked now is answered, but final it is not.
    charlie.pause().await?;
    reach(watched, watched.best().await? + SETTLED).await?;
    let (last, second) = (rpcs[0].finalised().await?, rpcs[1].finalised().await?);
    let before = watched.receipts().await?;
    let asked = requester.ask(&images[4..8]);
    reach(watched, watched.best().await? + STALLED).await?;
    until("answers with two down", LIMIT, || async {
        Ok((watched.receipts().await? >= before + asked.len() as u32).then_some(()))
    })
    .await?;
    let still = (rpcs[0].finalised().await?, rpcs[1].finalised().await?);
    ensure!(still == (last, second), "two down: finality went from {last}, {second} to {still:?}");

    // Back: one as after a freeze, the other as after a crash, from what its disk has.
    let best = watched.best().await?;
    charlie.resume().await?;
    dave.restart(None).await?;
    watched.until_final(best, LIMIT).await?;
    let passed = watched.best().await?.saturating_sub(best);
    println!("back: block {best} is final after {passed} more");
    ensure!(passed <= RESUMED, "back: finality took {passed} blocks");
    for rpc in &rpcs {
        rpc.until_final(best, LIMIT).await?;
    }

    let late = finished(asked).await?;
    for request in &late {
        let within = last < request.block && request.block <= best;
        ensure!(within, "{request:?} was not made while finality halted, {last} to {best}");
    }
    requests.extend(late);
    for request in &requests {
        let receipts = terminal(watched, &requester.opg, &request.id).await?;
        ensure!(receipts.len() == 1, "{} has {} terminal receipts", request.id, receipts.len());
        let ids = watched.receipts_of(&request.id).await?;
        for (name, rpc) in NAMES.iter().zip(&rpcs) {
            until(&format!("{name}'s receipts of {}", request.id), LIMIT, || async {
                Ok((rpc.receipts_of(&request.id).await? == ids).then_some(()))
            })
            .await?;
        }
    }
    network.destroy().await?;
    Ok(())
}

/// Waits until the best block has number `number`.
async fn reach(rpc: &Rpc, number: u32) -> anyhow::Result<()> {
    until(&format!("block {number}"), LIMIT, || async {
        Ok((rpc.best().await? >= number).then_some(()))
    })
    .await
}

/// Whom to ask, and what.
struct Requester {
    opg: Opg,
    model: String,
}

impl Requester {
    /// Begins to ask for each of the images, side by side, in both modes by turns. Each ends when its
    /// request is final.
    fn ask(&self, images: &[Digit]) -> Vec<JoinHandle<anyhow::Result<Request>>> {
        let asked = images.iter().zip(REQUESTERS).zip(["plain", "zkml"].into_iter().cycle());
        asked
            .map(|((digit, who), mode)| {
                let (opg, model, digit) = (self.opg.clone(), self.model.clone(), digit.clone());
                tokio::task::spawn_blocking(move || request(&opg, &model, &digit, mode, who))
            })
            .collect()
    }
}

/// The requests, once all of them are final.
async fn finished(asked: Vec<JoinHandle<anyhow::Result<Request>>>) -> anyhow::Result<Vec<Request>> {
    let mut requests = Vec::new();
    for request in asked {
        requests.push(request.await??);
    }
    Ok(requests)
}

/// How far finality is behind at a node, looked at several times a block.
struct Lag {
    watching: Arc<AtomicBool>,
    most: JoinHandle<u32>,
}

impl Lag {
    fn watch(rpc: Rpc) -> Self {
        let watching = Arc::new(AtomicBool::new(true));
        let go_on = watching.clone();
        let most = tokio::spawn(async move {
            let mut most = 0u32;
            while go_on.load(Ordering::Relaxed) {
                // In this order, so that what happens in between counts against it. A look that a
                // busy machine lets fail is made up for by the next.
                if let (Ok(last), Ok(best)) = (rpc.finalised().await, rpc.best().await) {
                    most = most.max(best.saturating_sub(last));
                }
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            most
        });
        Self { watching, most }
    }

    /// The most that it was behind.
    async fn stop(self) -> anyhow::Result<u32> {
        self.watching.store(false, Ordering::Relaxed);
        Ok(self.most.await?)
    }
}
