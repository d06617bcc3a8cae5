//! The log of receipts.
//!
//! # Pallet API
//!
//! There are no calls. Receipts are written by other pallets through
//! [`opg_primitives::traits::Receipts`], read through storage or the view functions of [`Pallet`].
//!
//! # Overview
//!
//! Each lease, and with its last lease each request, ends in a receipt. This pallet computes the
//! receipt's id, keeps it in hot state for [`Config::Life`] blocks, numbers it among its
//! provider's, counts it, and puts the root over the block's receipts into the header. A receipt
//! that has left hot state is still under that root, and in the off-chain storage of nodes that
//! index ([`archive`]).
//!
//! # Example
//!
#![doc = docify::embed!("src/tests/append.rs", a_written_receipt_is_found_by_id_lease_and_sequence)]
//!
//! # Implementation details
//!
//! * **Root.** `on_finalize` deposits `Consensus(b"OPGR", BlockRoot)` in every block from block 1,
//!   also where there is no receipt: a header without the item is of another chain. Nothing may
//!   write a receipt after it, so pallets that write some in their own `on_finalize` stand before
//!   this one in the runtime. What each leaf adds to `on_finalize` is registered when it is
//!   written, as weight of the mandatory class.
//! * **Sequence.** The number is stamped here, whatever the writer set, so that it has no gap by
//!   construction. Numbers are never used again: pruning moves `first_held`, not `next`.
//! * **Pruning.** Receipts are kept in the order of their writing, so a cursor is enough: nothing
//!   is scanned, each block goes at most [`Config::PrunePerBlock`] steps and within the weight
//!   that is left, and goes on from there in the next one. The window is read at each step, so that
//!   governance may change it.
//! * **Counters** are bounded by what exists: eight outcomes of the chain, of each registered
//!   model and of each provider, and those two paid a deposit or a bond.
//! * **Code hash.** A receipt names the code that judged it. Hashing two megabytes takes
//!   milliseconds, so the hash is kept, and forgotten in the block whose digest says that the
//!   runtime environment changed. `:code` may already be the next one while a block is executed
//!   by the last, therefore it is read at the beginning of a block only.

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

pub mod archive;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod code;
#[cfg(test)]
mod mock;
mod pruning;
#[cfg(test)]
mod tests;
mod try_state;
pub mod types;
pub mod weights;
mod writing;

pub use pallet::*;
pub use weights::WeightInfo;

