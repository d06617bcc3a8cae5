//! Which rules are refused, by name.

use crate::{mock::*, types::Fault, Error};
use frame_support::{assert_noop, assert_ok};
use opg_primitives::{
    claims::{Claim, Standing},
    mode::{Mode, ModeSet},
    policy::{ClassId, Rules},
};

fn refuses(changes: &[(ClassId, Rules)], fault: Fault) {
    build_and_execute(|| {
        let who = RuntimeOrigin::signed(account(1));
        let changes = changes.to_vec().try_into().unwrap();
        assert_noop!(Policies::store_draft(who, changes), Error::<Test>::Refused(fault));
    });
}

#[test]
fn a_draft_of_no_class_is_refused() {
    refuses(&[], Fault::NoClass);
}

#[test]
fn a_class_named_twice_is_refused() {
    let twice = [(class("a"), rules(&[Mode::Plain])), (class("a"), rules(&[Mode::ZkMl]))];
    refuses(&twice, Fault::DuplicateClass);
}

#[test]
fn a_class_without_a_plain_name_is_refused() {
    for name in ["", "General", "a b", "a\n", "käse"] {
        refuses(&[(class(name), rules(&[Mode::Plain]))], Fault::BadClassName);
    }
}

#[test]
fn an_empty_floor_is_refused() {
    let mut empty = rules(&[Mode::Plain]);
    empty.floor.modes = ModeSet::default();
    refuses(&[(class("a"), empty)], Fault::EmptyFloor);
}

#[test]
fn a_mode_without_a_verifier_is_refused() {
    refuses(&[(class("a"), rules(&[Mode::Plain, Mode::Tee]))], Fault::UnknownMode);
}

#[test]
fn a_default_that_its_floor_does_not_accept_is_refused() {
    let mut outside = rules(&[Mode::ZkMl]);
    outside.default = Mode::Plain;
    refuses(&[(class("a"), outside)], Fault::DefaultOutsideFloor);
}

#[test]
fn a_claim_named_twice_is_refused() {
    let least = [(Claim::Output, Standing::Signed), (Claim::Output, Standing::Proven)];
    refuses(&[(class("a"), rules_with(&[Mode::ZkMl], &least))], Fault::DuplicateClaim);
}

#[test]
fn a_floor_that_an_accepted_mode_can_never_meet_is_refused() {
    let proven = [(Claim::Execution, Standing::Proven)];
    let both = rules_with(&[Mode::ZkMl, Mode::Plain], &proven);
    refuses(&[(class("a"), both)], Fault::Unreachable);
    let attested = rules_with(&[Mode::ZkMl], &[(Claim::Location, Standing::Attested)]);
    refuses(&[(class("a"), attested)], Fault::Unreachable);
}

#[test]
fn a_floor_that_every_accepted_mode_can_meet_is_taken() {
    build_and_execute(|| {
        let proven =
            [(Claim::Execution, Standing::Proven), (Claim::InputBytes, Standing::Enforced)];
        let signed = [(Claim::Execution, Standing::Signed), (Claim::Answerer, Standing::Signed)];
        let changes = [
            ("strict", rules_with(&[Mode::ZkMl], &proven)),
            ("loose", rules_with(&[Mode::Plain, Mode::ZkMl], &signed)),
        ];
        assert_ok!(Policies::store_draft(RuntimeOrigin::signed(account(1)), draft(&changes)));
    });
}

#[test]
fn a_floor_that_an_enclave_can_meet_is_taken_and_one_that_only_a_proof_can_is_not() {
    build_and_execute(|| {
        Known::set(ModeSet::of(&Mode::ALL));
        let who = || RuntimeOrigin::signed(account(1));
        let attested =
            [(Claim::Execution, Standing::Attested), (Claim::SingleAnswer, Standing::Attested)];
        let taken = draft(&[("attested", rules_with(&[Mode::Tee, Mode::ZkMl], &attested))]);
        assert_ok!(Policies::store_draft(who(), taken));
        let proven = [(Claim::Execution, Standing::Proven)];
        let refused = draft(&[("proven", rules_with(&[Mode::Tee], &proven))]);
        let unreachable = Error::<Test>::Refused(Fault::Unreachable);
        assert_noop!(Policies::store_draft(who(), refused), unreachable);
    });
}

#[test]
fn rules_that_a_class_has_already_are_refused() {
    let same = rules(&[Mode::Plain, Mode::ZkMl]);
    refuses(&[(class("general"), same)], Fault::NothingChanges);
}

#[test]
fn one_class_too_many_is_refused_and_the_last_one_is_not() {
    let classes = (0..63).map(|n| (class(&format!("c{n}")), rules(&[Mode::Plain]))).collect();
    build_with(classes, || {
        let who = || RuntimeOrigin::signed(account(1));
        let one = draft(&[("one", rules(&[Mode::Plain]))]);
        assert_ok!(Policies::store_draft(who(), one));
        let two = draft(&[("one", rules(&[Mode::Plain])), ("two", rules(&[Mode::Plain]))]);
        assert_noop!(
            Policies::store_draft(who(), two),
            Error::<Test>::Refused(Fault::TooManyClasses)
        );
    });
}

#[test]
fn a_class_that_changed_as_often_as_is_kept_changes_no_more() {
    build_and_execute(|| {
        let (one, other) = (rules(&[Mode::Plain]), rules(&[Mode::ZkMl]));
        for version in 1..crate::MAX_CHANGES_PER_CLASS {
            let rules = if version % 2 == 0 { &one } else { &other };
            crate::Current::<Test>::put(version);
            Policies::write(version, &class("general"), rules).unwrap();
        }
        assert_noop!(
            Policies::store_draft(RuntimeOrigin::signed(account(1)), draft(&[("general", one)])),
            Error::<Test>::Refused(Fault::TooManyChanges)
        );
    });
}
