//! Hands leased jobs to the operator's gateway on loopback and brings results back to the chain.
//!
//! Called by the `inference` pallet's `offchain_worker` hook, on every node, at every new best block.
//! A node without a dispatcher key in its keystore does nothing. What it does for a provider, anyone
//! with the provider's key could do as well: it has no power of its own, and the chain believes
//! nothing that it brings.
//!
//! | module | what it decides |
//! | --- | --- |
//! | [`key`] | the dispatcher's key, `opgd` |
//! | [`machine`] | what to do next for one lease, and how often: pure |
//! | [`run`] | one run over all leases, within its time: pure but for the traits it is given |
//! | [`effects`] | the same traits by the node's off-chain functions |
//! | [`gateway`] | the one address that is ever dialled |
//!
//! # A lease, seen from here
//!
//! ```mermaid
//! stateDiagram-v2
//!   [*] --> Seen: the chain shows a lease of a key that this node holds
//!   Seen --> Sent: PUT job
//!   Sent --> Seen: 404, the gateway lost it
//!   Sent --> Acknowledged: GET says accepted, acknowledge is on chain
//!   Acknowledged --> Have: GET says done, the answer's digest is stored
//!   Have --> Submitted: submit_result
//!   Sent --> [*]: declined, or the lease ended
//!   Submitted --> [*]: the lease ended
//! ```
//!
//! # Implementation details
//!
//! - **Bounds.** A run ends within [`run::RUN_MS`]; each exchange has its own deadline, for its body
//!   too, and bodies and headers have caps. There is at most one exchange and one transaction per
//!   lease and run.
//! - **No double runs.** A lock keeps two runs of one node apart; and before anything is sent, the
//!   run claims the lease for its block by compare-and-set, so that a run that outlived its lock
//!   sends nothing.
//! - **Back-off** of 1, 2, 4, 8 blocks after a failure, and between two transactions for the same
//!   purpose.
//! - **One answer.** The digest of an answer is stored before it is signed for; another answer for
//!   the same lease is never signed.

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::panic
    )
)]

extern crate alloc;

pub mod effects;
pub mod gateway;
pub mod key;
pub mod machine;
pub mod run;
#[cfg(test)]
mod tests;

pub use key::KEY_TYPE;
pub use run::{Lease, Outgoing, Payload};

use alloc::vec::Vec;
use opg_primitives::{ids::DispatcherKey, BlockNumber};

/// The target of this crate's log lines.
pub const LOG_TARGET: &str = "opg-dispatcher";

/// One run at block `now`.
///
/// `leases` is asked for the open leases of the providers that one of the given keys belongs to;
/// `submit` makes a transaction of what is signed, and says whether the pool took it.
pub fn dispatch(
    now: BlockNumber,
    leases: impl FnOnce(&[DispatcherKey]) -> Vec<Lease>,
    submit: impl FnMut(Outgoing) -> bool,
) {
    effects::dispatch(now, leases, submit);
}
