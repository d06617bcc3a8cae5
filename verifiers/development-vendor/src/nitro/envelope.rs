//! The COSE_Sign1 around a payload.

use super::payload::encode;
use crate::Key;
use alloc::{boxed::Box, vec, vec::Vec};
use coset::{cbor::Value, sig_structure_data, Header, ProtectedHeader, SignatureContext};

/// The protected header of every document: `{1: -35}`, algorithm ES384.
pub const ES384: [u8; 4] = [0xa1, 0x01, 0x38, 0x22];

/// A COSE_Sign1 before it is signed.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// The tag in front; AWS writes none.
    pub tag: Option<u64>,
    /// The protected header, encoded.
    pub protected: Vec<u8>,
    /// The unprotected header.
    pub unprotected: Value,
    /// The payload, encoded.
    pub payload: Vec<u8>,
    /// The signature, where it is not to be made.
    pub signature: Option<Vec<u8>>,
    /// Bytes behind the document.
    pub trailing: Vec<u8>,
}

impl Envelope {
    /// As AWS writes it.
    pub fn new(payload: Vec<u8>) -> Self {
        Self {
            tag: None,
            protected: ES384.to_vec(),
            unprotected: Value::Map(vec![]),
            payload,
            signature: None,
            trailing: vec![],
        }
    }

    /// The document's bytes, signed by `key`.
    pub fn sign(&self, key: &Key) -> Vec<u8> {
        let parts = Value::Array(self.parts(key));
        let mut document = encode(&match self.tag {
            Some(tag) => Value::Tag(tag, Box::new(parts)),
            None => parts,
        });
        document.extend_from_slice(&self.trailing);
        document
    }

    /// The four parts of the document, the last one the signature by `key`.
    pub fn parts(&self, key: &Key) -> Vec<Value> {
        let signature =
            self.signature.clone().unwrap_or_else(|| key.sign_fixed(&self.signed_bytes()));
        vec![
            Value::Bytes(self.protected.clone()),
            self.unprotected.clone(),
            Value::Bytes(self.payload.clone()),
            Value::Bytes(signature),
        ]
    }

    /// What the signature is over: the Sig_structure of RFC 9052, section 4.4.
    pub fn signed_bytes(&self) -> Vec<u8> {
        let protected = ProtectedHeader {
            original_data: Some(self.protected.clone()),
            header: Header::default(),
        };
        sig_structure_data(SignatureContext::CoseSign1, protected, None, &[], &self.payload)
    }
}
