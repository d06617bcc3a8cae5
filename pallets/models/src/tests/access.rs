//! Who may ask.

use crate::{mock::*, Access, Error, Event, MAX_ALLOWED};
use codec::{Decode, Encode};
use frame_support::{assert_noop, assert_ok};
use opg_primitives::{
    ids::{Account, ModelId},
    traits::Models as _,
};

fn may(model: &ModelId, n: u8) -> bool {
    Models::may_ask(model, &Account([n; 32]))
}

#[test]
fn an_open_model_is_asked_by_anybody() {
    build_and_execute(|| {
        let id = registered(7);
        assert!(may(&id, 1) && may(&id, 2) && may(&id, 200));
    });
}

#[test]
fn a_list_admits_whom_it_names_and_the_owner() {
    build_and_execute(|| {
        let id = registered(7);
        assert_ok!(Models::set_access(signed(1), id, list([2])));
        System::assert_last_event(Event::AccessSet { model: id, named: Some(1) }.into());
        assert!(may(&id, 1) && may(&id, 2));
        assert!(!may(&id, 3));
    });
}

#[test]
fn a_model_that_is_not_registered_is_asked_by_nobody() {
    build_and_execute(|| assert!(!may(&ModelId([1; 32]), 1)));
}

#[test]
fn a_longer_list_costs_more_and_an_open_model_gives_it_back() {
    build_and_execute(|| {
        let id = registered(7);
        let open = held(1);
        let long = list(0..MAX_ALLOWED as u8);
        assert_ok!(Models::set_access(signed(1), id, long.clone()));
        let more = long.encoded_size() - Access::Open.encoded_size();
        assert_eq!(held(1), open + more as u128 * 10);
        assert_ok!(Models::set_access(signed(1), id, Access::Open));
        System::assert_last_event(Event::AccessSet { model: id, named: None }.into());
        assert_eq!(held(1), open);
    });
}

#[test]
fn nobody_but_the_owner_says_who_may_ask() {
    build_and_execute(|| {
        let id = registered(7);
        assert_noop!(Models::set_access(signed(2), id, list([2])), Error::<Test>::NotOwner);
    });
}

#[test]
fn a_rule_of_an_unknown_model_is_refused() {
    build_and_execute(|| {
        let refused = Models::set_access(signed(1), ModelId([1; 32]), Access::Open);
        assert_noop!(refused, Error::<Test>::UnknownModel);
    });
}

#[test]
fn a_list_that_is_too_long_or_of_the_kept_index_does_not_decode() {
    let accounts: std::collections::BTreeSet<_> =
        (0..=MAX_ALLOWED as u8).map(|n| Account([n; 32])).collect();
    let long = [vec![2], accounts.encode()].concat();
    assert!(Access::decode(&mut &long[..]).is_err());
    assert!(Access::decode(&mut &[1u8, 0][..]).is_err());
    assert_eq!(Access::decode(&mut &[0u8][..]), Ok(Access::Open));
}
