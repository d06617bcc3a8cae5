//! Every row of the table of a request's life, with exact money.

use crate::mock::*;
use frame_support::assert_ok;
use opg_primitives::{
    checks::{Check, CheckResult},
    mode::Mode,
    price,
    receipt::Payment,
    request::{DeclineReason, Outcome, Refusal},
    Balance,
};

/// What a request in `mode` with `attempts` leases prepays.
fn prepaid(mode: Mode, attempts: u8) -> Balance {
    Inference::prepayment(mode, attempts)
}

/// What refused evidence costs a bond.
pub(super) fn refused_slash(mode: Mode) -> Balance {
    use frame_support::weights::WeightToFee;
    SLASHES.refused + UnitPerMillion::weight_to_fee(&Inference::submission_weight(mode))
}

#[test]
fn a_request_holds_its_price_prepays_its_weight_and_burns() {
    run(|| {
        let before = money();
        Asking::default().id();
        let fee = prepaid(Mode::Plain, 3);
        assert!(fee >= 3 * 6);
        assert_eq!(
            money(),
            Money {
                requester: before.requester - MAX_PRICE - fee - MIN_BURN,
                held: MAX_PRICE,
                fees: before.fees + fee,
                issuance: before.issuance - MIN_BURN,
                ..before
            }
        );
    });
}

#[test]
fn a_named_request_prepays_one_attempt_and_a_proof_costs_more() {
    run(|| {
        assert_eq!(prepaid(Mode::Plain, 3), 3 * prepaid(Mode::Plain, 1));
        assert!(prepaid(Mode::ZkMl, 1) > prepaid(Mode::Plain, 1));
        let before = money();
        Asking::zkml().id();
        assert_eq!(money().fees - before.fees, prepaid(Mode::ZkMl, 1));
    });
}

#[test]
fn a_lease_and_its_acknowledgement_move_nothing() {
    run(|| {
        let id = Asking::named().id();
        let before = money();
        acknowledged(id);
        assert_eq!(money(), before);
        assert_eq!(world().receipts.len(), 0);
        assert_eq!(world().providers[&PROVIDER].acknowledged, 1);
        assert_eq!(lease_of(id).acknowledged, Some((1, 21)));
    });
}

#[test]
fn a_good_answer_pays_everybody_in_the_same_call() {
    run(|| {
        let id = Asking::named().id();
        acknowledged(id);
        let before = money();
        settled(id);
        // 10,000: 5 % burned, 5 % treasury, 10 % royalty, the rest to the provider.
        assert_eq!(
            money(),
            Money {
                requester: before.requester + MAX_PRICE - PRICE,
                held: 0,
                provider: before.provider + 8_000,
                owner: before.owner + 1_000,
                treasury: before.treasury + 500,
                issuance: before.issuance - 500,
                ..before
            }
        );
        let receipt = last_receipt();
        assert_eq!((receipt.outcome, receipt.terminal), (Outcome::Settled, true));
        assert_eq!(
            receipt.payment,
            Payment {
                held: MAX_PRICE,
                provider: 8_000,
                owner: 1_000,
                burned: 500,
                treasury: 500,
                released: 2_000,
                slashed: 0,
                compensation: 0,
                fee_burned: MIN_BURN,
            }
        );
        assert_eq!(receipt.mode.achieved, Some(Mode::Plain));
        assert!(receipt.appraised.is_some() && receipt.output.is_some());
        assert_eq!(receipt.evidence.unwrap().block, 1);
        assert_eq!(receipt.lease.unwrap().acknowledged, Some(1));
        assert_eq!(receipt.judged_by.spec_version, 7);
        assert_eq!(receipt.judged_by.policy, rules_now().digest(&class(), 0));
        assert!(!receipt.self_dealing);
        assert_eq!(world().providers[&PROVIDER].reserved, 0);
        assert_eq!(crate::Requests::<Test>::count(), 0);
    });
}

#[test]
fn a_good_proof_settles_in_its_mode() {
    run(|| {
        let id = Asking::zkml().id();
        acknowledged(id);
        assert_eq!(lease_of(id).acknowledged, Some((1, 201)));
        settled(id);
        assert_eq!(last_receipt().mode.achieved, Some(Mode::ZkMl));
    });
}

