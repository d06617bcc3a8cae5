//! Defaults and floors of verification per model class, versioned.
//!
//! ## Pallet API
//!
//! | call | origin | what it does |
//! | --- | --- | --- |
//! | [`store_draft`](Pallet::store_draft) | signed, deposit | proposes rules; their hash is the draft's id |
//! | [`discard_draft`](Pallet::discard_draft) | who stored it | takes it back, with the deposit |
//! | [`enact`](Pallet::enact) | [`Config::PolicyOrigin`] | lets a draft take effect at a block to come |
//! | [`cancel`](Pallet::cancel) | [`Config::PolicyOrigin`] | takes that back |
//!
//! Read through [`opg_primitives::traits::Policies`] or the view functions.
//!
//! ## Overview
//!
//! A class has [`Rules`]: the mode of a request that names none, the floor that an answer must meet,
//! and whether a requester may name its provider. Versions count up from 0, the genesis; each draft
//! that takes effect is one more. A receipt names the version that it was judged under, so every
//! version of every class stays readable for ever.
//!
//! Rules that could never be met, or that contradict themselves, are refused by name
//! ([`Fault`]) when they are stored, again when they are enacted and again when they take effect,
//! since rules and modes may have changed between.
//!
//! ## Example
//!
#![doc = docify::embed!("src/tests/enactment.rs", a_draft_takes_effect_at_its_block_and_not_before)]
//!
//! ## Implementation details
//!
//! - The rules of a class are stored only for the versions in which they changed; a list of those
//!   versions is searched for the last one that is not later than what is asked. It is bounded, so
//!   the look-up is.
//! - One enactment a block: versions are then told apart by their block, and the hook is bounded.
//! - A draft's id is the hash of its content, so governance cannot be shown one thing and enact
//!   another. The same content cannot be stored twice at a time.
//! - The deposit goes back to who paid it: when the draft is discarded, takes effect, or fails to.

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

pub mod types;
pub mod validation;
pub mod weights;

mod enactment;
mod try_state;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

