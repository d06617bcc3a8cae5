//! Tests, by theme.

mod good;
mod keys;
mod refusals;
mod trust;
