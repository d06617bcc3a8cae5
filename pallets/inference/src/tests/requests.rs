//! What a request is refused for, and what it leaves behind.

use crate::{mock::*, Error, Nonces, Payloads};
use frame_support::{assert_noop, assert_ok};
use opg_primitives::{
    ids::{Commitment, ModelId},
    mode::{Mode, ModeSet},
    model::ModelStatus,
    receipt::Selection,
    request::{Input, Outcome, RequestIdentity},
    statement,
};
use sp_runtime::traits::Dispatchable;

/// Asserts that asking so is refused, and nothing has changed.
fn refused(asking: Asking, error: Error<Test>) {
    let call: RuntimeCall = crate::Call::request {
        model: asking.model,
        input: asking.input,
        parameters: asking.parameters.try_into().unwrap(),
        mode: asking.mode,
        max_price: asking.max_price,
        deadline: asking.deadline,
        provider: asking.named,
    }
    .into();
    let before = money();
    let refused = call.dispatch(origin(&asking.who)).unwrap_err();
    assert_eq!(refused.error, error.into());
    assert_eq!(money(), before);
    assert_eq!(crate::Requests::<Test>::count(), 0);
}

fn change_model(change: impl FnOnce(&mut opg_primitives::model::ModelVersion)) {
    crate::mock::change(|world| change(world.models.get_mut(&MODEL).unwrap()));
}

#[test]
fn the_identity_is_computed_from_what_the_chain_knows() {
    run(|| {
        let id = Asking { parameters: vec![9], ..Asking::default() }.id();
        let artefact = world().models[&MODEL].artefact.clone();
        let expected = RequestIdentity {
            genesis: Inference::genesis(),
            requester: REQUESTER,
            nonce: 0,
            model: MODEL,
            input: artefact.commit_input(statement::NO_SALT, &[1, 2, 3, 4]).unwrap(),
            parameters: statement::commit_parameters(&[9]),
            mode: Mode::Plain,
            policy_version: 0,
            max_price: MAX_PRICE,
            deadline: 1_000,
        };
        assert_eq!(id, expected.id());
        assert_eq!(Inference::genesis().0, hash_of(0).0);
        assert_eq!(Nonces::<Test>::get(REQUESTER), 1);
        let (input, _) = Payloads::<Test>::get(id).unwrap();
        assert_eq!(input, Input::Public(vec![1, 2, 3, 4].try_into().unwrap()));
    });
}

#[test]
fn the_same_request_twice_has_two_identities() {
    run(|| assert_ne!(Asking::default().id(), Asking::default().id()));
}

#[test]
fn a_named_provider_is_leased_at_once_and_the_record_says_so() {
    run(|| {
        let id = Asking::named().id();
        let lease = lease_of(id);
        assert_eq!(lease.provider, PROVIDER);
        assert_eq!(lease.selection, Selection::Named);
        assert_eq!(lease.price, PRICE);
        assert_eq!(lease.reserved, PRICE + COMPENSATION_CAP);
        // The parent of the block that gave it.
        assert_eq!(lease.lease_block.0, 0);
        assert_eq!(lease.lease_block.1 .0, hash_of(0).0);
        assert_eq!(lease.ack_by, 11);
    });
}

#[test]
fn a_private_input_is_refused_in_a_mode_without_an_enclave() {
    run(|| {
        for mode in [None, Some(Mode::Plain), Some(Mode::ZkMl)] {
            let input = Input::Committed(Commitment([1; 32]));
            refused(Asking { input, mode, ..Asking::default() }, Error::CommittedInputNeedsTee);
        }
    });
}

#[test]
fn an_unknown_model_is_refused() {
    run(|| {
        refused(Asking { model: ModelId([9; 32]), ..Asking::default() }, Error::UnknownModel);
    });
}

#[test]
fn a_retired_model_is_refused() {
    run(|| {
        change_model(|model| model.status = ModelStatus::Retired);
        refused(Asking::default(), Error::ModelRetired);
    });
}

#[test]
fn who_may_not_ask_is_refused() {
    run(|| {
        change(|world| world.closed_to.insert(REQUESTER));
        refused(Asking::default(), Error::AccessDenied);
    });
}

#[test]
fn a_mode_that_the_model_does_not_offer_is_refused() {
    run(|| {
        change_model(|model| model.modes = ModeSet::of(&[Mode::ZkMl]));
        refused(Asking::default(), Error::ModeNotOffered);
    });
}

