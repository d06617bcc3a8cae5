//! The chain: root, CA, leaf.

use super::{good, refused, with_chain, with_payload, Hostile, NOW};
use crate::{
    certificate::{
        basic_constraints, extension, key_usage, name, BASIC_CONSTRAINTS, KEY_USAGE,
        NAME_CONSTRAINTS,
    },
    hostile::{other_key, rsa_public_key},
    ChainTemplate,
};
use alloc::{format, vec, vec::Vec};
use coset::cbor::Value;
use x509_cert::{
    der::asn1::{BitString, ObjectIdentifier},
    ext::pkix::KeyUsages,
    AlgorithmIdentifier,
};

const ECDSA_WITH_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
/// DER of r = 0 and s = 1.
const ZERO_R: [u8; 8] = [0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x01];

pub(super) fn all() -> Vec<Hostile> {
    let mut all = roots();
    all.extend(roles());
    all.extend(times());
    all.extend(forms());
    all.extend(keys());
    all.extend(issuers());
    all
}

/// The leaf is altered.
fn leaf(
    name: &str,
    rule: &'static str,
    error: &str,
    alter: impl FnOnce(&mut ChainTemplate),
) -> Hostile {
    refused(name, rule, with_chain(1, alter), format!("Certificate(Leaf, {error})"))
}

/// The CA below the root is altered.
fn ca(
    name: &str,
    rule: &'static str,
    error: &str,
    alter: impl FnOnce(&mut ChainTemplate),
) -> Hostile {
    refused(name, rule, with_chain(1, alter), format!("Certificate(Ca(1), {error})"))
}

fn roots() -> Vec<Hostile> {
    vec![
        refused(
            "root-of-the-same-name",
            "the root's hash is pinned, not its name",
            with_chain(1, |chain| {
                chain.root.key = other_key();
                chain.root.template.public_key = other_key().public_key();
            }),
            "UnknownRoot",
        ),
        refused(
            "root-of-another-serial-number",
            "the root's hash is pinned, not its key",
            with_chain(1, |chain| chain.root.template.serial = 2),
            "UnknownRoot",
        ),
        refused(
            "root-left-out",
            "the root comes first",
            with_payload(|payload| {
                if let Some(cas) = payload.get_mut("cabundle").and_then(Value::as_array_mut) {
                    cas.remove(0);
                }
            }),
            "UnknownRoot",
        ),
        refused(
            "root-last",
            "the root comes first",
            with_payload(|payload| {
                if let Some(cas) = payload.get_mut("cabundle").and_then(Value::as_array_mut) {
                    cas.reverse();
                }
            }),
            "UnknownRoot",
        ),
    ]
}

fn roles() -> Vec<Hostile> {
    vec![
        ca("leaf-as-ca", "a CA is marked as one", "NotACa", |chain| {
            chain.intermediates[0].template.set(basic_constraints(false, None));
        }),
        ca("ca-without-basic-constraints", "a CA is marked as one", "NotACa", |chain| {
            chain.intermediates[0].template.remove(BASIC_CONSTRAINTS);
        }),
        ca(
            "ca-that-signs-lists-alone",
            "a CA may sign certificates",
            "MayNotSignCertificates",
            |chain| {
                chain.intermediates[0].template.set(key_usage(KeyUsages::CRLSign));
            },
        ),
        ca(
            "ca-without-key-usage",
            "a CA may sign certificates",
            "MayNotSignCertificates",
            |chain| {
                chain.intermediates[0].template.remove(KEY_USAGE);
            },
        ),
        refused(
            "path-too-long",
            "no more CAs below a CA than it allows",
            with_chain(2, |chain| {
                chain.intermediates[0].template.set(basic_constraints(true, Some(0)));
            }),
            "Certificate(Ca(1), PathTooLong)",
        ),
        leaf("ca-as-leaf", "the leaf is no CA", "CaAsEndEntity", |chain| {
            chain.leaf.template.set(basic_constraints(true, None));
        }),
        leaf("leaf-that-enciphers", "the leaf may sign", "WrongEndEntityKeyUsage", |chain| {
            chain.leaf.template.set(key_usage(KeyUsages::KeyEncipherment));
        }),
        leaf(
            "leaf-that-certifies",
            "the leaf may sign data alone",
            "WrongEndEntityKeyUsage",
            |chain| {
                let usages = KeyUsages::DigitalSignature | KeyUsages::KeyCertSign;
                chain.leaf.template.set(key_usage(usages));
            },
        ),
    ]
}

fn times() -> Vec<Hostile> {
    vec![
        refused(
            "expired-leaf",
            "the leaf is valid now",
            with_chain(1, |chain| chain.leaf.template.not_after = NOW - 1),
            "Expired(Leaf)",
        ),
        refused(
            "leaf-of-tomorrow",
            "the leaf is valid now",
            with_chain(1, |chain| chain.leaf.template.not_before = NOW + 1),
            "NotYetValid(Leaf)",
        ),
        refused(
            "expired-ca",
            "every CA is valid now",
            with_chain(1, |chain| chain.intermediates[0].template.not_after = NOW - 1),
            "Expired(Ca(1))",
        ),
        refused(
            "ca-of-tomorrow",
            "every CA is valid now",
            with_chain(1, |chain| chain.intermediates[0].template.not_before = NOW + 1),
            "NotYetValid(Ca(1))",
        ),
    ]
}

