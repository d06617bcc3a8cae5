//! A runtime of the system, balances, this pallet and whatever may wrap a call.
//!
//! Below it is a [`World`] of models, providers, policies, verifiers and receipts.

mod acting;
mod chain;
mod enclaves;
mod weights;
mod world;

pub use acting::*;
pub use chain::*;
pub use enclaves::*;
pub use world::*;

use crate::{self as pallet_inference, types::*};
use codec::{Decode, Encode};
use frame_support::{
    derive_impl, parameter_types,
    traits::{ConstU32, EqualPrivilegeOnly},
    weights::{Weight, WeightToFee},
};
use opg_primitives::{ids::Digest, mode::Mode, price::Rates, Balance};
use sp_runtime::{
    generic,
    traits::{BlakeTwo256, Convert, IdentityLookup},
    AccountId32, MultiSignature,
};

pub type Extension = (frame_system::AuthorizeCall<Test>,);
pub type Extrinsic =
    generic::UncheckedExtrinsic<AccountId32, RuntimeCall, MultiSignature, Extension>;
pub type Block = generic::Block<generic::Header<u32, BlakeTwo256>, Extrinsic>;

#[frame_support::runtime]
mod runtime {
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
    pub struct Test;

    #[runtime::pallet_index(0)]
    pub type System = frame_system::Pallet<Test>;
    #[runtime::pallet_index(1)]
    pub type Balances = pallet_balances::Pallet<Test>;
    #[runtime::pallet_index(2)]
    pub type Utility = pallet_utility::Pallet<Test>;
    #[runtime::pallet_index(3)]
    pub type Proxy = pallet_proxy::Pallet<Test>;
    #[runtime::pallet_index(4)]
    pub type Multisig = pallet_multisig::Pallet<Test>;
    #[runtime::pallet_index(5)]
    pub type Scheduler = pallet_scheduler::Pallet<Test>;
    #[runtime::pallet_index(7)]
    pub type Preimage = pallet_preimage::Pallet<Test>;
    #[runtime::pallet_index(6)]
    pub type Inference = pallet_inference::Pallet<Test>;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountId = AccountId32;
    type Lookup = IdentityLookup<AccountId32>;
    type AccountData = pallet_balances::AccountData<Balance>;
}

/// The existential deposit.
pub const DEPOSIT: Balance = 100;

parameter_types! {
    pub const ExistentialDeposit: Balance = DEPOSIT;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type Balance = Balance;
    type AccountStore = System;
    type ExistentialDeposit = ExistentialDeposit;
    type RuntimeHoldReason = RuntimeHoldReason;
}

impl pallet_utility::Config for Test {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type PalletsOrigin = OriginCaller;
    type WeightInfo = ();
}

/// Every call may be proxied.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    codec::DecodeWithMemTracking,
    codec::MaxEncodedLen,
    scale_info::TypeInfo,
)]
pub struct AnyProxy;

impl frame_support::traits::InstanceFilter<RuntimeCall> for AnyProxy {
    fn filter(&self, _: &RuntimeCall) -> bool {
        true
    }
}

parameter_types! {
    pub const Small: Balance = 1;
    pub SchedulerWeight: Weight = Weight::from_parts(1_000_000_000_000, u64::MAX);
}

impl pallet_proxy::Config for Test {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type Currency = Balances;
    type ProxyType = AnyProxy;
    type ProxyDepositBase = Small;
    type ProxyDepositFactor = Small;
    type MaxProxies = ConstU32<4>;
    type WeightInfo = ();
    type MaxPending = ConstU32<4>;
    type CallHasher = BlakeTwo256;
    type AnnouncementDepositBase = Small;
    type AnnouncementDepositFactor = Small;
    type BlockNumberProvider = System;
}

impl pallet_multisig::Config for Test {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type Currency = Balances;
    type DepositBase = Small;
    type DepositFactor = Small;
    type MaxSignatories = ConstU32<4>;
    type WeightInfo = ();
    type BlockNumberProvider = System;
}

impl pallet_scheduler::Config for Test {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeOrigin = RuntimeOrigin;
    type PalletsOrigin = OriginCaller;
    type RuntimeCall = RuntimeCall;
    type MaximumWeight = SchedulerWeight;
    type ScheduleOrigin = frame_system::EnsureRoot<AccountId32>;
    type OriginPrivilegeCmp = EqualPrivilegeOnly;
    type MaxScheduledPerBlock = ConstU32<8>;
    type WeightInfo = ();
    type Preimages = Preimage;
    type BlockNumberProvider = System;
}

