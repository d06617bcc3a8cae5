//! The job protocol, against the real router of a node.

mod support;

#[path = "../../worker-api/tests/table/mod.rs"]
mod table;

use opg_primitives::{
    enclave::{EnclaveFault, FinishReason, ModelRan, Usage},
    ids::Digest,
    mode::Mode,
    reference::ModelBinding,
    request::DeclineReason,
    statement,
};
use opg_tee_node::standing::{Standing, Verdicts};
use opg_worker_api::{ErrorCode, Job, JobStatus};
use std::sync::{atomic::Ordering, Arc};
use support::{attempt, common, done, job, signed, verifies, Fake, Gate, Setup};

#[tokio::test]
async fn every_bad_input_has_its_status_code_and_message() {
    let node = Setup::new(Arc::default()).start().await;
    let tried = table::try_all(&node.url, &job()).await;
    println!("{tried} bad inputs tried");
    assert!(tried >= 15);
}

#[tokio::test]
async fn a_job_is_run_and_signed_by_the_session_key() {
    let node = Setup::new(Arc::default()).start().await;
    let result = node.answer(&job()).await;
    let (answer, signature) = signed(&job(), &result);
    let signer = node.attester.signer();
    assert_eq!(answer.enclave, signer.enclave());
    assert!(verifies(signer.session_key(), &answer.signing_hash(), &signature));
    assert_eq!(answer.run.model, ModelRan::Network(support::NETWORK));
    assert_eq!(answer.run.finish, FinishReason::Stop);
    assert_eq!(answer.run.usage, Usage { input: 4, output: 1 });
    assert!(answer.run.started <= answer.run.finished);
    let (other, _) = signed(&attempt(2), &result);
    assert!(!verifies(signer.session_key(), &other.signing_hash(), &signature));
}

#[tokio::test]
async fn answers_are_numbered_and_each_holds_the_hash_of_the_one_before() {
    let node = Setup::new(Arc::default()).start().await;
    let mut head = Digest([0; 32]);
    for number in 0..3u8 {
        let job = attempt(number);
        let (answer, _) = signed(&job, &node.answer(&job).await);
        assert_eq!((answer.run.sequence, answer.run.previous), (u64::from(number), head));
        head = Digest(answer.signing_hash());
    }
    let answered = node.attester.signer().answered();
    assert_eq!((answered.count, answered.head), (3, head));
    // A fresh document says so, for the same keys.
    let renewed = node.attester.renew(support::block()).unwrap();
    assert_eq!(renewed.session.answered, answered);
    assert_eq!(renewed.enclave, node.attester.signer().enclave());
}

