//! A runtime of this pallet, for tests.

use crate as pallet_providers;
use frame_support::{
    derive_impl, parameter_types,
    traits::{fungible::InspectHold, ConstU128, ConstU32, Get, Hooks},
};
use opg_primitives::{
    artefact::Artefact,
    ids::{Account, Digest, GenesisHash, ModelId, Signature, WorkerKey},
    mode::{Mode, ModeSet},
    model::{ExecutionProfile, Ingredients, ModelStatus, ModelVersion, VerifyingKey},
    policy::ClassId,
    statement,
    traits::{LeaseNeeds, Models},
    CircuitInterface,
};
use opg_zkml_statement::{InputSpec, OutputSpec};
use sp_core::{ed25519, Pair};
use sp_runtime::{AccountId32, BuildStorage};

type Block = frame_system::mocking::MockBlockU32<Test>;

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Balances: pallet_balances,
        Providers: pallet_providers,
    }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountId = AccountId32;
    type Lookup = sp_runtime::traits::IdentityLookup<AccountId32>;
    type AccountData = pallet_balances::AccountData<u128>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type Balance = u128;
    type ExistentialDeposit = ConstU128<ED>;
    type AccountStore = System;
}

/// Models 1 to 40 exist and can be asked `Plain` and `ZkMl`; model 50 is retired.
pub struct ToyModels;
impl Models for ToyModels {
    fn version(model: &ModelId) -> Option<ModelVersion> {
        let status = match model.0[0] {
            1..=40 => ModelStatus::Active,
            50 => ModelStatus::Retired,
            _ => return None,
        };
        Some(ModelVersion {
            owner: Account([0; 32]),
            artefact: Artefact::Circuit {
                ingredients: Ingredients {
                    network: Digest(model.0),
                    quantiser: 0,
                    compiler: 0,
                    circuit: Digest(model.0),
                },
                interface: CircuitInterface {
                    input: InputSpec { shape: vec![1].try_into().unwrap(), bits: 8 },
                    output: OutputSpec::Argmax { classes: 2 },
                },
            },
            profile: ExecutionProfile::IntExact,
            class: ClassId(Default::default()),
            modes: ModeSet::of(&[Mode::Plain, Mode::ZkMl]),
            royalty: 0,
            status,
            registered: 0,
        })
    }
    fn verifying_key(_: &ModelId, _: u32) -> Option<VerifyingKey> {
        None
    }
    fn latest_key(_: &ModelId) -> Option<u32> {
        None
    }
    fn may_ask(_: &ModelId, _: &Account) -> bool {
        true
    }
}

/// Epochs of ten blocks.
pub struct Epoch;
impl Get<u64> for Epoch {
    fn get() -> u64 {
        u64::from(System::block_number() / 10)
    }
}

parameter_types! {
    pub static Factor: u32 = 1;
    pub Treasury: AccountId32 = account(TREASURY);
}

pub const ED: u128 = 10;
pub const MIN_BOND: u128 = 1_000;
pub const UNBONDING: u32 = 100;
pub const SILENCES: u32 = 3;
pub const ENDOWMENT: u128 = 1_000_000;
pub const TREASURY: u8 = 200;
/// Accounts 1 to this many are endowed.
pub const PEOPLE: u8 = 9;

impl crate::Config for Test {
    type RuntimeHoldReason = RuntimeHoldReason;
    type Currency = Balances;
    type Models = ToyModels;
    type Epoch = Epoch;
    type TreasuryAccount = Treasury;
    type MinBond = ConstU128<MIN_BOND>;
    type UnbondingPeriod = ConstU32<UNBONDING>;
    type CapacityFactor = Factor;
    type SilencesUntilChill = ConstU32<SILENCES>;
    type WeightInfo = ();
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = ToyModels;
}

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper for ToyModels {
    fn servable() -> (ModelId, Mode) {
        (model(1), Mode::Plain)
    }
}

pub fn account(n: u8) -> AccountId32 {
    AccountId32::new([n; 32])
}

/// The same account, as primitives name it.
pub fn named(n: u8) -> Account {
    Account([n; 32])
}

pub fn signed(n: u8) -> RuntimeOrigin {
    RuntimeOrigin::signed(account(n))
}

pub fn model(n: u8) -> ModelId {
    ModelId([n; 32])
}

/// A lease of model 1 in mode `Plain`, for at most 100, and no compensation.
pub fn needs() -> LeaseNeeds {
    LeaseNeeds { model: model(1), mode: Mode::Plain, max_price: 100, compensation_cap: 0 }
}

/// The worker key of seed `n`, and its signature that it is of provider `who`.
pub fn worker_key(n: u8, who: u8) -> (WorkerKey, Signature) {
    let pair = ed25519::Pair::from_seed(&[n; 32]);
    let key = WorkerKey(pair.public().0);
    let genesis = GenesisHash(System::block_hash(0).into());
    let said = statement::register_key_hash(genesis, named(who), key);
    (key, Signature(pair.sign(&said).0))
}

/// What account `n` has on hold as a bond.
pub fn held(n: u8) -> u128 {
    Balances::balance_on_hold(&RuntimeHoldReason::Providers(crate::HoldReason::Bond), &account(n))
}

/// Enters block after block, up to `block`, with the pallet's hook in each.
pub fn run_to(block: u32) {
    while System::block_number() < block {
        let next = System::block_number() + 1;
        System::set_block_number(next);
        Providers::on_initialize(next);
    }
}

/// Enters the next epoch, and as many blocks of it as bring all weights up to date.
pub fn next_epoch() {
    run_to((System::block_number() / 10 + 1) * 10 + 5);
}

/// Registers account `n` with `bond`, serving model 1 in mode `Plain` for 50.
pub fn provider(n: u8, bond: u128) {
    Providers::register(signed(n), bond).unwrap();
    Providers::serve(signed(n), model(1), Mode::Plain, 50).unwrap();
}

/// State at block 1, without providers.
pub fn new_test_ext() -> sp_io::TestExternalities {
    with_providers(vec![])
}

/// The same with a keystore, for the benchmarks' own tests.
#[cfg(feature = "runtime-benchmarks")]
pub fn with_keystore() -> sp_io::TestExternalities {
    let mut ext = new_test_ext();
    let keystore = sp_keystore::testing::MemoryKeystore::new();
    ext.register_extension(sp_keystore::KeystoreExt::new(keystore));
    ext
}

/// State at block 1, with these providers in genesis.
pub fn with_providers(providers: Vec<(AccountId32, u128)>) -> sp_io::TestExternalities {
    Factor::set(1);
    let storage = RuntimeGenesisConfig {
        system: Default::default(),
        balances: pallet_balances::GenesisConfig {
            balances: (1..=PEOPLE).map(|n| (account(n), ENDOWMENT)).collect(),
            ..Default::default()
        },
        providers: pallet_providers::GenesisConfig { providers },
    }
    .build_storage()
    .unwrap();
    let mut ext = sp_io::TestExternalities::new(storage);
    ext.execute_with(|| System::set_block_number(1));
    ext
}

/// Runs `test`, then checks the state, and again when all weights are up to date.
pub fn build_and_execute<R>(test: impl FnOnce() -> R) -> R {
    new_test_ext().execute_with(|| {
        let result = test();
        Providers::do_try_state().unwrap();
        next_epoch();
        next_epoch();
        Providers::do_try_state().unwrap();
        result
    })
}
