//! Stake behind validators, and their election.
//!
//! `pallet-staking` is frozen upstream: its successor is for system parachains only. So it is
//! pinned, and everything that knows of it is in this file. (Providers of answers have a pallet of
//! their own, with bonds of their own.)
//!
//! The election runs on chain, in one block an era, with hard bounds: all voters and targets that
//! staking may hold ([`MAX_VALIDATORS`], [`MAX_NOMINATORS`], set in genesis) fit into one snapshot,
//! so nobody is left out by the order of a map, and the weight of the worst case is tested to fit
//! into a block. There is no multi-phase election, no bags list and no pools: they still rely on
//! unsigned transactions.

use super::fees::TreasuryAccount;
use crate::{
    constants::time::{ERAS_PER_DAY, SESSIONS_PER_ERA},
    AccountId, Balance, Balances, Runtime, RuntimeEvent, RuntimeHoldReason, Session, Staking,
    Timestamp,
};
use frame_election_provider_support::{
    bounds::{ElectionBounds, ElectionBoundsBuilder},
    onchain, SequentialPhragmen,
};
use frame_support::{
    derive_impl, parameter_types,
    traits::{tokens::imbalance::ResolveTo, ConstBool, ConstU32},
};
use frame_system::EnsureRoot;
use pallet_staking::{FixedNominationsQuota, UseNominatorsAndValidatorsMap, UseValidatorsMap};
use sp_runtime::{curve::PiecewiseLinear, Perbill};
use sp_staking::{currency_to_vote::U128CurrencyToVote, EraIndex, SessionIndex};

/// Most accounts that may stand for election. Genesis sets it.
pub const MAX_VALIDATORS: u32 = 256;
/// Most accounts that may nominate. Genesis sets it.
pub const MAX_NOMINATORS: u32 = 768;
/// Most validators of an era.
pub const MAX_ACTIVE_VALIDATORS: u32 = 100;
/// Validators that one nominator may name.
pub const MAX_NOMINATIONS: u32 = 16;

pallet_staking_reward_curve::build! {
    const REWARD_CURVE: PiecewiseLinear<'static> = curve!(
        min_inflation: 0_025_000,
        max_inflation: 0_100_000,
        ideal_stake: 0_500_000,
        falloff: 0_050_000,
        max_piece_count: 40,
        test_precision: 0_005_000,
    );
}

parameter_types! {
    /// Sessions of an era.
    pub const SessionsPerEra: SessionIndex = SESSIONS_PER_ERA;
    /// Eras for which stake answers after it was unbonded: seven days.
    pub const BondingDuration: EraIndex = 7 * ERAS_PER_DAY;
    /// Eras in which a slash can be cancelled: one day.
    pub const SlashDeferDuration: EraIndex = ERAS_PER_DAY;
    /// Eras for which rewards can be claimed: seven days.
    pub const HistoryDepth: u32 = 7 * ERAS_PER_DAY;
    /// Inflation by the share of the issuance that is staked: 2.5 % to 10 % a year.
    pub const RewardCurve: &'static PiecewiseLinear<'static> = &REWARD_CURVE;
    /// The snapshot of an election: every voter and every target that may exist.
    pub ElectionBoundsOnChain: ElectionBounds = ElectionBoundsBuilder::default()
        .voters_count((MAX_VALIDATORS + MAX_NOMINATORS).into())
        .targets_count(MAX_VALIDATORS.into())
        .build();
}

/// Most nominators behind one elected validator: all of them, and itself.
pub type MaxBackersPerWinner = ConstU32<{ MAX_NOMINATORS + 1 }>;

/// The election, run in the block that plans an era.
pub struct OnChainSequentialPhragmen;
impl onchain::Config for OnChainSequentialPhragmen {
    type System = Runtime;
    type Solver = SequentialPhragmen<AccountId, Perbill>;
    type DataProvider = Staking;
    type WeightInfo = frame_election_provider_support::weights::SubstrateWeight<Runtime>;
    type MaxWinnersPerPage = ConstU32<MAX_ACTIVE_VALIDATORS>;
    type MaxBackersPerWinner = MaxBackersPerWinner;
    type Sort = ConstBool<true>;
    type Bounds = ElectionBoundsOnChain;
}

#[derive_impl(pallet_staking::config_preludes::TestDefaultConfig)]
impl pallet_staking::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeHoldReason = RuntimeHoldReason;
    type OldCurrency = Balances;
    type Currency = Balances;
    type CurrencyBalance = Balance;
    type UnixTime = Timestamp;
    // Scales by the issuance. The saturating conversion would clip every stake above 18.4 OPG to
    // one and the same vote.
    type CurrencyToVote = U128CurrencyToVote;
    type ElectionProvider = onchain::OnChainExecution<OnChainSequentialPhragmen>;
    type GenesisElectionProvider = onchain::OnChainExecution<OnChainSequentialPhragmen>;
    type NominationsQuota = FixedNominationsQuota<MAX_NOMINATIONS>;
    type HistoryDepth = HistoryDepth;
    type RewardRemainder = ResolveTo<TreasuryAccount, Balances>;
    type Slash = ResolveTo<TreasuryAccount, Balances>;
    // Rewards are new issuance.
    type Reward = ();
    type SessionsPerEra = SessionsPerEra;
    type BondingDuration = BondingDuration;
    type SlashDeferDuration = SlashDeferDuration;
    type AdminOrigin = EnsureRoot<AccountId>;
    type SessionInterface = Self;
    type EraPayout = pallet_staking::ConvertCurve<RewardCurve>;
    type NextNewSession = Session;
    type MaxExposurePageSize = ConstU32<256>;
    type MaxValidatorSet = ConstU32<MAX_ACTIVE_VALIDATORS>;
    type VoterList = UseNominatorsAndValidatorsMap<Self>;
    type TargetList = UseValidatorsMap<Self>;
    type MaxUnlockingChunks = ConstU32<32>;
    type MaxControllersInDeprecationBatch = ConstU32<100>;
    type EventListeners = ();
    type BenchmarkingConfig = BenchmarkingLimits;
    type WeightInfo = pallet_staking::weights::SubstrateWeight<Runtime>;
}

/// The sizes that staking's benchmarks run with.
pub struct BenchmarkingLimits;
impl pallet_staking::BenchmarkingConfig for BenchmarkingLimits {
    type MaxValidators = ConstU32<MAX_VALIDATORS>;
    type MaxNominators = ConstU32<MAX_NOMINATORS>;
}
