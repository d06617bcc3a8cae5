//! Private requests: the delivery of their input, who is held to what, and what the receipt says.

use super::money::refused_slash;
use crate::{mock::*, types::PrivateInput, Error, Event, Expiries, Payloads, SealedInputs};
use frame_support::{assert_noop, assert_ok, dispatch::GetDispatchInfo};
use opg_primitives::{
    attestation::Vendor,
    claims::{Claim, Redo, Standing},
    disclosure::{FieldDisclosure, Form, ReadableBy},
    enclave::EnclaveFault,
    ids::{Account, Commitment, EnclaveId, RequestId},
    mode::{Mode, ModeSet},
    reference::ModelBinding,
    request::{DeclineReason, Input, Outcome, Refusal},
    sealed::{self, SealedBytes, MAX_SEALED_BYTES},
    standing::InputChannel,
};
use proptest::prelude::*;
use sp_runtime::{
    traits::Dispatchable,
    transaction_validity::{InvalidTransaction, TransactionValidityError},
};

const NOT_DELIVERED: TransactionValidityError =
    TransactionValidityError::Invalid(InvalidTransaction::Custom(10));

/// A private lease of the named provider, given in block 1.
fn leased_privately() -> RequestId {
    Asking::private().id()
}

/// The same, delivered and acknowledged.
fn acknowledged_lease() -> RequestId {
    let id = leased_privately();
    deliver(id).unwrap();
    acknowledged(id);
    id
}

fn deliver_call(
    id: RequestId,
    attempt: u8,
    enclave: EnclaveId,
    sealed: SealedBytes,
) -> RuntimeCall {
    crate::Call::deliver { request: id, attempt, enclave, sealed }.into()
}

/// Asserts that delivering so is refused and changes nothing.
fn refused(who: Account, call: RuntimeCall, error: Error<Test>) {
    assert_noop!(call.dispatch(origin(&who)).map_err(|refused| refused.error), error);
}

fn disclosed(form: Form, readable_by: ReadableBy) -> FieldDisclosure {
    FieldDisclosure { form, readable_by }
}

#[test]
fn the_commitment_of_a_private_input_is_all_that_is_kept_of_it() {
    run(|| {
        let id = leased_privately();
        let commitment = Commitment([0x77; 32]);
        assert_eq!(stored(id).input, commitment);
        assert_eq!(stored(id).private, Some(PrivateInput::default()));
        assert_eq!(Payloads::<Test>::get(id).unwrap().0, Input::Committed(commitment));
        assert_eq!(SealedInputs::<Test>::iter().count(), 0);
    });
}

#[test]
fn a_delivery_is_kept_noted_and_begins_the_providers_window() {
    run(|| {
        let id = leased_privately();
        assert_eq!(lease_of(id).ack_by, 11);
        go_to(5);
        assert_ok!(deliver(id));
        let lease = lease_of(id);
        let delivery = lease.delivery.unwrap();
        assert_eq!((delivery.enclave, delivery.at), (ENCLAVE, 5));
        assert_eq!(delivery.digest, sealed::digest(&sealed_input()));
        assert_eq!(SealedInputs::<Test>::get(id), Some(sealed_input()));
        assert_eq!(lease.ack_by, 15);
        assert_eq!(Expiries::<Test>::iter().collect::<Vec<_>>(), [(15, id, ())]);
        System::assert_last_event(
            Event::<Test>::Delivered { request: id, attempt: 0, enclave: ENCLAVE, ack_by: 15 }
                .into(),
        );
    });
}

#[test]
fn a_delivery_weighs_by_its_bytes() {
    run(|| {
        let of = |bytes: usize| {
            let sealed = vec![0; bytes].try_into().unwrap();
            deliver_call(RequestId([1; 32]), 0, ENCLAVE, sealed).get_dispatch_info().call_weight
        };
        assert!(of(MAX_SEALED_BYTES as usize).ref_time() > of(48).ref_time());
    });
}

