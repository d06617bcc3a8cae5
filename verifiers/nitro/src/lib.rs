//! Attestation documents of AWS Nitro Enclaves, verified up to a pinned root.
//!
//! A document says: this image, by its PCRs, runs in an enclave on AWS hardware, and its code gave the hypervisor this
//! `public_key`, `user_data` and `nonce`. [`verify`] says whether that is so at a given time. What the PCRs should be,
//! what the three fields mean, and how fresh a document must be, is the caller's affair.
//!
//! # API
//!
//! - [`verify`]: from bytes, [`Trust`] and the time to a [`Report`] or an [`Error`].
//! - [`issuers_of`]: the fingerprints of the CA certificates in a document, to look up what is known of them first.
//!
//! ```
//! use opg_verifier_nitro::{verify, Error, Trust, AWS_ROOT};
//!
//! let trust = Trust { roots: &[AWS_ROOT], known: &[] };
//! assert_eq!(verify(&[0x84], &trust, 1_700_000_000).err(), Some(Error::Cbor));
//! ```
//!
//! # What is checked
//!
//! In this order, the cheap before the dear:
//!
//! 1. The length; CBOR, nested at most [`MAX_DEPTH`] deep, nothing behind it.
//! 2. COSE_Sign1, tagged (18) or not: protected header `{1: -35}` (ES384) and nothing else, unprotected header empty,
//!    signature of 96 bytes.
//! 3. The payload: a map, of definite or indefinite length (AWS writes the latter since December 2025), no key twice,
//!    unknown keys skipped; each field's type and length, as AWS specifies them; PCR indices below 32, none twice, 48
//!    bytes each, since the digest is SHA-384.
//! 4. None of PCR0 to PCR2 all zero, which is how a debug enclave shows. The document's time is not later than `now` by
//!    more than [`MAX_CLOCK_SKEW`].
//! 5. The chain: root pinned by hash; every certificate read strictly, valid at `now`, CAs with cA, pathLenConstraint
//!    and keyCertSign, the leaf none; each issuer's name the subject above.
//! 6. The document's signature by the leaf's key, then the signatures of the chain, from the top.
//!
//! # Known issuers
//!
//! A chain of AWS has a root, three CAs (region, zone, instance) and a leaf for three hours. Step 6 then costs five P-384
//! verifications, nearly all of the time. [`Report::issuers`] describes the CA certificates below the root that were
//! verified; a caller that keeps them and passes them as [`Trust::known`] pays for what stands below the lowest known
//! certificate: two verifications, where the instance's is known.
//!
//! What is kept of a certificate is its fingerprint, and what its ancestors make of it: the intersection of all windows
//! from the root to it, the path length that is left, the root. Why that is safe:
//!
//! - The fingerprint covers every byte of the certificate, its key, names, window and constraints, its signature too. A
//!   certificate with that fingerprint is the one that was verified, or SHA-256 is broken.
//! - Signatures do not age; that a certificate was signed by its issuer stays true. Windows do: so they are kept, and
//!   compared with `now` each time, as are the windows of all the certificates that the document brings.
//! - An entry counts only under the root that it was verified under, and only while [`Trust::roots`] has that root. To
//!   stop trusting an issuer (AWS publishes no revocation lists), drop its root, or refuse its fingerprint.
//! - Certificates above a known one are not verified, so nothing of them is believed: they may only narrow the window,
//!   and they are not in [`Report::issuers`] unless they were known themselves. Otherwise somebody could have a
//!   forged CA certificate remembered by placing it above a real one.
//!
//! The caller must pass what [`verify`] returned and nothing else: an invented entry is an invented CA.
//!
//! # Identity
//!
//! A document's bytes are no identity: anybody can turn its signature into a second valid one (s into n - s), add or
//! remove the tag, or write lengths of the outer array differently. [`Report::payload_hash`] covers what is signed, and is
//! what to remember where a document may be used only once.
//!
//! # CBOR
//!
//! ciborium, through coset: it takes a limit of nesting, does not reserve memory by a length that is only claimed, and
//! keeps a map as the list of its entries, in which a key that occurs twice can be found. (minicbor would do too, but for
//! its licence.) coset reads headers, counter signatures among them, by recursion without a limit of its own, so the
//! protected header is compared with the one that is allowed before coset sees it.

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

mod cbor;
mod chain;
mod document;
mod envelope;
mod error;
mod verify;

pub use chain::{KnownIssuer, Trust};
pub use error::{Error, Field, Place};
pub use opg_verifier_x509 as x509;
pub use opg_verifier_x509::Window;
pub use verify::{issuers_of, verify, Report};

/// SHA-256 of the DER of the AWS Nitro Enclaves root certificate G1, valid from 2019 to 2049.
pub const AWS_ROOT: [u8; 32] = [
    0x64, 0x1a, 0x03, 0x21, 0xa3, 0xe2, 0x44, 0xef, 0xe4, 0x56, 0x46, 0x31, 0x95, 0xd6, 0x06, 0x31,
    0x7e, 0xd7, 0xcd, 0xcc, 0x3c, 0x17, 0x56, 0xe0, 0x98, 0x93, 0xf3, 0xc6, 0x8f, 0x79, 0xbb, 0x5b,
];

/// The most bytes of a document; AWS allows as many for the payload alone. Real ones have below 5 KB.
pub const MAX_DOCUMENT_BYTES: usize = 16 * 1024;

/// The most bytes of a certificate inside, as AWS specifies.
pub const MAX_CERTIFICATE_BYTES: usize = 1024;

/// The most CA certificates in a document, the root included; AWS sends four. It bounds the work: each below the root
/// costs a verification.
pub const MAX_CA_CERTIFICATES: usize = 6;

/// How deep CBOR may nest: tags, arrays and maps. A document needs three levels.
pub const MAX_DEPTH: usize = 8;

/// By how many seconds a document may be ahead of `now`: AWS's clock and the chain's need not agree.
pub const MAX_CLOCK_SKEW: u64 = 60;

/// Bytes of a PCR: a digest by SHA-384.
pub const PCR_LEN: usize = 48;
