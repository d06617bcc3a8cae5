//! The certificate at which every chain has to end.

use crate::certificate::{self, Role};
use crate::{Document, Error, Fault};
use alloc::vec::Vec;
use dcap_qvl::{config::CryptoProvider, crypto::RustCryptoCrypto};

/// SHA-256 of the DER of "Intel SGX Root CA", the root of both SGX and TDX, valid to the end of 2049.
pub const INTEL_ROOT_SHA256: [u8; 32] = [
    0x44, 0xa0, 0x19, 0x6b, 0x2b, 0x99, 0xf8, 0x89, 0xb8, 0xe1, 0x49, 0xe9, 0x5b, 0x80, 0x7a, 0x35,
    0x0e, 0x74, 0x24, 0x96, 0x43, 0x99, 0xe8, 0x85, 0xa7, 0xcb, 0xb8, 0xcc, 0xfa, 0xb6, 0x74, 0xd3,
];

/// As Intel publishes it: `Intel_SGX_Provisioning_Certification_RootCA.cer`.
const INTEL_ROOT_DER: &[u8] = include_bytes!("intel_sgx_root_ca.der");

/// A root certificate whose hash was compared with a pinned one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedRoot {
    der: Vec<u8>,
    hash: [u8; 32],
}

impl TrustedRoot {
    /// Intel's root for production.
    pub fn intel() -> Result<Self, Error> {
        Self::pinned(INTEL_ROOT_DER, &INTEL_ROOT_SHA256)
    }

    /// The certificate in `der`, if its SHA-256 is `hash`, and if it is a CA that issued itself.
    pub fn pinned(der: &[u8], hash: &[u8; 32]) -> Result<Self, Error> {
        if RustCryptoCrypto::sha256(der) != *hash {
            return Err(Error::RootHash);
        }
        let root = certificate::check(der, Role::Authority, Document::Root)?;
        // Whoever else issued it would have to vouch for it, and the library takes for granted that nobody does.
        if root.tbs_certificate().subject() != root.tbs_certificate().issuer() {
            return Err(Error::Invalid(Document::Root, Fault::UnknownIssuer));
        }
        Ok(Self { der: der.to_vec(), hash: *hash })
    }

    /// The certificate's DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-256 of the certificate's DER.
    pub fn hash(&self) -> [u8; 32] {
        self.hash
    }
}
