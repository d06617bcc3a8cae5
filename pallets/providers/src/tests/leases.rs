//! Who can take a lease, and what it reserves.

use crate::{mock::*, Error, Event, Providers as Records};
use frame_support::{assert_noop, assert_ok};
use opg_primitives::traits::{Ineligible, LeaseNeeds, Providers as _};

fn reserved(n: u8) -> u128 {
    Records::<Test>::get(account(n)).unwrap().reserved
}

#[test]
fn who_bonded_in_this_epoch_takes_no_lease_in_it() {
    build_and_execute(|| {
        provider(1, 5_000);
        assert_eq!(Providers::quote(&named(1), &needs()), Err(Ineligible::NotYet));
        assert_eq!(Providers::reserve(&named(1), 1), Err(Ineligible::NotYet));
        next_epoch();
        assert_eq!(Providers::quote(&named(1), &needs()), Ok(50));
    });
}

#[test]
fn who_is_not_registered_or_left_takes_no_lease() {
    build_and_execute(|| {
        assert_eq!(Providers::quote(&named(1), &needs()), Err(Ineligible::NotRegistered));
        assert_eq!(Providers::reserve(&named(1), 1), Err(Ineligible::NotRegistered));
        provider(1, 5_000);
        next_epoch();
        assert_ok!(Providers::leave(signed(1)));
        assert_eq!(Providers::quote(&named(1), &needs()), Err(Ineligible::NotRegistered));
        assert_eq!(Providers::reserve(&named(1), 0), Err(Ineligible::NotRegistered));
    });
}

#[test]
fn a_price_above_what_is_held_is_too_expensive() {
    build_and_execute(|| {
        provider(1, 5_000);
        next_epoch();
        let quote = |max_price| Providers::quote(&named(1), &LeaseNeeds { max_price, ..needs() });
        assert_eq!(quote(49), Err(Ineligible::TooExpensive));
        assert_eq!(quote(50), Ok(50));
    });
}

#[test]
fn price_and_compensation_cap_have_to_fit_what_is_left_of_the_bond() {
    build_and_execute(|| {
        provider(1, 5_000);
        next_epoch();
        assert_ok!(Providers::reserve(&named(1), 1_000));
        let quote = |compensation_cap| {
            Providers::quote(&named(1), &LeaseNeeds { compensation_cap, ..needs() })
        };
        assert_eq!(quote(3_950), Ok(50));
        assert_eq!(quote(3_951), Err(Ineligible::NoCapacity));
        assert_eq!(quote(u128::MAX), Err(Ineligible::NoCapacity));
    });
}

#[test]
fn one_bond_is_not_leased_twice_over() {
    build_and_execute(|| {
        provider(1, 5_000);
        next_epoch();
        assert_ok!(Providers::reserve(&named(1), 3_000));
        assert_eq!(Providers::reserve(&named(1), 2_001), Err(Ineligible::NoCapacity));
        assert_ok!(Providers::reserve(&named(1), 2_000));
        assert_eq!(Providers::reserve(&named(1), u128::MAX), Err(Ineligible::NoCapacity));
        assert_eq!(reserved(1), 5_000);
    });
}

#[test]
fn a_release_gives_back_no_more_than_is_reserved() {
    build_and_execute(|| {
        provider(1, 5_000);
        next_epoch();
        assert_ok!(Providers::reserve(&named(1), 3_000));
        Providers::release(&named(1), 1_000);
        assert_eq!(reserved(1), 2_000);
        Providers::release(&named(1), u128::MAX);
        assert_eq!(reserved(1), 0);
        Providers::release(&named(9), 1);
        assert_eq!(Records::<Test>::get(account(9)), None);
    });
}

#[test]
fn more_bond_carries_more_leases_at_once() {
    build_and_execute(|| {
        provider(1, 5_000);
        next_epoch();
        assert_ok!(Providers::reserve(&named(1), 5_000));
        assert_ok!(Providers::bond_more(signed(1), 10));
        assert_ok!(Providers::reserve(&named(1), 10));
    });
}

#[test]
fn silence_again_and_again_chills_and_an_acknowledgement_ends_the_run() {
    build_and_execute(|| {
        provider(1, 5_000);
        next_epoch();
        for _ in 1..SILENCES {
            Providers::note_silence(&named(1));
        }
        Providers::note_acknowledged(&named(1));
        for _ in 1..SILENCES {
            Providers::note_silence(&named(1));
        }
        assert_eq!(Providers::quote(&named(1), &needs()), Ok(50));
        Providers::note_silence(&named(1));
        System::assert_last_event(Event::Chilled { provider: account(1) }.into());
        assert_eq!(Providers::quote(&named(1), &needs()), Err(Ineligible::NotYet));
    });
}

#[test]
fn silence_of_nobody_is_nothing() {
    build_and_execute(|| {
        Providers::note_silence(&named(1));
        Providers::note_acknowledged(&named(1));
        assert_eq!(Records::<Test>::iter().count(), 0);
    });
}

#[test]
fn who_says_that_it_is_back_takes_leases_from_the_next_epoch_on() {
    build_and_execute(|| {
        provider(1, 5_000);
        next_epoch();
        assert_noop!(Providers::unchill(signed(1)), Error::<Test>::NotChilled);
        assert_ok!(Providers::chill(signed(1)));
        assert_noop!(Providers::chill(signed(1)), Error::<Test>::AlreadyChilled);
        assert_ok!(Providers::unchill(signed(1)));
        let eligible_from = u64::from(System::block_number() / 10) + 1;
        System::assert_last_event(Event::Unchilled { provider: account(1), eligible_from }.into());
        assert_eq!(Providers::quote(&named(1), &needs()), Err(Ineligible::NotYet));
        next_epoch();
        assert_eq!(Providers::quote(&named(1), &needs()), Ok(50));
    });
}
