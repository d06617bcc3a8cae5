//! What the runtime verifies, verified inside wasm: that the verdict is the native one, and what it
//! costs.
//!
//! The library is built twice: natively, and for wasm as `wasm-builder` builds the runtime.
//! [`judge`] is the same function in both. [`Guest`] calls it in the wasm build, on the executor of
//! the node, so that
//!
//! * `tests/` holds both builds to one verdict on each proof, document and signature, and
//! * `examples/verification` (`make figures`) takes the time of both.
//!
//! The wasm build has the verifiers and no runtime. The runtime itself has no way in that verifies
//! an arbitrary proof or document, and should have none: each reaches it in a call that binds it to
//! what the chain knows. What is shared with it is the verifiers, the curve that proofs are verified
//! on ([`groth16::Hosted`]; a test compares), the toolchain, the profile and the executor.
//! Without FRAME and sp-io the wasm build is of far fewer crates than the runtime.

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

pub mod answer;
pub mod dcap;
pub mod groth16;
#[cfg(not(feature = "std"))]
mod guest;
#[cfg(feature = "std")]
mod host;
pub mod nitro;
pub mod sev_snp;

#[cfg(feature = "std")]
pub use host::{Guest, NodeHostFunctions};

use alloc::{format, string::String};
use codec::{Decode, Encode};
use core::{fmt::Debug, hint::black_box};

/// The verdict on what is accepted, where its report is not asked for.
pub const ACCEPTED: &str = "Ok(())";

/// Something to verify.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Task {
    /// A proof, or a part of one.
    Proof(groth16::Task),
    /// A document of AWS Nitro Enclaves.
    Nitro(nitro::Task),
    /// A report of AMD SEV-SNP, its chain, or both.
    SevSnp(sev_snp::Task),
    /// A quote of Intel TDX or SGX, its collateral, or both.
    Dcap(dcap::Task),
    /// The signature of an answer.
    Answer(answer::Task),
}

/// How much of a task is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Work {
    /// None of it: what calling costs.
    Nothing,
    /// It is verified, and the verdict is [`ACCEPTED`] or the error.
    Outcome,
    /// The same, with the whole report in the verdict: writing it out takes time that no runtime
    /// spends.
    Report,
}

/// Does `work` on `task`; the verdict is a `Result` as `{:?}` prints it, so that each error and each
/// field of a report counts and not success alone.
pub fn judge(task: &Task, work: Work) -> String {
    match (work, task) {
        (Work::Nothing, _) => ACCEPTED.into(),
        (_, Task::Proof(task)) => task.judge(work),
        (_, Task::Nitro(task)) => task.judge(work),
        (_, Task::SevSnp(task)) => task.judge(work),
        (_, Task::Dcap(task)) => task.judge(work),
        (_, Task::Answer(task)) => task.judge(work),
    }
}

/// The verdict as text.
pub(crate) fn say<R: Debug, E: Debug>(verdict: Result<R, E>, work: Work) -> String {
    if work == Work::Report {
        return format!("{verdict:?}");
    }
    let outcome = verdict.map(|report| {
        // Nobody reads it, and it is to be made all the same.
        black_box(report);
    });
    format!("{outcome:?}")
}
