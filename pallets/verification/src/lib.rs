//! Appraises evidence: what comes with an answer in, a table of standings or a refusal out.
//!
//! # Pallet API
//!
//! [`Config::TrustOrigin`] switches formats on and off and says whose part in a ceremony is
//! recognised. Appraising is no call: the pallet above does it through
//! [`opg_primitives::traits::Appraiser`] when a result is submitted.
//!
//! # Overview
//!
//! In the words of RATS (RFC 9334) this is the verifier. It reads no other pallet: the caller
//! gives the context, all of it from chain state, and the evidence is trusted for nothing. What a
//! worker signed and what a proof is about is computed here once more, from the context and the
//! bytes of the output alone.
//!
//! | step | refusal |
//! | --- | --- |
//! | the evidence is of the lease's mode | `WrongMode` |
//! | its format is switched on | `FormatDisabled` |
//! | the worker key is registered to the leased provider | `UnknownWorkerKey` |
//! | `Tee`: the enclave may answer for the provider, of the model, in this block | `Enclave(fault)` |
//! | the output has the form that the model's interface says: of a text model, UTF-8 within its bound | `MalformedOutput` |
//! | `Tee`: the model that ran is the one that was asked, named as the enclave's code binds models | `WrongModel` |
//! | the worker's Ed25519 signature over the answer, by a key that is not of small order | `BadSignature` |
//! | `Tee`: the session key's, by the same rule, over enclave, answer, price and run | `BadSessionSignature` |
//! | `ZkMl`: the model has a key of that version and system | `NoVerifyingKey` |
//! | `ZkMl`: the key takes exactly this number of public inputs | `WrongInputCount` |
//! | `ZkMl`: the proof is of points on the curve and in the subgroup | `MalformedProof` |
//! | `ZkMl`: the proof verifies | `InvalidProof` |
//!
//! # Example
//!
#![doc = docify::embed!("src/tests/good.rs", a_proof_of_a_recognised_ceremony_gets_the_best_grade)]
//!
//! # Implementation details
//!
//! * **Cost.** Comparisons come first, then the signature, then the proof; lengths and counts are
//!   looked at before any point is. A bad proof costs as much as a good one.
//! * **Curve.** [`curve::Curve`] is the BLS12-381 of `sp-crypto-ec-utils`: points are read and
//!   checked in the runtime, pairings and sums are host functions.
//! * **Setup rule.** [`opg_primitives::setup_rule`] decides. That a setup is forgeable refuses
//!   nothing, it lowers the table and names who could have forged.
//! * **Trust version.** Each change of a switch or of the recognised counts it up by one, and
//!   each receipt names it, so that a reader knows which trust decided.
//! * **Times of an enclave are compared with nothing.** The host sets its clock, so that no order of
//!   them would show anything: the table says that they are signed, and no more.
//! * **A key is checked when it is registered** ([`Pallet::check_key`]) and read again at each use:
//!   a key in state is never trusted for being there.

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

mod appraisal;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
pub mod curve;
#[cfg(test)]
mod mock;
mod proof;
#[cfg(any(test, feature = "runtime-benchmarks"))]
mod simulated;
#[cfg(test)]
mod tests;
pub mod types;
pub mod weights;

pub use appraisal::verifies;
#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::{greatest_interface, greatest_key};
pub use pallet::*;
pub use proof::KeyError;
pub use weights::WeightInfo;

