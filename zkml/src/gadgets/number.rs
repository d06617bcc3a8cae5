//! An integer in a circuit: a combination of wires, its value, and between what it lies.

use ark_ff::AdditiveGroup;
use opg_zkml_statement::Fr;

use crate::{bounds::Interval, linear::Linear};

/// A combination of wires that stands for an integer of a known interval.
#[derive(Clone, Debug)]
pub struct Number {
    /// Where it stands.
    pub linear: Linear,
    /// Its value under the builder's assignment.
    pub value: i64,
    /// Between what it lies, whatever the input.
    pub bounds: Interval,
}

impl Number {
    /// A constant.
    pub fn constant(value: i64) -> Self {
        Self {
            linear: Linear::constant(Fr::from(value)),
            value,
            bounds: Interval { low: value, high: value },
        }
    }

    /// The sum of `bias` and of each number times its weight.
    pub fn dot(bias: i64, weights: &[i8], numbers: &[Self], bounds: Interval) -> Self {
        let mut terms = vec![(crate::linear::ONE, Fr::from(bias))];
        let mut value = bias;
        for (weight, number) in weights.iter().zip(numbers).filter(|(w, _)| **w != 0) {
            let factor = Fr::from(i64::from(*weight));
            value += i64::from(*weight) * number.value;
            terms.extend(number.linear.terms().iter().map(|(w, f)| (*w, *f * factor)));
        }
        Self { linear: Linear::from_terms(terms), value, bounds }
    }

    /// Bits, lowest first, as the number they write.
    pub fn from_bits(bits: &[Linear], value: i64) -> Self {
        let mut factor = Fr::from(1u64);
        let mut terms = Vec::with_capacity(bits.len());
        for bit in bits {
            terms.extend(bit.terms().iter().map(|(w, f)| (*w, *f * factor)));
            factor.double_in_place();
        }
        Self {
            linear: Linear::from_terms(terms),
            value,
            bounds: Interval { low: 0, high: (1 << bits.len()) - 1 },
        }
    }
}

/// How many bits an integer from 0 to `high` needs.
pub(super) fn width(high: i64) -> u32 {
    i64::BITS - high.max(0).leading_zeros()
}
