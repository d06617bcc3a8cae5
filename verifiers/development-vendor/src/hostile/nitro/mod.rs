//! Hostile Nitro documents.

mod certificates;
mod form;
mod payload;

use super::NOW;
use crate::{
    nitro::{Envelope, NitroDocument, Payload, ROOT},
    ChainTemplate,
};
use alloc::{string::String, vec::Vec};

/// A document that has to be refused.
#[derive(Clone, Debug)]
pub struct Hostile {
    /// What it is called.
    pub name: String,
    /// The rule that it breaks.
    pub rule: &'static str,
    /// Its bytes.
    pub document: Vec<u8>,
    /// The error of `opg-verifier-nitro`, as `Debug` prints it.
    pub error: String,
}

/// All of them. They are to be verified at [`NOW`] with [`roots`] and without known issuers.
pub fn all() -> Vec<Hostile> {
    [form::all(), payload::all(), certificates::all()].concat()
}

/// The roots that they are to be verified with.
pub fn roots() -> Vec<[u8; 32]> {
    Vec::from([ROOT])
}

/// The document that they all differ from in one respect, before it is signed. It is accepted.
pub fn good() -> NitroDocument {
    NitroDocument {
        public_key: Some([1; 32].to_vec()),
        user_data: Some([2; 32].to_vec()),
        nonce: Some([3; 32].to_vec()),
        ..NitroDocument::new([[4; 48], [5; 48], [6; 48], [0; 48]], NOW)
    }
}

fn refused(
    name: impl Into<String>,
    rule: &'static str,
    document: Vec<u8>,
    error: impl Into<String>,
) -> Hostile {
    Hostile { name: name.into(), rule, document, error: error.into() }
}

fn with_document(alter: impl FnOnce(&mut NitroDocument)) -> Vec<u8> {
    let mut document = good();
    alter(&mut document);
    document.sign()
}

fn with_payload(alter: impl FnOnce(&mut Payload)) -> Vec<u8> {
    let chain = good().chain().sign();
    let mut payload = good().payload(&chain);
    alter(&mut payload);
    Envelope::new(payload.encode()).sign(&chain.leaf_key)
}

fn with_envelope(alter: impl FnOnce(&mut Envelope)) -> Vec<u8> {
    let chain = good().chain().sign();
    let mut envelope = Envelope::new(good().payload(&chain).encode());
    alter(&mut envelope);
    envelope.sign(&chain.leaf_key)
}

/// With so many CAs between root and leaf.
fn with_chain(intermediates: u8, alter: impl FnOnce(&mut ChainTemplate)) -> Vec<u8> {
    let document = NitroDocument { intermediates, ..good() };
    let mut chain = document.chain();
    alter(&mut chain);
    let chain = chain.sign();
    Envelope::new(document.payload(&chain).encode()).sign(&chain.leaf_key)
}
