//! Whatever happens, in whatever order: each request ends once, and no unit is made or lost.

use crate::mock::*;
use frame_support::weights::Weight;
use opg_primitives::{
    ids::{Account, RequestId},
    mode::Mode,
    request::{DeclineReason, Outcome},
    Balance,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// What somebody does next.
#[derive(Clone, Debug)]
enum Step {
    Ask { mode: Mode, named: bool, max_price: Balance, lifetime: u32 },
    AskPrivately { named: bool, lifetime: u32 },
    Deliver(usize),
    Cancel(usize),
    Acknowledge(usize),
    Decline(usize),
    Answer(usize),
    Garbage(usize),
    Expire(usize),
    Replay,
    Blocks { count: u32, vrf: bool, idle: bool },
    Switch(Mode),
    Bond { second: bool, bond: Balance },
    Price { second: bool, price: Balance },
}

fn steps() -> impl Strategy<Value = Step> {
    let which = 0..6usize;
    prop_oneof![
        4 => (any::<bool>(), any::<bool>(), 900..20_000u128, 20..400u32).prop_map(
            |(proof, named, max_price, lifetime)| Step::Ask {
                mode: if proof { Mode::ZkMl } else { Mode::Plain },
                named,
                max_price,
                lifetime,
            }
        ),
        2 => (any::<bool>(), 60..400u32)
            .prop_map(|(named, lifetime)| Step::AskPrivately { named, lifetime }),
        4 => which.clone().prop_map(Step::Deliver),
        1 => which.clone().prop_map(Step::Cancel),
        4 => which.clone().prop_map(Step::Acknowledge),
        2 => which.clone().prop_map(Step::Decline),
        4 => which.clone().prop_map(Step::Answer),
        2 => which.clone().prop_map(Step::Garbage),
        1 => which.prop_map(Step::Expire),
        1 => Just(Step::Replay),
        4 => (1..25u32, any::<bool>(), any::<bool>())
            .prop_map(|(count, vrf, idle)| Step::Blocks { count, vrf, idle }),
        1 => any::<bool>().prop_map(|proof| Step::Switch(if proof { Mode::ZkMl } else { Mode::Plain })),
        1 => (any::<bool>(), 0..200_000u128).prop_map(|(second, bond)| Step::Bond { second, bond }),
        1 => (any::<bool>(), 0..15_000u128).prop_map(|(second, price)| Step::Price { second, price }),
    ]
}

/// The `n`th open request, counted round.
fn open(n: usize) -> Option<RequestId> {
    let mut ids: Vec<_> = crate::Requests::<Test>::iter_keys().collect();
    ids.sort();
    (!ids.is_empty()).then(|| ids[n % ids.len()])
}

fn provider_of(second: bool) -> Account {
    if second {
        SECOND
    } else {
        PROVIDER
    }
}

/// Does `step` if it can be done; what was carried last is kept for a replay.
fn take(step: Step, last: &mut Option<RuntimeCall>) {
    let mut carry = |call: RuntimeCall| {
        let _ = apply(call.clone());
        *last = Some(call);
    };
    match step {
        Step::Ask { mode, named, max_price, lifetime } => {
            let _ = Asking {
                mode: Some(mode),
                named: named.then_some(PROVIDER),
                max_price,
                deadline: System::block_number() + lifetime,
                ..Asking::default()
            }
            .ask();
        }
        Step::AskPrivately { named, lifetime } => {
            let named = named.then_some(PROVIDER);
            let deadline = System::block_number() + lifetime;
            let _ = Asking { named, deadline, ..Asking::private() }.ask();
        }
        Step::Deliver(n) => {
            if let Some(id) = open(n) {
                let _ = deliver(id);
            }
        }
        Step::Cancel(n) => {
            if let Some(id) = open(n) {
                let _ = Inference::cancel(origin(&REQUESTER), id);
            }
        }
        Step::Acknowledge(n) => {
            if let Some(id) = open(n).filter(|id| is_leased(*id)) {
                carry(acknowledge_call(id, stored(id).attempt, &lease_of(id).provider));
            }
        }
        Step::Decline(n) => {
            if let Some(id) = open(n).filter(|id| is_leased(*id)) {
                let by = lease_of(id).provider;
                carry(decline_call(id, stored(id).attempt, DeclineReason::Busy, &by));
            }
        }
        Step::Answer(n) => {
            if let Some(id) = open(n).filter(|id| is_leased(*id)) {
                let by = lease_of(id).provider;
                let output = match stored(id).private {
                    Some(_) => sealed_output(),
                    None => clear(&OUTPUT),
                };
                let evidence = match stored(id).mode {
                    Mode::Tee => tee_evidence(&said_of(id, &output)),
                    Mode::Plain | Mode::ZkMl => evidence(id, &OUTPUT),
                };
                carry(submit_output_call(id, stored(id).attempt, output, evidence, &by));
            }
        }
        Step::Garbage(n) => {
            if let Some(id) = open(n).filter(|id| is_leased(*id)) {
                let by = lease_of(id).provider;
                carry(submit_call(id, stored(id).attempt, &[0; 9], bad_evidence(), &by));
            }
        }
        Step::Expire(n) => {
            if let Some(id) = open(n) {
                carry(expire_call(id, stored(id).attempt));
            }
        }
        Step::Replay => {
            if let Some(call) = last.clone() {
                let _ = apply(call);
            }
        }
        Step::Blocks { count, vrf, idle } => {
            for block in 0..count {
                Vrf::set(vrf.then_some([block as u8; 32]));
                next_block_with(if idle { Weight::MAX } else { Weight::zero() });
            }
        }
        Step::Switch(mode) => change(|world| {
            if !world.disabled.remove(&mode) {
                world.disabled.insert(mode);
            }
        }),
        // A bond moves between its account and the pot, and never below what is reserved.
        Step::Bond { second, bond } => {
            let who = provider_of(second);
            let old = world().providers[&who].bond;
            if bond > old {
                use frame_support::traits::fungible::Mutate;
                Balances::mint_into(&account(&POT), bond - old).unwrap();
                change(|world| world.providers.get_mut(&who).unwrap().bond = bond);
            }
        }
        Step::Price { second, price } => {
            change(|world| world.providers.get_mut(&provider_of(second)).unwrap().price = price)
        }
    }
}

/// Asserts what must hold of the receipts once nothing is open.
fn all_ended(asked: u64) {
    assert_eq!(crate::Requests::<Test>::count(), 0);
    let mut by_request = BTreeMap::<RequestId, Vec<_>>::new();
    for receipt in world().receipts {
        by_request.entry(receipt.request).or_default().push(receipt);
    }
    assert_eq!(by_request.len() as u64, asked);
    for receipts in by_request.values() {
        let last = receipts.len() - 1;
        for (place, receipt) in receipts.iter().enumerate() {
            assert_eq!(usize::from(receipt.attempt), place, "one receipt for each attempt");
            assert_eq!(receipt.terminal, place == last, "one terminal receipt, the last");
            assert!(receipt.closed <= receipt.deadline + 20);
            let settled = receipt.outcome == Outcome::Settled;
            assert_eq!(receipt.appraised.is_some(), settled);
            assert_eq!(receipt.mode.achieved.is_some(), settled);
            assert!(settled || receipt.payment.provider == 0);
        }
        let compensated: Balance = receipts.iter().map(|r| r.payment.compensation).sum();
        assert!(compensated <= 3 * COMPENSATION_CAP);
    }
    assert_eq!(crate::Booked::<Test>::iter().count(), 0);
    assert_eq!(crate::Expiries::<Test>::iter().count(), 0);
    assert_eq!(crate::OpenLeases::<Test>::iter().count(), 0);
    assert_eq!(crate::SealedInputs::<Test>::iter().count(), 0);
    assert_eq!(money().held, 0);
}

/// What is burned and what the bonds lost, by the receipts.
fn burned_by_receipts() -> Balance {
    world()
        .receipts
        .iter()
        .map(|receipt| {
            let p = receipt.payment;
            p.burned + p.fee_burned + p.slashed - p.compensation
        })
        .sum()
}

fn nonce() -> u64 {
    crate::Nonces::<Test>::get(REQUESTER)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_calls_conserves_money_and_ends_every_request_once(
        steps in proptest::collection::vec(steps(), 1..60),
    ) {
        run(|| {
            add_provider(SECOND, PRICE / 2);
            ExpiriesPerBlock::set(2);
            DrawsPerBlock::set(2);
            MaxOpenLeases::set(3);
            let mut last = None;
            let mut made = 0;
            let issuance = Balances::total_issuance();
            for step in steps {
                let before = Balances::total_issuance();
                let bond = matches!(step, Step::Bond { .. });
                take(step, &mut last);
                if bond {
                    made += Balances::total_issuance() - before;
                }
                check();
            }
            // Time ends what is left.
            for _ in 0..500 {
                next_block_with(Weight::MAX);
            }
            all_ended(nonce());
            assert_eq!(Balances::total_issuance(), issuance + made - burned_by_receipts());
            ExpiriesPerBlock::set(8);
            DrawsPerBlock::set(8);
            MaxOpenLeases::set(16);
            Vrf::set(Some([42; 32]));
        });
    }

    #[test]
    fn fifty_requests_in_flight_end_in_fifty_terminal_receipts(
        fates in proptest::collection::vec(0..7u8, 50), random: [u8; 32],
    ) {
        run(|| {
            change(|world| world.providers.get_mut(&PROVIDER).unwrap().bond = 10_000_000);
            MaxOpenLeases::set(100);
            Vrf::set(Some(random));
            let ids: Vec<_> = fates.iter().map(|_| Asking::default().id()).collect();
            assert_eq!(crate::Requests::<Test>::count(), 50);
            for _ in 0..300 {
                for (id, fate) in ids.iter().zip(&fates) {
                    if !is_leased(*id) {
                        continue;
                    }
                    let (attempt, lease) = (stored(*id).attempt, lease_of(*id));
                    match (fate, lease.acknowledged) {
                        (0, None) => done(decline_call(*id, attempt, DeclineReason::Busy, &PROVIDER)),
                        (1, None) => {} // silent
                        (2, None) => Inference::cancel(origin(&REQUESTER), *id).unwrap(),
                        (_, None) => done(acknowledge_call(*id, attempt, &PROVIDER)),
                        (3, Some(_)) => {} // never delivered
                        (4, Some(_)) => {
                            done(submit_call(*id, attempt, &OUTPUT, bad_evidence(), &PROVIDER))
                        }
                        _ => settled(*id),
                    }
                }
                next_block();
            }
            all_ended(50);
            let terminal = world().receipts.iter().filter(|receipt| receipt.terminal).count();
            assert_eq!(terminal, 50);
            for (id, fate) in ids.iter().zip(&fates) {
                let receipts: Vec<_> =
                    world().receipts.into_iter().filter(|r| r.request == *id).collect();
                let expected = match fate {
                    0 => (3, Outcome::Declined(DeclineReason::Busy)),
                    1 => (3, Outcome::NotAcknowledged),
                    2 => (1, Outcome::Cancelled),
                    3 => (3, Outcome::NotDelivered),
                    4 => (
                        3,
                        Outcome::EvidenceRefused(opg_primitives::request::Refusal::BadSignature),
                    ),
                    _ => (1, Outcome::Settled),
                };
                assert_eq!((receipts.len(), receipts.last().unwrap().outcome), expected);
            }
            MaxOpenLeases::set(16);
            Vrf::set(Some([42; 32]));
        });
    }
}