#[test]
fn a_class_without_rules_is_refused() {
    run(|| {
        change_model(|model| model.class.0[0] = b'x');
        refused(Asking::default(), Error::UnknownClass);
    });
}

#[test]
fn a_mode_under_the_floor_is_refused() {
    run(|| {
        let mut rules = rules_now();
        rules.floor.modes = ModeSet::of(&[Mode::ZkMl]);
        enact(rules);
        refused(Asking::default(), Error::ModeUnderFloor);
        assert_ok!(Asking::zkml().ask());
    });
}

#[test]
fn a_mode_whose_verifier_is_off_is_refused() {
    run(|| {
        change(|world| world.disabled.insert(Mode::Plain));
        refused(Asking::default(), Error::VerifierDisabled);
    });
}

#[test]
fn a_circuit_takes_no_parameters() {
    run(|| {
        refused(Asking { parameters: vec![1], ..Asking::zkml() }, Error::ParametersNotSupported);
    });
}

#[test]
fn an_input_that_does_not_fit_is_refused() {
    run(|| {
        for bytes in [vec![], vec![1, 2, 3], vec![1; 5]] {
            let input = Input::Public(bytes.try_into().unwrap());
            refused(Asking { input, ..Asking::default() }, Error::InputDoesNotFit);
        }
    });
}

#[test]
fn a_price_below_the_least_is_refused() {
    run(|| {
        refused(Asking { max_price: 999, ..Asking::default() }, Error::PriceTooLow);
        assert_ok!(Asking { max_price: 1_000, ..Asking::default() }.ask());
    });
}

#[test]
fn a_deadline_that_leaves_no_whole_lease_is_refused() {
    run(|| {
        // Block 1: drawn in 3, acknowledged by 13, delivered by 33.
        refused(Asking { deadline: 32, ..Asking::default() }, Error::DeadlineTooSoon);
        assert_ok!(Asking { deadline: 33, ..Asking::default() }.ask());
        assert_ok!(Asking { deadline: 31, ..Asking::named() }.ask());
    });
    run(|| refused(Asking { deadline: 30, ..Asking::named() }, Error::DeadlineTooSoon));
}

#[test]
fn a_deadline_too_far_ahead_is_refused() {
    run(|| {
        refused(Asking { deadline: 2_002, ..Asking::default() }, Error::DeadlineTooFar);
        assert_ok!(Asking { deadline: 2_001, ..Asking::default() }.ask());
    });
}

#[test]
fn naming_is_refused_where_the_class_forbids_it() {
    run(|| {
        let mut rules = rules_now();
        rules.provider_may_be_named = false;
        enact(rules);
        refused(Asking::named(), Error::NamingForbidden);
        assert_ok!(Asking::default().ask());
    });
}

#[test]
fn each_reason_why_a_named_provider_cannot_take_a_lease_has_its_error() {
    run(|| {
        refused(Asking { named: Some(OTHER), ..Asking::named() }, Error::ProviderNotRegistered);
        refused(Asking { max_price: 9_999, ..Asking::named() }, Error::ProviderTooExpensive);
        let provider = |change: fn(&mut MockProvider)| {
            crate::mock::change(|world| change(world.providers.get_mut(&PROVIDER).unwrap()));
        };
        provider(|p| p.modes = ModeSet::of(&[Mode::ZkMl]));
        refused(Asking::named(), Error::ProviderNotServing);
        provider(|p| p.modes = ModeSet::of(&[Mode::Plain]));
        provider(|p| p.ready = false);
        refused(Asking::named(), Error::ProviderNotYet);
        provider(|p| p.ready = true);
        provider(|p| p.bond = PRICE + COMPENSATION_CAP - 1);
        refused(Asking::named(), Error::ProviderWithoutCapacity);
    });
}

#[test]
fn a_provider_has_a_bounded_number_of_open_leases() {
    run(|| {
        MaxOpenLeases::set(1);
        let id = Asking::named().id();
        assert_noop!(Asking::named().ask(), Error::<Test>::ProviderWithoutCapacity);
        assert_ok!(Inference::cancel(origin(&REQUESTER), id));
        assert_ok!(Asking::named().ask());
    });
}

