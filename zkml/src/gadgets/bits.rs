//! Range checks: a number as bits, one constraint each.

use ark_ff::{AdditiveGroup, Field};
use opg_zkml_statement::Fr;

use crate::{builder::Builder, linear::Linear};

use super::Number;

/// `count` new wires, each 0 or 1, with the lowest bits of `value`, lowest first. `count` constraints.
pub fn allocate(builder: &mut Builder, value: i64, count: u32) -> Vec<Linear> {
    (0..count)
        .map(|place| {
            let bit = builder.wire(Fr::from((value >> place) & 1));
            enforce_bit(builder, &bit);
            bit
        })
        .collect()
}

/// A number as `count` bits, lowest first; nothing outside `0..2^count` satisfies it.
///
/// All but the highest are wires. The highest is what is left of the number, divided by its weight;
/// that this is 0 or 1 is the last of the `count` constraints. (The sum of fewer than 254 bits does
/// not wrap, so no second way of writing a number exists.)
pub fn decompose(builder: &mut Builder, number: &Number, count: u32) -> Vec<Linear> {
    let Some(low_count) = count.checked_sub(1) else {
        // No bit at all: the number is zero.
        builder.enforce(number.linear.clone(), crate::r1cs::one(), Linear::zero());
        return Vec::new();
    };
    let mut bits = allocate(builder, number.value, low_count);
    let low = Number::from_bits(&bits, 0).linear;
    let weight = Fr::from(2u64).pow([u64::from(low_count)]);
    // A power of two is not zero in a field of odd characteristic.
    let inverse = weight.inverse().unwrap_or(Fr::ZERO);
    let high = Linear::sum([(inverse, &number.linear), (-inverse, &low)]);
    enforce_bit(builder, &high);
    bits.push(high);
    bits
}

/// Demands that a combination is 0 or 1.
pub(super) fn enforce_bit(builder: &mut Builder, bit: &Linear) {
    builder.enforce(bit.clone(), bit.plus(-Fr::ONE), Linear::zero());
}
