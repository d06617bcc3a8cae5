//! Writing receipts and finding them.

use crate::{
    mock::*,
    types::{Life, Sequence},
    Event, Log,
};
use codec::{Encode, MaxEncodedLen};
use frame_support::{assert_storage_noop, dispatch::DispatchClass};
use opg_primitives::{
    ids::{Account, Digest, GenesisHash, ReceiptId, RequestId},
    receipt::{receipt_id, Receipt},
    request::{DeclineReason, Outcome},
    traits::Receipts as _,
};

const PROVIDER: Account = Account([7; 32]);

#[docify::export]
#[test]
fn a_written_receipt_is_found_by_id_lease_and_sequence() {
    run(|| {
        let id = Receipts::append(receipt(1, 7));
        let written = Receipts::receipt(id).unwrap();

        assert_eq!(Receipts::receipts_of(written.request), [(id, written.clone())]);
        assert_eq!(Receipts::by_sequence(PROVIDER, 0), Some((id, written)));
        assert_eq!(Receipts::receipts_in(1), Some(vec![id]));
    });
}

#[test]
fn the_id_covers_the_genesis_hash_and_the_body_as_written() {
    run(|| {
        write(1, 7);
        let id = write(2, 7);
        let mut body = receipt(2, 7);
        assert_ne!(id, receipt_id(GenesisHash(GENESIS_HASH), &body), "the number is stamped first");
        body.lease.as_mut().unwrap().sequence = 1;
        assert_eq!(id, receipt_id(GenesisHash(GENESIS_HASH), &body));
        assert_ne!(id, receipt_id(GenesisHash([0xef; 32]), &body));
    });
}

#[test]
fn the_writer_cannot_choose_the_sequence_number() {
    run(|| {
        let mut forged = receipt(1, 7);
        forged.lease.as_mut().unwrap().sequence = 41;
        let id = Receipts::append(forged);
        assert_eq!(Receipts::receipt(id).unwrap().lease.unwrap().sequence, 0);
        assert_eq!(Receipts::next_sequence(&PROVIDER), 1);
    });
}

#[test]
fn each_provider_has_numbers_of_its_own() {
    run(|| {
        let ids = [write(1, 7), write(2, 8), write(3, 7)];
        assert_eq!(Receipts::by_sequence(PROVIDER, 1).unwrap().0, ids[2]);
        assert_eq!(Receipts::by_sequence(Account([8; 32]), 0).unwrap().0, ids[1]);
        assert_eq!(Receipts::sequence_of(PROVIDER), Sequence { first_held: 0, next: 2 });
        assert_eq!(Receipts::by_sequence(PROVIDER, 2), None);
    });
}

#[test]
fn a_receipt_without_a_lease_has_no_number() {
    run(|| {
        let unleased = Receipt { lease: None, outcome: Outcome::NoProvider, ..receipt(1, 7) };
        let id = Receipts::append(unleased);
        assert_eq!(Receipts::next_sequence(&PROVIDER), 0);
        assert!(Receipts::receipt(id).is_some());
    });
}

#[test]
fn a_second_receipt_of_one_lease_changes_nothing() {
    run(|| {
        let first = write(1, 7);
        let second = Receipt { outcome: Outcome::NotDelivered, ..receipt(1, 8) };
        assert_storage_noop!(assert_eq!(Receipts::append(second), first));
    });
}

#[test]
fn the_attempts_of_a_request_come_in_order() {
    run(|| {
        for attempt in [2, 0, 1] {
            Receipts::append(Receipt { attempt, ..receipt(1, 7) });
        }
        let attempts: Vec<_> = Receipts::receipts_of(RequestId([1; 32]))
            .into_iter()
            .map(|(_, receipt)| receipt.attempt)
            .collect();
        assert_eq!(attempts, [0, 1, 2]);
    });
}

#[test]
fn what_was_never_written_is_not_found() {
    run(|| {
        assert_eq!(Receipts::receipt(ReceiptId([0; 32])), None);
        assert_eq!(Receipts::receipts_of(RequestId([1; 32])), []);
        assert_eq!(Receipts::life(ReceiptId([0; 32])), None);
    });
}

#[test]
fn the_life_of_a_request_is_that_of_its_terminal_receipt() {
    run(|| {
        let declined = Outcome::Declined(DeclineReason::Busy);
        let open =
            Receipts::append(Receipt { terminal: false, outcome: declined, ..receipt(1, 7) });
        let failed = Receipts::append(Receipt { attempt: 1, outcome: declined, ..receipt(1, 8) });
        let settled = write(2, 7);
        assert_eq!(Receipts::life(open), None);
        assert_eq!(Receipts::life(failed), Some(Life::Failed(declined)));
        assert_eq!(Receipts::life(settled), Some(Life::Settled));
    });
}

#[test]
fn each_receipt_is_announced_with_its_place() {
    run(|| {
        write(1, 8);
        let id = write(2, 7);
        System::assert_last_event(
            Event::ReceiptWritten {
                id,
                request: RequestId([2; 32]),
                attempt: 0,
                outcome: Outcome::Settled,
                terminal: true,
                provider: Some((PROVIDER, 0)),
                index: 1,
            }
            .into(),
        );
    });
}

#[test]
fn each_leaf_takes_its_weight_of_the_block() {
    run(|| {
        let used = || System::block_weight().get(DispatchClass::Mandatory).ref_time();
        let before = used();
        write(1, 7);
        let one = used() - before;
        write(2, 7);
        assert!(one > 0);
        assert_eq!(used() - before, 2 * one);
    });
}

#[test]
fn a_receipt_is_bounded_in_size() {
    // Stated in the README; a change of the type changes what hot state costs.
    assert_eq!(Receipt::max_encoded_len(), 1_748);
    run(|| {
        let id = write(1, 7);
        assert!(Log::<Test>::get(id).unwrap().encoded_size() <= Receipt::max_encoded_len());
    });
}

#[test]
fn two_digests_of_evidence_never_give_one_receipt() {
    run(|| {
        let with = |digest| Receipt {
            evidence: Some(opg_primitives::checks::EvidenceLocation {
                block: 1,
                extrinsic: 2,
                digest: Digest(digest),
            }),
            ..receipt(1, 7)
        };
        let genesis = GenesisHash(GENESIS_HASH);
        assert_ne!(receipt_id(genesis, &with([1; 32])), receipt_id(genesis, &with([2; 32])));
    });
}
