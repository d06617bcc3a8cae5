//! The public inputs of a ZkMl answer.
//!
//! A proof is checked against scalars that nobody hands in: runtime, prover and auditor each compute
//! them, with this crate, from what stands on chain.
//!
//! | scalar | made from | by |
//! | --- | --- | --- |
//! | input commitment | tag, interface, salt, quantised input | [`input_commitment`] |
//! | one per seven logits, or the class | the output's bytes | [`output_elements`] |
//! | binding | the hash that ties an answer to its lease | [`binding_element`] |
//!
//! [`public_inputs`] puts them in that order, as 32 canonical little-endian bytes each.
//!
//! What a circuit takes and gives is its [`CircuitInterface`], a SCALE type that a model's record
//! holds. Nothing here depends on the layers between.
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::panic
    )
)]

extern crate alloc;

mod commitment;
mod error;
mod interface;
mod output;
mod packing;
pub mod poseidon;
mod scalar;
mod statement;

pub use commitment::{commitment_start, input_commitment, salt_elements, NO_SALT};
pub use error::StatementError;
pub use interface::{
    CircuitInterface, InputSpec, OutputSpec, MAX_CLASSES, MAX_DIMENSIONS, MAX_INPUT_ELEMENTS,
    MAX_LOGITS,
};
pub use output::{output_elements, Output, LOGITS_PER_ELEMENT, LOGIT_OFFSET};
pub use packing::{pack_input, values_per_element, PACKED_BITS};
pub use scalar::{from_bytes, to_bytes};
pub use statement::{binding_element, public_input_count, public_inputs, statement};

/// An element of the scalar field of BLS12-381, over which every circuit of this project is.
pub use ark_bls12_381::Fr;
