//! One file per theme.

mod authorized;
mod capacity;
mod deposits;
mod draws;
mod enclaves;
mod expiry;
mod governance;
mod invariants;
mod money;
mod private;
mod requests;
mod text;
mod views;
mod workers;
