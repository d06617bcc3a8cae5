//! A runtime of this pallet, for tests.

use crate as pallet_policies;
use crate::{types::DraftRules, weights::WeightInfo};
use frame_support::{
    derive_impl, parameter_types,
    traits::{
        fungible::{HoldConsideration, InspectHold},
        ConstU128, Footprint, Hooks,
    },
};
use opg_primitives::{
    claims::{Claim, Standing},
    mode::{Mode, ModeSet},
    policy::{ClassId, Floor, Rules},
};
use sp_runtime::{traits::Convert, AccountId32, BuildStorage};

type Block = frame_system::mocking::MockBlockU32<Test>;

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Balances: pallet_balances,
        Policies: pallet_policies,
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
    pub const DraftHold: RuntimeHoldReason = RuntimeHoldReason::Policies(crate::HoldReason::Draft);
    pub static Known: ModeSet = ModeSet::of(&[Mode::Plain, Mode::ZkMl]);
}

/// Ten a byte.
pub struct Price;
impl Convert<Footprint, u128> for Price {
    fn convert(footprint: Footprint) -> u128 {
        u128::from(footprint.size) * 10
    }
}

impl crate::Config for Test {
    type RuntimeHoldReason = RuntimeHoldReason;
    type Consideration = HoldConsideration<AccountId32, Balances, DraftHold, Price>;
    type PolicyOrigin = frame_system::EnsureRoot<AccountId32>;
    type KnownModes = Known;
    type WeightInfo = ();
}

pub const ENDOWMENT: u128 = 1_000_000;

pub fn account(n: u8) -> AccountId32 {
    AccountId32::new([n; 32])
}

pub fn class(name: &str) -> ClassId {
    ClassId(name.as_bytes().to_vec().try_into().unwrap())
}

/// Rules that accept `modes`, the first of which is the default.
pub fn rules(modes: &[Mode]) -> Rules {
    Rules {
        default: modes[0],
        floor: Floor { modes: ModeSet::of(modes), least: Default::default() },
        provider_may_be_named: true,
    }
}

/// Rules whose floor also names the least standing of claims.
pub fn rules_with(modes: &[Mode], least: &[(Claim, Standing)]) -> Rules {
    let mut rules = rules(modes);
    rules.floor.least = least.to_vec().try_into().unwrap();
    rules
}

pub fn draft(changes: &[(&str, Rules)]) -> DraftRules {
    let changes: Vec<_> =
        changes.iter().map(|(name, rules)| (class(name), rules.clone())).collect();
    changes.try_into().unwrap()
}

/// Enters block after block, up to `block`, with the pallet's hook in each.
pub fn run_to(block: u32) {
    while System::block_number() < block {
        let next = System::block_number() + 1;
        System::set_block_number(next);
        Policies::on_initialize(next);
    }
}

/// What `who` has on hold for drafts.
pub fn held(who: u8) -> u128 {
    Balances::balance_on_hold(&DraftHold::get(), &account(who))
}

/// The weight that the hook gives for a version of `classes` classes.
pub fn weight_of_enactment(classes: u32) -> frame_support::weights::Weight {
    <() as WeightInfo>::take_effect(classes)
}

/// Runs `test` at block 1 with class `general` in genesis, then checks the state, and that what is
/// on hold is what the drafts cost.
pub fn build_and_execute<R>(test: impl FnOnce() -> R) -> R {
    build_with(vec![(class("general"), rules(&[Mode::Plain, Mode::ZkMl]))], test)
}

/// State with these classes in genesis, at block 1.
pub fn new_test_ext(classes: Vec<(ClassId, Rules)>) -> sp_io::TestExternalities {
    Known::set(ModeSet::of(&[Mode::Plain, Mode::ZkMl]));
    let storage = RuntimeGenesisConfig {
        system: Default::default(),
        balances: pallet_balances::GenesisConfig {
            balances: (1..=3).map(|n| (account(n), ENDOWMENT)).collect(),
            ..Default::default()
        },
        policies: pallet_policies::GenesisConfig { classes, ..Default::default() },
    }
    .build_storage()
    .unwrap();
    let mut ext = sp_io::TestExternalities::new(storage);
    ext.execute_with(|| System::set_block_number(1));
    ext
}

/// As [`build_and_execute`], with these classes in genesis.
pub fn build_with<R>(classes: Vec<(ClassId, Rules)>, test: impl FnOnce() -> R) -> R {
    new_test_ext(classes).execute_with(|| {
        let result = test();
        Policies::do_try_state().unwrap();
        for n in 1..=3 {
            let cost: u128 = crate::Drafts::<Test>::iter_values()
                .filter(|draft| draft.payer == account(n))
                .map(|draft| codec::Encode::encoded_size(&draft.rules) as u128 * 10)
                .sum();
            assert_eq!(held(n), cost);
        }
        result
    })
}
