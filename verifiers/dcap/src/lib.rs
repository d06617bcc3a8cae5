//! Intel TDX and SGX quotes, verified with their collateral at a given time.
//!
//! A quote says: this software runs, isolated, on a genuine processor of this kind, and wanted these 64 bytes signed.
//! This crate answers whether Intel's keys stand behind that, what was measured, how well the platform is patched, and
//! until when. What the measurements mean, and what the 64 bytes bind, is the caller's affair.
//!
//! # API
//!
//! - [`verify`]: a quote of version 3 (SGX), 4 or 5 (TDX) and a [`Collateral`] under a [`TrustedRoot`] and a
//!   [`TcbPolicy`] give a [`Report`] or a named [`Error`].
//! - [`collateral_facts`]: the same for a collateral alone, so that a chain can store it once;
//!   [`CollateralFacts::supersedes`] says whether another may replace it.
//! - [`TdMeasurements::check_rtmr3`]: whether an event log explains RTMR3. [`verify`] reports the register and does not
//!   judge it, since the log does not come in the quote.
//!
//! ```
//! use opg_verifier_dcap::{verify, Collateral, Error, QuotePart, TcbPolicy, TrustedRoot};
//!
//! let root = TrustedRoot::intel().unwrap();
//! assert_eq!(Collateral::from_bytes(&[]), Err(Error::CollateralEncoding));
//! # let collateral = Collateral {
//! #     pck_crl_issuer_chain: String::new(), root_ca_crl: vec![], pck_crl: vec![],
//! #     tcb_info_issuer_chain: String::new(), tcb_info: String::new(), tcb_info_signature: [0; 64],
//! #     qe_identity_issuer_chain: String::new(), qe_identity: String::new(), qe_identity_signature: [0; 64],
//! # };
//! let refused = verify(&[3, 0], &collateral, &root, &TcbPolicy::UP_TO_DATE, 1_750_000_000);
//! assert_eq!(refused, Err(Error::Truncated(QuotePart::Header)));
//! ```
//!
//! # The five parts of the check
//!
//! | part | what is checked | where |
//! | --- | --- | --- |
//! | PCK chain | the quote's PCK certificate leads over one CA to the pinned root; validity, constraints; key usage, exact DER and extensions | dcap-qvl step 3; `certificate` |
//! | TCB info | signed by a certificate that the root issued itself; dates; TEE and FMSPC; SGX components, PCE, TDX module and its components select the level, for TDX 1.5 the level now as well | dcap-qvl steps 1 and 8 |
//! | QE identity | signed likewise; dates; the quoting enclave's signer, product, MISCSELECT, attributes and security version | dcap-qvl steps 2, 6 and 9 |
//! | CRLs | the root's, signed by it, covers root, CA and signers; the PCK CA's covers the PCK certificate; none out of date, none missing | dcap-qvl, in each chain |
//! | quote | the PCK certificate signs the QE report, whose report data is the hash of the attestation key, which signs header and body | dcap-qvl steps 4, 5 and 7 |
//!
//! Before that, `layout` walks over the quote's bytes and `attributes` refuses what is worthless whoever signed it; after
//! it, window and policy are applied. dcap-qvl is pinned exactly, so its steps are those of the version in the lock file.
//!
//! # Time
//!
//! Seconds since 1970, as an argument. [`Report::window`] is what every certificate, list and document behind a quote
//! has in common. Its parts end at different times, the PCK revocation list often first.
//!
//! # What changes no verdict
//!
//! The root certificate that the chain in a quote ends with is not read, since the pinned one is; neither are line ends
//! in the PEM text and what follows its last line. Anybody can alter those, and an ECDSA signature has two forms: the hash
//! of a quote is no identity. What is in the signed parts is; [`Report::report_data`] is to hold a challenge.

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

mod attributes;
mod backend;
mod certificate;
mod collateral;
mod error;
mod facts;
mod layout;
mod refusal;
mod report;
mod root;
mod status;
mod verify;

pub use backend::{Memoised, SignatureMemo};
pub use collateral::Collateral;
pub use dcap_qvl::config::CryptoProvider;
#[cfg(feature = "ring")]
pub use dcap_qvl::crypto::RingCrypto as Ring;
pub use dcap_qvl::crypto::RustCryptoCrypto as RustCrypto;
pub use error::{Document, Error, Fault, QeField, QuotePart, Regression};
pub use facts::{collateral_facts, CollateralFacts, CrlFacts};
pub use report::{Measurements, Platform, Report, SgxMeasurements, TdMeasurements, Tee, Window};
pub use root::{TrustedRoot, INTEL_ROOT_SHA256};
pub use status::{TcbPolicy, TcbStatus};
pub use verify::{verify, verify_with};

/// The longest quote, in bytes. Real ones have about 5,000, and drivers pad some to 8,000.
pub const MAX_QUOTE_BYTES: usize = 16 * 1024;

/// The longest collateral, in bytes of its SCALE encoding. Real ones have 12,000 to 19,000; the revocation list grows.
pub const MAX_COLLATERAL_BYTES: usize = 48 * 1024;

/// The most advisories that a report holds.
pub const MAX_ADVISORIES: usize = 64;

/// The longest name of an advisory, in bytes.
pub const MAX_ADVISORY_BYTES: usize = 32;