// Storage entries and errors expand to it.
#[allow(clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
    use super::*;
    use alloc::vec::Vec;
    use frame_support::{
        pallet_prelude::*,
        traits::{Consideration, Footprint},
    };
    use frame_system::pallet_prelude::*;
    use opg_primitives::{
        ids::Digest,
        mode::ModeSet,
        policy::{ClassId, PolicyVersion, Rules},
        BlockNumber,
    };
    use sp_runtime::traits::SaturatedConversion;

    /// The storage version.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(0);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    #[pallet::config]
    pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
        /// The names of this pallet's holds, in the runtime's enum.
        type RuntimeHoldReason: From<HoldReason>;

        /// The deposit for a draft, by its encoded size.
        type Consideration: Consideration<Self::AccountId, Footprint>;

        /// Governance: who may let a draft take effect.
        type PolicyOrigin: EnsureOrigin<Self::RuntimeOrigin>;

        /// The modes for which this runtime has a verifier; a floor accepts no other.
        type KnownModes: Get<ModeSet>;

        /// Weights.
        type WeightInfo: WeightInfo;
    }

    /// Why this pallet holds money.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// The deposit for a draft.
        #[codec(index = 0)]
        Draft,
    }

    /// The version in force in this block.
    #[pallet::storage]
    pub type Current<T: Config> = StorageValue<_, PolicyVersion, ValueQuery>;

    /// For each class, the versions in which its rules changed, ascending.
    #[pallet::storage]
    pub type Changes<T: Config> =
        CountedStorageMap<_, Blake2_128Concat, ClassId, ChangeLog, ValueQuery>;

    /// The rules of a class as of a version in which they changed. Never removed.
    #[pallet::storage]
    pub type RulesAt<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, ClassId, Twox64Concat, PolicyVersion, Rules>;

    /// What is proposed, by the hash of its content.
    #[pallet::storage]
    pub type Drafts<T: Config> =
        StorageMap<_, Identity, Digest, Draft<T::AccountId, T::Consideration>>;

    /// What waits for its block, by block; one a block.
    #[pallet::storage]
    pub type Pending<T: Config> = StorageValue<_, PendingQueue, ValueQuery>;

    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// Rules were proposed.
        DraftStored {
            /// The draft: the hash of its content.
            draft: Digest,
            /// Who stored it and paid the deposit.
            payer: T::AccountId,
            /// How many classes it changes.
            classes: u32,
        },
        /// A draft was taken back, the deposit returned.
        DraftDiscarded {
            /// Which draft.
            draft: Digest,
        },
        /// Governance decided that a draft takes effect.
        Scheduled {
            /// Which draft.
            draft: Digest,
            /// In which block.
            at: BlockNumber,
        },
        /// Governance took that back.
        Cancelled {
            /// Which draft.
            draft: Digest,
        },
        /// A new version is in force, from this block on.
        Enacted {
            /// The version.
            version: PolicyVersion,
            /// The draft that made it.
            draft: Digest,
        },
        /// A draft could not take effect, since rules or modes changed while it waited. The version
        /// stays as it was; the draft is gone and its deposit returned.
        NotEnacted {
            /// Which draft.
            draft: Digest,
            /// Why.
            fault: Fault,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// These rules cannot be rules; the fault says which and what to do.
        Refused(Fault),
        /// This very draft is stored. Ask for it to be enacted.
        AlreadyStored,
        /// There is no draft of this id. Store it first.
        UnknownDraft,
        /// Another account stored this draft. Let that account discard it.
        NotPayer,
        /// The draft waits for its block. Have it cancelled first.
        AlreadyScheduled,
        /// The draft does not wait for a block. There is nothing to cancel.
        NotScheduled,
        /// The block is not in the future. Name a later one.
        BlockPassed,
        /// Another draft takes effect in that block. Name another block.
        BlockTaken,
        /// As many drafts wait as can. Wait for one to take effect, or cancel one.
        TooManyPending,
    }

    /// The rules of version 0.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// Each class with its rules.
        pub classes: Vec<(ClassId, Rules)>,
        /// Nothing.
        #[serde(skip)]
        pub _config: core::marker::PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        /// Refuses, by a panic before the chain exists, what no draft could set.
        fn build(&self) {
            let checked = match self.classes.is_empty() {
                true => Ok(()),
                false => Pallet::<T>::check(&self.classes),
            };
            assert!(checked.is_ok(), "the policies of genesis are refused: {checked:?}");
            for (class, rules) in &self.classes {
                let stored = Pallet::<T>::write(0, class, rules);
                assert!(stored.is_ok(), "the policies of genesis are refused: {stored:?}");
            }
        }
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(now: BlockNumberFor<T>) -> Weight {
            Self::enact_due(now.saturated_into())
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Proposes `rules`: for each class that changes, its new rules, whole. Signed; the deposit
        /// is held until the draft is discarded or takes effect.
        ///
        /// # Errors
        /// [`Error::Refused`], [`Error::AlreadyStored`], and those of the hold.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::store_draft(rules.len().saturated_into()))]
        pub fn store_draft(origin: OriginFor<T>, rules: DraftRules) -> DispatchResult {
            let payer = ensure_signed(origin)?;
            Self::check(&rules).map_err(Error::<T>::Refused)?;
            let draft = Self::draft_id(&rules);
            ensure!(!Drafts::<T>::contains_key(draft), Error::<T>::AlreadyStored);

            let footprint = Footprint::from_parts(1, rules.encoded_size());
            let ticket = T::Consideration::new(&payer, footprint)?;
            let classes = rules.len().saturated_into();
            let enact_at = None;
            Drafts::<T>::insert(draft, Draft { payer: payer.clone(), ticket, rules, enact_at });
            Self::deposit_event(Event::DraftStored { draft, payer, classes });
            Ok(())
        }

        /// Takes `draft` back and returns the deposit. Signed by who stored it.
        ///
        /// # Errors
        /// [`Error::UnknownDraft`], [`Error::NotPayer`], [`Error::AlreadyScheduled`].
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::discard_draft())]
        pub fn discard_draft(origin: OriginFor<T>, draft: Digest) -> DispatchResult {
            let who = ensure_signed(origin)?;
            let stored = Drafts::<T>::get(draft).ok_or(Error::<T>::UnknownDraft)?;
            ensure!(stored.payer == who, Error::<T>::NotPayer);
            ensure!(stored.enact_at.is_none(), Error::<T>::AlreadyScheduled);
            stored.ticket.drop(&who)?;
            Drafts::<T>::remove(draft);
            Self::deposit_event(Event::DraftDiscarded { draft });
            Ok(())
        }

        /// Lets `draft` take effect at the beginning of block `at`. Origin:
        /// [`Config::PolicyOrigin`].
        ///
        /// # Errors
        /// [`Error::UnknownDraft`], [`Error::AlreadyScheduled`], [`Error::Refused`],
        /// [`Error::BlockPassed`], [`Error::BlockTaken`], [`Error::TooManyPending`].
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::enact(MAX_CLASSES_PER_DRAFT))]
        pub fn enact(origin: OriginFor<T>, draft: Digest, at: BlockNumber) -> DispatchResult {
            T::PolicyOrigin::ensure_origin(origin)?;
            let mut stored = Drafts::<T>::get(draft).ok_or(Error::<T>::UnknownDraft)?;
            ensure!(stored.enact_at.is_none(), Error::<T>::AlreadyScheduled);
            Self::check(&stored.rules).map_err(Error::<T>::Refused)?;
            let now: BlockNumber = frame_system::Pallet::<T>::block_number().saturated_into();
            ensure!(at > now, Error::<T>::BlockPassed);

            Pending::<T>::try_mutate(|pending| {
                match pending.binary_search_by_key(&at, |enactment| enactment.at) {
                    Ok(_) => Err(Error::<T>::BlockTaken),
                    Err(place) => pending
                        .try_insert(place, Enactment { at, draft })
                        .map_err(|_| Error::<T>::TooManyPending),
                }
            })?;
            stored.enact_at = Some(at);
            Drafts::<T>::insert(draft, stored);
            Self::deposit_event(Event::Scheduled { draft, at });
            Ok(())
        }

        /// Takes back that `draft` takes effect; it stays stored. Origin:
        /// [`Config::PolicyOrigin`].
        ///
        /// # Errors
        /// [`Error::UnknownDraft`], [`Error::NotScheduled`].
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::cancel())]
        pub fn cancel(origin: OriginFor<T>, draft: Digest) -> DispatchResult {
            T::PolicyOrigin::ensure_origin(origin)?;
            Drafts::<T>::try_mutate(draft, |stored| {
                let stored = stored.as_mut().ok_or(Error::<T>::UnknownDraft)?;
                stored.enact_at.take().ok_or(Error::<T>::NotScheduled)
            })?;
            Pending::<T>::mutate(|pending| pending.retain(|enactment| enactment.draft != draft));
            Self::deposit_event(Event::Cancelled { draft });
            Ok(())
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// The version in force.
        pub fn current_version() -> PolicyVersion {
            Current::<T>::get()
        }

        /// The rules of `class` in `version`; none if there is no such class or version.
        pub fn rules_of(class: ClassId, version: PolicyVersion) -> Option<Rules> {
            Self::rules_in(&class, version)
        }

        /// The digest of the rules of `class` in `version`, as a receipt carries it.
        pub fn rules_digest(class: ClassId, version: PolicyVersion) -> Option<Digest> {
            Self::rules_in(&class, version).map(|rules| rules.digest(&class, version))
        }

        /// The names of all classes, at most [`MAX_CLASSES`].
        pub fn class_names() -> Vec<ClassId> {
            Changes::<T>::iter_keys().collect()
        }

        /// What waits for its block.
        pub fn pending_enactments() -> PendingQueue {
            Pending::<T>::get()
        }

        /// What a draft would change.
        pub fn draft_rules(draft: Digest) -> Option<DraftRules> {
            Drafts::<T>::get(draft).map(|stored| stored.rules)
        }
    }
}
