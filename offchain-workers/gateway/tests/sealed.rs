//! Jobs whose input is sealed to one enclave.

mod support;

use opg_primitives::{
    ids::BlockHash,
    mode::{Mode, ModeSet},
    request::DeclineReason,
};
use opg_worker_api::{JobInput, JobResult, JobStatus};
use std::{path::Path, sync::Arc};
use support::{
    chain_of, common, named, node, register, sealed_to, signed, until, worker_key, Chain, Running,
    Script, Server, Setup,
};

/// An enclave whose session key is that of `seed`, and which says this.
fn enclave(seed: u8, says: impl IntoIterator<Item = JobStatus>) -> Arc<Script> {
    let mut script = Script::new(says);
    let enclave = Arc::get_mut(&mut script).unwrap();
    (enclave.modes, enclave.worker) = (ModeSet::of(&[Mode::Tee]), Some(worker_key(seed)));
    script
}

fn good() -> [JobStatus; 2] {
    [JobStatus::Accepted, JobStatus::Done(signed(&sealed_to(7), 7))]
}

/// A gateway before `enclaves`, which are on `chain`, that holds by the word of a node of it; all of it
/// ends with what is returned.
async fn holding(
    directory: &Path,
    enclaves: &[&Arc<Script>],
    chain: &Chain,
) -> (Running, Vec<Server>) {
    for seed in [7, 8] {
        register(chain, &common::job(), seed);
    }
    let node = node(chain).await;
    let (mut workers, mut servers) = (Vec::new(), Vec::new());
    for (name, script) in ["a", "b"].iter().zip(enclaves) {
        let server = Server::script(script).await;
        workers.push(named(name, &server));
        servers.push(server);
    }
    let gateway = Setup::holding(directory, workers, &node).start().await;
    servers.push(node);
    (gateway, servers)
}

#[tokio::test]
async fn a_sealed_input_goes_to_the_enclave_that_it_is_sealed_to() {
    let directory = tempfile::tempdir().unwrap();
    let (other, mut right) = (enclave(8, [JobStatus::Accepted]), enclave(7, good()));
    // The fuller one, so that it would be asked second.
    Arc::get_mut(&mut right).unwrap().length = 5;
    let chain = chain_of(&sealed_to(7), 14, 15);
    let (gateway, _servers) = holding(directory.path(), &[&other, &right], &chain).await;
    gateway.take(&sealed_to(7)).await;
    assert!(matches!(gateway.end(sealed_to(7).key()).await, JobStatus::Done(_)));
    assert_eq!((other.puts(), right.puts()), (0, 1));
}

#[tokio::test]
async fn a_sealed_input_is_held_until_the_block_of_its_delivery_is_final() {
    let directory = tempfile::tempdir().unwrap();
    // Request and lease are final, the delivery is not.
    let chain = chain_of(&sealed_to(7), 13, 15);
    let script = enclave(7, good());
    let (gateway, _servers) = holding(directory.path(), &[&script], &chain).await;
    gateway.take(&sealed_to(7)).await;
    // Who asks for the request's block again has looked at all of them.
    let looks = || async { chain.lock().unwrap().asked.get(&10).copied().unwrap_or_default() };
    until(looks, |looks| *looks >= 2).await;
    assert_eq!(gateway.get(sealed_to(7).key()).await.1, Ok(JobStatus::Held));
    assert_eq!(script.puts(), 0);
    chain.lock().unwrap().finalized = 14;
    assert!(matches!(gateway.end(sealed_to(7).key()).await, JobStatus::Done(_)));
}

#[tokio::test]
async fn a_delivery_of_a_block_that_lost_is_forgotten() {
    let directory = tempfile::tempdir().unwrap();
    let chain = chain_of(&sealed_to(7), 13, 15);
    let script = enclave(7, good());
    let (gateway, _servers) = holding(directory.path(), &[&script], &chain).await;
    gateway.take(&sealed_to(7)).await;
    {
        let mut chain = chain.lock().unwrap();
        chain.hashes.insert(14, BlockHash([0xbb; 32]));
        chain.finalized = 14;
    }
    let key = sealed_to(7).key();
    let (status, _) = until(|| gateway.get(key), |(status, _)| *status == 404).await;
    assert_eq!(status, 404);
    assert_eq!(script.puts(), 0);
}

#[tokio::test]
async fn who_does_not_wait_for_blocks_to_be_final_takes_no_sealed_input() {
    let directory = tempfile::tempdir().unwrap();
    let worker = Server::script(&enclave(7, good())).await;
    let gateway = Setup::new(directory.path(), vec![named("a", &worker)]).start().await;
    match gateway.take(&sealed_to(7)).await {
        JobStatus::Refused { reason, why } => {
            assert_eq!(reason, DeclineReason::NotServed);
            assert!(why.as_str().contains("do not wait to be final"), "{why}");
        }
        other => panic!("{other:?}"),
    }
}

/// A case, how it spoils a good result, and why it is not passed on.
type Spoiling = (&'static str, fn(&mut JobResult), &'static str);

#[tokio::test]
async fn an_answer_to_a_sealed_input_that_would_cost_the_bond_is_not_passed_on() {
    let cases: &[Spoiling] = &[
        ("in clear", |r| r.output = common::clear(&[1]), "has not the form of the job's input"),
        ("of another enclave", |r| *r = signed(&sealed_to(7), 8), "another enclave answers"),
    ];
    for (name, spoil, says) in cases {
        let directory = tempfile::tempdir().unwrap();
        let mut result = signed(&sealed_to(7), 7);
        spoil(&mut result);
        let script = enclave(7, [JobStatus::Accepted, JobStatus::Done(result)]);
        let chain = chain_of(&sealed_to(7), 14, 15);
        let (gateway, _servers) = holding(directory.path(), &[&script], &chain).await;
        gateway.take(&sealed_to(7)).await;
        match gateway.end(sealed_to(7).key()).await {
            JobStatus::Failed { why } | JobStatus::Refused { why, .. } => {
                assert!(why.as_str().contains(says), "{name}: {why}")
            }
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_public_input_is_answered_in_clear_alone() {
    let directory = tempfile::tempdir().unwrap();
    let job = opg_worker_api::Job { mode: Mode::Tee, ..common::job() };
    assert!(matches!(job.input, JobInput::Public(_)));
    let mut result = signed(&job, 7);
    result.output = common::sealed_result().output;
    let script = enclave(7, [JobStatus::Accepted, JobStatus::Done(result)]);
    let chain = chain_of(&job, 14, 15);
    let (gateway, _servers) = holding(directory.path(), &[&script], &chain).await;
    gateway.take(&job).await;
    match gateway.end(job.key()).await {
        JobStatus::Failed { why } | JobStatus::Refused { why, .. } => {
            assert!(why.as_str().contains("has not the form of the job's input"), "{why}")
        }
        other => panic!("{other:?}"),
    }
}
