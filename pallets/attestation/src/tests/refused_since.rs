//! Since when governance keeps an enclave from answering: of that, and of nothing else, its provider could
//! not know when it took something on before.

use crate::{mock::*, Decisions, Reason, Subject};
use frame_support::assert_ok;
use opg_primitives::{
    attestation::{TcbStatus, Vendor},
    reference::ReferenceValue,
    traits::Attestation as _,
};

fn since(of: &Registration) -> Option<u32> {
    Attestation::refused_since(&of.id(), &provider(1), &model(1))
}

fn revoke(subject: Subject, since: u32) {
    let root = RuntimeOrigin::root();
    assert_ok!(Attestation::revoke(root, subject, Reason::KeysLeaked, since));
}

fn lift(subject: Subject, from: u32) {
    assert_ok!(Attestation::lift(RuntimeOrigin::root(), subject, from));
}

fn withdraw(of: &Registration) {
    assert_ok!(Attestation::withdraw(RuntimeOrigin::root(), of.measurement_id()));
}

/// Approves its code anew, with this changed.
fn approve_anew(of: &Registration, alter: impl FnOnce(&mut ReferenceValue)) {
    let mut value = approval(of, 1_000);
    alter(&mut value);
    assert_ok!(approve(value));
}

fn another_model(value: &mut ReferenceValue) {
    value.model = Some(model(2));
}

#[test]
fn nothing_is_said_against_an_enclave_that_may_answer() {
    build_and_execute(|| {
        let enclave = answering(5);
        assert_eq!(since(&enclave), None);
        go_to(BLOCK + 5);
        approve_anew(&enclave, |_| {});
        revoke(Subject::Tcb(Vendor::Development, TcbStatus::OutOfDate), BLOCK);
        assert_eq!(since(&enclave), None);
    });
}

#[test]
fn a_revocation_keeps_it_since_the_block_that_decided_it_and_not_since_the_one_that_it_holds_from()
{
    build_and_execute(|| {
        let enclave = answering(5);
        go_to(BLOCK + 5);
        let subject = Subject::Enclave(enclave.id());
        revoke(subject, BLOCK + 1);
        assert_eq!(since(&enclave), Some(BLOCK + 5));
        // Further back, but it was revoked before.
        go_to(BLOCK + 7);
        revoke(subject, BLOCK);
        assert_eq!(since(&enclave), Some(BLOCK + 5));
        // In between it might have answered.
        lift(subject, BLOCK + 7);
        assert_eq!(since(&enclave), None);
        go_to(BLOCK + 9);
        revoke(subject, BLOCK + 2);
        assert_eq!(since(&enclave), Some(BLOCK + 9));
    });
}

#[test]
fn of_several_decisions_against_it_the_first_counts() {
    build_and_execute(|| {
        let enclave = answering(5);
        let stored = Attestation::registered(enclave.id()).unwrap();
        go_to(BLOCK + 2);
        let first = Subject::Platform(stored.platform);
        revoke(first, BLOCK + 2);
        go_to(BLOCK + 4);
        revoke(Subject::Tcb(stored.vendor, stored.tcb), BLOCK);
        go_to(BLOCK + 6);
        withdraw(&enclave);
        assert_eq!(since(&enclave), Some(BLOCK + 2));
        lift(first, BLOCK + 6);
        assert_eq!(since(&enclave), Some(BLOCK + 4));
    });
}

#[test]
fn a_withdrawal_keeps_it_since_its_block() {
    build_and_execute(|| {
        let enclave = answering(5);
        go_to(BLOCK + 5);
        withdraw(&enclave);
        go_to(BLOCK + 9);
        assert_eq!(since(&enclave), Some(BLOCK + 5));
    });
}

#[test]
fn an_approval_of_less_in_the_place_of_one_that_did_keeps_it_since_its_block() {
    let less: [fn(&mut ReferenceValue); 4] = [
        another_model,
        |value| value.schema = 8,
        |value| value.until = BLOCK + 6,
        |value| value.from = BLOCK + 50,
    ];
    for alter in less {
        build_and_execute(|| {
            let enclave = answering(5);
            go_to(BLOCK + 5);
            approve_anew(&enclave, alter);
            go_to(BLOCK + 9);
            assert_eq!(since(&enclave), Some(BLOCK + 5));
        });
    }
}

#[test]
fn a_decision_about_code_that_was_not_approved_before_either_is_none_against_it() {
    build_and_execute(|| {
        let enclave = Registration::number(5);
        assert_ok!(enclave.submit());
        assert_eq!(since(&enclave), None);
        approve_anew(&enclave, another_model);
        assert!(since(&enclave).is_some_and(|block| block < BLOCK));
        go_to(BLOCK + 5);
        approve_anew(&enclave, another_model);
        assert_eq!(since(&enclave), Some(BLOCK));
    });
}

#[test]
fn an_approval_that_ran_out_as_it_said_it_would_is_none_against_it() {
    build_and_execute(|| {
        let enclave = Registration::number(5);
        assert_ok!(approve(approval(&enclave, 10)));
        assert_ok!(enclave.submit());
        go_to(BLOCK + 11);
        assert!(since(&enclave).is_some_and(|block| block < BLOCK));
    });
}

#[test]
fn decisions_of_one_block_are_one() {
    build_and_execute(|| {
        let enclave = answering(5);
        go_to(BLOCK + 5);
        withdraw(&enclave);
        approve_anew(&enclave, another_model);
        approve_anew(&enclave, |value| value.schema = 8);
        assert_eq!(since(&enclave), Some(BLOCK + 5));
        let decision = Decisions::<Test>::get(enclave.measurement_id()).unwrap();
        assert_eq!((decision.at, decision.before_at), (BLOCK + 5, BLOCK));
        assert!(decision.before.is_some_and(|value| value.model.is_none() && value.schema == 7));
    });
}

#[test]
fn what_governance_decides_does_not_hide_that_it_could_not_have_answered_anyway() {
    build_and_execute(|| {
        // Past its window.
        let enclave = answering(5);
        revoke(Subject::Enclave(enclave.id()), BLOCK);
        assert_eq!(since(&enclave), Some(BLOCK));
        set_time(NOW + MAX_VALIDITY + 1);
        assert_eq!(since(&enclave), None);
        // Of nobody, and of somebody else.
        let unknown = Registration::number(9);
        revoke(Subject::Enclave(unknown.id()), BLOCK);
        assert_eq!(since(&unknown), None);
        let asked = Attestation::refused_since(&enclave.id(), &provider(2), &model(1));
        assert_eq!(asked, None);
    });
    build_and_execute(|| {
        // Never approved.
        let enclave = Registration::number(5);
        assert_ok!(enclave.submit());
        revoke(Subject::Enclave(enclave.id()), BLOCK);
        assert_eq!(since(&enclave), None);
    });
}