#[test]
fn the_window_of_the_provider_is_whole_however_late_the_delivery_is() {
    run(|| {
        // As early as a deadline may be: ten blocks to deliver, ten to acknowledge, forty to answer.
        let id = Asking { deadline: 61, ..Asking::private() }.id();
        go_to(11);
        assert_ok!(deliver(id));
        assert_eq!(lease_of(id).ack_by, 21);
        go_to(21);
        acknowledged(id);
        assert_eq!(lease_of(id).acknowledged, Some((21, 61)));
        go_to(61);
        settled_sealed(id);
        assert_eq!(last_receipt().outcome, Outcome::Settled);
    });
}

#[test]
fn nothing_is_acknowledged_before_the_input_was_delivered() {
    run(|| {
        let id = leased_privately();
        let call = acknowledge_call(id, 0, &PROVIDER);
        assert_eq!(validate(call.clone()), Err(NOT_DELIVERED));
        assert_eq!(apply(call.clone()), Err(NOT_DELIVERED));
        assert_ok!(deliver(id));
        done(call);
        assert!(lease_of(id).acknowledged.is_some());
    });
}

#[test]
fn a_lease_can_be_declined_before_and_after_the_delivery() {
    for delivered in [false, true] {
        run(|| {
            let id = leased_privately();
            if delivered {
                deliver(id).unwrap();
            }
            done(decline_call(id, 0, DeclineReason::PayloadMismatch, &PROVIDER));
            let receipt = last_receipt();
            assert_eq!(receipt.outcome, Outcome::Declined(DeclineReason::PayloadMismatch));
            assert_eq!(receipt.payment.slashed, 0);
            let input = match delivered {
                true => disclosed(Form::Encrypted, ReadableBy::Enclave),
                false => disclosed(Form::Committed, ReadableBy::HoldersOfSalt),
            };
            assert_eq!(receipt.disclosure.input, input);
            assert_eq!(receipt.disclosure.output, FieldDisclosure::NOTHING);
            assert_eq!(receipt.disclosure.providers_that_saw, u8::from(delivered));
            assert_eq!(SealedInputs::<Test>::iter().count(), 0);
        });
    }
}

#[test]
fn a_lease_that_nobody_delivered_to_ends_without_blame_and_the_next_follows() {
    run(|| {
        let id = Asking { named: None, ..Asking::private() }.id();
        leased(id);
        let before = money();
        let due = lease_of(id).ack_by;
        go_to(due);
        assert!(is_leased(id));
        next_block();
        let receipt = last_receipt();
        assert_eq!(receipt.outcome, Outcome::Declined(DeclineReason::NoPayload));
        assert!(!receipt.terminal);
        assert_eq!((money(), receipt.payment.slashed), (before, 0));
        assert_eq!(world().providers[&PROVIDER].silence, 0);
        assert_eq!(stored(id).attempt, 1);
        leased(id);
        assert_ok!(deliver(id));
        acknowledged(id);
        settled_sealed(id);
        let receipt = last_receipt();
        assert_eq!((receipt.attempt, receipt.outcome), (1, Outcome::Settled));
        // Of two leases one was given something to read.
        assert_eq!(receipt.disclosure.providers_that_saw, 1);
    });
}

#[test]
fn a_provider_that_was_delivered_to_and_says_nothing_is_silent() {
    run(|| {
        let id = leased_privately();
        deliver(id).unwrap();
        go_to(lease_of(id).ack_by + 1);
        assert_eq!(last_receipt().outcome, Outcome::NotAcknowledged);
        assert_eq!(world().providers[&PROVIDER].silence, 1);
        assert_eq!(SealedInputs::<Test>::iter().count(), 0);
    });
}

#[test]
fn each_lease_has_a_delivery_of_its_own() {
    run(|| {
        let id = Asking { named: None, ..Asking::private() }.id();
        leased(id);
        deliver(id).unwrap();
        done(decline_call(id, 0, DeclineReason::Busy, &PROVIDER));
        // Between two leases there is nobody to deliver to.
        let again = deliver_call(id, 1, ENCLAVE, sealed_input());
        refused(REQUESTER, again, Error::NotLeased);
        leased(id);
        assert_eq!(lease_of(id).delivery, None);
        let stale = deliver_call(id, 0, ENCLAVE, sealed_input());
        refused(REQUESTER, stale, Error::StaleAttempt);
        assert_ok!(deliver(id));
        assert_eq!(stored(id).private.unwrap().deliveries, 2);
        done(decline_call(id, 1, DeclineReason::Busy, &PROVIDER));
        assert_eq!(last_receipt().disclosure.providers_that_saw, 2);
    });
}

