//! What an enclave says of an answer to a lease, and the evidence that this makes.

use super::{
    answers::{account, dispatcher, submit, submit_output, InferenceCall, Job},
    scene::Act,
    world::{World, PROVIDER},
};
use crate::tests::enclave::Newcomer;
use opg_primitives::{
    attestation::enclave_id,
    enclave::{EnclaveAnswer, FinishReason, ModelRan, Run, Usage},
    evidence::Evidence,
    ids::{Digest, Signature},
    request::Output,
};
use sp_core::{ed25519, Pair};

/// An enclave's word, before it and the dispatcher sign: a case changes what it is about.
#[derive(Clone)]
pub struct Word {
    /// The lease that it is brought for.
    pub job: Job,
    /// The output that is brought.
    pub output: Vec<u8>,
    /// What is signed.
    pub said: EnclaveAnswer,
    /// Who signs as the enclave.
    pub key: ed25519::Pair,
}

impl Word {
    /// The word of `enclave` for the good answer to `job`, a lease of the digits model.
    pub fn of(world: &World, enclave: &Newcomer, job: &Job) -> Self {
        let digits = &world.proofs.digits.model;
        let output = digits.run(&world.image).expect("it is an image").to_bytes();
        let said = EnclaveAnswer {
            enclave: enclave_id(job.genesis, account(enclave.provider), enclave.parts.session_key),
            answer: job.answer(&output),
            price: job.price,
            run: Run {
                model: ModelRan::Network(digits.ingredients().network),
                finish: FinishReason::Stop,
                usage: Usage { input: 64, output: 10 },
                started: 1_000,
                finished: 2_000,
                sequence: 0,
                previous: Digest::default(),
            },
            sealed: None,
        };
        Self { job: job.clone(), output, said, key: enclave.session_key }
    }

    /// The evidence, with the enclave's signature over all that it says.
    pub fn evidence(&self) -> Evidence {
        let signature = Signature(self.key.sign(&self.said.signing_hash()).0);
        Evidence::Tee { enclave: self.said.enclave, run: self.said.run.clone(), signature }
    }

    /// The call by which the named provider's dispatcher brings it.
    pub fn call(&self) -> InferenceCall {
        self.call_with(self.evidence())
    }

    /// The named provider's dispatcher brings it.
    pub fn brought(&self) -> Act {
        Act::bring(self.call())
    }

    /// The named provider's dispatcher brings its output with `evidence`.
    pub fn brought_with(&self, evidence: Evidence) -> Act {
        Act::bring(self.call_with(evidence))
    }

    /// What the enclave says of `output` in place of its own, and signs.
    pub fn with(mut self, output: &Output) -> Self {
        self.said.answer.output = output.commitment(self.job.request);
        self.said.sealed = output.sealed_digest();
        self
    }

    /// The named provider's dispatcher brings `output`, whatever the enclave said.
    pub fn brought_as(&self, output: Output) -> Act {
        Act::bring(submit_output(&self.job, output, self.evidence(), &dispatcher(PROVIDER)))
    }

    fn call_with(&self, evidence: Evidence) -> InferenceCall {
        submit(&self.job, &self.output, evidence, &dispatcher(PROVIDER))
    }
}
