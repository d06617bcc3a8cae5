//! Proposals, votes, what they may enact, and the treasury.
//!
//! Anyone may submit a referendum for one of the origins in [`origins`], each with a track of its
//! own in [`tracks`]; holders vote with conviction; what is approved is dispatched by the scheduler.

pub mod origins;
pub mod tracks;

use self::{
    origins::{ReferendumCanceller, Treasurer},
    tracks::TracksInfo,
};
use super::fees::TreasuryAccount;
use crate::{
    constants::{
        currency::{deposit, OPG},
        time::DAYS,
    },
    AccountId, Balance, Balances, BlockNumber, OriginCaller, Preimage, Referenda, Runtime,
    RuntimeCall, RuntimeEvent, RuntimeHoldReason, RuntimeOrigin, Scheduler, System,
};
use frame_support::{
    derive_impl, parameter_types,
    traits::{
        fungible::HoldConsideration,
        tokens::{PayFromAccount, UnityAssetBalanceConversion},
        ConstU32, EitherOf, EqualPrivilegeOnly, LinearStoragePrice,
    },
    weights::Weight,
    PalletId,
};
use frame_system::{EnsureRoot, EnsureRootWithSuccess, EnsureSigned, EnsureWithSuccess};
use sp_runtime::{traits::IdentityLookup, Perbill, Permill};

parameter_types! {
    /// For a preimage, whatever its size.
    pub const PreimageBaseDeposit: Balance = deposit(2, 64);
    /// For each byte of it.
    pub const PreimageByteDeposit: Balance = deposit(0, 1);
    /// The hold that both are taken by.
    pub const PreimageHoldReason: RuntimeHoldReason =
        RuntimeHoldReason::Preimage(pallet_preimage::HoldReason::Preimage);
    /// What scheduled calls may take of a block.
    pub MaximumSchedulerWeight: Weight =
        Perbill::from_percent(50) * super::system::RuntimeBlockWeights::get().max_block;
}

impl pallet_preimage::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_preimage::weights::SubstrateWeight<Runtime>;
    type Currency = Balances;
    type ManagerOrigin = EnsureRoot<AccountId>;
    type Consideration = HoldConsideration<
        AccountId,
        Balances,
        PreimageHoldReason,
        LinearStoragePrice<PreimageBaseDeposit, PreimageByteDeposit, Balance>,
    >;
}

impl pallet_scheduler::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeOrigin = RuntimeOrigin;
    type PalletsOrigin = OriginCaller;
    type RuntimeCall = RuntimeCall;
    type MaximumWeight = MaximumSchedulerWeight;
    type ScheduleOrigin = EnsureRoot<AccountId>;
    type OriginPrivilegeCmp = EqualPrivilegeOnly;
    type MaxScheduledPerBlock = ConstU32<50>;
    type WeightInfo = pallet_scheduler::weights::SubstrateWeight<Runtime>;
    type Preimages = Preimage;
    type BlockNumberProvider = System;
}

parameter_types! {
    /// For a referendum while it is open.
    pub const SubmissionDeposit: Balance = 10 * OPG;
    /// A referendum that nobody has placed the decision deposit for ends after this long.
    pub const UndecidingTimeout: BlockNumber = 14 * DAYS;
    /// How long a vote with conviction locks, times the conviction.
    pub const VoteLockingPeriod: BlockNumber = DAYS;
    /// The scheduler looks at a referendum in steps of this many blocks.
    pub const AlarmInterval: BlockNumber = 1;
}

impl pallet_referenda::Config for Runtime {
    type RuntimeCall = RuntimeCall;
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_referenda::weights::SubstrateWeight<Runtime>;
    type Scheduler = Scheduler;
    type Currency = Balances;
    type SubmitOrigin = frame_support::traits::AsEnsureOriginWithArg<EnsureSigned<AccountId>>;
    type CancelOrigin = EitherOf<EnsureRoot<AccountId>, ReferendumCanceller>;
    type KillOrigin = EnsureRoot<AccountId>;
    type Slash = crate::Treasury;
    type Votes = Balance;
    type Tally = pallet_conviction_voting::TallyOf<Runtime>;
    type SubmissionDeposit = SubmissionDeposit;
    type MaxQueued = ConstU32<100>;
    type UndecidingTimeout = UndecidingTimeout;
    type AlarmInterval = AlarmInterval;
    type Tracks = TracksInfo;
    type Preimages = Preimage;
    type BlockNumberProvider = System;
}

impl pallet_conviction_voting::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_conviction_voting::weights::SubstrateWeight<Runtime>;
    type Currency = Balances;
    type Polls = Referenda;
    type MaxTurnout =
        frame_support::traits::tokens::currency::ActiveIssuanceOf<Balances, AccountId>;
    type MaxVotes = ConstU32<128>;
    type VoteLockingPeriod = VoteLockingPeriod;
    type BlockNumberProvider = System;
    type VotingHooks = ();
}

impl origins::Config for Runtime {}

parameter_types! {
    /// Names the treasury's account.
    pub const TreasuryPalletId: PalletId = PalletId(*b"opg/trsy");
    /// How often the treasury looks at what it owes.
    pub const SpendPeriod: BlockNumber = DAYS;
    /// The treasury burns nothing of its own accord.
    pub const TreasuryBurn: Permill = Permill::zero();
    /// For how long an approved spend can be claimed.
    pub const PayoutPeriod: BlockNumber = 30 * DAYS;
    /// What the treasurer's track may spend at once.
    pub const TreasurerLimit: Balance = 100_000 * OPG;
    /// What root may spend at once.
    pub const RootLimit: Balance = Balance::MAX;
}

impl pallet_treasury::Config for Runtime {
    type Currency = Balances;
    type RejectOrigin = EnsureRoot<AccountId>;
    type RuntimeEvent = RuntimeEvent;
    type SpendPeriod = SpendPeriod;
    type Burn = TreasuryBurn;
    type PalletId = TreasuryPalletId;
    type BurnDestination = ();
    type WeightInfo = pallet_treasury::weights::SubstrateWeight<Runtime>;
    type SpendFunds = ();
    type MaxApprovals = ConstU32<100>;
    type SpendOrigin = EitherOf<
        EnsureRootWithSuccess<AccountId, RootLimit>,
        EnsureWithSuccess<Treasurer, AccountId, TreasurerLimit>,
    >;
    type AssetKind = ();
    type Beneficiary = AccountId;
    type BeneficiaryLookup = IdentityLookup<AccountId>;
    type Paymaster = PayFromAccount<Balances, TreasuryAccount>;
    type BalanceConverter = UnityAssetBalanceConversion;
    type PayoutPeriod = PayoutPeriod;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = ();
    type BlockNumberProvider = System;
}

#[derive_impl(pallet_sudo::config_preludes::TestDefaultConfig)]
impl pallet_sudo::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type WeightInfo = pallet_sudo::weights::SubstrateWeight<Runtime>;
}
