//! Bonds, reservations, keys and prices of those who answer.
//!
//! ## Pallet API
//!
//! | call | origin | what it does |
//! | --- | --- | --- |
//! | [`register`](Pallet::register) | signed | becomes a provider with a bond |
//! | [`bond_more`](Pallet::bond_more), [`unbond`](Pallet::unbond), [`withdraw`](Pallet::withdraw) | provider | moves the bond |
//! | [`leave`](Pallet::leave) | provider | stops for good |
//! | [`add_dispatcher_key`](Pallet::add_dispatcher_key), [`remove_dispatcher_key`](Pallet::remove_dispatcher_key) | provider | who may act on its leases |
//! | [`add_worker_key`](Pallet::add_worker_key), [`remove_worker_key`](Pallet::remove_worker_key) | provider | who may sign its answers |
//! | [`serve`](Pallet::serve), [`stop_serving`](Pallet::stop_serving) | provider | a model in a mode, at a price |
//! | [`chill`](Pallet::chill), [`unchill`](Pallet::unchill) | provider | takes no leases, takes them again |
//!
//! Leases come through [`opg_primitives::traits::Providers`], people through the view functions.
//!
//! ## Overview
//!
//! A provider's bond is a hold of its own account. Each open lease reserves price and compensation
//! cap of it; the sum never exceeds the bond times [`Config::CapacityFactor`], and what is reserved
//! cannot be unbonded. Unbonding takes [`Config::UnbondingPeriod`] blocks, in which what is unbonding
//! carries no lease but can be slashed.
//!
//! A lease is drawn by what is bonded, among those that serve the model in the mode, bonded in an
//! earlier epoch, are not chilled, and have capacity left.
//!
//! ## Example
//!
#![doc = docify::embed!("src/tests/draws.rs", who_registers_and_serves_is_drawn_from_the_next_epoch_on)]
//!
//! ## Implementation details
//!
//! - The draw is one walk down a tree of sums per model and mode ([`sum_tree`]).
//! - A change of bond, offers or chill comes into the trees in the next epoch, a few providers a
//!   block, and never sooner: see the module `seats` for why. Who cannot take a lease any more in the
//!   meantime is passed over by the draw, at once.
//! - A slash is bounded by what is on hold, what is unbonding included, and comes once per offence.
//!   It takes what no lease reserves first, so that a caller that slashes no more than the ended
//!   lease had reserved never takes what another lease relies on.
//! - An offence is remembered for [`Config::UnbondingPeriod`]: after that, nothing that was at stake
//!   then is left to be slashed, and its lease is long gone.
//! - Keys and offers pay no deposit of their own: they are bounded in number, and
//!   [`Config::MinBond`] is held for them.

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

pub mod capacity;
pub mod draw;
pub mod sum_tree;
pub mod types;
pub mod weights;

mod bonds;
mod errors;
mod events;
mod keys;
mod leases;
mod offers;
mod read;
mod seats;
mod slashing;
mod try_state;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::crowd;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

use frame_support::pallet_macros::*;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

/// A model to serve in benchmarks.
#[cfg(feature = "runtime-benchmarks")]
pub trait BenchmarkHelper {
    /// Registers a model that can be served, and names it and a mode of it.
    fn servable() -> (opg_primitives::ids::ModelId, opg_primitives::mode::Mode);
}

