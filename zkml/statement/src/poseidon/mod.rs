//! Poseidon over the scalar field of BLS12-381: width 5 (rate 4, capacity 1), S-box x^5, 8 full and
//! 56 partial rounds, which is 128 bits of security with the margin that its authors recommend
//! (eprint 2019/458, section 5.4: two full rounds and 7.5 % of partial rounds more than any attack
//! needs).
//!
//! Four elements a permutation: both halves of a salt and a small model's whole input are one. Other
//! widths would cost a circuit more: at rate 2 the same input takes two permutations, at rate 8 the
//! state's full rounds cost more than they save.

// Arithmetic of a prime field is total: no operator of this module can overflow or panic.
#![allow(clippy::arithmetic_side_effects)]

mod constants;

use ark_bls12_381::Fr;
use ark_ff::{AdditiveGroup, Field};
pub use constants::{MDS, ROUND_CONSTANTS};

/// Elements of the state.
pub const WIDTH: usize = 5;
/// Elements that one permutation absorbs.
pub const RATE: usize = 4;
/// Rounds whose S-box covers the whole state, half of them first and half last.
pub const FULL_ROUNDS: usize = 8;
/// Rounds whose S-box covers the first element.
pub const PARTIAL_ROUNDS: usize = 56;
/// All rounds.
pub const ROUNDS: usize = FULL_ROUNDS + PARTIAL_ROUNDS;

/// Whether the S-box of round `round` covers the whole state.
pub const fn is_full(round: usize) -> bool {
    round < FULL_ROUNDS / 2 || round >= FULL_ROUNDS / 2 + PARTIAL_ROUNDS
}

/// The sponge: `start` in the capacity, `elements` added to the rate four at a time, a permutation
/// after each four (the last may be fewer), the first element of the rate as the result.
///
/// Nothing is padded: how many elements there are has to be a part of what `start` was made from.
pub fn hash(start: Fr, elements: &[Fr]) -> Fr {
    let mut state = [start, Fr::ZERO, Fr::ZERO, Fr::ZERO, Fr::ZERO];
    for block in elements.chunks(RATE) {
        for (place, element) in state.iter_mut().skip(1).zip(block) {
            *place += element;
        }
        permute(&mut state);
    }
    let [_, result, ..] = state;
    result
}

/// The permutation.
pub fn permute(state: &mut [Fr; WIDTH]) {
    for (round, constants) in ROUND_CONSTANTS.iter().enumerate() {
        for (element, constant) in state.iter_mut().zip(constants) {
            *element += constant;
        }
        let covered = if is_full(round) { WIDTH } else { 1 };
        for element in state.iter_mut().take(covered) {
            let fourth = element.square().square();
            *element *= fourth;
        }
        let before = *state;
        for (element, row) in state.iter_mut().zip(&MDS) {
            *element = Fr::sum_of_products(row, &before);
        }
    }
}
