//! What the log keeps beside the receipts themselves.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use opg_primitives::{
    ids::{Account, Digest, ModelId},
    receipt::Receipt,
    request::Outcome,
    tree::BlockRoot,
    Balance, BlockNumber,
};
use scale_info::TypeInfo;

/// An outcome without its reason: what counters are kept by.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum OutcomeKind {
    /// Good evidence, paid.
    #[codec(index = 0)]
    Settled,
    /// Nobody was eligible.
    #[codec(index = 1)]
    NoProvider,
    /// The provider declined.
    #[codec(index = 2)]
    Declined,
    /// The requester cancelled.
    #[codec(index = 3)]
    Cancelled,
    /// The provider did not acknowledge in time.
    #[codec(index = 4)]
    NotAcknowledged,
    /// The evidence was refused.
    #[codec(index = 5)]
    EvidenceRefused,
    /// The provider did not deliver in time.
    #[codec(index = 6)]
    NotDelivered,
    /// Governance tightened the rules.
    #[codec(index = 7)]
    AbortedByGovernance,
}

impl OutcomeKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Settled,
        Self::NoProvider,
        Self::Declined,
        Self::Cancelled,
        Self::NotAcknowledged,
        Self::EvidenceRefused,
        Self::NotDelivered,
        Self::AbortedByGovernance,
    ];
}

impl From<&Outcome> for OutcomeKind {
    fn from(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Settled => Self::Settled,
            Outcome::NoProvider => Self::NoProvider,
            Outcome::Declined(_) => Self::Declined,
            Outcome::Cancelled => Self::Cancelled,
            Outcome::NotAcknowledged => Self::NotAcknowledged,
            Outcome::EvidenceRefused(_) => Self::EvidenceRefused,
            Outcome::NotDelivered => Self::NotDelivered,
            Outcome::AbortedByGovernance => Self::AbortedByGovernance,
        }
    }
}

/// Of whom a counter is.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum Subject {
    /// The whole chain.
    #[codec(index = 0)]
    Chain,
    /// One model's version.
    #[codec(index = 1)]
    Model(ModelId),
    /// One provider.
    #[codec(index = 2)]
    Provider(Account),
}

/// How many receipts, and what was burned with them.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct Tally {
    /// Receipts.
    pub number: u64,
    /// Fees burned, in units of 10^-18 OPG: what a ranking goes by, since numbers cost nothing.
    pub fees_burned: Balance,
}

impl Tally {
    /// This tally with one more receipt, which burned `fees`.
    pub fn with(self, fees: Balance) -> Self {
        Self {
            number: self.number.saturating_add(1),
            fees_burned: self.fees_burned.saturating_add(fees),
        }
    }
}

/// Tallies of self-dealing receipts apart from the others, so that nobody counts the former as
/// demand.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct Tallies {
    /// Requester, provider and owner are different accounts.
    pub at_arms_length: Tally,
    /// The requester is the provider or the model's owner.
    pub self_dealing: Tally,
}

impl Tallies {
    /// These tallies with `receipt`. Fees count with the terminal receipt of a request, which is
    /// the one with a payment.
    pub fn with(self, receipt: &Receipt) -> Self {
        let fees = match receipt.terminal {
            true => receipt.payment.burned.saturating_add(receipt.payment.fee_burned),
            false => 0,
        };
        match receipt.self_dealing {
            true => Self { self_dealing: self.self_dealing.with(fees), ..self },
            false => Self { at_arms_length: self.at_arms_length.with(fees), ..self },
        }
    }
}

/// The numbers of a provider's receipts: they run without a gap, and hot state holds the end of
/// them.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct Sequence {
    /// The lowest number whose receipt is still in hot state; `next` if there is none.
    pub first_held: u64,
    /// The number of the provider's next receipt, which is how many it had.
    pub next: u64,
}

/// Where a receipt was written: the block, and its place among that block's receipts, which is
/// that of its leaf.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct Place {
    /// The block.
    pub block: BlockNumber,
    /// The place in it, from 0.
    pub index: u32,
}

/// The state that a receipt's request is in, as far as receipts tell.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum Life {
    /// Answered and paid.
    #[codec(index = 0)]
    Settled,
    /// Ended without an answer, for this reason.
    #[codec(index = 1)]
    Failed(Outcome),
}

impl From<Outcome> for Life {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Settled => Self::Settled,
            reason => Self::Failed(reason),
        }
    }
}

/// All that shows that a receipt was written in a block, given that block's header.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Inclusion {
    /// Where it was written.
    pub place: Place,
    /// What the header says: compare it with the digest item of a header that you trust.
    pub root: BlockRoot,
    /// The path for [`opg_primitives::tree::verify`].
    pub path: Vec<Digest>,
}
