//! Which enclaves may answer: how fresh their documents have to be, how long they hold, who approves
//! their code.

use super::governance::origins::PolicyAdmin;
use crate::{
    constants::{
        currency::{deposit, OPG},
        time::MINUTES,
    },
    AccountId, Balance, Balances, BlockNumber, Runtime, RuntimeHoldReason, Timestamp,
};
use frame_support::{
    parameter_types,
    traits::{fungible::HoldConsideration, ConstU32, EitherOf, LinearStoragePrice},
};
use frame_system::EnsureRoot;

/// Seconds of a day.
const DAY: u64 = 24 * 60 * 60;

parameter_types! {
    /// For an enclave, a collateral or a chain of certificates, whatever its size.
    pub const AttestationBaseDeposit: Balance = OPG;
    /// For each byte that is stored of it.
    pub const AttestationByteDeposit: Balance = deposit(0, 1);
    /// The hold that both are taken by.
    pub const AttestationHoldReason: RuntimeHoldReason =
        RuntimeHoldReason::Attestation(pallet_attestation::HoldReason::Stored);
    /// Time for a block to become final, for hardware to make a document, and for a transaction to
    /// be included.
    pub const MaxChallengeAge: BlockNumber = 30 * MINUTES;
    /// A document of a platform whose collateral holds for weeks lets an enclave answer for a day.
    pub const MaxValidity: u64 = DAY;
    /// An enclave that is not renewed keeps its place for another.
    pub const EnclaveRetention: u64 = DAY;
    /// Intel signs for a month, so that nothing older is valid when a collateral is forgotten.
    pub const CollateralRetention: u64 = 60 * DAY;
}

impl pallet_attestation::Config for Runtime {
    type RuntimeHoldReason = RuntimeHoldReason;
    type Consideration = HoldConsideration<
        AccountId,
        Balances,
        AttestationHoldReason,
        LinearStoragePrice<AttestationBaseDeposit, AttestationByteDeposit, Balance>,
    >;
    type ApproveOrigin = EitherOf<EnsureRoot<AccountId>, PolicyAdmin>;
    type RevokeOrigin = EitherOf<EnsureRoot<AccountId>, PolicyAdmin>;
    type Time = Timestamp;
    type Binding = pallet_attestation::binding::Exact;
    type MaxChallengeAge = MaxChallengeAge;
    type MaxValidity = MaxValidity;
    type EnclaveRetention = EnclaveRetention;
    type CollateralRetention = CollateralRetention;
    type MaxPerPlatform = ConstU32<64>;
    type MaxPerProvider = ConstU32<64>;
    type MaxKnownIssuers = ConstU32<1024>;
    type WeightInfo = pallet_attestation::weights::SubstrateWeight<Runtime>;
}
