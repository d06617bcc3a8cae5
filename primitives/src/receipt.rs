//! The receipt: what the runtime says of one lease, and with the last lease of its request.
//!
//! One receipt is written for each lease; the last one of a request is terminal and is the only
//! one with a table of standings, a grade and a payment. It is judged at its own block and never
//! rewritten.

use crate::{
    checks::{CheckLog, EvidenceLocation},
    claims::Table,
    disclosure::Disclosure,
    domain::Domain,
    enclave::Attested,
    ids::{Account, BlockHash, Commitment, Digest, GenesisHash, ModelId, ReceiptId, RequestId},
    mode::Mode,
    policy::{ClassId, PolicyVersion},
    request::Outcome,
    standing::{Facts, Grade},
    Attempt, Balance, BlockNumber,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// The version of the receipt's encoding that this crate writes.
pub const RECEIPT_FORMAT: u8 = 1;

/// Which mode was used.
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
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ModeRecord {
    /// What the requester asked for; none if it left it to the policy.
    pub asked: Option<Mode>,
    /// The default of the class under the policy of the request.
    pub default: Mode,
    /// What was achieved; none if the lease did not settle.
    pub achieved: Option<Mode>,
}

/// How the provider came to its lease.
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
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Selection {
    /// Drawn by stake with the randomness of the lease's block, whose author alone could have
    /// withheld it.
    #[codec(index = 0)]
    Drawn {
        /// How often the draw was repeated.
        redraws: u8,
    },
    /// Named by the requester.
    #[codec(index = 1)]
    Named,
}

/// The lease that a receipt is of.
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
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct LeaseRecord {
    /// Who held it.
    pub provider: Account,
    /// How it came to it.
    pub selection: Selection,
    /// The number of this receipt among those of the provider, from 0, without gaps.
    pub sequence: u64,
    /// The block from whose state the lease was drawn, and its hash, which the answer is bound to.
    pub lease_block: (BlockNumber, BlockHash),
    /// The block in which the provider acknowledged.
    pub acknowledged: Option<BlockNumber>,
}

/// What moved, in units of 10^-18 OPG. In a terminal receipt
/// `held = provider + owner + burned + treasury + released`.
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
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Payment {
    /// What was held for this request, its `max_price`.
    #[cfg_attr(feature = "serde", serde(with = "crate::text::amount"))]
    pub held: Balance,
    /// To the provider.
    #[cfg_attr(feature = "serde", serde(with = "crate::text::amount"))]
    pub provider: Balance,
    /// To the model's owner.
    #[cfg_attr(feature = "serde", serde(with = "crate::text::amount"))]
    pub owner: Balance,
    /// Burned.
    #[cfg_attr(feature = "serde", serde(with = "crate::text::amount"))]
    pub burned: Balance,
    /// To the treasury.
    #[cfg_attr(feature = "serde", serde(with = "crate::text::amount"))]
    pub treasury: Balance,
    /// Back to the requester.
    #[cfg_attr(feature = "serde", serde(with = "crate::text::amount"))]
    pub released: Balance,
    /// Taken from the provider's bond.
    #[cfg_attr(feature = "serde", serde(with = "crate::text::amount"))]
    pub slashed: Balance,
    /// Of that, to the requester.
    #[cfg_attr(feature = "serde", serde(with = "crate::text::amount"))]
    pub compensation: Balance,
    /// What the requester paid on top at the request, and nothing gives back.
    #[cfg_attr(feature = "serde", serde(with = "crate::text::amount"))]
    pub fee_burned: Balance,
}

/// The rules that a receipt was judged by.
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
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct JudgedBy {
    /// The version of the runtime.
    pub spec_version: u32,
    /// blake2-256 of the runtime's code as stored.
    pub code_hash: Digest,
    /// The policy version of the request's block.
    pub policy_version: PolicyVersion,
    /// The digest of the class's rules in that version.
    pub policy: Digest,
    /// The version of trust roots and switches at this block: how often verifiers, recognised
    /// contributors, roots, reference values and revocations changed, all added up.
    pub trust_version: u32,
}

/// What a receipt says of a settled answer.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Appraised {
    /// The circumstances that decide which column of the table holds.
    pub facts: FactsRecord,
    /// The table of standings, computed from `facts` and the checks that passed.
    pub standings: Table,
    /// A letter, derived from the table, never printed without it.
    pub grade: Grade,
    /// Which account could have forged the proof, if the setup allows that.
    pub forgeable_by: Option<Account>,
    /// The version of the verifying key, if the mode has one.
    pub key_version: Option<u32>,
    /// The enclave and what it said of the run, if the mode has one.
    pub attested: Option<Attested>,
}

/// [`Facts`] without the checks, which stand in the receipt's own log.
pub type FactsRecord = crate::standing::Circumstances;

impl Appraised {
    /// The facts that the table was computed from, given the receipt's log of checks.
    pub fn facts(&self, checks: &CheckLog) -> Facts {
        Facts { circumstances: self.facts, passed: crate::checks::passed(checks) }
    }
}

/// The body of a receipt.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Receipt {
    /// The version of this encoding, [`RECEIPT_FORMAT`].
    pub format: u8,
    /// The request.
    pub request: RequestId,
    /// The attempt that this receipt is of.
    pub attempt: Attempt,
    /// Whether the request ended with it.
    pub terminal: bool,
    /// How the lease ended.
    pub outcome: Outcome,
    /// Who asked and paid.
    pub requester: Account,
    /// The model's version.
    pub model: ModelId,
    /// The model's owner.
    pub owner: Account,
    /// The class that the request was judged under.
    pub class: ClassId,
    /// Which mode was used.
    pub mode: ModeRecord,
    /// The lease; none if nobody ever held one.
    pub lease: Option<LeaseRecord>,
    /// The block of the request.
    pub requested: BlockNumber,
    /// The block of this receipt.
    pub closed: BlockNumber,
    /// The last block in which the request could settle.
    pub deadline: BlockNumber,
    /// The commitment to the input.
    pub input: Commitment,
    /// The commitment to the parameters.
    pub parameters: Commitment,
    /// The commitment to the output, if there is one.
    pub output: Option<Commitment>,
    /// What was hidden.
    pub disclosure: Disclosure,
    /// What moved.
    pub payment: Payment,
    /// Whether requester and provider, or requester and owner, are one account.
    pub self_dealing: bool,
    /// Each check that ran, where, and how it went.
    pub checks: CheckLog,
    /// Where the evidence is.
    pub evidence: Option<EvidenceLocation>,
    /// Under which rules.
    pub judged_by: JudgedBy,
    /// The table, its grade and what they rest on; in a settled receipt.
    pub appraised: Option<Appraised>,
}

/// Whether requester and provider, or requester and owner, are one account.
pub fn is_self_dealing(requester: Account, owner: Account, provider: Option<Account>) -> bool {
    requester == owner || provider == Some(requester)
}

/// The id of a receipt: a domain-separated hash over the genesis hash, the body, and the digest of
/// the evidence (zero where there is none).
pub fn receipt_id(genesis: GenesisHash, receipt: &Receipt) -> ReceiptId {
    let evidence = receipt.evidence.map_or(Digest::default(), |location| location.digest);
    ReceiptId(Domain::Receipt.hash(&(genesis, receipt, evidence)))
}

#[cfg(test)]
mod tests;
