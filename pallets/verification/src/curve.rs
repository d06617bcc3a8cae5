//! The curve of the project's own proofs. The only place that names it.

/// BLS12-381, whose pairing and sums are host functions of the node (RFC-163) where this runs as
/// wasm, and plain calls where it runs natively.
pub type Curve = sp_crypto_ec_utils::bls12_381::Bls12_381;
