//! Bonds, and how they are taken back.

use crate::{mock::*, Error, Event, Providers as Records, Unbonding, MAX_UNBONDING};
use frame_support::{assert_noop, assert_ok};
use opg_primitives::{mode::Mode, traits::Providers as _};
use sp_runtime::TokenError;

fn record(n: u8) -> crate::Provider {
    Records::<Test>::get(account(n)).unwrap()
}

#[test]
fn a_bond_is_a_hold_of_the_providers_own_account() {
    build_and_execute(|| {
        assert_ok!(Providers::register(signed(1), 5_000));
        assert_eq!((held(1), record(1).bond, record(1).eligible_from), (5_000, 5_000, 1));
        assert_eq!(Balances::free_balance(account(1)), ENDOWMENT - 5_000);
        System::assert_last_event(Event::Registered { provider: account(1), bond: 5_000 }.into());
    });
}

#[test]
fn a_provider_registers_once() {
    build_and_execute(|| {
        provider(1, 5_000);
        assert_noop!(Providers::register(signed(1), 5_000), Error::<Test>::AlreadyRegistered);
    });
}

#[test]
fn a_provider_of_genesis_takes_leases_from_the_first_block_on() {
    with_providers(vec![(account(1), 5_000)]).execute_with(|| {
        assert_ok!(Providers::serve(signed(1), model(1), Mode::Plain, 50));
        assert_eq!(Providers::quote(&named(1), &needs()), Ok(50));
        assert_eq!(held(1), 5_000);
        Providers::do_try_state().unwrap();
    });
}

#[test]
#[should_panic(expected = "a provider of genesis is refused: Err")]
fn a_genesis_with_a_bond_that_nobody_could_register_makes_no_chain() {
    with_providers(vec![(account(1), MIN_BOND - 1)]);
}

#[test]
fn a_bond_below_the_least_is_refused() {
    build_and_execute(|| {
        assert_noop!(Providers::register(signed(1), MIN_BOND - 1), Error::<Test>::BelowMinBond);
        assert_ok!(Providers::register(signed(1), MIN_BOND));
    });
}

#[test]
fn a_bond_leaves_the_existential_deposit() {
    build_and_execute(|| {
        let all = ENDOWMENT - ED;
        assert_noop!(Providers::register(signed(1), all + 1), TokenError::FundsUnavailable);
        assert_ok!(Providers::register(signed(1), all));
        assert_eq!(Balances::free_balance(account(1)), ED);
    });
}

#[test]
fn a_bond_grows() {
    build_and_execute(|| {
        provider(1, 5_000);
        assert_ok!(Providers::bond_more(signed(1), 700));
        assert_eq!((held(1), record(1).bond), (5_700, 5_700));
        System::assert_last_event(Event::BondedMore { provider: account(1), amount: 700 }.into());
    });
}

#[test]
fn nothing_is_neither_bonded_nor_unbonded() {
    build_and_execute(|| {
        provider(1, 5_000);
        assert_noop!(Providers::bond_more(signed(1), 0), Error::<Test>::ZeroAmount);
        assert_noop!(Providers::unbond(signed(1), 0), Error::<Test>::ZeroAmount);
    });
}

#[test]
fn who_is_no_provider_has_no_bond_to_move() {
    build_and_execute(|| {
        assert_noop!(Providers::bond_more(signed(1), 1), Error::<Test>::NotRegistered);
        assert_noop!(Providers::unbond(signed(1), 1), Error::<Test>::NotRegistered);
        assert_noop!(Providers::withdraw(signed(1)), Error::<Test>::NotRegistered);
        assert_noop!(Providers::leave(signed(1)), Error::<Test>::NotRegistered);
    });
}

#[test]
fn what_is_unbonding_carries_no_lease_at_once_and_is_free_after_the_period() {
    build_and_execute(|| {
        provider(1, 5_000);
        next_epoch();
        let at = System::block_number() + UNBONDING;
        assert_ok!(Providers::unbond(signed(1), 4_000));
        System::assert_last_event(
            Event::Unbonded { provider: account(1), amount: 4_000, at }.into(),
        );
        assert!(Providers::reserve(&named(1), 1_001).is_err());
        assert_eq!(held(1), 5_000);

        run_to(at - 1);
        assert_noop!(Providers::withdraw(signed(1)), Error::<Test>::NothingToWithdraw);
        run_to(at);
        assert_ok!(Providers::withdraw(signed(1)));
        System::assert_last_event(Event::Withdrawn { provider: account(1), amount: 4_000 }.into());
        assert_eq!((held(1), record(1).bond), (1_000, 1_000));
    });
}

