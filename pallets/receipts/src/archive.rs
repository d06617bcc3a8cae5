//! What outlives hot state: nodes with off-chain indexing keep every receipt, and the list of each
//! block that wrote some, in their off-chain storage.
//!
//! Both keys are hashes of what they lead to, so that no fork overwrites what another one wrote, and
//! a reader sees whether it was given the right thing: the receipt's bytes hash to its id, the list
//! to the root that stands in the header.

use alloc::vec::Vec;
use codec::Encode;
use opg_primitives::{
    ids::{Digest, ReceiptId},
    receipt::Receipt,
};

/// Where off-chain storage has the encoded [`Receipt`] of `id`.
pub fn receipt_key(id: &ReceiptId) -> Vec<u8> {
    (*b"opg/receipt/", id).encode()
}

/// Where off-chain storage has the encoded list of the receipts under `root`, a `Vec<ReceiptId>`
/// in the order of their leaves.
pub fn list_key(root: &Digest) -> Vec<u8> {
    (*b"opg/receipts/", root).encode()
}

/// Nodes without off-chain indexing ignore this.
pub(crate) fn keep_receipt(id: &ReceiptId, receipt: &Receipt) {
    sp_io::offchain_index::set(&receipt_key(id), &receipt.encode());
}

/// Of a block that wrote none there is nothing to keep.
pub(crate) fn keep_list(root: &Digest, ids: &[ReceiptId]) {
    if !ids.is_empty() {
        sp_io::offchain_index::set(&list_key(root), &ids.encode());
    }
}
