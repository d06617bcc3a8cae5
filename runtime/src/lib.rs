//! The runtime of the OPG chain: an appchain on which an AI answer comes with a receipt.
//!
//! - [`configs`] configures the pallets, one file per theme.
//! - [`apis`] implements the runtime APIs.
//! - [`genesis_config_presets`] holds the genesis states that a node can start from by name.
//! - [`constants`] holds time, money and the size of a block.
//!
//! Blocks come every three seconds from BABE, whose slots all carry a VRF output, and are finalised
//! by GRANDPA. Validators are elected on chain from bonded stake once an era.

#![cfg_attr(not(feature = "std"), no_std)]
// The pallets' macros recurse once per pallet and call.
#![recursion_limit = "1024"]

// `missing_docs` is denied per module: what the pallets' macros make here cannot be documented.
extern crate alloc;

pub mod apis;
#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarks;
pub mod configs;
pub mod constants;
pub mod genesis_config_presets;

#[cfg(test)]
mod tests;

use alloc::{borrow::Cow, vec::Vec};
use sp_consensus_babe::{AllowedSlots, BabeEpochConfiguration};
use sp_runtime::{
    generic, impl_opaque_keys,
    traits::{BlakeTwo256, IdentifyAccount, Verify},
    MultiAddress, MultiSignature,
};
use sp_version::RuntimeVersion;

#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

/// A signature by any of the supported schemes.
pub type Signature = MultiSignature;
/// An account: the public key, or its hash, that a [`Signature`] is checked against.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// How calls name an account.
pub type Address = MultiAddress<AccountId, ()>;
/// An amount of OPG in its smallest unit, 10^-18.
pub type Balance = u128;
/// The number of a block.
pub type BlockNumber = u32;
/// Counts an account's transactions.
pub type Nonce = u32;
/// The hash of a block or of a call.
pub type Hash = sp_core::H256;
/// Milliseconds since 1970.
pub type Moment = u64;
/// A block's header.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// A block.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;
/// A transaction or inherent as it comes from outside.
pub type UncheckedExtrinsic =
    generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;
/// What a sender signs.
pub type SignedPayload = generic::SignedPayload<RuntimeCall, TxExtension>;

/// What every transaction passes before it is dispatched, outermost first.
///
/// `AuthorizeCall` comes first since the extensions after it see the origin that it gives.
/// `WeightReclaim` comes last: what precedes it in the tuple is weighed after it has run.
pub type TxExtension = (
    frame_system::AuthorizeCall<Runtime>,
    frame_system::CheckNonZeroSender<Runtime>,
    frame_system::CheckSpecVersion<Runtime>,
    frame_system::CheckTxVersion<Runtime>,
    frame_system::CheckGenesis<Runtime>,
    frame_system::CheckEra<Runtime>,
    frame_system::CheckNonce<Runtime>,
    frame_system::CheckWeight<Runtime>,
    pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
    frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
    frame_system::WeightReclaim<Runtime>,
);

/// Executes blocks.
pub type Executive = frame_executive::Executive<
    Runtime,
    Block,
    frame_system::ChainContext<Runtime>,
    Runtime,
    AllPalletsWithSystem,
>;

/// The types that a node needs, which does not look into transactions.
pub mod opaque {
    use super::{generic, BlakeTwo256};
    pub use sp_runtime::OpaqueExtrinsic as UncheckedExtrinsic;

    /// A block's header.
    pub type Header = generic::Header<super::BlockNumber, BlakeTwo256>;
    /// A block whose transactions are bytes.
    pub type Block = generic::Block<Header, UncheckedExtrinsic>;
}

impl_opaque_keys! {
    /// The keys that a validator works with.
    pub struct SessionKeys {
        /// Authors blocks.
        pub babe: Babe,
        /// Votes on finality.
        pub grandpa: Grandpa,
    }
}

/// Which version of the runtime this is.
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
    spec_name: Cow::Borrowed("opg"),
    impl_name: Cow::Borrowed("opg-node"),
    authoring_version: 1,
    spec_version: 100,
    impl_version: 0,
    apis: apis::RUNTIME_API_VERSIONS,
    transaction_version: 1,
    system_version: 1,
};

