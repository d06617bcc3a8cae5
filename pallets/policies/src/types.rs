//! The pallet's own types.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{pallet_prelude::ConstU32, BoundedVec, PalletError};
use opg_primitives::{
    ids::Digest,
    policy::{ClassId, PolicyVersion, Rules},
    BlockNumber,
};
use scale_info::TypeInfo;

/// Classes that one draft may change.
pub const MAX_CLASSES_PER_DRAFT: u32 = 16;
/// Classes that there may be.
pub const MAX_CLASSES: u32 = 64;
/// How often one class may change. Every version stays readable, so this bounds a look-up.
pub const MAX_CHANGES_PER_CLASS: u32 = 1024;
/// Drafts that may wait for their block.
pub const MAX_PENDING: u32 = 8;

/// What a draft changes: for each class its new rules, whole.
pub type DraftRules = BoundedVec<(ClassId, Rules), ConstU32<MAX_CLASSES_PER_DRAFT>>;
/// The versions in which a class changed, ascending.
pub type ChangeLog = BoundedVec<PolicyVersion, ConstU32<MAX_CHANGES_PER_CLASS>>;
/// Enactments that wait, by block.
pub type PendingQueue = BoundedVec<Enactment, ConstU32<MAX_PENDING>>;

/// Rules that somebody proposes. Its id is the blake2-256 of the encoded rules, so a vote on an id
/// is a vote on its content.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Draft<AccountId, Ticket> {
    /// Who stored it, and is given the deposit back.
    pub payer: AccountId,
    /// The deposit.
    pub ticket: Ticket,
    /// What it changes.
    pub rules: DraftRules,
    /// The block in which it takes effect, once governance said so.
    pub enact_at: Option<BlockNumber>,
}

/// A draft that waits for its block.
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
pub struct Enactment {
    /// The block in which it takes effect.
    pub at: BlockNumber,
    /// Which draft.
    pub draft: Digest,
}

/// Why rules are refused.
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
    PalletError,
)]
pub enum Fault {
    /// The draft names no class. Name at least one.
    NoClass,
    /// The draft names a class twice. Merge the two.
    DuplicateClass,
    /// A class has a bad name. Use 1 to 24 of `a` to `z`, `0` to `9` and `-`.
    BadClassName,
    /// A floor accepts no mode, so nothing could ever settle. Name at least one mode.
    EmptyFloor,
    /// A floor accepts a mode for which this runtime has no verifier. Leave it out.
    UnknownMode,
    /// The default mode is not among those that the floor accepts. Add it, or choose another.
    DefaultOutsideFloor,
    /// A floor names a claim twice. Keep the higher standing.
    DuplicateClaim,
    /// No answer in one of the accepted modes can ever meet the floor. Lower it, or leave the mode
    /// out.
    Unreachable,
    /// A class keeps the rules that it has. Leave it out.
    NothingChanges,
    /// There would be more than 64 classes. Change one that exists.
    TooManyClasses,
    /// A class was changed 1,024 times, which is all that is kept. Open another class.
    TooManyChanges,
}