#[test]
fn the_least_bond_stays_unless_the_provider_leaves() {
    build_and_execute(|| {
        provider(1, 5_000);
        for amount in [4_001, 5_000, 5_001, u128::MAX] {
            assert_noop!(Providers::unbond(signed(1), amount), Error::<Test>::BelowMinBond);
        }
    });
}

#[test]
fn what_a_lease_reserves_is_not_unbonded() {
    build_and_execute(|| {
        provider(1, 5_000);
        next_epoch();
        assert_ok!(Providers::reserve(&named(1), 3_000));
        assert_noop!(Providers::unbond(signed(1), 2_001), Error::<Test>::BondReserved);
        assert_ok!(Providers::unbond(signed(1), 2_000));
        assert_noop!(Providers::leave(signed(1)), Error::<Test>::BondReserved);
        Providers::release(&named(1), 3_000);
        assert_ok!(Providers::leave(signed(1)));
    });
}

#[test]
fn with_a_factor_of_three_a_third_of_what_is_reserved_stays_bonded_rounded_up() {
    build_and_execute(|| {
        Factor::set(3);
        provider(1, 5_000);
        next_epoch();
        assert_ok!(Providers::reserve(&named(1), 10_001));
        assert_noop!(Providers::unbond(signed(1), 1_667), Error::<Test>::BondReserved);
        assert_ok!(Providers::unbond(signed(1), 1_666));
    });
}

#[test]
fn parts_of_one_block_are_one_and_only_so_many_wait() {
    build_and_execute(|| {
        provider(1, 5_000);
        for n in 0..MAX_UNBONDING {
            run_to(2 + n);
            assert_ok!(Providers::unbond(signed(1), 1));
            assert_ok!(Providers::unbond(signed(1), 2));
        }
        let oldest = Unbonding { amount: 3, at: 2 + UNBONDING };
        assert_eq!(record(1).unbonding[0], oldest);
        run_to(50);
        assert_noop!(Providers::unbond(signed(1), 1), Error::<Test>::TooManyUnbonding);
        assert_noop!(Providers::leave(signed(1)), Error::<Test>::TooManyUnbonding);
        run_to(2 + UNBONDING);
        assert_ok!(Providers::withdraw(signed(1)));
        assert_ok!(Providers::leave(signed(1)));
    });
}

#[test]
fn who_leaves_gets_its_whole_bond_and_is_forgotten() {
    build_and_execute(|| {
        provider(1, 5_000);
        next_epoch();
        assert_ok!(Providers::leave(signed(1)));
        System::assert_last_event(Event::Left { provider: account(1) }.into());
        assert_eq!(held(1), 5_000);
        run_to(System::block_number() + UNBONDING);
        assert_ok!(Providers::withdraw(signed(1)));
        System::assert_last_event(Event::Removed { provider: account(1) }.into());
        assert_eq!(Records::<Test>::get(account(1)), None);
        assert_eq!((held(1), Balances::free_balance(account(1))), (0, ENDOWMENT));
        assert_ok!(Providers::register(signed(1), MIN_BOND));
    });
}

#[test]
fn who_left_does_nothing_but_withdraw() {
    build_and_execute(|| {
        provider(1, 5_000);
        assert_ok!(Providers::leave(signed(1)));
        let (key, signature) = worker_key(1, 1);
        let leaving = || Error::<Test>::Leaving;
        assert_noop!(Providers::bond_more(signed(1), 1), leaving());
        assert_noop!(Providers::unbond(signed(1), 1), leaving());
        assert_noop!(Providers::leave(signed(1)), leaving());
        assert_noop!(Providers::chill(signed(1)), leaving());
        assert_noop!(Providers::unchill(signed(1)), leaving());
        assert_noop!(Providers::add_worker_key(signed(1), key, signature), leaving());
        assert_noop!(Providers::add_dispatcher_key(signed(1), Default::default()), leaving());
        assert_noop!(Providers::serve(signed(1), model(1), Mode::Plain, 1), leaving());
        assert_noop!(Providers::register(signed(1), MIN_BOND), Error::<Test>::AlreadyRegistered);
    });
}
