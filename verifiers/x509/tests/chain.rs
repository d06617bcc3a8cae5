//! The questions of a chain: who may issue, who is at its end, who issued whom.

mod common;

use common::{
    certificates::{self, end_entity, key},
    read,
};
use opg_development_vendor::{
    certificate::{basic_constraints, key_usage, name, BASIC_CONSTRAINTS, KEY_USAGE},
    hostile::rsa_public_key,
    CertificateTemplate,
};
use opg_verifier_x509::{Certificate, Error};
use x509_cert::{der::flagset::FlagSet, ext::pkix::KeyUsages};

fn ca(change: impl FnOnce(&mut CertificateTemplate)) -> Certificate {
    let mut template = certificates::ca("ca", "root", &key(1), None);
    change(&mut template);
    read(&template.sign(&key(3)))
}

fn leaf(change: impl FnOnce(&mut CertificateTemplate)) -> Certificate {
    let mut template = end_entity("leaf", "ca", &key(2));
    change(&mut template);
    read(&template.sign(&key(1)))
}

#[test]
fn a_ca_allows_as_many_cas_below_as_its_path_length() {
    let with = |path_len| ca(|t| t.set(basic_constraints(true, path_len)));
    assert_eq!(with(None).check_ca(u8::MAX), Ok(()));
    assert_eq!(with(Some(0)).check_ca(0), Ok(()));
    assert_eq!(with(Some(0)).check_ca(1), Err(Error::PathTooLong));
    assert_eq!(with(Some(2)).check_ca(2), Ok(()));
    assert_eq!(with(Some(2)).check_ca(3), Err(Error::PathTooLong));
    assert_eq!([None, Some(0), Some(2)].map(|n| with(n).path_len()), [None, Some(0), Some(2)]);
}

#[test]
fn an_end_entity_is_no_ca() {
    assert_eq!(leaf(|_| ()).check_ca(0), Err(Error::NotACa));
    let without = leaf(|t| t.remove(BASIC_CONSTRAINTS));
    assert_eq!(without.check_ca(0), Err(Error::NotACa));
}

#[test]
fn a_ca_must_be_allowed_to_sign_certificates() {
    let for_crls = ca(|t| t.set(key_usage(KeyUsages::CRLSign)));
    assert_eq!(for_crls.check_ca(0), Err(Error::MayNotSignCertificates));
    let without = ca(|t| t.remove(KEY_USAGE));
    assert_eq!(without.check_ca(0), Err(Error::MayNotSignCertificates));
    let alone = ca(|t| t.set(key_usage(KeyUsages::KeyCertSign)));
    assert_eq!(alone.check_ca(0), Ok(()));
}

#[test]
fn a_ca_is_no_end_entity() {
    assert_eq!(ca(|_| ()).check_end_entity(), Err(Error::CaAsEndEntity));
}

#[test]
fn an_end_entity_must_be_allowed_to_sign_data_and_nothing_else() {
    let with = |usages: FlagSet<KeyUsages>| leaf(|t| t.set(key_usage(usages))).check_end_entity();
    assert_eq!(with(KeyUsages::DigitalSignature.into()), Ok(()));
    assert_eq!(with(KeyUsages::CRLSign.into()), Err(Error::WrongEndEntityKeyUsage));
    let both = KeyUsages::DigitalSignature | KeyUsages::KeyCertSign;
    assert_eq!(with(both), Err(Error::WrongEndEntityKeyUsage));
}

#[test]
fn an_end_entity_without_extensions_passes_as_amd_s_do() {
    assert_eq!(leaf(|t| t.extensions.clear()).check_end_entity(), Ok(()));
}

#[test]
fn the_issuer_is_who_signed() {
    assert_eq!(leaf(|_| ()).check_issued_by(&ca(|_| ())), Ok(()));
}

#[test]
fn an_issuer_of_another_name_is_refused_though_its_key_signed() {
    let other = ca(|t| t.subject = name("other"));
    assert_eq!(leaf(|_| ()).check_issued_by(&other), Err(Error::WrongIssuer));
    assert_eq!(leaf(|_| ()).check_issuer_name(&other), Err(Error::WrongIssuer));
}

#[test]
fn an_issuer_of_the_right_name_is_refused_where_another_key_signed() {
    let other = read(&certificates::ca("ca", "root", &key(4), None).sign(&key(3)));
    assert_eq!(leaf(|_| ()).check_issued_by(&other), Err(Error::WrongSignature));
    assert_eq!(leaf(|_| ()).check_issuer_name(&other), Ok(()));
}

#[test]
fn an_issuer_with_another_kind_of_key_is_refused() {
    let rsa = ca(|t| t.public_key = rsa_public_key(256));
    assert_eq!(leaf(|_| ()).check_issued_by(&rsa), Err(Error::WrongKeyKind));
}

#[test]
fn a_signature_that_is_no_der_is_refused() {
    let mut der = end_entity("leaf", "ca", &key(2)).sign(&key(1));
    let r = integer_r(&der);
    der[r] = 0x04;
    assert_eq!(read(&der).check_issued_by(&ca(|_| ())), Err(Error::MalformedSignature));
}

/// Where the tag of r stands in a certificate signed with P-384: after the SEQUENCE that ends it, and its length.
fn integer_r(der: &[u8]) -> usize {
    (2..der.len())
        .rev()
        .find(|at| der[at - 2..=*at] == [0x30, (der.len() - at) as u8, 0x02])
        .expect("a certificate ends with r and s")
}
