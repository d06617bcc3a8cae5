//! What only the chain's state knows: compared with what the node said of it.

use super::missing;
use crate::audit::{
    case::Case,
    report::{Compare, Finding},
};

/// Runtime version, code, trust version, and what events tell of lease and receipt are as the node
/// said.
pub fn state(case: &Case<'_>) -> Finding {
    let Some(state) = &case.bundle.state else { return missing("state", "what the state says") };
    let judged = &case.receipt.judged_by;
    let mut compared = Compare::default();
    compared
        .field("judged_by.spec_version", &judged.spec_version, &state.spec_version)
        .field("judged_by.code_hash", &judged.code_hash, &state.code_hash)
        .field("judged_by.trust_version", &judged.trust_version, &state.trust_version);
    if let Some(lease) = case.lease() {
        compared.field("lease.acknowledged", &lease.acknowledged, &state.acknowledged);
        if let Some(leased) = &state.leased {
            compared.field("lease.provider", &lease.provider, &leased.provider).field(
                "lease.selection",
                &lease.selection,
                &leased.selection,
            );
        }
    }
    let (taken, to_harmed) =
        state.slashed.as_ref().map_or((0, 0), |slashed| (slashed.taken, slashed.to_harmed));
    compared.field("payment.slashed", &case.receipt.payment.slashed, &taken).field(
        "payment.compensation",
        &case.receipt.payment.compensation,
        &to_harmed,
    );
    if let Some(written) = &state.written {
        let provider = case.lease().map(|lease| (lease.provider, lease.sequence));
        compared
            .field("request", &case.receipt.request, &written.request)
            .field("attempt", &case.receipt.attempt, &written.attempt)
            .field("outcome", &case.receipt.outcome, &written.outcome)
            .field("terminal", &case.receipt.terminal, &written.terminal)
            .field("lease.sequence", &provider, &written.provider);
    }
    Finding::of(
        "state",
        "runtime version and code, trust version, lease, acknowledgement, slash, request, attempt, \
         outcome and sequence are as the node says; nothing proves that node's word",
        compared,
    )
}
