//! A runtime of this pallet, for tests.

use crate as pallet_models;
use crate::{types::BadKey, Access, KeyBytes, VerifyingKeys};
use frame_support::{
    derive_impl, parameter_types,
    traits::{
        fungible::{HoldConsideration, InspectHold},
        ConstU128, ConstU32, Contains, Footprint,
    },
};
use opg_primitives::{
    artefact::{Artefact, TextInterface, TextModel, TextSource},
    evidence::ProofSystem,
    ids::{Account, Digest, ModelId},
    mode::{Mode, ModeSet},
    model::{ExecutionProfile, Ingredients, Setup},
    names::{EngineName, ModelName},
    policy::ClassId,
    CircuitInterface,
};
use opg_zkml_statement::{InputSpec, OutputSpec};
use sp_runtime::{traits::Convert, AccountId32, BuildStorage, DispatchResult};

type Block = frame_system::mocking::MockBlockU32<Test>;

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Balances: pallet_balances,
        Models: pallet_models,
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
    type ExistentialDeposit = ConstU128<10>;
    type AccountStore = System;
}

parameter_types! {
    pub const ModelHold: RuntimeHoldReason = RuntimeHoldReason::Models(crate::HoldReason::Model);
}

/// Ten a byte.
pub struct Price;
impl Convert<Footprint, u128> for Price {
    fn convert(footprint: Footprint) -> u128 {
        u128::from(footprint.size) * 10
    }
}

/// A verifier to which a key is a byte that says how many public inputs it takes, and then zeros.
pub struct ToyKeys;
impl VerifyingKeys for ToyKeys {
    fn check(_: ProofSystem, bytes: &[u8], public_inputs: u32) -> Result<(), BadKey> {
        match bytes.split_first() {
            Some((_, [255, ..])) => Err(BadKey::SystemDisabled),
            Some((inputs, zeros)) if zeros.iter().all(|byte| *byte == 0) => {
                match u32::from(*inputs) == public_inputs {
                    true => Ok(()),
                    false => Err(BadKey::WrongInputCount),
                }
            }
            _ => Err(BadKey::Malformed),
        }
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn longest() -> (CircuitInterface, ProofSystem, KeyBytes) {
        (interface(), ProofSystem::Groth16Bls12381, key(1))
    }
}

/// All classes but one.
pub struct Classes;
impl Contains<ClassId> for Classes {
    fn contains(class: &ClassId) -> bool {
        *class != class_of("unknown")
    }
}

pub const REMOVAL_DELAY: u32 = 100;

impl crate::Config for Test {
    type RuntimeHoldReason = RuntimeHoldReason;
    type Consideration = HoldConsideration<AccountId32, Balances, ModelHold, Price>;
    type ForceOrigin = frame_system::EnsureRoot<AccountId32>;
    type KeyCheck = ToyKeys;
    type Classes = Classes;
    type RemovalDelay = ConstU32<REMOVAL_DELAY>;
    type WeightInfo = ();
}

pub const ENDOWMENT: u128 = 10_000_000;

pub fn account(n: u8) -> AccountId32 {
    AccountId32::new([n; 32])
}

pub fn signed(n: u8) -> RuntimeOrigin {
    RuntimeOrigin::signed(account(n))
}

pub fn class_of(name: &str) -> ClassId {
    ClassId(name.as_bytes().to_vec().try_into().unwrap())
}

pub fn ingredients(n: u8) -> Ingredients {
    Ingredients { network: Digest([n; 32]), quantiser: 1, compiler: 1, circuit: Digest([n; 32]) }
}

/// An 8 by 8 image of 4 bits, and one of ten classes: three public inputs.
pub fn interface() -> CircuitInterface {
    CircuitInterface {
        input: InputSpec { shape: vec![8, 8].try_into().unwrap(), bits: 4 },
        output: OutputSpec::Argmax { classes: 10 },
    }
}

/// The circuit of [`ingredients`] and [`interface`].
pub fn circuit(n: u8) -> Artefact {
    Artefact::Circuit { ingredients: ingredients(n), interface: interface() }
}

/// An open text model.
pub fn text() -> TextModel {
    let engine = EngineName::try_from("rten/1").unwrap();
    TextModel {
        name: ModelName::try_from("tiny").unwrap(),
        source: TextSource::Weights { file: Digest([9; 32]), engine },
        interface: TextInterface { max_input: 4096, max_output: 4096 },
    }
}

/// A key that the toy verifier takes for [`interface`], of `len` bytes.
pub fn key(len: usize) -> KeyBytes {
    let mut bytes = vec![0; len];
    bytes[0] = 3;
    bytes.try_into().unwrap()
}

/// What a test registers; alter what it is about.
#[derive(Clone)]
pub struct Registration {
    pub artefact: Artefact,
    pub class: ClassId,
    pub modes: ModeSet,
    pub royalty: u32,
    pub access: Access,
}

impl Registration {
    pub fn number(n: u8) -> Self {
        Self {
            artefact: circuit(n),
            class: class_of("general"),
            modes: ModeSet::of(&[Mode::Plain, Mode::ZkMl]),
            royalty: 50_000,
            access: Access::Open,
        }
    }

