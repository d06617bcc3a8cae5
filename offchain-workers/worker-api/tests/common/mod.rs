//! A job, for the tests of this crate.

use opg_primitives::{
    evidence::{Evidence, ProofSystem, SignedAnswer},
    ids::{Account, BlockHash, GenesisHash, ModelId, RequestId, Signature, WorkerKey},
    mode::Mode,
    request::PublicBytes,
    statement, CircuitInterface,
};
use opg_worker_api::{BlockRef, Commitments, Job, JobResult, VERSION};

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
        input,
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

#[allow(dead_code)]
pub fn result() -> JobResult {
    JobResult {
        output: PublicBytes::truncate_from(vec![2, 0, 0, 0]),
        evidence: Evidence::ZkMl {
            signed: SignedAnswer { key: WorkerKey([8; 32]), signature: Signature([9; 64]) },
            system: ProofSystem::Groth16Bls12381,
            key_version: 0,
            proof: vec![10; 192].try_into().unwrap(),
        },
    }
}