#[test]
fn a_declined_lease_moves_nothing_and_the_next_attempt_follows() {
    run(|| {
        let id = Asking::default().id();
        leased(id);
        let before = money();
        done(decline_call(id, 0, DeclineReason::Busy, &PROVIDER));
        assert_eq!(money(), before);
        let receipt = last_receipt();
        assert_eq!(receipt.outcome, Outcome::Declined(DeclineReason::Busy));
        assert!(!receipt.terminal);
        assert_eq!(receipt.payment, Payment { held: MAX_PRICE, ..Payment::default() });
        assert_eq!(world().providers[&PROVIDER].reserved, 0);
        assert_eq!(stored(id).attempt, 1);
        leased(id);
        assert_eq!(stored(id).leases, 2);
    });
}

#[test]
fn a_named_provider_that_declines_ends_the_request() {
    run(|| {
        let id = Asking::named().id();
        let before = money();
        done(decline_call(id, 0, DeclineReason::Unfit, &PROVIDER));
        assert_eq!(money(), Money { requester: before.requester + MAX_PRICE, held: 0, ..before });
        assert!(last_receipt().terminal);
    });
}

#[test]
fn cancelling_releases_the_hold_and_nothing_else() {
    run(|| {
        let id = Asking::named().id();
        let before = money();
        assert_ok!(Inference::cancel(origin(&REQUESTER), id));
        assert_eq!(money(), Money { requester: before.requester + MAX_PRICE, held: 0, ..before });
        assert_eq!(last_receipt().payment.released, MAX_PRICE);
        assert_eq!(last_receipt().payment.fee_burned, MIN_BURN);
    });
}

#[test]
fn a_lease_that_is_not_acknowledged_costs_nobody_and_is_noted() {
    run(|| {
        let id = Asking::default().id();
        leased(id);
        let before = money();
        go_to(lease_of(id).ack_by + 1);
        assert_eq!(money(), before);
        assert_eq!(last_receipt().outcome, Outcome::NotAcknowledged);
        assert!(!last_receipt().terminal);
        assert_eq!(world().providers[&PROVIDER].silence, 1);
        assert_eq!(stored(id).attempt, 1);
    });
}

#[test]
fn a_lease_that_is_not_delivered_is_slashed_and_the_requester_compensated() {
    run(|| {
        let id = Asking::named().id();
        acknowledged(id);
        let before = money();
        let unrefundable = prepaid(Mode::Plain, 1) + MIN_BURN;
        assert!(unrefundable < COMPENSATION_CAP);
        go_to(22);
        assert_eq!(
            money(),
            Money {
                requester: before.requester + MAX_PRICE + unrefundable,
                held: 0,
                bond: before.bond - SLASHES.not_delivered,
                issuance: before.issuance - (SLASHES.not_delivered - unrefundable),
                ..before
            }
        );
        let receipt = last_receipt();
        assert_eq!((receipt.outcome, receipt.terminal), (Outcome::NotDelivered, true));
        assert_eq!(receipt.payment.slashed, SLASHES.not_delivered);
        assert_eq!(receipt.payment.compensation, unrefundable);
        assert_eq!(receipt.payment.released, MAX_PRICE);
    });
}

#[test]
fn all_attempts_together_are_compensated_for_what_was_paid_once() {
    run(|| {
        let before = money();
        let id = Asking::default().id();
        for attempt in 0..3 {
            leased(id);
            acknowledged(id);
            let due = lease_of(id).due();
            go_to(due + 1);
            assert_eq!(last_receipt().attempt, attempt);
            assert_eq!(last_receipt().terminal, attempt == 2);
        }
        let unrefundable = prepaid(Mode::Plain, 3) + MIN_BURN;
        let compensated: Balance =
            world().receipts.iter().map(|receipt| receipt.payment.compensation).sum();
        assert_eq!(compensated, unrefundable);
        // The requester has all back, and no unit more.
        assert_eq!(money().requester, before.requester);
        assert_eq!(money().bond, before.bond - 3 * SLASHES.not_delivered);
        assert_eq!(last_receipt().outcome, Outcome::NotDelivered);
        let burned: Balance =
            world().receipts.iter().map(|receipt| receipt.payment.fee_burned).sum();
        assert_eq!(burned, MIN_BURN);
    });
}

#[test]
fn a_compensation_is_never_above_its_cap() {
    run(|| {
        let id = Asking::named().id();
        crate::Requests::<Test>::mutate(id, |request| {
            request.as_mut().unwrap().prepaid = 10 * COMPENSATION_CAP
        });
        acknowledged(id);
        go_to(22);
        assert_eq!(last_receipt().payment.compensation, COMPENSATION_CAP);
    });
}

