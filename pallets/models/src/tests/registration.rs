//! What can be registered.

use crate::{mock::*, Access, Error, Event};
use codec::Encode;
use frame_support::{assert_noop, assert_ok};
use opg_primitives::{
    artefact::Artefact,
    ids::Account,
    mode::{Mode, ModeSet},
    model::{ExecutionProfile, ModelStatus, ModelVersion},
    price::MILLION,
    traits::Models as _,
};
use sp_runtime::TokenError;

#[test]
fn a_model_is_registered_under_the_hash_of_what_it_is_made_of() {
    build_and_execute(|| {
        let id = registered(7);
        let given = Registration::number(7);
        let expected = ModelVersion {
            owner: Account([1; 32]),
            artefact: given.artefact,
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
fn the_same_model_is_not_registered_twice() {
    build_and_execute(|| {
        registered(7);
        assert_noop!(Registration::number(7).by(2), Error::<Test>::AlreadyRegistered);
    });
}

#[test]
fn an_interface_that_no_circuit_can_have_is_refused() {
    build_and_execute(|| {
        let mut interface = interface();
        interface.input.bits = 9;
        let artefact = Artefact::Circuit { ingredients: ingredients(1), interface };
        let model = Registration { artefact, ..Registration::number(1) };
        assert_noop!(model.by(1), Error::<Test>::BadInterface);
    });
}

/// An open text model that can be asked `Plain` and `Tee`.
fn text_model() -> Registration {
    let modes = ModeSet::of(&[Mode::Plain, Mode::Tee]);
    Registration { artefact: Artefact::Text(text()), modes, ..Registration::number(1) }
}

#[test]
fn a_text_model_is_registered_under_the_hash_of_all_of_it() {
    build_and_execute(|| {
        assert_ok!(text_model().by(1));
        let stored = Models::version(&text().model_id()).unwrap();
        assert_eq!(stored.artefact, Artefact::Text(text()));
        assert_noop!(text_model().by(2), Error::<Test>::AlreadyRegistered);
    });
}

#[test]
fn a_text_model_is_never_asked_for_a_proof_and_takes_no_key() {
    build_and_execute(|| {
        let modes = ModeSet::of(&[Mode::Tee, Mode::ZkMl]);
        let proven = Registration { modes, ..text_model() };
        assert_noop!(proven.by(1), Error::<Test>::NotProvable);
        assert_ok!(text_model().by(1));
        assert_noop!(add_key(text().model_id(), sole(1)), Error::<Test>::NotProvable);
    });
}

#[test]
fn a_text_model_without_a_name_or_with_a_bound_that_no_block_holds_is_refused() {
    build_and_execute(|| {
        let mut nameless = text();
        nameless.name = Default::default();
        let mut boundless = text();
        boundless.interface.max_output = 4097;
        for model in [nameless, boundless] {
            let model = Registration { artefact: Artefact::Text(model), ..text_model() };
            assert_noop!(model.by(1), Error::<Test>::BadInterface);
        }
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
