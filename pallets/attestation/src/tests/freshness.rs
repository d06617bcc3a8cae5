//! A document is of now, of this chain, and used once.

use crate::{mock::*, Error, Mismatch, Used};
use frame_support::{assert_noop, assert_ok};
use opg_primitives::{attestation::challenge, ids::BlockHash};

/// An enclave whose challenge names a block so many before this one.
fn aged(n: u8, age: u32) -> Registration {
    Registration { challenged: System::block_number() - age, ..Registration::number(n) }
}

#[test]
fn a_challenge_may_be_as_old_as_the_limit_and_not_a_block_older() {
    build_and_execute(|| {
        assert_ok!(aged(5, MAX_AGE).submit());
        assert_noop!(aged(6, MAX_AGE + 1).submit(), Error::<Test>::ChallengeTooOld);
    });
}

#[test]
fn a_block_of_the_future_and_this_one_are_no_challenge() {
    build_and_execute(|| {
        for ahead in [0, 1, u32::MAX - BLOCK] {
            let enclave = Registration { challenged: BLOCK + ahead, ..Registration::number(5) };
            assert_noop!(enclave.submit(), Error::<Test>::ChallengeOfFuture);
        }
    });
}

#[test]
fn a_block_whose_hash_is_not_known_is_no_challenge() {
    build_and_execute(|| {
        let enclave = aged(5, 3);
        frame_system::BlockHash::<Test>::remove(BLOCK - 3);
        assert_noop!(enclave.submit(), Error::<Test>::ChallengeUnknown);
    });
}

#[test]
fn a_challenge_by_the_hash_of_a_fork_is_not_this_chains() {
    build_and_execute(|| {
        let enclave = Registration::number(5);
        let (number, fork) = (enclave.challenged, BlockHash([0xf0; 32]));
        let mut session = enclave.session();
        session.challenge = challenge(genesis(), provider(1), number, fork);
        let document = nitro(&enclave.document_of(&session));
        assert_noop!(enclave.by(document), Error::<Test>::NotBound(Mismatch::UserData));
    });
}

#[test]
fn a_document_is_of_the_block_that_it_was_made_for_and_of_no_other() {
    build_and_execute(|| {
        let enclave = Registration::number(5);
        let other = Registration { challenged: enclave.challenged - 1, ..enclave.clone() };
        assert_noop!(other.by(enclave.document()), Error::<Test>::NotBound(Mismatch::UserData));
    });
}

#[test]
fn a_document_is_used_once_even_when_its_enclave_is_gone() {
    build_and_execute(|| {
        let enclave = Registration::number(5);
        let document = enclave.document();
        assert_ok!(enclave.by(document.clone()));
        assert_ok!(Attestation::retire(signed(1), enclave.id()));
        go_to(BLOCK + MAX_AGE - 1);
        assert_noop!(enclave.by(document), Error::<Test>::DocumentUsed);
    });
}

#[test]
fn what_was_used_is_forgotten_when_its_challenge_is_too_old_anyway() {
    build_and_execute(|| {
        let enclave = Registration::number(5);
        let document = enclave.document();
        assert_ok!(enclave.by(document.clone()));
        go_to(BLOCK + MAX_AGE + 1);
        assert_ok!(Registration::number(6).submit());
        assert_eq!(Used::<Test>::iter().count(), 1);
        assert_ok!(Attestation::retire(signed(1), enclave.id()));
        assert_noop!(enclave.by(document), Error::<Test>::ChallengeTooOld);
    });
}

#[test]
fn no_more_is_forgotten_with_one_document_than_a_few() {
    build_and_execute(|| {
        for n in 5..9 {
            assert_ok!(Registration::number(n).submit());
        }
        go_to(BLOCK + MAX_AGE + 1);
        let mut enclave = Registration::number(9);
        enclave.instance = 1;
        assert_ok!(enclave.submit());
        let left = 4 - crate::FORGOTTEN_PER_DOCUMENT as usize + 1;
        assert_eq!(Used::<Test>::iter().count(), left);
    });
}
