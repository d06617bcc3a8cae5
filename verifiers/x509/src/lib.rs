//! X.509 certificates as vendors of trusted hardware issue them, read strictly, and the two kinds of signature that
//! are on them.
//!
//! This is not a general path validator: it has no names to match against hosts, no revocation, no policies. It reads
//! one certificate, and says what the verifiers of AWS Nitro documents and AMD SEV-SNP reports have to know of it.
//! They build the chain and pin its root.
//!
//! # API
//!
//! - [`Certificate::from_der`]: the only way in. What it returns is exact DER of version 3 with a public key that is
//!   known and valid.
//! - [`Certificate::check_ca`], [`Certificate::check_end_entity`], [`Certificate::check_issued_by`]: the three
//!   questions of a chain. [`Certificate::window`] answers the fourth, the time, which the caller brings.
//! - [`verify_p384_sha384`], [`verify_pss_sha384`]: signatures outside of certificates.
//!
//! ```
//! use opg_verifier_x509::{Certificate, Error};
//!
//! assert_eq!(Certificate::from_der(&[0x30, 0x00]).err(), Some(Error::Malformed));
//! ```
//!
//! # Signatures
//!
//! | | key | in a certificate |
//! | --- | --- | --- |
//! | ECDSA with SHA-384 | P-384, an uncompressed point | DER of r and s |
//! | RSASSA-PSS with SHA-384, MGF1 with SHA-384, salt of 48 bytes | RSA, modulus of 2048 to 4096 bits | as long as the modulus |
//!
//! Every r and s in `[1, n)` is accepted, a high s too: half of what AWS signs has one, the root included. So a
//! signature has a twin that anybody can compute, and the hash of a certificate is no identity of what it certifies.
//! An RSA signature that is not below the modulus is refused; the `rsa` crate would reduce it.
//!
//! # What a CA and an end entity must have
//!
//! Every CA certificate of AWS and AMD has BasicConstraints with cA and KeyUsage with keyCertSign, as RFC 5280 asks,
//! so both are required. End entities differ: those of AWS carry BasicConstraints with cA false and a KeyUsage that is
//! not marked critical, AMD's have neither, and serial number 0. So an end entity may leave them out, but what it
//! carries must not make it a CA, and must allow digital signatures.

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

mod certificate;
mod error;
mod key;
mod signature;
mod window;

pub use certificate::Certificate;
pub use error::Error;
pub use key::PublicKey;
pub use signature::{verify_p384_sha384, verify_pss_sha384};
pub use window::Window;

pub use p384;
pub use rsa;

/// The most bytes that a certificate may have; what has more is refused before it is read.
///
/// The largest real ones, AMD's with RSA keys and signatures of 4096 bits, have below 1800.
pub const MAX_CERTIFICATE_BYTES: usize = 4096;

/// The fewest bits of an RSA modulus. Vendors use 4096, which is also the most that is read.
pub const MIN_RSA_BITS: usize = 2048;
