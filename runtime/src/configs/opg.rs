//! This project's own pallets: who answers, under which rules, checked how, paid when.
//!
//! The pallets know each other by traits alone; this is where they meet.

use super::{
    fees::{DealWithFees, TreasuryAccount},
    governance::origins::PolicyAdmin,
};
use crate::{
    constants::{
        block::{MAXIMUM_BLOCK_LENGTH, MAXIMUM_BLOCK_WEIGHT},
        currency::{deposit, MILLI_OPG, OPG},
        time::DAYS,
    },
    AccountId, Attestation, Balance, Balances, BlockNumber, Models, Policies, Providers, Receipts,
    Runtime, RuntimeHoldReason, Verification,
};
use frame_support::{
    parameter_types,
    traits::{
        fungible::HoldConsideration, ConstU32, ConstU8, Contains, EitherOf, LinearStoragePrice,
    },
    weights::Weight,
};
use frame_system::EnsureRoot;
use opg_primitives::{
    evidence::ProofSystem,
    ids::Digest,
    mode::{Mode, ModeSet},
    policy::ClassId,
    price::Rates,
    traits::Policies as _,
};
use pallet_inference::types::{Capacity, DeliverWindows, SlashAmounts};
use pallet_models::BadKey;
use pallet_verification::KeyError;
use sp_runtime::traits::{Convert, Get};

// --- models -------------------------------------------------------------------------------------

parameter_types! {
    /// For a model, whatever its size.
    pub const ModelBaseDeposit: Balance = deposit(2, 0);
    /// For each byte that is stored of it.
    pub const ModelByteDeposit: Balance = deposit(0, 1);
    /// The hold that both are taken by.
    pub const ModelHoldReason: RuntimeHoldReason =
        RuntimeHoldReason::Models(pallet_models::HoldReason::Model);
    /// A retired model can be removed after this long: more than a request can live.
    pub const ModelRemovalDelay: BlockNumber = 2 * DAYS;
}

