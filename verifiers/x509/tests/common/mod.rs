//! What several test files need.
#![allow(dead_code)] // each test file uses its own part

pub mod certificates;

use opg_verifier_x509::Certificate;
use std::path::PathBuf;

pub fn read(der: &[u8]) -> Certificate {
    Certificate::from_der(der).unwrap()
}

/// A folder of the vectors of others, if this machine has them.
pub fn vectors(folder: &str) -> Option<PathBuf> {
    let shared = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors");
    let root = std::env::var_os("OPG_VECTORS").map_or_else(shared, PathBuf::from);
    let folder = root.join(folder);
    folder.is_dir().then_some(folder)
}

pub fn unhex(hex: &str) -> Vec<u8> {
    hex.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// The certificates of a PEM file.
pub fn pem(text: &str) -> Vec<Vec<u8>> {
    text.split("-----BEGIN CERTIFICATE-----")
        .skip(1)
        .map(|block| unbase64(block.split("-----END").next().unwrap()))
        .collect()
}

fn unbase64(text: &str) -> Vec<u8> {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut out, mut bits, mut count) = (Vec::new(), 0u32, 0);
    for letter in text.chars().filter(|letter| !letter.is_whitespace() && *letter != '=') {
        bits = (bits << 6) | alphabet.find(letter).unwrap() as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    out
}
