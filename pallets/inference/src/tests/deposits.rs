//! Accounts at and below the existential deposit: nothing locks, nothing panics.

use crate::mock::*;
use frame_support::{
    assert_noop, assert_ok,
    traits::{
        fungible::{Inspect, InspectHold, Mutate},
        tokens::Preservation,
    },
};
use opg_primitives::{ids::Account, receipt::Payment, Balance};

/// Takes all that an account has.
fn reap(who: &Account) {
    assert_ok!(Balances::transfer(
        &account(who),
        &account(&SECOND),
        Balances::balance(&account(who)),
        Preservation::Expendable,
    ));
    assert!(!System::account_exists(&account(who)));
}

/// Settles a request of `price`, asked by `who`; what moved.
fn settle(price: Balance) -> Payment {
    change(|world| world.providers.get_mut(&PROVIDER).unwrap().price = price);
    let id = Asking { max_price: price.max(1_000), ..Asking::named() }.id();
    acknowledged(id);
    settled(id);
    last_receipt().payment
}

#[test]
fn a_provider_without_account_is_paid_what_makes_one() {
    run(|| {
        reap(&PROVIDER);
        assert_eq!(settle(PRICE).provider, 8_000);
        assert_eq!(Balances::balance(&account(&PROVIDER)), 8_000);
    });
}

#[test]
fn what_would_be_dust_goes_to_the_treasury() {
    run(|| {
        reap(&PROVIDER);
        reap(&OWNER);
        // Eight tenths of 120 are below the deposit of 100.
        let payment = settle(120);
        assert_eq!(
            payment,
            Payment {
                held: 1_000,
                provider: 0,
                owner: 0,
                burned: 6,
                treasury: 114,
                released: 880,
                fee_burned: MIN_BURN,
                ..Payment::default()
            }
        );
        assert!(!System::account_exists(&account(&PROVIDER)));
        assert_eq!(Balances::total_balance_on_hold(&account(&REQUESTER)), 0);
    });
}

#[test]
fn only_the_part_that_is_dust_goes_to_the_treasury() {
    run(|| {
        reap(&OWNER);
        let payment = settle(500);
        assert_eq!((payment.provider, payment.owner), (400, 0));
        assert_eq!(payment.treasury, 25 + 50);
    });
}

#[test]
fn what_the_treasury_cannot_take_burns() {
    run(|| {
        reap(&TREASURY);
        reap(&OWNER);
        let issuance = Balances::total_issuance();
        let payment = settle(500);
        assert_eq!((payment.owner, payment.treasury), (0, 0));
        assert_eq!(payment.burned, 25 + 25 + 50);
        assert_eq!(Balances::total_issuance(), issuance - 100 - MIN_BURN);
    });
}

#[test]
fn a_requester_that_has_nothing_left_but_its_hold_is_served() {
    run(|| {
        let id = Asking::named().id();
        let all = Balances::reducible_balance(
            &account(&REQUESTER),
            Preservation::Preserve,
            frame_support::traits::tokens::Fortitude::Polite,
        );
        assert_ok!(Balances::transfer(
            &account(&REQUESTER),
            &account(&SECOND),
            all,
            Preservation::Preserve
        ));
        acknowledged(id);
        settled(id);
        assert_eq!(last_receipt().payment.released, MAX_PRICE - PRICE);
    });
}

#[test]
fn a_provider_that_is_gone_in_mid_job_locks_nothing() {
    run(|| {
        let id = Asking::named().id();
        acknowledged(id);
        change(|world| {
            world.providers.remove(&PROVIDER);
        });
        go_to(22);
        assert!(crate::Requests::<Test>::get(id).is_none());
        assert_eq!(Balances::total_balance_on_hold(&account(&REQUESTER)), 0);
        assert_eq!(last_receipt().payment.slashed, 0);
        add_provider(PROVIDER, PRICE);
    });
}

#[test]
fn the_prepayment_never_reaps_the_requester() {
    run(|| {
        let poor = Account([0xcc; 32]);
        let fee = Inference::prepayment(opg_primitives::mode::Mode::Plain, 1) + MIN_BURN;
        assert_ok!(Balances::mint_into(&account(&poor), fee + DEPOSIT - 1));
        let asking = Asking { who: poor, max_price: PRICE, ..Asking::named() };
        assert_noop!(asking.clone().ask(), crate::Error::<Test>::CannotPayFee);
        assert_ok!(Balances::mint_into(&account(&poor), PRICE + 1));
        assert_ok!(asking.ask());
        assert_eq!(Balances::balance(&account(&poor)), DEPOSIT);
    });
}

#[test]
fn a_price_of_nothing_settles() {
    run(|| {
        let payment = settle(0);
        assert_eq!(
            payment,
            Payment { held: 1_000, released: 1_000, fee_burned: MIN_BURN, ..Payment::default() }
        );
    });
}

#[test]
fn the_largest_price_settles() {
    run(|| {
        let price = u128::MAX / 4;
        change(|world| {
            let provider = world.providers.get_mut(&PROVIDER).unwrap();
            provider.bond = u128::MAX / 2;
        });
        assert_ok!(Balances::mint_into(&account(&REQUESTER), price + FUNDS));
        let payment = settle(price);
        assert_eq!(payment.held, price);
        assert_eq!(payment.provider + payment.owner + payment.treasury + payment.burned, price);
    });
}
