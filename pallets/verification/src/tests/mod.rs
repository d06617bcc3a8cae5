//! Tests, by theme.

mod enclaves;
mod good;
mod keys;
mod refusals;
mod text;
mod trust;
