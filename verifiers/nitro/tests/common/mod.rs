//! What several test files need.
#![allow(dead_code)] // each test file uses its own part

#[path = "../../../x509/tests/common/certificates.rs"]
pub mod certificates;
pub mod issue;

use coset::cbor::{de::from_reader, Value};
use opg_verifier_nitro::{KnownIssuer, Trust, AWS_ROOT};
use proptest::test_runner::{Config as ProptestConfig, FileFailurePersistence};
use std::path::PathBuf;

/// Trust in AWS, without known issuers.
pub const AWS: Trust<'static> = trust(&[AWS_ROOT], &[]);

pub const fn trust<'a>(roots: &'a [[u8; 32]], known: &'a [KnownIssuer]) -> Trust<'a> {
    Trust { roots, known }
}

/// A document that AWS signed.
pub struct Real {
    pub name: String,
    pub bytes: Vec<u8>,
    /// Its own time, in seconds.
    pub time: u64,
}

impl Real {
    pub fn is_debug(&self) -> bool {
        self.name.contains("debug")
    }
}

/// The documents that AWS signed, if this machine has them.
pub fn real() -> Vec<Real> {
    let shared = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors");
    let folder = std::env::var_os("OPG_VECTORS").map_or_else(shared, PathBuf::from).join("nitro");
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension() != Some("pem".as_ref()));
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let bytes = std::fs::read(&path).unwrap();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            Real { name, time: timestamp_ms(&bytes) / 1000, bytes }
        })
        .collect()
}

/// Those of them that are of enclaves in production.
pub fn real_sound() -> Vec<Real> {
    real().into_iter().filter(|real| !real.is_debug()).collect()
}

/// The payload of a document whose outside is as usual.
pub fn payload(document: &[u8]) -> Vec<u8> {
    let Value::Array(parts) = from_reader(document).unwrap() else { panic!("not an array") };
    parts[2].as_bytes().unwrap().clone()
}

fn timestamp_ms(document: &[u8]) -> u64 {
    let Value::Map(fields) = from_reader(payload(document).as_slice()).unwrap() else {
        panic!("not a map")
    };
    let (_, time) = fields.iter().find(|(name, _)| name.as_text() == Some("timestamp")).unwrap();
    time.as_integer().unwrap().try_into().unwrap()
}

/// So many cases of a property; what failed once is kept beside the test and tried first.
pub fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..ProptestConfig::default()
    }
}
