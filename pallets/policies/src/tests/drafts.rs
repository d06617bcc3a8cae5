//! Drafts and their deposits.

use crate::{mock::*, Error, Event};
use codec::Encode;
use frame_support::{assert_noop, assert_ok};
use opg_primitives::{ids::Digest, mode::Mode};
use sp_runtime::TokenError;

fn signed(n: u8) -> RuntimeOrigin {
    RuntimeOrigin::signed(account(n))
}

#[test]
fn a_draft_holds_a_deposit_by_its_size_and_gives_it_back_when_discarded() {
    build_and_execute(|| {
        let rules = draft(&[("credit", rules(&[Mode::ZkMl]))]);
        let id = Policies::draft_id(&rules);
        assert_ok!(Policies::store_draft(signed(1), rules.clone()));
        assert_eq!(held(1), rules.encoded_size() as u128 * 10);
        System::assert_last_event(
            Event::DraftStored { draft: id, payer: account(1), classes: 1 }.into(),
        );
        assert_eq!(Policies::draft_rules(id), Some(rules));

        assert_ok!(Policies::discard_draft(signed(1), id));
        assert_eq!(held(1), 0);
        assert_eq!(Balances::free_balance(account(1)), ENDOWMENT);
        System::assert_last_event(Event::DraftDiscarded { draft: id }.into());
    });
}

#[test]
fn the_same_content_is_not_stored_twice() {
    build_and_execute(|| {
        let rules = draft(&[("credit", rules(&[Mode::ZkMl]))]);
        assert_ok!(Policies::store_draft(signed(1), rules.clone()));
        assert_noop!(Policies::store_draft(signed(2), rules), Error::<Test>::AlreadyStored);
    });
}

#[test]
fn who_cannot_pay_the_deposit_stores_nothing() {
    build_and_execute(|| {
        let rules = draft(&[("credit", rules(&[Mode::ZkMl]))]);
        assert_noop!(Policies::store_draft(signed(9), rules), TokenError::FundsUnavailable);
    });
}

#[test]
fn only_who_stored_a_draft_discards_it() {
    build_and_execute(|| {
        let rules = draft(&[("credit", rules(&[Mode::ZkMl]))]);
        let id = Policies::draft_id(&rules);
        assert_ok!(Policies::store_draft(signed(1), rules));
        assert_noop!(Policies::discard_draft(signed(2), id), Error::<Test>::NotPayer);
    });
}

#[test]
fn a_draft_that_is_not_stored_is_not_discarded() {
    build_and_execute(|| {
        let id = Digest([7; 32]);
        assert_noop!(Policies::discard_draft(signed(1), id), Error::<Test>::UnknownDraft);
    });
}

#[test]
fn a_draft_that_waits_for_its_block_is_not_discarded() {
    build_and_execute(|| {
        let rules = draft(&[("credit", rules(&[Mode::ZkMl]))]);
        let id = Policies::draft_id(&rules);
        assert_ok!(Policies::store_draft(signed(1), rules));
        assert_ok!(Policies::enact(RuntimeOrigin::root(), id, 5));
        assert_noop!(Policies::discard_draft(signed(1), id), Error::<Test>::AlreadyScheduled);
    });
}
