//! The tree of sums equals a plain list of weights.

use crate::sum_tree::{find, set, total, weight, Node, Nodes, OutOfRange, ARITY, LEAVES, LEVELS};
use proptest::prelude::*;
use std::collections::{BTreeMap, HashMap};

#[derive(Default)]
struct InMemory(HashMap<(u8, u32), Node>);

impl Nodes for InMemory {
    fn get(&self, level: u8, index: u32) -> Node {
        self.0.get(&(level, index)).cloned().unwrap_or_default()
    }
    fn set(&mut self, level: u8, index: u32, node: Node) {
        match node.is_empty() {
            true => self.0.remove(&(level, index)),
            false => self.0.insert((level, index), node),
        };
    }
}

#[test]
fn a_tree_holds_as_many_leaves_as_its_levels_say() {
    assert_eq!(LEAVES, ARITY.pow(LEVELS.into()));
}

#[test]
fn an_empty_tree_draws_nobody() {
    assert_eq!((total(&InMemory::default()), find(&InMemory::default(), 0)), (0, None));
}

#[test]
fn the_last_leaf_can_be_set_and_the_one_after_it_cannot() {
    let mut tree = InMemory::default();
    assert_eq!(set(&mut tree, LEAVES - 1, 7), Ok(()));
    assert_eq!(set(&mut tree, LEAVES, 7), Err(OutOfRange));
    assert_eq!((total(&tree), find(&tree, 6), find(&tree, 7)), (7, Some(LEAVES - 1), None));
}

#[test]
fn a_tree_of_zeros_keeps_no_node() {
    let mut tree = InMemory::default();
    for leaf in [0, 31, 32, 5_000, LEAVES - 1] {
        set(&mut tree, leaf, 9).unwrap();
    }
    for leaf in [5_000, 0, LEAVES - 1, 32, 31] {
        set(&mut tree, leaf, 0).unwrap();
    }
    assert!(tree.0.is_empty());
}

fn any_leaf() -> impl Strategy<Value = u32> {
    prop_oneof![0..40u32, 1_000..1_100u32, LEAVES - 40..LEAVES]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn every_ticket_draws_the_leaf_that_a_plain_list_says(
        changes in prop::collection::vec((any_leaf(), 0..20u128), 1..60)
    ) {
        let (mut tree, mut plain) = (InMemory::default(), BTreeMap::new());
        for (leaf, value) in changes {
            set(&mut tree, leaf, value).unwrap();
            plain.insert(leaf, value);
            prop_assert_eq!(total(&tree), plain.values().sum::<u128>());
        }
        for (leaf, value) in &plain {
            prop_assert_eq!(weight(&tree, *leaf), *value);
        }
        let drawn = plain.iter().flat_map(|(leaf, value)| (0..*value).map(|_| Some(*leaf)));
        for (ticket, leaf) in (0..).zip(drawn) {
            prop_assert_eq!(find(&tree, ticket), leaf);
        }
        prop_assert_eq!(find(&tree, total(&tree)), None);
        prop_assert_eq!(find(&tree, u128::MAX), None);
    }

    #[test]
    fn large_weights_are_drawn_at_their_ends(
        weights in prop::collection::vec(1..u128::MAX / 64, 1..40)
    ) {
        let mut tree = InMemory::default();
        for (leaf, weight) in (0..).zip(&weights) {
            set(&mut tree, leaf * 37, *weight).unwrap();
        }
        let mut first = 0;
        for (leaf, weight) in (0..).zip(&weights) {
            prop_assert_eq!(find(&tree, first), Some(leaf * 37));
            prop_assert_eq!(find(&tree, first + weight - 1), Some(leaf * 37));
            first += weight;
        }
        prop_assert_eq!(total(&tree), first);
    }
}
