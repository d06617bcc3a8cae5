//! Tests, by theme.

mod drafts;
mod enactment;
mod genesis;
mod invariants;
mod rules;
