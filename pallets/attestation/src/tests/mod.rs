//! Tests, by theme.

mod answers;
mod approvals;
mod binding;
mod collateral;
mod endorsements;
mod ends;
mod errors;
mod faults;
mod freshness;
mod invariants;
mod issuers;
mod platforms;
mod real;
mod refused_since;
mod registration;
mod renewal;
mod revocations;
mod trust;
