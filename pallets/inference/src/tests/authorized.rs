//! The feeless calls: who may make them, when, and never within another call.

use crate::{mock::*, Authorised, Error};
use codec::Encode;
use frame_support::{
    assert_noop, assert_ok,
    dispatch::{DispatchClass, GetDispatchInfo},
};
use opg_primitives::{
    ids::{DispatcherKey, RequestId, Signature},
    request::{DeclineReason, Output},
};
use sp_runtime::{
    traits::Dispatchable,
    transaction_validity::{InvalidTransaction, TransactionValidityError},
    DispatchError,
};

/// Asserts that the pool and a block both refuse `call` so, and that nothing changes.
fn refused(call: RuntimeCall, why: InvalidTransaction) {
    let before = sp_io::storage::root(sp_runtime::StateVersion::V1);
    let error = TransactionValidityError::Invalid(why);
    assert_eq!(validate(call.clone()), Err(error));
    assert_eq!(apply(call), Err(error));
    System::set_extrinsic_index(0);
    assert_eq!(sp_io::storage::root(sp_runtime::StateVersion::V1), before);
}

const NOT_LEASED: InvalidTransaction = InvalidTransaction::Custom(3);
const ALREADY_ACKNOWLEDGED: InvalidTransaction = InvalidTransaction::Custom(4);
const NOT_ACKNOWLEDGED: InvalidTransaction = InvalidTransaction::Custom(5);
const TOO_LATE: InvalidTransaction = InvalidTransaction::Custom(6);
const NOT_DUE: InvalidTransaction = InvalidTransaction::Custom(7);
const UNKNOWN_KEY: InvalidTransaction = InvalidTransaction::Custom(8);

/// The four calls for attempt 0 of `id`, well signed by the provider.
fn all(id: RequestId) -> [RuntimeCall; 4] {
    [
        acknowledge_call(id, 0, &PROVIDER),
        decline_call(id, 0, DeclineReason::Busy, &PROVIDER),
        submit_call(id, 0, &OUTPUT, bad_evidence(), &PROVIDER),
        expire_call(id, 0),
    ]
}

/// The same with garbage in place of the signature.
fn garbled(call: RuntimeCall) -> RuntimeCall {
    let RuntimeCall::Inference(mut call) = call else { panic!() };
    match &mut call {
        crate::Call::acknowledge { signature, .. }
        | crate::Call::decline { signature, .. }
        | crate::Call::submit_result { signature, .. } => *signature = Signature([0xee; 64]),
        _ => {}
    }
    call.into()
}

#[test]
fn each_feeless_call_is_operational_and_provides_its_lease_once() {
    run(|| {
        let id = Asking::named().id();
        let mut tags = Vec::new();
        let [acknowledge, decline, submit, expire] = all(id);
        for call in [&acknowledge, &decline, &submit, &expire] {
            assert_eq!(call.get_dispatch_info().class, DispatchClass::Operational);
        }
        let of = |call: &RuntimeCall| validate(call.clone()).unwrap();
        tags.push(of(&acknowledge).provides);
        tags.push(of(&decline).provides);
        // Until the acknowledgement is due, and not longer.
        assert_eq!(of(&acknowledge).longevity, 11);
        done(acknowledge);
        tags.push(of(&submit).provides);
        assert_eq!(of(&submit).longevity, 21);
        for tag in &tags {
            assert_eq!(tag.len(), 1);
        }
        tags.sort();
        tags.dedup();
        assert_eq!(tags.len(), 3);
        let expected = ("opg/inference", ("submit_result", id, 0u8)).encode();
        assert!(tags.contains(&vec![expected]));
    });
}

#[test]
fn another_signature_for_the_same_lease_has_the_same_tag() {
    run(|| {
        let id = Asking::named().id();
        let tag = |call| validate(call).unwrap().provides;
        assert_eq!(
            tag(acknowledge_call(id, 0, &PROVIDER)),
            tag(acknowledge_call(id, 0, &PROVIDER)),
        );
    });
}

#[test]
fn what_is_due_sooner_has_priority() {
    run(|| {
        let first = Asking::named().id();
        go_to(4);
        let second = Asking::named().id();
        let priority = |id| validate(acknowledge_call(id, 0, &PROVIDER)).unwrap().priority;
        assert!(priority(first) > priority(second));
    });
}

#[test]
fn anyone_may_carry_what_the_provider_signed() {
    // A general transaction has no sender at all: what counts is in the call.
    run(|| {
        let id = Asking::named().id();
        done(acknowledge_call(id, 0, &PROVIDER));
        assert!(lease_of(id).acknowledged.is_some());
    });
}