#[test]
fn one_bond_is_not_leased_twice_over() {
    run(|| {
        change(|world| {
            world.providers.get_mut(&PROVIDER).unwrap().bond = 2 * (PRICE + COMPENSATION_CAP) - 1
        });
        assert_ok!(Asking::named().ask());
        assert_noop!(Asking::named().ask(), Error::<Test>::ProviderWithoutCapacity);
    });
}

#[test]
fn whoever_cannot_pay_the_fee_is_refused() {
    run(|| {
        let poor = opg_primitives::ids::Account([0xcc; 32]);
        refused(Asking { who: poor, ..Asking::default() }, Error::CannotPayFee);
    });
}

#[test]
fn whoever_cannot_hold_the_price_is_refused() {
    run(|| {
        refused(Asking { max_price: FUNDS, ..Asking::default() }, Error::CannotHoldPrice);
    });
}

#[test]
fn the_default_mode_is_resolved_when_the_request_is_made() {
    run(|| {
        let id = Asking::named().id();
        let mut rules = rules_now();
        rules.default = Mode::ZkMl;
        enact(rules);
        assert_eq!(stored(id).mode, Mode::Plain);
        assert_eq!(stored(id).asked, None);
        assert_eq!(stored(id).policy_version, 0);
        let later = Asking::named().id();
        assert_eq!(stored(later).mode, Mode::ZkMl);
        assert_eq!(stored(later).policy_version, 1);
    });
}

#[test]
fn a_waiting_request_can_be_cancelled() {
    run(|| {
        let before = money();
        let id = Asking::default().id();
        assert_ok!(Inference::cancel(origin(&REQUESTER), id));
        assert_eq!(money().held, 0);
        assert!(money().requester < before.requester);
        let receipt = last_receipt();
        assert_eq!((receipt.outcome, receipt.terminal), (Outcome::Cancelled, true));
        assert_eq!(receipt.lease, None);
        assert_eq!(receipt.payment.released, MAX_PRICE);
        // The queue skips it.
        go_to(6);
        assert_eq!(world().receipts.len(), 1);
    });
}

#[test]
fn a_leased_request_can_be_cancelled_before_it_is_acknowledged() {
    run(|| {
        let id = Asking::named().id();
        assert_ok!(Inference::cancel(origin(&REQUESTER), id));
        assert_eq!(last_receipt().outcome, Outcome::Cancelled);
        assert_eq!(last_receipt().lease.unwrap().provider, PROVIDER);
        assert_eq!(world().providers[&PROVIDER].reserved, 0);
    });
}

#[test]
fn an_acknowledged_request_cannot_be_cancelled() {
    run(|| {
        let id = Asking::named().id();
        acknowledged(id);
        assert_noop!(Inference::cancel(origin(&REQUESTER), id), Error::<Test>::AlreadyAcknowledged);
    });
}

#[test]
fn only_the_requester_cancels() {
    run(|| {
        let id = Asking::named().id();
        assert_noop!(Inference::cancel(origin(&OTHER), id), Error::<Test>::NotRequester);
        assert_noop!(Inference::cancel(origin(&PROVIDER), id), Error::<Test>::NotRequester);
    });
}

#[test]
fn what_is_not_open_cannot_be_cancelled() {
    run(|| {
        let id = Asking::named().id();
        assert_ok!(Inference::cancel(origin(&REQUESTER), id));
        assert_noop!(Inference::cancel(origin(&REQUESTER), id), Error::<Test>::UnknownRequest);
    });
}

#[test]
fn what_is_stored_and_held_keeps_its_encoding() {
    use codec::Encode;
    assert_eq!(crate::HoldReason::Escrow.encode(), [0]);
    let waiting = crate::types::Stage::Waiting { not_before: 1, lease_by: 2 };
    assert_eq!(waiting.encode(), [0, 1, 0, 0, 0, 2, 0, 0, 0]);
    run(|| assert_eq!(stored(Asking::named().id()).stage.encode()[0], 1));
}

#[test]
fn a_request_is_signed() {
    run(|| {
        let unsigned = crate::Call::<Test>::cancel { request: Default::default() };
        let call: RuntimeCall = unsigned.into();
        for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
            let refused = call.clone().dispatch(origin).unwrap_err();
            assert_eq!(refused.error, sp_runtime::DispatchError::BadOrigin);
        }
    });
}