/// How slots are given to authors.
///
/// Secondary slots carry a VRF output too. So every block does, and `ParentBlockRandomness`, from
/// which leases are drawn, is there in every block.
pub const BABE_GENESIS_EPOCH_CONFIG: BabeEpochConfiguration = BabeEpochConfiguration {
    c: constants::time::PRIMARY_PROBABILITY,
    allowed_slots: AllowedSlots::PrimaryAndSecondaryVRFSlots,
};

// An index is part of every encoded call, event and error: it is never changed or used again.
// Hooks run, and genesis is built, in the order of the list: BABE before session, which asks it
// whether an epoch ends; balances before staking before session, which asks it for validators.
#[frame_support::runtime]
mod runtime {
    /// The runtime.
    #[runtime::runtime]
    #[runtime::derive(
        RuntimeCall,
        RuntimeEvent,
        RuntimeError,
        RuntimeOrigin,
        RuntimeFreezeReason,
        RuntimeHoldReason,
        RuntimeSlashReason,
        RuntimeLockId,
        RuntimeTask,
        RuntimeViewFunction
    )]
    pub struct Runtime;

    #[runtime::pallet_index(0)]
    pub type System = frame_system;
    #[runtime::pallet_index(1)]
    pub type Babe = pallet_babe;
    #[runtime::pallet_index(2)]
    pub type Timestamp = pallet_timestamp;
    #[runtime::pallet_index(3)]
    pub type Authorship = pallet_authorship;
    #[runtime::pallet_index(4)]
    pub type Balances = pallet_balances;
    #[runtime::pallet_index(5)]
    pub type TransactionPayment = pallet_transaction_payment;
    #[runtime::pallet_index(6)]
    pub type Parameters = pallet_parameters;
    #[runtime::pallet_index(7)]
    pub type MultiBlockMigrations = pallet_migrations;

    #[runtime::pallet_index(10)]
    pub type Staking = pallet_staking;
    #[runtime::pallet_index(11)]
    pub type Offences = pallet_offences;
    #[runtime::pallet_index(12)]
    pub type Historical = pallet_session::historical;
    #[runtime::pallet_index(13)]
    pub type Session = pallet_session;
    #[runtime::pallet_index(14)]
    pub type Grandpa = pallet_grandpa;
    #[runtime::pallet_index(15)]
    pub type Mmr = pallet_mmr;

    #[runtime::pallet_index(20)]
    pub type Utility = pallet_utility;
    #[runtime::pallet_index(21)]
    pub type Multisig = pallet_multisig;
    #[runtime::pallet_index(22)]
    pub type Proxy = pallet_proxy;

    #[runtime::pallet_index(30)]
    pub type Preimage = pallet_preimage;
    #[runtime::pallet_index(31)]
    pub type Scheduler = pallet_scheduler;
    #[runtime::pallet_index(32)]
    pub type Referenda = pallet_referenda;
    #[runtime::pallet_index(33)]
    pub type ConvictionVoting = pallet_conviction_voting;
    #[runtime::pallet_index(34)]
    pub type Origins = crate::configs::governance::origins;
    #[runtime::pallet_index(35)]
    pub type Treasury = pallet_treasury;

    #[runtime::pallet_index(40)]
    pub type Models = pallet_models;
    #[runtime::pallet_index(41)]
    pub type Providers = pallet_providers;
    #[runtime::pallet_index(42)]
    pub type Policies = pallet_policies;
    #[runtime::pallet_index(43)]
    pub type Verification = pallet_verification;
    #[runtime::pallet_index(44)]
    pub type Inference = pallet_inference;
    // After whoever writes receipts: it closes the block's tree of them.
    #[runtime::pallet_index(45)]
    pub type Receipts = pallet_receipts;
    #[runtime::pallet_index(46)]
    pub type Attestation = pallet_attestation;

    // Without a key, and so without effect, in every preset but `development`.
    #[runtime::pallet_index(255)]
    pub type Sudo = pallet_sudo;
}

/// The blob that a node runs.
///
/// # Panics
///
/// In a build with `SKIP_WASM_BUILD` set, which has none.
#[cfg(feature = "std")]
pub fn wasm_binary_unwrap() -> &'static [u8] {
    WASM_BINARY.expect(
        "this node was built with SKIP_WASM_BUILD set and has no runtime of its own: build it \
         without, or start it from a raw chain specification, which brings one",
    )
}
