//! What a receipt is made of, for everybody who makes, checks or reads one.
//!
//! The runtime, the workers, the command line and a browser use these same types. The crate knows
//! no FRAME and no client.
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`ids`] | accounts, identifiers, digests, keys: 32 bytes each, of distinct types |
//! | [`names`] | short texts with bounds |
//! | [`domain`] | the tags under which anything is hashed or signed |
//! | [`mode`] | the verification modes and sets of them |
//! | [`claims`] | what a receipt may say, and how well it may be supported |
//! | [`checks`] | what the runtime verified |
//! | [`standing`] | which checks let a receipt say what, and its grade: one function for all modes |
//! | [`setup_rule`] | when `Proven` may stand bare, and who else could have forged a proof |
//! | [`settled`] | what a receipt says of an answer that settled: circumstances, checks, facts |
//! | [`artefact`] | what a model is: a circuit, or a text model; what it takes and gives |
//! | [`model`] | what is known of a model: artefact, key, setup, status |
//! | [`policy`] | defaults and floors of a model class |
//! | [`price`] | who gets what of a price |
//! | [`request`] | the identity of a request, and why one ends |
//! | [`statement`] | what is committed to, bound and signed |
//! | [`attestation`] | what an enclave's document is held to say: session, configuration, challenge |
//! | [`reference`] | which code is approved, and what its answers may then say |
//! | [`enclave`] | what an enclave signs with each answer, and what a receipt says of it |
//! | [`revocation`] | what of an enclave is not to be relied on, and in which blocks |
//! | [`ed25519`], [`x25519`] | keys that are nobody's, and the rule for signatures |
//! | [`signed_answer`] | what an enclave signs of an answer that is not on chain |
//! | `openai` | requests in OpenAI's shape, and how one stands on chain, with the feature `openai` |
//! | `registration` | what an enclave hands out to be registered, with the feature `serde` |
//! | [`sealed`] | private inputs and outputs, as they stand on chain |
//! | [`evidence`] | what comes with an answer |
//! | [`disclosure`] | in what form data is on chain and who can read it |
//! | [`receipt`] | the receipt itself |
//! | [`threats`] | who may lie or break in, and which way of verifying withstands it |
//! | [`tree`] | the tree over a block's receipts, whose root stands in the header |
//! | `text` | how bytes and amounts are written for people, with the feature `serde` |
//! | [`traits`] | how the pallets speak to each other |
//! | `alter` | each field of a struct altered, for tests, with the feature `alterations` |

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

#[cfg(any(test, feature = "alterations"))]
pub mod alter;
pub mod artefact;
pub mod attestation;
mod bit_set;
pub mod checks;
pub mod claims;
pub mod disclosure;
pub mod domain;
pub mod ed25519;
pub mod enclave;
pub mod evidence;
pub mod ids;
pub mod mode;
pub mod model;
pub mod names;
#[cfg(feature = "openai")]
pub mod openai;
pub mod policy;
pub mod price;
pub mod receipt;
pub mod reference;
#[cfg(feature = "serde")]
pub mod registration;
pub mod request;
pub mod revocation;
pub mod sealed;
pub mod settled;
pub mod setup_rule;
pub mod signed_answer;
pub mod standing;
pub mod statement;
#[cfg(feature = "serde")]
pub mod text;
pub mod threats;
pub mod traits;
pub mod tree;
pub mod x25519;

pub use opg_zkml_statement::CircuitInterface;

/// An amount of OPG, in units of 10^-18.
pub type Balance = u128;
/// The number of a block.
pub type BlockNumber = u32;
/// The number of a lease within its request, from 0.
pub type Attempt = u8;
