//! What several test files need.
#![allow(dead_code)] // each test file uses its own part

pub mod certificates;

use opg_verifier_x509::Certificate;

pub fn read(der: &[u8]) -> Certificate {
    Certificate::from_der(der).unwrap()
}
