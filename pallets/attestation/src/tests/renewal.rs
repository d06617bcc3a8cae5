//! A fresh document for the same keys.

use crate::{mock::*, Error, Event, Mismatch};
use frame_support::{assert_noop, assert_ok};
use opg_primitives::{attestation::Counter, ids::Digest};

/// An enclave that was registered three blocks and an hour ago.
fn registered(n: u8) -> Registration {
    let enclave = Registration::number(n);
    assert_ok!(enclave.submit());
    go_to(BLOCK + 3);
    set_time(NOW + 3_600);
    enclave
}

#[test]
fn a_renewal_keeps_the_keys_and_lets_the_enclave_answer_on() {
    build_and_execute(|| {
        let enclave = registered(5);
        let before = Attestation::registered(enclave.id()).unwrap();
        let later = enclave.later(7);
        assert_ok!(later.renew());
        let after = Attestation::registered(enclave.id()).unwrap();
        assert_eq!(after.session, later.session());
        assert_eq!((after.key_epoch, after.verified), (1, BLOCK + 3));
        assert_eq!((after.registered, after.challenged), (BLOCK, BLOCK + 2));
        assert_eq!(after.valid_until, NOW + 3_600 + MAX_VALIDITY);
        assert_ne!(after.document, before.document);
        System::assert_last_event(
            Event::Renewed {
                enclave: enclave.id(),
                key_epoch: 1,
                answered: later.parts.answered,
                document: after.document,
                valid_until: after.valid_until,
            }
            .into(),
        );
    });
}

#[test]
fn a_renewal_costs_no_deposit() {
    build_and_execute(|| {
        let enclave = registered(5);
        let before = held(1);
        assert_ok!(enclave.later(1).renew());
        assert_eq!(held(1), before);
    });
}

#[test]
fn an_enclave_past_its_time_can_be_renewed_until_it_is_reaped() {
    build_and_execute(|| {
        let enclave = registered(5);
        set_time(NOW + 2 * MAX_VALIDITY);
        assert_ok!(enclave.later(1).renew());
    });
}

#[test]
fn a_challenge_has_to_be_by_a_newer_block_than_the_last() {
    build_and_execute(|| {
        let enclave = registered(5);
        for number in [enclave.challenged, enclave.challenged - 1] {
            let same = Registration { challenged: number, ..enclave.later(1) };
            assert_noop!(same.renew(), Error::<Test>::ChallengeNotNewer);
        }
    });
}

#[test]
fn a_challenge_of_a_renewal_is_bounded_as_that_of_a_registration() {
    build_and_execute(|| {
        let enclave = registered(5);
        let ahead = Registration { challenged: BLOCK + 3, ..enclave.later(1) };
        assert_noop!(ahead.renew(), Error::<Test>::ChallengeOfFuture);
        let late = enclave.later(1);
        go_to(late.challenged + MAX_AGE + 1);
        assert_noop!(late.renew(), Error::<Test>::ChallengeTooOld);
    });
}

#[test]
fn a_counter_never_goes_back_and_keeps_its_head_where_it_stands() {
    build_and_execute(|| {
        let enclave = registered(5);
        let first = enclave.later(7);
        assert_ok!(first.renew());
        go_to(BLOCK + 6);
        let with = |count, head| {
            let mut again = first.later(0);
            again.parts.answered = Counter { count, head };
            again.renew()
        };
        let head = first.parts.answered.head;
        assert_noop!(with(6, head), Error::<Test>::CounterWentBack);
        assert_noop!(with(7, Digest([0xaa; 32])), Error::<Test>::CounterWentBack);
        assert_ok!(with(7, head));
    });
}

#[test]
fn nobody_but_its_provider_renews_an_enclave() {
    build_and_execute(|| {
        let enclave = registered(5);
        let later = enclave.later(1);
        let (id, document) = (enclave.id(), Box::new(later.document()));
        let (number, answered) = (later.challenged, later.parts.answered);
        assert_noop!(
            Attestation::renew(signed(2), id, document, number, answered),
            Error::<Test>::NotProvider
        );
        let unknown = Registration::number(6).later(1);
        assert_noop!(unknown.renew(), Error::<Test>::NotStored);
    });
}

#[test]
fn a_document_of_another_session_does_not_renew() {
    build_and_execute(|| {
        let enclave = registered(5);
        let later = enclave.later(1);
        let other = enclave.later(2);
        let refused = Error::<Test>::NotBound(Mismatch::UserData);
        assert_noop!(later.renew_by(other.document()), refused);
    });
}

#[test]
fn other_code_with_the_same_keys_does_not_renew() {
    build_and_execute(|| {
        let mut later = registered(5).later(1);
        later.registers[2] = register(9);
        assert_noop!(later.renew(), Error::<Test>::OtherCode);
    });
}

#[test]
fn another_machine_with_the_same_keys_does_not_renew() {
    build_and_execute(|| {
        let mut later = registered(5).later(1);
        later.instance = 1;
        assert_noop!(later.renew(), Error::<Test>::OtherMachine);
    });
}