#[import_section(errors::errors)]
#[import_section(events::events)]
// Storage entries and errors expand to it.
#[allow(clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
    use super::*;
    use crate::sum_tree::Node;
    use alloc::vec::Vec;
    use frame_support::{
        pallet_prelude::*,
        traits::fungible::{BalancedHold, Inspect, MutateHold},
    };
    use frame_system::pallet_prelude::*;
    use opg_primitives::{
        ids::{DispatcherKey, ModelId, OffenceId, Signature, WorkerKey},
        mode::Mode,
        traits::Models,
        Balance, BlockNumber,
    };
    use sp_runtime::traits::SaturatedConversion;

    /// The storage version.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(0);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    #[pallet::config]
    pub trait Config:
        frame_system::Config<
        RuntimeEvent: From<Event<Self>>,
        AccountId: From<[u8; 32]> + Into<[u8; 32]>,
        Hash: Into<[u8; 32]>,
    >
    {
        /// The names of this pallet's holds, in the runtime's enum.
        type RuntimeHoldReason: From<HoldReason>;

        /// OPG.
        type Currency: Inspect<Self::AccountId, Balance = Balance>
            + MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>
            + BalancedHold<Self::AccountId>;

        /// The models that can be served.
        type Models: Models;

        /// The number of this epoch.
        type Epoch: Get<u64>;

        /// Who gets the treasury's part of a slash.
        type TreasuryAccount: Get<Self::AccountId>;

        /// The least bond, in units of 10^-18 OPG.
        #[pallet::constant]
        type MinBond: Get<Balance>;

        /// Blocks that what is unbonding waits: more than any window in which a slash can come.
        #[pallet::constant]
        type UnbondingPeriod: Get<BlockNumber>;

        /// How often over open leases may reserve a bond. At least 1.
        #[pallet::constant]
        type CapacityFactor: Get<u32>;

        /// After how many leases in a row that it did not acknowledge a provider is chilled. At
        /// least 1.
        #[pallet::constant]
        type SilencesUntilChill: Get<u32>;

        /// Weights.
        type WeightInfo: WeightInfo;

        /// What benchmarks need.
        #[cfg(feature = "runtime-benchmarks")]
        type BenchmarkHelper: BenchmarkHelper;
    }

    /// Why this pallet holds money.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// A provider's bond, with what is unbonding.
        #[codec(index = 0)]
        Bond,
    }

    /// All providers, those that are leaving too.
    #[pallet::storage]
    pub type Providers<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Provider>;

    /// What each provider serves.
    #[pallet::storage]
    pub type Offers<T: Config> =
        StorageMap<_, Blake2_128Concat, T::AccountId, OfferList, ValueQuery>;

    /// Who may act on a provider's leases.
    #[pallet::storage]
    pub type DispatcherKeys<T: Config> =
        StorageMap<_, Blake2_128Concat, T::AccountId, DispatcherKeyList, ValueQuery>;

    /// Who may sign a provider's answers.
    #[pallet::storage]
    pub type WorkerKeys<T: Config> =
        StorageMap<_, Blake2_128Concat, T::AccountId, WorkerKeyList, ValueQuery>;

    /// Whose a worker key is: one provider's at a time.
    #[pallet::storage]
    pub type WorkerKeyOwner<T: Config> = StorageMap<_, Blake2_128Concat, WorkerKey, T::AccountId>;

    /// The nodes of the trees of draw weights, by level and number.
    #[pallet::storage]
    pub type TreeNodes<T: Config> =
        StorageDoubleMap<_, Identity, TreeKey, Twox64Concat, (u8, u32), Node, ValueQuery>;

    /// How many seats of a tree are taken.
    #[pallet::storage]
    pub type SeatCount<T: Config> = StorageMap<_, Identity, TreeKey, u32, ValueQuery>;

    /// Who has a seat of a tree.
    #[pallet::storage]
    pub type SeatAt<T: Config> =
        StorageDoubleMap<_, Identity, TreeKey, Twox64Concat, u32, T::AccountId>;

    /// Which seat of a tree a provider has.
    #[pallet::storage]
    pub type SeatOf<T: Config> =
        StorageDoubleMap<_, Identity, TreeKey, Blake2_128Concat, T::AccountId, u32>;

    /// The trees in which a provider has a seat.
    #[pallet::storage]
    pub type Seats<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, SeatList, ValueQuery>;

    /// The epoch of the last change of each provider whose weights are not up to date.
    #[pallet::storage]
    pub type Touched<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, u64>;

    /// The providers whose weights are not up to date, by epoch.
    #[pallet::storage]
    pub type SyncQueue<T: Config> = StorageMap<_, Twox64Concat, u64, (u64, T::AccountId)>;

    /// The ends of that queue.
    #[pallet::storage]
    pub type SyncEnds<T: Config> = StorageValue<_, Ends, ValueQuery>;

    /// The offences that were slashed for, with their block.
    #[pallet::storage]
    pub type Offences<T: Config> = StorageMap<_, Identity, OffenceId, BlockNumber>;

    /// The same in the order of their blocks.
    #[pallet::storage]
    pub type OffenceQueue<T: Config> = StorageMap<_, Twox64Concat, u64, (BlockNumber, OffenceId)>;

    /// The ends of that queue.
    #[pallet::storage]
    pub type OffenceEnds<T: Config> = StorageValue<_, Ends, ValueQuery>;

    /// Providers that a network starts with.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// Each with its bond, which has to be in its balance. They can take leases from the first
        /// block on.
        pub providers: Vec<(T::AccountId, Balance)>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        /// Refuses, by a panic before the chain exists, a bond that could not be registered.
        fn build(&self) {
            for (who, bond) in &self.providers {
                let registered = Pallet::<T>::enter(who, *bond, 0);
                assert!(registered.is_ok(), "a provider of genesis is refused: {registered:?}");
            }
        }
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(now: BlockNumberFor<T>) -> Weight {
            Self::prune_offences(now.saturated_into()).saturating_add(Self::sync_due())
        }

        fn integrity_test() {
            assert!(T::CapacityFactor::get() >= 1, "a bond has to carry something");
            assert!(T::SilencesUntilChill::get() >= 1, "a provider has to be allowed a lease");
            assert!(T::MinBond::get() >= T::Currency::minimum_balance(), "a bond below dust");
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Becomes a provider with a bond of `bond` units of 10^-18 OPG, held on the signer's
        /// account. It can take leases from the next epoch on.
        ///
        /// # Errors
        /// [`Error::AlreadyRegistered`], [`Error::BelowMinBond`], and those of the hold.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::register())]
        pub fn register(origin: OriginFor<T>, bond: Balance) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::enter(&who, bond, T::Epoch::get().saturating_add(1))?;
            Self::deposit_event(Event::Registered { provider: who, bond });
            Ok(())
        }

        /// Adds `amount` units of 10^-18 OPG to the signer's bond: to its capacity at once, to its
        /// weight in draws from the next epoch on.
        ///
        /// # Errors
        /// [`Error::NotRegistered`], [`Error::Leaving`], [`Error::ZeroAmount`], and those of the
        /// hold.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::bond_more())]
        pub fn bond_more(origin: OriginFor<T>, amount: Balance) -> DispatchResult {
            Self::do_bond_more(ensure_signed(origin)?, amount)
        }

        /// Lets `amount` units of 10^-18 OPG of the signer's bond wait to be withdrawn. It carries
        /// no lease from now on. What open leases reserve, and the least bond, stay.
        ///
        /// # Errors
        /// [`Error::NotRegistered`], [`Error::Leaving`], [`Error::ZeroAmount`],
        /// [`Error::BelowMinBond`], [`Error::BondReserved`], [`Error::TooManyUnbonding`].
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::unbond())]
        pub fn unbond(origin: OriginFor<T>, amount: Balance) -> DispatchResult {
            Self::do_unbond(ensure_signed(origin)?, amount)
        }

        /// Frees what has been unbonding for long enough. A provider that left and has nothing on
        /// hold any more is forgotten.
        ///
        /// # Errors
        /// [`Error::NotRegistered`], [`Error::NothingToWithdraw`].
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::withdraw())]
        pub fn withdraw(origin: OriginFor<T>) -> DispatchResult {
            Self::do_withdraw(ensure_signed(origin)?)
        }

        /// Stops for good: keys and offers are removed, the whole bond is unbonding. Not while a
        /// lease is open.
        ///
        /// # Errors
        /// [`Error::NotRegistered`], [`Error::Leaving`], [`Error::BondReserved`],
        /// [`Error::TooManyUnbonding`].
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::leave())]
        pub fn leave(origin: OriginFor<T>) -> DispatchResult {
            Self::do_leave(ensure_signed(origin)?)
        }

        /// Lets `key`, Sr25519, act on the signer's leases.
        ///
        /// # Errors
        /// [`Error::NotRegistered`], [`Error::Leaving`], [`Error::KeyTaken`],
        /// [`Error::TooManyKeys`].
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::add_dispatcher_key())]
        pub fn add_dispatcher_key(origin: OriginFor<T>, key: DispatcherKey) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::present(&who)?;
            DispatcherKeys::<T>::try_mutate(&who, |keys| {
                ensure!(!keys.contains(&key), Error::<T>::KeyTaken);
                keys.try_push(key).map_err(|_| Error::<T>::TooManyKeys)
            })?;
            Self::deposit_event(Event::DispatcherKeyAdded { provider: who, key });
            Ok(())
        }

        /// Lets `key` not act on the signer's leases any more, open ones included.
        ///
        /// # Errors
        /// [`Error::UnknownKey`].
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::remove_dispatcher_key())]
        pub fn remove_dispatcher_key(origin: OriginFor<T>, key: DispatcherKey) -> DispatchResult {
            let who = ensure_signed(origin)?;
            DispatcherKeys::<T>::try_mutate(&who, |keys| {
                let place = keys.iter().position(|known| *known == key);
                keys.remove(place.ok_or(Error::<T>::UnknownKey)?);
                Ok::<(), Error<T>>(())
            })?;
            Self::deposit_event(Event::DispatcherKeyRemoved { provider: who, key });
            Ok(())
        }

        /// Lets `key`, Ed25519, sign the signer's answers. `signature` is that of the key over
        /// [`register_key_hash`](opg_primitives::statement::register_key_hash) with this chain's genesis hash, the
        /// signer's account and the key: nobody registers the key of another.
        ///
        /// # Errors
        /// [`Error::NotRegistered`], [`Error::Leaving`], [`Error::KeyTaken`],
        /// [`Error::TooManyKeys`], [`Error::WeakKey`], [`Error::BadKeySignature`].
        #[pallet::call_index(7)]
        #[pallet::weight(T::WeightInfo::add_worker_key())]
        pub fn add_worker_key(
            origin: OriginFor<T>,
            key: WorkerKey,
            signature: Signature,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::present(&who)?;
            ensure!(!WorkerKeyOwner::<T>::contains_key(key), Error::<T>::KeyTaken);
            WorkerKeys::<T>::try_mutate(&who, |keys| {
                keys.try_push(key).map_err(|_| Error::<T>::TooManyKeys)
            })?;
            Self::check_worker_key(&who, key, signature)?;
            WorkerKeyOwner::<T>::insert(key, &who);
            Self::deposit_event(Event::WorkerKeyAdded { provider: who, key });
            Ok(())
        }

        /// Lets `key` not sign the signer's answers any more, those of open leases included.
        ///
        /// # Errors
        /// [`Error::UnknownKey`].
        #[pallet::call_index(8)]
        #[pallet::weight(T::WeightInfo::remove_worker_key())]
        pub fn remove_worker_key(origin: OriginFor<T>, key: WorkerKey) -> DispatchResult {
            let who = ensure_signed(origin)?;
            WorkerKeys::<T>::try_mutate(&who, |keys| {
                let place = keys.iter().position(|known| *known == key);
                keys.remove(place.ok_or(Error::<T>::UnknownKey)?);
                Ok::<(), Error<T>>(())
            })?;
            WorkerKeyOwner::<T>::remove(key);
            Self::deposit_event(Event::WorkerKeyRemoved { provider: who, key });
            Ok(())
        }

        /// Serves `model` in `mode` for `price` units of 10^-18 OPG an answer, or changes that
        /// price. New offers are drawn from the next epoch on, a price counts at once; open leases
        /// keep theirs.
        ///
        /// # Errors
        /// [`Error::NotRegistered`], [`Error::Leaving`], [`Error::NotServable`],
        /// [`Error::TooManyOffers`].
        #[pallet::call_index(9)]
        #[pallet::weight(T::WeightInfo::serve())]
        pub fn serve(
            origin: OriginFor<T>,
            model: ModelId,
            mode: Mode,
            price: Balance,
        ) -> DispatchResult {
            Self::do_serve(ensure_signed(origin)?, Offer { model, mode, price })
        }

        /// Serves `model` in `mode` no more; open leases stay.
        ///
        /// # Errors
        /// [`Error::NotServing`].
        #[pallet::call_index(10)]
        #[pallet::weight(T::WeightInfo::stop_serving())]
        pub fn stop_serving(origin: OriginFor<T>, model: ModelId, mode: Mode) -> DispatchResult {
            Self::do_stop_serving(ensure_signed(origin)?, model, mode)
        }

        /// Takes no new leases until [`unchill`](Pallet::unchill); open ones stay.
        ///
        /// # Errors
        /// [`Error::NotRegistered`], [`Error::Leaving`], [`Error::AlreadyChilled`].
        #[pallet::call_index(11)]
        #[pallet::weight(T::WeightInfo::chill())]
        pub fn chill(origin: OriginFor<T>) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::change(&who, |provider| {
                ensure!(!provider.chilled, Error::<T>::AlreadyChilled);
                provider.chilled = true;
                Ok(())
            })?;
            Self::touch(&who);
            Self::deposit_event(Event::Chilled { provider: who });
            Ok(())
        }

        /// Takes leases again, from the next epoch on.
        ///
        /// # Errors
        /// [`Error::NotRegistered`], [`Error::Leaving`], [`Error::NotChilled`],
        /// [`Error::BelowMinBond`].
        #[pallet::call_index(12)]
        #[pallet::weight(T::WeightInfo::unchill())]
        pub fn unchill(origin: OriginFor<T>) -> DispatchResult {
            let who = ensure_signed(origin)?;
            let eligible_from = T::Epoch::get().saturating_add(1);
            Self::change(&who, |provider| {
                ensure!(provider.chilled, Error::<T>::NotChilled);
                ensure!(provider.bond >= T::MinBond::get(), Error::<T>::BelowMinBond);
                provider.chilled = false;
                provider.silences = 0;
                provider.eligible_from = eligible_from;
                Ok(())
            })?;
            Self::touch(&who);
            Self::deposit_event(Event::Unchilled { provider: who, eligible_from });
            Ok(())
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// What is known of a provider.
        pub fn provider(provider: T::AccountId) -> Option<Provider> {
            Providers::<T>::get(provider)
        }

        /// What a provider serves.
        pub fn offers(provider: T::AccountId) -> OfferList {
            Offers::<T>::get(provider)
        }

        /// A provider's keys: those that act on its leases, those that sign its answers.
        pub fn keys(provider: T::AccountId) -> (DispatcherKeyList, WorkerKeyList) {
            (DispatcherKeys::<T>::get(&provider), WorkerKeys::<T>::get(&provider))
        }

        /// Who serves `model` in `mode`, from seat number `from` on, [`PAGE`] at a time.
        pub fn quotes(model: ModelId, mode: Mode, from: u32) -> Vec<Quote<T::AccountId>> {
            Self::quotes_from((model, mode), from)
        }
    }
}
