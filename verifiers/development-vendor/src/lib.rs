//! A hardware vendor that vouches for nothing.
//!
//! Trusted hardware attests what runs in it with keys that its vendor certifies. Where there is no such hardware, this
//! crate signs documents of the same formats, so that the same verifiers, the same pallets and the same receipts run on
//! any machine. **Its secrets are public**: they are derived from [`SEED`], or stand in `testdata/keys`. Whoever wants to
//! can sign whatever they want. So its roots are trusted by development and local chains alone, receipts name the vendor
//! `Development`, and none of them holds an attested claim.
//!
//! # API
//!
//! - [`nitro`], [`sev_snp`], [`dcap`] (TDX and SGX): documents of these formats, of which every field can be altered before they are signed.
//! - [`session`]: the document that carries an enclave's session, as an enclave would have it made.
//! - [`ChainTemplate`], [`CertificateTemplate`], [`nitro::Envelope`], [`nitro::Payload`], [`sev_snp::sign`]: the pieces
//!   beneath, for documents that break one rule.
//! - `hostile` (feature of that name): such documents, one per rule, with the error that each is to be refused by.
//!
//! Everything is deterministic: the same fields give the same bytes, on every machine.

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod certificate;
mod chain;
pub mod dcap;
mod der;
#[cfg(feature = "hostile")]
pub mod hostile;
mod key;
pub mod nitro;
pub mod session;
pub mod sev_snp;

pub use certificate::CertificateTemplate;
pub use chain::{Chain, ChainTemplate, Link};
pub use key::{Key, SEED};
