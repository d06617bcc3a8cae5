//! ONNX files: read with bounds, refused by name, written.
//!
//! Two kinds are read, both a plain chain of operators from one input to one output. [`integer`]
//! networks (MatMulInteger and what goes round it) are what this project registers, hashes and runs;
//! [`export`] writes them, and any ONNX engine gives the same integers. [`float`] networks (Gemm,
//! MatMul, Add, Relu, ...) are what people train; the quantiser makes the former of them.

pub mod chain;
mod error;
pub mod export;
pub mod float;
pub mod integer;
pub mod proto;
mod scan;
pub mod shape;
pub mod tensor;

pub use error::OnnxError;

/// The longest file that is read.
pub const MAX_BYTES: usize = 8 << 20;
/// Nodes, tensors, names and attributes that a file may have.
pub const MAX_PARTS: usize = 1 << 14;
/// The oldest opset that is read: from 13 on, MatMulInteger, Clip, Min and Max take their bounds as
/// inputs and all integer types that are needed.
pub const MIN_OPSET: i64 = 13;
/// The key of a file's metadata that says how many bits an input element has. Without it: eight.
pub const INPUT_BITS: &str = "opg.input_bits";
