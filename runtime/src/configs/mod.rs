//! The configuration of every pallet, one file per theme.

#![deny(missing_docs)]

pub mod accounts;
pub mod attestation;
pub mod consensus;
pub mod fees;
pub mod governance;
pub mod opg;
pub mod parameters;
pub mod proofs;
pub mod staking;
pub mod system;
pub mod transactions;
