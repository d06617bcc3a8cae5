//! The input commitment's sponge. Three constraints an S-box, nothing for the rest; S-boxes of what is
//! constant are computed.

use ark_ff::Field;
use opg_zkml_statement::{
    poseidon::{is_full, MDS, RATE, ROUND_CONSTANTS, WIDTH},
    Fr,
};

use crate::{builder::Builder, linear::Linear};

/// [`opg_zkml_statement::poseidon::hash`] of `elements`, from a constant start.
pub fn sponge(builder: &mut Builder, start: Fr, elements: &[Linear]) -> Linear {
    let mut state = [(); WIDTH].map(|()| Linear::zero());
    state[0] = Linear::constant(start);
    for block in elements.chunks(RATE) {
        for (place, element) in state.iter_mut().skip(1).zip(block) {
            *place = Linear::sum([(Fr::ONE, &*place), (Fr::ONE, element)]);
        }
        permute(builder, &mut state);
    }
    let [_, result, ..] = state;
    result
}

fn permute(builder: &mut Builder, state: &mut [Linear; WIDTH]) {
    for (round, constants) in ROUND_CONSTANTS.iter().enumerate() {
        for (element, constant) in state.iter_mut().zip(constants) {
            *element = element.plus(*constant);
        }
        let covered = if is_full(round) { WIDTH } else { 1 };
        for element in state.iter_mut().take(covered) {
            *element = fifth_power(builder, element);
        }
        let before = state.clone();
        for (element, row) in state.iter_mut().zip(&MDS) {
            *element = Linear::sum(row.iter().copied().zip(&before));
        }
    }
}

fn fifth_power(builder: &mut Builder, x: &Linear) -> Linear {
    if let Some(value) = x.as_constant() {
        return Linear::constant(value.pow([5]));
    }
    let square = builder.product(x, x);
    let fourth = builder.product(&square, &square);
    builder.product(x, &fourth)
}
