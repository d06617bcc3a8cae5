//! The end of a model.

use crate::{mock::*, Access, Error, Event, KeyRange, KeyRanges};
use frame_support::{assert_noop, assert_ok};
use opg_primitives::{
    ids::{Account, ModelId},
    model::ModelStatus,
    traits::Models as _,
};

#[test]
fn a_retired_model_stays_readable_with_its_keys() {
    build_and_execute(|| {
        let id = registered(7);
        assert_ok!(add_key(id, sole(1)));
        assert_ok!(Models::retire(signed(1), id));
        System::assert_last_event(Event::Retired { model: id }.into());
        assert_eq!(Models::version(&id).unwrap().status, ModelStatus::Retired);
        assert!(Models::verifying_key(&id, 0).is_some());
    });
}

#[test]
fn governance_retires_a_model_of_another() {
    build_and_execute(|| {
        let id = registered(7);
        assert_ok!(Models::retire(RuntimeOrigin::root(), id));
        assert_eq!(Models::version(&id).unwrap().status, ModelStatus::Retired);
    });
}

#[test]
fn nobody_else_retires_a_model() {
    build_and_execute(|| {
        let id = registered(7);
        assert_noop!(Models::retire(signed(2), id), Error::<Test>::NotOwner);
    });
}

#[test]
fn a_model_retires_once() {
    build_and_execute(|| {
        let id = registered(7);
        assert_ok!(Models::retire(signed(1), id));
        assert_noop!(Models::retire(signed(1), id), Error::<Test>::AlreadyRetired);
    });
}

#[test]
fn an_unknown_model_is_neither_retired_nor_removed() {
    build_and_execute(|| {
        let id = ModelId([1; 32]);
        assert_noop!(Models::retire(signed(1), id), Error::<Test>::UnknownModel);
        assert_noop!(Models::retire(RuntimeOrigin::root(), id), Error::<Test>::UnknownModel);
        assert_noop!(Models::remove(signed(1), id), Error::<Test>::UnknownModel);
    });
}

#[test]
fn a_model_is_removed_once_no_request_can_need_it_and_the_deposit_comes_back() {
    build_and_execute(|| {
        let id = registered(7);
        assert_ok!(add_key(id, ceremony(&[1, 2])));
        assert_noop!(Models::remove(signed(1), id), Error::<Test>::NotRemovable);
        System::set_block_number(10);
        assert_ok!(Models::retire(signed(1), id));
        System::set_block_number(10 + REMOVAL_DELAY - 1);
        assert_noop!(Models::remove(signed(1), id), Error::<Test>::NotRemovable);
        System::set_block_number(10 + REMOVAL_DELAY);
        assert_noop!(Models::remove(signed(2), id), Error::<Test>::NotOwner);
        assert_ok!(Models::remove(signed(1), id));
        System::assert_last_event(Event::Removed { model: id }.into());
        assert_eq!(Models::version(&id), None);
        assert_eq!(Models::verifying_key(&id, 0), None);
        assert_eq!(Models::latest_key(&id), None);
        assert_eq!(Models::access(id), None);
        assert_eq!((held(1), Balances::free_balance(account(1))), (0, ENDOWMENT));
    });
}

#[test]
fn the_versions_of_a_removed_models_keys_are_not_used_again() {
    build_and_execute(|| {
        let id = registered(7);
        assert_ok!(add_key(id, sole(1)));
        assert_ok!(add_key(id, sole(1)));
        assert_ok!(Models::retire(signed(1), id));
        System::set_block_number(1 + REMOVAL_DELAY);
        assert_ok!(Models::remove(signed(1), id));
        assert_eq!(KeyRanges::<Test>::get(id), KeyRange { first: 2, next: 2 });

        assert_ok!(Registration::number(7).by(2));
        assert_eq!(Models::version(&id).unwrap().owner, Account([2; 32]));
        assert_eq!(Models::access(id), Some(Access::Open));
        let system = opg_primitives::evidence::ProofSystem::Groth16Bls12381;
        assert_ok!(Models::add_key(signed(2), id, system, key(50), sole(2)));
        assert_eq!(Models::latest_key(&id), Some(2));
        assert_eq!(Models::verifying_key(&id, 1), None);
    });
}
