//! What nodes that index keep after hot state has forgotten.

use crate::{
    archive::{list_key, receipt_key},
    mock::*,
    Log,
};
use codec::{Decode, Encode};
use opg_primitives::{
    ids::{GenesisHash, ReceiptId},
    receipt::{receipt_id, Receipt},
    tree::{empty, prove, root, verify},
};

#[test]
fn a_pruned_receipt_can_still_be_fetched_and_proven() {
    let (mut ids, mut header) = (Vec::new(), None);
    let kept = run(|| {
        ids = (1..=3).map(|request| write(request, 7)).collect();
        header = Some(end());
        begin(2);
        go_to(13);
        assert_eq!(Log::<Test>::count(), 0);
    });
    let header = header.unwrap();

    let body = kept.get(&receipt_key(&ids[1])).unwrap();
    let receipt = Receipt::decode(&mut &body[..]).unwrap();
    assert_eq!(receipt_id(GenesisHash(GENESIS_HASH), &receipt), ids[1]);

    let list = kept.get(&list_key(&header.root)).unwrap();
    let list = Vec::<ReceiptId>::decode(&mut &list[..]).unwrap();
    assert_eq!(root(&list), header);
    assert!(verify(&header, ids[1], 1, &prove(&list, 1).unwrap()));
}

#[test]
fn of_a_block_without_receipts_nothing_is_kept() {
    let kept = run(|| {
        end();
        begin(2);
    });
    assert_eq!(kept.get(&list_key(&empty())), None);
}

#[test]
fn the_keys_are_pinned() {
    assert_eq!(receipt_key(&ReceiptId([1; 32])), [&b"opg/receipt/"[..], &[1; 32]].concat());
    assert_eq!(list_key(&empty()), [&b"opg/receipts/"[..], &empty().encode()].concat());
}
