//! Small integers side by side in field elements, injectively.

use alloc::vec::Vec;
use ark_bls12_381::Fr;
use ark_ff::PrimeField;

use crate::{InputSpec, StatementError};

/// Bits that a field element holds without wrapping: the modulus lies between 2^254 and 2^255.
pub const PACKED_BITS: u8 = 254;

/// How many values of `bits` bits share an element. `bits` is 1 to 8, as [`InputSpec::elements`]
/// has checked; zero counts as one.
pub fn values_per_element(bits: u8) -> usize {
    usize::from(PACKED_BITS.checked_div(bits).unwrap_or(PACKED_BITS))
}

/// The input as field elements: value `i` of an element stands at bit `i * bits`. Two inputs of one
/// interface never give the same elements.
///
/// # Errors
/// [`StatementError::InputLength`], [`StatementError::InputValue`] and those of
/// [`InputSpec::elements`].
pub fn pack_input(spec: &InputSpec, quantised: &[u8]) -> Result<Vec<Fr>, StatementError> {
    let expected = spec.elements()?;
    let got = u32::try_from(quantised.len()).unwrap_or(u32::MAX);
    if got != expected {
        return Err(StatementError::InputLength { expected, got });
    }
    let bits = spec.bits;
    for (index, value) in (0u32..).zip(quantised) {
        if u32::from(*value).checked_shr(u32::from(bits)) != Some(0) {
            return Err(StatementError::InputValue { index, value: *value, bits });
        }
    }
    Ok(quantised.chunks(values_per_element(bits)).map(|values| pack_bits(bits, values)).collect())
}

/// At most 254 bits, the first value's lowest bit first.
#[allow(clippy::arithmetic_side_effects)] // shifts by less than eight, of a byte
fn pack_bits(bits: u8, values: &[u8]) -> Fr {
    let mut stream = values.iter().flat_map(|value| (0..bits).map(move |bit| (value >> bit) & 1));
    let mut bytes = [0u8; 32];
    for byte in &mut bytes {
        for (place, bit) in (0..8).zip(stream.by_ref()) {
            *byte |= bit << place;
        }
    }
    Fr::from_le_bytes_mod_order(&bytes)
}
