//! Quotes and collateral in the formats of Intel SGX and TDX.
//!
//! ```
//! use opg_development_vendor::dcap::{body, QuoteFields, Vendor};
//!
//! let body = body::td(body::TdReport::Tdx10, [1; 48], [[2; 48]; 4], [3; 64]);
//! let issued = Vendor::tdx(QuoteFields::tdx4(body), 1_800_000_000).issue();
//! assert_eq!(issued.quote[..2], [4, 0]);
//! ```

pub mod body;
mod crl;
mod documents;
mod platform;
mod quote;

pub use crl::Crl;
pub use documents::date;
pub use platform::Platform;
pub use quote::QuoteFields;
pub use serde_json::Value;

use crate::{
    certificate::{basic_constraints, key_usage, name},
    CertificateTemplate, ChainTemplate, Key, Link,
};
use alloc::{
    string::{String, ToString},
    vec,
    vec::Vec,
};
use codec::Encode as _;
use documents::{DAY, VALID_DAYS};
use pem::{EncodeConfig, LineEnding, Pem};
use x509_cert::ext::pkix::KeyUsages;

/// SHA-256 of the root's DER: what a development chain trusts.
pub const ROOT: [u8; 32] = *include_bytes!("../../testdata/roots/dcap.sha256");

const FMSPC: [u8; 6] = [0x50, 0xa0, 0x6f, 0, 0, 1];
const ROOT_NAME: &str = "DCAP root of the development vendor";
/// Verifiers tell Intel's two CAs for platforms apart by a word in their names.
const CA_NAME: &str = "DCAP Platform CA of the development vendor";
const SIGNER_NAME: &str = "DCAP TCB signing of the development vendor";
const PCK_NAME: &str = "DCAP PCK of the development vendor";

/// The vendor with one platform, and the quote that it makes next. Alter any of it, then [`Vendor::issue`].
#[derive(Clone, Debug)]
pub struct Vendor {
    /// Root, PCK CA and the platform's PCK, whose SGX extension is added when it is signed.
    pub chain: ChainTemplate,
    /// Signs TCB info and QE identity, and is issued by the root.
    pub signer: Link,
    /// Signs the quote.
    pub attestation_key: Key,
    /// What the PCK's SGX extension says.
    pub platform: Platform,
    /// The root's revocation list.
    pub root_crl: Crl,
    /// The PCK CA's revocation list.
    pub pck_crl: Crl,
    /// The TCB info.
    pub tcb_info: Value,
    /// The identity of the quoting enclave.
    pub qe_identity: Value,
    /// The quote.
    pub quote: QuoteFields,
}

/// What the vendor hands out.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The quote.
    pub quote: Vec<u8>,
    /// What its check needs beside it.
    pub collateral: Collateral,
    /// The DER of the root, whose hash is [`ROOT`] unless it was altered.
    pub root: Vec<u8>,
}

/// Everything beside a quote that its check needs, in the parts in which Intel's service gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collateral {
    /// The PCK CA, then the root: PEM.
    pub pck_crl_issuer_chain: String,
    /// The root's revocation list, DER.
    pub root_ca_crl: Vec<u8>,
    /// The PCK CA's revocation list, DER.
    pub pck_crl: Vec<u8>,
    /// The signer of the TCB info, then the root: PEM.
    pub tcb_info_issuer_chain: String,
    /// The TCB info, JSON.
    pub tcb_info: String,
    /// The signature over it, r and s.
    pub tcb_info_signature: Vec<u8>,
    /// The signer of the QE identity, then the root: PEM.
    pub qe_identity_issuer_chain: String,
    /// The QE identity, JSON.
    pub qe_identity: String,
    /// The signature over it, r and s.
    pub qe_identity_signature: Vec<u8>,
}

impl Collateral {
    /// Its SCALE encoding, as a chain takes and stores it.
    pub fn encode(&self) -> Vec<u8> {
        let Self {
            pck_crl_issuer_chain,
            root_ca_crl,
            pck_crl,
            tcb_info_issuer_chain,
            tcb_info,
            tcb_info_signature,
            qe_identity_issuer_chain,
            qe_identity,
            qe_identity_signature,
        } = self;
        let mut bytes =
            (pck_crl_issuer_chain, root_ca_crl, pck_crl, tcb_info_issuer_chain, tcb_info).encode();
        // Of a fixed length, which is not written.
        bytes.extend(tcb_info_signature);
        bytes.extend((qe_identity_issuer_chain, qe_identity).encode());
        bytes.extend(qe_identity_signature);
        bytes
    }
}

/// The root's certificate, always the same.
pub fn root_der() -> Vec<u8> {
    let root = root_link();
    root.template.sign(&root.key)
}

