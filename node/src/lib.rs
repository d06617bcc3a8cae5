// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0

//! The node of the OPG chain: a Substrate node with BABE, GRANDPA, off-chain workers that may speak
//! HTTP, and the host functions that proofs are verified with.
//!
//! - [`cli`] holds the command line, [`command`] what each command does.
//! - [`chain_spec`] holds the chains that are known by name, and what is refused of others.
//! - [`service`] puts the node together, [`rpc`] its JSON-RPC.

#![deny(missing_docs)]
// It is the SDK's error, which every command returns once.
#![allow(clippy::result_large_err)]

pub mod chain_spec;
pub mod cli;
pub mod command;
pub mod rpc;
pub mod service;
