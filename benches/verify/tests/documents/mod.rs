//! What is judged natively and in wasm, beside proofs: good, hostile and real. A room for each format.
#![allow(dead_code)] // each program takes its own part

pub mod answer;
pub mod dcap;
pub mod nitro;
pub mod sev_snp;

use opg_bench_verify::Task;
use opg_test_support::read;
use std::path::Path;

/// Something to judge, and what is to come of it.
pub struct Document {
    pub name: String,
    pub task: Task,
    pub due: Due,
}

/// The verdict that is due.
pub enum Due {
    Accepted,
    /// By this error, as `{:?}` prints it.
    Refused(String),
    /// Whatever it is, it is one.
    Either,
}

impl Document {
    pub fn new(name: impl Into<String>, task: Task, due: Due) -> Self {
        Self { name: name.into(), task, due }
    }

    pub fn is_due(&self, verdict: &str) -> bool {
        match &self.due {
            Due::Accepted => verdict.starts_with("Ok("),
            Due::Refused(error) => verdict == format!("Err({error})"),
            Due::Either => true,
        }
    }
}

/// The test data of a verifier.
pub fn testdata(verifier: &str, file: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../verifiers");
    read(&folder.join(verifier).join("testdata").join(file))
}

/// These bytes with one bit turned in each `step`-th of them.
pub fn turned(bytes: &[u8], step: usize) -> impl Iterator<Item = (usize, Vec<u8>)> + '_ {
    (0..bytes.len()).step_by(step).map(move |at| {
        let mut turned = bytes.to_vec();
        turned[at] ^= 1;
        (at, turned)
    })
}