// Storage entries and errors expand to it.
#[allow(clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
    use crate::{types::Format, KeyError, WeightInfo};
    use alloc::vec::Vec;
    use frame_support::pallet_prelude::*;
    use frame_system::pallet_prelude::*;
    use opg_primitives::{evidence::ProofSystem, ids::Account, mode::Mode};
    use sp_runtime::TryRuntimeError;

    /// The version of this pallet's storage.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    /// What the runtime decides.
    #[pallet::config]
    pub trait Config:
        frame_system::Config<
        RuntimeEvent: From<Event<Self>>,
        AccountId: Into<[u8; 32]> + From<[u8; 32]>,
    >
    {
        /// Who switches formats and recognises contributors: governance.
        type TrustOrigin: EnsureOrigin<Self::RuntimeOrigin>;

        /// The most contributors that can be recognised at a time.
        #[pallet::constant]
        type MaxRecognised: Get<u32>;

        /// The weights.
        type WeightInfo: WeightInfo;
    }

    /// The pallet.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// The formats that are switched off. A new format is on, since a runtime upgrade brings it.
    #[pallet::storage]
    pub type SwitchedOff<T: Config> = CountedStorageMap<_, Twox64Concat, Format, ()>;

    /// The accounts whose part in a ceremony is a reason to trust it.
    #[pallet::storage]
    pub type Recognised<T: Config> = CountedStorageMap<_, Blake2_128Concat, Account, ()>;

    /// How often a switch or the recognised changed.
    #[pallet::storage]
    pub type TrustVersion<T: Config> = StorageValue<_, u32, ValueQuery>;

    /// What is trusted from genesis on.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// The recognised contributors, at most [`Config::MaxRecognised`], none twice.
        pub recognised: Vec<T::AccountId>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            for account in &self.recognised {
                Recognised::<T>::insert(Account(account.clone().into()), ());
            }
            let (given, held) = (self.recognised.len(), Recognised::<T>::count());
            assert!(u32::try_from(given) == Ok(held), "a recognised contributor is given twice");
            assert!(held <= T::MaxRecognised::get(), "too many recognised contributors");
        }
    }

    /// What changed.
    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A format was switched on or off.
        FormatSwitched {
            /// The format.
            format: Format,
            /// Whether it is on now.
            enabled: bool,
            /// The trust version from here on.
            trust_version: u32,
        },
        /// A contributor is recognised from here on.
        ContributorRecognised {
            /// The contributor.
            account: T::AccountId,
            /// The trust version from here on.
            trust_version: u32,
        },
        /// A contributor is no longer recognised.
        ContributorForgotten {
            /// The contributor.
            account: T::AccountId,
            /// The trust version from here on.
            trust_version: u32,
        },
    }

    /// Why a call was refused.
    #[pallet::error]
    pub enum Error<T> {
        /// The format is switched that way already. There is nothing to do.
        AlreadySwitched,
        /// The contributor is recognised already. There is nothing to do.
        AlreadyRecognised,
        /// The contributor is not recognised. Check the account.
        NotRecognised,
        /// As many contributors are recognised as can be. Forget one first.
        TooManyRecognised,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Switches `format` on or off, from this block on. While it is off, evidence of it is
        /// refused, also of leases that were given before.
        ///
        /// Origin: [`Config::TrustOrigin`]. Errors: [`Error::AlreadySwitched`].
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::set_enabled())]
        pub fn set_enabled(origin: OriginFor<T>, format: Format, enabled: bool) -> DispatchResult {
            T::TrustOrigin::ensure_origin(origin)?;
            let is_enabled = !SwitchedOff::<T>::contains_key(format);
            ensure!(is_enabled != enabled, Error::<T>::AlreadySwitched);
            match enabled {
                true => SwitchedOff::<T>::remove(format),
                false => SwitchedOff::<T>::insert(format, ()),
            }
            let trust_version = Self::count_change();
            Self::deposit_event(Event::FormatSwitched { format, enabled, trust_version });
            Ok(())
        }

        /// Recognises `account`: a ceremony in which it took part lets `Proven` stand bare, in
        /// receipts from this block on.
        ///
        /// Origin: [`Config::TrustOrigin`]. Errors: [`Error::AlreadyRecognised`],
        /// [`Error::TooManyRecognised`].
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::recognise())]
        pub fn recognise(origin: OriginFor<T>, account: T::AccountId) -> DispatchResult {
            T::TrustOrigin::ensure_origin(origin)?;
            let key = Account(account.clone().into());
            ensure!(!Recognised::<T>::contains_key(key), Error::<T>::AlreadyRecognised);
            let room = Recognised::<T>::count() < T::MaxRecognised::get();
            ensure!(room, Error::<T>::TooManyRecognised);
            Recognised::<T>::insert(key, ());
            let trust_version = Self::count_change();
            Self::deposit_event(Event::ContributorRecognised { account, trust_version });
            Ok(())
        }

        /// Recognises `account` no longer. Receipts that were written stay as they are.
        ///
        /// Origin: [`Config::TrustOrigin`]. Errors: [`Error::NotRecognised`].
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::forget())]
        pub fn forget(origin: OriginFor<T>, account: T::AccountId) -> DispatchResult {
            T::TrustOrigin::ensure_origin(origin)?;
            let known = Recognised::<T>::take(Account(account.clone().into()));
            ensure!(known.is_some(), Error::<T>::NotRecognised);
            let trust_version = Self::count_change();
            Self::deposit_event(Event::ContributorForgotten { account, trust_version });
            Ok(())
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// Each format, and whether it is switched on.
        pub fn formats() -> Vec<(Format, bool)> {
            let state = |format| (format, !SwitchedOff::<T>::contains_key(format));
            Format::ALL.into_iter().map(state).collect()
        }

        /// The recognised contributors.
        pub fn recognised() -> Vec<T::AccountId> {
            Recognised::<T>::iter_keys().map(|account| account.0.into()).collect()
        }

        /// The version of switches and recognised contributors, as receipts of this block name it.
        pub fn trust() -> u32 {
            TrustVersion::<T>::get()
        }
    }

    impl<T: Config> Pallet<T> {
        /// Checks a verifying key before it is registered: each of its points, and that it takes
        /// exactly `public_inputs`, which is what [`opg_zkml_statement::public_input_count`] says
        /// of the model's interface.
        pub fn check_key(
            system: ProofSystem,
            bytes: &[u8],
            public_inputs: u32,
        ) -> Result<(), KeyError> {
            crate::proof::check_key(system, bytes, public_inputs)
        }

        /// The weight of appraising evidence of `mode`, of a model whose interface has
        /// `public_inputs`; [`opg_verifier_groth16::MAX_INPUTS`] is the most that any has.
        pub fn appraisal_weight(mode: Mode, public_inputs: usize) -> Weight {
            let inputs = u32::try_from(public_inputs).unwrap_or(u32::MAX);
            match mode {
                Mode::ZkMl => T::WeightInfo::appraise_zkml(inputs),
                Mode::Tee => T::WeightInfo::appraise_tee(),
                Mode::Plain => T::WeightInfo::appraise_plain(),
            }
        }

        fn count_change() -> u32 {
            TrustVersion::<T>::mutate(|version| {
                *version = version.saturating_add(1);
                *version
            })
        }

        /// Asserts that the sets are within bounds and counted right.
        pub fn do_try_state() -> Result<(), TryRuntimeError> {
            let recognised = Recognised::<T>::iter_keys().count();
            ensure!(
                u32::try_from(recognised) == Ok(Recognised::<T>::count()),
                "the recognised are not counted right"
            );
            let bound = Recognised::<T>::count() <= T::MaxRecognised::get();
            ensure!(bound, "more contributors are recognised than can be");
            let off = SwitchedOff::<T>::iter_keys().count();
            ensure!(
                u32::try_from(off) == Ok(SwitchedOff::<T>::count()),
                "the formats that are off are not counted right"
            );
            Ok(())
        }
    }
}
