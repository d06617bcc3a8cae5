//! What an enclave signs, each field of it altered alone, so that nothing of it can be taken to another
//! request, model, provider or chain. The fields come from the types: one without a case does not
//! compile.

use super::{
    case::Case,
    enclaves::{taken_on, word},
    evidence::bad,
};
use opg_primitives::{
    alterations,
    enclave::{EnclaveAnswer, FinishReason, ModelRan, Run, Usage},
    evidence::Evidence,
    ids::{Account, Binding, Commitment, Digest, EnclaveId, GenesisHash, ModelId, RequestId},
    policy::PolicyVersion,
    request::Refusal,
    statement::Answer,
    Attempt, Balance,
};

/// A row in which the enclave signs a statement with another `field`, and its provider brings it as if it
/// were the one that belongs to the lease.
fn signed_otherwise(field: &str, alter: impl Fn(&mut EnclaveAnswer) + 'static) -> Case {
    let name = format!("an enclave's statement with another `{field}`");
    bad(&name, Refusal::BadSessionSignature, move |scene| {
        let job = taken_on(scene);
        let mut word = word(scene, &job);
        let right = word.said.clone();
        alter(&mut word.said);
        let Evidence::Tee { signature, .. } = word.evidence() else {
            panic!("an enclave's word is its own evidence")
        };
        word.brought_with(Evidence::Tee { enclave: right.enclave, run: right.run, signature })
    })
}

/// A row in which the provider changes a `field` of the run that the enclave signed.
fn changed_afterwards(field: &str, alter: impl Fn(&mut Run) + 'static) -> Case {
    // A model that was not asked is found before any signature is looked at.
    let refusal = if field == "model" { Refusal::WrongModel } else { Refusal::BadSessionSignature };
    let name = format!("an enclave's run whose `{field}` was changed after it was signed");
    bad(&name, refusal, move |scene| {
        let job = taken_on(scene);
        let word = word(scene, &job);
        let mut evidence = word.evidence();
        if let Evidence::Tee { run, .. } = &mut evidence {
            alter(run);
        }
        word.brought_with(evidence)
    })
}

/// All of them.
pub fn cases() -> Vec<Case> {
    let statement = alterations!(EnclaveAnswer {
        enclave: |it: &mut EnclaveId| it.0[0] ^= 1,
        answer: |it: &mut Answer| it.attempt ^= 1,
        price: |it: &mut Balance| *it += 1,
        run: |it: &mut Run| it.sequence += 1,
        sealed: |it: &mut Option<Digest>| *it = Some(Digest([9; 32])),
    })
    .map(|(field, alter)| signed_otherwise(field, alter));
    let answer = alterations!(Answer {
        genesis: |it: &mut GenesisHash| it.0[0] ^= 1,
        request: |it: &mut RequestId| it.0[0] ^= 1,
        attempt: |it: &mut Attempt| *it ^= 1,
        provider: |it: &mut Account| it.0[0] ^= 1,
        binding: |it: &mut Binding| it.0[0] ^= 1,
        model: |it: &mut ModelId| it.0[0] ^= 1,
        policy_version: |it: &mut PolicyVersion| *it += 1,
        input: |it: &mut Commitment| it.0[0] ^= 1,
        parameters: |it: &mut Commitment| it.0[0] ^= 1,
        output: |it: &mut Commitment| it.0[0] ^= 1,
    })
    .map(|(field, alter)| {
        signed_otherwise(&format!("answer.{field}"), move |said| alter(&mut said.answer))
    });
    let run = alterations!(Run {
        model: |it: &mut ModelRan| *it = ModelRan::Network(Digest([9; 32])),
        finish: |it: &mut FinishReason| *it = FinishReason::Length,
        usage: |it: &mut Usage| *it = Usage::default(),
        started: |it: &mut u64| *it += 1,
        finished: |it: &mut u64| *it += 1,
        sequence: |it: &mut u64| *it += 1,
        previous: |it: &mut Digest| it.0[0] ^= 1,
    })
    .map(|(field, alter)| changed_afterwards(field, alter));
    let usage =
        alterations!(Usage { input: |it: &mut u32| *it += 1, output: |it: &mut u32| *it += 1 })
            .map(|(field, alter)| {
                changed_afterwards(&format!("usage.{field}"), move |run| alter(&mut run.usage))
            });
    statement.into_iter().chain(answer).chain(run).chain(usage).collect()
}
