//! Authors, finality, sessions and offences.

use super::staking::{BondingDuration, SessionsPerEra};
use crate::{
    constants::{
        currency::deposit,
        time::{EPOCH_DURATION_IN_SLOTS, MILLISECS_PER_BLOCK},
    },
    AccountId, Babe, Balance, Balances, Historical, Offences, Runtime, RuntimeEvent, Session,
    SessionKeys, Staking,
};
use frame_support::{parameter_types, traits::ConstU32};
use pallet_session::disabling::UpToLimitWithReEnablingDisablingStrategy;
use sp_runtime::traits::{ConvertInto, OpaqueKeys};

parameter_types! {
    /// Slots of an epoch, which is a session.
    pub const EpochDuration: u64 = EPOCH_DURATION_IN_SLOTS;
    /// Milliseconds of a slot.
    pub const ExpectedBlockTime: crate::Moment = MILLISECS_PER_BLOCK;
    /// For how many blocks an equivocation can be reported: as long as stake can answer for it.
    pub const ReportLongevity: u64 =
        BondingDuration::get() as u64 * SessionsPerEra::get() as u64 * EpochDuration::get();
    /// For how many sessions GRANDPA remembers which set voted in which.
    pub const MaxSetIdSessionEntries: u64 =
        BondingDuration::get() as u64 * SessionsPerEra::get() as u64;
    /// What a validator's session keys hold while they are stored: two keys of 32 bytes, each
    /// with an entry that leads back to its owner.
    pub const SessionKeyDeposit: Balance = deposit(3, 3 * 32 + 2 * 32 + 2 * 4);
}

/// Most validators that a session can have.
pub type MaxAuthorities = ConstU32<{ super::staking::MAX_ACTIVE_VALIDATORS }>;
/// Most nominators that can stand behind one of them.
pub type MaxNominators = super::staking::MaxBackersPerWinner;

impl pallet_babe::Config for Runtime {
    type EpochDuration = EpochDuration;
    type ExpectedBlockTime = ExpectedBlockTime;
    // Sessions end epochs, not the other way round.
    type EpochChangeTrigger = pallet_babe::ExternalTrigger;
    type DisabledValidators = Session;
    type WeightInfo = ();
    type MaxAuthorities = MaxAuthorities;
    type MaxNominators = MaxNominators;
    type KeyOwnerProof = sp_session::MembershipProof;
    type EquivocationReportSystem =
        pallet_babe::EquivocationReportSystem<Self, Offences, Historical, ReportLongevity>;
}

impl pallet_grandpa::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = ();
    type MaxAuthorities = MaxAuthorities;
    type MaxNominators = MaxNominators;
    type MaxSetIdSessionEntries = MaxSetIdSessionEntries;
    type KeyOwnerProof = sp_session::MembershipProof;
    type EquivocationReportSystem =
        pallet_grandpa::EquivocationReportSystem<Self, Offences, Historical, ReportLongevity>;
}

impl pallet_authorship::Config for Runtime {
    type FindAuthor = pallet_session::FindAccountFromAuthorIndex<Self, Babe>;
    // Counts the blocks of each validator, which its reward is shared out by.
    type EventHandler = Staking;
}

impl pallet_session::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type ValidatorId = AccountId;
    type ValidatorIdOf = ConvertInto;
    type ShouldEndSession = Babe;
    type NextSessionRotation = Babe;
    type SessionManager = pallet_session::historical::NoteHistoricalRoot<Self, Staking>;
    type SessionHandler = <SessionKeys as OpaqueKeys>::KeyTypeIdProviders;
    type Keys = SessionKeys;
    type DisablingStrategy = UpToLimitWithReEnablingDisablingStrategy;
    type WeightInfo = pallet_session::weights::SubstrateWeight<Runtime>;
    type Currency = Balances;
    type KeyDeposit = SessionKeyDeposit;
}

impl pallet_session::historical::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    // Staking keeps exposures itself; a membership proof needs no copy of them.
    type FullIdentification = ();
    type FullIdentificationOf = pallet_staking::UnitIdentificationOf<Self>;
}

impl pallet_offences::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type IdentificationTuple = pallet_session::historical::IdentificationTuple<Self>;
    type OnOffenceHandler = Staking;
}
