//! Models, their versions, verifying keys and setup provenance.
//!
//! ## Pallet API
//!
//! | call | origin | what it does |
//! | --- | --- | --- |
//! | [`register`](Pallet::register) | signed, deposit | a model's version, for good |
//! | [`add_key`](Pallet::add_key) | owner, deposit | a further verifying key |
//! | [`confirm_contribution`](Pallet::confirm_contribution) | a named contributor | says that it took part in a key's ceremony |
//! | [`set_access`](Pallet::set_access) | owner, deposit | who may ask |
//! | [`retire`](Pallet::retire) | owner or [`Config::ForceOrigin`] | no new requests |
//! | [`remove`](Pallet::remove) | owner | frees what is stored, returns the deposit |
//!
//! Read through [`opg_primitives::traits::Models`] or the view functions.
//!
//! ## Overview
//!
//! A model is an [`Artefact`]: a circuit, or a text model. Its id is the hash of what it is made of:
//! whoever has the network, or the weights, computes it anew. What is registered under it never changes
//! but for its status. Verifying keys are attributes of a circuit, with versions of their own: a proof
//! names the one it is for. A text model has no circuit, so it is never asked in mode `ZkMl`.
//!
//! A key's [`Setup`] decides how `Proven` may be said, so nobody is named in one without its own
//! word. `Sole` names the signer. A `Ceremony` names its contributors, and each of them counts only
//! from when it has said so itself: a requester that an owner merely lists would otherwise read
//! `Proven` bare. `Transparent` is refused for a proof system that has a secret.
//!
//! ## Example
//!
#![doc = docify::embed!("src/tests/keys.rs", a_contributor_counts_once_it_says_so_itself)]
//!
//! ## Implementation details
//!
//! - A key is checked when it is added, by [`Config::KeyCheck`], so that a request never meets one
//!   that cannot be decoded or that takes another number of public inputs.
//! - A model can be removed [`Config::RemovalDelay`] blocks after it was retired. That is longer than
//!   a request can live, so no key goes while a request may need it; this pallet need not know
//!   requests for it. The key of an old receipt stays in the body of the block that brought it.
//! - Versions of keys are never used again, also not by who registers the same model after a
//!   removal: a receipt's model and key version name one key for ever. That number is all that is
//!   left of a removed model.
//! - One deposit per model, for all its bytes; it follows them up and down.

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
pub mod weights;

