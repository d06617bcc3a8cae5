//! What several test files need.
#![allow(dead_code)] // each test file uses its own part

pub mod issue;

use coset::cbor::{de::from_reader, Value};
use opg_test_support::{aws_documents, AwsDocument};
use opg_verifier_nitro::{KnownIssuer, Trust, AWS_ROOT};

/// Trust in AWS, without known issuers.
pub const AWS: Trust<'static> = trust(&[AWS_ROOT], &[]);

pub const fn trust<'a>(roots: &'a [[u8; 32]], known: &'a [KnownIssuer]) -> Trust<'a> {
    Trust { roots, known }
}

/// Those of the documents that AWS signed that are of enclaves in production.
pub fn real_sound() -> Vec<AwsDocument> {
    aws_documents().into_iter().filter(|real| !real.is_debug()).collect()
}

/// The payload of a document whose outside is as usual.
pub fn payload(document: &[u8]) -> Vec<u8> {
    let Value::Array(parts) = from_reader(document).unwrap() else { panic!("not an array") };
    parts[2].as_bytes().unwrap().clone()
}
