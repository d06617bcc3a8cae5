//! Tests, by theme.

mod bonds;
mod draws;
mod invariants;
mod keys;
mod leases;
mod offers;
mod slashes;
mod sum_trees;
