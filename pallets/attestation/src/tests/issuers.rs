//! CAs of Nitro documents that were verified before.

use crate::{mock::*, IssuerPlaces, KnownIssuers, NextPlace};
use frame_support::assert_ok;
use opg_verifier_nitro::{KnownIssuer, Window};

/// Registers enclave `n` on an instance of its own, by a document under so many CAs.
fn under(n: u8, intermediates: u8) {
    let enclave = Registration { instance: n, ..Registration::number(n) };
    let mut document = enclave.document_of(&enclave.session());
    document.intermediates = intermediates;
    assert_ok!(enclave.by(nitro(&document)));
}

#[test]
fn the_cas_of_a_document_are_remembered_once() {
    build_and_execute(|| {
        under(5, 2);
        assert_eq!(KnownIssuers::<Test>::iter().count(), 2);
        under(6, 2);
        assert_eq!(KnownIssuers::<Test>::iter().count(), 2);
    });
}

#[test]
fn no_more_are_remembered_than_there_are_places_while_all_are_valid() {
    build_and_execute(|| {
        for n in 1..=5 {
            under(4 + n, n);
        }
        assert_eq!(KnownIssuers::<Test>::iter().count(), ISSUERS as usize);
    });
}

#[test]
fn one_that_is_not_valid_any_more_gives_its_place_up() {
    build_and_execute(|| {
        under(5, 3);
        let fingerprint = IssuerPlaces::<Test>::get(NextPlace::<Test>::get()).unwrap();
        let mut issuer = KnownIssuers::<Test>::get(fingerprint).unwrap();
        issuer.not_after = NOW - 1;
        KnownIssuers::<Test>::insert(fingerprint, issuer);
        // The place that is tried next is the one of the CA that expired.
        let window = Window { not_before: NOW, not_after: NOW + 1 };
        let new =
            KnownIssuer { fingerprint: [9; 32], path: issuer.path, window, root: issuer.root };
        Attestation::remember_issuers(&[new], NOW);
        assert_eq!(KnownIssuers::<Test>::get(fingerprint), None);
        assert!(KnownIssuers::<Test>::contains_key([9; 32]));
        assert_eq!(KnownIssuers::<Test>::iter().count(), ISSUERS as usize);
        assert_eq!(IssuerPlaces::<Test>::iter().count(), ISSUERS as usize);
    });
}

#[test]
fn what_is_remembered_refuses_no_document_that_would_be_taken_without_it() {
    build_and_execute(|| {
        under(5, 1);
        let (fingerprint, mut issuer) = KnownIssuers::<Test>::iter().next().unwrap();
        issuer.not_after = NOW - 1;
        KnownIssuers::<Test>::insert(fingerprint, issuer);
        under(6, 1);
        // It is known anew.
        assert!(KnownIssuers::<Test>::get(fingerprint).unwrap().not_after > NOW);
    });
}
