//! Attestation documents in the format of AWS Nitro Enclaves.
//!
//! ```
//! use opg_development_vendor::nitro::NitroDocument;
//!
//! let document = NitroDocument::new([[1; 48]; 4], 1_800_000_000).sign();
//! assert_eq!(document[0], 0x84, "a COSE_Sign1 without a tag, as AWS writes it");
//! ```

mod envelope;
mod payload;

pub use coset::cbor::Value;
pub use envelope::{Envelope, ES384};
pub use payload::{encode, Payload};

use crate::{
    certificate::{basic_constraints, key_usage, name},
    CertificateTemplate, Chain, ChainTemplate, Key, Link,
};
use alloc::{collections::BTreeMap, format, string::String, vec, vec::Vec};
use x509_cert::ext::pkix::KeyUsages;

/// SHA-256 of the root's DER: what a development chain trusts.
pub const ROOT: [u8; 32] = *include_bytes!("../../testdata/roots/nitro.sha256");
/// How long a leaf is valid, in seconds, as with AWS.
pub const LEAF_SECONDS: u64 = 3 * 60 * 60;
/// How much of it is before the document's time, in seconds: a chain's clock may be behind.
pub const LEAF_HEAD_START: u64 = 10 * 60;
/// How many CAs are between the root and the leaf, where nothing else is asked for. AWS has three.
pub const INTERMEDIATES: u8 = 1;

/// How many PCRs a document of AWS has.
const PCRS: u8 = 16;
const ROOT_NAME: &str = "Nitro root of the development vendor";

/// The root's certificate, always the same.
pub fn root_der() -> Vec<u8> {
    let root = root_link();
    root.template.sign(&root.key)
}

/// What a document will say. Alter any of it, then [`NitroDocument::sign`].
#[derive(Clone, Debug)]
pub struct NitroDocument {
    /// Who issues the document.
    pub module_id: String,
    /// When it is made, in milliseconds since 1970.
    pub timestamp_ms: u64,
    /// Measurements by index.
    pub pcrs: BTreeMap<u8, [u8; 48]>,
    /// What the enclave's code gave as a public key.
    pub public_key: Option<Vec<u8>>,
    /// What it gave as user data.
    pub user_data: Option<Vec<u8>>,
    /// What it gave as a nonce.
    pub nonce: Option<Vec<u8>>,
    /// How many CAs are between the root and the leaf.
    pub intermediates: u8,
}

impl NitroDocument {
    /// A document made at `now` (Unix seconds) of an enclave with these PCRs 0, 1, 2 and 8; the others up to 15 are
    /// zero.
    pub fn new([pcr0, pcr1, pcr2, pcr8]: [[u8; 48]; 4], now: u64) -> Self {
        let mut pcrs: BTreeMap<_, _> = (0..PCRS).map(|index| (index, [0; 48])).collect();
        pcrs.extend([(0, pcr0), (1, pcr1), (2, pcr2), (8, pcr8)]);
        Self {
            module_id: "i-0000development-enc0000development".into(),
            timestamp_ms: now.saturating_mul(1000),
            pcrs,
            public_key: None,
            user_data: None,
            nonce: None,
            intermediates: INTERMEDIATES,
        }
    }

    /// The chain that is to sign it, with a leaf valid for [`LEAF_SECONDS`] around the document's time.
    pub fn chain(&self) -> ChainTemplate {
        let root = root_link();
        let mut issuer = root.template.subject.clone();
        let mut intermediates = vec![];
        for below in (0..self.intermediates).rev() {
            let ca = ca_link(issuer, below);
            issuer = ca.template.subject.clone();
            intermediates.push(ca);
        }
        ChainTemplate { root, intermediates, leaf: self.leaf_link(issuer) }
    }

    /// The payload under a signed chain.
    pub fn payload(&self, chain: &Chain) -> Payload {
        let bytes = |bytes: &Vec<u8>| Value::Bytes(bytes.clone());
        let optional = |bytes: &Option<Vec<u8>>| bytes.clone().map_or(Value::Null, Value::Bytes);
        let pcr = |(index, pcr): (&u8, &[u8; 48])| (Value::from(*index), Value::from(&pcr[..]));
        Payload::new([
            ("module_id", self.module_id.as_str().into()),
            ("digest", "SHA384".into()),
            ("timestamp", self.timestamp_ms.into()),
            ("pcrs", Value::Map(self.pcrs.iter().map(pcr).collect())),
            ("certificate", bytes(&chain.leaf)),
            ("cabundle", Value::Array(chain.cas.iter().map(bytes).collect())),
            ("public_key", optional(&self.public_key)),
            ("user_data", optional(&self.user_data)),
            ("nonce", optional(&self.nonce)),
        ])
    }

    /// The document.
    pub fn sign(&self) -> Vec<u8> {
        let chain = self.chain().sign();
        Envelope::new(self.payload(&chain).encode()).sign(&chain.leaf_key)
    }

    fn leaf_link(&self, issuer: Vec<u8>) -> Link {
        let made = self.timestamp_ms / 1000;
        let holder = [self.module_id.as_bytes(), &self.timestamp_ms.to_be_bytes()].concat();
        let key = Key::derive("Nitro leaf", &holder);
        let subject = name(&format!("{}.development.aws", self.module_id));
        let mut usage = key_usage(KeyUsages::DigitalSignature | KeyUsages::NonRepudiation);
        usage.critical = false; // as AWS has it
        let extensions = vec![basic_constraints(false, None), usage];
        let mut template = CertificateTemplate::new(issuer, subject, &key, extensions);
        template.not_before = made.saturating_sub(LEAF_HEAD_START);
        template.not_after = template.not_before.saturating_add(LEAF_SECONDS);
        Link::new(template, key)
    }
}

fn root_link() -> Link {
    let (key, name) = (Key::derive("Nitro root", &[]), name(ROOT_NAME));
    Link::new(CertificateTemplate::ca(name.clone(), name, &key, None), key)
}

/// A CA with as many CAs below it.
fn ca_link(issuer: Vec<u8>, below: u8) -> Link {
    let key = Key::derive("Nitro CA", &[below]);
    let subject = name(&format!("Nitro CA of the development vendor, {below} below"));
    Link::new(CertificateTemplate::ca(issuer, subject, &key, Some(below)), key)
}
