//! What can be registered.

use crate::{mock::*, Access, Error, Event};
use codec::Encode;
use frame_support::{assert_noop, assert_ok};
use opg_primitives::{
    ids::Account,
    mode::ModeSet,
    model::{ExecutionProfile, ModelStatus, ModelVersion},
    price::MILLION,
    traits::Models as _,
};
use sp_runtime::TokenError;

#[test]
fn a_model_is_registered_under_the_hash_of_its_ingredients() {
    build_and_execute(|| {
        let id = registered(7);
        let given = Registration::number(7);
        let expected = ModelVersion {
            owner: Account([1; 32]),
            ingredients: given.ingredients,
            interface: given.interface,
            profile: ExecutionProfile::IntExact,
            class: given.class,
            modes: given.modes,
            royalty: 50_000,
            status: ModelStatus::Active,
            registered: 1,
        };
        assert_eq!(Models::version(&id), Some(expected));
        assert_eq!(Models::latest_key(&id), None);
        System::assert_last_event(
            Event::Registered { model: id, owner: account(1), class: class_of("general") }.into(),
        );
    });
}

#[test]
fn the_deposit_is_for_the_bytes_of_version_and_access_rule() {
    build_and_execute(|| {
        let id = registered(7);
        let version = Models::version(&id).unwrap();
        let bytes = version.encoded_size() + Access::Open.encoded_size();
        assert_eq!(held(1), bytes as u128 * 10);
    });
}

#[test]
fn the_same_ingredients_are_not_registered_twice() {
    build_and_execute(|| {
        registered(7);
        assert_noop!(Registration::number(7).by(2), Error::<Test>::AlreadyRegistered);
    });
}

#[test]
fn an_interface_that_no_circuit_can_have_is_refused() {
    build_and_execute(|| {
        let mut model = Registration::number(1);
        model.interface.input.bits = 9;
        assert_noop!(model.by(1), Error::<Test>::BadInterface);
    });
}

#[test]
fn a_model_that_can_be_asked_in_no_mode_is_refused() {
    build_and_execute(|| {
        let model = Registration { modes: ModeSet::default(), ..Registration::number(1) };
        assert_noop!(model.by(1), Error::<Test>::NoModes);
    });
}

#[test]
fn a_royalty_is_at_most_the_whole_price() {
    build_and_execute(|| {
        let over = Registration { royalty: MILLION + 1, ..Registration::number(1) };
        assert_noop!(over.by(1), Error::<Test>::RoyaltyTooHigh);
        let whole = Registration { royalty: MILLION, ..Registration::number(1) };
        assert_ok!(whole.by(1));
    });
}

#[test]
fn a_class_that_does_not_exist_is_refused() {
    build_and_execute(|| {
        let model = Registration { class: class_of("unknown"), ..Registration::number(1) };
        assert_noop!(model.by(1), Error::<Test>::UnknownClass);
    });
}

#[test]
fn who_cannot_pay_the_deposit_registers_nothing() {
    build_and_execute(|| {
        assert_noop!(Registration::number(1).by(9), TokenError::FundsUnavailable);
    });
}
