//! Documents that a verifier has to refuse, one for each rule.
//!
//! Each is signed as if nothing were wrong with it, and differs from one that is accepted in one respect. So a verifier
//! that lacks the rule accepts the document, and the test fails.

pub mod nitro;
pub mod sev_snp;

/// The time at which they are to be verified, in Unix seconds: 2027-01-15.
pub const NOW: u64 = 1_800_000_000;
