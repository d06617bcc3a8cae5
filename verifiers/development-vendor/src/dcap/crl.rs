//! Revocation lists.

use crate::{
    certificate::{extension, time},
    der::{der, explicit, sequence},
    Key,
};
use alloc::{vec, vec::Vec};
use x509_cert::der::asn1::BitString;

const CRL_NUMBER: &str = "2.5.29.20";
/// How version 2 is written.
const V2: u8 = 1;

/// A revocation list before it is signed.
#[derive(Clone, Debug)]
pub struct Crl {
    /// The DER of the issuer's name.
    pub issuer: Vec<u8>,
    /// When it was made, in Unix seconds.
    pub this_update: u64,
    /// When the next one is due, in Unix seconds.
    pub next_update: u64,
    /// Its number, which rises from list to list.
    pub number: u64,
    /// The serial numbers that are revoked.
    pub revoked: Vec<u64>,
}

impl Crl {
    /// The list's DER, signed by `issuer`.
    pub fn sign(&self, issuer: &Key) -> Vec<u8> {
        let revoked = |serial: &u64| sequence(&[der(serial), time(self.this_update)]);
        let revoked: Vec<_> = self.revoked.iter().map(revoked).collect();
        let mut parts = vec![
            der(&V2),
            der(&issuer.algorithm()),
            self.issuer.clone(),
            time(self.this_update),
            time(self.next_update),
        ];
        if !revoked.is_empty() {
            parts.push(sequence(&revoked));
        }
        let number = extension(CRL_NUMBER, false, der(&self.number));
        parts.push(explicit(0, sequence(&[der(&number)])));
        let signed = sequence(&parts);
        let signature = BitString::from_bytes(&issuer.sign(&signed)).expect("signatures are short");
        sequence(&[signed, der(&issuer.algorithm()), der(&signature)])
    }
}
