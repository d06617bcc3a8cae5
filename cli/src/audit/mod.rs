//! What a bundle shows, recomputed without any network.
//!
//! ```text
//! Bundle ──> Case (decoded once) ──> one function for each check ──> Report ──> verdict
//! ```
//!
//! A check never takes the receipt's word: it computes what a field must be from the other parts of
//! the bundle, and names each field that differs. What only a node or the chain's validators can
//! say is never a pass: it could not be checked, and stands under what the reader has to trust.

pub mod bundle;
mod case;
mod checks;
mod expect;
pub mod header;
mod report;

pub use bundle::{Bundle, Twice, MEDIA_TYPE};
pub use checks::{NAMES, TAINT};
pub use report::{Difference, Finding, Report, Verdict};

use crate::opening::Opening;
use case::Case;
use opg_primitives::ids::GenesisHash;

/// Checks everything in `bundle` that can be checked without a node.
///
/// `anchor` is the genesis hash of the chain that the reader means, if it says so: the bundle's own
/// is a hint of whoever made it.
pub fn audit(bundle: &Bundle, anchor: Option<GenesisHash>) -> Report {
    audit_opened(bundle, anchor, None)
}

/// As [`audit`]; with the opening of a private request its input and output too.
pub fn audit_opened(
    bundle: &Bundle,
    anchor: Option<GenesisHash>,
    opening: Option<&Opening>,
) -> Report {
    let case = Case::open(bundle, opening);
    let findings = checks::all(&case, anchor);
    Report::new(&case, findings)
}

/// The output of a bundle in clear: as it is there, or opened. None where there is none, or it does not
/// open.
pub fn output(bundle: &Bundle, opening: Option<&Opening>) -> Option<Vec<u8>> {
    Case::open(bundle, opening).output()?.ok()
}

#[cfg(test)]
pub(crate) mod tests;
