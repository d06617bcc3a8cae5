//! What fails, and what comes of it: each component of a network is taken away at steps of a request's
//! life, and each request is followed to its end, with every unit that it moved.
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`cell`] | what fails, when, and how the request is to end |
//! | [`stack`] | a provider's node, gateway and workers, and how each fails |
//! | [`asked`] | a request, to its last receipt, and what it moved |
//! | [`outage`] | an outage, and the requests that it meets |
//! | [`moments`] | faults at single moments |
//! | [`enclave`] | those of an enclave, whose keys end with it |
//! | [`crowd`] | fifty requests at once |
//! | [`books`] | what holds in the end |
//! | [`state`], [`table`] | the chain's state; the table |
//!
//! Five providers, each with a node of its own beside the validator's, fail in different ways at the
//! same time, so that the chain is waited for once. A fault comes when a state is seen, never after a
//! time.

mod asked;
mod books;
mod cell;
mod crowd;
mod enclave;
mod moments;
mod outage;
mod stack;
mod state;
mod table;
mod world;

use anyhow::anyhow;
use opg_tests::cases::{self, Tally};
use table::{markdown, Table};
use world::World;

/// How many cases there are beside the cells.
const OTHERS: usize = 3;

async fn run() -> anyhow::Result<Tally> {
    let folder = tempfile::tempdir()?;
    let mut world = World::start(folder.path(), |step| println!("    {step}")).await?;
    let table = Table::default();
    let (reasons, crowd) = fail(&mut world, &table).await;
    let mut tally = Tally::default();
    let mut lines = Vec::new();
    for cell in cell::all() {
        let result = match table.take(cell) {
            Some(Ok(seen)) => {
                lines.push((cell, seen));
                Ok(())
            }
            Some(Err(error)) => Err(error),
            None => Err(anyhow!("it was not reached: {}", reasons.join("; "))),
        };
        tally.note(&cell.name(), result);
    }
    tally.note(crowd::NAME, crowd);
    let (rpc, stacks) = (&world.validator.rpc, world.stacks());
    tally.note(books::NOTHING_OPEN, books::nothing_open(rpc, world.requesters()).await);
    tally.note(books::BONDS, books::bonds(rpc, stacks).await);
    println!("\n{}", markdown(&lines));
    if tally.has_failed() {
        println!("logs are in {}", folder.keep().display());
    }
    Ok(tally)
}

/// Has everything fail; says why cells may not have been reached, and what came of the crowd.
async fn fail(world: &mut World, table: &Table) -> (Vec<String>, anyhow::Result<()>) {
    let World { validator, prover, gateway, dispatcher, node, enclave } = world;
    let of_dispatcher = async {
        outage::run(dispatcher, cell::DISPATCHER, table).await?;
        moments::keyless(dispatcher, table).await
    };
    let of_others = async {
        let outages = tokio::join!(
            async {
                outage::run(prover, cell::PROVER, table).await?;
                moments::prover(prover, table).await
            },
            async {
                outage::run(gateway, cell::GATEWAY, table).await?;
                moments::gateway(gateway, table).await
            },
            async {
                outage::run(node, cell::NODE, table).await?;
                moments::node(node, table).await
            },
            enclave::run(enclave, table),
        );
        let crowd = crowd::run([&mut *prover, &mut *gateway, &mut *node]).await;
        (outages, crowd, moments::validator(prover, validator, table).await)
    };
    let (first, ((second, third, fourth, fifth), crowd, last)) =
        tokio::join!(of_dispatcher, of_others);
    let reasons = [first, second, third, fourth, fifth, last]
        .into_iter()
        .filter_map(|result| result.err().map(|error| format!("{error:?}")))
        .collect();
    (reasons, crowd)
}

fn main() -> anyhow::Result<()> {
    cases::main(cell::all().len() + OTHERS, run)
}
