//! Room for verification, by deadline.

use crate::{
    capacity::{most_bytes, submitted_bytes},
    mock::*,
    Booked, Error,
};
use frame_support::{assert_noop, assert_ok, weights::Weight};
use opg_primitives::{
    enclave::ModelRan, mode::Mode, names::ModelName, request::Output, sealed::MAX_SEALED_BYTES,
};

/// Makes a bucket hold `count` answers in mode `Plain`.
fn room_for(count: u64) {
    let one = Inference::booking(Mode::Plain);
    VerificationPerBlock::set(Weight::from_parts(
        (one.ref_time() * count).div_ceil(20),
        (one.proof_size() * count).div_ceil(20),
    ));
}

#[test]
fn a_full_bucket_refuses_and_another_does_not() {
    run(|| {
        room_for(2);
        let asking = |deadline| Asking { deadline, ..Asking::default() };
        assert_ok!(asking(100).ask());
        assert_ok!(asking(119).ask());
        assert_noop!(asking(110).ask(), Error::<Test>::NoVerificationCapacity);
        assert_ok!(asking(120).ask());
        assert_ok!(asking(99).ask());
    });
}

#[test]
fn what_ends_gives_its_room_back() {
    run(|| {
        room_for(1);
        let id = Asking::named().id();
        assert_noop!(Asking::named().ask(), Error::<Test>::NoVerificationCapacity);
        acknowledged(id);
        settled(id);
        assert_eq!(Booked::<Test>::iter().count(), 0);
        assert_ok!(Asking::named().ask());
    });
}

#[test]
fn room_is_counted_in_time_and_in_bytes() {
    run(|| {
        let one = Inference::booking(Mode::Plain);
        VerificationPerBlock::set(Weight::from_parts(u64::MAX / 1_000, one.proof_size() / 20 + 1));
        assert_ok!(Asking::default().ask());
        assert_noop!(Asking::default().ask(), Error::<Test>::NoVerificationCapacity);
        VerificationPerBlock::set(Weight::from_parts(one.ref_time() / 20 + 1, u64::MAX / 1_000));
        assert_noop!(Asking::default().ask(), Error::<Test>::NoVerificationCapacity);
    });
}

#[test]
fn a_proof_books_more_than_a_signature() {
    run(|| {
        let (plain, zkml) = (Inference::booking(Mode::Plain), Inference::booking(Mode::ZkMl));
        assert!(zkml.ref_time() > plain.ref_time());
        assert!(zkml.proof_size() > plain.proof_size());
        // An enclave's word, and a ciphertext, are little more than a signature and bytes.
        let tee = Inference::booking(Mode::Tee);
        assert!(tee.proof_size() > plain.proof_size());
        assert!(tee.proof_size() < plain.proof_size() + 512);
        // The largest evidence and output are below what the design allows.
        assert!(zkml.proof_size() <= (16 + 4 + 1) * 1024);
    });
}

#[test]
fn the_longest_word_of_an_enclave_is_what_is_booked() {
    run(|| {
        let id = Asking::tee().id();
        let mut said = said(id, &OUTPUT);
        said.run.model = ModelRan::Named(ModelName(vec![b'm'; 64].try_into().unwrap()));
        let output = Output::Sealed {
            commitment: Default::default(),
            ciphertext: vec![0; MAX_SEALED_BYTES as usize].try_into().unwrap(),
        };
        let longest = submitted_bytes(&output, &tee_evidence(&said));
        assert_eq!(longest, most_bytes(Mode::Tee));
    });
}

#[test]
fn the_constants_of_the_mock_pass_the_integrity_test() {
    run(Inference::check_constants);
}
