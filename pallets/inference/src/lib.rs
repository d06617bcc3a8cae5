//! Requests, escrow, leases, settlement: the life of a request.
//!
//! # Pallet API
//!
//! | call | who | pays |
//! | --- | --- | --- |
//! | [`request`](pallet::Call::request) | anyone whom the model's access rule lets | its fee, the weight of all that follows, a burned minimum; `max_price` is held |
//! | [`cancel`](pallet::Call::cancel) | the requester, before anybody acknowledged | its fee |
//! | [`deliver`](pallet::Call::deliver) | the requester of a private request, once in each lease | its fee |
//! | [`acknowledge`](pallet::Call::acknowledge), [`decline`](pallet::Call::decline), [`submit_result`](pallet::Call::submit_result) | whoever carries bytes that a dispatcher key of the leased provider signed | nothing, the requester prepaid |
//! | [`expire`](pallet::Call::expire) | anyone, when a lease is overdue | nothing, the requester prepaid |
//!
//! View functions: `open_request`, `open_leases`, `preview`.
//!
//! # Overview
//!
//! A request has up to [`Config::MaxAttempts`] leases. Each lease ends in one receipt; the last
//! receipt of a request is terminal. Money and receipt move in one state transition, and nothing
//! else decides a payment than the [`Appraiser`](opg_primitives::traits::Appraiser)'s verdict.
//!
//! ```mermaid
//! stateDiagram-v2
//!   [*] --> Waiting: request
//!   [*] --> Leased: request that names its provider
//!   Waiting --> Leased: draw, block N + 2 or later
//!   Waiting --> [*]: NoProvider, Cancelled, AbortedByGovernance
//!   Leased --> Leased: deliver, if the input is private
//!   Leased --> Acknowledged: acknowledge
//!   Leased --> Waiting: Declined, NotAcknowledged
//!   Leased --> [*]: Cancelled, AbortedByGovernance, attempts used up
//!   Acknowledged --> Waiting: EvidenceRefused, NotDelivered
//!   Acknowledged --> [*]: Settled, AbortedByGovernance, attempts used up
//! ```
//!
//! # Implementation details
//!
//! - **Lease block.** An answer is bound to the hash of the *parent* of the block that gave the
//!   lease: the block from whose state the lease was given, whose hash that block already knows.
//! - **Windows are whole.** A lease is given only while both its windows fit before the deadline,
//!   so no provider is given less time than the constants say.
//! - **Draws happen in `on_initialize` only**, before any transaction of the block, so that its
//!   author cannot change who is eligible once it knows the seed. Without VRF output of the parent
//!   the queue waits.
//! - **The queue is first in, first out.** All entries wait equally long, so the order of arrival is
//!   the order of `not_before`, and a bounded look at its head is enough.
//! - **Each open request has one entry in [`Expiries`](pallet::Expiries)**, under the last block in
//!   which what it waits for can happen. The sweep starts at a cursor that it moves only past empty
//!   blocks: what a full block left over is found first by the next.
//! - **Feeless calls leave a mark.** Their authorisation, in the block, notes what it authorised;
//!   the call takes the note back. A call that is wrapped, by Root's `dispatch_as` too, finds no note.
//! - **The end of a lease never fails.** Whatever a payee's account is like, what it cannot take
//!   goes to the treasury, and what that cannot take burns.
//! - **A private input is delivered in each lease.** Its requester knows whom to seal it to only when
//!   the lease is given, and has as long for it as a provider has to acknowledge. Who was given nothing
//!   is not silent: such a lease ends as declined for want of the payload, and nothing is slashed. The
//!   provider's window to acknowledge begins with the delivery, and is whole however late that is.
//! - **A named provider has one attempt.** To draw another one would not be what was asked.

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

pub mod assignment;
mod authorization;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::{BenchmarkHelper, BenchmarkSetup};
mod capacity;
mod closing;
mod compensation;
mod delivering;
mod dispatching;
mod errors;
mod escrow;
mod leases;
#[cfg(test)]
mod mock;
mod opening;
mod sweep;
#[cfg(test)]
mod tests;
mod try_state;
pub mod types;
mod views;
pub mod weights;

use frame_support::pallet_macros::*;

