//! Counters by number and by fees burned.

use crate::{
    mock::*,
    types::{OutcomeKind, Subject, Tallies, Tally},
};
use opg_primitives::{
    ids::{Account, ModelId},
    receipt::{Payment, Receipt},
    request::{DeclineReason, Outcome, Refusal},
    traits::Receipts as _,
};

const MODEL: Subject = Subject::Model(ModelId([0xd0; 32]));
const PROVIDER: Subject = Subject::Provider(Account([7; 32]));

fn honest(number: u64, fees_burned: u128) -> Tallies {
    Tallies { at_arms_length: Tally { number, fees_burned }, ..Default::default() }
}

#[test]
fn a_receipt_counts_for_chain_model_and_provider() {
    run(|| {
        write(1, 7);
        write(2, 8);
        // 20 of the price and 5 of the fee
        assert_eq!(Receipts::counters(Subject::Chain), [(OutcomeKind::Settled, honest(2, 50))]);
        assert_eq!(Receipts::counters(MODEL), [(OutcomeKind::Settled, honest(2, 50))]);
        assert_eq!(Receipts::counters(PROVIDER), [(OutcomeKind::Settled, honest(1, 25))]);
    });
}

#[test]
fn self_dealing_is_counted_apart() {
    run(|| {
        write(1, 7);
        Receipts::append(Receipt { self_dealing: true, ..receipt(2, 7) });
        let both = Tallies {
            at_arms_length: Tally { number: 1, fees_burned: 25 },
            self_dealing: Tally { number: 1, fees_burned: 25 },
        };
        for subject in [Subject::Chain, MODEL, PROVIDER] {
            assert_eq!(Receipts::counters(subject), [(OutcomeKind::Settled, both)]);
        }
    });
}

#[test]
fn fees_count_once_a_request() {
    run(|| {
        Receipts::append(Receipt {
            terminal: false,
            outcome: Outcome::NotAcknowledged,
            ..receipt(1, 7)
        });
        Receipts::append(Receipt { attempt: 1, ..receipt(1, 7) });
        assert_eq!(
            Receipts::counters(Subject::Chain),
            [(OutcomeKind::Settled, honest(1, 25)), (OutcomeKind::NotAcknowledged, honest(1, 0))]
        );
    });
}

#[test]
fn a_receipt_without_a_lease_counts_for_no_provider() {
    run(|| {
        Receipts::append(Receipt { lease: None, outcome: Outcome::NoProvider, ..receipt(1, 7) });
        assert_eq!(Receipts::counters(PROVIDER), []);
        assert_eq!(Receipts::counters(MODEL), [(OutcomeKind::NoProvider, honest(1, 25))]);
    });
}

#[test]
fn reasons_share_their_outcomes_counter() {
    run(|| {
        for (request, outcome) in (0..).zip([
            Outcome::EvidenceRefused(Refusal::BadSignature),
            Outcome::EvidenceRefused(Refusal::InvalidProof),
            Outcome::Declined(DeclineReason::Busy),
            Outcome::Declined(DeclineReason::Unfit),
        ]) {
            Receipts::append(Receipt {
                outcome,
                payment: Payment::default(),
                ..receipt(request, 7)
            });
        }
        assert_eq!(
            Receipts::counters(PROVIDER),
            [(OutcomeKind::Declined, honest(2, 0)), (OutcomeKind::EvidenceRefused, honest(2, 0))]
        );
    });
}

#[test]
fn counters_outlive_their_receipts() {
    run(|| {
        write(1, 7);
        go_to(13);
        assert_eq!(Receipts::counters(PROVIDER), [(OutcomeKind::Settled, honest(1, 25))]);
    });
}

#[test]
fn a_sum_that_would_overflow_stays_at_the_greatest() {
    let full = Tally { number: u64::MAX, fees_burned: u128::MAX };
    assert_eq!(full.with(1), full);
}
