//! Known issuers: they spare signatures and nothing else.

mod common;

use common::{
    issue::{changed, Document, LEAF, NOW},
    real_sound, trust, AWS,
};
use opg_development_vendor::{certificate::BASIC_CONSTRAINTS, hostile::other_key};
use opg_verifier_nitro::{verify, x509, Error, KnownIssuer, Place, Report, AWS_ROOT};

/// What is known after a sound document: region, zone, instance.
fn known() -> Vec<KnownIssuer> {
    Document::sound().verify().unwrap().issuers
}

fn with(document: &Document, known: &[KnownIssuer]) -> Result<Report, Error> {
    verify(&document.bytes(), &trust(&[document.root], known), NOW)
}

/// A sound document but for the signature on one CA certificate, which is by a stranger. What stands below is as
/// always.
fn forged(index: usize) -> Document {
    Document::of(&changed(index, |link| link.signed_by = Some(other_key())))
}

fn wrong_signature(index: u8) -> Error {
    Error::Certificate(Place::Ca(index), x509::Error::WrongSignature)
}

/// Every choice of some of these.
fn subsets(known: &[KnownIssuer]) -> Vec<Vec<KnownIssuer>> {
    (0..1usize << known.len())
        .map(|bits| (0..known.len()).filter(|i| (bits >> i) & 1 == 1).map(|i| known[i]).collect())
        .collect()
}

#[test]
fn real_documents_give_the_same_report_whatever_is_known() {
    let documents = real_sound();
    for real in &documents {
        let full = verify(&real.bytes, &AWS, real.time).unwrap();
        for known in subsets(&full.issuers) {
            let report = verify(&real.bytes, &trust(&[AWS_ROOT], &known), real.time).unwrap();
            // Of what stands above the lowest known one, only what is known is told.
            let lowest = known.last().map(|k| position(&full, k));
            let told = full.issuers.iter().enumerate().filter(|(index, issuer)| {
                lowest.is_none_or(|lowest| *index >= lowest) || known.contains(issuer)
            });
            let issuers = told.map(|(_, issuer)| *issuer).collect();
            assert_eq!(report, Report { issuers, ..full.clone() }, "{}", real.name);
        }
        let all = verify(&real.bytes, &trust(&[AWS_ROOT], &full.issuers), real.time).unwrap();
        assert_eq!(all, full, "{}", real.name);
    }
    println!("tried {}", documents.len());
}

fn position(report: &Report, known: &KnownIssuer) -> usize {
    report.issuers.iter().position(|issuer| issuer == known).unwrap()
}

#[test]
fn real_documents_are_refused_outside_of_their_window_whatever_is_known() {
    let documents = real_sound();
    for real in &documents {
        let full = verify(&real.bytes, &AWS, real.time).unwrap();
        let late = full.window.not_after + 3600;
        let outcome = verify(&real.bytes, &trust(&[AWS_ROOT], &full.issuers), late);
        assert!(matches!(outcome, Err(Error::Expired(_))), "{}", real.name);
    }
    println!("tried {}", documents.len());
}

#[test]
fn signatures_above_a_known_issuer_are_not_verified_again() {
    // Shown by a signature that would be refused. Known is the instance's certificate alone.
    let instance = &known()[2..];
    for index in [1, 2] {
        assert_eq!(forged(index).verify(), Err(wrong_signature(index as u8)));
        assert!(with(&forged(index), instance).is_ok());
    }
}

#[test]
fn a_forged_certificate_above_a_known_issuer_is_not_told_as_verified() {
    let instance = &known()[2..];
    let report = with(&forged(1), instance).unwrap();
    assert_eq!(report.issuers, instance);
    // Nor does the zone's, which is the real one, vouch for what is above it.
    let (zone, instance) = (known()[1], known()[2]);
    let report = with(&forged(1), &[zone, instance]).unwrap();
    assert_eq!(report.issuers, [zone, instance]);
}

#[test]
fn a_forged_certificate_below_a_known_issuer_is_refused() {
    let known = known();
    for index in [2, 3] {
        let above = &known[..index - 1];
        assert_eq!(with(&forged(index), above), Err(wrong_signature(index as u8)));
    }
}

#[test]
fn a_certificate_that_differs_in_its_signature_alone_is_not_the_known_one() {
    // The forged region's certificate says the same as the known one; another key signed.
    assert_eq!(with(&forged(1), &known()[..1]), Err(wrong_signature(1)));
}

#[test]
fn what_is_known_under_another_root_does_not_count() {
    let mut instance = known()[2];
    instance.root[0] ^= 1;
    assert_eq!(with(&forged(1), &[instance]), Err(wrong_signature(1)));
}

#[test]
fn what_is_known_does_not_outlive_its_root() {
    let document = Document::sound();
    let outcome = verify(&document.bytes(), &trust(&[[7; 32]], &known()), NOW);
    assert_eq!(outcome, Err(Error::UnknownRoot));
}

#[test]
fn a_known_issuer_s_window_counts_though_the_certificates_shown_have_a_wider_one() {
    let document = Document::sound();
    let mut instance = known()[2];
    instance.window.not_after = NOW + 5;
    let report = with(&document, &[instance]).unwrap();
    assert_eq!(report.window.not_after, NOW + 5);
    instance.window.not_after = NOW - 1;
    assert_eq!(with(&document, &[instance]), Err(Error::Expired(Place::Ca(3))));
    instance.window.not_before = NOW + 1;
    assert_eq!(with(&document, &[instance]), Err(Error::NotYetValid(Place::Ca(3))));
}

#[test]
fn a_known_issuer_s_path_length_counts_though_its_certificate_has_a_greater_one() {
    let mut region = known()[0];
    region.path = Some(0);
    let expected = Error::Certificate(Place::Ca(2), x509::Error::PathTooLong);
    assert_eq!(with(&Document::sound(), &[region]), Err(expected));
    region.path = Some(1);
    assert_eq!(
        with(&Document::sound(), &[region]),
        Err(Error::Certificate(Place::Ca(3), x509::Error::PathTooLong))
    );
}

#[test]
fn roles_and_times_of_certificates_above_are_checked_whatever_is_known() {
    let instance = &known()[2..];
    let expired = changed(1, |link| link.template.not_after = NOW - 1);
    assert_eq!(with(&Document::of(&expired), instance), Err(Error::Expired(Place::Ca(1))));
    let no_ca = changed(2, |link| link.template.remove(BASIC_CONSTRAINTS));
    assert_eq!(
        with(&Document::of(&no_ca), instance),
        Err(Error::Certificate(Place::Ca(2), x509::Error::NotACa))
    );
}

#[test]
fn the_document_s_and_the_leaf_s_signatures_are_verified_whatever_is_known() {
    let known = known();
    let document = Document { signer: other_key(), ..Document::sound() };
    assert_eq!(with(&document, &known), Err(Error::WrongSignature));
    let stranger = forged(LEAF);
    assert_eq!(
        with(&stranger, &known),
        Err(Error::Certificate(Place::Leaf, x509::Error::WrongSignature))
    );
}
