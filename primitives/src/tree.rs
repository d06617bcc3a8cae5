//! The tree over the receipts of one block: its root stands in the header, a path of it shows that
//! a receipt was among them.
//!
//! Leaves and inner nodes are hashed under tags of their own, so that no inner node passes for a
//! leaf. On each level two neighbours make a parent; a node without a neighbour moves up as it is.
//! The number of leaves stands beside the root, since a path alone does not fix the tree's shape.
//!
//! ```
//! use opg_primitives::ids::ReceiptId;
//! use opg_primitives::tree::{prove, root, verify};
//!
//! let ids = [ReceiptId([1; 32]), ReceiptId([2; 32]), ReceiptId([3; 32])];
//! let path = prove(&ids, 2).unwrap();
//! assert!(verify(&root(&ids), ids[2], 2, &path));
//! assert!(!verify(&root(&ids), ids[2], 1, &path));
//! ```

use crate::{
    domain::Domain,
    ids::{Digest, ReceiptId},
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// The engine id of the header's digest item. Its payload is an encoded [`BlockRoot`].
pub const ENGINE_ID: [u8; 4] = *b"OPGR";

/// What a header says of its block's receipts.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct BlockRoot {
    /// The root of the tree; [`empty`] where there are no receipts.
    pub root: Digest,
    /// How many receipts the block wrote.
    pub count: u32,
}

/// The root of no receipts: the tag of inner nodes over nothing.
pub fn empty() -> Digest {
    Digest(Domain::ReceiptNode.hash(&()))
}

/// The root over `ids`, in the order in which the block wrote them.
pub fn root(ids: &[ReceiptId]) -> BlockRoot {
    let mut level = leaves(ids);
    while level.len() > 1 {
        level = parents(&level);
    }
    BlockRoot { root: level.first().copied().unwrap_or_else(empty), count: count(ids) }
}

/// The path of the receipt at `index`: its neighbours on the way up, lowest first. None if there
/// is no such receipt.
pub fn prove(ids: &[ReceiptId], index: u32) -> Option<Vec<Digest>> {
    if index >= count(ids) {
        return None;
    }
    let mut path = Vec::new();
    let mut level = leaves(ids);
    let mut place = usize::try_from(index).ok()?;
    while level.len() > 1 {
        path.extend(level.get(place ^ 1).copied());
        level = parents(&level);
        place >>= 1;
    }
    Some(path)
}

/// Whether `path` shows that `id` is the receipt at `index` of the block with `root`.
pub fn verify(root: &BlockRoot, id: ReceiptId, index: u32, path: &[Digest]) -> bool {
    if index >= root.count {
        return false;
    }
    let mut path = path.iter();
    let (mut place, mut width, mut hash) = (index, root.count, leaf(&id));
    while width > 1 {
        let neighbour = place ^ 1;
        if neighbour < width {
            let Some(other) = path.next() else { return false };
            hash = if neighbour > place { node(&hash, other) } else { node(other, &hash) };
        }
        place >>= 1;
        width = width.div_ceil(2);
    }
    path.next().is_none() && hash == root.root
}

fn leaf(id: &ReceiptId) -> Digest {
    Digest(Domain::ReceiptLeaf.hash(id))
}

fn node(left: &Digest, right: &Digest) -> Digest {
    Digest(Domain::ReceiptNode.hash(&(left, right)))
}

fn leaves(ids: &[ReceiptId]) -> Vec<Digest> {
    ids.iter().map(leaf).collect()
}

fn parents(level: &[Digest]) -> Vec<Digest> {
    level
        .chunks(2)
        .filter_map(|pair| match pair {
            [left, right] => Some(node(left, right)),
            [alone] => Some(*alone),
            _ => None, // a chunk of two is never empty nor longer
        })
        .collect()
}

fn count(ids: &[ReceiptId]) -> u32 {
    u32::try_from(ids.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