#[test]
fn refused_evidence_is_slashed_with_its_weight_and_the_next_attempt_follows() {
    run(|| {
        let id = Asking::default().id();
        leased(id);
        acknowledged(id);
        let before = money();
        done(submit_call(id, 0, &OUTPUT, bad_evidence(), &PROVIDER));
        let slash = refused_slash(Mode::Plain);
        assert!(slash > SLASHES.refused);
        assert_eq!(
            money(),
            Money { bond: before.bond - slash, issuance: before.issuance - slash, ..before }
        );
        let receipt = last_receipt();
        assert_eq!(receipt.outcome, Outcome::EvidenceRefused(Refusal::BadSignature));
        assert!(!receipt.terminal);
        assert_eq!(receipt.payment.slashed, slash);
        assert_eq!(receipt.checks[0].check, Check::WorkerSignature);
        assert_eq!(receipt.checks[0].result, CheckResult::Fail);
        assert_eq!(receipt.evidence.unwrap().digest, bad_evidence().digest());
        assert!(receipt.appraised.is_none());
        assert_eq!(stored(id).attempt, 1);
    });
}

#[test]
fn a_slash_is_never_above_what_the_lease_reserved() {
    run(|| {
        change(|world| world.providers.get_mut(&PROVIDER).unwrap().price = 1);
        let id = Asking::named().id();
        acknowledged(id);
        done(submit_call(id, 0, &OUTPUT, bad_evidence(), &PROVIDER));
        assert_eq!(last_receipt().payment.slashed, 1 + COMPENSATION_CAP);
    });
}

#[test]
fn each_kind_of_bad_evidence_has_its_reason() {
    type Answer =
        fn(opg_primitives::ids::RequestId) -> (Vec<u8>, opg_primitives::evidence::Evidence);
    let cases: [(Answer, Refusal); 5] = [
        (|_| (OUTPUT.to_vec(), unknown_evidence()), Refusal::UnknownWorkerKey),
        (|id| (vec![1], evidence(id, &[1])), Refusal::MalformedOutput),
        // The output was changed after it was signed.
        (|id| (vec![8, 0, 0, 0], evidence(id, &OUTPUT)), Refusal::BadSignature),
        (
            |id| {
                let mut evidence = evidence(id, &OUTPUT);
                if let opg_primitives::evidence::Evidence::ZkMl { proof, .. } = &mut evidence {
                    proof[0] ^= 1;
                }
                (OUTPUT.to_vec(), evidence)
            },
            Refusal::InvalidProof,
        ),
        (
            |id| {
                let mut evidence = evidence(id, &OUTPUT);
                if let opg_primitives::evidence::Evidence::ZkMl { key_version, .. } = &mut evidence
                {
                    *key_version = 1;
                }
                (OUTPUT.to_vec(), evidence)
            },
            Refusal::NoVerifyingKey,
        ),
    ];
    for (make, refusal) in cases {
        run(|| {
            let id = Asking::zkml().id();
            acknowledged(id);
            let (output, evidence) = make(id);
            let evidence = match (refusal, evidence) {
                // In the mode of the request.
                (Refusal::UnknownWorkerKey, opg_primitives::evidence::Evidence::Plain(signed)) => {
                    opg_primitives::evidence::Evidence::ZkMl {
                        signed,
                        system: opg_primitives::evidence::ProofSystem::Groth16Bls12381,
                        key_version: 0,
                        proof: Default::default(),
                    }
                }
                (_, evidence) => evidence,
            };
            let bond = money().bond;
            done(submit_call(id, 0, &output, evidence, &PROVIDER));
            assert_eq!(last_receipt().outcome, Outcome::EvidenceRefused(refusal));
            assert_eq!(money().bond, bond - refused_slash(Mode::ZkMl));
            assert_eq!(money().held, 0);
        });
    }
}

#[test]
fn evidence_of_another_mode_is_refused() {
    run(|| {
        let id = Asking::zkml().id();
        acknowledged(id);
        done(submit_call(id, 0, &OUTPUT, bad_evidence(), &PROVIDER));
        assert_eq!(last_receipt().outcome, Outcome::EvidenceRefused(Refusal::WrongMode));
    });
}

