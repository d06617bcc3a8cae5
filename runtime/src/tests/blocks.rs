//! What happens as blocks, sessions and eras go by.

use super::chain::{signed, Chain};
use crate::{
    configs::fees::DealWithFees,
    constants::{
        currency::{MICRO_OPG, OPG},
        time::{EPOCH_DURATION_IN_SLOTS, SESSIONS_PER_ERA},
    },
    genesis_config_presets::{DEVELOPMENT, DEVELOPMENT_STASH, LOCAL},
    Babe, Balances, Hash, Runtime, Session, System, Treasury,
};
use frame_support::traits::{
    fungible::{Balanced, Inspect},
    OnUnbalanced, Randomness,
};
use pallet_babe::ParentBlockRandomness;
use sp_keyring::Sr25519Keyring::{Alice, AliceStash, Bob};
use std::collections::BTreeSet;

fn randomness() -> Option<Hash> {
    ParentBlockRandomness::<Runtime>::random(b"test").0
}

#[test]
fn every_block_but_the_first_knows_fresh_randomness_of_its_parent() {
    let mut chain = Chain::new(LOCAL);
    let mut seen = BTreeSet::new();
    let blocks = EPOCH_DURATION_IN_SLOTS as u32 + 5; // Into the next epoch.
    for number in 1..=blocks {
        chain.block_with(|| {
            match randomness() {
                Some(hash) => assert!(seen.insert(hash), "block {number} repeats another's"),
                None => assert_eq!(number, 1),
            }
            Vec::new()
        });
    }
    assert_eq!(seen.len() as u32, blocks - 1);
}

#[test]
fn a_session_is_an_epoch_of_forty_slots() {
    let mut chain = Chain::new(LOCAL);
    chain.blocks(EPOCH_DURATION_IN_SLOTS as u32);
    assert_eq!(chain.execute(Session::current_index), 0);
    chain.blocks(1);
    assert_eq!(chain.execute(Session::current_index), 1);
    assert_eq!(chain.execute(pallet_babe::EpochIndex::<Runtime>::get), 1);
    chain.blocks(EPOCH_DURATION_IN_SLOTS as u32);
    assert_eq!(chain.execute(Session::current_index), 2);
}

#[test]
fn an_era_passes_and_its_validators_are_elected_again_and_paid() {
    let mut chain = Chain::new(LOCAL);
    let before = chain.execute(Session::validators);
    let era = EPOCH_DURATION_IN_SLOTS as u32 * SESSIONS_PER_ERA;
    // Sessions are planned two ahead, so the first era is as long as any other.
    chain.blocks(era + 2);
    let active = chain.execute(|| pallet_staking::ActiveEra::<Runtime>::get().expect("is set"));
    assert_eq!(active.index, 1);
    let mut validators = chain.execute(Session::validators);
    let mut expected = before;
    validators.sort();
    expected.sort();
    assert_eq!(validators, expected);

    chain.execute(|| {
        // A vote has 64 bits, so what is counted is a rounded stake.
        let counted = pallet_staking::ErasTotalStake::<Runtime>::get(1);
        assert!(counted.abs_diff(4 * DEVELOPMENT_STASH) < MICRO_OPG, "{counted}");
        let points = pallet_staking::ErasRewardPoints::<Runtime>::get(0);
        assert_eq!(points.individual.len(), 4, "each authored blocks");
    });
    let issued = chain.execute(Balances::total_issuance);
    let bonded = || pallet_staking::Ledger::<Runtime>::get(AliceStash.to_account_id());
    let stake = chain.execute(|| bonded().expect("is bonded").total);
    let payout = pallet_staking::Call::<Runtime>::payout_stakers {
        validator_stash: AliceStash.to_account_id(),
        era: 0,
    };
    let results = chain.block_with(|| vec![signed(Bob, 0, payout)]);
    assert_eq!(results, [Ok(Ok(()))]);
    assert!(chain.execute(Balances::total_issuance) > issued, "rewards are new issuance");
    assert!(chain.execute(|| bonded().expect("is bonded").total) > stake, "and are staked");
}

#[test]
fn a_validator_that_chills_is_not_elected_again() {
    let mut chain = Chain::new(LOCAL);
    let chill = pallet_staking::Call::<Runtime>::chill {};
    let results = chain.block_with(|| vec![signed(AliceStash, 0, chill)]);
    assert_eq!(results, [Ok(Ok(()))]);
    chain.blocks(EPOCH_DURATION_IN_SLOTS as u32 * SESSIONS_PER_ERA + 2);
    let validators = chain.execute(Session::validators);
    assert_eq!(validators.len(), 3);
    assert!(!validators.contains(&AliceStash.to_account_id()));
    assert_eq!(chain.execute(|| Babe::authorities().len()), 3);
    assert_eq!(chain.execute(|| crate::Grandpa::grandpa_authorities().len()), 3);
}

#[test]
fn the_mountain_range_grows_by_a_leaf_a_block_and_its_root_changes() {
    let mut chain = Chain::new(DEVELOPMENT);
    let mut roots = BTreeSet::new();
    for leaves in 1..=9 {
        chain.blocks(1);
        chain.execute(|| {
            assert_eq!(pallet_mmr::NumberOfLeaves::<Runtime>::get(), leaves);
            assert!(roots.insert(pallet_mmr::RootHash::<Runtime>::get()));
        });
    }
}

#[test]
fn a_fee_is_shared_between_treasury_and_author_and_the_tip_goes_to_the_author() {
    let mut chain = Chain::new(DEVELOPMENT);
    chain.blocks(1);
    let balances = || {
        let author = AliceStash.to_account_id();
        (
            <Balances as Inspect<_>>::total_balance(&author),
            Balances::free_balance(Treasury::account_id()),
            Balances::free_balance(Alice.to_account_id()),
        )
    };
    let (author, treasury, payer) = chain.execute(balances);
    let remark = frame_system::Call::<Runtime>::remark { remark: vec![1, 2, 3] };
    let results = chain.block_with(|| vec![signed(Alice, 0, remark)]);
    assert_eq!(results, [Ok(Ok(()))]);
    let (author_after, treasury_after, payer_after) = chain.execute(balances);
    let fee = payer - payer_after;
    assert!(fee > 0);
    assert_eq!(treasury_after - treasury, fee * 80 / 100);
    assert_eq!(author_after - author, fee - fee * 80 / 100);
    assert_eq!(chain.execute(System::block_number), 2);
}

#[test]
fn what_a_service_hands_over_is_shared_like_a_fee() {
    let mut chain = Chain::new(DEVELOPMENT);
    chain.blocks(1);
    chain.block_with(|| {
        let author = AliceStash.to_account_id();
        let before = (
            <Balances as Inspect<_>>::total_balance(&author),
            Balances::free_balance(Treasury::account_id()),
        );
        DealWithFees::on_unbalanced(Balances::issue(100 * OPG));
        assert_eq!(<Balances as Inspect<_>>::total_balance(&author), before.0 + 20 * OPG);
        assert_eq!(Balances::free_balance(Treasury::account_id()), before.1 + 80 * OPG);
        Vec::new()
    });
}
