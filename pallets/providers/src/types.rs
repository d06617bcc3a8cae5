//! The pallet's own types.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{pallet_prelude::ConstU32, BoundedVec};
use opg_primitives::{
    ids::{DispatcherKey, ModelId, WorkerKey},
    mode::Mode,
    Balance, BlockNumber,
};
use scale_info::TypeInfo;

/// Dispatcher keys of a provider.
pub const MAX_DISPATCHER_KEYS: u32 = 4;
/// Worker keys of a provider.
pub const MAX_WORKER_KEYS: u32 = 8;
/// Offers of a provider: a model in a mode, each.
pub const MAX_OFFERS: u32 = 32;
/// Parts of a bond that may wait to be withdrawn.
pub const MAX_UNBONDING: u32 = 8;
/// How often a draw is repeated.
pub const MAX_REDRAWS: u8 = 8;
/// Providers whose draw weights are brought up to date in one block.
pub const SYNCS_PER_BLOCK: u32 = 2;
/// Old offences that are forgotten in one block.
pub const PRUNED_PER_BLOCK: u32 = 8;
/// Quotes that one page of the view function holds.
pub const PAGE: u32 = 64;

/// What one tree of draw weights is for.
pub type TreeKey = (ModelId, Mode);
/// A provider's dispatcher keys.
pub type DispatcherKeyList = BoundedVec<DispatcherKey, ConstU32<MAX_DISPATCHER_KEYS>>;
/// A provider's worker keys.
pub type WorkerKeyList = BoundedVec<WorkerKey, ConstU32<MAX_WORKER_KEYS>>;
/// A provider's offers, each model and mode once.
pub type OfferList = BoundedVec<Offer, ConstU32<MAX_OFFERS>>;
/// The trees in which a provider has a seat.
pub type SeatList = BoundedVec<TreeKey, ConstU32<MAX_OFFERS>>;
/// Parts of a bond that wait to be withdrawn, the oldest first.
pub type UnbondingQueue = BoundedVec<Unbonding, ConstU32<MAX_UNBONDING>>;

/// A part of a bond that waits to be withdrawn. It can still be slashed.
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
pub struct Unbonding {
    /// How much, in units of 10^-18 OPG.
    pub amount: Balance,
    /// The first block in which it can be withdrawn.
    pub at: BlockNumber,
}

/// What is known of a provider.
#[derive(
    Clone,
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
pub struct Provider {
    /// The bond, without what is unbonding.
    pub bond: Balance,
    /// What is unbonding.
    pub unbonding: UnbondingQueue,
    /// The sum of what open leases reserve.
    pub reserved: Balance,
    /// The sum of what was slashed.
    pub slashed: Balance,
    /// The first epoch in which it can be given a lease.
    pub eligible_from: u64,
    /// Leases in a row that it did not acknowledge.
    pub silences: u32,
    /// Whether it takes no leases until it says that it is back.
    pub chilled: bool,
    /// Whether it left, and waits for its bond.
    pub leaving: bool,
}

/// What a provider serves, and for how much.
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
pub struct Offer {
    /// The model.
    pub model: ModelId,
    /// The mode.
    pub mode: Mode,
    /// The price of one answer, in units of 10^-18 OPG.
    pub price: Balance,
}

impl Offer {
    /// The tree that it has a seat in.
    pub fn tree(&self) -> TreeKey {
        (self.model, self.mode)
    }
}

/// A first-in-first-out queue's ends: entries have the numbers from `first` on, below `next`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Ends {
    /// The number of the oldest entry.
    pub first: u64,
    /// The number of the entry to come.
    pub next: u64,
}

/// A provider in the list of those who serve a model in a mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Quote<AccountId> {
    /// The provider.
    pub provider: AccountId,
    /// Its price, in units of 10^-18 OPG.
    pub price: Balance,
    /// Its weight in the draw: what was bonded at the beginning of the epoch.
    pub weight: Balance,
    /// What of its bond no lease reserves: price and compensation cap of a lease have to fit.
    pub capacity: Balance,
    /// Whether it can be given a lease in this epoch.
    pub eligible: bool,
}
