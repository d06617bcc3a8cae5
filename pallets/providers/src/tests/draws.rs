//! Who is drawn, and when a change counts.

use crate::{draw::ticket, mock::*, Event, SeatCount, TreeNodes, MAX_REDRAWS};
use frame_support::{assert_ok, traits::Hooks};
use opg_primitives::{
    mode::Mode,
    traits::{LeaseNeeds, Providers as _},
};

/// How often each of `people` is drawn in `rounds` draws with different seeds.
fn drawn(people: &[u8], rounds: u32) -> Vec<u32> {
    let mut counts = vec![0; people.len()];
    for round in 0..rounds {
        let mut seed = [0; 32];
        seed[..4].copy_from_slice(&round.to_le_bytes());
        let drawn = Providers::draw(&needs(), seed).unwrap();
        let place = people.iter().position(|n| named(*n) == drawn.provider).unwrap();
        counts[place] += 1;
    }
    counts
}

#[docify::export]
#[test]
fn who_registers_and_serves_is_drawn_from_the_next_epoch_on() {
    build_and_execute(|| {
        assert_ok!(Providers::register(signed(1), 5_000));
        assert_ok!(Providers::serve(signed(1), model(1), Mode::Plain, 50));
        assert_eq!(Providers::draw(&needs(), [7; 32]), None);

        next_epoch();
        let drawn = Providers::draw(&needs(), [7; 32]).unwrap();
        assert_eq!((drawn.provider, drawn.price, drawn.redraws), (named(1), 50, 0));
    });
}

#[test]
fn nobody_is_drawn_for_what_nobody_serves() {
    build_and_execute(|| {
        provider(1, 5_000);
        next_epoch();
        let other = LeaseNeeds { model: model(2), ..needs() };
        assert_eq!(Providers::draw(&other, [7; 32]), None);
        let other = LeaseNeeds { mode: Mode::ZkMl, ..needs() };
        assert_eq!(Providers::draw(&other, [7; 32]), None);
    });
}

#[test]
fn providers_are_drawn_as_often_as_their_bonds_are_large() {
    build_and_execute(|| {
        for (n, bond) in [(1, 1_000), (2, 3_000), (3, 6_000)] {
            provider(n, bond);
        }
        next_epoch();
        let counts = drawn(&[1, 2, 3], 10_000);
        // Expected 1,000, 3,000 and 6,000; five standard deviations are at most 250.
        for (count, expected) in counts.iter().zip([1_000i64, 3_000, 6_000]) {
            assert!((i64::from(*count) - expected).abs() < 250, "{counts:?}");
        }
    });
}

#[test]
fn no_change_of_an_epoch_changes_a_draw_of_it() {
    build_and_execute(|| {
        provider(1, 5_000);
        provider(2, 5_000);
        next_epoch();
        let before: Vec<_> = (0..50).map(|n| Providers::draw(&needs(), [n; 32])).collect();
        provider(3, 50_000);
        assert_ok!(Providers::bond_more(signed(1), 10_000));
        assert_ok!(Providers::unbond(signed(2), 1));
        run_to(19);
        let after: Vec<_> = (0..50).map(|n| Providers::draw(&needs(), [n; 32])).collect();
        assert_eq!(before, after);
        next_epoch();
        let next: Vec<_> = (0..50).map(|n| Providers::draw(&needs(), [n; 32])).collect();
        assert_ne!(before, next);
    });
}

#[test]
fn who_cannot_take_the_lease_is_passed_over_at_once() {
    build_and_execute(|| {
        provider(1, 5_000);
        provider(2, 5_000);
        next_epoch();
        assert_ok!(Providers::chill(signed(1)));
        let drawn: Vec<_> = (0..50).filter_map(|n| Providers::draw(&needs(), [n; 32])).collect();
        assert!(drawn.iter().all(|drawn| drawn.provider == named(2)));
        assert!(drawn.iter().any(|drawn| drawn.redraws > 0));
    });
}

