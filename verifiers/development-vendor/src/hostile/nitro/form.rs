//! The envelope: CBOR, COSE, the document's signature.

use super::{good, refused, with_envelope, with_payload, Hostile};
use crate::{
    hostile::other_key,
    nitro::{encode, Envelope, NitroDocument},
};
use alloc::{format, vec, vec::Vec};
use coset::cbor::Value;

/// Deeper than any verifier has to follow.
const DEEP: usize = 32;

pub(super) fn all() -> Vec<Hostile> {
    let mut all = truncated();
    all.extend(headers());
    all.extend(signatures());
    all
}

fn truncated() -> Vec<Hostile> {
    let document = good().sign();
    let ends = [
        ("empty", 0),
        ("ends-after-the-array-header", 1),
        ("ends-in-the-protected-header", 3),
        ("ends-after-the-protected-header", 6),
        ("ends-in-the-payload-header", 8),
        ("ends-in-the-payload", document.len() / 2),
        ("ends-before-the-signature", document.len() - 98),
        ("ends-in-the-signature", document.len() - 1),
    ];
    let cut = |(name, end): (&str, usize)| {
        refused(name, "a document is whole", document.iter().copied().take(end).collect(), "Cbor")
    };
    ends.into_iter().map(cut).collect()
}

fn headers() -> Vec<Hostile> {
    let deep = (0..DEEP).fold(Value::Null, |inner, _| Value::Array(vec![inner]));
    vec![
        refused(
            "too-long",
            "a document has at most 16 KiB",
            with_envelope(|envelope| envelope.trailing = vec![0; 16 * 1024]),
            "TooLong",
        ),
        refused(
            "deep-unprotected-header",
            "CBOR nests at most eight deep",
            with_envelope(|envelope| {
                envelope.unprotected = Value::Map(vec![(Value::from(4), deep.clone())]);
            }),
            "TooDeep",
        ),
        refused(
            "trailing-byte",
            "nothing follows a document",
            with_envelope(|envelope| envelope.trailing = vec![0]),
            "TrailingBytes",
        ),
        refused(
            "wrong-tag",
            "a document has the tag of a COSE_Sign1 or none",
            with_envelope(|envelope| envelope.tag = Some(61)),
            "NotCoseSign1",
        ),
        refused("not-an-array", "a document is an array", encode(&Value::from(1)), "NotCoseSign1"),
        refused(
            "detached-payload",
            "the payload is inside",
            parts(|parts| parts[2] = Value::Null),
            "NotCoseSign1",
        ),
        refused(
            "five-parts",
            "a COSE_Sign1 has four parts",
            parts(|parts| parts.push(Value::Bytes(vec![]))),
            "NotCoseSign1",
        ),
        refused(
            "algorithm-es256",
            "the algorithm is ES384",
            with_envelope(|envelope| envelope.protected = vec![0xa1, 0x01, 0x26]),
            "ProtectedHeader",
        ),
        refused(
            "no-algorithm",
            "the algorithm is ES384",
            with_envelope(|envelope| envelope.protected = vec![]),
            "ProtectedHeader",
        ),
        refused(
            "second-protected-header",
            "the protected header holds the algorithm alone",
            with_envelope(|envelope| {
                envelope.protected = vec![0xa2, 0x01, 0x38, 0x22, 0x04, 0x41, 0x00];
            }),
            "ProtectedHeader",
        ),
        refused(
            "unprotected-header",
            "nothing stands outside of the signature",
            with_envelope(|envelope| {
                envelope.unprotected =
                    Value::Map(vec![(Value::from(4), Value::Bytes(vec![1, 2, 3]))]);
            }),
            "UnprotectedHeader",
        ),
        refused(
            "payload-not-a-map",
            "the payload is a map",
            with_envelope(|envelope| envelope.payload = encode(&Value::Array(vec![]))),
            "NotAMap",
        ),
        refused(
            "byte-behind-the-payload",
            "nothing follows the payload's map",
            with_envelope(|envelope| envelope.payload.push(0)),
            "TrailingBytes",
        ),
        refused(
            "payload-not-cbor",
            "the payload is CBOR",
            with_envelope(|envelope| envelope.payload.truncate(100)),
            "Cbor",
        ),
        refused(
            "deep-payload",
            "CBOR nests at most eight deep",
            with_payload(|payload| payload.set("deep", deep.clone())),
            "TooDeep",
        ),
    ]
}

fn signatures() -> Vec<Hostile> {
    let chain = good().chain().sign();
    let envelope = Envelope::new(good().payload(&chain).encode());
    let der = chain.leaf_key.sign(&envelope.signed_bytes());
    let genuine = chain.leaf_key.sign_fixed(&envelope.signed_bytes());
    let (r, s) = genuine.split_at(48);
    let swapped = [s, r].concat();
    vec![
        refused(
            "signature-in-der",
            "a signature has 96 bytes",
            with_envelope(|envelope| envelope.signature = Some(der)),
            "SignatureLength",
        ),
        refused(
            "signed-by-another-key",
            "the leaf's key signs the document",
            envelope.sign(&other_key()),
            "WrongSignature",
        ),
        refused(
            "signed-by-the-root",
            "the leaf's key signs the document, not one above it",
            envelope.sign(&good().chain().root.key),
            "WrongSignature",
        ),
        refused(
            "signed-without-its-context",
            "the signature is over the Sig_structure, not the payload alone",
            with_envelope(|envelope| {
                envelope.signature = Some(chain.leaf_key.sign_fixed(&envelope.payload));
            }),
            "WrongSignature",
        ),
        refused(
            "zero-signature",
            "r and s are not zero",
            with_envelope(|envelope| envelope.signature = Some(vec![0; 96])),
            "WrongSignature",
        ),
        refused(
            "swapped-r-and-s",
            "r comes before s",
            with_envelope(|envelope| envelope.signature = Some(swapped)),
            "WrongSignature",
        ),
    ]
    .into_iter()
    .chain(altered_after_signing(&genuine))
    .collect()
}

/// What a host would like to change: the signature is of the genuine document.
fn altered_after_signing(genuine: &[u8]) -> Vec<Hostile> {
    type Alter = fn(&mut NitroDocument);
    let fields: [(&str, Alter); 5] = [
        ("pcr0", |document| document.pcrs.extend([(0, [9; 48])])),
        ("user-data", |document| document.user_data = Some([9; 32].to_vec())),
        ("nonce", |document| document.nonce = Some([9; 32].to_vec())),
        ("public-key", |document| document.public_key = Some([9; 32].to_vec())),
        ("module-id", |document| document.module_id.push('9')),
    ];
    let chain = good().chain().sign();
    let swap = |(field, alter): (&str, Alter)| {
        let mut document = good();
        alter(&mut document);
        let mut envelope = Envelope::new(document.payload(&chain).encode());
        envelope.signature = Some(genuine.to_vec());
        refused(
            format!("other-{field}"),
            "what is read is what is signed",
            envelope.sign(&chain.leaf_key),
            "WrongSignature",
        )
    };
    fields.into_iter().map(swap).collect()
}

fn parts(alter: impl FnOnce(&mut Vec<Value>)) -> Vec<u8> {
    let chain = good().chain().sign();
    let envelope = Envelope::new(good().payload(&chain).encode());
    let mut parts = envelope.parts(&chain.leaf_key);
    alter(&mut parts);
    encode(&Value::Array(parts))
}