/// The verifiers of this runtime judge whether a key is one.
pub struct KeyCheck;
impl pallet_models::types::VerifyingKeys for KeyCheck {
    fn check(system: ProofSystem, bytes: &[u8], public_inputs: u32) -> Result<(), BadKey> {
        Verification::check_key(system, bytes, public_inputs).map_err(|error| match error {
            KeyError::Malformed => BadKey::Malformed,
            KeyError::WrongInputCount => BadKey::WrongInputCount,
        })
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn longest() -> (opg_primitives::CircuitInterface, ProofSystem, pallet_models::KeyBytes) {
        crate::benchmarks::helpers::longest_key()
    }
}

/// The classes that have rules now.
pub struct KnownClasses;
impl Contains<ClassId> for KnownClasses {
    fn contains(class: &ClassId) -> bool {
        Policies::rules(class, <Policies as opg_primitives::traits::Policies>::current()).is_some()
    }
}

impl pallet_models::Config for Runtime {
    type RuntimeHoldReason = RuntimeHoldReason;
    type Consideration = HoldConsideration<
        AccountId,
        Balances,
        ModelHoldReason,
        LinearStoragePrice<ModelBaseDeposit, ModelByteDeposit, Balance>,
    >;
    type ForceOrigin = EnsureRoot<AccountId>;
    type KeyCheck = KeyCheck;
    type Classes = KnownClasses;
    type RemovalDelay = ModelRemovalDelay;
    type WeightInfo = pallet_models::weights::SubstrateWeight<Runtime>;
}

// --- providers ----------------------------------------------------------------------------------

parameter_types! {
    /// The least bond of a provider.
    pub const ProviderMinBond: Balance = 100 * OPG;
    /// Longer than any window in which a slash can come.
    pub const ProviderUnbonding: BlockNumber = 7 * DAYS;
}

/// The number of BABE's epoch.
pub struct Epoch;
impl Get<u64> for Epoch {
    fn get() -> u64 {
        pallet_babe::EpochIndex::<Runtime>::get()
    }
}

impl pallet_providers::Config for Runtime {
    type RuntimeHoldReason = RuntimeHoldReason;
    type Currency = Balances;
    type Models = Models;
    type Epoch = Epoch;
    type TreasuryAccount = TreasuryAccount;
    type MinBond = ProviderMinBond;
    type UnbondingPeriod = ProviderUnbonding;
    type CapacityFactor = ConstU32<1>;
    type SilencesUntilChill = ConstU32<3>;
    type WeightInfo = pallet_providers::weights::SubstrateWeight<Runtime>;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = crate::benchmarks::helpers::Helper;
}

// --- policies -----------------------------------------------------------------------------------

parameter_types! {
    /// For a draft, whatever its size.
    pub const DraftBaseDeposit: Balance = deposit(1, 0);
    /// For each byte of it.
    pub const DraftByteDeposit: Balance = deposit(0, 1);
    /// The hold that both are taken by.
    pub const DraftHoldReason: RuntimeHoldReason =
        RuntimeHoldReason::Policies(pallet_policies::HoldReason::Draft);
    /// The modes that this runtime has verifiers for.
    pub KnownModes: ModeSet = ModeSet::of(&Mode::ALL);
}

impl pallet_policies::Config for Runtime {
    type RuntimeHoldReason = RuntimeHoldReason;
    type Consideration = HoldConsideration<
        AccountId,
        Balances,
        DraftHoldReason,
        LinearStoragePrice<DraftBaseDeposit, DraftByteDeposit, Balance>,
    >;
    type PolicyOrigin = EitherOf<EnsureRoot<AccountId>, PolicyAdmin>;
    type KnownModes = KnownModes;
    type WeightInfo = pallet_policies::weights::SubstrateWeight<Runtime>;
}

// --- verification -------------------------------------------------------------------------------

impl pallet_verification::Config for Runtime {
    type TrustOrigin = EnsureRoot<AccountId>;
    type MaxRecognised = ConstU32<64>;
    type WeightInfo = pallet_verification::weights::SubstrateWeight<Runtime>;
}

// --- receipts -----------------------------------------------------------------------------------

impl pallet_receipts::Config for Runtime {
    type Life = ConstU32<DAYS>;
    type PrunePerBlock = ConstU32<64>;
    type WeightInfo = pallet_receipts::weights::SubstrateWeight<Runtime>;
}

// --- inference ----------------------------------------------------------------------------------

parameter_types! {
    /// For how many blocks from its acknowledgement a lease runs.
    pub const InferenceWindows: DeliverWindows =
        DeliverWindows { plain: 20, tee: 40, zkml: 200 };
    /// What falls due in a block takes at most a third of its time and of its bytes, so that the
    /// blocks before a deadline have room for all of it.
    pub VerificationPerBlock: Capacity = Weight::from_parts(
        MAXIMUM_BLOCK_WEIGHT.ref_time() / 3,
        u64::from(MAXIMUM_BLOCK_LENGTH / 3),
    );
    /// 3 % of a price burns and 2 % go to the treasury.
    pub const InferenceRates: Rates = Rates { burn: 30_000, treasury: 20_000 };
    /// What every request burns: a thousandth of an OPG.
    pub const InferenceMinBurn: Balance = MILLI_OPG;
    /// A request is worth at least what an account is.
    pub const InferenceMinPrice: Balance = MILLI_OPG;
    /// The most that a requester is compensated for one lease.
    pub const InferenceCompensationCap: Balance = OPG;
    /// What a provider's bond answers with. More than a compensation, so that requester and
    /// provider in league lose by it.
    pub const InferenceSlashes: SlashAmounts =
        SlashAmounts { not_delivered: 2 * OPG, refused: 5 * OPG };
}

/// The VRF output of the parent block, which became known with it.
pub struct ParentVrf;
impl Get<Option<[u8; 32]>> for ParentVrf {
    fn get() -> Option<[u8; 32]> {
        use frame_support::traits::Randomness;
        // The subject is hashed in by the pallet that draws; here it has to be empty.
        pallet_babe::ParentBlockRandomness::<Runtime>::random(&[]).0.map(Into::into)
    }
}

/// What is read of an enclave before its answer is appraised: its record, the time, whether each of the
/// four things that it rests on is revoked, and the reference value of its code; and where it may not
/// answer, what was approved of that code before.
const ENCLAVE_READS: u64 = 8;

/// The most that an appraisal weighs: under the largest key that can be registered, and with the look
/// at the enclave in the mode that has one.
pub struct AppraisalWeight;
impl Convert<Mode, Weight> for AppraisalWeight {
    fn convert(mode: Mode) -> Weight {
        let appraisal = Verification::appraisal_weight(mode, opg_verifier_groth16::MAX_INPUTS);
        match mode {
            Mode::Tee => {
                let database = <Runtime as frame_system::Config>::DbWeight::get();
                appraisal.saturating_add(database.reads(ENCLAVE_READS))
            }
            Mode::Plain | Mode::ZkMl => appraisal,
        }
    }
}

/// The version of the runtime and the hash of its code.
pub struct JudgedCode;
impl Get<(u32, Digest)> for JudgedCode {
    fn get() -> (u32, Digest) {
        Receipts::judged_code()
    }
}

impl pallet_inference::Config for Runtime {
    type WeightInfo = pallet_inference::weights::SubstrateWeight<Runtime>;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Currency = Balances;
    type Treasury = TreasuryAccount;
    type ServiceFees = DealWithFees;
    type WeightToFee = <Runtime as pallet_transaction_payment::Config>::WeightToFee;
    type Models = Models;
    type Providers = Providers;
    type Attestation = Attestation;
    type Policies = Policies;
    type Appraiser = Verification;
    type AppraisalWeight = AppraisalWeight;
    type Receipts = Receipts;
    type Randomness = ParentVrf;
    type JudgedCode = JudgedCode;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = crate::benchmarks::helpers::Helper;
    type MaxAttempts = ConstU8<3>;
    type LeaseDelay = ConstU32<2>;
    type AckWindow = ConstU32<10>;
    type DeliverWindows = InferenceWindows;
    type MaxLifetime = ConstU32<DAYS>;
    type DrawsPerBlock = ConstU32<32>;
    type ExpiriesPerBlock = ConstU32<16>;
    type MaxOpenLeases = ConstU32<128>;
    type BucketBlocks = ConstU32<20>;
    type VerificationPerBlock = VerificationPerBlock;
    type Rates = InferenceRates;
    type MinBurn = InferenceMinBurn;
    type MinPrice = InferenceMinPrice;
    type CompensationCap = InferenceCompensationCap;
    type Slashes = InferenceSlashes;
}
