//! Groth16 proofs, verified on points that were checked first.
//!
//! A proof says: whoever made it knew a witness that satisfies the circuit behind a verifying key for these public
//! inputs. This crate answers that question and no other; what the inputs mean, and who ran the trusted set-up, is the
//! caller's affair.
//!
//! # API
//!
//! - [`Proof::from_bytes`], [`VerifyingKey::from_bytes`], [`read_input`]: the only ways in for bytes. What they return is
//!   canonical, on the curve, in the subgroup of prime order, and not the point at infinity.
//! - [`verify`]: one check of a proof under a key, [`verify_bytes`]: the same from bytes.
//! - `snarkjs` (feature of that name): keys, proofs and public signals from the JSON files of snarkjs.
//!
//! ```
//! use ark_bls12_381::Bls12_381;
//! use opg_verifier_groth16::{verify_bytes, Error, Part};
//!
//! let (key, inputs, proof) = ([0u8; 0], [[0u8; 32]; 1], [0u8; 192]);
//! let refused = verify_bytes::<Bls12_381>(&key, &inputs, &proof);
//! assert!(matches!(refused, Err(Error::WrongLength { part: Part::VerifyingKey, .. })));
//! ```
//!
//! # Curves
//!
//! Everything is generic over [`Curve`]: `ark_bls12_381::Bls12_381` and `ark_bn254::Bn254` compute here, and
//! `ark_bls12_381_ext::Bls12_381<H>` hands the pairing and the sum over the inputs to hooks, such as the host functions
//! of `sp_crypto_ec_utils::bls12_381::Bls12_381`, which is what a runtime passes.
//!
//! Such host functions decode without validation. So points are read and checked with plain field arithmetic and the
//! curve's own endomorphism, without any hook, and only then become points of the hooked curve: a hook never sees a
//! point that is not in the subgroup, and a hooked curve accepts exactly the bytes that the plain one accepts, with the
//! same errors.
//!
//! # Encoding
//!
//! The compressed encoding of arkworks, which for BLS12-381 is also the one of Zcash and Ethereum:
//!
//! | | bytes, BLS12-381 | bytes, BN254 |
//! | --- | --- | --- |
//! | proof: A, B, C | 48 + 96 + 48 = 192 | 32 + 64 + 32 = 128 |
//! | key for n inputs: alpha, beta, gamma, delta, count (u64, little-endian) = n + 1, `gamma_abc[0..=n]` | 344 + 48 (n + 1) | 232 + 32 (n + 1) |
//! | input: little-endian, below the order of the group | 32 | 32 |
//!
//! Each value has one encoding: anything else is refused, never reduced or normalised.
//!
//! # What differs from ark-groth16
//!
//! `ark_groth16::Groth16::verify` pairs inputs and key points up to the shorter list: a proof with one input too many
//! verifies there, and a missing input counts as zero. Here the number must match. The key's points are refused at
//! infinity, since `gamma_abc[i]` there would leave input i free.
//!
//! A proof can be re-randomised by anybody: two different proofs may show the same fact. Never use a proof's hash as an
//! identity or a replay key.

#![cfg_attr(not(feature = "std"), no_std)]
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
#![deny(missing_docs)]
#![forbid(unsafe_code)]

extern crate alloc;

mod curve;
mod encoding;
mod error;
mod key;
mod proof;
mod reader;
#[cfg(feature = "snarkjs")]
pub mod snarkjs;
mod verify;

pub use curve::Curve;
pub use error::{Element, Error, Fault, Part};
pub use key::VerifyingKey;
pub use proof::Proof;
pub use verify::{read_input, verify, verify_bytes};

/// The most public inputs that a key may have; what has more is refused before anything is computed.
///
/// It bounds the work of one verification: every input costs one point to decode and one term of a sum.
pub const MAX_INPUTS: usize = 64;

/// Bytes of one public input: a little-endian integer below the order of the group.
pub const INPUT_LEN: usize = 32;
