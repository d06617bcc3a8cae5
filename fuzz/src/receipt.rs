//! Receipts, as the chain encodes them.

use crate::file;
use codec::{Decode, Encode, MaxEncodedLen};
use opg_primitives::{
    ids::GenesisHash,
    receipt::{receipt_id, Receipt},
};
use serde_json::Value;

/// A receipt, with whatever follows it.
pub fn receipt(data: &[u8]) -> bool {
    let mut rest = data;
    let Ok(receipt) = Receipt::decode(&mut rest) else { return false };
    let read = &data[..data.len() - rest.len()];
    assert_eq!(receipt.encode(), read, "a receipt has one encoding");
    assert!(read.len() <= Receipt::max_encoded_len());
    let _ = receipt_id(GenesisHash([0; 32]), &receipt);
    serde_json::to_vec(&receipt).expect("every receipt can be written for people");
    true
}

/// Those of the documentation and of the tests, and the simplest one: all of it zero.
pub fn receipts() -> Vec<Vec<u8>> {
    let bundles = ["docs/sample/receipt.json", "cli/tests/golden/zkml.receipt.json"];
    let mut receipts = bundles.map(encoded).to_vec();
    receipts.push(vec![0; Receipt::max_encoded_len()]);
    receipts
}

/// The receipt in a bundle.
fn encoded(bundle: &str) -> Vec<u8> {
    let bundle: Value = serde_json::from_slice(&file(bundle)).expect("JSON");
    let digits = bundle["receipt"]["scale"].as_str().expect("a receipt's encoding");
    hex::decode(digits.trim_start_matches("0x")).expect("digits")
}