pub use authorization::Refused;
pub use pallet::*;
pub use weights::WeightInfo;

#[import_section(errors::errors)]
// Storage entries and errors expand to the first; the evidence in one call makes it large.
#[allow(clippy::expect_used, clippy::large_enum_variant)]
#[frame_support::pallet]
pub mod pallet {
    use super::{
        capacity::{input_bytes, sealed_bytes, submitted_bytes},
        types::*,
        weights::WeightInfo,
    };
    use alloc::vec::Vec;
    use frame_support::{
        pallet_prelude::*,
        traits::{fungible, OnUnbalanced},
        weights::WeightToFee,
    };
    use frame_system::{
        ensure_authorized, offchain::CreateAuthorizedTransaction, pallet_prelude::*,
    };
    use opg_primitives::{
        evidence::Evidence,
        ids::{
            Account, Digest, DispatcherKey, EnclaveId, ModelId, ReceiptId, RequestId, Signature,
        },
        mode::Mode,
        receipt::{Payment, Selection},
        request::{DeclineReason, Input, Outcome, Output, Parameters},
        sealed::SealedBytes,
        traits::{Appraiser, Attestation, Models, Policies, Providers, Receipts},
        Attempt, Balance, BlockNumber,
    };
    use sp_runtime::traits::Convert;

    /// The version of this pallet's storage.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    /// Money that was taken and has not yet gone anywhere; dropped, it burns.
    pub type CreditOf<T> =
        fungible::Credit<<T as frame_system::Config>::AccountId, <T as Config>::Currency>;

    /// What the runtime decides.
    #[pallet::config]
    pub trait Config:
        frame_system::Config<
            RuntimeEvent: From<Event<Self>>,
            AccountId: From<[u8; 32]> + Into<[u8; 32]>,
            Hash: Into<[u8; 32]>,
        > + CreateAuthorizedTransaction<Call<Self>>
    {
        /// The weights.
        type WeightInfo: WeightInfo;
        /// The reason of the escrow's hold.
        type RuntimeHoldReason: From<HoldReason>;
        /// The token.
        type Currency: fungible::hold::Mutate<
                Self::AccountId,
                Reason = Self::RuntimeHoldReason,
                Balance = Balance,
            > + fungible::hold::Balanced<Self::AccountId>;
        /// The treasury's account, which gets its part of each price.
        type Treasury: Get<Self::AccountId>;
        /// Where fees go: what a requester prepays for the weight of its feeless calls.
        type ServiceFees: OnUnbalanced<CreditOf<Self>>;
        /// What a weight costs.
        type WeightToFee: WeightToFee<Balance = Balance>;
        /// The models.
        type Models: Models;
        /// The providers.
        type Providers: Providers;
        /// The enclaves that may answer.
        type Attestation: Attestation;
        /// The policies.
        type Policies: Policies;
        /// What appraises evidence.
        type Appraiser: Appraiser;
        /// The most that an appraisal in a mode weighs, with the look at the enclave where there is one.
        type AppraisalWeight: Convert<Mode, Weight>;
        /// The log of receipts.
        type Receipts: Receipts;
        /// The VRF output of this block's parent, if it had one (`ParentBlockRandomness`).
        type Randomness: Get<Option<[u8; 32]>>;
        /// The version of the runtime, and blake2-256 of its code as stored.
        type JudgedCode: Get<(u32, Digest)>;
        /// What benchmarks set up in the pallets below.
        #[cfg(feature = "runtime-benchmarks")]
        type BenchmarkHelper: crate::BenchmarkHelper;

        /// How many leases a request may have.
        #[pallet::constant]
        type MaxAttempts: Get<u8>;
        /// How many blocks after a request, or after the end of a lease, the next lease is drawn at
        /// the earliest; at least two.
        #[pallet::constant]
        type LeaseDelay: Get<BlockNumber>;
        /// Within how many blocks a lease is acknowledged.
        #[pallet::constant]
        type AckWindow: Get<BlockNumber>;
        /// Within how many blocks from its acknowledgement a lease is delivered.
        #[pallet::constant]
        type DeliverWindows: Get<DeliverWindows>;
        /// How many blocks ahead a deadline may be.
        #[pallet::constant]
        type MaxLifetime: Get<BlockNumber>;
        /// How many entries of the queue a block looks at.
        #[pallet::constant]
        type DrawsPerBlock: Get<u32>;
        /// How many overdue requests a block ends before its transactions, and as many again after
        /// them if there is room.
        #[pallet::constant]
        type ExpiriesPerBlock: Get<u32>;
        /// How many open leases a provider may have.
        #[pallet::constant]
        type MaxOpenLeases: Get<u32>;
        /// How many blocks share one bucket of verification capacity.
        #[pallet::constant]
        type BucketBlocks: Get<BlockNumber>;
        /// How much verification may fall due per block of a bucket.
        #[pallet::constant]
        type VerificationPerBlock: Get<Capacity>;
        /// The parts of a price that burn and that go to the treasury.
        #[pallet::constant]
        type Rates: Get<opg_primitives::price::Rates>;
        /// What every request burns.
        #[pallet::constant]
        type MinBurn: Get<Balance>;
        /// The least that `max_price` may be.
        #[pallet::constant]
        type MinPrice: Get<Balance>;
        /// The most that a requester is compensated for one lease.
        #[pallet::constant]
        type CompensationCap: Get<Balance>;
        /// What a provider's bond answers with.
        #[pallet::constant]
        type Slashes: Get<SlashAmounts>;
    }

