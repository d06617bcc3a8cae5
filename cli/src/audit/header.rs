//! A block's header, as far as an audit reads it.

use codec::{Compact, Decode, Encode};
use opg_primitives::{
    domain::Domain,
    ids::{BlockHash, Digest, ReceiptId},
};
use serde::Serialize;

/// A header of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Header {
    /// The hash of the parent's header.
    pub parent: BlockHash,
    /// The number.
    pub number: Compact<u32>,
    /// The root of the state after the block.
    pub state_root: [u8; 32],
    /// The root of the block's extrinsics.
    pub extrinsics_root: [u8; 32],
    /// What runtime and consensus say of the block.
    pub digest: Vec<DigestItem>,
}

/// One item of a header's digest.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum DigestItem {
    /// Something of no known engine.
    #[codec(index = 0)]
    Other(Vec<u8>),
    /// From the runtime to an engine.
    #[codec(index = 4)]
    Consensus([u8; 4], Vec<u8>),
    /// The author's seal.
    #[codec(index = 5)]
    Seal([u8; 4], Vec<u8>),
    /// From an engine to the runtime.
    #[codec(index = 6)]
    PreRuntime([u8; 4], Vec<u8>),
    /// The runtime's code changed.
    #[codec(index = 8)]
    RuntimeEnvironmentUpdated,
}

impl Header {
    /// Reads exactly one header.
    pub fn read(mut bytes: &[u8]) -> Option<Self> {
        Self::decode(&mut bytes).ok().filter(|_| bytes.is_empty())
    }

    /// The hash, of the very bytes.
    pub fn hash_of(bytes: &[u8]) -> BlockHash {
        BlockHash(sp_crypto_hashing::blake2_256(bytes))
    }
}

/// The engine id of the digest item that carries the root over a block's receipts.
pub const RECEIPTS_ENGINE: [u8; 4] = *b"OPGR";

/// What a header says of its block's receipts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct BlockRoot {
    /// The root of the tree over their ids.
    pub root: Digest,
    /// How many there are.
    pub count: u32,
}

/// What `header` says of its block's receipts; none unless it says exactly one thing.
pub fn receipts_root(header: &Header) -> Option<BlockRoot> {
    let mut items = header.digest.iter().filter_map(|item| match item {
        DigestItem::Consensus(engine, payload) if *engine == RECEIPTS_ENGINE => Some(payload),
        _ => None,
    });
    let mut payload = items.next()?.as_slice();
    let root = BlockRoot::decode(&mut payload).ok()?;
    (payload.is_empty() && items.next().is_none()).then_some(root)
}

/// The root over `ids` in their order: leaves and nodes under tags of their own; on each level two
/// neighbours make a parent, and a node without a neighbour moves up as it is.
pub fn root_of(ids: &[ReceiptId]) -> BlockRoot {
    let mut level: Vec<_> = ids.iter().map(|id| Digest(Domain::ReceiptLeaf.hash(id))).collect();
    while level.len() > 1 {
        level = level
            .chunks(2)
            .filter_map(|pair| match pair {
                [left, right] => Some(Digest(Domain::ReceiptNode.hash(&(left, right)))),
                [alone] => Some(*alone),
                _ => None,
            })
            .collect();
    }
    BlockRoot {
        root: level.pop().unwrap_or_else(|| Digest(Domain::ReceiptNode.hash(&()))),
        count: u32::try_from(ids.len()).unwrap_or(u32::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_reads_back_and_a_byte_too_many_does_not() {
        let header = Header {
            parent: BlockHash([1; 32]),
            number: Compact(42),
            state_root: [2; 32],
            extrinsics_root: [3; 32],
            digest: vec![
                DigestItem::PreRuntime(*b"BABE", vec![1, 2]),
                DigestItem::Other(vec![9]),
                DigestItem::RuntimeEnvironmentUpdated,
                DigestItem::Seal(*b"BABE", vec![3]),
            ],
        };
        let mut bytes = header.encode();
        assert_eq!(Header::read(&bytes), Some(header));
        bytes.push(0);
        assert_eq!(Header::read(&bytes), None);
    }
}
