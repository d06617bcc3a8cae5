//! Certificates of the development vendor, with every part open to change before it is signed.

use opg_development_vendor::{
    certificate::{basic_constraints, key_usage, name},
    CertificateTemplate, Key,
};
use opg_verifier_x509::p384::ecdsa::SigningKey;
use x509_cert::ext::pkix::KeyUsages;

/// A key of P-384 by a number.
pub fn key(number: u8) -> Key {
    Key::derive("tests of X.509", &[number])
}

/// The same, for signatures outside of certificates.
pub fn signing_key(number: u8) -> SigningKey {
    match key(number) {
        Key::P384(key) => key,
        _ => panic!("another kind of key"),
    }
}

/// As AWS and AMD make a CA's.
pub fn ca(subject: &str, issuer: &str, key: &Key, path_len: Option<u8>) -> CertificateTemplate {
    CertificateTemplate::ca(name(issuer), name(subject), key, path_len)
}

/// As AWS makes a leaf's.
pub fn end_entity(subject: &str, issuer: &str, key: &Key) -> CertificateTemplate {
    let extensions = vec![basic_constraints(false, None), key_usage(KeyUsages::DigitalSignature)];
    CertificateTemplate::new(name(issuer), name(subject), key, extensions)
}