#[test]
fn the_key_of_another_provider_is_refused() {
    run(|| {
        add_provider(SECOND, PRICE);
        let id = Asking::named().id();
        refused(acknowledge_call(id, 0, &SECOND), UNKNOWN_KEY);
        refused(decline_call(id, 0, DeclineReason::Busy, &SECOND), UNKNOWN_KEY);
        acknowledged(id);
        refused(submit_call(id, 0, &OUTPUT, evidence(id, &OUTPUT), &SECOND), UNKNOWN_KEY);
    });
}

#[test]
fn garbage_for_the_lease_of_another_harms_nobody() {
    run(|| {
        let id = Asking::named().id();
        for call in [
            acknowledge_call(id, 0, &PROVIDER),
            decline_call(id, 0, DeclineReason::Busy, &PROVIDER),
        ] {
            refused(garbled(call), InvalidTransaction::BadProof);
        }
        acknowledged(id);
        let bond = money().bond;
        refused(
            garbled(submit_call(id, 0, &OUTPUT, bad_evidence(), &PROVIDER)),
            InvalidTransaction::BadProof,
        );
        assert_eq!(money().bond, bond);
        settled(id);
    });
}

#[test]
fn a_proof_re_randomised_on_the_way_is_refused() {
    run(|| {
        let id = Asking::zkml().id();
        acknowledged(id);
        let mut call = submit_call(id, 0, &OUTPUT, evidence(id, &OUTPUT), &PROVIDER);
        let RuntimeCall::Inference(crate::Call::submit_result {
            evidence: opg_primitives::evidence::Evidence::ZkMl { proof, .. },
            ..
        }) = &mut call
        else {
            panic!("the call submits a proof");
        };
        proof[31] ^= 1;
        refused(call, InvalidTransaction::BadProof);
        settled(id);
    });
}

#[test]
fn an_output_changed_on_the_way_is_refused() {
    run(|| {
        let id = Asking::named().id();
        acknowledged(id);
        let mut call = submit_call(id, 0, &OUTPUT, evidence(id, &OUTPUT), &PROVIDER);
        if let RuntimeCall::Inference(crate::Call::submit_result { output, .. }) = &mut call {
            let Output::Public(output) = output else { panic!("it is in clear") };
            output[0] ^= 1;
        }
        refused(call, InvalidTransaction::BadProof);
    });
}

#[test]
fn a_ciphertext_changed_on_the_way_is_refused_and_costs_nobody_anything() {
    run(|| {
        let id = Asking::private().id();
        deliver(id).unwrap();
        acknowledged(id);
        let evidence = tee_evidence(&said_of(id, &sealed_output()));
        let mut call = submit_output_call(id, 0, sealed_output(), evidence, &PROVIDER);
        if let RuntimeCall::Inference(crate::Call::submit_result { output, .. }) = &mut call {
            let Output::Sealed { ciphertext, .. } = output else { panic!("it is sealed") };
            ciphertext[0] ^= 1;
        }
        refused(call, InvalidTransaction::BadProof);
        settled_sealed(id);
    });
}

#[test]
fn a_reason_changed_on_the_way_is_refused() {
    run(|| {
        let id = Asking::named().id();
        let mut call = decline_call(id, 0, DeclineReason::Busy, &PROVIDER);
        if let RuntimeCall::Inference(crate::Call::decline { reason, .. }) = &mut call {
            *reason = DeclineReason::Unfit;
        }
        refused(call, InvalidTransaction::BadProof);
    });
}

#[test]
fn a_signature_for_one_call_does_not_serve_another() {
    run(|| {
        let id = Asking::named().id();
        let (key, signature) = sign(&PROVIDER, Inference::acknowledge_hash(id, 0));
        refused(
            crate::Call::decline {
                request: id,
                attempt: 0,
                reason: DeclineReason::Busy,
                key,
                signature,
            }
            .into(),
            InvalidTransaction::BadProof,
        );
    });
}

#[test]
fn a_signature_for_another_chain_does_not_serve() {
    run(|| {
        let id = Asking::named().id();
        let hash = opg_primitives::statement::acknowledge_hash(
            opg_primitives::ids::GenesisHash([1; 32]),
            id,
            0,
        );
        let (key, signature) = sign(&PROVIDER, hash);
        let call = crate::Call::acknowledge { request: id, attempt: 0, key, signature };
        refused(call.into(), InvalidTransaction::BadProof);
    });
}

