//! The commitment to an input: a Poseidon sponge that circuit and runtime both compute.

use alloc::vec::Vec;
use ark_bls12_381::Fr;
use ark_ff::PrimeField;
use codec::Encode;

use crate::{pack_input, poseidon, scalar, InputSpec, StatementError};

/// The salt of a public input.
pub const NO_SALT: [u8; 32] = [0; 32];

/// Under which the start of the sponge is hashed. No other message of this project has it.
const TAG: &str = "opg/zkml-input/v1";

/// The commitment to `quantised` under `salt`, as canonical bytes: the sponge starts from
/// [`commitment_start`] and absorbs the two [`salt_elements`], then the packed input.
///
/// The salt is 32 random bytes, used once, or [`NO_SALT`] where the input is public.
///
/// # Errors
/// Those of [`pack_input`].
pub fn input_commitment(
    spec: &InputSpec,
    salt: &[u8; 32],
    quantised: &[u8],
) -> Result<[u8; 32], StatementError> {
    let mut elements = Vec::from(salt_elements(salt));
    elements.extend(pack_input(spec, quantised)?);
    Ok(scalar::to_bytes(&poseidon::hash(commitment_start(spec), &elements)))
}

/// Where the sponge starts: the hash of tag, shape and width, reduced to the field. It is a constant
/// of the circuit, so that no two interfaces share a commitment, and the length needs no padding.
pub fn commitment_start(spec: &InputSpec) -> Fr {
    let digest = (TAG, spec).using_encoded(sp_crypto_hashing::blake2_256);
    Fr::from_le_bytes_mod_order(&digest)
}

/// The salt's low and high half, 128 bits each, so that no two salts are one.
pub fn salt_elements(salt: &[u8; 32]) -> [Fr; 2] {
    let (low, high) = salt.split_at(16);
    [low, high].map(Fr::from_le_bytes_mod_order)
}
