//! A quantised network as a circuit, a statement and a proof.
//!
//! ```text
//! float.onnx --quantise--> integer network --export--> integer.onnx      (any engine runs it)
//!                                 |
//!                   compile: bounds, constraints, digests
//!                                 |
//!              run (integers)   setup (keys)   prove (192 bytes)   check (against the chain)
//! ```
//!
//! One module, one step: [`onnx`] reads and writes files, [`quantise`] makes integers of floats,
//! [`network`] is what both mean, [`bounds`] says how large its sums get, [`interpreter`] computes it,
//! [`circuit`] constrains it with [`gadgets`], [`setup`] makes keys, [`compile`] holds it all together,
//! [`check`] compares it with what is registered.
//!
//! Weights are constants of the circuit, so a model is known by its key. Interpreter, circuit and
//! exported file agree on every integer; tests hold them to it, and to two engines of others.
#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod bounds;
mod builder;
pub mod check;
pub mod circuit;
pub mod compile;
pub mod gadgets;
pub mod interpreter;
pub mod linear;
pub mod network;
pub mod onnx;
pub mod prove;
pub mod quantise;
pub mod r1cs;
pub mod setup;

pub use builder::{Builder, Section};
pub use circuit::{Assignment, Circuit, CircuitReport};
pub use compile::{CompileError, CompiledModel};
pub use prove::{ProveError, ProvenAnswer};
pub use setup::{setup_alone, KeyError, Keys, Provenance, ProvingKey};

pub use opg_zkml_statement as statement;
