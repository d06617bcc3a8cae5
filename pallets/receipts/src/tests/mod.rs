//! Tests, by theme.

mod append;
mod archive;
mod code;
mod counters;
mod invariants;
mod pruning;
mod root;
