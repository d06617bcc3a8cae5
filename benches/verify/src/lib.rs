//! Groth16 proofs verified inside wasm: that the verdict is the native one, and what it costs.
//!
//! The library is built twice: natively, and for wasm as `wasm-builder` builds the runtime.
//! [`judge`] is the same function in both. [`Guest`] calls it in the wasm build, on the executor of
//! the node, so that
//!
//! * `tests/corpus.rs` holds both builds to the verdicts of the verifier's corpus, and
//! * `examples/verification.rs` (`make figures`) takes the time of both, by step.
//!
//! The wasm build has the verifier and no runtime. The runtime itself has no way in that verifies
//! an arbitrary proof, and should have none: a proof reaches it with a lease, a signature and
//! inputs that it computes itself. What is shared with it is the verifier, the curve that it
//! verifies on ([`HostedBls12_381`]; a test compares), the toolchain, the profile and the executor.
//! Without sp-io the wasm build is of some fifty crates, a quarter of the runtime's.

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

use alloc::{format, string::String, vec::Vec};
use codec::{Decode, Encode};
use core::hint::black_box;
use opg_verifier_groth16::{verify_bytes, Curve, Proof, VerifyingKey, INPUT_LEN};

#[cfg(target_arch = "wasm32")]
mod guest;
#[cfg(feature = "std")]
mod host;

#[cfg(feature = "std")]
pub use host::{Guest, NodeHostFunctions};

/// BLS12-381 as the runtime verifies on it: pairings and sums are host functions in wasm, plain
/// calls natively.
pub type HostedBls12_381 = sp_crypto_ec_utils::bls12_381::Bls12_381;

/// A curve, and where its pairings and sums are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Arithmetic {
    /// BLS12-381, computed where the verifier is.
    Bls12_381,
    /// [`HostedBls12_381`], computed by the host.
    HostedBls12_381,
    /// BN254, computed where the verifier is.
    Bn254,
}

/// How much of a verification is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Step {
    /// None of it: what calling costs.
    Nothing,
    /// The key is read, each of its points checked.
    ReadKey,
    /// The proof is read, each of its points checked.
    ReadProof,
    /// All of it.
    Verify,
}

/// A proof, what it is said to prove, and the key that it is under; all as bytes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Case {
    /// The verifying key.
    pub key: Vec<u8>,
    /// The public inputs.
    pub inputs: Vec<[u8; INPUT_LEN]>,
    /// The proof.
    pub proof: Vec<u8>,
}

/// Does `step` of verifying `case`; the verdict is a `Result<(), opg_verifier_groth16::Error>` as
/// `{:?}` prints it, so that each error counts and not success alone.
pub fn judge(arithmetic: Arithmetic, step: Step, case: &Case) -> String {
    match arithmetic {
        Arithmetic::Bls12_381 => judge_on::<ark_bls12_381::Bls12_381>(step, case),
        Arithmetic::HostedBls12_381 => judge_on::<HostedBls12_381>(step, case),
        Arithmetic::Bn254 => judge_on::<ark_bn254::Bn254>(step, case),
    }
}

fn judge_on<E: Curve>(step: Step, case: &Case) -> String {
    let verdict = match step {
        Step::Nothing => Ok(()),
        Step::ReadKey => VerifyingKey::<E>::from_bytes(&case.key).map(|key| {
            black_box(key);
        }),
        Step::ReadProof => Proof::<E>::from_bytes(&case.proof).map(|proof| {
            black_box(proof);
        }),
        Step::Verify => verify_bytes::<E>(&case.key, &case.inputs, &case.proof),
    };
    format!("{verdict:?}")
}
