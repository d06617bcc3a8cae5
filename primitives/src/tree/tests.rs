use super::*;
use proptest::prelude::*;

fn ids(count: u32) -> Vec<ReceiptId> {
    (0..count).map(|i| ReceiptId(Domain::Receipt.hash(&i))).collect()
}

#[test]
fn the_tree_is_pinned() {
    let node = |left, right| Digest(Domain::ReceiptNode.hash(&(left, right)));
    let leaf = |id: &ReceiptId| Digest(Domain::ReceiptLeaf.hash(id));
    let [a, b, c] = [0, 1, 2].map(|i| ids(3)[i]);
    assert_eq!(root(&[a]).root, leaf(&a));
    assert_eq!(root(&[a, b, c]).root, node(node(leaf(&a), leaf(&b)), leaf(&c)));
    let by_hand = sp_crypto_hashing::blake2_256(b"\x4copg/receipt-node/v1");
    assert_eq!(empty(), Digest(by_hand));
}

#[test]
fn what_stands_in_the_header_is_pinned() {
    let said = BlockRoot { root: Digest([7; 32]), count: 258 };
    assert_eq!(said.encode(), [&[7u8; 32][..], &[2u8, 1, 0, 0][..]].concat());
    assert_eq!(ENGINE_ID, *b"OPGR");
}

#[test]
fn the_root_of_none_is_not_the_root_of_any() {
    let mut roots: Vec<_> = (0..40).map(|count| root(&ids(count)).root).collect();
    roots.sort();
    roots.dedup();
    assert_eq!(roots.len(), 40);
}

#[test]
fn an_inner_node_does_not_pass_for_a_leaf() {
    let all = ids(4);
    let whole = root(&all);
    let left = root(&all[..2]).root;
    let right = root(&all[2..]).root;
    let two = BlockRoot { root: whole.root, count: 2 };
    assert!(!verify(&two, ReceiptId(left.0), 0, &[right]));
}

#[test]
fn no_path_shows_a_receipt_of_an_empty_block() {
    let none = root(&[]);
    assert!(!verify(&none, ReceiptId(none.root.0), 0, &[]));
    assert_eq!(prove(&[], 0), None);
}

proptest! {
    #[test]
    fn each_receipt_of_each_block_has_a_path(count in 1u32..70) {
        let all = ids(count);
        let root = root(&all);
        for (index, id) in (0u32..).zip(&all) {
            let path = prove(&all, index).unwrap();
            prop_assert!(path.len() <= 7);
            prop_assert!(verify(&root, *id, index, &path));
        }
    }

    #[test]
    fn a_path_shows_no_other_receipt_place_or_block(
        count in 2u32..70, pick in any::<prop::sample::Index>(), other in any::<prop::sample::Index>(),
    ) {
        let all = ids(count);
        let root = root(&all);
        let at = u32::try_from(pick.index(all.len())).unwrap();
        let elsewhere = u32::try_from(other.index(all.len())).unwrap();
        prop_assume!(at != elsewhere);
        let (id, path) = (all[pick.index(all.len())], prove(&all, at).unwrap());

        prop_assert!(!verify(&root, all[other.index(all.len())], at, &path));
        prop_assert!(!verify(&root, id, elsewhere, &path));
        prop_assert!(!verify(&root, id, at + count, &path));
        let hollow = BlockRoot { root: empty(), ..root };
        prop_assert!(!verify(&hollow, id, at, &path));
    }

    #[test]
    fn an_altered_path_shows_nothing(
        count in 2u32..70, pick in any::<prop::sample::Index>(),
        step in any::<prop::sample::Index>(), bit in 0usize..256,
    ) {
        let all = ids(count);
        let root = root(&all);
        let at = pick.index(all.len());
        let index = u32::try_from(at).unwrap();
        let path = prove(&all, index).unwrap();

        let mut flipped = path.clone();
        let place = step.index(path.len());
        flipped[place].0[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(!verify(&root, all[at], index, &flipped));

        let mut longer = path.clone();
        longer.push(Digest([0; 32]));
        prop_assert!(!verify(&root, all[at], index, &longer));
        prop_assert!(!verify(&root, all[at], index, &path[..path.len() - 1]));
    }

    #[test]
    fn any_other_list_has_another_root(count in 1u32..40, pick in any::<prop::sample::Index>()) {
        let all = ids(count);
        let whole = root(&all);
        let at = pick.index(all.len());

        let mut without = all.clone();
        without.remove(at);
        prop_assert_ne!(root(&without).root, whole.root);

        let mut twice = all.clone();
        twice.push(all[at]);
        prop_assert_ne!(root(&twice).root, whole.root);
    }
}
