//! The index of the highest score, the lowest index among equals.
//!
//! One bit a class says which one is chosen. A wire holds the highest score, tied to the chosen class;
//! every score is at most that, and each before the chosen one is less.

use ark_ff::{AdditiveGroup, Field};
use opg_zkml_statement::Fr;

use crate::{bounds::Interval, builder::Builder, linear::Linear};

use super::{
    bits::enforce_bit,
    decompose,
    number::{width, Number},
};

/// The index of the highest of `scores`, of which there are at least two.
pub fn argmax(builder: &mut Builder, scores: &[Number]) -> Number {
    let (chosen, best) =
        scores.iter().enumerate().fold((0, i64::MIN), |(at, best), (index, score)| {
            if score.value > best {
                (index, score.value)
            } else {
                (at, best)
            }
        });
    let reach = scores.iter().map(|s| s.bounds.high).max().unwrap_or(0);

    let selectors = one_of(builder, chosen, scores.len());
    let highest = builder.wire(Fr::from(best));
    let mut after = Linear::constant(Fr::ONE);
    for (index, (score, selector)) in scores.iter().zip(&selectors).enumerate() {
        // The chosen class has the highest score.
        let short = highest.minus(&score.linear);
        builder.enforce(short.clone(), selector.clone(), Linear::zero());
        // `after` is 1 where the chosen class comes later: then this score is strictly less.
        after = after.minus(selector);
        let distance = Number {
            linear: short.minus(&after),
            value: best - score.value - i64::from(chosen > index),
            bounds: Interval { low: -1, high: reach - score.bounds.low },
        };
        decompose(builder, &distance, width(distance.bounds.high));
    }
    Number {
        linear: Linear::sum(
            selectors
                .iter()
                .enumerate()
                .map(|(index, selector)| (Fr::from(index as u64), selector)),
        ),
        value: chosen as i64,
        bounds: Interval { low: 0, high: scores.len() as i64 - 1 },
    }
}

/// `count` bits of which exactly one is set, that at `chosen`. The last is one minus the others.
fn one_of(builder: &mut Builder, chosen: usize, count: usize) -> Vec<Linear> {
    let mut rest = Linear::constant(Fr::ONE);
    let mut selectors = Vec::with_capacity(count);
    for index in 0..count {
        let selector = if index + 1 == count {
            rest.clone()
        } else {
            let set = if index == chosen { Fr::ONE } else { Fr::ZERO };
            builder.wire(set)
        };
        enforce_bit(builder, &selector);
        rest = rest.minus(&selector);
        selectors.push(selector);
    }
    selectors
}