// Storage entries and errors expand to it.
#[allow(clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
    use crate::{
        types::{Inclusion, Life, OutcomeKind, Place, Sequence, Subject, Tallies},
        WeightInfo,
    };
    use alloc::vec::Vec;
    use frame_support::pallet_prelude::*;
    use frame_system::pallet_prelude::*;
    use opg_primitives::{
        ids::{Account, Digest, ReceiptId, RequestId},
        receipt::Receipt,
        request::Outcome,
        tree, Attempt, BlockNumber,
    };
    use sp_runtime::SaturatedConversion;

    /// The version of this pallet's storage.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    /// What the runtime decides.
    #[pallet::config]
    pub trait Config:
        frame_system::Config<RuntimeEvent: From<Event<Self>>, Hash: Into<[u8; 32]>>
    {
        /// How many blocks a receipt stays in hot state after its own. Governed.
        type Life: Get<BlockNumber>;

        /// The most steps that pruning goes in a block: one for a receipt, one for a block without
        /// receipts. More than the receipts of an average block, and at least two, or pruning
        /// never catches up.
        #[pallet::constant]
        type PrunePerBlock: Get<u32>;

        /// The weights.
        type WeightInfo: WeightInfo;
    }

    /// The pallet.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// The receipts in hot state.
    // `Identity`: the chain computed the key.
    #[pallet::storage]
    pub type Log<T: Config> = CountedStorageMap<_, Identity, ReceiptId, Receipt>;

    /// The receipt of a request's attempt.
    #[pallet::storage]
    pub type ByLease<T: Config> =
        StorageDoubleMap<_, Identity, RequestId, Twox64Concat, Attempt, ReceiptId>;

    /// A provider's receipt of a number.
    #[pallet::storage]
    pub type BySequence<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, Account, Twox64Concat, u64, ReceiptId>;

    /// Which numbers a provider's receipts have.
    #[pallet::storage]
    pub type Sequences<T: Config> = StorageMap<_, Blake2_128Concat, Account, Sequence, ValueQuery>;

    /// The receipts of a block, in the order of writing.
    #[pallet::storage]
    pub type InBlock<T: Config> =
        StorageDoubleMap<_, Twox64Concat, BlockNumber, Twox64Concat, u32, ReceiptId>;

    /// How many receipts a block wrote; none once all of them are pruned.
    #[pallet::storage]
    pub type Written<T: Config> = StorageMap<_, Twox64Concat, BlockNumber, u32, ValueQuery>;

    /// The oldest place that pruning has not passed: before it, nothing is in hot state.
    #[pallet::storage]
    pub type Cursor<T: Config> = StorageValue<_, Place, ValueQuery>;

    /// Counters by subject and outcome, over all time.
    #[pallet::storage]
    pub type Counters<T: Config> = StorageDoubleMap<
        _,
        Blake2_128Concat,
        Subject,
        Twox64Concat,
        OutcomeKind,
        Tallies,
        ValueQuery,
    >;

    /// The runtime's version and the blake2-256 of its code as stored, until the code changes.
    #[pallet::storage]
    pub type JudgedCode<T: Config> = StorageValue<_, (u32, Digest)>;

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A receipt was written.
        ReceiptWritten {
            /// Its id.
            id: ReceiptId,
            /// The request.
            request: RequestId,
            /// The attempt.
            attempt: Attempt,
            /// How the lease ended.
            outcome: Outcome,
            /// Whether the request ended with it.
            terminal: bool,
            /// The provider and the receipt's number among the provider's, if there was a lease.
            provider: Option<(Account, u64)>,
            /// The receipt's place among those of this block, which is that of its leaf.
            index: u32,
        },
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(_: BlockNumberFor<T>) -> Weight {
            Self::refresh_code()
                .saturating_add(T::WeightInfo::on_initialize())
                .saturating_add(T::WeightInfo::on_finalize(0))
        }

        fn on_idle(now: BlockNumberFor<T>, remaining: Weight) -> Weight {
            Self::prune(now.saturated_into(), remaining)
        }

        fn on_finalize(now: BlockNumberFor<T>) {
            Self::deposit_root(now.saturated_into());
            Self::forget_changed_code();
        }

        fn on_runtime_upgrade() -> Weight {
            Self::refresh_code()
        }

        fn integrity_test() {
            assert!(T::PrunePerBlock::get() >= 2, "pruning would never catch up");
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// The receipt, if it is in hot state.
        pub fn receipt(id: ReceiptId) -> Option<Receipt> {
            Log::<T>::get(id)
        }

        /// The receipts of a request that are in hot state, by attempt.
        pub fn receipts_of(request: RequestId) -> Vec<(ReceiptId, Receipt)> {
            let mut found: Vec<_> = ByLease::<T>::iter_prefix_values(request)
                .filter_map(|id| Log::<T>::get(id).map(|receipt| (id, receipt)))
                .collect();
            found.sort_by_key(|(_, receipt)| receipt.attempt);
            found
        }

        /// The receipt of that number among the provider's, if it is in hot state.
        pub fn by_sequence(provider: Account, number: u64) -> Option<(ReceiptId, Receipt)> {
            let id = BySequence::<T>::get(provider, number)?;
            Some((id, Log::<T>::get(id)?))
        }

        /// Which numbers the provider's receipts have, and from which on they are in hot state.
        pub fn sequence_of(provider: Account) -> Sequence {
            Sequences::<T>::get(provider)
        }

        /// How the request of a receipt ended; none while it has attempts left, or if the receipt
        /// is not in hot state.
        pub fn life(id: ReceiptId) -> Option<Life> {
            Log::<T>::get(id)
                .filter(|receipt| receipt.terminal)
                .map(|receipt| receipt.outcome.into())
        }

        /// The subject's counters, by outcome; what was never counted is left out.
        pub fn counters(subject: Subject) -> Vec<(OutcomeKind, Tallies)> {
            OutcomeKind::ALL
                .into_iter()
                .filter_map(|kind| Counters::<T>::try_get(subject, kind).ok().map(|t| (kind, t)))
                .collect()
        }

        /// The ids of all receipts of a block, in the order of their leaves. None if pruning has
        /// reached that block, or if it has not come yet.
        pub fn receipts_in(block: BlockNumber) -> Option<Vec<ReceiptId>> {
            Self::ids_in(block)
        }

        /// What shows that the receipt of this place was written in its block. None where
        /// [`Self::receipts_in`] has none, or no receipt has that place.
        pub fn inclusion(place: Place) -> Option<Inclusion> {
            let ids = Self::ids_in(place.block)?;
            let path = tree::prove(&ids, place.index)?;
            Some(Inclusion { place, root: tree::root(&ids), path })
        }

        /// The runtime's version and the blake2-256 of its code, as a receipt of this block has
        /// them.
        pub fn code() -> (u32, Digest) {
            Self::judged_code()
        }
    }
}
