//! Tests, by theme.

mod enclaves;
mod good;
mod keys;
mod private;
mod refusals;
mod text;
mod trust;
