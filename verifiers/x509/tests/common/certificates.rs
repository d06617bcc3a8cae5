//! Certificates that tests issue themselves. Every part can be changed before it is signed; the DER is written here,
//! byte by byte, so that it may also be what no library would write.
#![allow(dead_code)] // each test file uses its own part

use p384::ecdsa::{signature::Signer, Signature, SigningKey};
use std::time::Duration;
use x509_cert::der::{asn1::UtcTime, Encode};

/// The window of what is issued here, if nothing else is said.
pub const NOT_BEFORE: u64 = 1_700_000_000;
pub const NOT_AFTER: u64 = 1_800_000_000;

pub const ECDSA_WITH_SHA384: &[u8] =
    &[0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03];
pub const ECDSA_WITH_SHA256: &[u8] =
    &[0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const EC_PUBLIC_KEY_P384: &[u8] = &[
    0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04,
    0x00, 0x22,
];
const RSA_ENCRYPTION: &[u8] =
    &[0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/// Object identifiers of extensions.
pub const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];
pub const KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x0f];
pub const NAME_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x1e];

/// Bits of KeyUsage.
pub const DIGITAL_SIGNATURE: u8 = 0x80;
pub const KEY_CERT_SIGN: u8 = 0x04;
pub const CRL_SIGN: u8 = 0x02;

/// One DER element.
pub fn tlv(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
    let contents = contents.concat();
    let mut out = vec![tag];
    match contents.len() {
        short @ 0..=0x7f => out.push(short as u8),
        medium @ 0x80..=0xff => out.extend([0x81, medium as u8]),
        long => out.extend([0x82, (long >> 8) as u8, long as u8]),
    }
    out.extend(contents);
    out
}

/// A name of one common name.
pub fn name(common_name: &str) -> Vec<u8> {
    let oid = tlv(0x06, &[&[0x55, 0x04, 0x03]]);
    let attribute = tlv(0x30, &[&oid, &tlv(0x0c, &[common_name.as_bytes()])]);
    tlv(0x30, &[&tlv(0x31, &[&attribute])])
}

/// The subjectPublicKeyInfo of a point of P-384, or of what is given for one.
pub fn p384_info(point: &[u8]) -> Vec<u8> {
    tlv(0x30, &[EC_PUBLIC_KEY_P384, &tlv(0x03, &[&[0x00], point])])
}

/// The subjectPublicKeyInfo of an RSA key whose modulus has this many bytes. Nobody knows its private key.
pub fn rsa_info(modulus_bytes: usize) -> Vec<u8> {
    let mut modulus = vec![0x00; modulus_bytes + 1];
    modulus[1] = 0x80;
    modulus[modulus_bytes] = 0x01;
    let key = tlv(0x30, &[&tlv(0x02, &[&modulus]), &tlv(0x02, &[&[0x01, 0x00, 0x01]])]);
    tlv(0x30, &[RSA_ENCRYPTION, &tlv(0x03, &[&[0x00], &key])])
}

/// An uncompressed point.
pub fn point(key: &SigningKey) -> Vec<u8> {
    key.verifying_key().to_sec1_point(false).as_bytes().to_vec()
}

pub fn extension(oid: &[u8], critical: bool, contents: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if critical { &[0x01, 0x01, 0xff] } else { &[] };
    tlv(0x30, &[&tlv(0x06, &[oid]), critical, &tlv(0x04, &[contents])])
}

pub fn basic_constraints(ca: bool, path_len: Option<u8>) -> Vec<u8> {
    let ca: &[u8] = if ca { &[0x01, 0x01, 0xff] } else { &[] };
    let path_len = path_len.map_or_else(Vec::new, |most| tlv(0x02, &[&[most]]));
    extension(BASIC_CONSTRAINTS, true, &tlv(0x30, &[ca, &path_len]))
}

pub fn key_usage(bits: u8) -> Vec<u8> {
    extension(KEY_USAGE, true, &tlv(0x03, &[&[bits.trailing_zeros() as u8, bits]]))
}

/// A key of P-384 by a small number, so that a failure comes again.
pub fn key(seed: u8) -> SigningKey {
    SigningKey::from_slice(&[seed; 48]).unwrap()
}

pub fn sign(key: &SigningKey, message: &[u8]) -> Signature {
    key.sign(message)
}

/// A certificate before it is signed.
#[derive(Clone)]
pub struct Template {
    /// The explicit version, `[0]` and INTEGER; empty for version 1.
    pub version: Vec<u8>,
    pub algorithm_inside: Vec<u8>,
    pub algorithm_outside: Vec<u8>,
    pub issuer: Vec<u8>,
    pub subject: Vec<u8>,
    pub not_before: u64,
    pub not_after: u64,
    pub public_key: Vec<u8>,
    pub extensions: Vec<Vec<u8>>,
}

impl Template {
    fn new(subject: &str, issuer: &str, key: &SigningKey, extensions: Vec<Vec<u8>>) -> Self {
        Self {
            version: tlv(0xa0, &[&tlv(0x02, &[&[0x02]])]),
            algorithm_inside: ECDSA_WITH_SHA384.to_vec(),
            algorithm_outside: ECDSA_WITH_SHA384.to_vec(),
            issuer: name(issuer),
            subject: name(subject),
            not_before: NOT_BEFORE,
            not_after: NOT_AFTER,
            public_key: p384_info(&point(key)),
            extensions,
        }
    }

    /// As AWS and AMD make a CA's.
    pub fn ca(subject: &str, issuer: &str, key: &SigningKey, path_len: Option<u8>) -> Self {
        let usage = key_usage(DIGITAL_SIGNATURE | KEY_CERT_SIGN | CRL_SIGN);
        Self::new(subject, issuer, key, vec![basic_constraints(true, path_len), usage])
    }

    /// As AWS makes a leaf's.
    pub fn end_entity(subject: &str, issuer: &str, key: &SigningKey) -> Self {
        let extensions = vec![basic_constraints(false, None), key_usage(DIGITAL_SIGNATURE)];
        Self::new(subject, issuer, key, extensions)
    }

    pub fn sign(&self, issuer: &SigningKey) -> Vec<u8> {
        let extensions = match self.extensions.is_empty() {
            true => Vec::new(),
            false => tlv(0xa3, &[&tlv(0x30, &[&self.extensions.concat()])]),
        };
        let validity = tlv(0x30, &[&time(self.not_before), &time(self.not_after)]);
        let tbs = tlv(
            0x30,
            &[
                &self.version,
                &tlv(0x02, &[&[0x2a]]),
                &self.algorithm_inside,
                &self.issuer,
                &validity,
                &self.subject,
                &self.public_key,
                &extensions,
            ],
        );
        let signature = sign(issuer, &tbs).to_der();
        let signature = tlv(0x03, &[&[0x00], signature.as_bytes()]);
        tlv(0x30, &[&tbs, &self.algorithm_outside, &signature])
    }
}

fn time(unix: u64) -> Vec<u8> {
    UtcTime::from_unix_duration(Duration::from_secs(unix)).unwrap().to_der().unwrap()
}
