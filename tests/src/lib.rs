//! A whole network on one machine: chain nodes, gateways, provers, enclaves, and the command line that
//! speaks to them.
//!
//! The demo and the end-to-end tests stand on the same pieces, so that what the demo shows is what
//! the tests try. Every socket is on loopback, every process ends with the value that holds it, and
//! nothing waits for a time: each wait is for a state, with a deadline after which it says what it
//! last saw.

#![deny(missing_docs)]

#[cfg(feature = "trials")]
pub mod alterations;
#[cfg(feature = "trials")]
pub mod bad_input;
pub mod binaries;
pub mod cases;
pub mod digits;
pub mod enclave;
pub mod golden;
#[cfg(feature = "trials")]
pub mod lies;
pub mod network;
pub mod node;
pub mod opg;
pub mod process;
#[cfg(feature = "trials")]
pub mod proxy;
pub mod registration;
pub mod rpc;
#[cfg(feature = "trials")]
pub mod tampering;
#[cfg(feature = "trials")]
pub mod transaction;
pub mod workers;