#[test]
fn state_is_looked_at_before_key_and_signature() {
    run(|| {
        // Each would be BadProof, or an unknown key, if the signature came first.
        let unknown = RequestId([9; 32]);
        for call in all(unknown) {
            refused(garbled(call), InvalidTransaction::Stale);
        }
        let id = Asking::default().id();
        for call in all(id).into_iter().take(3) {
            refused(garbled(call), NOT_LEASED);
        }
        leased(id);
        refused(garbled(submit_call(id, 0, &OUTPUT, bad_evidence(), &SECOND)), NOT_ACKNOWLEDGED);
        refused(garbled(acknowledge_call(id, 1, &SECOND)), InvalidTransaction::Stale);
        acknowledged(id);
        refused(garbled(acknowledge_call(id, 0, &SECOND)), ALREADY_ACKNOWLEDGED);
        refused(garbled(decline_call(id, 0, DeclineReason::Busy, &SECOND)), ALREADY_ACKNOWLEDGED);
    });
}

#[test]
fn a_replayed_submission_is_refused_before_its_signature_whatever_it_did() {
    for good in [true, false] {
        run(|| {
            let id = Asking::named().id();
            acknowledged(id);
            let evidence = if good { evidence(id, &OUTPUT) } else { bad_evidence() };
            let call = submit_call(id, 0, &OUTPUT, evidence, &PROVIDER);
            done(call.clone());
            let bond = money().bond;
            refused(call.clone(), InvalidTransaction::Stale);
            refused(garbled(call), InvalidTransaction::Stale);
            assert_eq!(money().bond, bond);
            assert_eq!(world().receipts.len(), 1);
        });
    }
}

#[test]
fn refused_bytes_of_one_attempt_do_not_serve_the_next() {
    run(|| {
        let id = Asking::default().id();
        leased(id);
        acknowledged(id);
        let call = submit_call(id, 0, &OUTPUT, bad_evidence(), &PROVIDER);
        done(call.clone());
        refused(call.clone(), InvalidTransaction::Stale);
        leased(id);
        acknowledged(id);
        refused(call, InvalidTransaction::Stale);
    });
}

#[test]
fn bad_evidence_returns_ok_and_is_not_undone() {
    run(|| {
        let id = Asking::named().id();
        acknowledged(id);
        assert_eq!(apply(submit_call(id, 0, &OUTPUT, bad_evidence(), &PROVIDER)), Ok(Ok(())));
        assert_eq!(crate::Requests::<Test>::count(), 0);
    });
}

#[test]
fn windows_close_after_their_last_block() {
    run(|| {
        ExpiriesPerBlock::set(0);
        let (first, second) = (Asking::named().id(), Asking::named().id());
        go_to(11);
        done(acknowledge_call(first, 0, &PROVIDER));
        go_to(12);
        refused(acknowledge_call(second, 0, &PROVIDER), TOO_LATE);
        refused(decline_call(second, 0, DeclineReason::Busy, &PROVIDER), TOO_LATE);
        go_to(31);
        assert_ok!(validate(submit_call(first, 0, &OUTPUT, bad_evidence(), &PROVIDER)));
        go_to(32);
        refused(submit_call(first, 0, &OUTPUT, bad_evidence(), &PROVIDER), TOO_LATE);
        ExpiriesPerBlock::set(8);
    });
}

#[test]
fn what_is_not_due_does_not_expire() {
    run(|| {
        let waiting = Asking::default().id();
        refused(expire_call(waiting, 0), NOT_DUE);
        let id = Asking::named().id();
        refused(expire_call(id, 0), NOT_DUE);
        acknowledged(id);
        refused(expire_call(id, 0), NOT_DUE);
        refused(expire_call(id, 1), InvalidTransaction::Stale);
    });
}

#[test]
fn anyone_expires_what_the_sweep_has_not_come_to() {
    run(|| {
        ExpiriesPerBlock::set(0);
        let id = Asking::named().id();
        go_to(12);
        done(expire_call(id, 0));
        assert_eq!(world().receipts.len(), 1);
        refused(expire_call(id, 0), InvalidTransaction::Stale);
        ExpiriesPerBlock::set(8);
    });
}

#[test]
fn validation_in_the_pool_writes_nothing() {
    run(|| {
        let id = Asking::named().id();
        validate(acknowledge_call(id, 0, &PROVIDER)).unwrap();
        assert_eq!(Authorised::<Test>::get(), None);
    });
}

// ---- within another call -------------------------------------------------------------------------