#[test]
fn a_sealed_answer_settles_and_its_receipt_says_who_can_read_what() {
    run(|| {
        let id = acknowledged_lease();
        settled_sealed(id);
        let receipt = last_receipt();
        assert_eq!((receipt.outcome, receipt.mode.achieved), (Outcome::Settled, Some(Mode::Tee)));
        assert_eq!(receipt.output, Some(Commitment([0x66; 32])));
        let disclosure = receipt.disclosure;
        assert_eq!(disclosure.input, disclosed(Form::Encrypted, ReadableBy::Enclave));
        assert_eq!(disclosure.output, disclosed(Form::Encrypted, ReadableBy::Requester));
        assert_eq!(disclosure.providers_that_saw, 1);
        let appraised = receipt.appraised.unwrap();
        assert_eq!(appraised.facts.input, InputChannel::EndsInEnclave);
        let cell = |claim| appraised.standings.iter().find(|cell| cell.claim == claim).unwrap();
        assert_eq!(cell(Claim::InputReaders).standing, Standing::Attested);
        assert_eq!(cell(Claim::Delivered).standing, Standing::Enforced);
        assert_eq!(cell(Claim::InputBytes).redo, Redo::HolderOfOpening);
        assert_eq!(SealedInputs::<Test>::iter().count(), 0);
    });
}

#[test]
fn what_one_enclave_shows_to_others_its_receipt_says_of_a_later_one_too() {
    for (vendor, binding, readers) in [
        (Vendor::Amd, ModelBinding::Upstream, ReadableBy::Upstream),
        (Vendor::Development, ModelBinding::Loaded, ReadableBy::Providers),
    ] {
        run(|| {
            set_enclave_kind(ENCLAVE, vendor, binding);
            let id = Asking { named: None, ..Asking::private() }.id();
            leased(id);
            deliver(id).unwrap();
            done(decline_call(id, 0, DeclineReason::Busy, &PROVIDER));
            assert_eq!(last_receipt().disclosure.input.readable_by, readers);
            set_enclave_kind(ENCLAVE, Vendor::Amd, ModelBinding::Loaded);
            leased(id);
            deliver(id).unwrap();
            done(decline_call(id, 1, DeclineReason::Busy, &PROVIDER));
            assert_eq!(last_receipt().disclosure.input.readable_by, readers);
        });
    }
}

#[test]
fn an_upstream_knows_the_output_that_it_gave() {
    run(|| {
        let id = acknowledged_lease();
        let readers = Some(ReadableBy::Upstream);
        crate::Requests::<Test>::mutate(id, |request| {
            request.as_mut().unwrap().private.as_mut().unwrap().readers = readers;
        });
        settled_sealed(id);
        let disclosure = last_receipt().disclosure;
        let read = disclosed(Form::Encrypted, ReadableBy::Upstream);
        assert_eq!((disclosure.input, disclosure.output), (read, read));
    });
}

#[test]
fn an_answer_in_clear_to_a_private_request_costs_the_bond_and_is_shown_as_what_it_is() {
    run(|| {
        let id = acknowledged_lease();
        let before = money();
        done(submit_call(id, 0, &OUTPUT, evidence(id, &OUTPUT), &PROVIDER));
        let receipt = last_receipt();
        assert_eq!(receipt.outcome, Outcome::EvidenceRefused(Refusal::MalformedOutput));
        assert_eq!(money().bond, before.bond - refused_slash(Mode::Tee));
        assert_eq!(receipt.disclosure.output, FieldDisclosure::PUBLIC);
    });
}

#[test]
fn a_sealed_answer_to_a_public_request_costs_the_bond() {
    run(|| {
        let id = Asking::tee().id();
        acknowledged(id);
        settled_sealed(id);
        let receipt = last_receipt();
        assert_eq!(receipt.outcome, Outcome::EvidenceRefused(Refusal::MalformedOutput));
        assert_eq!(receipt.payment.slashed, refused_slash(Mode::Tee));
    });
}

