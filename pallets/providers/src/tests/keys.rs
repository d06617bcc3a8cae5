//! Dispatcher and worker keys.

use crate::{mock::*, Error, Event, MAX_DISPATCHER_KEYS, MAX_WORKER_KEYS};
use frame_support::{assert_noop, assert_ok};
use opg_primitives::{
    ids::{DispatcherKey, Signature, WorkerKey},
    traits::Providers as _,
};

#[test]
fn a_dispatcher_key_acts_for_its_provider_until_it_is_removed() {
    build_and_execute(|| {
        provider(1, 5_000);
        let key = DispatcherKey([7; 32]);
        assert_ok!(Providers::add_dispatcher_key(signed(1), key));
        System::assert_last_event(Event::DispatcherKeyAdded { provider: account(1), key }.into());
        assert!(Providers::is_dispatcher(&named(1), &key));
        assert!(!Providers::is_dispatcher(&named(2), &key));
        assert_noop!(Providers::add_dispatcher_key(signed(1), key), Error::<Test>::KeyTaken);
        assert_ok!(Providers::remove_dispatcher_key(signed(1), key));
        System::assert_last_event(Event::DispatcherKeyRemoved { provider: account(1), key }.into());
        assert!(!Providers::is_dispatcher(&named(1), &key));
    });
}

#[test]
fn one_dispatcher_key_too_many_is_refused() {
    build_and_execute(|| {
        provider(1, 5_000);
        let key = |n: u32| DispatcherKey([n as u8; 32]);
        for n in 0..MAX_DISPATCHER_KEYS {
            assert_ok!(Providers::add_dispatcher_key(signed(1), key(n)));
        }
        assert_noop!(Providers::add_dispatcher_key(signed(1), key(99)), Error::<Test>::TooManyKeys);
    });
}

#[test]
fn a_worker_key_that_signs_for_its_provider_is_registered() {
    build_and_execute(|| {
        provider(1, 5_000);
        let (key, signature) = worker_key(7, 1);
        assert_ok!(Providers::add_worker_key(signed(1), key, signature));
        System::assert_last_event(Event::WorkerKeyAdded { provider: account(1), key }.into());
        assert!(Providers::is_worker(&named(1), &key));
        assert!(!Providers::is_worker(&named(2), &key));
        assert_ok!(Providers::remove_worker_key(signed(1), key));
        System::assert_last_event(Event::WorkerKeyRemoved { provider: account(1), key }.into());
        assert!(!Providers::is_worker(&named(1), &key));
    });
}

#[test]
fn a_worker_key_of_another_is_not_registered() {
    build_and_execute(|| {
        provider(1, 5_000);
        provider(2, 5_000);
        let (key, for_one) = worker_key(7, 1);
        let refused = || Error::<Test>::BadKeySignature;
        assert_noop!(Providers::add_worker_key(signed(2), key, for_one), refused());
        assert_noop!(Providers::add_worker_key(signed(1), key, Signature([0; 64])), refused());
        let (other, _) = worker_key(8, 1);
        assert_noop!(Providers::add_worker_key(signed(1), other, for_one), refused());
    });
}

#[test]
fn a_key_under_which_anybody_can_sign_is_refused() {
    build_and_execute(|| {
        provider(1, 5_000);
        // Points of order 4, 1 and 2, and the identity with its sign bit set.
        let (mut one, mut minus_one) = ([0; 32], [0xff; 32]);
        one[0] = 1;
        (minus_one[0], minus_one[31]) = (0xec, 0x7f);
        let mut signed_one = one;
        signed_one[31] = 0x80;
        for key in [[0; 32], one, minus_one, signed_one] {
            let mut of_nobody = Signature([0; 64]);
            of_nobody.0[0] = 1;
            assert_noop!(
                Providers::add_worker_key(signed(1), WorkerKey(key), of_nobody),
                Error::<Test>::WeakKey
            );
        }
    });
}

#[test]
fn a_signature_for_another_chain_registers_no_key() {
    build_and_execute(|| {
        provider(1, 5_000);
        let (key, signature) = worker_key(7, 1);
        frame_system::BlockHash::<Test>::insert(0, sp_core::H256([1; 32]));
        assert_noop!(
            Providers::add_worker_key(signed(1), key, signature),
            Error::<Test>::BadKeySignature
        );
    });
}

#[test]
fn a_worker_key_is_of_one_provider_at_a_time() {
    build_and_execute(|| {
        provider(1, 5_000);
        provider(2, 5_000);
        let (key, for_one) = worker_key(7, 1);
        let (_, for_two) = worker_key(7, 2);
        assert_ok!(Providers::add_worker_key(signed(1), key, for_one));
        assert_noop!(Providers::add_worker_key(signed(1), key, for_one), Error::<Test>::KeyTaken);
        assert_noop!(Providers::add_worker_key(signed(2), key, for_two), Error::<Test>::KeyTaken);
        assert_ok!(Providers::remove_worker_key(signed(1), key));
        assert_ok!(Providers::add_worker_key(signed(2), key, for_two));
        assert!(Providers::is_worker(&named(2), &key));
    });
}

#[test]
fn one_worker_key_too_many_is_refused() {
    build_and_execute(|| {
        provider(1, 5_000);
        for n in 0..MAX_WORKER_KEYS {
            let (key, signature) = worker_key(n as u8, 1);
            assert_ok!(Providers::add_worker_key(signed(1), key, signature));
        }
        let (key, signature) = worker_key(99, 1);
        assert_noop!(
            Providers::add_worker_key(signed(1), key, signature),
            Error::<Test>::TooManyKeys
        );
    });
}

#[test]
fn a_key_that_is_not_there_is_not_removed() {
    build_and_execute(|| {
        provider(1, 5_000);
        provider(2, 5_000);
        let (key, signature) = worker_key(7, 1);
        assert_ok!(Providers::add_worker_key(signed(1), key, signature));
        let unknown = || Error::<Test>::UnknownKey;
        assert_noop!(Providers::remove_worker_key(signed(2), key), unknown());
        let dispatcher = DispatcherKey([7; 32]);
        assert_noop!(Providers::remove_dispatcher_key(signed(1), dispatcher), unknown());
    });
}

#[test]
fn who_is_no_provider_has_no_keys() {
    build_and_execute(|| {
        let (key, signature) = worker_key(7, 1);
        let refused = || Error::<Test>::NotRegistered;
        assert_noop!(Providers::add_worker_key(signed(1), key, signature), refused());
        let dispatcher = DispatcherKey([7; 32]);
        assert_noop!(Providers::add_dispatcher_key(signed(1), dispatcher), refused());
    });
}

#[test]
fn who_leaves_has_no_keys_any_more() {
    build_and_execute(|| {
        provider(1, 5_000);
        let (key, signature) = worker_key(7, 1);
        let dispatcher = DispatcherKey([7; 32]);
        assert_ok!(Providers::add_worker_key(signed(1), key, signature));
        assert_ok!(Providers::add_dispatcher_key(signed(1), dispatcher));
        assert_eq!(Providers::keys(account(1)).1.to_vec(), [key]);
        assert_ok!(Providers::leave(signed(1)));
        assert!(!Providers::is_worker(&named(1), &key));
        assert!(!Providers::is_dispatcher(&named(1), &dispatcher));
    });
}
