//! Documents that a verifier has to refuse, one for each rule.
//!
//! Each is signed as if nothing were wrong with it, and differs from one that is accepted in one respect. So a verifier
//! that lacks the rule accepts the document, and the test fails.

pub mod nitro;
pub mod sev_snp;

use crate::{
    der::{der, sequence},
    key::RSA_ENCRYPTION,
    Key,
};
use alloc::vec;
use x509_cert::{
    der::asn1::{Any, BitString, UintRef},
    AlgorithmIdentifier, SubjectPublicKeyInfo,
};

/// The time at which they are to be verified, in Unix seconds: 2027-01-15.
pub const NOW: u64 = 1_800_000_000;

/// A P-384 key that belongs to nobody in a good chain.
pub fn other_key() -> Key {
    Key::derive("a key of somebody else", &[])
}

/// An RSA key whose modulus has this many bytes, at least two. Nobody knows what belongs to it.
pub fn rsa_public_key(modulus_bytes: usize) -> SubjectPublicKeyInfo {
    let mut modulus = vec![0; modulus_bytes];
    modulus[0] = 0x80;
    modulus[modulus_bytes - 1] = 0x01;
    let number = |bytes: &[u8]| der(&UintRef::new(bytes).expect("a modulus is short"));
    let numbers = sequence(&[number(&modulus), number(&[0x01, 0x00, 0x01])]);
    SubjectPublicKeyInfo {
        algorithm: AlgorithmIdentifier { oid: RSA_ENCRYPTION, parameters: Some(Any::null()) },
        subject_public_key: BitString::from_bytes(&numbers).expect("a modulus is short"),
    }
}