#[test]
fn an_answer_of_another_enclave_than_the_one_that_was_delivered_to_costs_the_bond() {
    run(|| {
        let other = EnclaveId([9; 32]);
        add_enclave(other, PROVIDER);
        let id = acknowledged_lease();
        let mut said = said_of(id, &sealed_output());
        said.enclave = other;
        let evidence = tee_evidence(&said);
        done(submit_output_call(id, 0, sealed_output(), evidence, &PROVIDER));
        let refusal = Refusal::Enclave(EnclaveFault::NotTheDelivered);
        assert_eq!(last_receipt().outcome, Outcome::EvidenceRefused(refusal));
        assert_eq!(last_receipt().payment.slashed, refused_slash(Mode::Tee));
    });
}

#[test]
fn a_request_can_be_cancelled_after_its_delivery_until_it_is_acknowledged() {
    run(|| {
        let id = leased_privately();
        deliver(id).unwrap();
        assert_ok!(Inference::cancel(origin(&REQUESTER), id));
        assert_eq!(last_receipt().outcome, Outcome::Cancelled);
        assert_eq!(SealedInputs::<Test>::iter().count(), 0);
    });
}

#[test]
fn who_did_not_ask_delivers_nothing() {
    run(|| {
        let id = leased_privately();
        for who in [OTHER, PROVIDER] {
            refused(who, deliver_call(id, 0, ENCLAVE, sealed_input()), Error::NotRequester);
        }
    });
}

#[test]
fn nothing_is_delivered_to_a_request_that_is_not_there_or_not_private() {
    run(|| {
        let unknown = deliver_call(RequestId([9; 32]), 0, ENCLAVE, sealed_input());
        refused(REQUESTER, unknown, Error::UnknownRequest);
        let public = Asking::tee().id();
        refused(REQUESTER, deliver_call(public, 0, ENCLAVE, sealed_input()), Error::NotPrivate);
    });
}

#[test]
fn nothing_is_delivered_out_of_turn() {
    run(|| {
        let waiting = Asking { named: None, ..Asking::private() }.id();
        let call = deliver_call(waiting, 0, ENCLAVE, sealed_input());
        refused(REQUESTER, call, Error::NotLeased);
        let id = leased_privately();
        refused(REQUESTER, deliver_call(id, 1, ENCLAVE, sealed_input()), Error::StaleAttempt);
        assert_ok!(deliver(id));
        let again = deliver_call(id, 0, ENCLAVE, sealed_input());
        refused(REQUESTER, again.clone(), Error::AlreadyDelivered);
        acknowledged(id);
        refused(REQUESTER, again, Error::AlreadyAcknowledged);
    });
}

#[test]
fn nothing_is_delivered_after_the_window() {
    run(|| {
        let id = leased_privately();
        let call = deliver_call(id, 0, ENCLAVE, sealed_input());
        // As if the sweep had not come to it yet.
        System::set_block_number(lease_of(id).ack_by + 1);
        refused(REQUESTER, call.clone(), Error::TooLate);
        System::set_block_number(lease_of(id).ack_by);
        assert_ok!(call.dispatch(origin(&REQUESTER)));
    });
}

#[test]
fn what_is_too_short_to_be_sealed_is_not_taken() {
    run(|| {
        let id = leased_privately();
        for bytes in [0, 1, 47] {
            let sealed = vec![0; bytes].try_into().unwrap();
            refused(REQUESTER, deliver_call(id, 0, ENCLAVE, sealed), Error::NotSealed);
        }
        let least = vec![0; 48].try_into().unwrap();
        assert_ok!(deliver_call(id, 0, ENCLAVE, least).dispatch(origin(&REQUESTER)));
    });
}

#[test]
fn a_ciphertext_over_its_bound_does_not_decode() {
    use codec::{Decode, Encode};
    let bytes = vec![0u8; MAX_SEALED_BYTES as usize];
    assert!(SealedBytes::decode(&mut &bytes.encode()[..]).is_ok());
    let bytes = vec![0u8; MAX_SEALED_BYTES as usize + 1];
    assert!(SealedBytes::decode(&mut &bytes.encode()[..]).is_err());
}