/// Leases that each of the four calls would be good for.
fn ready() -> [RuntimeCall; 4] {
    let (one, two, three, four) =
        (Asking::named().id(), Asking::named().id(), Asking::named().id(), Asking::named().id());
    acknowledged(three);
    crate::Expiries::<Test>::remove(11, four);
    crate::Requests::<Test>::mutate(four, |request| {
        if let crate::types::Stage::Leased(lease) = &mut request.as_mut().unwrap().stage {
            lease.ack_by = 0;
        }
    });
    crate::Expiries::<Test>::insert(0, four, ());
    crate::SweepFrom::<Test>::put(0);
    let calls = [
        acknowledge_call(one, 0, &PROVIDER),
        decline_call(two, 0, DeclineReason::Busy, &PROVIDER),
        submit_call(three, 0, &OUTPUT, evidence(three, &OUTPUT), &PROVIDER),
        expire_call(four, 0),
    ];
    for call in &calls {
        assert_ok!(validate(call.clone()));
    }
    calls
}

fn ready_and_then(test: impl Fn(RuntimeCall)) {
    run(|| {
        let calls = ready();
        let receipts = world().receipts.len();
        for call in calls.clone() {
            test(call);
            assert_eq!(world().receipts.len(), receipts);
        }
        // All of them were good.
        for call in calls {
            done(call);
        }
    });
}

#[test]
fn signed_or_by_root_they_are_refused() {
    ready_and_then(|call| {
        for origin in [origin(&PROVIDER), RuntimeOrigin::root(), RuntimeOrigin::none()] {
            let refused = call.clone().dispatch(origin).unwrap_err();
            assert_eq!(refused.error, DispatchError::BadOrigin);
        }
    });
}

#[test]
fn in_a_batch_they_are_refused() {
    ready_and_then(|call| {
        let batch: RuntimeCall = pallet_utility::Call::batch_all { calls: vec![call] }.into();
        let refused = batch.dispatch(origin(&PROVIDER)).unwrap_err();
        assert_eq!(refused.error, DispatchError::BadOrigin);
    });
}

#[test]
fn by_a_proxy_they_are_refused() {
    ready_and_then(|call| {
        let _ = Proxy::add_proxy(origin(&PROVIDER), account(&OTHER), AnyProxy, 0);
        assert_ok!(Proxy::proxy(origin(&OTHER), account(&PROVIDER), None, Box::new(call)));
        System::assert_last_event(
            pallet_proxy::Event::ProxyExecuted { result: Err(DispatchError::BadOrigin) }.into(),
        );
    });
}

#[test]
fn by_a_multisig_they_are_refused() {
    ready_and_then(|call| {
        let refused = Multisig::as_multi_threshold_1(
            origin(&PROVIDER),
            vec![account(&OTHER)],
            Box::new(call),
        )
        .unwrap_err();
        assert_eq!(refused.error, DispatchError::BadOrigin);
    });
}

#[test]
fn by_the_scheduler_they_are_refused() {
    run(|| {
        for call in ready() {
            assert_ok!(Scheduler::schedule(RuntimeOrigin::root(), 2, None, 0, Box::new(call)));
        }
        next_block();
        let results: Vec<_> = System::events()
            .into_iter()
            .filter_map(|record| match record.event {
                RuntimeEvent::Scheduler(pallet_scheduler::Event::Dispatched { result, .. }) => {
                    Some(result)
                }
                _ => None,
            })
            .collect();
        assert_eq!(results, [Err(DispatchError::BadOrigin); 4]);
    });
}

#[test]
fn by_roots_dispatch_as_with_an_authorised_origin_they_are_refused() {
    ready_and_then(|call| {
        let authorised: OriginCaller = frame_system::Origin::<Test>::Authorized.into();
        assert_ok!(Utility::dispatch_as(
            RuntimeOrigin::root(),
            Box::new(authorised),
            Box::new(call)
        ));
        System::assert_last_event(
            pallet_utility::Event::DispatchedAs { result: Err(Error::<Test>::Wrapped.into()) }
                .into(),
        );
    });
}

#[test]
fn an_authorised_origin_alone_is_not_enough() {
    run(|| {
        let id = Asking::named().id();
        let (key, signature) = sign(&PROVIDER, Inference::acknowledge_hash(id, 0));
        let authorised: RuntimeOrigin = frame_system::Origin::<Test>::Authorized.into();
        assert_noop!(
            Inference::acknowledge(authorised, id, 0, key, signature),
            Error::<Test>::Wrapped
        );
        let _ = DispatcherKey::default();
    });
}

#[test]
fn the_mark_of_one_call_does_not_serve_another() {
    run(|| {
        let (one, two) = (Asking::named().id(), Asking::named().id());
        Authorised::<Test>::put(Inference::acknowledge_hash(one, 0));
        let (key, signature) = sign(&PROVIDER, Inference::acknowledge_hash(two, 0));
        let authorised: RuntimeOrigin = frame_system::Origin::<Test>::Authorized.into();
        assert_noop!(
            Inference::acknowledge(authorised, two, 0, key, signature),
            Error::<Test>::Wrapped
        );
        Authorised::<Test>::kill();
    });
}