    /// Why this pallet holds money.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// The `max_price` of an open request.
        #[codec(index = 0)]
        Escrow,
    }

    /// The pallet.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// The open requests.
    #[pallet::storage]
    pub type Requests<T: Config> = CountedStorageMap<_, Identity, RequestId, Request>;

    /// The bytes of the open requests: input, or the commitment to a private one, and parameters.
    #[pallet::storage]
    pub type Payloads<T: Config> = StorageMap<_, Identity, RequestId, (Input, Parameters)>;

    /// The ciphertexts of private inputs, each while the lease runs that it was delivered in.
    #[pallet::storage]
    pub type SealedInputs<T: Config> = StorageMap<_, Identity, RequestId, SealedBytes>;

    /// How many requests an account has made.
    #[pallet::storage]
    pub type Nonces<T: Config> = StorageMap<_, Blake2_128Concat, Account, u64, ValueQuery>;

    /// The requests that wait for a draw, in the order of their arrival. An entry whose request has
    /// ended in the meantime is skipped when its turn comes.
    #[pallet::storage]
    pub type Queue<T: Config> = StorageMap<_, Twox64Concat, u64, (RequestId, Attempt)>;

    /// The first entry of the queue, and the one after its last.
    #[pallet::storage]
    pub type QueueEnds<T: Config> = StorageValue<_, (u64, u64), ValueQuery>;

    /// The last block in which what an open request waits for can happen.
    #[pallet::storage]
    pub type Expiries<T: Config> =
        StorageDoubleMap<_, Twox64Concat, BlockNumber, Identity, RequestId, ()>;

    /// The first block whose expiries may not all have been swept.
    #[pallet::storage]
    pub type SweepFrom<T: Config> = StorageValue<_, BlockNumber, ValueQuery>;

    /// The open leases of each provider.
    #[pallet::storage]
    pub type OpenLeases<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, Account, Identity, RequestId, Attempt>;

    /// How many open leases a provider has; no entry for none.
    #[pallet::storage]
    pub type OpenCount<T: Config> = StorageMap<_, Blake2_128Concat, Account, u32, ValueQuery>;

    /// The verification that is booked per bucket of deadlines; no entry for none.
    #[pallet::storage]
    pub type Booked<T: Config> = StorageMap<_, Twox64Concat, u32, Capacity, ValueQuery>;

    /// What the transaction that is being executed was authorised for. Never outlives it.
    #[pallet::storage]
    #[pallet::whitelist_storage]
    pub type Authorised<T: Config> = StorageValue<_, [u8; 32]>;

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A request was made, its price is held.
        Requested {
            /// The request.
            request: RequestId,
            /// Who asks and pays.
            requester: T::AccountId,
            /// The model's version.
            model: ModelId,
            /// The mode, resolved.
            mode: Mode,
            /// What is held.
            max_price: Balance,
            /// The last block in which an answer settles.
            deadline: BlockNumber,
        },
        /// A lease was given.
        Leased {
            /// The request.
            request: RequestId,
            /// The attempt.
            attempt: Attempt,
            /// Who holds it.
            provider: T::AccountId,
            /// What it is paid.
            price: Balance,
            /// How it came to it.
            selection: Selection,
            /// The last block in which it can be acknowledged; of a private request, in which its input
            /// can be delivered.
            ack_by: BlockNumber,
        },
        /// The private input of a lease was delivered.
        Delivered {
            /// The request.
            request: RequestId,
            /// The attempt.
            attempt: Attempt,
            /// The enclave that it is sealed to.
            enclave: EnclaveId,
            /// The last block in which the lease can be acknowledged.
            ack_by: BlockNumber,
        },
        /// A lease was acknowledged.
        Acknowledged {
            /// The request.
            request: RequestId,
            /// The attempt.
            attempt: Attempt,
            /// The last block in which a result settles.
            deliver_by: BlockNumber,
        },
        /// A lease ended, and another one follows.
        LeaseEnded {
            /// The request.
            request: RequestId,
            /// The attempt that ended.
            attempt: Attempt,
            /// How.
            outcome: Outcome,
            /// The receipt.
            receipt: ReceiptId,
        },
        /// A request ended.
        Ended {
            /// The request.
            request: RequestId,
            /// The last attempt.
            attempt: Attempt,
            /// How.
            outcome: Outcome,
            /// The terminal receipt.
            receipt: ReceiptId,
            /// What moved.
            payment: Payment,
        },
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(_now: BlockNumberFor<T>) -> Weight {
            Self::begin_block()
        }

        fn on_idle(_now: BlockNumberFor<T>, left: Weight) -> Weight {
            Self::use_idle(left)
        }

        fn offchain_worker(_now: BlockNumberFor<T>) {
            Self::dispatch();
        }

        fn integrity_test() {
            Self::check_constants();
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_now: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Asks `model`, and holds `max_price`.
        ///
        /// Signed by the requester. A public `input` is for a circuit quantised, one byte an element;
        /// for a text model a request in OpenAI's shape, of which its length alone is looked at here. In
        /// mode `Tee` it may be a commitment instead, and is then sealed to an enclave of whoever is
        /// leased, by [`Call::deliver`].
        /// `parameters` are empty for a circuit. `mode` is the class's default where none is named.
        /// `max_price` is in units of 10^-18 OPG, `deadline` the last block in which an answer settles.
        /// `provider` is leased at once where one is named and the class allows it, and has the only
        /// attempt; else one is drawn two blocks later. On top of `max_price` the requester pays the
        /// weight of all attempts, and a burned minimum; both are lost whatever happens.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::request(input_bytes(input)))]
        #[allow(clippy::too_many_arguments)]
        pub fn request(
            origin: OriginFor<T>,
            model: ModelId,
            input: Input,
            parameters: Parameters,
            mode: Option<Mode>,
            max_price: Balance,
            deadline: BlockNumber,
            provider: Option<Account>,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::open(who, model, input, parameters, mode, max_price, deadline, provider)
        }

        /// Ends a request that nobody has acknowledged yet; what was held is released.
        ///
        /// Signed by the requester.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::cancel())]
        pub fn cancel(origin: OriginFor<T>, request: RequestId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_cancel(&who, request)
        }

        /// Takes a lease on: the request is final in the provider's view, the bytes are held and
        /// match, they fit the model, and the price is accepted.
        ///
        /// A general transaction; `key` is a dispatcher key of the leased provider and `signature`
        /// its Sr25519 signature over [`opg_primitives::statement::acknowledge_hash`].
        #[pallet::call_index(2)]
        #[pallet::weight((T::WeightInfo::acknowledge(), DispatchClass::Operational))]
        #[pallet::authorize(Self::authorize_acknowledge)]
        #[pallet::weight_of_authorize(T::WeightInfo::authorize_acknowledge())]
        pub fn acknowledge(
            origin: OriginFor<T>,
            request: RequestId,
            attempt: Attempt,
            key: DispatcherKey,
            signature: Signature,
        ) -> DispatchResult {
            ensure_authorized(origin)?;
            let _ = (key, signature);
            Self::do_acknowledge(request, attempt)
        }

        /// Gives a lease back, before it was acknowledged; the next attempt follows.
        ///
        /// A general transaction, as [`Call::acknowledge`]; `signature` is over
        /// [`opg_primitives::statement::decline_hash`].
        #[pallet::call_index(3)]
        #[pallet::weight((T::WeightInfo::decline(), DispatchClass::Operational))]
        #[pallet::authorize(Self::authorize_decline)]
        #[pallet::weight_of_authorize(T::WeightInfo::authorize_decline())]
        pub fn decline(
            origin: OriginFor<T>,
            request: RequestId,
            attempt: Attempt,
            reason: DeclineReason,
            key: DispatcherKey,
            signature: Signature,
        ) -> DispatchResult {
            ensure_authorized(origin)?;
            let _ = (key, signature);
            Self::do_decline(request, attempt, reason)
        }

        /// Brings an answer and its evidence. Good evidence is paid; bad evidence ends the lease,
        /// and the call is `Ok` all the same: an error would be undone and could come again for
        /// nothing.
        ///
        /// A general transaction, as [`Call::acknowledge`]; `signature` is over
        /// [`opg_primitives::statement::submit_hash`].
        #[pallet::call_index(4)]
        #[pallet::weight((Pallet::<T>::weight_of_submit(output, evidence), DispatchClass::Operational))]
        #[pallet::authorize(Self::authorize_submit_result)]
        #[pallet::weight_of_authorize(T::WeightInfo::authorize_submit_result(submitted_bytes(
            output, evidence
        )))]
        pub fn submit_result(
            origin: OriginFor<T>,
            request: RequestId,
            attempt: Attempt,
            output: Output,
            evidence: Evidence,
            key: DispatcherKey,
            signature: Signature,
        ) -> DispatchResult {
            ensure_authorized(origin)?;
            let _ = (key, signature);
            Self::do_submit(request, attempt, output, evidence)
        }

        /// Ends what is overdue: a lease that was not acknowledged or not delivered in time, or one
        /// that governance has made impossible to settle. The block's own sweep does the same, a
        /// bounded number at a time.
        ///
        /// A general transaction, by anyone, without any signature.
        #[pallet::call_index(5)]
        #[pallet::weight((T::WeightInfo::expire(), DispatchClass::Operational))]
        #[pallet::authorize(Self::authorize_expire)]
        #[pallet::weight_of_authorize(T::WeightInfo::authorize_expire())]
        pub fn expire(
            origin: OriginFor<T>,
            request: RequestId,
            attempt: Attempt,
        ) -> DispatchResult {
            ensure_authorized(origin)?;
            Self::do_expire(request, attempt)
        }

        /// Delivers the private input of `request` in its lease `attempt`, sealed to `enclave`, which is
        /// an enclave of the leased provider that may answer of the model now.
        ///
        /// Signed by the requester, once in each lease. `sealed` is HPKE's ciphertext of the input, its
        /// salt and the key to reply to, see [`opg_primitives::sealed`]; everybody can see how long it
        /// is. From here on the provider has its whole window to acknowledge.
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::deliver(sealed_bytes(sealed)))]
        pub fn deliver(
            origin: OriginFor<T>,
            request: RequestId,
            attempt: Attempt,
            enclave: EnclaveId,
            sealed: SealedBytes,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_deliver(&who, request, attempt, enclave, sealed)
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// An open request with its bytes; none if there is no such request, or it has ended.
        pub fn open_request(request: RequestId) -> Option<OpenRequest> {
            Self::view_request(request)
        }

        /// The open leases of a provider, at most as many as one may have.
        pub fn open_leases(provider: Account) -> Vec<OpenLease> {
            Self::view_leases(&provider)
        }

        /// What a request to `model` would meet now: price, fees, rules, and the table of standings
        /// that a good answer gets. `mode` is the class's default where none is named; `max_price`
        /// is what `provider`'s price is compared with. None if the model or its class is unknown.
        pub fn preview(
            model: ModelId,
            mode: Option<Mode>,
            provider: Option<Account>,
            max_price: Balance,
        ) -> Option<Preview> {
            Self::view_preview(model, mode, provider, max_price)
        }
    }
}
