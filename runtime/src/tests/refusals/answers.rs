//! What a provider's worker and dispatcher make of a lease: answers, evidence, and the feeless calls
//! that bring them.

pub use crate::tests::chain::account;
use crate::{Runtime, RuntimeCall, System, UncheckedExtrinsic};
use frame_system::offchain::CreateAuthorizedTransaction;
use opg_primitives::{
    evidence::{Evidence, ProofSystem, SignedAnswer},
    ids::{
        Account, Binding, BlockHash, Commitment, DispatcherKey, GenesisHash, ModelId, RequestId,
        Signature, WorkerKey,
    },
    mode::Mode,
    policy::PolicyVersion,
    request::{DeclineReason, Output},
    statement::{self, Answer, NO_SALT},
    Attempt, Balance, BlockNumber,
};
use pallet_inference::{types::Stage, Requests};
use sp_core::{ed25519, sr25519, Pair};
use sp_keyring::Sr25519Keyring;

/// The calls of the pallet, feeless ones and others.
pub type InferenceCall = pallet_inference::Call<Runtime>;

/// The key that acts on the leases of a provider.
pub fn dispatcher(of: Sr25519Keyring) -> sr25519::Pair {
    sr25519::Pair::from_seed(&account(of).0)
}

/// The key that signs the answers of a provider.
pub fn worker(of: Sr25519Keyring) -> ed25519::Pair {
    ed25519::Pair::from_seed(&account(of).0)
}

/// A lease, with all that an answer is bound to.
#[derive(Clone, Debug)]
pub struct Job {
    pub genesis: GenesisHash,
    pub request: RequestId,
    pub attempt: Attempt,
    pub provider: Account,
    pub lease_block: BlockHash,
    pub ack_by: BlockNumber,
    pub policy_version: PolicyVersion,
    pub model: ModelId,
    pub mode: Mode,
    pub input: Commitment,
    pub parameters: Commitment,
    pub price: Balance,
}

impl Job {
    /// The lease that runs for `id`. Within a state.
    pub fn of(id: RequestId) -> Self {
        let request = Requests::<Runtime>::get(id).expect("the request is open");
        let Stage::Leased(lease) = request.stage else { panic!("nobody holds a lease of it") };
        Self {
            genesis: GenesisHash(System::block_hash(0u32).0),
            request: id,
            attempt: request.attempt,
            provider: lease.provider,
            lease_block: lease.lease_block.1,
            ack_by: lease.ack_by,
            policy_version: request.policy_version,
            model: request.model,
            mode: request.mode,
            input: request.input,
            parameters: request.parameters,
            price: lease.price,
        }
    }

    /// What a proof of an answer is bound to.
    pub fn binding(&self) -> Binding {
        statement::binding(
            self.genesis,
            self.request,
            self.attempt,
            self.provider,
            self.lease_block,
        )
    }

    fn commit(&self, output: &[u8]) -> Commitment {
        statement::commit_output(statement::output_salt(NO_SALT, self.request), output)
    }

    /// What is said of `output` under this lease.
    pub fn answer(&self, output: &[u8]) -> Answer {
        Answer {
            genesis: self.genesis,
            request: self.request,
            attempt: self.attempt,
            provider: self.provider,
            binding: self.binding(),
            model: self.model,
            policy_version: self.policy_version,
            input: self.input,
            parameters: self.parameters,
            output: self.commit(output),
        }
    }
}

/// What a worker found, before it and its dispatcher sign: a case changes what it is about.
#[derive(Clone)]
pub struct Answered {
    /// The lease that the answer is brought for.
    pub job: Job,
    /// The mode that its evidence is of, `Plain` or `ZkMl`: it is a worker that signs.
    pub mode: Mode,
    /// The output.
    pub output: Vec<u8>,
    /// The proof; nothing in mode `Plain`.
    pub proof: Vec<u8>,
    /// The key that the proof is said to be under.
    pub key_version: u32,
    /// Who signs as the worker.
    pub worker: ed25519::Pair,
}

impl Answered {
    /// The evidence, with the worker's signature over this output for this lease.
    pub fn evidence(&self) -> Evidence {
        let answer = self.job.answer(&self.output);
        let signed = SignedAnswer {
            key: WorkerKey(self.worker.public().0),
            signature: Signature(self.worker.sign(&answer.signing_hash()).0),
        };
        match self.mode {
            Mode::ZkMl => Evidence::ZkMl {
                signed,
                system: ProofSystem::Groth16Bls12381,
                key_version: self.key_version,
                proof: self.proof.clone().try_into().expect("a proof is short"),
            },
            Mode::Plain | Mode::Tee => Evidence::Plain(signed),
        }
    }

    /// The call that brings it, signed by `by` as the dispatcher.
    pub fn submitted(&self, by: &sr25519::Pair) -> InferenceCall {
        submit(&self.job, &self.output, self.evidence(), by)
    }
}

fn signed_by(by: &sr25519::Pair, hash: [u8; 32]) -> (DispatcherKey, Signature) {
    (DispatcherKey(by.public().0), Signature(by.sign(&hash).0))
}

/// The call that brings `output` and `evidence`.
pub fn submit(job: &Job, output: &[u8], evidence: Evidence, by: &sr25519::Pair) -> InferenceCall {
    let output = output.to_vec().try_into().expect("an output is short");
    submit_output(job, Output::Public(output), evidence, by)
}

/// The same of an output that may be sealed.
pub fn submit_output(
    job: &Job,
    output: Output,
    evidence: Evidence,
    by: &sr25519::Pair,
) -> InferenceCall {
    let (genesis, request, attempt) = (job.genesis, job.request, job.attempt);
    let hash = statement::submit_hash(genesis, request, attempt, &output, evidence.digest());
    let (key, signature) = signed_by(by, hash);
    InferenceCall::submit_result { request, attempt, output, evidence, key, signature }
}

/// The call that takes a lease on.
pub fn acknowledge(job: &Job, by: &sr25519::Pair) -> InferenceCall {
    let (request, attempt) = (job.request, job.attempt);
    let hash = statement::acknowledge_hash(job.genesis, request, attempt);
    let (key, signature) = signed_by(by, hash);
    InferenceCall::acknowledge { request, attempt, key, signature }
}

/// The call that gives a lease back.
pub fn decline(job: &Job, reason: DeclineReason, by: &sr25519::Pair) -> InferenceCall {
    let (request, attempt) = (job.request, job.attempt);
    let hash = statement::decline_hash(job.genesis, request, attempt, reason);
    let (key, signature) = signed_by(by, hash);
    InferenceCall::decline { request, attempt, reason, key, signature }
}

/// The call that ends what is overdue, or can no longer settle.
pub fn expire(job: &Job) -> InferenceCall {
    InferenceCall::expire { request: job.request, attempt: job.attempt }
}

/// `call` with garbage in place of the dispatcher's signature.
pub fn garbled(mut call: InferenceCall) -> InferenceCall {
    match &mut call {
        InferenceCall::acknowledge { signature, .. }
        | InferenceCall::decline { signature, .. }
        | InferenceCall::submit_result { signature, .. } => *signature = Signature([0xee; 64]),
        other => panic!("nobody signs {other:?}"),
    }
    call
}

/// A feeless call as a transaction of its own, as a dispatcher sends it.
pub fn general(call: impl Into<RuntimeCall>) -> UncheckedExtrinsic {
    <Runtime as CreateAuthorizedTransaction<InferenceCall>>::create_authorized_transaction(
        call.into(),
    )
}
