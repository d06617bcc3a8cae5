//! Chains and signatures that break one rule each, and are refused by the error of that rule, at its place.

mod common;

use common::issue::{bytes, changed, sound_chain, text, Document, LEAF, NOW};
use coset::cbor::Value;
use opg_development_vendor::{
    certificate::{basic_constraints, extension, key_usage, name, KEY_USAGE, NAME_CONSTRAINTS},
    hostile::{other_key, rsa_public_key},
    Link,
};
use opg_verifier_nitro::{x509, Error, Place};
use x509_cert::ext::pkix::KeyUsages;

fn refused(document: Document) -> Error {
    document.verify().expect_err("must not be accepted")
}

/// What is said where the certificate at an index, the leaf's being 4, is changed.
fn refused_with(index: usize, change: impl FnOnce(&mut Link)) -> Error {
    refused(Document::of(&changed(index, change)))
}

fn place(index: usize) -> Place {
    match index {
        LEAF => Place::Leaf,
        ca => Place::Ca(ca as u8),
    }
}

fn at(index: usize, error: x509::Error) -> Error {
    Error::Certificate(place(index), error)
}

/// A document whose CA certificates are these bytes, in this order.
fn bundle(change: impl FnOnce(&mut Vec<Value>)) -> Document {
    let mut document = Document::sound();
    change(document.field("cabundle").as_array_mut().unwrap());
    document
}

#[test]
fn another_root_is_refused_whatever_its_name() {
    let sound = Document::sound();
    let other = Document::of(&changed(0, |root| root.signed_by = Some(other_key())));
    assert_eq!(Document { root: sound.root, ..other }.verify(), Err(Error::UnknownRoot));
    assert_eq!(Document { root: [0; 32], ..sound }.verify(), Err(Error::UnknownRoot));
}

#[test]
fn a_bundle_in_another_order_is_refused() {
    assert_eq!(refused(bundle(|cas| cas.reverse())), Error::UnknownRoot);
    // The zone's CA allows one below itself, not two.
    let swapped = refused(bundle(|cas| cas.swap(1, 2)));
    assert_eq!(swapped, at(1, x509::Error::PathTooLong));
}

#[test]
fn a_chain_with_a_gap_is_refused() {
    let gap = refused(bundle(|cas| drop(cas.remove(2))));
    assert_eq!(gap, at(2, x509::Error::WrongIssuer));
    let last_missing = refused(bundle(|cas| drop(cas.pop())));
    assert_eq!(last_missing, Error::Certificate(Place::Leaf, x509::Error::WrongIssuer));
}

#[test]
fn a_certificate_that_is_none_is_refused() {
    for index in 1..4 {
        let document = bundle(|cas| cas[index] = bytes(&[0x30, 0x00]));
        assert_eq!(refused(document), at(index, x509::Error::Malformed));
    }
    let leaf = Document::sound().set("certificate", bytes(b"certificate"));
    assert_eq!(refused(leaf), at(LEAF, x509::Error::Malformed));
}

#[test]
fn bytes_after_a_certificate_are_refused() {
    let in_bundle = bundle(|cas| cas[2].as_bytes_mut().unwrap().push(0));
    assert_eq!(refused(in_bundle), at(2, x509::Error::TrailingBytes));
    let mut leaf = Document::sound();
    leaf.field("certificate").as_bytes_mut().unwrap().push(0);
    assert_eq!(refused(leaf), at(LEAF, x509::Error::TrailingBytes));
}

#[test]
fn an_extension_that_occurs_twice_is_refused_everywhere() {
    for index in 0..=LEAF {
        let error = refused_with(index, |link| {
            let again = link.template.extensions[0].clone();
            link.template.extensions.push(again);
        });
        assert_eq!(error, at(index, x509::Error::DuplicateExtension));
    }
}

#[test]
fn a_critical_extension_that_is_not_read_is_refused_everywhere() {
    for index in 0..=LEAF {
        let unknown = extension(NAME_CONSTRAINTS, true, vec![0x30, 0x00]);
        let error = refused_with(index, |link| link.template.extensions.push(unknown));
        assert_eq!(error, at(index, x509::Error::UnknownCriticalExtension));
    }
}

#[test]
fn an_end_entity_in_a_ca_s_place_is_refused() {
    for index in 0..LEAF {
        let error = refused_with(index, |link| link.template.set(basic_constraints(false, None)));
        assert_eq!(error, at(index, x509::Error::NotACa));
    }
}

#[test]
fn a_ca_in_the_leaf_s_place_is_refused() {
    let error = refused_with(LEAF, |link| link.template.set(basic_constraints(true, None)));
    assert_eq!(error, at(LEAF, x509::Error::CaAsEndEntity));
}

