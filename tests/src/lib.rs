//! A whole network on one machine: chain nodes, a prover, and the command line that speaks to them.
//!
//! The demo and the end-to-end tests stand on the same pieces, so that what the demo shows is what
//! the tests try. Every socket is on loopback, every process ends with the value that holds it, and
//! nothing waits for a time: each wait is for a state, with a deadline after which it says what it
//! last saw.

#![deny(missing_docs)]

pub mod alterations;
pub mod bad_input;
pub mod binaries;
pub mod digits;
pub mod golden;
pub mod network;
pub mod opg;
pub mod process;
pub mod proxy;
pub mod rpc;
pub mod tampering;
