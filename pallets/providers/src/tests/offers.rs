//! What is served, and for how much.

use crate::{mock::*, Error, Event, Offer, MAX_OFFERS};
use frame_support::{assert_noop, assert_ok};
use opg_primitives::{
    mode::Mode,
    traits::{Ineligible, Providers as _},
};

#[test]
fn a_price_is_that_of_one_model_in_one_mode_and_counts_at_once() {
    build_and_execute(|| {
        provider(1, 5_000);
        assert_ok!(Providers::serve(signed(1), model(1), Mode::ZkMl, 90));
        let offer = Offer { model: model(1), mode: Mode::ZkMl, price: 90 };
        System::assert_last_event(Event::Serving { provider: account(1), offer }.into());
        next_epoch();
        assert_eq!(Providers::quote(&named(1), &needs()), Ok(50));
        let mut zk = needs();
        zk.mode = Mode::ZkMl;
        assert_eq!(Providers::quote(&named(1), &zk), Ok(90));
        assert_ok!(Providers::serve(signed(1), model(1), Mode::ZkMl, 80));
        assert_eq!(Providers::quote(&named(1), &zk), Ok(80));
        assert_eq!(Providers::offers(account(1)).len(), 2);
    });
}

#[test]
fn what_does_not_exist_is_retired_or_has_not_this_mode_is_not_served() {
    build_and_execute(|| {
        provider(1, 5_000);
        for (n, mode) in [(60, Mode::Plain), (50, Mode::Plain), (1, Mode::Tee)] {
            assert_noop!(
                Providers::serve(signed(1), model(n), mode, 1),
                Error::<Test>::NotServable
            );
        }
    });
}

#[test]
fn who_is_no_provider_serves_nothing() {
    build_and_execute(|| {
        assert_noop!(
            Providers::serve(signed(1), model(1), Mode::Plain, 1),
            Error::<Test>::NotRegistered
        );
        assert_noop!(
            Providers::stop_serving(signed(1), model(1), Mode::Plain),
            Error::<Test>::NotServing
        );
    });
}

#[test]
fn one_offer_too_many_is_refused() {
    build_and_execute(|| {
        assert_ok!(Providers::register(signed(1), 5_000));
        for n in 1..=MAX_OFFERS as u8 {
            assert_ok!(Providers::serve(signed(1), model(n), Mode::Plain, 1));
        }
        assert_noop!(
            Providers::serve(signed(1), model(40), Mode::Plain, 1),
            Error::<Test>::TooManyOffers
        );
        // A new price is no new offer.
        assert_ok!(Providers::serve(signed(1), model(1), Mode::Plain, 2));
    });
}

#[test]
fn what_is_not_served_any_more_is_not_quoted_at_once() {
    build_and_execute(|| {
        provider(1, 5_000);
        next_epoch();
        assert_ok!(Providers::stop_serving(signed(1), model(1), Mode::Plain));
        System::assert_last_event(
            Event::StoppedServing { provider: account(1), model: model(1), mode: Mode::Plain }
                .into(),
        );
        assert_eq!(Providers::quote(&named(1), &needs()), Err(Ineligible::NotServing));
        assert_noop!(
            Providers::stop_serving(signed(1), model(1), Mode::Plain),
            Error::<Test>::NotServing
        );
    });
}

#[test]
fn readers_see_who_serves_a_model_with_price_weight_and_capacity() {
    build_and_execute(|| {
        provider(1, 5_000);
        provider(2, 3_000);
        next_epoch();
        assert_ok!(Providers::reserve(&named(2), 100));
        assert_ok!(Providers::chill(signed(1)));
        let quotes = Providers::quotes(model(1), Mode::Plain, 0);
        let seen: Vec<_> =
            quotes.iter().map(|q| (q.price, q.weight, q.capacity, q.eligible)).collect();
        assert_eq!(seen, [(50, 5_000, 5_000, false), (50, 3_000, 2_900, true)]);
        assert_eq!(Providers::quotes(model(1), Mode::Plain, 1).len(), 1);
        assert_eq!(Providers::quotes(model(1), Mode::Plain, u32::MAX).len(), 0);
    });
}