mod deposit;
mod keys;
mod read;
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
        traits::{Consideration, Contains, Footprint},
    };
    use frame_system::pallet_prelude::*;
    use opg_primitives::{
        artefact::Artefact,
        evidence::ProofSystem,
        ids::{Account, ModelId},
        mode::{Mode, ModeSet},
        model::{ExecutionProfile, ModelStatus, ModelVersion, Setup, VerifyingKey},
        policy::ClassId,
        price::MILLION,
        BlockNumber,
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
    >
    {
        /// The names of this pallet's holds, in the runtime's enum.
        type RuntimeHoldReason: From<HoldReason>;

        /// The deposit for a model, by the bytes that are stored of it.
        type Consideration: Consideration<Self::AccountId, Footprint>;

        /// Governance: who may retire a model of another.
        type ForceOrigin: EnsureOrigin<Self::RuntimeOrigin>;

        /// Checks verifying keys.
        type KeyCheck: VerifyingKeys;

        /// The policy classes that a model may name.
        type Classes: Contains<ClassId>;

        /// Blocks between a model's retirement and its removal: more than a request can live.
        #[pallet::constant]
        type RemovalDelay: Get<BlockNumber>;

        /// Weights.
        type WeightInfo: WeightInfo;
    }

    /// Why this pallet holds money.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// The deposit for a model.
        #[codec(index = 0)]
        Model,
    }

    /// What is registered, by the hash of what it is made of.
    #[pallet::storage]
    pub type Versions<T: Config> = StorageMap<_, Identity, ModelId, ModelVersion>;

    /// Who may ask.
    #[pallet::storage]
    pub type AccessOf<T: Config> = StorageMap<_, Identity, ModelId, Access, ValueQuery>;

    /// Which versions of keys are kept. Stays when a model is removed.
    #[pallet::storage]
    pub type KeyRanges<T: Config> = StorageMap<_, Identity, ModelId, KeyRange, ValueQuery>;

    /// The verifying keys, with the setup as their owner told it.
    #[pallet::storage]
    pub type Keys<T: Config> =
        StorageDoubleMap<_, Identity, ModelId, Twox64Concat, u32, VerifyingKey>;

    /// Which of a ceremony's contributors said so themselves.
    #[pallet::storage]
    pub type Confirmations<T: Config> =
        StorageDoubleMap<_, Identity, ModelId, Twox64Concat, u32, Confirmed, ValueQuery>;

    /// The block in which a model was retired.
    #[pallet::storage]
    pub type RetiredAt<T: Config> = StorageMap<_, Identity, ModelId, BlockNumber>;

    /// The deposit of each model.
    #[pallet::storage]
    pub type Deposits<T: Config> =
        StorageMap<_, Identity, ModelId, Deposit<T::AccountId, T::Consideration>>;

    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A model's version was registered.
        Registered {
            /// Its id.
            model: ModelId,
            /// Who registered it.
            owner: T::AccountId,
            /// Its policy class.
            class: ClassId,
        },
        /// A verifying key was added.
        KeyAdded {
            /// Of which model.
            model: ModelId,
            /// The key's version.
            key: u32,
            /// Its proof system.
            system: ProofSystem,
        },
        /// A contributor to a key's ceremony said that it took part.
        ContributionConfirmed {
            /// Of which model.
            model: ModelId,
            /// The key's version.
            key: u32,
            /// Who took part.
            contributor: T::AccountId,
        },
        /// The owner said who may ask.
        AccessSet {
            /// Of which model.
            model: ModelId,
            /// How many accounts the list names; none if the model is open.
            named: Option<u32>,
        },
        /// A model takes no new requests.
        Retired {
            /// Which model.
            model: ModelId,
        },
        /// What was stored of a model was removed, the deposit returned.
        Removed {
            /// Which model.
            model: ModelId,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// There can be no such model: of a circuit an empty or too large shape, or an element of not 1
        /// to 8 bits; of a text model a bound of not 1 to 4096 bytes, or a name that is no line of text.
        /// Correct it.
        BadInterface,
        /// The model can be asked in no mode. Name at least one.
        NoModes,
        /// The royalty is above a million parts of a million. Lower it.
        RoyaltyTooHigh,
        /// There is no such policy class. Name one that governance made.
        UnknownClass,
        /// A model that is made of the same is registered. Use it, or change a part.
        AlreadyRegistered,
        /// There is no model of this id. Register it first.
        UnknownModel,
        /// The signer does not own the model. Let its owner sign.
        NotOwner,
        /// The model cannot be asked in mode `ZkMl`, so it needs no key; a text model, which has no
        /// circuit, never can. Register a circuit that can, or leave the mode out.
        NotProvable,
        /// The model has as many keys as it may. Register a new version.
        TooManyKeys,
        /// The key is refused by its proof system; the fault says why.
        KeyRefused(BadKey),
        /// This proof system has a secret, so its setup cannot be transparent. Say who ran it.
        NotTransparent,
        /// A sole setup names another account than the signer. Let who ran it add the key.
        SoleIsNotSigner,
        /// A ceremony needs two distinct contributors, each named once. Name them, or say `Sole`.
        BadCeremony,
        /// The key has no ceremony that names the signer. Nothing is to be confirmed.
        NotContributor,
        /// The signer confirmed this already. Nothing is left to do.
        AlreadyConfirmed,
        /// There is no key of this version. Ask for the newest.
        UnknownKey,
        /// The model is retired. Register a new version.
        AlreadyRetired,
        /// The model is not retired, or not for long enough. Retire it and wait.
        NotRemovable,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Registers a model's version under the hash of what it is made of. Signed; the signer owns
        /// it, is paid `royalty` parts of a million of each price, and pays the deposit.
        ///
        /// # Errors
        /// [`Error::BadInterface`], [`Error::NoModes`], [`Error::NotProvable`],
        /// [`Error::RoyaltyTooHigh`], [`Error::UnknownClass`], [`Error::AlreadyRegistered`], and those
        /// of the hold.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::register(access.named().saturated_into()))]
        pub fn register(
            origin: OriginFor<T>,
            artefact: Artefact,
            profile: ExecutionProfile,
            class: ClassId,
            modes: ModeSet,
            royalty: u32,
            access: Access,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            artefact.validate().map_err(|_| Error::<T>::BadInterface)?;
            ensure!(!modes.is_empty(), Error::<T>::NoModes);
            let asked = modes.iter().all(|mode| artefact.can_be_asked(mode));
            ensure!(asked, Error::<T>::NotProvable);
            ensure!(royalty <= MILLION, Error::<T>::RoyaltyTooHigh);
            ensure!(T::Classes::contains(&class), Error::<T>::UnknownClass);
            let model = artefact.model_id();
            ensure!(!Versions::<T>::contains_key(model), Error::<T>::AlreadyRegistered);

            let version = ModelVersion {
                owner: Self::account(&who),
                artefact,
                profile,
                class: class.clone(),
                modes,
                royalty,
                status: ModelStatus::Active,
                registered: Self::now(),
            };
            Self::open_deposit(model, &who, Self::bytes_of_version(&version, &access))?;
            Versions::<T>::insert(model, version);
            AccessOf::<T>::insert(model, access);
            Self::deposit_event(Event::Registered { model, owner: who, class });
            Ok(())
        }

        /// Adds a verifying key to `model`; it becomes the newest. Signed by the owner, who pays the
        /// deposit for it. Where `setup` is a ceremony that names the signer, that confirms it.
        ///
        /// # Errors
        /// [`Error::UnknownModel`], [`Error::NotOwner`], [`Error::AlreadyRetired`],
        /// [`Error::NotProvable`], [`Error::TooManyKeys`], [`Error::NotTransparent`],
        /// [`Error::SoleIsNotSigner`], [`Error::BadCeremony`], [`Error::KeyRefused`], and those of the
        /// hold.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::add_key())]
        pub fn add_key(
            origin: OriginFor<T>,
            model: ModelId,
            system: ProofSystem,
            bytes: KeyBytes,
            setup: Setup,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            let version = Self::owned(&model, &who)?;
            ensure!(version.status == ModelStatus::Active, Error::<T>::AlreadyRetired);
            ensure!(version.modes.contains(Mode::ZkMl), Error::<T>::NotProvable);
            let interface = version.artefact.circuit().ok_or(Error::<T>::NotProvable)?;
            let mut range = KeyRanges::<T>::get(model);
            ensure!(range.count() < MAX_KEYS, Error::<T>::TooManyKeys);
            let signer = Self::account(&who);
            Self::check_setup(system, &setup, &signer)?;
            // Last, since it costs the most.
            Self::check_key(system, &bytes, interface)?;

            let key = range.next;
            let stored = VerifyingKey { version: key, system, bytes, setup };
            Self::grow_deposit(&model, Self::bytes_of_key(&stored))?;
            range.next = key.checked_add(1).ok_or(Error::<T>::TooManyKeys)?;
            KeyRanges::<T>::insert(model, range);
            if Self::contributors(&stored.setup).contains(&signer) {
                Self::confirm(&model, key, signer)?;
            }
            Keys::<T>::insert(model, key, stored);
            Self::deposit_event(Event::KeyAdded { model, key, system });
            Ok(())
        }

        /// Says that the signer took part in the ceremony of `model`'s key of version `key`, which
        /// names it. It counts as a contributor from then on.
        ///
        /// # Errors
        /// [`Error::UnknownKey`], [`Error::NotContributor`], [`Error::AlreadyConfirmed`].
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::confirm_contribution())]
        pub fn confirm_contribution(
            origin: OriginFor<T>,
            model: ModelId,
            key: u32,
        ) -> DispatchResult {
            let contributor = ensure_signed(origin)?;
            let account = Self::account(&contributor);
            let stored = Keys::<T>::get(model, key).ok_or(Error::<T>::UnknownKey)?;
            let named = Self::contributors(&stored.setup).contains(&account);
            ensure!(named, Error::<T>::NotContributor);
            Self::confirm(&model, key, account)?;
            Self::deposit_event(Event::ContributionConfirmed { model, key, contributor });
            Ok(())
        }

        /// Says who may ask `model`. Signed by the owner, who pays the deposit for a longer list and
        /// is given back that for a shorter one.
        ///
        /// # Errors
        /// [`Error::UnknownModel`], [`Error::NotOwner`], and those of the hold.
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::set_access(access.named().saturated_into()))]
        pub fn set_access(origin: OriginFor<T>, model: ModelId, access: Access) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::owned(&model, &who)?;
            let before = AccessOf::<T>::get(model);
            Self::shift_deposit(&model, Self::size(&before), Self::size(&access))?;
            let named = match &access {
                Access::Open => None,
                Access::AllowList(list) => Some(list.len().saturated_into()),
            };
            AccessOf::<T>::insert(model, access);
            Self::deposit_event(Event::AccessSet { model, named });
            Ok(())
        }

        /// Lets `model` take no new requests; open ones end as they would. Origin: its owner, or
        /// [`Config::ForceOrigin`].
        ///
        /// # Errors
        /// [`Error::UnknownModel`], [`Error::NotOwner`], [`Error::AlreadyRetired`].
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::retire())]
        pub fn retire(origin: OriginFor<T>, model: ModelId) -> DispatchResult {
            let signer = match T::ForceOrigin::try_origin(origin) {
                Ok(_) => None,
                Err(origin) => Some(ensure_signed(origin)?),
            };
            let mut version = match signer {
                None => Versions::<T>::get(model).ok_or(Error::<T>::UnknownModel)?,
                Some(who) => Self::owned(&model, &who)?,
            };
            ensure!(version.status == ModelStatus::Active, Error::<T>::AlreadyRetired);
            version.status = ModelStatus::Retired;
            Versions::<T>::insert(model, version);
            RetiredAt::<T>::insert(model, Self::now());
            Self::deposit_event(Event::Retired { model });
            Ok(())
        }

        /// Removes what is stored of `model`, [`Config::RemovalDelay`] blocks after it was retired or
        /// later, and returns the deposit. Signed by the owner.
        ///
        /// # Errors
        /// [`Error::UnknownModel`], [`Error::NotOwner`], [`Error::NotRemovable`].
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::remove(MAX_KEYS))]
        pub fn remove(origin: OriginFor<T>, model: ModelId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::owned(&model, &who)?;
            let retired = RetiredAt::<T>::get(model).ok_or(Error::<T>::NotRemovable)?;
            let removable = retired.saturating_add(T::RemovalDelay::get());
            ensure!(Self::now() >= removable, Error::<T>::NotRemovable);

            Self::close_deposit(&model)?;
            let KeyRange { first, next } = KeyRanges::<T>::get(model);
            for key in first..next {
                Keys::<T>::remove(model, key);
                Confirmations::<T>::remove(model, key);
            }
            KeyRanges::<T>::insert(model, KeyRange { first: next, next });
            AccessOf::<T>::remove(model);
            RetiredAt::<T>::remove(model);
            Versions::<T>::remove(model);
            Self::deposit_event(Event::Removed { model });
            Ok(())
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// What is registered under `model`.
        pub fn model(model: ModelId) -> Option<ModelVersion> {
            Versions::<T>::get(model)
        }

        /// Who may ask `model`, if there is such a model.
        pub fn access(model: ModelId) -> Option<Access> {
            Versions::<T>::contains_key(model).then(|| AccessOf::<T>::get(model))
        }

        /// Whether `account` may ask `model`.
        pub fn may_be_asked_by(model: ModelId, account: Account) -> bool {
            Self::access_allows(&model, &account)
        }

        /// The keys of `model`, each with the contributors that confirmed.
        pub fn verifying_keys(model: ModelId) -> Vec<VerifyingKey> {
            let KeyRange { first, next } = KeyRanges::<T>::get(model);
            (first..next).filter_map(|key| Self::confirmed_key(&model, key)).collect()
        }

        /// The contributors that the key's owner named but that did not say so themselves.
        pub fn unconfirmed_contributors(model: ModelId, key: u32) -> Vec<Account> {
            Self::unconfirmed(&model, key)
        }
    }
}