fn forms() -> Vec<Hostile> {
    let altered = |name: &str, rule: &'static str, error: &str, alter: fn(&mut Vec<u8>)| {
        let mut certificate = good().chain().sign().leaf;
        alter(&mut certificate);
        let document = with_payload(|payload| payload.set("certificate", certificate));
        refused(name, rule, document, format!("Certificate(Leaf, {error})"))
    };
    vec![
        altered("truncated-leaf", "a certificate is whole", "Malformed", |der| {
            der.pop();
        }),
        altered("byte-behind-the-leaf", "nothing follows a certificate", "TrailingBytes", |der| {
            der.push(0);
        }),
        leaf("leaf-of-version-1", "certificates are of version 3", "NotVersion3", |chain| {
            chain.leaf.template.version = None;
        }),
        leaf("key-usage-twice-in-the-leaf", "no extension twice", "DuplicateExtension", |chain| {
            let again = key_usage(KeyUsages::DigitalSignature);
            chain.leaf.template.extensions.push(again);
        }),
        ca("constraints-twice-in-the-ca", "no extension twice", "DuplicateExtension", |chain| {
            let again = basic_constraints(true, None);
            chain.intermediates[0].template.extensions.push(again);
        }),
        ca(
            "critical-name-constraints",
            "what is critical is understood",
            "UnknownCriticalExtension",
            |chain| {
                let constraints = extension(NAME_CONSTRAINTS, true, vec![0x30, 0x00]);
                chain.intermediates[0].template.extensions.push(constraints);
            },
        ),
        leaf(
            "two-signature-algorithms",
            "the algorithm inside is the one outside",
            "SignatureAlgorithmsDiffer",
            |chain| chain.leaf.template.signed_algorithm = Some(ecdsa_with_sha256()),
        ),
        leaf(
            "leaf-signed-with-sha256",
            "certificates are signed with SHA-384",
            "UnsupportedSignatureAlgorithm",
            |chain| {
                chain.leaf.template.signed_algorithm = Some(ecdsa_with_sha256());
                chain.leaf.template.outer_algorithm = Some(ecdsa_with_sha256());
            },
        ),
    ]
}

fn keys() -> Vec<Hostile> {
    vec![
        leaf(
            "compressed-leaf-key",
            "a point is written with both coordinates",
            "UnsupportedPublicKey",
            |chain| {
                point(chain, |point| {
                    point.truncate(49);
                    point[0] = 2;
                });
            },
        ),
        leaf("leaf-key-off-the-curve", "a key is on the curve", "InvalidPublicKey", |chain| {
            point(chain, |point| point[96] ^= 1);
        }),
        refused(
            "rsa-leaf",
            "the leaf's key is of P-384",
            with_chain(1, |chain| chain.leaf.template.public_key = rsa_public_key(256)),
            "LeafKey",
        ),
    ]
}

fn issuers() -> Vec<Hostile> {
    vec![
        leaf("leaf-of-another-issuer", "the issuer is the CA above", "WrongIssuer", |chain| {
            chain.leaf.template.issuer = name("somebody else");
        }),
        ca("ca-of-another-issuer", "the issuer is the CA above", "WrongIssuer", |chain| {
            chain.intermediates[0].template.issuer = name("somebody else");
        }),
        leaf("leaf-signed-by-another", "the CA above signs", "WrongSignature", |chain| {
            chain.leaf.signed_by = Some(other_key());
        }),
        leaf("leaf-signed-by-the-root", "the CA above signs", "WrongSignature", |chain| {
            chain.leaf.signed_by = Some(chain.root.key.clone());
        }),
        ca("ca-signed-by-itself", "the CA above signs", "WrongSignature", |chain| {
            chain.intermediates[0].signed_by = Some(chain.intermediates[0].key.clone());
        }),
        leaf("leaf-signed-with-r-of-zero", "r is not zero", "MalformedSignature", |chain| {
            chain.leaf.template.signature = Some(ZERO_R.to_vec());
        }),
        refused(
            "swapped-cas",
            "CAs come in the order of issuing",
            with_chain(2, |chain| chain.intermediates.swap(0, 1)),
            "Certificate(Ca(1), PathTooLong)",
        ),
    ]
}

fn ecdsa_with_sha256() -> AlgorithmIdentifier {
    AlgorithmIdentifier { oid: ECDSA_WITH_SHA256, parameters: None }
}

/// Alters the leaf's point.
fn point(chain: &mut ChainTemplate, alter: impl FnOnce(&mut Vec<u8>)) {
    let public_key = &mut chain.leaf.template.public_key;
    let mut point = public_key.subject_public_key.raw_bytes().to_vec();
    alter(&mut point);
    public_key.subject_public_key = BitString::from_bytes(&point).expect("a point is short");
}
