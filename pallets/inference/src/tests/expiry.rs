//! What is overdue ends by itself, a bounded number a block, the rest carried over.

use crate::{mock::*, Expiries, SweepFrom};
use frame_support::weights::Weight;
use opg_primitives::{ids::RequestId, request::Outcome};

fn many(count: usize) -> Vec<RequestId> {
    change(|world| world.providers.get_mut(&PROVIDER).unwrap().bond = u128::MAX / 2);
    MaxOpenLeases::set(100);
    (0..count).map(|_| Asking::named().id()).collect()
}

#[test]
fn what_a_full_block_leaves_over_ends_in_the_next() {
    run(|| {
        ExpiriesPerBlock::set(3);
        many(8);
        go_to(11);
        assert_eq!(world().receipts.len(), 0);
        for (block, ended) in [(12, 3), (13, 6), (14, 8), (15, 8)] {
            go_to(block);
            assert_eq!(world().receipts.len(), ended, "block {block}");
            check();
        }
        assert_eq!(Expiries::<Test>::iter().count(), 0);
        assert_eq!(SweepFrom::<Test>::get(), 15);
    });
}

#[test]
fn carried_over_ends_before_what_falls_due_later() {
    run(|| {
        ExpiriesPerBlock::set(2);
        many(3);
        go_to(2);
        let later = Asking::named().id();
        go_to(13);
        let ended: Vec<_> = world().receipts.iter().map(|receipt| receipt.request).collect();
        assert_eq!(ended.len(), 4);
        assert_eq!(ended[3], later);
    });
}

#[test]
fn idle_weight_ends_more() {
    run(|| {
        ExpiriesPerBlock::set(3);
        many(8);
        go_to(12);
        next_block_with(Weight::MAX);
        // Three at the beginning of 12, three in its idle time, two at the beginning of 13.
        assert_eq!(world().receipts.len(), 8);
    });
}

#[test]
fn idle_time_without_weight_ends_nothing() {
    run(|| {
        ExpiriesPerBlock::set(3);
        many(8);
        go_to(12);
        let ended = world().receipts.len();
        assert_eq!(Inference::use_idle(Weight::from_parts(1_999_999, 0)), Weight::zero());
        assert_eq!(world().receipts.len(), ended);
        // The base, and one.
        let used = Inference::use_idle(Weight::from_parts(2_000_000, 0));
        assert_eq!(used, Weight::from_parts(2_000_000, 0));
        assert_eq!(world().receipts.len(), ended + 1);
    });
}

#[test]
fn a_settled_request_leaves_no_expiry() {
    run(|| {
        let id = Asking::named().id();
        assert_eq!(Expiries::<Test>::iter().count(), 1);
        acknowledged(id);
        assert_eq!(Expiries::<Test>::iter().collect::<Vec<_>>(), [(21, id, ())]);
        settled(id);
        assert_eq!(Expiries::<Test>::iter().count(), 0);
    });
}

#[test]
fn the_sweep_catches_up_over_empty_blocks() {
    run(|| {
        let id = Asking::named().id();
        SweepFrom::<Test>::put(0);
        // As if nothing had been swept for long.
        System::set_block_number(40);
        next_block();
        next_block();
        next_block();
        assert!(crate::Requests::<Test>::get(id).is_none());
        assert_eq!(last_receipt().outcome, Outcome::NotAcknowledged);
    });
}

#[test]
fn a_stray_expiry_does_not_hold_the_sweep_up() {
    run(|| {
        Expiries::<Test>::insert(5, RequestId([9; 32]), ());
        let id = Asking::named().id();
        go_to(12);
        assert!(crate::Requests::<Test>::get(id).is_none());
        assert_eq!(Expiries::<Test>::iter().count(), 0);
    });
}
