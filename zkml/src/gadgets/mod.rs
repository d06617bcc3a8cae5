//! The non-linear parts of a circuit. Each is sound alone: given what goes in, exactly one assignment
//! of its wires satisfies it (`tests/gadgets.rs` enumerates them over the whole field).

mod argmax;
mod bits;
mod number;
mod poseidon;
mod requantise;

pub use argmax::argmax;
pub use bits::{allocate, decompose};
pub use number::Number;
pub use poseidon::sponge;
pub use requantise::requantise;
