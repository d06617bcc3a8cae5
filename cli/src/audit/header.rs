//! A block's header, as far as an audit reads it.

use codec::{Compact, Decode, Encode};
use opg_primitives::{
    ids::BlockHash,
    tree::{BlockRoot, ENGINE_ID},
};

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

/// What `header` says of its block's receipts; none unless it says exactly one thing.
pub fn receipts_root(header: &Header) -> Option<BlockRoot> {
    let mut items = header.digest.iter().filter_map(|item| match item {
        DigestItem::Consensus(engine, payload) if *engine == ENGINE_ID => Some(payload),
        _ => None,
    });
    let mut payload = items.next()?.as_slice();
    let root = BlockRoot::decode(&mut payload).ok()?;
    (payload.is_empty() && items.next().is_none()).then_some(root)
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
