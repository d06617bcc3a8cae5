//! The rules of version 0.

use crate::mock::*;
use opg_primitives::{
    mode::{Mode, ModeSet},
    traits::Policies as _,
};

#[test]
fn the_classes_of_genesis_are_version_0() {
    build_and_execute(|| {
        assert_eq!(Policies::current(), 0);
        let general = rules(&[Mode::Plain, Mode::ZkMl]);
        assert_eq!(Policies::rules(&class("general"), 0), Some(general));
        assert_eq!(Policies::class_names(), [class("general")]);
    });
}

#[test]
fn a_genesis_without_classes_is_possible() {
    build_with(vec![], || assert_eq!(Policies::class_names(), []));
}

#[test]
#[should_panic(expected = "the policies of genesis are refused: Err(EmptyFloor)")]
fn a_genesis_with_rules_that_no_draft_could_set_makes_no_chain() {
    let mut empty = rules(&[Mode::Plain]);
    empty.floor.modes = ModeSet::default();
    build_with(vec![(class("general"), empty)], || ());
}
