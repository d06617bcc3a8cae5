//! What a block may hold, and that what runs on its own fits into it.

use crate::{
    configs::{
        consensus::{EpochDuration, ReportLongevity},
        staking::{
            BondingDuration, HistoryDepth, OnChainSequentialPhragmen, SlashDeferDuration,
            MAX_ACTIVE_VALIDATORS, MAX_NOMINATIONS, MAX_NOMINATORS, MAX_VALIDATORS,
        },
        system::{RuntimeBlockLength, RuntimeBlockWeights},
    },
    constants::{currency, time},
    Runtime,
};
use frame_election_provider_support::{onchain, NposSolver};
use frame_support::{
    dispatch::DispatchClass, traits::Get, weights::constants::WEIGHT_REF_TIME_PER_MILLIS,
};

#[test]
fn a_block_holds_one_and_a_half_seconds_three_quarters_of_them_for_ordinary_calls() {
    let weights = RuntimeBlockWeights::get();
    assert_eq!(weights.max_block.ref_time(), 1_500 * WEIGHT_REF_TIME_PER_MILLIS);
    let normal = weights.get(DispatchClass::Normal).max_total.map(|w| w.ref_time());
    assert_eq!(normal, Some(1_125 * WEIGHT_REF_TIME_PER_MILLIS));
    let operational = weights.get(DispatchClass::Operational);
    assert_eq!(operational.max_total, Some(weights.max_block));
    assert_eq!(operational.reserved.map(|w| w.ref_time()), Some(375 * WEIGHT_REF_TIME_PER_MILLIS));
}

#[test]
fn a_block_holds_five_mebibytes_three_quarters_of_them_for_ordinary_calls() {
    let length = RuntimeBlockLength::get();
    let mebibyte = 1024 * 1024;
    assert_eq!(*length.max.get(DispatchClass::Operational), 5 * mebibyte);
    assert_eq!(*length.max.get(DispatchClass::Mandatory), 5 * mebibyte);
    assert_eq!(*length.max.get(DispatchClass::Normal), 15 * mebibyte / 4);
}

#[test]
fn time_is_what_off_chain_code_counts_on() {
    assert_eq!(time::MILLISECS_PER_BLOCK, 3_000);
    assert_eq!((EpochDuration::get(), time::SESSIONS_PER_ERA), (40, 6));
    assert_eq!(time::DAYS, 28_800);
    let era = EpochDuration::get() as u32 * time::SESSIONS_PER_ERA;
    assert_eq!(time::ERAS_PER_DAY * era, time::DAYS);
    assert_eq!(currency::OPG, 10u128.pow(currency::DECIMALS.into()));
    assert_eq!(<<Runtime as frame_system::Config>::SS58Prefix as Get<u16>>::get(), 42);
}

#[test]
fn stake_answers_for_as_long_as_an_offence_can_be_reported() {
    let era = u64::from(EpochDuration::get() as u32 * time::SESSIONS_PER_ERA);
    assert_eq!(ReportLongevity::get(), u64::from(BondingDuration::get()) * era);
    assert_eq!(ReportLongevity::get(), u64::from(7 * time::DAYS));
    assert!(SlashDeferDuration::get() < BondingDuration::get());
    assert!(HistoryDepth::get() >= BondingDuration::get());
}

#[test]
fn the_worst_election_fits_into_a_third_of_a_block() {
    type Solver = <OnChainSequentialPhragmen as onchain::Config>::Solver;
    type Weights = <OnChainSequentialPhragmen as onchain::Config>::WeightInfo;
    let worst = <Solver as NposSolver>::weight::<Weights>(
        MAX_VALIDATORS + MAX_NOMINATORS,
        MAX_VALIDATORS,
        MAX_NOMINATIONS,
    );
    let third = RuntimeBlockWeights::get().max_block.ref_time() / 3;
    assert!(worst.ref_time() < third, "{worst:?}");
    const { assert!(MAX_ACTIVE_VALIDATORS <= MAX_VALIDATORS) };
}

#[test]
fn votes_keep_their_proportions_at_eighteen_decimals() {
    use sp_staking::currency_to_vote::CurrencyToVote;
    type ToVote = <Runtime as pallet_staking::Config>::CurrencyToVote;
    let issuance = 12_000_000 * currency::OPG;
    let vote = |stake| <ToVote as CurrencyToVote<u128>>::to_vote(stake * currency::OPG, issuance);
    assert!(vote(100) < vote(101));
    assert!(vote(100_000) < vote(100_001));
    assert_eq!(vote(1_000_000) / vote(100_000), 10);
}

#[test]
fn every_pallet_is_content_with_its_configuration() {
    sp_io::TestExternalities::default().execute_with(|| {
        <crate::AllPalletsWithSystem as frame_support::traits::IntegrityTest>::integrity_test();
    });
}
