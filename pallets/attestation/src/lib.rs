//! Which enclaves may answer: what vouches for their hardware, which code is approved, until when, and
//! what was revoked.
//!
//! ## Pallet API
//!
//! | call | origin | what it does |
//! | --- | --- | --- |
//! | [`approve`](Pallet::approve), [`withdraw`](Pallet::withdraw) | [`Config::ApproveOrigin`] | a reference value: which code, what it may say |
//! | [`set_accepted_tcb`](Pallet::set_accepted_tcb), [`set_snp_floor`](Pallet::set_snp_floor) | [`Config::ApproveOrigin`] | how well a platform has to be patched |
//! | [`bring_collateral`](Pallet::bring_collateral), [`bring_endorsement`](Pallet::bring_endorsement) | signed, deposit | what a vendor signed of its platforms |
//! | [`register`](Pallet::register), [`renew`](Pallet::renew), [`retire`](Pallet::retire) | provider, deposit | an enclave of its own |
//! | [`reap`](Pallet::reap) | signed | frees what is past its time |
//! | [`revoke`](Pallet::revoke), [`lift`](Pallet::lift) | [`Config::RevokeOrigin`] | what is not to be relied on, from which block on |
//!
//! Read through [`opg_primitives::traits::Attestation`] or the view functions.
//!
//! ## Overview
//!
//! In the words of RATS (RFC 9334): enclaves are attesters, their documents the evidence, collateral
//! and chains of certificates the endorsements, approved measurements the reference values. Anybody
//! registers an enclave: evidence decides, not a permission. A document is verified once; from then on
//! the session key in it signs answers, until [`Enclave::valid_until`], the least of all windows and of
//! [`Config::MaxValidity`].
//!
//! | a document is | because |
//! | --- | --- |
//! | genuine | it chains to a root that is pinned in code ([`roots`]); the development vendor's only where genesis says so |
//! | fresh | it holds a hash over a block of this chain, whose hash the runtime looks up itself and whose age it bounds |
//! | used once | what it says is remembered for as long as its challenge is young enough |
//! | of this session | it holds the hash of chain, provider, keys, endpoint, configuration and counter ([`binding`]) |
//!
//! An enclave is approved for a model while a reference value of its measurement is in force; that is
//! looked up with every answer, as revocations are.
//!
//! ## Example
//!
#![doc = docify::embed!("src/tests/answers.rs", an_approved_enclave_answers_until_its_document_ends)]
//!
//! ## Implementation details
//!
//! - **What moves forward only.** Collateral: a lower evaluation number, an older issue date or an older
//!   revocation list is refused. It is kept for [`Config::CollateralRetention`] past its end, longer
//!   than what is older could still be valid.
//! - **What is verified once.** The signatures of collateral, and the CAs of Nitro documents. Whether a
//!   signature is good does not change; dates, lists and contents are looked at each time.
//! - **Taint** is computed on reading, from all that was ever decided of the four things that a receipt
//!   rests on. A revocation adds one entry, whatever rests on it, and there is always room for one more.
//!   Whether something is revoked now is one value of each, all that is looked up with an answer.
//! - **Who could know.** What was decided is kept with its block, and of an approval also what held before:
//!   so whoever took something on before a decision is told from who did after it.
//! - **Who holds the machine** is known of AWS alone, which runs its hosts itself. A document of Intel or
//!   AMD names a processor, wherever it stands.
//! - **Caps.** A platform and a provider have so many enclaves at most, those past their time included
//!   until somebody reaps them. Where a cloud hides its machines there is no platform to count by: there
//!   the provider's cap is the only one, and its deposits are what an enclave costs.

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

pub mod binding;
pub mod collateral;
pub mod documents;
pub mod faults;
pub mod roots;
pub mod types;
pub mod weights;

mod approvals;
mod deposit;
mod endorsements;
mod errors;
mod events;
mod freshness;
mod issuers;
mod read;
mod registration;
mod revocation;
mod state;
mod try_state;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
mod mock;
#[cfg(any(test, feature = "runtime-benchmarks"))]
mod simulated;
#[cfg(test)]
mod tests;

use frame_support::pallet_macros::*;

pub use binding::Mismatch;
pub use collateral::Backwards;
pub use faults::Fault;
pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

