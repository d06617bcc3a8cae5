//! Entries of the state with their proof: what the header of a block commits to, whatever the node says.
//!
//! The proof ties the entries to a header, and the header's hash ties that to the block. That the block
//! is final, and in the chain at all, is the word of the node that is asked.

use super::{raw::exactly, At, Chain};
use crate::{
    audit::header::Header,
    error::{Failure, Result},
};
use codec::{Compact, Decode};
use opg_primitives::{ids::BlockHash, BlockNumber};
use sp_core::{Blake2Hasher, H256};
use sp_trie::{read_trie_value, LayoutV1, StorageProof};
use std::fmt;

/// Why a node's proof shows nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Broken {
    /// The header is not that of the block.
    Header,
    /// The nodes do not lead from the header's root to the entry, or to where it would be.
    Proof,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "its header does not have the block's hash",
            Self::Proof => "its proof does not lead to what was asked for",
        })
    }
}

/// The number of a block and the root of the state after it, from the bytes of its header.
fn root_of(
    block: BlockHash,
    header: &[u8],
) -> std::result::Result<(BlockNumber, [u8; 32]), Broken> {
    let read = Header::read(header).filter(|_| Header::hash_of(header) == block);
    let Some(Header { number: Compact(number), state_root, .. }) = read else {
        return Err(Broken::Header);
    };
    Ok((number, state_root))
}

/// The entries of `keys` in the state of that root, in their order; none where there is no such entry.
fn read(
    root: [u8; 32],
    nodes: Vec<Vec<u8>>,
    keys: &[Vec<u8>],
) -> std::result::Result<Vec<Option<Vec<u8>>>, Broken> {
    let nodes = StorageProof::new(nodes).into_memory_db::<Blake2Hasher>();
    let root = H256(root);
    let entry = |key: &Vec<u8>| {
        read_trie_value::<LayoutV1<Blake2Hasher>, _>(&nodes, &root, key, None, None)
            .map_err(|_| Broken::Proof)
    };
    keys.iter().map(entry).collect()
}

/// Proven entries of a block's state.
pub(super) struct Proven {
    /// The number of the block, by its header.
    pub number: BlockNumber,
    entries: std::vec::IntoIter<Option<Vec<u8>>>,
}

impl Chain {
    /// The entries of `keys` in the state of `at`, proven against its header.
    pub(super) async fn proven(&self, at: &At, keys: &[Vec<u8>]) -> Result<Proven> {
        let block = BlockHash(at.block_hash().0);
        let header = self.header(block).await?;
        let proof = self
            .rpc
            .state_get_read_proof(keys.iter().map(Vec::as_slice), Some(block.0.into()))
            .await
            .map_err(|error| self.lost(error))?;
        let nodes = proof.proof.into_iter().map(|node| node.0).collect();
        let (number, entries) = root_of(block, &header)
            .and_then(|(number, root)| read(root, nodes, keys).map(|entries| (number, entries)))
            .map_err(|broken| {
                Failure::failed(format!("the node did not prove the chain's state: {broken}"))
                    .at(self.url())
                    .help("nothing was sealed; ask another node")
            })?;
        Ok(Proven { number, entries: entries.into_iter() })
    }

    /// The next of `proven`, as `T`; none if there is no such entry.
    pub(super) fn next_proven<T: Decode>(&self, proven: &mut Proven) -> Result<Option<T>> {
        match proven.next_bytes() {
            None => Ok(None),
            Some(bytes) => exactly(&bytes)
                .map(Some)
                .ok_or_else(|| self.other_runtime("a storage entry cannot be read")),
        }
    }
}