    pub fn by(self, n: u8) -> DispatchResult {
        let Self { artefact, class, modes, royalty, access } = self;
        let profile = ExecutionProfile::IntExact;
        Models::register(signed(n), artefact, profile, class, modes, royalty, access)
    }
}

/// Registers model `n` of account 1.
pub fn registered(n: u8) -> ModelId {
    Registration::number(n).by(1).unwrap();
    ingredients(n).model_id()
}

pub fn list(accounts: impl IntoIterator<Item = u8>) -> Access {
    let set: std::collections::BTreeSet<_> =
        accounts.into_iter().map(|n| Account([n; 32])).collect();
    Access::AllowList(set.try_into().unwrap())
}

pub fn ceremony(contributors: &[u8]) -> Setup {
    let contributors: Vec<_> = contributors.iter().map(|n| Account([*n; 32])).collect();
    Setup::Ceremony { contributors: contributors.try_into().unwrap(), transcript: Digest([9; 32]) }
}

/// Adds a key of 100 bytes, by account 1.
pub fn add_key(model: ModelId, setup: Setup) -> DispatchResult {
    Models::add_key(signed(1), model, ProofSystem::Groth16Bls12381, key(100), setup)
}

pub fn sole(n: u8) -> Setup {
    Setup::Sole(Account([n; 32]))
}

/// What account `n` has on hold for models.
pub fn held(n: u8) -> u128 {
    Balances::balance_on_hold(&ModelHold::get(), &account(n))
}

/// State at block 1 with three endowed accounts.
pub fn new_test_ext() -> sp_io::TestExternalities {
    let storage = RuntimeGenesisConfig {
        system: Default::default(),
        balances: pallet_balances::GenesisConfig {
            balances: (1..=3).map(|n| (account(n), ENDOWMENT)).collect(),
            ..Default::default()
        },
    }
    .build_storage()
    .unwrap();
    let mut ext = sp_io::TestExternalities::new(storage);
    ext.execute_with(|| System::set_block_number(1));
    ext
}

/// Runs `test`, then checks the state, and that each account has on hold what its deposits cost.
pub fn build_and_execute<R>(test: impl FnOnce() -> R) -> R {
    new_test_ext().execute_with(|| {
        let result = test();
        Models::do_try_state().unwrap();
        for n in 1..=3 {
            let cost: u128 = crate::Deposits::<Test>::iter_values()
                .filter(|deposit| deposit.payer == account(n))
                .map(|deposit| u128::from(deposit.bytes) * 10)
                .sum();
            assert_eq!(held(n), cost);
        }
        result
    })
}
