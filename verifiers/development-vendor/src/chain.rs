//! Chains of certificates, from a root to a leaf.

use crate::{CertificateTemplate, Key};
use alloc::{vec, vec::Vec};

/// One certificate of a chain, before it is signed.
#[derive(Clone, Debug)]
pub struct Link {
    /// What it will say.
    pub template: CertificateTemplate,
    /// The key that it is for, which signs what is below it.
    pub key: Key,
    /// Who signs it; none for the link above, or for the root itself.
    pub signed_by: Option<Key>,
}

impl Link {
    /// A link that is signed by the one above it.
    pub fn new(template: CertificateTemplate, key: Key) -> Self {
        Self { template, key, signed_by: None }
    }
}

/// A chain before it is signed: alter what should be altered, then [`ChainTemplate::sign`].
#[derive(Clone, Debug)]
pub struct ChainTemplate {
    /// The root.
    pub root: Link,
    /// The CAs below it, from the top.
    pub intermediates: Vec<Link>,
    /// The leaf.
    pub leaf: Link,
}

/// A chain of signed certificates, each as DER.
#[derive(Clone, Debug)]
pub struct Chain {
    /// The CA certificates, the root first.
    pub cas: Vec<Vec<u8>>,
    /// The leaf.
    pub leaf: Vec<u8>,
    /// The leaf's key.
    pub leaf_key: Key,
}

impl ChainTemplate {
    /// Signs every certificate, from the root downwards.
    pub fn sign(&self) -> Chain {
        let mut issuer = &self.root.key;
        let mut cas = vec![];
        for link in core::iter::once(&self.root).chain(&self.intermediates) {
            cas.push(link.template.sign(link.signed_by.as_ref().unwrap_or(issuer)));
            issuer = &link.key;
        }
        let leaf = &self.leaf;
        Chain {
            cas,
            leaf: leaf.template.sign(leaf.signed_by.as_ref().unwrap_or(issuer)),
            leaf_key: leaf.key.clone(),
        }
    }
}
