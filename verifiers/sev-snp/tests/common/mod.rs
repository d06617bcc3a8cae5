//! Real documents, and those of the development vendor.
#![allow(dead_code)] // each test file uses its own part

pub mod issue;

use opg_test_support::{certificates, read};
use opg_verifier_sev_snp::Chain;
use opg_verifier_x509::Certificate;
use std::path::Path;

/// The certificates of a chain.
#[derive(Clone, Debug)]
pub struct OwnedChain {
    pub ark: Vec<u8>,
    pub intermediate: Vec<u8>,
    pub leaf: Vec<u8>,
}

impl OwnedChain {
    pub fn chain(&self) -> Chain<'_> {
        Chain { ark: &self.ark, intermediate: &self.intermediate, leaf: &self.leaf }
    }

    /// The root, as something to trust.
    pub fn root(&self) -> [u8; 32] {
        fingerprint(&self.ark)
    }
}

impl From<opg_development_vendor::Chain> for OwnedChain {
    fn from(chain: opg_development_vendor::Chain) -> Self {
        let [ark, intermediate] = chain.cas.try_into().unwrap();
        Self { ark, intermediate, leaf: chain.leaf }
    }
}

pub fn fingerprint(der: &[u8]) -> [u8; 32] {
    Certificate::from_der(der).unwrap().fingerprint()
}

/// This crate's own test data.
pub fn testdata(name: &str) -> Vec<u8> {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(name))
}

/// A chain from a file as AMD serves it, intermediate and root as PEM, and a leaf as DER.
pub fn chain_from(pem: &[u8], leaf: Vec<u8>) -> OwnedChain {
    let [intermediate, ark] = certificates(pem).try_into().unwrap();
    OwnedChain { ark, intermediate, leaf }
}
