//! Feeless calls that the leased provider did not sign, and what was brought before: all of it is
//! refused by the pool already, and costs nobody anything.

use super::{
    answers::{
        acknowledge, decline, dispatcher, expire, garbled, submit, worker, Answered, InferenceCall,
    },
    case::{Case, Verdict},
    ledger::Change,
    proofs::rerandomised,
    scene::{Act, Scene},
    world::{World, OUTSIDER, PROVIDER, RIVAL},
};
use crate::Runtime;
use opg_primitives::{ids::DispatcherKey, request::DeclineReason::Busy};
use pallet_inference::Refused;
use sp_core::Pair;

/// A row in which `act` makes a feeless call that is refused.
fn refused(
    name: &str,
    why: Refused,
    act: impl Fn(&mut Scene<'_>) -> InferenceCall + 'static,
) -> Case {
    Case::new(name, Verdict::Invalid(why), Change::NONE, move |scene| Act::bring(act(scene)))
}

/// A row about a call that can be made of the world as it is.
fn now(name: &str, why: Refused, call: fn(&World) -> InferenceCall) -> Case {
    refused(name, why, move |scene| call(scene.world))
}

/// The good answer for `proven`, as its provider submits it.
fn good(world: &World) -> InferenceCall {
    world.good(&world.proven).submitted(&dispatcher(PROVIDER))
}

/// All of them.
pub fn cases() -> Vec<Case> {
    [by_others(), on_the_way(), again(), out_of_turn()].into_iter().flatten().collect()
}

/// Calls by those who hold no lease.
fn by_others() -> Vec<Case> {
    use Refused::{BadSignature, UnknownKey};
    vec![
        now("garbage for the lease of another: `acknowledge`", BadSignature, |world| {
            garbled(acknowledge(&world.fresh, &dispatcher(PROVIDER)))
        }),
        now("garbage for the lease of another: `decline`", BadSignature, |world| {
            garbled(decline(&world.fresh, Busy, &dispatcher(PROVIDER)))
        }),
        now("garbage for the lease of another: `submit_result`", BadSignature, |world| {
            garbled(world.spoiled(&world.proven).submitted(&dispatcher(PROVIDER)))
        }),
        now("a dispatcher key that nobody registered: `acknowledge`", UnknownKey, |world| {
            acknowledge(&world.fresh, &dispatcher(OUTSIDER))
        }),
        now("a dispatcher key that nobody registered: `decline`", UnknownKey, |world| {
            decline(&world.fresh, Busy, &dispatcher(OUTSIDER))
        }),
        now("a dispatcher key that nobody registered: `submit_result`", UnknownKey, |world| {
            world.spoiled(&world.proven).submitted(&dispatcher(OUTSIDER))
        }),
        now("a dispatcher key of another provider: `submit_result`", UnknownKey, |world| {
            let theirs = Answered { worker: worker(RIVAL), ..world.good(&world.proven) };
            theirs.submitted(&dispatcher(RIVAL))
        }),
        refused("a dispatcher key that was removed: `submit_result`", UnknownKey, |scene| {
            let key = DispatcherKey(dispatcher(PROVIDER).public().0);
            let remove = pallet_providers::Call::<Runtime>::remove_dispatcher_key { key };
            scene.chain.done(PROVIDER, vec![remove.into()]);
            good(scene.world)
        }),
    ]
}

/// Good calls that somebody changed while carrying them.
fn on_the_way() -> Vec<Case> {
    use Refused::BadSignature;
    vec![
        now("a proof re-randomised by an outsider", BadSignature, |world| {
            let verifying = &world.proofs.digits.keys[0].verifying;
            let mut answered = world.good(&world.proven);
            let call = answered.submitted(&dispatcher(PROVIDER));
            answered.proof = rerandomised(verifying, &answered.proof);
            with_signature_of(answered.submitted(&dispatcher(PROVIDER)), &call)
        }),
        now("an output changed by an outsider", BadSignature, |world| {
            let answered = world.good(&world.proven);
            let call = answered.submitted(&dispatcher(PROVIDER));
            let mut output = answered.output.clone();
            output[0] ^= 1;
            let changed =
                submit(&answered.job, &output, answered.evidence(), &dispatcher(PROVIDER));
            with_signature_of(changed, &call)
        }),
        now("a signature over another call of the same lease", BadSignature, |world| {
            let key = dispatcher(PROVIDER);
            let call = acknowledge(&world.fresh, &key);
            with_signature_of(decline(&world.fresh, Busy, &key), &call)
        }),
    ]
}

/// What was brought once, brought again.
fn again() -> Vec<Case> {
    use Refused::{StaleAttempt, UnknownRequest};
    vec![
        refused("a submission that settled, again", UnknownRequest, |scene| {
            let call = good(scene.world);
            scene.brought(call.clone());
            call
        }),
        refused("the same refused bytes again, of a request that ended", UnknownRequest, |scene| {
            let world = scene.world;
            let call = world.spoiled(&world.proven).submitted(&dispatcher(PROVIDER));
            scene.brought(call.clone());
            call
        }),
        refused("the same refused bytes again, before the next lease", StaleAttempt, |scene| {
            let world = scene.world;
            let call = world.spoiled(&world.drawn).submitted(&dispatcher(PROVIDER));
            scene.brought(call.clone());
            call
        }),
        refused("the same refused bytes again, in the next lease", StaleAttempt, |scene| {
            let (_, call) = scene.second_attempt();
            call
        }),
    ]
}

/// What the provider may do, but not now.
fn out_of_turn() -> Vec<Case> {
    use Refused::{AlreadyAcknowledged, NotAcknowledged, NotDue};
    vec![
        now("a result before the acknowledgement", NotAcknowledged, |world| {
            world.good(&world.fresh).submitted(&dispatcher(PROVIDER))
        }),
        now("an acknowledgement, again", AlreadyAcknowledged, |world| {
            acknowledge(&world.proven, &dispatcher(PROVIDER))
        }),
        now("a lease declined after its acknowledgement", AlreadyAcknowledged, |world| {
            decline(&world.proven, Busy, &dispatcher(PROVIDER))
        }),
        now("a lease ended before it is due", NotDue, |world| expire(&world.proven)),
    ]
}

/// `call` with the dispatcher's signature that is in `signed`.
fn with_signature_of(mut call: InferenceCall, signed: &InferenceCall) -> InferenceCall {
    let taken = match signed {
        InferenceCall::acknowledge { signature, .. }
        | InferenceCall::decline { signature, .. }
        | InferenceCall::submit_result { signature, .. } => *signature,
        other => panic!("nobody signs {other:?}"),
    };
    if let InferenceCall::acknowledge { signature, .. }
    | InferenceCall::decline { signature, .. }
    | InferenceCall::submit_result { signature, .. } = &mut call
    {
        *signature = taken;
    }
    call
}
