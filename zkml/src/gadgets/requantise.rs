//! Relu, shift and clamp of one neuron's sum: the non-linear cost of a network.
//!
//! With a sum between `-2^m` and `2^m` (known before any input is), `m + 1` bits of `sum + 2^m`: the
//! highest says that the sum is not negative, those from `shift` on are the quotient. Then one product
//! for the sign, and one for each bit that a quotient may have above the clamp, four at most.

use ark_ff::Field;
use opg_zkml_statement::Fr;

use crate::{bounds::Interval, builder::Builder, linear::Linear, network::Requantise};

use super::{decompose, number::width, Number};

/// More bits than this above the clamp are compared with zero together.
const CHAINED: usize = 4;

/// `min(max(sum, 0) >> shift, 2^bits - 1)`.
pub fn requantise(builder: &mut Builder, sum: &Number, rule: Requantise) -> Number {
    let Interval { low, high } = sum.bounds;
    let bounds = Interval { low: rule.apply(low), high: rule.apply(high) };
    if bounds.high == 0 {
        return Number::constant(0);
    }
    let value = rule.apply(sum.value);

    // Bits of the sum where it is not negative, and the sign where it can be.
    let (bits, positive) = if low >= 0 {
        (decompose(builder, sum, width(high)), None)
    } else {
        let magnitude = width(high).max(width(-low - 1));
        let offset = 1i64 << magnitude;
        let shifted = Number {
            linear: sum.linear.plus(Fr::from(offset)),
            value: sum.value + offset,
            bounds: Interval { low: low + offset, high: high + offset },
        };
        let mut bits = decompose(builder, &shifted, magnitude + 1);
        let positive = bits.pop();
        (bits, positive)
    };

    // Above the width of `high` a sum that is not negative has no bit; of one that is, nothing counts.
    let used = &bits[..bits.len().min(width(high) as usize)];
    let quotient = used.get(usize::from(rule.shift)..).unwrap_or_default();
    let (kept, above) = quotient.split_at(quotient.len().min(usize::from(rule.bits)));
    let clamped = clamp(builder, Number::from_bits(kept, 0).linear, above, rule);
    let linear = match positive {
        Some(positive) => builder.product(&clamped, &positive),
        None => clamped,
    };
    Number { linear, value, bounds }
}

/// `kept` if no bit of `above` is set, else the largest activation.
fn clamp(builder: &mut Builder, kept: Linear, above: &[Linear], rule: Requantise) -> Linear {
    if above.is_empty() {
        return kept;
    }
    let max = Fr::from(rule.max());
    let distance = kept.plus(-max);
    if above.len() > CHAINED {
        let none = is_zero(builder, &Number::from_bits(above, 0).linear);
        return builder.product(&distance, &none).plus(max);
    }
    let mut left = distance;
    for bit in above {
        let unset = Linear::constant(Fr::ONE).minus(bit);
        left = builder.product(&left, &unset);
    }
    left.plus(max)
}

/// 1 if a combination is zero, else 0. Three constraints; the third takes the freedom from the
/// inverse of zero, so that no wire is without a value of its own.
fn is_zero(builder: &mut Builder, linear: &Linear) -> Linear {
    let inverse = builder.value(linear).inverse();
    let zero = builder.wire(Fr::from(inverse.is_none()));
    let inverse = builder.wire(inverse.unwrap_or_default());
    builder.enforce(linear.clone(), inverse.clone(), Linear::constant(Fr::ONE).minus(&zero));
    builder.enforce(linear.clone(), zero.clone(), Linear::zero());
    builder.enforce(inverse, zero.clone(), Linear::zero());
    zero
}