#[import_section(errors::errors)]
#[import_section(events::events)]
#[import_section(state::state)]
// Storage entries and errors expand to it.
#[allow(clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
    use super::*;
    use crate::binding::SessionBinding;
    use alloc::{boxed::Box, vec::Vec};
    use frame_support::{
        pallet_prelude::*,
        traits::{Consideration, Footprint, UnixTime},
    };
    use frame_system::pallet_prelude::*;
    use opg_primitives::{
        attestation::{Configuration, Counter, TcbStatus, TcbStatusSet, Vendor},
        enclave::{EnclaveFault, EnclaveRecord},
        ids::{Account, Digest, EnclaveId, MeasurementId, ModelId, PlatformId},
        reference::ReferenceValue,
        BlockNumber,
    };

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

        /// The deposit for what is stored, by its bytes.
        type Consideration: Consideration<Self::AccountId, Footprint>;

        /// Governance: who approves code and decides how well platforms have to be patched.
        type ApproveOrigin: EnsureOrigin<Self::RuntimeOrigin>;

        /// Governance: who revokes.
        type RevokeOrigin: EnsureOrigin<Self::RuntimeOrigin>;

        /// The time of this block.
        type Time: UnixTime;

        /// What decides whether a document is of a session: [`binding::Exact`].
        type Binding: SessionBinding;

        /// The most blocks between the block that a challenge names and the call that brings it. Less
        /// than the hashes of blocks that the system keeps.
        #[pallet::constant]
        type MaxChallengeAge: Get<BlockNumber>;

        /// The most seconds that a document lets an enclave answer for.
        #[pallet::constant]
        type MaxValidity: Get<u64>;

        /// Seconds that an enclave is kept past its time, at least.
        #[pallet::constant]
        type EnclaveRetention: Get<u64>;

        /// Seconds that collateral and chains are kept past their time, at least: longer than anything
        /// older that a vendor signed can still be valid.
        #[pallet::constant]
        type CollateralRetention: Get<u64>;

        /// The most enclaves of a platform that is known.
        #[pallet::constant]
        type MaxPerPlatform: Get<u32>;

        /// The most enclaves of a provider.
        #[pallet::constant]
        type MaxPerProvider: Get<u32>;

        /// The most CAs of Nitro documents that are remembered.
        #[pallet::constant]
        type MaxKnownIssuers: Get<u32>;

        /// Weights.
        type WeightInfo: WeightInfo;
    }

    /// Why this pallet holds money.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// The deposit for an enclave, a collateral or a chain of certificates.
        #[codec(index = 0)]
        Stored,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn integrity_test() {
            let hashes = <T as frame_system::Config>::BlockHashCount::get();
            let age = BlockNumberFor::<T>::from(T::MaxChallengeAge::get());
            assert!(age < hashes, "a challenge may be older than the hashes that are kept");
            assert!(T::MaxValidity::get() > 0, "no enclave could ever answer");
            assert!(T::MaxPerPlatform::get() > 0, "no platform could have an enclave");
            assert!(T::MaxPerProvider::get() > 0, "no provider could have an enclave");
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Approves the measurement that `value` names, with what its answers may say, in place of an
        /// earlier approval if there is one. Origin: [`Config::ApproveOrigin`].
        ///
        /// # Errors
        /// [`Error::ApproverNamed`], [`Error::VendorMismatch`], [`Error::NeverInForce`].
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::approve())]
        pub fn approve(origin: OriginFor<T>, value: Box<ReferenceValue>) -> DispatchResult {
            T::ApproveOrigin::ensure_origin(origin)?;
            Self::do_approve(*value)
        }

        /// Withdraws the approval of `measurement`, from this block on. Receipts that were written
        /// stay as they are; [`revoke`](Self::revoke) says that they are not to be relied on. Origin:
        /// [`Config::ApproveOrigin`].
        ///
        /// # Errors
        /// [`Error::NotApproved`].
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::withdraw())]
        pub fn withdraw(origin: OriginFor<T>, measurement: MeasurementId) -> DispatchResult {
            T::ApproveOrigin::ensure_origin(origin)?;
            Self::do_withdraw(measurement)
        }

        /// Says which TCB statuses of `vendor`'s platforms are accepted, in documents from this block
        /// on. Origin: [`Config::ApproveOrigin`].
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::set_accepted_tcb())]
        pub fn set_accepted_tcb(
            origin: OriginFor<T>,
            vendor: Vendor,
            statuses: TcbStatusSet,
        ) -> DispatchResult {
            T::ApproveOrigin::ensure_origin(origin)?;
            Self::do_accept_tcb(vendor, statuses)
        }

        /// Says below which TCB version platforms of `product` are out of date, in documents from this
        /// block on; none lets every version be up to date. Origin: [`Config::ApproveOrigin`].
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::set_snp_floor())]
        pub fn set_snp_floor(
            origin: OriginFor<T>,
            product: SnpProduct,
            floor: Option<SnpTcb>,
        ) -> DispatchResult {
            T::ApproveOrigin::ensure_origin(origin)?;
            Self::do_set_snp_floor(product, floor)
        }

        /// Brings the collateral of a kind of Intel's platforms, in the encoding of
        /// [`opg_verifier_dcap::Collateral`]. Signed; who brings the first of its kind pays the
        /// deposit, what comes later has to be newer.
        ///
        /// # Errors
        /// [`Error::Refused`], [`Error::Backwards`], and those of the hold.
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::bring_collateral())]
        pub fn bring_collateral(
            origin: OriginFor<T>,
            collateral: CollateralBytes,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::take_collateral(&who, collateral, Self::seconds())
        }

        /// Brings the chain of a VCEK or VLEK: the root, the certificate between, and the key's, as
        /// DER. Signed; the signer pays the deposit.
        ///
        /// # Errors
        /// [`Error::AlreadyStored`], [`Error::Refused`], and those of the hold.
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::bring_endorsement())]
        pub fn bring_endorsement(
            origin: OriginFor<T>,
            ark: CertificateBytes,
            intermediate: CertificateBytes,
            leaf: CertificateBytes,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::take_endorsement(&who, &ark, &intermediate, &leaf, Self::seconds())
        }

        /// Registers an enclave of the signer by a document that is fresh by block `challenged` and
        /// holds the session of `parts` and `configuration`. Signed by the provider, who pays the
        /// deposit.
        ///
        /// # Errors
        /// [`Error::WeakSessionKey`], [`Error::WeakEncryptionKey`], [`Error::ChallengeOfFuture`],
        /// [`Error::ChallengeTooOld`], [`Error::ChallengeUnknown`], [`Error::AlreadyRegistered`],
        /// [`Error::TooManyOfProvider`], [`Error::CollateralMissing`],
        /// [`Error::EndorsementMissing`], [`Error::Refused`], [`Error::NotBound`],
        /// [`Error::TcbNotAccepted`], [`Error::Revoked`], [`Error::DocumentUsed`],
        /// [`Error::TooManyOnPlatform`], and those of the hold.
        #[pallet::call_index(6)]
        #[pallet::weight(
            T::WeightInfo::register().saturating_add(Pallet::<T>::verification_weight(document))
        )]
        pub fn register(
            origin: OriginFor<T>,
            document: Box<Document>,
            challenged: BlockNumber,
            parts: Box<SessionParts>,
            configuration: Box<Configuration>,
        ) -> DispatchResultWithPostInfo {
            let who = ensure_signed(origin)?;
            Self::do_register(who, &document, challenged, *parts, *configuration)
        }

        /// Renews the document of `enclave`: the same keys, endpoint, configuration, code and machine,
        /// a challenge by a newer block than the last, and a counter that went on. Signed by its
        /// provider.
        ///
        /// # Errors
        /// [`Error::NotStored`], [`Error::NotProvider`], [`Error::ChallengeNotNewer`],
        /// [`Error::CounterWentBack`], [`Error::ChallengeOfFuture`], [`Error::ChallengeTooOld`],
        /// [`Error::ChallengeUnknown`], [`Error::CollateralMissing`],
        /// [`Error::EndorsementMissing`], [`Error::Refused`], [`Error::NotBound`],
        /// [`Error::OtherCode`], [`Error::OtherMachine`], [`Error::TcbNotAccepted`],
        /// [`Error::Revoked`], [`Error::DocumentUsed`].
        #[pallet::call_index(7)]
        #[pallet::weight(
            T::WeightInfo::renew().saturating_add(Pallet::<T>::verification_weight(document))
        )]
        pub fn renew(
            origin: OriginFor<T>,
            enclave: EnclaveId,
            document: Box<Document>,
            challenged: BlockNumber,
            answered: Counter,
        ) -> DispatchResultWithPostInfo {
            let who = ensure_signed(origin)?;
            Self::do_renew(&who, enclave, &document, challenged, answered)
        }

        /// Takes `enclave` off the chain: it answers no more, and its deposit goes back. Signed by its
        /// provider.
        ///
        /// # Errors
        /// [`Error::NotStored`], [`Error::NotProvider`].
        #[pallet::call_index(8)]
        #[pallet::weight(T::WeightInfo::retire())]
        pub fn retire(origin: OriginFor<T>, enclave: EnclaveId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            let record = Self::owned(&enclave, &who)?;
            Self::remove(enclave, &record)?;
            Self::deposit_event(Event::Retired { enclave });
            Ok(())
        }

        /// Takes off the chain what is past its time and its retention, and gives the deposit back to
        /// who paid it. A chain of certificates can be taken off by who brought it at any time, since
        /// it can be brought again as it was. Signed by anybody.
        ///
        /// # Errors
        /// [`Error::NotStored`], [`Error::NotReapable`].
        #[pallet::call_index(9)]
        #[pallet::weight(T::WeightInfo::retire().max(T::WeightInfo::reap_collateral()))]
        pub fn reap(origin: OriginFor<T>, stored: Stored) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_reap(&who, stored, Self::seconds())?;
            Self::deposit_event(Event::Reaped { stored });
            Ok(())
        }

        /// Says that `subject` is not to be relied on, from block `since` on; before this block, it is
        /// retroactive. What stands already can be extended to earlier blocks, which are then under the
        /// reason given here; the others stay under the first. Origin: [`Config::RevokeOrigin`].
        ///
        /// # Errors
        /// [`Error::NotYet`], [`Error::AlreadyRevoked`].
        #[pallet::call_index(10)]
        #[pallet::weight(T::WeightInfo::revoke())]
        pub fn revoke(
            origin: OriginFor<T>,
            subject: Subject,
            reason: Reason,
            since: BlockNumber,
        ) -> DispatchResult {
            T::RevokeOrigin::ensure_origin(origin)?;
            Self::do_revoke(subject, reason.clone(), since)?;
            let trust_version = Self::count_change();
            Self::deposit_event(Event::Revoked { subject, reason, since, trust_version });
            Ok(())
        }

        /// Lets the revocation of `subject` that stands not hold in block `from` and later. With the
        /// block that it began in, or an earlier one, it is taken back. Origin:
        /// [`Config::RevokeOrigin`].
        ///
        /// # Errors
        /// [`Error::NotYet`], [`Error::NotRevoked`].
        #[pallet::call_index(11)]
        #[pallet::weight(T::WeightInfo::lift())]
        pub fn lift(origin: OriginFor<T>, subject: Subject, from: BlockNumber) -> DispatchResult {
            T::RevokeOrigin::ensure_origin(origin)?;
            Self::do_lift(subject, from)?;
            let trust_version = Self::count_change();
            Self::deposit_event(Event::Lifted { subject, from, trust_version });
            Ok(())
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// What is known of an enclave.
        pub fn registered(enclave: EnclaveId) -> Option<Enclave> {
            Enclaves::<T>::get(enclave)
        }

        /// The enclaves of a provider.
        pub fn enclaves_of(provider: Account) -> Vec<EnclaveId> {
            ByProvider::<T>::get(provider).into_inner()
        }

        /// The enclaves of a machine; none where a cloud hides which of its machines they are on.
        pub fn enclaves_on(platform: PlatformId) -> Vec<EnclaveId> {
            ByPlatform::<T>::get(platform).into_inner()
        }

        /// What a receipt would say of the enclave if it answered for `provider`, of `model`, in this
        /// block, or why it may not.
        pub fn may_answer(
            enclave: EnclaveId,
            provider: Account,
            model: ModelId,
        ) -> Result<EnclaveRecord, EnclaveFault> {
            Self::context(&enclave, &provider, &model).map(|context| context.record)
        }

        /// The revocations that a receipt of this enclave rests on that was closed in block `closed`.
        /// None of them covers it that began later or was lifted before.
        pub fn taints(record: EnclaveRecord, closed: BlockNumber) -> Vec<Taint> {
            Self::taints_of(opg_primitives::revocation::subjects_of(&record), closed)
        }

        /// The revocations of `subject`, those that were lifted too.
        pub fn revocations(subject: Subject) -> Vec<Revocation> {
            crate::revocation::intervals(Self::acts_of(subject))
        }

        /// The reference value of a measurement, whether it is in force or not.
        pub fn reference_value(measurement: MeasurementId) -> Option<ReferenceValue> {
            ReferenceValues::<T>::get(measurement)
        }

        /// What is stored of a collateral.
        pub fn collateral(id: CollateralId) -> Option<StoredCollateral> {
            Collaterals::<T>::get(id)
        }

        /// What is stored of the chain of a VCEK or VLEK.
        pub fn endorsement(fingerprint: Digest) -> Option<StoredEndorsement> {
            Endorsements::<T>::get(fingerprint)
        }

        /// The TCB statuses that are accepted of a vendor's platforms.
        pub fn accepted_tcb(vendor: Vendor) -> Vec<TcbStatus> {
            AcceptedTcb::<T>::get(vendor).iter().collect()
        }

        /// The version of reference values, accepted statuses, floors and revocations, as receipts of
        /// this block name it.
        pub fn trust() -> u32 {
            TrustVersion::<T>::get()
        }
    }
}
