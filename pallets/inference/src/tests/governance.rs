//! Rules that become stricter while a request is open.

use crate::mock::*;
use opg_primitives::{
    mode::{Mode, ModeSet},
    request::Outcome,
};

fn switch_off() {
    change(|world| {
        world.disabled.insert(Mode::Plain);
        world.trust += 1;
    });
}

fn forbid() {
    let mut rules = rules_now();
    rules.floor.modes = ModeSet::of(&[Mode::ZkMl]);
    enact(rules);
}

/// Asserts that the last receipt ended its request without loss to either side.
fn aborted(before: Money) {
    let receipt = last_receipt();
    assert_eq!((receipt.outcome, receipt.terminal), (Outcome::AbortedByGovernance, true));
    assert_eq!(receipt.payment.released, MAX_PRICE);
    assert_eq!(receipt.payment.slashed, 0);
    assert_eq!(money(), Money { requester: before.requester + MAX_PRICE, held: 0, ..before });
    assert_eq!(world().providers[&PROVIDER].reserved, 0);
}

#[test]
fn an_answer_that_comes_after_its_verifier_was_switched_off_is_neither_paid_nor_slashed() {
    for tighten in [switch_off, forbid] {
        run(|| {
            let id = Asking::named().id();
            acknowledged(id);
            let before = money();
            tighten();
            settled(id);
            aborted(before);
        });
    }
}

#[test]
fn an_overdue_lease_that_could_not_have_settled_is_not_slashed() {
    run(|| {
        let id = Asking::named().id();
        acknowledged(id);
        let before = money();
        switch_off();
        go_to(22);
        aborted(before);
        assert_eq!(last_receipt().judged_by.trust_version, 1);
        let _ = id;
    });
}

#[test]
fn an_unacknowledged_lease_that_could_not_settle_is_no_silence() {
    run(|| {
        Asking::named().id();
        let before = money();
        forbid();
        go_to(12);
        aborted(before);
        assert_eq!(world().providers[&PROVIDER].silence, 0);
    });
}

#[test]
fn anyone_ends_what_can_no_longer_settle_before_it_is_due() {
    run(|| {
        let id = Asking::named().id();
        acknowledged(id);
        let before = money();
        switch_off();
        done(expire_call(id, 0));
        aborted(before);
    });
}

#[test]
fn nothing_is_drawn_for_what_can_no_longer_settle() {
    run(|| {
        Asking::default().id();
        let before = money();
        switch_off();
        go_to(3);
        aborted(before);
        assert_eq!(last_receipt().lease, None);
    });
}

#[test]
fn a_stricter_floor_that_still_accepts_the_mode_does_not_touch_what_was_asked_before() {
    run(|| {
        use opg_primitives::claims::{Claim, Standing};
        let id = Asking::named().id();
        let mut rules = rules_now();
        rules.floor.least = vec![(Claim::Execution, Standing::Proven)].try_into().unwrap();
        enact(rules);
        acknowledged(id);
        settled(id);
        assert_eq!(last_receipt().outcome, Outcome::Settled);
        assert_eq!(last_receipt().judged_by.policy_version, 0);
    });
}
