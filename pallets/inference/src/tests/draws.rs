//! When and from what a provider is drawn.

use crate::{assignment, mock::*, Event, OpenCount, Queue, QueueEnds};
use opg_primitives::{
    receipt::Selection,
    request::{DeclineReason, Outcome},
};

#[test]
fn a_provider_is_drawn_two_blocks_later_and_not_before() {
    run(|| {
        let id = Asking::default().id();
        next_block();
        assert!(!is_leased(id));
        next_block();
        let lease = lease_of(id);
        assert_eq!(lease.given, 3);
        assert_eq!(lease.lease_block.0, 2);
        assert_eq!(lease.lease_block.1 .0, hash_of(2).0);
        assert_eq!(lease.selection, Selection::Drawn { redraws: 0 });
        System::assert_has_event(
            Event::Leased {
                request: id,
                attempt: 0,
                provider: account(&PROVIDER),
                price: PRICE,
                selection: lease.selection,
                ack_by: 13,
            }
            .into(),
        );
    });
}

#[test]
fn without_vrf_output_the_draw_waits() {
    run(|| {
        Vrf::set(None);
        let id = Asking::default().id();
        go_to(9);
        assert!(!is_leased(id));
        Vrf::set(Some([1; 32]));
        next_block();
        assert!(is_leased(id));
    });
}

#[test]
fn a_named_provider_needs_no_randomness() {
    run(|| {
        Vrf::set(None);
        assert!(is_leased(Asking::named().id()));
    });
}

#[test]
fn the_draw_follows_the_seed_of_the_design() {
    run(|| {
        add_provider(SECOND, PRICE);
        for random in 0..20 {
            Vrf::set(Some([random; 32]));
            let id = Asking { max_price: MAX_PRICE, ..Asking::default() }.id();
            leased(id);
            let seed = assignment::seed([random; 32], id, 0, 0);
            let expected = [PROVIDER, SECOND][usize::from(seed[0]) % 2];
            assert_eq!(lease_of(id).provider, expected);
            done(acknowledge_call(id, 0, &expected));
            settled(id);
        }
    });
}

#[test]
fn nobody_eligible_ends_the_request_at_its_draw() {
    run(|| {
        change(|world| world.providers.get_mut(&PROVIDER).unwrap().ready = false);
        let before = money();
        let id = Asking::default().id();
        go_to(3);
        assert!(crate::Requests::<Test>::get(id).is_none());
        let receipt = last_receipt();
        assert_eq!((receipt.outcome, receipt.terminal), (Outcome::NoProvider, true));
        assert_eq!((receipt.lease, receipt.attempt), (None, 0));
        assert_eq!(receipt.payment.released, MAX_PRICE);
        assert_eq!(money().held, 0);
        assert!(money().requester < before.requester);
    });
}

#[test]
fn a_price_above_what_is_held_is_never_drawn() {
    run(|| {
        Asking { max_price: PRICE - 1, ..Asking::default() }.id();
        go_to(3);
        assert_eq!(last_receipt().outcome, Outcome::NoProvider);
    });
}

#[test]
fn nobody_eligible_for_the_next_attempt_ends_the_request_with_a_receipt_of_its_own() {
    run(|| {
        let id = Asking::default().id();
        leased(id);
        done(decline_call(id, 0, DeclineReason::Busy, &PROVIDER));
        change(|world| world.providers.get_mut(&PROVIDER).unwrap().ready = false);
        go_to(6);
        let receipts = world().receipts;
        assert_eq!(receipts.len(), 2);
        assert_eq!((receipts[1].attempt, receipts[1].outcome), (1, Outcome::NoProvider));
        assert!(!receipts[0].terminal && receipts[1].terminal);
        // One provider may have seen the input, and it says so.
        assert_eq!(receipts[1].disclosure.providers_that_saw, 1);
    });
}

#[test]
fn a_request_that_is_never_drawn_ends_when_no_whole_lease_fits() {
    run(|| {
        Vrf::set(None);
        let id = Asking { deadline: 50, ..Asking::default() }.id();
        // 50 less 10 less 20.
        go_to(20);
        assert!(crate::Requests::<Test>::contains_key(id));
        go_to(21);
        assert_eq!(last_receipt().outcome, Outcome::NoProvider);
    });
}

#[test]
fn a_block_draws_a_bounded_number_in_the_order_of_arrival() {
    run(|| {
        DrawsPerBlock::set(2);
        change(|world| world.providers.get_mut(&PROVIDER).unwrap().bond = u128::MAX / 2);
        let ids: Vec<_> = (0..5).map(|_| Asking::default().id()).collect();
        for (block, leased) in [(2, 0), (3, 2), (4, 4), (5, 5)] {
            go_to(block);
            assert_eq!(ids.iter().take_while(|id| is_leased(**id)).count(), leased, "{block}");
            assert_eq!(ids.iter().filter(|id| is_leased(**id)).count(), leased);
        }
        assert_eq!(QueueEnds::<Test>::get(), (5, 5));
        assert_eq!(Queue::<Test>::iter().count(), 0);
    });
}

#[test]
fn a_cancelled_request_costs_its_place_and_nothing_more() {
    run(|| {
        DrawsPerBlock::set(1);
        let gone = [Asking::default().id(), Asking::default().id()];
        let next = Asking::default().id();
        for id in gone {
            Inference::cancel(origin(&REQUESTER), id).unwrap();
        }
        go_to(3);
        assert!(!is_leased(next));
        go_to(4);
        assert!(is_leased(next));
    });
}

#[test]
fn a_provider_with_all_leases_it_may_have_is_passed_over_for_a_later_block() {
    run(|| {
        MaxOpenLeases::set(1);
        let first = Asking::named().id();
        let second = Asking::default().id();
        go_to(3);
        assert!(!is_leased(second));
        assert_eq!(OpenCount::<Test>::get(PROVIDER), 1);
        check();
        acknowledged(first);
        settled(first);
        leased(second);
        assert_eq!(lease_of(second).given, 5);
    });
}

#[test]
fn a_busy_provider_is_drawn_again_within_the_block_and_the_receipt_says_how_often() {
    run(|| {
        MaxOpenLeases::set(1);
        add_provider(SECOND, PRICE);
        let busy = Asking::zkml().id();
        acknowledged(busy);
        let mut most = 0;
        for random in 0..40 {
            let id = Asking::default().id();
            for further in 0..20 {
                Vrf::set(Some([random, further].repeat(16).try_into().unwrap()));
                if !is_leased(id) {
                    next_block();
                }
            }
            let lease = lease_of(id);
            assert_eq!(lease.provider, SECOND);
            let Selection::Drawn { redraws } = lease.selection else { panic!() };
            most = most.max(redraws);
            done(acknowledge_call(id, 0, &SECOND));
            settled(id);
        }
        assert!((1..assignment::TRIES).contains(&most));
    });
}

#[test]
fn the_next_attempt_is_drawn_two_blocks_after_the_last() {
    run(|| {
        let id = Asking::default().id();
        go_to(5);
        done(decline_call(id, 0, DeclineReason::Busy, &PROVIDER));
        go_to(6);
        assert!(!is_leased(id));
        go_to(7);
        assert_eq!(lease_of(id).given, 7);
    });
}

#[test]
fn no_attempt_follows_that_would_not_fit_before_the_deadline() {
    run(|| {
        let id = Asking { deadline: 34, ..Asking::default() }.id();
        go_to(3);
        done(decline_call(id, 0, DeclineReason::Busy, &PROVIDER));
        assert!(last_receipt().terminal);
        assert_eq!(money().held, 0);
    });
}
