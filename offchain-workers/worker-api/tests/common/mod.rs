//! A job, for the tests of this crate.

use opg_primitives::{
    enclave::{FinishReason, ModelRan, Run, Usage},
    evidence::{Evidence, ProofSystem, SignedAnswer},
    ids::{
        Account, BlockHash, Commitment, Digest, EnclaveId, GenesisHash, ModelId, RequestId,
        Signature, WorkerKey,
    },
    mode::Mode,
    request::{Output, PublicBytes},
    statement, CircuitInterface,
};
use opg_worker_api::{BlockRef, Commitments, Delivered, Job, JobInput, JobResult, VERSION};

/// Four elements of four bits in, one of three classes out.
pub fn interface() -> CircuitInterface {
    use codec::Decode;
    // One dimension, 4; bits 4; argmax of 3.
    let bytes = [4, 4, 0, 0, 0, 4, 1, 3, 0, 0, 0];
    CircuitInterface::decode(&mut bytes.as_slice()).unwrap()
}

pub fn job() -> Job {
    let (genesis, request, provider) = (GenesisHash([1; 32]), RequestId([2; 32]), Account([3; 32]));
    let lease_block = BlockRef { number: 12, hash: BlockHash([5; 32]) };
    let input = PublicBytes::truncate_from(vec![0, 1, 14, 15]);
    let input_commitment =
        statement::commit_input(&interface(), statement::NO_SALT, &input).unwrap();
    Job {
        version: VERSION,
        genesis,
        request,
        attempt: 1,
        provider,
        model: ModelId([4; 32]),
        mode: Mode::ZkMl,
        key_version: Some(0),
        input: JobInput::Public(input),
        parameters: Default::default(),
        commitments: Commitments {
            input: input_commitment,
            parameters: statement::commit_parameters(&[]),
        },
        request_block: BlockRef { number: 10, hash: BlockHash([6; 32]) },
        lease_block,
        binding: statement::binding(genesis, request, 1, provider, lease_block.hash),
        policy_version: 7,
        price: 1_500_000_000_000_000_000_000,
        ack_by: 22,
        deliver_within: 200,
        deadline: 400,
    }
}

/// An output in clear.
#[allow(dead_code)]
pub fn clear(bytes: &[u8]) -> Output {
    Output::Public(PublicBytes::truncate_from(bytes.to_vec()))
}

/// The bytes of an output in clear.
#[allow(dead_code)]
pub fn in_clear(output: &Output) -> &[u8] {
    match output {
        Output::Public(bytes) => bytes,
        Output::Sealed { .. } => panic!("it is sealed"),
    }
}

/// An input in clear.
#[allow(dead_code)]
pub fn public(bytes: &[u8]) -> JobInput {
    JobInput::Public(PublicBytes::truncate_from(bytes.to_vec()))
}

/// The same job, of an enclave that the input was delivered to.
#[allow(dead_code)]
pub fn sealed_job() -> Job {
    let delivered = Delivered {
        enclave: EnclaveId([7; 32]),
        block: BlockRef { number: 14, hash: BlockHash([8; 32]) },
        ciphertext: vec![9; 100].try_into().unwrap(),
    };
    Job { mode: Mode::Tee, key_version: None, input: JobInput::Sealed(delivered), ..job() }
}

/// What an enclave says of a run.
#[allow(dead_code)]
pub fn run() -> Run {
    Run {
        model: ModelRan::Network(Digest([1; 32])),
        finish: FinishReason::Stop,
        usage: Usage { input: 64, output: 1 },
        started: 1,
        finished: 2,
        sequence: 0,
        previous: Digest::default(),
    }
}

/// What answers a job with a sealed input.
#[allow(dead_code)]
pub fn sealed_result() -> JobResult {
    JobResult {
        output: Output::Sealed {
            commitment: Commitment([6; 32]),
            ciphertext: vec![5; 60].try_into().unwrap(),
        },
        evidence: Evidence::Tee {
            enclave: EnclaveId([7; 32]),
            run: run(),
            signature: Signature([4; 64]),
        },
    }
}

#[allow(dead_code)]
pub fn result() -> JobResult {
    JobResult {
        output: clear(&[2, 0, 0, 0]),
        evidence: Evidence::ZkMl {
            signed: SignedAnswer { key: WorkerKey([8; 32]), signature: Signature([9; 64]) },
            system: ProofSystem::Groth16Bls12381,
            key_version: 0,
            proof: vec![10; 192].try_into().unwrap(),
        },
    }
}
