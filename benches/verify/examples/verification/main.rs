//! What verifying costs, natively and in wasm: proofs, attestation, signatures of answers.
//! `make figures`, or the example with a number of repetitions. One thread: `RAYON_NUM_THREADS=1`.

#[path = "../../tests/documents/mod.rs"]
mod documents;

mod attestation;
mod proofs;
mod timing;

use std::{env, error::Error};
use timing::Bench;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let runs = env::args().nth(1).map_or(Ok(50), |runs| runs.parse::<usize>())?.max(1);
    let mut bench = Bench::new(runs)?;
    println!("Milliseconds, the least of {runs} runs (the median)");
    proofs::print(&mut bench)?;
    attestation::print(&mut bench)
}
