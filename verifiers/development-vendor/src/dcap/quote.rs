//! Quotes: reports of trust domains and enclaves, and what is around them.

use super::body;
use crate::Key;
use alloc::{vec, vec::Vec};
use sha2::{Digest as _, Sha256};

/// Intel, as quotes name it.
const INTEL_QE_VENDOR: [u8; 16] = [
    0x93, 0x9a, 0x72, 0x33, 0xf7, 0x9c, 0x4c, 0xa9, 0x94, 0x0a, 0x0d, 0xb3, 0x95, 0x7f, 0x06, 0x07,
];
/// ECDSA on P-256.
const ECDSA_P256: u16 = 2;
/// Certification data that are a chain of PCK certificates.
const PCK_CHAIN: u16 = 5;
/// Certification data that are a report of the quoting enclave, around others.
const QE_REPORT: u16 = 6;

/// A quote before it is signed.
#[derive(Clone, Debug)]
pub struct QuoteFields {
    /// The version of the format.
    pub version: u16,
    /// The kind of attestation key.
    pub key_type: u16,
    /// 0 for SGX, 0x81 for TDX.
    pub tee: u32,
    /// The security versions of the quoting and the provisioning enclave in the header; reserved in version 4 and later.
    pub header_versions: [u16; 2],
    /// Who made the quoting enclave.
    pub qe_vendor: [u8; 16],
    /// What the quoting enclave puts there.
    pub user_data: [u8; 20],
    /// Type and stated size of the body; version 5 has them.
    pub body_type: Option<(u16, u32)>,
    /// The report of the trust domain or enclave, see [`body`].
    pub body: Vec<u8>,
    /// The kind of what is around the quoting enclave's report; version 4 and later have it.
    pub wrapper: Option<u16>,
    /// The report of the quoting enclave; its report data are filled in when the quote is made.
    pub qe_report: Vec<u8>,
    /// What the quoting enclave vouches for, where it is not the attestation key.
    pub qe_report_data: Option<[u8; 64]>,
    /// The quoting enclave's own data.
    pub qe_auth_data: Vec<u8>,
    /// The kind of certification data.
    pub certification_type: u16,
    /// Certification data other than the chain of the platform.
    pub certification: Option<Vec<u8>>,
}

impl QuoteFields {
    /// An SGX quote, of version 3.
    pub fn sgx3(body: Vec<u8>) -> Self {
        Self {
            version: 3,
            key_type: ECDSA_P256,
            tee: 0,
            header_versions: [6, 13],
            qe_vendor: INTEL_QE_VENDOR,
            user_data: [0xab; 20],
            body_type: None,
            body,
            wrapper: None,
            qe_report: body::quoting_enclave(1),
            qe_report_data: None,
            qe_auth_data: (0..32).collect(),
            certification_type: PCK_CHAIN,
            certification: None,
        }
    }

    /// A TDX quote, of version 4.
    pub fn tdx4(body: Vec<u8>) -> Self {
        Self {
            version: 4,
            tee: 0x81,
            wrapper: Some(QE_REPORT),
            qe_report: body::quoting_enclave(2),
            ..Self::sgx3(body)
        }
    }

    /// A TDX quote, of version 5, with a body of this type.
    pub fn tdx5(kind: body::TdReport, body: Vec<u8>) -> Self {
        let size = kind.length() as u32; // below a thousand
        Self { version: 5, body_type: Some((kind as u16, size)), ..Self::tdx4(body) }
    }

    /// The quote: signed by the attestation key, for which the quoting enclave vouches by a report that `pck` signs.
    pub fn sign(&self, attestation_key: &Key, pck: &Key, pck_chain: &str) -> Vec<u8> {
        let mut quote = self.signed_bytes();
        let public_key = attestation_key.public_bytes().split_off(1); // without the mark of a point
        let vouching = self.vouch(&public_key, pck, pck_chain);
        let mut signature = attestation_key.sign_fixed(&quote);
        signature.extend(public_key);
        if let Some(kind) = self.wrapper {
            signature.extend(kind.to_le_bytes());
            signature.extend((vouching.len() as u32).to_le_bytes());
        }
        signature.extend(vouching);
        quote.extend((signature.len() as u32).to_le_bytes());
        quote.extend(signature);
        quote
    }

    fn signed_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![];
        bytes.extend(self.version.to_le_bytes());
        bytes.extend(self.key_type.to_le_bytes());
        bytes.extend(self.tee.to_le_bytes());
        bytes.extend(self.header_versions.iter().flat_map(|version| version.to_le_bytes()));
        bytes.extend(self.qe_vendor);
        bytes.extend(self.user_data);
        if let Some((kind, size)) = self.body_type {
            bytes.extend(kind.to_le_bytes());
            bytes.extend(size.to_le_bytes());
        }
        bytes.extend(&self.body);
        bytes
    }

    /// The quoting enclave's report with its signature, its own data, and the certification data.
    fn vouch(&self, public_key: &[u8], pck: &Key, pck_chain: &str) -> Vec<u8> {
        let bound = self.qe_report_data.unwrap_or_else(|| {
            let mut data = [0; 64];
            let digest: [u8; 32] =
                Sha256::digest([public_key, &self.qe_auth_data[..]].concat()).into();
            let (hash, _) = data.split_at_mut(digest.len());
            hash.copy_from_slice(&digest);
            data
        });
        let mut bytes = self.qe_report.clone();
        bytes[body::SGX_REPORT_DATA].copy_from_slice(&bound);
        let signature = pck.sign_fixed(&bytes);
        bytes.extend(signature);
        bytes.extend((self.qe_auth_data.len() as u16).to_le_bytes());
        bytes.extend(&self.qe_auth_data);
        bytes.extend(self.certification_type.to_le_bytes());
        let chain = || [pck_chain.as_bytes(), &[0]].concat();
        let certification = self.certification.clone().unwrap_or_else(chain);
        bytes.extend((certification.len() as u32).to_le_bytes());
        bytes.extend(certification);
        bytes
    }
}
