//! The checks, one file a theme. Each takes the case and gives one finding.

mod answer;
mod blocks;
mod enclave;
mod identity;
mod judgement;
mod money;
mod proof;
mod state;

use super::{case::Case, report::Finding};
use opg_primitives::ids::GenesisHash;

/// The check that nothing was revoked that the answer rests on. A receipt that fails it alone is what it
/// says, and is not to be relied on.
pub const TAINT: &str = "taint";

/// The names of all checks, in the order of print.
pub const NAMES: [&str; 28] = [
    "views",
    "chain",
    "receipt-id",
    "request",
    "model",
    "policy",
    "mode",
    "input",
    "parameters",
    "output",
    "evidence",
    "signature",
    "enclave",
    TAINT,
    "proof",
    "setup",
    "checks",
    "facts",
    "standings",
    "grade",
    "floor",
    "payment",
    "self-dealing",
    "disclosure",
    "blocks",
    "state",
    "inclusion",
    "finality",
];

/// Every check of `case`, in the order of [`NAMES`].
pub(super) fn all(case: &Case<'_>, anchor: Option<GenesisHash>) -> Vec<Finding> {
    vec![
        identity::views(case),
        identity::chain(case, anchor),
        identity::receipt_id(case),
        identity::request(case),
        identity::model(case),
        judgement::policy(case),
        judgement::mode(case),
        answer::input(case),
        answer::parameters(case),
        answer::output(case),
        answer::evidence(case),
        answer::signature(case),
        enclave::enclave(case),
        enclave::taint(case),
        proof::proof(case),
        proof::setup(case),
        judgement::checks(case),
        judgement::facts(case),
        judgement::standings(case),
        judgement::grade(case),
        judgement::floor(case),
        money::payment(case),
        money::self_dealing(case),
        answer::disclosure(case),
        blocks::blocks(case),
        state::state(case),
        blocks::inclusion(case),
        blocks::finality(case),
    ]
}

/// Why a check of an answer says nothing about a receipt without one.
fn no_answer(name: &'static str) -> Finding {
    Finding::not_claimed(name, "the lease ended without a settled answer")
}

/// Why a check could not be made: the bundle lacks `part`.
fn missing(name: &'static str, part: &str) -> Finding {
    Finding::could_not(name, format!("the bundle does not hold {part}"))
}
