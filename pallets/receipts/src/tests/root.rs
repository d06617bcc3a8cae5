//! The root in the header, and what shows that a receipt is under it.

use crate::{mock::*, types::Place};
use opg_primitives::tree::{empty, root, verify, BlockRoot};

#[test]
fn every_header_from_block_1_has_a_root() {
    run(|| {
        assert_eq!(System::block_number(), 1);
        assert_eq!(end(), BlockRoot { root: empty(), count: 0 });
        begin(2);
        let id = write(1, 7);
        assert_eq!(end(), root(&[id]));
    });
}

#[test]
fn the_root_is_over_this_blocks_receipts_alone_and_in_their_order() {
    run(|| {
        let first = [write(1, 7), write(2, 7)];
        assert_eq!(end(), root(&first));
        begin(2);
        let second = [write(3, 7), write(4, 8), write(5, 7)];
        let header = end();
        assert_eq!(header, root(&second));
        assert_ne!(header, root(&[second[1], second[0], second[2]]));
    });
}

#[test]
fn inclusion_in_a_block_verifies_against_its_header() {
    run(|| {
        let written: Vec<_> = (0..5).map(|i| write(i, 7)).collect();
        let header = end();
        begin(2);
        for (index, id) in (0u32..).zip(written) {
            let shown = Receipts::inclusion(Place { block: 1, index }).unwrap();
            assert_eq!(shown.root, header);
            assert!(verify(&header, id, index, &shown.path));
        }
        assert_eq!(Receipts::inclusion(Place { block: 1, index: 5 }), None);
    });
}

#[test]
fn a_block_to_come_has_no_receipts_to_show() {
    run(|| {
        assert_eq!(Receipts::receipts_in(1), Some(vec![]));
        assert_eq!(Receipts::receipts_in(2), None);
        assert_eq!(Receipts::inclusion(Place { block: 2, index: 0 }), None);
    });
}
