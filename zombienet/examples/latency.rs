//! How long a request takes until its receipt is final, on two local validators.
//!
//! ```text
//! zombienet/run.sh run --example latency
//! ```
//!
//! Fifty requests in mode `ZkMl`, at most four at a time, one from each requester. The time is that
//! of a whole `opg ask`: it connects, looks at the offers, signs, sends, and ends when a final block
//! holds the receipt. The blocks are those from the request's to the receipt's; what finality adds
//! is in the time alone.

use anyhow::Context;
use opg_tests::{digits, opg::Opg};
use opg_zombienet::{
    in_new_folder, port, provider,
    requests::{ask, number, REQUESTERS},
    spawn,
};
use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

/// How many requests.
const REQUESTS: usize = 50;

/// What one request took.
struct Taken {
    time: Duration,
    blocks: u32,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    in_new_folder(measure).await
}

async fn measure(folder: PathBuf) -> anyhow::Result<()> {
    let network = spawn(&["alice", "bob"], &folder).await?;
    let provider = provider(network.get_node("bob")?, &folder).await?;
    let opg = Opg::new(port(network.get_node("alice")?)?);
    let images = digits::held_out()?;

    println!("asking {REQUESTS} times, {} side by side", REQUESTERS.len());
    let asked: Vec<_> = REQUESTERS
        .iter()
        .enumerate()
        .map(|(first, who)| {
            let (opg, model, images) = (opg.clone(), provider.model.clone(), images.clone());
            tokio::task::spawn_blocking(move || -> anyhow::Result<Vec<Taken>> {
                let mine = images.iter().take(REQUESTS).skip(first).step_by(REQUESTERS.len());
                mine.map(|digit| {
                    let begun = Instant::now();
                    let shown = ask(&opg, &model, digit, "zkml", who)?;
                    let time = begun.elapsed();
                    let receipt = &shown["receipt"];
                    let blocks = number(receipt, "closed")? - number(receipt, "requested")?;
                    Ok(Taken { time, blocks })
                })
                .collect()
            })
        })
        .collect();
    let mut taken = Vec::new();
    for requester in asked {
        taken.extend(requester.await??);
    }
    anyhow::ensure!(taken.len() == REQUESTS, "{} requests", taken.len());

    let times: Vec<_> = taken.iter().map(|one| one.time).collect();
    let blocks: Vec<_> = taken.iter().map(|one| one.blocks).collect();
    for (name, percent) in [("median", 50), ("95th percentile", 95)] {
        println!(
            "{name}: {:.1} s from request to final receipt, {} blocks from request to receipt",
            percentile(&times, percent)?.as_secs_f64(),
            percentile(&blocks, percent)?
        );
    }
    network.destroy().await?;
    Ok(())
}

/// The least of `values` that at least `percent` of a hundred of them do not exceed.
fn percentile<T: Copy + Ord>(values: &[T], percent: usize) -> anyhow::Result<T> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().context("nothing was measured")
}