impl pallet_preimage::Config for Test {
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = ();
    type Currency = Balances;
    type ManagerOrigin = frame_system::EnsureRoot<AccountId32>;
    type Consideration = ();
}

/// One unit for a million picoseconds.
pub struct UnitPerMillion;

impl WeightToFee for UnitPerMillion {
    type Balance = Balance;

    fn weight_to_fee(weight: &Weight) -> Balance {
        Balance::from(weight.ref_time() / 1_000_000)
    }
}

/// A million picoseconds for a signature, five for a proof.
pub struct ByMode;

impl Convert<Mode, Weight> for ByMode {
    fn convert(mode: Mode) -> Weight {
        Weight::from_parts(if mode == Mode::ZkMl { 5_000_000 } else { 1_000_000 }, 0)
    }
}

pub const RATES: Rates = Rates { burn: 50_000, treasury: 50_000 };
pub const SLASHES: SlashAmounts = SlashAmounts { not_delivered: 5_000, refused: 8_000 };
pub const COMPENSATION_CAP: Balance = 1_000;
pub const MIN_BURN: Balance = 10;

parameter_types! {
    pub TreasuryAccount: AccountId32 = account(&TREASURY);
    pub FeesAccount: AccountId32 = account(&FEES);
    pub const Windows: DeliverWindows = DeliverWindows { plain: 20, tee: 40, zkml: 200 };
    pub const MockRates: Rates = RATES;
    pub const Slashes: SlashAmounts = SLASHES;
    pub const CompensationCap: Balance = COMPENSATION_CAP;
    pub const MinBurn: Balance = MIN_BURN;
    pub const MinPrice: Balance = 1_000;
    pub const MaxAttempts: u8 = 3;
    pub static DrawsPerBlock: u32 = 8;
    pub static ExpiriesPerBlock: u32 = 8;
    pub static MaxOpenLeases: u32 = 16;
    pub static VerificationPerBlock: Weight = Weight::from_parts(u64::MAX / 1_000, u64::MAX / 1_000);
    pub static Vrf: Option<[u8; 32]> = Some([42; 32]);
    pub Judged: (u32, Digest) = (7, Digest([7; 32]));
}

impl pallet_inference::Config for Test {
    type WeightInfo = weights::Million;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Currency = Balances;
    type Treasury = TreasuryAccount;
    type ServiceFees = frame_support::traits::tokens::imbalance::ResolveTo<FeesAccount, Balances>;
    type WeightToFee = UnitPerMillion;
    type Models = World;
    type Providers = World;
    type Attestation = World;
    type Policies = World;
    type Appraiser = World;
    type AppraisalWeight = ByMode;
    type Receipts = World;
    type Randomness = Vrf;
    type JudgedCode = Judged;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = World;
    type MaxAttempts = MaxAttempts;
    type LeaseDelay = ConstU32<2>;
    type AckWindow = ConstU32<10>;
    type DeliverWindows = Windows;
    type MaxLifetime = ConstU32<2_000>;
    type DrawsPerBlock = DrawsPerBlock;
    type ExpiriesPerBlock = ExpiriesPerBlock;
    type MaxOpenLeases = MaxOpenLeases;
    type BucketBlocks = ConstU32<20>;
    type VerificationPerBlock = VerificationPerBlock;
    type Rates = MockRates;
    type MinBurn = MinBurn;
    type MinPrice = MinPrice;
    type CompensationCap = CompensationCap;
    type Slashes = Slashes;
}

impl<C> frame_system::offchain::CreateTransactionBase<C> for Test
where
    RuntimeCall: From<C>,
{
    type Extrinsic = Extrinsic;
    type RuntimeCall = RuntimeCall;
}

impl<C> frame_system::offchain::CreateTransaction<C> for Test
where
    RuntimeCall: From<C>,
{
    type Extension = Extension;

    fn create_transaction(call: RuntimeCall, extension: Extension) -> Extrinsic {
        Extrinsic::new_transaction(call, extension)
    }
}

impl<C> frame_system::offchain::CreateAuthorizedTransaction<C> for Test
where
    RuntimeCall: From<C>,
{
    fn create_extension() -> Extension {
        (frame_system::AuthorizeCall::new(),)
    }
}
