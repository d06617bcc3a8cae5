//! What a receipt may say, and how well each thing that it says may be supported.

use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// One thing that a receipt says. The discriminants are part of the encoding; the order is the
/// order of print.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Claim {
    /// The mode that was asked for, or that none was and which was the default.
    #[codec(index = 0)]
    ModeAsked,
    /// The mode that was achieved, and the policy that it was judged under.
    #[codec(index = 1)]
    ModeAchieved,
    /// Who answered.
    #[codec(index = 2)]
    Answerer,
    /// Who was paid.
    #[codec(index = 3)]
    Payee,
    /// Where it ran.
    #[codec(index = 4)]
    Location,
    /// The model that was asked.
    #[codec(index = 5)]
    ModelAsked,
    /// The model that ran.
    #[codec(index = 6)]
    ModelRan,
    /// That the verifying key, or the commitment to the weights, is of the named network.
    #[codec(index = 7)]
    KeyOfNetwork,
    /// The bytes behind the commitment to the input.
    #[codec(index = 8)]
    InputBytes,
    /// That this input was used.
    #[codec(index = 9)]
    InputUsed,
    /// What was done before the quantised input.
    #[codec(index = 10)]
    Preparation,
    /// Parameters and seed.
    #[codec(index = 11)]
    Parameters,
    /// The output.
    #[codec(index = 12)]
    Output,
    /// That the output follows from model and input.
    #[codec(index = 13)]
    Execution,
    /// That this is a single answer, not the best of many.
    #[codec(index = 14)]
    SingleAnswer,
    /// What was used: tokens, time.
    #[codec(index = 15)]
    Usage,
    /// That the answer was made after block L.
    #[codec(index = 16)]
    AfterBlock,
    /// That the answer was made before block S.
    #[codec(index = 17)]
    BeforeBlock,
    /// Times by a clock.
    #[codec(index = 18)]
    ClockTimes,
    /// Price, split, refund.
    #[codec(index = 19)]
    Price,
    /// Who can read the input.
    #[codec(index = 20)]
    InputReaders,
    /// That the answer was delivered to the requester.
    #[codec(index = 21)]
    Delivered,
    /// That nothing is missing from what this provider did.
    #[codec(index = 22)]
    NothingMissing,
    /// That an enclave forwarded this input to its upstream; what the upstream used is another
    /// claim.
    #[codec(index = 23)]
    InputForwarded,
    /// That an enclave forwarded these parameters to its upstream.
    #[codec(index = 24)]
    ParametersForwarded,
}

impl Claim {
    /// All claims, in the order of print.
    pub const ALL: [Self; 25] = [
        Self::ModeAsked,
        Self::ModeAchieved,
        Self::Answerer,
        Self::Payee,
        Self::Location,
        Self::ModelAsked,
        Self::ModelRan,
        Self::KeyOfNetwork,
        Self::InputBytes,
        Self::InputForwarded,
        Self::InputUsed,
        Self::Preparation,
        Self::ParametersForwarded,
        Self::Parameters,
        Self::Output,
        Self::Execution,
        Self::SingleAnswer,
        Self::Usage,
        Self::AfterBlock,
        Self::BeforeBlock,
        Self::ClockTimes,
        Self::Price,
        Self::InputReaders,
        Self::Delivered,
        Self::NothingMissing,
    ];
}

/// How well a claim is supported. The order is that of support, and means something within one
/// claim only.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Standing {
    /// Nothing was said.
    #[codec(index = 0)]
    Absent,
    /// There is nothing to say, as of the parameters of a fixed circuit.
    #[codec(index = 1)]
    NotApplicable,
    /// A key says so, or it was relayed.
    #[codec(index = 2)]
    Signed,
    /// Code that hardware vouches for observed it itself, and the chain checked the vouching.
    #[codec(index = 3)]
    Attested,
    /// Every validator verified a proof of it.
    #[codec(index = 4)]
    Proven,
    /// The runtime made it so.
    #[codec(index = 5)]
    Enforced,
}

/// What a standing rests on beyond the checks, or what limits it.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Basis {
    /// Chain state and the rules of the runtime.
    #[codec(index = 0)]
    Runtime,
    /// The word of the provider's registered worker key.
    #[codec(index = 1)]
    WorkerKey,
    /// The word of an enclave's session key.
    #[codec(index = 2)]
    SessionKey,
    /// A hardware vendor's attestation.
    #[codec(index = 3)]
    Vendor,
    /// A reference value that somebody approved.
    #[codec(index = 4)]
    Approval,
    /// A proof system whose setup hides nothing, or whose ceremony the reader has reason to trust.
    #[codec(index = 5)]
    Setup,
    /// A setup that somebody could have kept the secret of: proven unless they forged it.
    #[codec(index = 6)]
    ForgeableSetup,
    /// The word of the model's owner; anybody who has the network can redo it.
    #[codec(index = 7)]
    ModelOwner,
    /// What an upstream said; who it is stands in the receipt.
    #[codec(index = 8)]
    Upstream,
    /// The word of the operator's host, outside what hardware vouches for.
    #[codec(index = 9)]
    Host,
    /// The requester's voucher.
    #[codec(index = 10)]
    Voucher,
    /// The bytes are not public: only who holds the opening can check.
    #[codec(index = 11)]
    Opening,
}

/// Who can redo the check behind a cell.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Redo {
    /// Nobody: a word, or nothing at all.
    #[codec(index = 0)]
    Nobody,
    /// Who holds the opening of a commitment.
    #[codec(index = 1)]
    HolderOfOpening,
    /// Anyone.
    #[codec(index = 2)]
    Anyone,
}

/// One cell of the table of standings.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Cell {
    /// What is said.
    pub claim: Claim,
    /// How well it is supported.
    pub standing: Standing,
    /// What that rests on.
    pub basis: BoundedVec<Basis, ConstU32<4>>,
    /// Who can redo the check.
    pub redo: Redo,
}

/// A whole table of standings: each claim once, in the order of [`Claim::ALL`].
pub type Table = BoundedVec<Cell, ConstU32<32>>;
