//! A job is held until its blocks are final, as the operator's own node says.

mod support;

use opg_gateway::service::HoldFor;
use opg_primitives::{ids::BlockHash, request::DeclineReason};
use opg_worker_api::{Job, JobStatus};
use std::time::Duration;
use support::{chain_of, common::job, named, node, signed, until, Script, Server, Setup};

#[tokio::test]
async fn a_job_is_held_until_the_block_of_its_lease_is_final() {
    let directory = tempfile::tempdir().unwrap();
    let chain = chain_of(&job(), 9, 13);
    let script = Script::new([JobStatus::Accepted, JobStatus::Done(signed(&job(), 7))]);
    let (worker, node) = (Server::script(&script).await, node(&chain).await);
    let gateway = Setup::holding(directory.path(), vec![named("a", &worker)], &node).start().await;
    gateway.take(&job()).await;
    gateway.until(job().key(), |status| *status == JobStatus::Held).await;
    // The request is final, the block of its lease is not. Who asks for the request's block again
    // has looked at both, and did not let the job go.
    chain.lock().unwrap().finalized = 11;
    let looks = || async { chain.lock().unwrap().asked.get(&10).copied().unwrap_or_default() };
    until(looks, |looks| *looks >= 2).await;
    assert_eq!(gateway.get(job().key()).await.1, Ok(JobStatus::Held));
    assert_eq!(script.puts(), 0);
    chain.lock().unwrap().finalized = 12;
    assert!(matches!(gateway.end(job().key()).await, JobStatus::Done(_)));
}

#[tokio::test]
async fn who_holds_for_the_request_alone_does_not_wait_for_the_lease() {
    let directory = tempfile::tempdir().unwrap();
    let chain = chain_of(&job(), 11, 13);
    let script = Script::new([JobStatus::Accepted]);
    let (worker, node) = (Server::script(&script).await, node(&chain).await);
    let mut setup = Setup::holding(directory.path(), vec![named("a", &worker)], &node);
    setup.settings.hold_for = HoldFor::Request;
    let gateway = setup.start().await;
    gateway.take(&job()).await;
    gateway.until(job().key(), JobStatus::may_acknowledge).await;
}

#[tokio::test]
async fn a_job_of_a_block_that_lost_is_forgotten_and_that_of_the_other_is_taken() {
    let directory = tempfile::tempdir().unwrap();
    let chain = chain_of(&job(), 11, 13);
    let script = Script::new([JobStatus::Accepted]);
    let (worker, node) = (Server::script(&script).await, node(&chain).await);
    let gateway = Setup::holding(directory.path(), vec![named("a", &worker)], &node).start().await;
    gateway.take(&job()).await;
    gateway.until(job().key(), |status| *status == JobStatus::Held).await;
    // The same lease on another fork: which of them holds is not known yet.
    let mut other = job();
    other.lease_block.hash = BlockHash([0xbb; 32]);
    other.binding = opg_primitives::statement::binding(
        other.genesis,
        other.request,
        other.attempt,
        other.provider,
        other.lease_block.hash,
    );
    assert_eq!(gateway.put(&other).await.0, 409);
    {
        let mut chain = chain.lock().unwrap();
        chain.hashes.insert(12, BlockHash([0xbb; 32]));
        chain.finalized = 12;
    }
    let (status, _) = until(|| gateway.get(job().key()), |(status, _)| *status == 404).await;
    assert_eq!(status, 404);
    assert_eq!(script.puts(), 0);
    assert_eq!(gateway.put(&other).await.0, 202);
    gateway.until(other.key(), JobStatus::may_acknowledge).await;
    assert!(gateway.text("/metrics").await.1.contains("opg_gateway_orphans_total 1"));
}

#[tokio::test]
async fn a_job_that_is_not_final_in_time_is_refused_while_it_can_be_declined() {
    let directory = tempfile::tempdir().unwrap();
    let chain = chain_of(&job(), 9, 13);
    let (worker, node) = (Server::script(&Script::new([])).await, node(&chain).await);
    let gateway = Setup::holding(directory.path(), vec![named("a", &worker)], &node).start().await;
    gateway.take(&job()).await;
    gateway.until(job().key(), |status| *status == JobStatus::Held).await;
    chain.lock().unwrap().best = job().ack_by - 1;
    match gateway.end(job().key()).await {
        JobStatus::Refused { reason, why } => {
            assert_eq!(reason, DeclineReason::Busy);
            assert!(why.as_str().contains("not final in time"), "{why}");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_job_of_another_chain_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let chain = chain_of(&job(), 12, 13);
    chain.lock().unwrap().hashes.insert(0, BlockHash([0xcc; 32]));
    let (worker, node) = (Server::script(&Script::new([])).await, node(&chain).await);
    let gateway = Setup::holding(directory.path(), vec![named("a", &worker)], &node).start().await;
    gateway.take(&job()).await;
    let refused = |status: &JobStatus| {
        matches!(status, JobStatus::Refused { reason: DeclineReason::NotServed, why }
            if why.as_str().contains("wrong chain"))
    };
    // At once where the node has answered before, else while it is held; it is then kept.
    let (status, answer) = gateway.put(&job()).await;
    if !(status == 202 && refused(&answer.unwrap())) {
        gateway.until(job().key(), refused).await;
    }
}

#[tokio::test]
async fn while_the_node_does_not_answer_jobs_wait_and_health_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let chain = chain_of(&job(), 12, 13);
    chain.lock().unwrap().broken = true;
    let script = Script::new([JobStatus::Accepted]);
    let (worker, node) = (Server::script(&script).await, node(&chain).await);
    let gateway = Setup::holding(directory.path(), vec![named("a", &worker)], &node).start().await;
    gateway.take(&job()).await;
    gateway.until(job().key(), |status| *status == JobStatus::Held).await;
    let (status, text) = gateway.text("/v1/health").await;
    assert_eq!(status, 503);
    assert!(text.contains("the node does not answer"), "{text}");
    assert_eq!(script.puts(), 0);
    chain.lock().unwrap().broken = false;
    gateway.until(job().key(), JobStatus::may_acknowledge).await;
}

#[tokio::test]
async fn by_the_clock_alone_a_job_that_nobody_takes_is_given_up() {
    let directory = tempfile::tempdir().unwrap();
    let worker = Server::script(&Script::new([JobStatus::Queued])).await;
    let mut setup = Setup::new(directory.path(), vec![named("a", &worker)]);
    // Seven blocks until it cannot be declined any more.
    setup.settings.block_time = Duration::from_millis(100);
    let gateway = setup.start().await;
    gateway.take(&job()).await;
    assert!(matches!(gateway.end(job().key()).await, JobStatus::Refused { .. }));
}

#[tokio::test]
async fn a_job_that_is_accepted_and_never_answered_fails_when_its_time_is_over() {
    let directory = tempfile::tempdir().unwrap();
    let job = Job { deadline: 13, ..job() };
    let worker = Server::script(&Script::new([JobStatus::Accepted])).await;
    let mut setup = Setup::new(directory.path(), vec![named("a", &worker)]);
    // Seven blocks until it has to be accepted; one to the deadline, four times as long by the
    // clock.
    setup.settings.block_time = Duration::from_secs(1);
    let gateway = setup.start().await;
    gateway.take(&job).await;
    gateway.until(job.key(), |status| *status == JobStatus::Accepted).await;
    match gateway.end(job.key()).await {
        JobStatus::Failed { why } => {
            assert!(why.as_str().contains("not answered in time"), "{why}")
        }
        other => panic!("{other:?}"),
    }
}
