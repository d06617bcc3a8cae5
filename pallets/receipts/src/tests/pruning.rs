//! Receipts leave hot state after their window, within bounds.

use crate::{
    mock::*,
    types::{Place, Sequence},
    ByLease, BySequence, Cursor, InBlock, Log, Sequences, WeightInfo, Written,
};
use frame_support::{
    traits::{Hooks, IntegrityTest},
    weights::Weight,
};
use opg_primitives::{ids::Account, traits::Receipts as _};

const PROVIDER: Account = Account([7; 32]);

#[test]
fn a_receipt_lives_for_the_window_and_no_longer() {
    run(|| {
        let id = write(1, 7);
        go_to(11);
        end();
        assert!(Receipts::receipt(id).is_some(), "block 11 is the tenth after block 1");
        begin(12);
        end();
        assert_eq!(Receipts::receipt(id), None);
    });
}

#[test]
fn a_pruned_receipt_leaves_nothing_but_its_number_and_count() {
    run(|| {
        write(1, 7);
        go_to(13);
        assert_eq!(Log::<Test>::count(), 0);
        assert_eq!(ByLease::<Test>::iter().count(), 0);
        assert_eq!(BySequence::<Test>::iter().count(), 0);
        assert_eq!(InBlock::<Test>::iter().count(), 0);
        assert_eq!(Written::<Test>::iter().count(), 0);
        assert_eq!(Sequences::<Test>::get(PROVIDER), Sequence { first_held: 1, next: 1 });
        assert_eq!(Receipts::next_sequence(&PROVIDER), 1);
    });
}

#[test]
fn more_than_a_block_may_prune_is_carried_over() {
    PrunePerBlock::set(3);
    run(|| {
        for request in 0..7 {
            write(request, 7);
        }
        go_to(11);
        end();
        let after = |number| {
            begin(number);
            end();
            Receipts::do_try_state().unwrap();
            Log::<Test>::count()
        };
        // Blocks 0 and 1 are one step each: the first step goes past the empty block 0 long ago.
        assert_eq!([after(12), after(13), after(14)], [4, 1, 0]);
    });
}

#[test]
fn pruning_stops_where_the_weight_ends_and_goes_on_in_the_next_block() {
    run(|| {
        for request in 0..5 {
            write(request, 7);
        }
        go_to(12);
        let two = <() as WeightInfo>::prune_base() + <() as WeightInfo>::prune_step() * 2;
        end_with(two);
        assert_eq!(Log::<Test>::count(), 3);
        assert_eq!(Cursor::<Test>::get(), Place { block: 1, index: 2 });
        Receipts::do_try_state().unwrap();
        begin(13);
        end();
        assert_eq!(Log::<Test>::count(), 0);
    });
}

#[test]
fn without_weight_nothing_is_pruned_and_none_is_used() {
    run(|| {
        write(1, 7);
        go_to(12);
        assert_eq!(Receipts::on_idle(12, Weight::zero()), Weight::zero());
        assert_eq!(Log::<Test>::count(), 1);
    });
}

#[test]
fn a_block_that_is_partly_pruned_shows_no_inclusion() {
    run(|| {
        write(1, 7);
        write(2, 7);
        go_to(12);
        end_with(<() as WeightInfo>::prune_base() + <() as WeightInfo>::prune_step());
        assert_eq!(Log::<Test>::count(), 1);
        assert_eq!(Receipts::receipts_in(1), None);
        assert_eq!(Receipts::inclusion(Place { block: 1, index: 1 }), None);
        assert_eq!(Receipts::receipts_in(2), Some(vec![]));
    });
}

#[test]
fn numbers_go_on_after_pruning() {
    run(|| {
        write(1, 7);
        go_to(13);
        let id = write(2, 7);
        assert_eq!(Receipts::by_sequence(PROVIDER, 0), None);
        assert_eq!(Receipts::by_sequence(PROVIDER, 1).unwrap().0, id);
        assert_eq!(Receipts::sequence_of(PROVIDER), Sequence { first_held: 1, next: 2 });
    });
}

#[test]
fn a_longer_window_keeps_what_is_there_and_a_shorter_one_catches_up() {
    run(|| {
        let early = write(1, 7);
        go_to(10);
        let late = write(2, 7);
        Life::set(20);
        go_to(21);
        end();
        assert!(Receipts::receipt(early).is_some());
        Life::set(2);
        begin(22);
        end(); // eight steps: blocks 1 to 8
        assert_eq!(Receipts::receipt(early), None);
        assert!(Receipts::receipt(late).is_some());
        begin(23);
        end();
        assert_eq!(Receipts::receipt(late), None);
    });
}

#[test]
#[should_panic(expected = "never catch up")]
fn a_runtime_that_prunes_too_little_is_refused() {
    PrunePerBlock::set(1);
    <Receipts as IntegrityTest>::integrity_test();
}
