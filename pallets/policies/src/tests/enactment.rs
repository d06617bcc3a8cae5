//! How a draft takes effect, and what stays readable.

use crate::{mock::*, types::Fault, Error, Event, MAX_PENDING};
use frame_support::{assert_noop, assert_ok, traits::Hooks};
use opg_primitives::{
    ids::Digest,
    mode::{Mode, ModeSet},
    policy::Rules,
    traits::Policies as _,
};
use sp_runtime::DispatchError::BadOrigin;

fn root() -> RuntimeOrigin {
    RuntimeOrigin::root()
}

fn stored(changes: &[(&str, Rules)]) -> Digest {
    let rules = draft(changes);
    let id = Policies::draft_id(&rules);
    assert_ok!(Policies::store_draft(RuntimeOrigin::signed(account(1)), rules));
    id
}

#[docify::export]
#[test]
fn a_draft_takes_effect_at_its_block_and_not_before() {
    build_and_execute(|| {
        let strict = rules(&[Mode::ZkMl]);
        let rules = draft(&[("credit", strict.clone())]);
        let id = Policies::draft_id(&rules);
        assert_ok!(Policies::store_draft(RuntimeOrigin::signed(account(1)), rules));
        assert_ok!(Policies::enact(RuntimeOrigin::root(), id, 5));

        run_to(4);
        assert_eq!(Policies::current(), 0);
        assert_eq!(Policies::rules(&class("credit"), 0), None);

        run_to(5);
        assert_eq!(Policies::current(), 1);
        assert_eq!(Policies::rules(&class("credit"), 1), Some(strict));
    });
}

#[test]
fn a_version_that_takes_effect_gives_the_deposit_back_and_removes_the_draft() {
    build_and_execute(|| {
        let id = stored(&[("credit", rules(&[Mode::ZkMl]))]);
        assert_ok!(Policies::enact(root(), id, 2));
        System::assert_last_event(Event::Scheduled { draft: id, at: 2 }.into());
        run_to(2);
        assert_eq!(held(1), 0);
        assert_eq!(Policies::draft_rules(id), None);
        System::assert_last_event(Event::Enacted { version: 1, draft: id }.into());
    });
}

#[test]
fn every_version_stays_readable_as_it_was() {
    build_and_execute(|| {
        let (plain, zk) = (rules(&[Mode::Plain]), rules(&[Mode::ZkMl]));
        let genesis = rules(&[Mode::Plain, Mode::ZkMl]);
        let changes = [("general", plain.clone()), ("credit", zk.clone()), ("general", zk.clone())];
        for (at, (name, rules)) in (2..).zip(changes) {
            let id = stored(&[(name, rules)]);
            assert_ok!(Policies::enact(root(), id, at));
            run_to(at);
        }
        let general: Vec<_> = (0..=4).map(|v| Policies::rules(&class("general"), v)).collect();
        let expected = [Some(genesis), Some(plain.clone()), Some(plain), Some(zk.clone()), None];
        assert_eq!(general, expected);
        let credit: Vec<_> = (0..=4).map(|v| Policies::rules(&class("credit"), v)).collect();
        assert_eq!(credit, [None, None, Some(zk.clone()), Some(zk), None]);
    });
}

#[test]
fn the_digest_of_rules_names_class_and_version() {
    build_and_execute(|| {
        let general = class("general");
        let rules = Policies::rules(&general, 0).unwrap();
        let digest = Policies::rules_digest(general.clone(), 0);
        assert_eq!(digest, Some(rules.digest(&general, 0)));
        assert_ne!(digest, Some(rules.digest(&general, 1)));
        assert_eq!(Policies::rules_digest(general, 1), None);
    });
}

#[test]
fn nobody_but_governance_lets_a_draft_take_effect_or_takes_that_back() {
    build_and_execute(|| {
        let id = stored(&[("credit", rules(&[Mode::ZkMl]))]);
        let payer = || RuntimeOrigin::signed(account(1));
        assert_noop!(Policies::enact(payer(), id, 5), BadOrigin);
        assert_ok!(Policies::enact(root(), id, 5));
        assert_noop!(Policies::cancel(payer(), id), BadOrigin);
    });
}

#[test]
fn an_unknown_draft_is_neither_enacted_nor_cancelled() {
    build_and_execute(|| {
        let id = Digest([1; 32]);
        assert_noop!(Policies::enact(root(), id, 5), Error::<Test>::UnknownDraft);
        assert_noop!(Policies::cancel(root(), id), Error::<Test>::UnknownDraft);
    });
}

