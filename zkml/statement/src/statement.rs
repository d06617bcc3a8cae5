//! The public inputs, in order.

use alloc::vec::Vec;
use ark_bls12_381::Fr;
use ark_ff::PrimeField;

use crate::{
    input_commitment, output_elements, scalar, CircuitInterface, OutputSpec, StatementError,
    LOGITS_PER_ELEMENT,
};

/// The hash that ties an answer to its lease, reduced to the field. What is lost by the reduction is
/// less than two bits of the hash's collision resistance.
pub fn binding_element(binding: &[u8; 32]) -> Fr {
    Fr::from_le_bytes_mod_order(binding)
}

/// How many public inputs a circuit has: what a verifying key is checked for when it is registered.
///
/// # Errors
/// Those of [`CircuitInterface::validate`].
pub fn public_input_count(interface: &CircuitInterface) -> Result<usize, StatementError> {
    interface.validate()?;
    let output = match interface.output {
        OutputSpec::Logits { len } => usize::from(len).div_ceil(LOGITS_PER_ELEMENT),
        OutputSpec::Argmax { .. } => 1,
    };
    Ok(output.saturating_add(2))
}

/// The public inputs of an answer: input commitment, output, binding.
///
/// `commitment` is what [`input_commitment`] gave when the request was made, `output` the bytes
/// that were submitted, `binding` the hash of the lease.
///
/// # Errors
/// [`StatementError::CommitmentNotCanonical`] and those of [`output_elements`].
pub fn public_inputs(
    interface: &CircuitInterface,
    commitment: &[u8; 32],
    output: &[u8],
    binding: &[u8; 32],
) -> Result<Vec<[u8; 32]>, StatementError> {
    scalar::from_bytes(commitment).ok_or(StatementError::CommitmentNotCanonical)?;
    let mut inputs = Vec::from([*commitment]);
    inputs.extend(output_elements(&interface.output, output)?.iter().map(scalar::to_bytes));
    inputs.push(scalar::to_bytes(&binding_element(binding)));
    Ok(inputs)
}

/// The same from the input itself, for those who have it: the prover and whoever audits.
///
/// # Errors
/// Those of [`input_commitment`] and [`public_inputs`].
pub fn statement(
    interface: &CircuitInterface,
    salt: &[u8; 32],
    quantised: &[u8],
    output: &[u8],
    binding: &[u8; 32],
) -> Result<Vec<[u8; 32]>, StatementError> {
    let commitment = input_commitment(&interface.input, salt, quantised)?;
    public_inputs(interface, &commitment, output, binding)
}
