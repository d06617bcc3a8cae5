//! A tree of sums: a weighted draw, and a change of a weight, in as many steps as the tree is deep.
//!
//! Every node holds the sums below each of its children, the lowest level the weights themselves.
//! The tree knows no storage; whoever uses it brings [`Nodes`].

use frame_support::{pallet_prelude::ConstU32, BoundedVec};
use opg_primitives::Balance;

/// Children of a node.
pub const ARITY: u32 = 32;
/// Levels. Level 0 is the lowest, the root is alone on the last.
pub const LEVELS: u8 = 3;
/// Weights that a tree holds: `ARITY` to the power of `LEVELS`.
pub const LEAVES: u32 = 32_768;

/// The sums below each child; missing ones at the end are zero.
pub type Node = BoundedVec<Balance, ConstU32<ARITY>>;

/// Where the nodes are. A node that was never set is empty.
pub trait Nodes {
    /// The node number `index` of `level`.
    fn get(&self, level: u8, index: u32) -> Node;
    /// Sets it; an empty one need not be kept.
    fn set(&mut self, level: u8, index: u32, node: Node);
}

/// A leaf's number is not below [`LEAVES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfRange;

/// The sum of a node. Weights are parts of all money there is, so nothing saturates.
fn sum(node: &Node) -> Balance {
    node.iter().fold(0, |sum, weight| sum.saturating_add(*weight))
}

/// The node that `child` is in, and its place there.
fn parent(child: u32) -> (u32, usize) {
    let place = child.checked_rem(ARITY).unwrap_or_default();
    (child.checked_div(ARITY).unwrap_or_default(), usize::try_from(place).unwrap_or_default())
}

/// The sum of all weights.
pub fn total(nodes: &impl Nodes) -> Balance {
    sum(&nodes.get(LEVELS.saturating_sub(1), 0))
}

/// The weight of `leaf`; zero where none was set.
pub fn weight(nodes: &impl Nodes, leaf: u32) -> Balance {
    let (index, place) = parent(leaf);
    nodes.get(0, index).get(place).copied().unwrap_or_default()
}

/// Sets the weight of `leaf`, and every sum above it.
///
/// # Errors
/// [`OutOfRange`].
pub fn set(nodes: &mut impl Nodes, leaf: u32, weight: Balance) -> Result<(), OutOfRange> {
    if leaf >= LEAVES {
        return Err(OutOfRange);
    }
    let (mut child, mut below) = (leaf, weight);
    for level in 0..LEVELS {
        let (index, place) = parent(child);
        let mut node = nodes.get(level, index);
        if node.len() <= place {
            node.bounded_resize(place.saturating_add(1), 0);
        }
        *node.get_mut(place).ok_or(OutOfRange)? = below;
        while node.last() == Some(&0) {
            node.pop();
        }
        below = sum(&node);
        nodes.set(level, index, node);
        child = index;
    }
    Ok(())
}

/// The leaf that `ticket` draws: each leaf has as many tickets as its weight, in the order of the
/// leaves. None draws where `ticket` is not below [`total`].
pub fn find(nodes: &impl Nodes, ticket: Balance) -> Option<u32> {
    let (mut index, mut ticket) = (0u32, ticket);
    for level in (0..LEVELS).rev() {
        let node = nodes.get(level, index);
        let mut place = 0u32;
        let mut found = false;
        for weight in &node {
            match ticket.checked_sub(*weight) {
                Some(rest) => {
                    ticket = rest;
                    place = place.saturating_add(1);
                }
                None => {
                    found = true;
                    break;
                }
            }
        }
        if !found {
            return None;
        }
        index = index.saturating_mul(ARITY).saturating_add(place);
    }
    Some(index)
}