#[test]
fn a_draw_is_repeated_so_often_and_then_nobody_is_drawn() {
    build_and_execute(|| {
        provider(1, ENDOWMENT / 2);
        provider(2, MIN_BOND);
        next_epoch();
        assert_ok!(Providers::chill(signed(1)));
        // The other one has one ticket of 501: with nine draws it is found in some seeds only.
        let drawn: Vec<_> = (0..=255u8).map(|n| Providers::draw(&needs(), [n; 32])).collect();
        assert!(drawn.iter().any(|drawn| drawn.is_none()));
        for found in drawn.into_iter().flatten() {
            assert_eq!(found.provider, named(2));
            assert!(found.redraws <= MAX_REDRAWS);
        }
    });
}

#[test]
fn too_expensive_or_out_of_capacity_is_passed_over() {
    build_and_execute(|| {
        provider(1, 5_000);
        provider(2, 5_000);
        provider(3, 5_000);
        next_epoch();
        assert_ok!(Providers::serve(signed(1), model(1), Mode::Plain, 101));
        assert_ok!(Providers::reserve(&named(2), 4_951));
        for n in 0..20 {
            if let Some(drawn) = Providers::draw(&needs(), [n; 32]) {
                assert_eq!(drawn.provider, named(3));
            }
        }
    });
}

#[test]
fn who_stops_serving_is_chilled_or_leaves_gives_up_its_seat() {
    build_and_execute(|| {
        let tree = (model(1), Mode::Plain);
        for n in 1..=4 {
            provider(n, 5_000);
        }
        next_epoch();
        assert_eq!(SeatCount::<Test>::get(tree), 4);
        assert_ok!(Providers::stop_serving(signed(1), model(1), Mode::Plain));
        assert_ok!(Providers::chill(signed(3)));
        assert_ok!(Providers::leave(signed(4)));
        next_epoch();
        assert_eq!(SeatCount::<Test>::get(tree), 1);
        assert_eq!(drawn(&[2], 10), [10]);
        assert_ok!(Providers::leave(signed(2)));
        next_epoch();
        assert_eq!(TreeNodes::<Test>::iter().count(), 0);
    });
}

#[test]
fn a_provider_that_changes_again_waits_for_the_epoch_after() {
    build_and_execute(|| {
        for n in 1..=6 {
            provider(n, 5_000);
        }
        // Two a block: after one block of the epoch, the fifth is not up to date yet.
        run_to(10);
        assert_ok!(Providers::bond_more(signed(5), 1));
        run_to(19);
        let seated = |n| crate::Seats::<Test>::contains_key(account(n));
        assert!(seated(4) && !seated(5) && seated(6));
        run_to(21);
        assert!(seated(5));
    });
}

#[test]
fn a_weight_that_comes_into_force_is_told_by_an_event() {
    build_and_execute(|| {
        provider(1, 5_000);
        run_to(10);
        System::assert_last_event(Event::WeightSet { provider: account(1), weight: 5_000 }.into());
    });
}

#[test]
fn a_hook_without_work_costs_a_look() {
    build_and_execute(|| {
        let idle = Providers::on_initialize(1);
        provider(1, 5_000);
        System::set_block_number(10);
        assert!(Providers::on_initialize(10).ref_time() > idle.ref_time());
    });
}

#[test]
fn a_ticket_is_below_the_total_and_depends_on_seed_and_repetition() {
    for total in [1, 2, 999, u128::MAX] {
        assert!(ticket([7; 32], 0, total).unwrap() < total);
    }
    assert_eq!(ticket([7; 32], 0, 0), None);
    assert_ne!(ticket([7; 32], 0, u128::MAX), ticket([7; 32], 1, u128::MAX));
    assert_ne!(ticket([7; 32], 0, u128::MAX), ticket([8; 32], 0, u128::MAX));
}
