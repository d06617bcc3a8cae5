//! What a block may hold, and that what runs on its own fits into it.

use super::chain::{signed, Chain};
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
    genesis_config_presets::LOCAL,
    Runtime, UncheckedExtrinsic,
};
use codec::Encode;
use core::any::TypeId;
use frame_election_provider_support::{onchain, NposSolver};
use frame_support::{
    dispatch::{DispatchClass, GetDispatchInfo},
    traits::Get,
    weights::{constants::WEIGHT_REF_TIME_PER_MILLIS, Weight},
};
use frame_system::offchain::CreateAuthorizedTransaction;
use opg_primitives::{
    enclave::{FinishReason, ModelRan, Run, Usage},
    evidence::{Evidence, ProofSystem, SignedAnswer},
    ids::{Digest, DispatcherKey, EnclaveId, ModelId, RequestId, Signature, WorkerKey},
    mode::Mode,
    request::{Input, Output, PublicBytes},
};
use pallet_inference::Call;
use sp_keyring::Sr25519Keyring::Alice;

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

#[test]
fn the_runtime_uses_the_measured_weights_of_every_pallet_of_its_own() {
    macro_rules! measured {
        ($($pallet:ident)*) => {$(
            assert_eq!(
                TypeId::of::<<Runtime as $pallet::Config>::WeightInfo>(),
                TypeId::of::<$pallet::weights::SubstrateWeight<Runtime>>(),
                "{}",
                stringify!($pallet),
            );
        )*};
    }
    measured!(pallet_models pallet_providers pallet_policies);
    measured!(pallet_verification pallet_receipts pallet_inference);
    measured!(pallet_attestation);
}

#[test]
fn what_a_block_does_by_itself_fits_into_a_quarter_of_it() {
    type Inference = <Runtime as pallet_inference::Config>::WeightInfo;
    type Providers = <Runtime as pallet_providers::Config>::WeightInfo;
    type Policies = <Runtime as pallet_policies::Config>::WeightInfo;
    use pallet_inference::{Config, WeightInfo as _};
    let times = |weight: Weight, count: u32| weight.saturating_mul(count.into());

    let expiries = times(Inference::sweep(), <Runtime as Config>::ExpiriesPerBlock::get());
    let draws = times(Inference::draw(), <Runtime as Config>::DrawsPerBlock::get());
    let requests = Inference::begin_block().saturating_add(expiries).saturating_add(draws);
    let trees = 2 * pallet_providers::MAX_OFFERS;
    let sync = <Providers as pallet_providers::WeightInfo>::sync(trees);
    let seats = times(sync, pallet_providers::SYNCS_PER_BLOCK);
    let classes = pallet_policies::MAX_CLASSES_PER_DRAFT;
    let policies = <Policies as pallet_policies::WeightInfo>::take_effect(classes);

    let sum = requests.saturating_add(seats).saturating_add(policies);
    let quarter = RuntimeBlockWeights::get().max_block.ref_time() / 4;
    println!("requests {requests:?}, seats {seats:?}, policies {policies:?}");
    assert!(sum.ref_time() < quarter, "{sum:?}");
}

/// The transactions of a request to the digits model that settles: 64 bytes in, ten logits out, and
/// a proof of 192 bytes if it is proven.
fn of_one_request(mode: Mode) -> [UncheckedExtrinsic; 3] {
    let (request, attempt) = (RequestId([1; 32]), 0);
    let (key, signature) = (DispatcherKey([2; 32]), Signature([3; 64]));
    let answer = SignedAnswer { key: WorkerKey([4; 32]), signature };
    let evidence = match mode {
        Mode::ZkMl => Evidence::ZkMl {
            signed: answer,
            system: ProofSystem::Groth16Bls12381,
            key_version: 0,
            proof: vec![5; 192].try_into().expect("is short enough"),
        },
        Mode::Tee => Evidence::Tee {
            enclave: EnclaveId([8; 32]),
            run: Run {
                model: ModelRan::Network(Digest([9; 32])),
                finish: FinishReason::Stop,
                usage: Usage { input: 64, output: 10 },
                started: 1,
                finished: 2,
                sequence: 3,
                previous: Digest([10; 32]),
            },
            signature,
        },
        Mode::Plain => Evidence::Plain(answer),
    };
    let bytes = |count: usize| PublicBytes::truncate_from(vec![6; count]);
    let ask = Call::<Runtime>::request {
        model: ModelId([7; 32]),
        input: Input::Public(bytes(64)),
        parameters: Default::default(),
        mode: Some(mode),
        max_price: currency::OPG,
        deadline: 1_000,
        provider: None,
    };
    let feeless = |call: Call<Runtime>| {
        <Runtime as CreateAuthorizedTransaction<Call<Runtime>>>::create_authorized_transaction(
            call.into(),
        )
    };
    [
        signed(Alice, 0, ask),
        feeless(Call::acknowledge { request, attempt, key, signature }),
        feeless(Call::submit_result {
            request,
            attempt,
            output: Output::Public(bytes(40)),
            evidence,
            key,
            signature,
        }),
    ]
}

/// How many requests in `mode` a block settles: by weight, by bytes, and by what may fall due.
fn settled_per_block(mode: Mode) -> [u64; 3] {
    let (mut weight, mut bytes) = (0, 0);
    let limits = RuntimeBlockWeights::get();
    for transaction in of_one_request(mode) {
        let info = transaction.get_dispatch_info();
        let whole = info.total_weight().saturating_add(limits.get(info.class).base_extrinsic);
        weight += whole.ref_time();
        bytes += transaction.encoded_size() as u64;
    }
    let named = pallet_inference::Pallet::<Runtime>::booking(mode);
    let room = <Runtime as pallet_inference::Config>::VerificationPerBlock::get();
    let due = room.checked_div_per_component(&named).unwrap_or_default();
    let most = u64::from(*RuntimeBlockLength::get().max.get(DispatchClass::Operational));
    let left = limits.max_block.saturating_sub(limits.base_block).ref_time();
    [left / weight, most / bytes, due]
}

/// With `--nocapture` it prints the figures of `benches/README.md`.
#[test]
fn a_block_settles_fifty_plain_or_attested_requests_and_two_proven_ones() {
    Chain::new(LOCAL).execute(|| {
        for (mode, least) in [(Mode::Plain, 50), (Mode::Tee, 50), (Mode::ZkMl, 2)] {
            let [weight, bytes, due] = settled_per_block(mode);
            println!("{mode:?}: {weight} by weight, {bytes} by bytes, {due} that may fall due");
            assert!(weight.min(bytes).min(due) >= least);
        }
    });
}