impl Proven {
    /// The next entry's bytes; none if there is no such entry.
    pub fn next_bytes(&mut self) -> Option<Vec<u8>> {
        self.entries.next().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use codec::Encode;
    use sp_trie::{trie_types::TrieDBMutBuilderV1, MemoryDB, Recorder, TrieMut, TrieRecorder};
    use std::collections::BTreeSet;

    type Layout = LayoutV1<Blake2Hasher>;

    /// A state with fifty entries, and its root.
    fn state() -> (MemoryDB<Blake2Hasher>, H256) {
        let mut db = MemoryDB::<Blake2Hasher>::default();
        let mut root = H256::default();
        {
            let mut trie = TrieDBMutBuilderV1::<Blake2Hasher>::new(&mut db, &mut root).build();
            for place in 0..50 {
                trie.insert(&key(place), &value(place)).unwrap();
            }
        }
        (db, root)
    }

    /// The nodes that lead to `keys`, each once.
    fn prove(db: &MemoryDB<Blake2Hasher>, root: &H256, keys: &[Vec<u8>]) -> Vec<Vec<u8>> {
        let mut nodes = BTreeSet::new();
        for key in keys {
            let mut recorder = Recorder::<Layout>::new();
            let heard: &mut dyn TrieRecorder<H256> = &mut recorder;
            read_trie_value::<Layout, _>(db, root, key, Some(heard), None).unwrap();
            nodes.extend(recorder.drain().into_iter().map(|record| record.data));
        }
        nodes.into_iter().collect()
    }

    /// Long ones have nodes of their own, and short ones do not.
    fn value(place: u8) -> Vec<u8> {
        vec![place; usize::from(place) * 2 + 1]
    }

    fn key(place: u8) -> Vec<u8> {
        sp_crypto_hashing::blake2_256(&[place]).to_vec()
    }

    fn header(state_root: [u8; 32]) -> Vec<u8> {
        Header {
            parent: BlockHash([1; 32]),
            number: Compact(42),
            state_root,
            extrinsics_root: [3; 32],
            digest: Vec::new(),
        }
        .encode()
    }

    #[test]
    fn the_root_is_that_of_the_header_with_the_blocks_hash() {
        let mut bytes = header([2; 32]);
        let block = Header::hash_of(&bytes);
        assert_eq!(root_of(block, &bytes), Ok((42, [2; 32])));
        for place in 0..bytes.len() {
            bytes[place] ^= 1;
            assert_eq!(root_of(block, &bytes), Err(Broken::Header), "byte {place}");
            bytes[place] ^= 1;
        }
        let none = [7; 3];
        assert_eq!(root_of(Header::hash_of(&none), &none), Err(Broken::Header));
    }

    #[test]
    fn what_is_proven_is_what_the_state_has_and_what_it_does_not_have() {
        let (db, root) = state();
        let keys = [key(0), key(49), key(50)];
        let nodes = prove(&db, &root, &keys);
        let found = read(root.0, nodes, &keys).unwrap();
        assert_eq!(found, [Some(value(0)), Some(value(49)), None]);
    }

    #[test]
    fn a_proof_that_lacks_a_node_or_has_another_one_shows_nothing() {
        let (db, root) = state();
        let keys = [key(0), key(49), key(50)];
        let nodes = prove(&db, &root, &keys);
        assert!(nodes.len() > 3);
        for place in 0..nodes.len() {
            let mut fewer = nodes.clone();
            fewer.remove(place);
            assert_eq!(read(root.0, fewer, &keys), Err(Broken::Proof), "node {place}");
            for byte in 0..nodes[place].len() {
                let mut other = nodes.clone();
                other[place][byte] ^= 1;
                let found = read(root.0, other, &keys);
                assert_eq!(found, Err(Broken::Proof), "byte {byte} of node {place}");
            }
        }
    }

    #[test]
    fn a_proof_is_of_one_root_alone() {
        let (db, root) = state();
        let keys = [key(7)];
        let nodes = prove(&db, &root, &keys);
        assert_eq!(read([7; 32], nodes, &keys), Err(Broken::Proof));
        assert_eq!(read(root.0, Vec::new(), &keys), Err(Broken::Proof));
    }
}
