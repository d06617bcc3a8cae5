//! The proof of a `ZkMl` answer, and the key that it is under.

use crate::curve::Curve;
use opg_primitives::{
    evidence::ProofSystem,
    ids::{Binding, Commitment},
    model::VerifyingKey,
    request::Refusal,
    CircuitInterface,
};
use opg_verifier_groth16::{verify_bytes, Element, Error, Part};

/// Why a verifying key cannot be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// It has the wrong length, or one of its points is not canonical, at infinity, off the curve
    /// or outside the subgroup.
    Malformed,
    /// It is for another number of public inputs than the model's interface has.
    WrongInputCount,
}

/// Checks a key before it is registered, so that none is ever met that cannot be read: each point,
/// and that it takes exactly `public_inputs`.
pub fn check_key(system: ProofSystem, bytes: &[u8], public_inputs: u32) -> Result<(), KeyError> {
    match system {
        ProofSystem::Groth16Bls12381 => {
            type Key = opg_verifier_groth16::VerifyingKey<Curve>;
            let inputs = Key::inputs_of(bytes).map_err(|_| KeyError::Malformed)?;
            if u32::try_from(inputs) != Ok(public_inputs) {
                return Err(KeyError::WrongInputCount);
            }
            Key::from_bytes(bytes).map(drop).map_err(|_| KeyError::Malformed)
        }
    }
}

/// What a proof has to be about. All of it is the runtime's own.
pub(crate) struct Statement<'a> {
    pub interface: &'a CircuitInterface,
    pub input: Commitment,
    pub output: &'a [u8],
    pub binding: Binding,
}

/// Verifies `proof` of `statement` under `key`.
pub(crate) fn check(
    key: &VerifyingKey,
    statement: &Statement<'_>,
    proof: &[u8],
) -> Result<(), Refusal> {
    // The output's form is checked already. What is left is a commitment that no circuit can have
    // made, as the runtime never computes one: no proof is of it.
    let inputs = opg_zkml_statement::public_inputs(
        statement.interface,
        &statement.input.0,
        statement.output,
        &statement.binding.0,
    )
    .map_err(|_| Refusal::InvalidProof)?;
    match key.system {
        ProofSystem::Groth16Bls12381 => {
            verify_bytes::<Curve>(&key.bytes, &inputs, proof).map_err(refusal)
        }
    }
}

fn refusal(error: Error) -> Refusal {
    match error {
        Error::WrongLength { part, .. } | Error::TrailingBytes { part, .. } => match part {
            Part::Proof => Refusal::MalformedProof,
            // Of a key that was checked at its registration, and of inputs that are counted.
            Part::VerifyingKey | Part::Inputs => Refusal::NoVerifyingKey,
        },
        Error::EmptyKey => Refusal::NoVerifyingKey,
        Error::TooManyInputs { .. } | Error::WrongInputCount { .. } => Refusal::WrongInputCount,
        Error::NonCanonical(element)
        | Error::Infinity(element)
        | Error::OffCurve(element)
        | Error::OutsideSubgroup(element) => match element {
            Element::A | Element::B | Element::C => Refusal::MalformedProof,
            Element::Alpha
            | Element::Beta
            | Element::Gamma
            | Element::Delta
            | Element::GammaAbc(_) => Refusal::NoVerifyingKey,
            Element::Input(_) => Refusal::InvalidProof,
        },
        Error::ProofInvalid => Refusal::InvalidProof,
    }
}