#[test]
fn evidence_of_another_request_is_refused() {
    run(|| {
        let (mine, other) = (Asking::named().id(), Asking::named().id());
        acknowledged(mine);
        acknowledged(other);
        done(submit_call(mine, 0, &OUTPUT, evidence(other, &OUTPUT), &PROVIDER));
        assert_eq!(last_receipt().outcome, Outcome::EvidenceRefused(Refusal::BadSignature));
        settled(other);
        assert_eq!(last_receipt().outcome, Outcome::Settled);
    });
}

#[test]
fn evidence_of_an_earlier_attempt_is_refused() {
    run(|| {
        let id = Asking::default().id();
        leased(id);
        let old = evidence(id, &OUTPUT);
        done(decline_call(id, 0, DeclineReason::Busy, &PROVIDER));
        leased(id);
        acknowledged(id);
        done(submit_call(id, 1, &OUTPUT, old, &PROVIDER));
        assert_eq!(last_receipt().outcome, Outcome::EvidenceRefused(Refusal::BadSignature));
    });
}

#[test]
fn good_evidence_under_the_floor_is_refused_without_a_slash() {
    run(|| {
        use opg_primitives::claims::{Claim, Standing};
        let mut rules = rules_now();
        rules.floor.least = vec![(Claim::Execution, Standing::Proven)].try_into().unwrap();
        enact(rules);
        let id = Asking::named().id();
        acknowledged(id);
        let before = money();
        settled(id);
        assert_eq!(last_receipt().outcome, Outcome::EvidenceRefused(Refusal::UnderFloor));
        assert_eq!(money(), Money { requester: before.requester + MAX_PRICE, held: 0, ..before });
    });
}

#[test]
fn attempts_used_up_release_the_hold_with_the_last_receipt() {
    run(|| {
        let id = Asking::default().id();
        let before = money();
        for attempt in 0..3 {
            leased(id);
            done(decline_call(id, attempt, DeclineReason::Busy, &PROVIDER));
        }
        assert_eq!(money(), Money { requester: before.requester + MAX_PRICE, held: 0, ..before });
        let terminal: Vec<_> = world().receipts.iter().map(|receipt| receipt.terminal).collect();
        assert_eq!(terminal, [false, false, true]);
        let sequence: Vec<_> = world()
            .receipts
            .iter()
            .map(|receipt| receipt.lease.as_ref().unwrap().sequence)
            .collect();
        assert_eq!(sequence, [0, 1, 2]);
    });
}

#[test]
fn a_bond_that_is_smaller_than_its_slash_gives_what_there_is() {
    run(|| {
        let id = Asking::named().id();
        acknowledged(id);
        change(|world| {
            world.providers.get_mut(&PROVIDER).unwrap().bond = 3_000;
        });
        done(submit_call(id, 0, &OUTPUT, bad_evidence(), &PROVIDER));
        assert_eq!(money().bond, 0);
        assert_eq!(last_receipt().payment.slashed, 3_000);
        assert_eq!(money().held, 0);
    });
}

#[test]
fn self_dealing_is_marked() {
    run(|| {
        let id = Asking { who: PROVIDER, ..Asking::named() }.id();
        acknowledged(id);
        settled(id);
        assert!(last_receipt().self_dealing);
        let id = Asking { who: OWNER, ..Asking::named() }.id();
        acknowledged(id);
        settled(id);
        assert!(last_receipt().self_dealing);
        let id = Asking::named().id();
        acknowledged(id);
        settled(id);
        assert!(!last_receipt().self_dealing);
    });
}

#[test]
fn dealing_with_oneself_costs_what_burns_and_what_others_get() {
    run(|| {
        use frame_support::traits::fungible::Inspect;
        let wealth = || Balances::total_balance(&account(&PROVIDER));
        let before = wealth();
        let id = Asking { who: PROVIDER, ..Asking::named() }.id();
        acknowledged(id);
        settled(id);
        let cut = price::split(PRICE, 100_000, RATES);
        let lost = cut.owner + cut.treasury + cut.burned + MIN_BURN + prepaid(Mode::Plain, 1);
        assert_eq!(wealth(), before - lost);
    });
}

#[test]
fn a_requester_and_provider_in_league_lose_by_every_slash() {
    run(|| {
        let before = money();
        let id = Asking::named().id();
        acknowledged(id);
        go_to(22);
        let after = money();
        let wealth = |m: &Money| m.requester + m.held + m.provider + m.bond;
        assert!(wealth(&after) < wealth(&before));
        assert_eq!(wealth(&before) - wealth(&after), SLASHES.not_delivered);
    });
}