#[test]
fn a_path_longer_than_a_ca_allows_is_refused() {
    for (index, path_len) in [(0, 2), (1, 1), (2, 0)] {
        let short = basic_constraints(true, Some(path_len));
        let error = refused_with(index, |link| link.template.set(short));
        assert_eq!(error, at(index, x509::Error::PathTooLong));
    }
}

#[test]
fn a_ca_that_may_not_sign_certificates_is_refused() {
    for index in 0..LEAF {
        let error = refused_with(index, |link| link.template.set(key_usage(KeyUsages::CRLSign)));
        assert_eq!(error, at(index, x509::Error::MayNotSignCertificates));
        let error = refused_with(index, |link| link.template.remove(KEY_USAGE));
        assert_eq!(error, at(index, x509::Error::MayNotSignCertificates));
    }
}

#[test]
fn a_leaf_that_may_not_sign_or_may_certify_is_refused() {
    for usage in [
        key_usage(KeyUsages::CRLSign),
        key_usage(KeyUsages::DigitalSignature | KeyUsages::KeyCertSign),
    ] {
        let error = refused_with(LEAF, |link| link.template.set(usage));
        assert_eq!(error, at(LEAF, x509::Error::WrongEndEntityKeyUsage));
    }
}

#[test]
fn each_certificate_must_be_valid_at_the_time() {
    for index in 0..=LEAF {
        let until_now = changed(index, |link| link.template.not_after = NOW);
        assert!(Document::of(&until_now).verify().is_ok());
        let from_now = changed(index, |link| link.template.not_before = NOW);
        assert!(Document::of(&from_now).verify().is_ok());
        let expired = refused_with(index, |link| link.template.not_after = NOW - 1);
        assert_eq!(expired, Error::Expired(place(index)));
        let early = refused_with(index, |link| link.template.not_before = NOW + 1);
        assert_eq!(early, Error::NotYetValid(place(index)));
    }
}

#[test]
fn each_certificate_must_name_the_subject_above() {
    for index in 1..=LEAF {
        let error = refused_with(index, |link| link.template.issuer = name("other"));
        assert_eq!(error, at(index, x509::Error::WrongIssuer));
    }
}

#[test]
fn each_certificate_must_be_signed_by_the_key_above() {
    for index in 1..=LEAF {
        let error = refused_with(index, |link| link.signed_by = Some(other_key()));
        assert_eq!(error, at(index, x509::Error::WrongSignature));
        // By itself.
        let error = refused_with(index, |link| link.signed_by = Some(link.key.clone()));
        assert_eq!(error, at(index, x509::Error::WrongSignature));
    }
}

#[test]
fn an_issuer_with_another_kind_of_key_is_refused() {
    for index in 0..LEAF {
        let error = refused_with(index, |link| link.template.public_key = rsa_public_key(256));
        assert_eq!(error, at(index + 1, x509::Error::WrongKeyKind));
    }
}

#[test]
fn a_leaf_with_another_kind_of_key_is_refused() {
    let error = refused_with(LEAF, |link| link.template.public_key = rsa_public_key(256));
    assert_eq!(error, Error::LeafKey);
}

#[test]
fn a_document_signed_by_another_key_is_refused() {
    let instance = sound_chain().intermediates[2].key.clone();
    for signer in [other_key(), instance] {
        let document = Document { signer, ..Document::sound() };
        assert_eq!(refused(document), Error::WrongSignature);
    }
}

#[test]
fn no_field_can_be_changed_after_signing() {
    let sound = Document::sound();
    let good = sound.bytes();
    let signature = &good[good.len() - 96..];
    let later = sound.clone().set("timestamp", Value::Integer((NOW * 1000 + 1).into()));
    let mut other_pcr = sound.clone();
    other_pcr.pcrs()[0].1 = bytes(&[9; 48]);
    for changed in [
        later,
        other_pcr,
        sound.clone().set("module_id", text("i-other-enc")),
        sound.clone().set("public_key", bytes(b"other key")),
        sound.clone().set("user_data", bytes(b"other data")),
        sound.clone().set("nonce", bytes(b"other nonce")),
        sound.clone().without("nonce"),
        sound.clone().with(text("unknown"), Value::Null),
    ] {
        let document = changed.with_signature(signature);
        assert_eq!(sound.judge(&document), Err(Error::WrongSignature));
    }
}

#[test]
fn a_signature_out_of_range_is_refused() {
    let document = Document::sound();
    for byte in [0x00, 0xff] {
        let changed = document.with_signature(&[byte; 96]);
        assert_eq!(document.judge(&changed), Err(Error::WrongSignature));
    }
}