impl Vendor {
    /// A platform that makes this TDX quote at `now` (Unix seconds).
    pub fn tdx(quote: QuoteFields, now: u64) -> Self {
        let tcb_info = documents::tdx_tcb_info(&FMSPC, now);
        Self::new(quote, tcb_info, documents::qe_identity(2, now), now)
    }

    /// A platform that makes this SGX quote at `now` (Unix seconds).
    pub fn sgx(quote: QuoteFields, now: u64) -> Self {
        let tcb_info = documents::sgx_tcb_info(&FMSPC, now);
        Self::new(quote, tcb_info, documents::qe_identity(1, now), now)
    }

    fn new(quote: QuoteFields, tcb_info: Value, qe_identity: Value, now: u64) -> Self {
        let root = root_link();
        let [ca_key, signer_key, pck_key] =
            ["DCAP CA", "DCAP signer", "DCAP PCK"].map(|purpose| Key::derive_p256(purpose, &[]));
        let (root_name, ca_name) = (root.template.subject.clone(), name(CA_NAME));
        let mut ca = CertificateTemplate::ca(root_name.clone(), ca_name.clone(), &ca_key, Some(0));
        ca.serial = 2;
        let signer = end_entity(root_name.clone(), SIGNER_NAME, &signer_key, 3);
        let pck = end_entity(ca_name.clone(), PCK_NAME, &pck_key, 4);
        let crl = |issuer| Crl {
            issuer,
            this_update: now.saturating_sub(DAY),
            next_update: now.saturating_add(VALID_DAYS * DAY),
            number: now, // rises
            revoked: vec![1000, 1001],
        };
        Self {
            chain: ChainTemplate {
                root,
                intermediates: vec![Link::new(ca, ca_key)],
                leaf: Link::new(pck, pck_key),
            },
            signer: Link::new(signer, signer_key),
            attestation_key: Key::derive_p256("DCAP attestation", &[]),
            platform: Platform {
                fmspc: FMSPC.to_vec(),
                ppid: vec![0x99; 16],
                instance: Some(vec![0x77; 16]),
                cpu_svn: [7; 16],
                pce_svn: 13,
            },
            root_crl: crl(root_name),
            pck_crl: crl(ca_name),
            tcb_info,
            qe_identity,
            quote,
        }
    }

    /// Signs everything.
    pub fn issue(&self) -> Issued {
        let mut template = self.chain.clone();
        template.leaf.template.extensions.push(self.platform.extension());
        let chain = template.sign();
        let root_key = &self.chain.root.key;
        let ca_key = self.chain.intermediates.first().map_or(root_key, |ca| &ca.key);
        let root = self.chain.root.template.sign(root_key);
        let signer = self.signer.template.sign(self.signer.signed_by.as_ref().unwrap_or(root_key));
        let signers = pem_chain([&signer, &root]);
        let (tcb_info, qe_identity) = (self.tcb_info.to_string(), self.qe_identity.to_string());
        let from_ca = chain.cas.iter().rev();
        let collateral = Collateral {
            pck_crl_issuer_chain: pem_chain(from_ca.clone()),
            root_ca_crl: self.root_crl.sign(root_key),
            pck_crl: self.pck_crl.sign(ca_key),
            tcb_info_issuer_chain: signers.clone(),
            tcb_info_signature: self.signer.key.sign_fixed(tcb_info.as_bytes()),
            tcb_info,
            qe_identity_issuer_chain: signers,
            qe_identity_signature: self.signer.key.sign_fixed(qe_identity.as_bytes()),
            qe_identity,
        };
        let pck_chain = pem_chain([&chain.leaf].into_iter().chain(from_ca));
        let quote = self.quote.sign(&self.attestation_key, &chain.leaf_key, &pck_chain);
        Issued { quote, collateral, root }
    }
}

/// Certificates as PEM, one after the other.
pub fn pem_chain<'a>(chain: impl IntoIterator<Item = &'a Vec<u8>>) -> String {
    let config = EncodeConfig::new().set_line_ending(LineEnding::LF);
    let text = |der: &Vec<u8>| pem::encode_config(&Pem::new("CERTIFICATE", der.clone()), config);
    chain.into_iter().map(text).collect()
}

fn root_link() -> Link {
    let (key, name) = (Key::derive_p256("DCAP root", &[]), name(ROOT_NAME));
    Link::new(CertificateTemplate::ca(name.clone(), name, &key, Some(1)), key)
}

fn end_entity(issuer: Vec<u8>, subject: &str, key: &Key, serial: u64) -> CertificateTemplate {
    let usage = key_usage(KeyUsages::DigitalSignature | KeyUsages::NonRepudiation);
    let extensions = vec![basic_constraints(false, None), usage];
    let mut template = CertificateTemplate::new(issuer, name(subject), key, extensions);
    template.serial = serial;
    template
}