#[tokio::test]
async fn the_same_put_again_is_the_same_job_and_runs_once() {
    let fake = Arc::new(Fake::default());
    let node = Setup::new(fake.clone()).start().await;
    let mut together = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (client, url) = (support::client(), node.url.clone());
        together.spawn(async move { support::put(&client, &url, &job()).await });
    }
    let answers = together.join_all().await;
    assert_eq!(answers.iter().filter(|(status, _)| *status == 202).count(), 1, "{answers:?}");
    let result = done(node.end(job().key()).await);
    assert_eq!(node.put(&job()).await, (200, Ok(JobStatus::Done(result))));
    assert_eq!(fake.runs.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn another_job_of_the_same_key_is_a_conflict_and_changes_nothing() {
    let node = Setup::new(Arc::default()).start().await;
    let before = node.answer(&job()).await;
    let (status, answer) = node.put(&Job { price: 1, ..job() }).await;
    let error = answer.unwrap_err();
    assert_eq!((status, error.code), (409, ErrorCode::Conflict));
    assert_eq!(done(node.end(job().key()).await), before);
    assert_eq!(node.attester.signer().answered().count, 1);
}

/// A case, what it does to a job, the reason, and what the node says.
type Case = (&'static str, fn(&mut Job), DeclineReason, &'static str);

#[tokio::test]
async fn what_cannot_be_served_is_refused_by_its_reason() {
    use DeclineReason::*;
    fn rebind(job: &mut Job) {
        let Job { genesis, request, attempt, provider, lease_block, .. } = *job;
        job.binding = statement::binding(genesis, request, attempt, provider, lease_block.hash);
    }
    let cases: &[Case] = &[
        (
            "another chain",
            |j| {
                j.genesis.0[0] ^= 1;
                rebind(j)
            },
            NotServed,
            "wrong chain",
        ),
        (
            "another provider",
            |j| {
                j.provider.0[0] ^= 1;
                rebind(j)
            },
            NotServed,
            "these keys are",
        ),
        ("another mode", |j| j.mode = Mode::Plain, NotServed, "does not answer in mode Plain"),
        ("an unknown model", |j| j.model.0[0] ^= 1, NotServed, "is not served here"),
        ("too low a price", |j| j.price = 9, NotServed, "the price 9 is under the least, 10"),
        ("another binding", |j| j.binding.0[0] ^= 1, PayloadMismatch, "the binding"),
        (
            "parameters that it has none of",
            |j| {
                j.parameters = vec![1].try_into().unwrap();
                j.commitments.parameters = statement::commit_parameters(&[1]);
            },
            Unfit,
            "takes no parameters",
        ),
        (
            "another input",
            |j| j.input = common::public(&[0, 1, 14, 14]),
            PayloadMismatch,
            "the input does not match",
        ),
        (
            "a lease from before these keys",
            |j| {
                j.lease_block.number = 10;
                rebind(j)
            },
            NotServed,
            "KeyLost: the lease is of block 10, these keys of 11",
        ),
        (
            "a lease of the block of these keys",
            |j| {
                j.lease_block.number = 11;
                rebind(j)
            },
            NotServed,
            "KeyLost: the lease is of block 11, these keys of 11",
        ),
        ("no time", |j| j.deliver_within = 3, Busy, "the deadline is too near"),
    ];
    let mut setup = Setup::new(Arc::default());
    setup.terms.min_price = 10;
    let node = setup.start().await;
    for (number, (name, alter, reason, says)) in cases.iter().enumerate() {
        let mut job = attempt(number as u8);
        alter(&mut job);
        let (status, answer) = node.put(&job).await;
        assert_eq!(status, 202, "{name}");
        match answer {
            Ok(JobStatus::Refused { reason: found, why }) => {
                assert_eq!(found, *reason, "{name}: {why}");
                assert!(why.as_str().contains(says), "{name}: {why}");
            }
            other => panic!("{name}: {other:?}"),
        }
    }
    let (_, metrics) = node.text("/metrics").await;
    assert!(metrics.contains(r#"opg_tee_node_refusals_total{reason="busy"} 1"#), "{metrics}");
    assert_eq!(node.attester.signer().answered().count, 0);
}

#[tokio::test]
async fn a_full_queue_is_busy() {
    let gate = Arc::new(Gate::default());
    let fake = Arc::new(Fake { gate: Some(gate.clone()), ..Fake::default() });
    let mut setup = Setup::new(fake);
    setup.queue = 2;
    let node = setup.start().await;
    for number in 0..2 {
        assert_eq!(node.put(&attempt(number)).await, (202, Ok(JobStatus::Accepted)));
    }
    let (_, answer) = node.put(&attempt(2)).await;
    gate.open();
    match answer {
        Ok(JobStatus::Refused { reason: DeclineReason::Busy, why }) => {
            assert_eq!(why.as_str(), "the queue is full: 2 jobs")
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_network_that_fails_or_panics_fails_its_job_and_uses_no_number() {
    for (fail, says) in [("out of memory", "out of memory"), ("panic", "the engine panicked")] {
        let fake = Arc::new(Fake { fail: Some(fail), ..Fake::default() });
        let node = Setup::new(fake).start().await;
        assert_eq!(node.put(&job()).await, (202, Ok(JobStatus::Accepted)));
        match node.end(job().key()).await {
            JobStatus::Failed { why } => assert!(why.as_str().contains(says), "{why}"),
            other => panic!("{other:?}"),
        }
        let (_, again) = node.put(&job()).await;
        assert!(matches!(again, Ok(JobStatus::Failed { .. })), "a failure stands: {again:?}");
        assert_eq!(node.attester.signer().answered().count, 0);
    }
}

#[tokio::test]
async fn a_restart_is_a_new_key_and_a_job_of_the_old_one_is_lost() {
    let node = Setup::new(Arc::default()).start().await;
    node.answer(&job()).await;
    let before = node.attester.signer().enclave();
    node.stop().await;
    let setup = Setup::new(Arc::default());
    // Time has passed: the new keys' first document is by a later block.
    let later = support::unattested();
    later.renew(opg_worker_api::BlockRef { number: 40, ..support::block() }).unwrap();
    let node = Setup { attester: later, ..setup }.start().await;
    assert_ne!(node.attester.signer().enclave(), before);
    assert_eq!(node.get(job().key()).await.0, 404);
    match node.put(&job()).await.1 {
        Ok(JobStatus::Refused { reason: DeclineReason::NotServed, why }) => {
            assert!(why.as_str().starts_with("KeyLost"), "{why}")
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn without_a_session_nothing_is_taken_and_health_says_so() {
    let setup = Setup { attester: support::unattested(), ..Setup::new(Arc::default()) };
    let node = setup.start().await;
    let (_, answer) = node.put(&job()).await;
    assert!(
        matches!(answer, Ok(JobStatus::Refused { reason: DeclineReason::Busy, .. })),
        "{answer:?}"
    );
    let (status, health) = node.text("/v1/health").await;
    assert_eq!(status, 503);
    assert!(health.contains("no attestation yet"), "{health}");
    node.attester.renew(support::block()).unwrap();
    let (status, health) = node.text("/v1/health").await;
    assert_eq!(status, 200);
    assert!(health.contains("development: vouches for nothing"), "{health}");
    node.answer(&job()).await;
}

#[tokio::test]
async fn keys_that_the_chain_does_not_have_take_nothing_and_health_says_so() {
    let node = Setup::new(Arc::default()).start().await;
    node.attester.note_standing(Standing::unknown());
    let (_, answer) = node.put(&job()).await;
    assert!(
        matches!(&answer, Ok(JobStatus::Refused { reason: DeclineReason::Busy, why })
            if why.as_str().starts_with("these keys are not on chain yet")),
        "{answer:?}"
    );
    let (status, health) = node.text("/v1/health").await;
    assert_eq!(status, 503);
    assert!(health.contains("these keys are not on chain yet"), "{health}");
    node.attester.note_standing(Standing::Known(Verdicts::from([(
        support::MODEL,
        Ok(ModelBinding::Loaded),
    )])));
    assert_eq!(node.text("/v1/health").await.0, 200);
    node.answer(&job()).await;
}

#[tokio::test]
async fn keys_from_which_the_chain_took_its_trust_take_nothing_and_health_says_why() {
    use DeclineReason::{Busy, NotServed};
    let node = Setup::new(Arc::default()).start().await;
    let stands = |verdict| Standing::Known(Verdicts::from([(support::MODEL, verdict)]));
    let cases = [
        (EnclaveFault::Expired, Busy, "past its time"),
        (EnclaveFault::Revoked, NotServed, "were revoked"),
        (EnclaveFault::NotApproved, NotServed, "does not approve"),
    ];
    for (number, (fault, because, says)) in (1u8..).zip(cases) {
        node.attester.note_standing(stands(Err(fault)));
        match node.put(&attempt(number)).await.1 {
            Ok(JobStatus::Refused { reason, why }) => {
                assert_eq!(reason, because, "{fault:?}");
                assert!(why.as_str().contains(says), "{fault:?}: {why}");
            }
            other => panic!("{fault:?}: {other:?}"),
        }
        let (status, health) = node.text("/v1/health").await;
        assert_eq!(status, 503, "{fault:?}");
        assert!(health.contains(says), "{fault:?}: {health}");
    }
    // Trust that is given back is trust.
    node.attester.note_standing(stands(Ok(ModelBinding::Loaded)));
    assert_eq!(node.text("/v1/health").await.0, 200);
    node.answer(&attempt(9)).await;
}
