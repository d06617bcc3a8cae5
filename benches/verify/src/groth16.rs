//! Groth16 proofs, by step.

use crate::{say, Work};
use alloc::{string::String, vec::Vec};
use codec::{Decode, Encode};
use core::hint::black_box;
use opg_verifier_groth16::{verify_bytes, Curve, Error, Proof, VerifyingKey, INPUT_LEN};

/// BLS12-381 as the runtime verifies on it: pairings and sums are host functions in wasm, plain
/// calls natively.
pub type Hosted = sp_crypto_ec_utils::bls12_381::Bls12_381;

/// A curve, and where its pairings and sums are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Arithmetic {
    /// BLS12-381, computed where the verifier is.
    Bls12_381,
    /// [`Hosted`], computed by the host.
    HostedBls12_381,
    /// BN254, computed where the verifier is.
    Bn254,
}

/// How much of a verification is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Step {
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

/// A step of verifying a case.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Task {
    /// What it is computed with.
    pub arithmetic: Arithmetic,
    /// Which step.
    pub step: Step,
    /// Of what.
    pub case: Case,
}

impl Task {
    pub(crate) fn judge(&self, work: Work) -> String {
        let Self { arithmetic, step, case } = self;
        let verdict = match arithmetic {
            Arithmetic::Bls12_381 => verify::<ark_bls12_381::Bls12_381>(*step, case),
            Arithmetic::HostedBls12_381 => verify::<Hosted>(*step, case),
            Arithmetic::Bn254 => verify::<ark_bn254::Bn254>(*step, case),
        };
        say(verdict, work)
    }
}

fn verify<E: Curve>(step: Step, case: &Case) -> Result<(), Error> {
    match step {
        Step::ReadKey => VerifyingKey::<E>::from_bytes(&case.key).map(|key| {
            black_box(key);
        }),
        Step::ReadProof => Proof::<E>::from_bytes(&case.proof).map(|proof| {
            black_box(proof);
        }),
        Step::Verify => verify_bytes::<E>(&case.key, &case.inputs, &case.proof),
    }
}
