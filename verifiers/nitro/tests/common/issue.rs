//! Documents of the development vendor as AWS issues them, with every part open to change before it is signed.

use super::trust;
use coset::cbor::Value;
use opg_development_vendor::{
    certificate::name,
    hostile::other_key,
    nitro::{Envelope, NitroDocument, Payload},
    ChainTemplate, Key, Link,
};
use opg_verifier_nitro::{verify, Error, Report};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

pub use opg_development_vendor::nitro::encode;

/// When the documents are made and verified.
pub const NOW: u64 = 1_800_000_000;

pub const MODULE_ID: &str = "i-0123456789abcdef0-enc0123456789abcdef";

/// Where the leaf of a sound chain stands, counted from the root.
pub const LEAF: usize = 4;

/// What a document says, under so many CA certificates, the root included.
fn content(cas: u8) -> NitroDocument {
    NitroDocument {
        module_id: MODULE_ID.into(),
        timestamp_ms: NOW * 1000,
        pcrs: pcrs(),
        public_key: Some(b"public key".to_vec()),
        user_data: Some(b"user data".to_vec()),
        nonce: Some(b"nonce".to_vec()),
        intermediates: cas - 1,
    }
}

/// As AWS issues certificates: root, region, zone, instance, leaf.
pub fn sound_chain() -> ChainTemplate {
    chain_with_cas(4)
}

/// Of so many CA certificates, each below the root with the path length that the rest needs.
pub fn chain_with_cas(cas: u8) -> ChainTemplate {
    let mut chain = content(cas).chain();
    chain.leaf.template.subject = name(&format!("{MODULE_ID}.eu-central-1.aws"));
    chain
}

/// The certificate at an index: 0 is the root, the last the leaf.
pub fn link(chain: &mut ChainTemplate, index: usize) -> &mut Link {
    match index.checked_sub(1) {
        None => &mut chain.root,
        Some(below) if below < chain.intermediates.len() => &mut chain.intermediates[below],
        Some(_) => &mut chain.leaf,
    }
}

/// A sound chain with the certificate at an index changed.
pub fn changed(index: usize, change: impl FnOnce(&mut Link)) -> ChainTemplate {
    let mut chain = sound_chain();
    change(link(&mut chain, index));
    chain
}

/// A document before it is signed.
#[derive(Clone)]
pub struct Document {
    pub payload: Payload,
    /// What is around the payload, which is put in when the document is signed.
    pub envelope: Envelope,
    pub signer: Key,
    /// The hash of the root that is to be trusted.
    pub root: [u8; 32],
}

impl Document {
    pub fn sound() -> Self {
        Self::of(&sound_chain())
    }

    /// Under this chain, with all the fields.
    pub fn of(chain: &ChainTemplate) -> Self {
        let chain = chain.sign();
        Self {
            payload: content(1).payload(&chain),
            envelope: Envelope::new(vec![]),
            root: Sha256::digest(&chain.cas[0]).into(),
            signer: chain.leaf_key,
        }
    }

    /// With another envelope.
    pub fn enclosed(mut self, change: impl FnOnce(&mut Envelope)) -> Self {
        change(&mut self.envelope);
        self
    }

    /// With another value of a field.
    pub fn set(mut self, field: &str, value: Value) -> Self {
        *self.field(field) = value;
        self
    }

    /// Without a field.
    pub fn without(mut self, field: &str) -> Self {
        self.payload.remove(field);
        self
    }

    /// With an entry more, at the end.
    pub fn with(mut self, key: Value, value: Value) -> Self {
        self.payload.0.push((key, value));
        self
    }

    pub fn field(&mut self, field: &str) -> &mut Value {
        self.payload.get_mut(field).unwrap()
    }

    /// The entries of `pcrs`.
    pub fn pcrs(&mut self) -> &mut Vec<(Value, Value)> {
        self.field("pcrs").as_map_mut().unwrap()
    }

    /// Signs this payload, whatever it is.
    pub fn seal(&self, payload: &[u8]) -> Vec<u8> {
        Envelope { payload: payload.to_vec(), ..self.envelope.clone() }.sign(&self.signer)
    }

    pub fn bytes(&self) -> Vec<u8> {
        self.seal(&self.payload.encode())
    }

    /// This document with a signature that may be of anything.
    pub fn with_signature(&self, signature: &[u8]) -> Vec<u8> {
        let signature = Some(signature.to_vec());
        let payload = self.payload.encode();
        Envelope { payload, signature, ..self.envelope.clone() }.sign(&self.signer)
    }

    /// This document with another value in the payload's place.
    pub fn with_payload(&self, payload: Value) -> Vec<u8> {
        let mut parts = self.envelope.parts(&self.signer);
        parts[2] = payload;
        encode(&Value::Array(parts))
    }

    /// What is said of these bytes under this document's root.
    pub fn judge(&self, bytes: &[u8]) -> Result<Report, Error> {
        verify(bytes, &trust(&[self.root], &[]), NOW)
    }

    pub fn verify(&self) -> Result<Report, Error> {
        self.judge(&self.bytes())
    }
}

/// A document with this payload and a signature that nobody made.
pub fn unsigned(payload: &[u8]) -> Vec<u8> {
    let signature = Some(vec![1; 96]);
    Envelope { signature, ..Envelope::new(payload.to_vec()) }.sign(&other_key())
}

/// PCR0 to PCR2 are of an image, the others were never extended.
pub fn pcr(index: u8) -> [u8; 48] {
    match index {
        0..=2 => [index + 1; 48],
        _ => [0; 48],
    }
}

/// All that a document of AWS has.
pub fn pcrs() -> BTreeMap<u8, [u8; 48]> {
    (0..16).map(|index| (index, pcr(index))).collect()
}

pub fn text(text: &str) -> Value {
    Value::Text(text.into())
}

pub fn int(integer: i64) -> Value {
    Value::Integer(integer.into())
}

pub fn bytes(bytes: &[u8]) -> Value {
    Value::Bytes(bytes.to_vec())
}
