//! Slashes: how much, once, and to whom.

use crate::{mock::*, Error, Event, Offences, Providers as Records};
use frame_support::{assert_noop, assert_ok};
use opg_primitives::{
    ids::OffenceId,
    traits::{Ineligible, Providers as _, SlashSplit, Slashed},
};

const OFFENCE: OffenceId = OffenceId([1; 32]);

fn split(to_harmed: u128, to_treasury: u128) -> SlashSplit {
    SlashSplit { harmed: named(5), to_harmed, to_treasury }
}

#[test]
fn a_slash_pays_the_harmed_and_the_treasury_and_burns_the_rest() {
    build_and_execute(|| {
        provider(1, 5_000);
        next_epoch();
        let issued = Balances::total_issuance();
        let slashed = Providers::slash(&named(1), OFFENCE, 1_000, split(300, 200));
        let expected = Slashed { taken: 1_000, to_harmed: 300, to_treasury: 200, burned: 500 };
        assert_eq!(slashed, expected);
        assert_eq!(held(1), 4_000);
        assert_eq!(Balances::free_balance(account(5)), ENDOWMENT + 300);
        assert_eq!(Balances::free_balance(account(TREASURY)), 200);
        assert_eq!(Balances::total_issuance(), issued - 500);
        System::assert_last_event(
            Event::Slashed {
                provider: account(1),
                offence: OFFENCE,
                taken: 1_000,
                to_harmed: 300,
                to_treasury: 200,
                burned: 500,
            }
            .into(),
        );
    });
}

#[test]
fn an_offence_is_slashed_once() {
    build_and_execute(|| {
        provider(1, 5_000);
        assert_eq!(Providers::slash(&named(1), OFFENCE, 100, split(0, 0)).taken, 100);
        assert_eq!(Providers::slash(&named(1), OFFENCE, 100, split(0, 0)), Slashed::default());
        assert_eq!(held(1), 4_900);
    });
}

#[test]
fn a_slash_takes_no_more_than_there_is_what_is_unbonding_included() {
    build_and_execute(|| {
        provider(1, 5_000);
        assert_ok!(Providers::unbond(signed(1), 3_000));
        let slashed = Providers::slash(&named(1), OFFENCE, u128::MAX, split(u128::MAX, 1));
        let expected = Slashed { taken: 5_000, to_harmed: 5_000, to_treasury: 0, burned: 0 };
        assert_eq!((slashed, held(1)), (expected, 0));
    });
}

#[test]
fn a_slash_takes_what_no_lease_reserves_first_and_then_what_is_unbonding() {
    build_and_execute(|| {
        provider(1, 5_000);
        next_epoch();
        assert_ok!(Providers::unbond(signed(1), 1_000));
        assert_ok!(Providers::reserve(&named(1), 3_000));
        Providers::slash(&named(1), OFFENCE, 1_400, split(0, 0));
        let record = Records::<Test>::get(account(1)).unwrap();
        assert_eq!((record.bond, record.unbonding[0].amount), (3_000, 600));
    });
}

#[test]
fn a_slash_of_what_its_lease_reserved_leaves_other_leases_covered() {
    build_and_execute(|| {
        provider(1, 5_000);
        next_epoch();
        assert_ok!(Providers::reserve(&named(1), 3_000));
        assert_ok!(Providers::reserve(&named(1), 2_000));
        Providers::release(&named(1), 3_000);
        Providers::slash(&named(1), OFFENCE, 3_000, split(0, 0));
        let record = Records::<Test>::get(account(1)).unwrap();
        assert_eq!((record.bond, record.reserved), (2_000, 2_000));
    });
}

#[test]
fn a_slash_beyond_what_is_free_leaves_no_capacity() {
    build_and_execute(|| {
        provider(1, 5_000);
        next_epoch();
        assert_ok!(Providers::reserve(&named(1), 3_000));
        assert_eq!(Providers::slash(&named(1), OFFENCE, 4_000, split(0, 0)).taken, 4_000);
        assert_eq!(Providers::reserve(&named(1), 1), Err(Ineligible::NoCapacity));
    });
}

#[test]
fn who_is_left_with_less_than_the_least_bond_is_chilled_until_it_bonds_more() {
    build_and_execute(|| {
        provider(1, 5_000);
        next_epoch();
        Providers::slash(&named(1), OFFENCE, 4_500, split(0, 0));
        System::assert_last_event(Event::Chilled { provider: account(1) }.into());
        assert_noop!(Providers::unchill(signed(1)), Error::<Test>::BelowMinBond);
        assert_ok!(Providers::bond_more(signed(1), 500));
        assert_ok!(Providers::unchill(signed(1)));
    });
}

#[test]
fn a_part_too_small_for_a_missing_account_burns() {
    build_and_execute(|| {
        provider(1, 5_000);
        let issued = Balances::total_issuance();
        let dust = SlashSplit { harmed: named(99), to_harmed: ED - 1, to_treasury: ED - 1 };
        let slashed = Providers::slash(&named(1), OFFENCE, 100, dust);
        assert_eq!(slashed, Slashed { taken: 100, to_harmed: 0, to_treasury: 0, burned: 100 });
        assert_eq!(Balances::total_issuance(), issued - 100);
        assert!(!System::account_exists(&account(99)));
    });
}

#[test]
fn a_missing_account_is_paid_what_makes_it_exist() {
    build_and_execute(|| {
        provider(1, 5_000);
        let split = SlashSplit { harmed: named(99), to_harmed: ED, to_treasury: 0 };
        assert_eq!(Providers::slash(&named(1), OFFENCE, 100, split).to_harmed, ED);
        assert_eq!(Balances::free_balance(account(99)), ED);
    });
}

#[test]
fn who_is_no_provider_is_not_slashed_and_no_offence_is_noted() {
    build_and_execute(|| {
        assert_eq!(Providers::slash(&named(1), OFFENCE, 1, split(1, 0)), Slashed::default());
        assert!(!Offences::<Test>::contains_key(OFFENCE));
    });
}

#[test]
fn who_left_is_slashed_while_its_bond_waits_and_withdraws_the_rest() {
    build_and_execute(|| {
        provider(1, 5_000);
        assert_ok!(Providers::leave(signed(1)));
        assert_eq!(Providers::slash(&named(1), OFFENCE, 2_000, split(0, 0)).taken, 2_000);
        run_to(1 + UNBONDING);
        assert_ok!(Providers::withdraw(signed(1)));
        assert_eq!(Balances::free_balance(account(1)), ENDOWMENT - 2_000);
        assert_eq!(Records::<Test>::get(account(1)), None);
    });
}

#[test]
fn who_lost_all_that_waited_is_forgotten_without_money() {
    build_and_execute(|| {
        provider(1, 5_000);
        assert_ok!(Providers::leave(signed(1)));
        Providers::slash(&named(1), OFFENCE, 5_000, split(0, 0));
        assert_ok!(Providers::withdraw(signed(1)));
        assert_eq!(Records::<Test>::get(account(1)), None);
    });
}

#[test]
fn an_offence_is_forgotten_once_nothing_of_then_is_at_stake() {
    build_and_execute(|| {
        provider(1, 50_000);
        for n in 0..20 {
            Providers::slash(&named(1), OffenceId([n; 32]), 1, split(0, 0));
        }
        run_to(1 + UNBONDING);
        assert_eq!(Offences::<Test>::iter().count(), 20);
        // A few a block.
        run_to(2 + UNBONDING);
        assert_eq!(Offences::<Test>::iter().count(), 12);
        run_to(4 + UNBONDING);
        assert_eq!(Offences::<Test>::iter().count(), 0);
    });
}