#[test]
fn a_draft_waits_for_one_block_only() {
    build_and_execute(|| {
        let id = stored(&[("credit", rules(&[Mode::ZkMl]))]);
        assert_ok!(Policies::enact(root(), id, 5));
        assert_noop!(Policies::enact(root(), id, 6), Error::<Test>::AlreadyScheduled);
    });
}

#[test]
fn the_block_of_an_enactment_is_to_come() {
    build_and_execute(|| {
        let id = stored(&[("credit", rules(&[Mode::ZkMl]))]);
        run_to(5);
        for passed in [0, 4, 5] {
            assert_noop!(Policies::enact(root(), id, passed), Error::<Test>::BlockPassed);
        }
    });
}

#[test]
fn one_draft_takes_effect_in_a_block() {
    build_and_execute(|| {
        let one = stored(&[("one", rules(&[Mode::ZkMl]))]);
        let two = stored(&[("two", rules(&[Mode::ZkMl]))]);
        assert_ok!(Policies::enact(root(), one, 5));
        assert_noop!(Policies::enact(root(), two, 5), Error::<Test>::BlockTaken);
        assert_ok!(Policies::enact(root(), two, 4));
        run_to(5);
        assert_eq!(Policies::current(), 2);
        assert_eq!(Policies::rules(&class("one"), 1), None);
        assert!(Policies::rules(&class("two"), 1).is_some());
    });
}

#[test]
fn only_so_many_drafts_wait() {
    build_and_execute(|| {
        for n in 0..MAX_PENDING {
            let id = stored(&[(&format!("c{n}"), rules(&[Mode::ZkMl]))]);
            assert_ok!(Policies::enact(root(), id, 10 + n));
        }
        let id = stored(&[("late", rules(&[Mode::ZkMl]))]);
        assert_noop!(Policies::enact(root(), id, 100), Error::<Test>::TooManyPending);
    });
}

#[test]
fn a_cancelled_draft_stays_stored_and_never_takes_effect() {
    build_and_execute(|| {
        let id = stored(&[("credit", rules(&[Mode::ZkMl]))]);
        assert_noop!(Policies::cancel(root(), id), Error::<Test>::NotScheduled);
        assert_ok!(Policies::enact(root(), id, 5));
        assert_ok!(Policies::cancel(root(), id));
        System::assert_last_event(Event::Cancelled { draft: id }.into());
        run_to(6);
        assert_eq!(Policies::current(), 0);
        assert!(Policies::draft_rules(id).is_some());
    });
}

#[test]
fn a_draft_whose_mode_was_switched_off_is_not_enacted() {
    build_and_execute(|| {
        let id = stored(&[("credit", rules(&[Mode::ZkMl]))]);
        Known::set(ModeSet::of(&[Mode::Plain]));
        let refused = Error::<Test>::Refused(Fault::UnknownMode);
        assert_noop!(Policies::enact(root(), id, 5), refused);
    });
}

#[test]
fn a_draft_whose_mode_is_switched_off_while_it_waits_leaves_the_version_as_it_was() {
    build_and_execute(|| {
        let id = stored(&[("credit", rules(&[Mode::ZkMl]))]);
        assert_ok!(Policies::enact(root(), id, 5));
        Known::set(ModeSet::of(&[Mode::Plain]));
        run_to(5);
        assert_eq!(Policies::current(), 0);
        assert_eq!(held(1), 0);
        let fault = Fault::UnknownMode;
        System::assert_last_event(Event::NotEnacted { draft: id, fault }.into());
    });
}

#[test]
fn of_two_waiting_drafts_that_say_the_same_the_second_changes_nothing() {
    build_and_execute(|| {
        let first = stored(&[("credit", rules(&[Mode::ZkMl]))]);
        let again = [("credit", rules(&[Mode::ZkMl])), ("loans", rules(&[Mode::Plain]))];
        let second = stored(&again);
        assert_ok!(Policies::enact(root(), first, 5));
        assert_ok!(Policies::enact(root(), second, 6));
        run_to(6);
        assert_eq!(Policies::current(), 1);
        assert_eq!(Policies::rules(&class("loans"), 1), None);
        let fault = Fault::NothingChanges;
        System::assert_last_event(Event::NotEnacted { draft: second, fault }.into());
    });
}

#[test]
fn drafts_of_blocks_that_were_skipped_follow_one_a_block() {
    build_and_execute(|| {
        for (at, name) in [(5, "five"), (6, "six")] {
            let id = stored(&[(name, rules(&[Mode::Plain]))]);
            assert_ok!(Policies::enact(root(), id, at));
        }
        System::set_block_number(20);
        assert_eq!(Policies::on_initialize(20), weight_of_enactment(1));
        assert_eq!(Policies::current(), 1);
        Policies::on_initialize(21);
        assert_eq!(Policies::current(), 2);
    });
}
