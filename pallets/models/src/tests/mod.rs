//! Tests, by theme.

mod access;
mod invariants;
mod keys;
mod registration;
mod retirement;