#[test]
fn nothing_is_delivered_to_an_enclave_that_may_not_answer() {
    run(|| {
        let id = leased_privately();
        let call = |enclave| deliver_call(id, 0, enclave, sealed_input());
        refused(REQUESTER, call(EnclaveId([9; 32])), Error::EnclaveUnknown);
        let others = EnclaveId([8; 32]);
        add_enclave(others, SECOND);
        refused(REQUESTER, call(others), Error::EnclaveUnknown);
        for (fault, error) in [
            (EnclaveFault::Expired, Error::EnclaveExpired),
            (EnclaveFault::Revoked, Error::EnclaveRevoked),
            (EnclaveFault::NotApproved, Error::EnclaveNotApproved),
        ] {
            spoil_enclave(ENCLAVE, fault, false);
            refused(REQUESTER, call(ENCLAVE), error);
        }
    });
}

#[test]
fn nothing_is_delivered_to_an_enclave_whose_answer_the_floor_would_refuse() {
    let under = |claim, least| {
        let mut rules = rules_now();
        rules.floor.least = vec![(claim, least)].try_into().unwrap();
        enact(rules);
        leased_privately()
    };
    run(|| {
        // Of a public input the runtime sees to it; a private one nobody but its readers knows.
        let id = under(Claim::InputBytes, Standing::Enforced);
        let call = deliver_call(id, 0, ENCLAVE, sealed_input());
        refused(REQUESTER, call, Error::EnclaveUnderFloor);
    });
    run(|| {
        let id = under(Claim::Execution, Standing::Attested);
        assert_ok!(deliver(id));
        acknowledged(id);
        settled_sealed(id);
        assert_eq!(last_receipt().outcome, Outcome::Settled);
    });
}

#[test]
fn what_governance_aborts_leaves_no_ciphertext() {
    run(|| {
        let id = leased_privately();
        deliver(id).unwrap();
        let mut rules = rules_now();
        rules.floor.modes = ModeSet::of(&[Mode::Plain]);
        enact(rules);
        done(expire_call(id, 0));
        assert_eq!(last_receipt().outcome, Outcome::AbortedByGovernance);
        assert_eq!(SealedInputs::<Test>::iter().count(), 0);
    });
}

#[test]
fn the_state_of_a_private_request_is_held_to_what_was_delivered() {
    type Spoil = fn(&mut crate::types::Request);
    let spoilt: [Spoil; 4] = [
        |request| request.private = None,
        |request| request.private.as_mut().unwrap().readers = None,
        |request| request.private.as_mut().unwrap().deliveries = 2,
        |request| request.private.as_mut().unwrap().deliveries = 0,
    ];
    run(|| {
        let id = leased_privately();
        deliver(id).unwrap();
        let good = stored(id);
        for spoil in spoilt {
            let mut request = good.clone();
            spoil(&mut request);
            crate::Requests::<Test>::insert(id, request);
            assert!(Inference::do_try_state().is_err());
        }
        crate::Requests::<Test>::insert(id, good);
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// What is delivered is taken whole or not at all, whoever brings what to whom.
    #[test]
    fn a_hostile_delivery_changes_nothing_or_is_a_delivery(
        owner in any::<bool>(),
        attempt in 0..3u8,
        known in any::<bool>(),
        other in any::<[u8; 32]>(),
        bytes in proptest::collection::vec(any::<u8>(), 0..=MAX_SEALED_BYTES as usize),
        block in 1..14u32,
    ) {
        run(|| {
            let id = leased_privately();
            System::set_block_number(block);
            let who = if owner { REQUESTER } else { OTHER };
            let enclave = if known { ENCLAVE } else { EnclaveId(other) };
            let sealed: SealedBytes = bytes.try_into().unwrap();
            let good = owner && attempt == 0 && known && sealed.len() >= 48 && block <= 11;
            let before = sp_io::storage::root(sp_runtime::StateVersion::V1);
            let call = deliver_call(id, attempt, enclave, sealed.clone());
            let done = frame_support::storage::with_storage_layer(|| {
                call.dispatch(origin(&who)).map_err(|refused| refused.error)
            });
            assert_eq!(done.is_ok(), good);
            assert_eq!(SealedInputs::<Test>::get(id), good.then_some(sealed));
            let after = sp_io::storage::root(sp_runtime::StateVersion::V1);
            assert_eq!(after == before, !good);
            Inference::do_try_state().unwrap();
            System::set_block_number(1);
        });
    }
}
