//! Real documents, private hierarchies like AMD's, and reports signed under them.
#![allow(dead_code)] // each test file uses its own part

pub mod issue;
pub mod signing;

use opg_verifier_sev_snp::Chain;
use opg_verifier_x509::Certificate;
use proptest::test_runner::{Config as ProptestConfig, FileFailurePersistence};
use std::path::{Path, PathBuf};

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

pub fn fingerprint(der: &[u8]) -> [u8; 32] {
    Certificate::from_der(der).unwrap().fingerprint()
}

/// This crate's own test data.
pub fn testdata(name: &str) -> Vec<u8> {
    read(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata").join(name))
}

/// Where the vectors of others are, if this machine has them.
pub fn vectors() -> Option<PathBuf> {
    let shared = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors");
    let root = std::env::var_os("OPG_VECTORS").map_or_else(shared, PathBuf::from);
    let folder = root.join("sev-snp");
    folder.is_dir().then_some(folder)
}

pub fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A chain from a file as AMD serves it, intermediate and root as PEM, and a leaf as DER.
pub fn chain_from(pem: &[u8], leaf: Vec<u8>) -> OwnedChain {
    let [intermediate, ark] = pem_certificates(pem).try_into().unwrap();
    OwnedChain { ark, intermediate, leaf }
}

pub fn pem_certificates(pem: &[u8]) -> Vec<Vec<u8>> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    let text = std::str::from_utf8(pem).unwrap();
    let parts = text.split(BEGIN).skip(1).map(|part| format!("{BEGIN}{part}"));
    parts.map(|part| x509_cert::der::pem::decode_vec(part.trim().as_bytes()).unwrap().1).collect()
}

pub fn unhex(text: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(text).unwrap().trim();
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

/// So many cases of a property; what failed once is kept beside the test and tried first.
pub fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..ProptestConfig::default()
    }
}
