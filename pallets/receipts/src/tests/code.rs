//! Which code a receipt says that it was judged by.

use crate::{mock::*, JudgedCode};
use frame_support::traits::Hooks;
use frame_support::weights::Weight;
use opg_primitives::ids::Digest;
use sp_core::storage::well_known_keys::CODE;
use sp_io::hashing::blake2_256;

fn hash(code: &[u8]) -> Digest {
    Digest(blake2_256(code))
}

#[test]
fn the_code_is_hashed_at_the_first_block_and_kept() {
    run(|| {
        assert_eq!(JudgedCode::<Test>::get(), Some((1, hash(GENESIS_CODE))));
        assert_eq!(Receipts::code(), (1, hash(GENESIS_CODE)));
        assert_eq!(Receipts::on_runtime_upgrade(), Weight::zero(), "nothing is hashed again");
    });
}

#[test]
fn in_the_block_of_an_upgrade_the_old_code_still_judges() {
    run(|| {
        System::update_code_in_storage(b"the second runtime");
        assert_eq!(Receipts::judged_code(), (1, hash(GENESIS_CODE)));
    });
}

#[test]
fn after_an_upgrade_the_new_code_judges() {
    run(|| {
        System::update_code_in_storage(b"the second runtime");
        end();
        SpecVersion::set(2);
        assert!(Receipts::on_runtime_upgrade().ref_time() > 0);
        begin(2);
        assert_eq!(Receipts::judged_code(), (2, hash(b"the second runtime")));
    });
}

#[test]
fn an_upgrade_that_keeps_its_version_is_noticed_too() {
    run(|| {
        System::update_code_in_storage(b"the second runtime");
        end();
        begin(2);
        assert_eq!(Receipts::judged_code(), (1, hash(b"the second runtime")));
    });
}

#[test]
fn a_version_that_rises_without_notice_is_hashed_anew() {
    run(|| {
        end();
        frame_support::storage::unhashed::put_raw(CODE, b"another runtime");
        SpecVersion::set(3);
        assert_eq!(
            Receipts::judged_code(),
            (3, hash(b"another runtime")),
            "also before it is kept"
        );
        begin(2);
        assert_eq!(JudgedCode::<Test>::get(), Some((3, hash(b"another runtime"))));
    });
}
