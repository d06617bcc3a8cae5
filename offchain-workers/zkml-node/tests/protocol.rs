//! The job protocol, against the real router of a worker.

mod support;

#[path = "../../worker-api/tests/table/mod.rs"]
mod table;

use opg_primitives::{mode::Mode, request::DeclineReason, statement};
use opg_worker_api::{ErrorCode, Job, JobStatus};
use std::{
    sync::{atomic::Ordering, Arc},
    time::Duration,
};
use support::{
    common::{job, public, sealed_job},
    done, is_signed, snapshot, Fake, Gate, Setup,
};

fn plain() -> Job {
    Job { mode: Mode::Plain, ..job() }
}

/// The same job in another attempt.
fn attempt(attempt: u8) -> Job {
    let mut job = Job { attempt, ..job() };
    job.binding =
        statement::binding(job.genesis, job.request, attempt, job.provider, job.lease_block.hash);
    job
}

#[tokio::test]
async fn every_bad_input_has_its_status_code_and_message() {
    let directory = tempfile::tempdir().unwrap();
    let worker = Setup::new(directory.path(), Arc::default()).start().await;
    let tried = table::try_all(&worker.url, &job()).await;
    println!("{tried} bad inputs tried");
    assert!(tried >= 15);
}

#[tokio::test]
async fn a_plain_job_is_accepted_run_and_signed() {
    let directory = tempfile::tempdir().unwrap();
    let worker = Setup::new(directory.path(), Arc::default()).start().await;
    assert_eq!(worker.put(&plain()).await, (202, Ok(JobStatus::Accepted)));
    let result = done(worker.end(plain().key()).await);
    assert_eq!(result.evidence.mode(), Mode::Plain);
    assert!(is_signed(&plain(), &result));
    assert!(!is_signed(&attempt(2), &result), "a signature serves one lease");
}

#[tokio::test]
async fn the_same_put_again_is_the_same_job_and_runs_once() {
    let directory = tempfile::tempdir().unwrap();
    let fake = Arc::new(Fake::default());
    let worker = Setup::new(directory.path(), fake.clone()).start().await;
    let mut together = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (client, url) = (support::client(), worker.url.clone());
        together.spawn(async move { support::put(&client, &url, &job()).await });
    }
    let answers = together.join_all().await;
    assert_eq!(answers.iter().filter(|(status, _)| *status == 202).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|(_, answer)| answer.is_ok()));
    let result = done(worker.end(job().key()).await);
    assert_eq!(worker.put(&job()).await, (200, Ok(JobStatus::Done(result))));
    assert_eq!(fake.runs.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn another_job_of_the_same_key_is_a_conflict() {
    let directory = tempfile::tempdir().unwrap();
    let worker = Setup::new(directory.path(), Arc::default()).start().await;
    worker.take(&job()).await;
    let before = done(worker.end(job().key()).await);
    let other = Job { price: 1, ..job() };
    let (status, answer) = worker.put(&other).await;
    let error = answer.unwrap_err();
    assert_eq!((status, error.code), (409, ErrorCode::Conflict));
    assert!(error.message.as_str().contains("another job has the key"));
    assert_eq!(done(worker.end(job().key()).await), before);
}

/// A case, what it does to a job, the reason, and what the worker says.
type Case = (&'static str, fn(&mut Job), DeclineReason, &'static str);

#[tokio::test]
async fn what_cannot_be_served_is_refused_by_its_reason() {
    use DeclineReason::*;
    fn rebind(job: &mut Job) {
        job.binding = statement::binding(
            job.genesis,
            job.request,
            job.attempt,
            job.provider,
            job.lease_block.hash,
        );
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
        ("an unknown model", |j| j.model.0[0] ^= 1, NotServed, "is not served here"),
        ("a mode of enclaves", |j| j.mode = Mode::Tee, NotServed, "no enclave"),
        (
            "an input that is sealed to an enclave",
            |j| (j.mode, j.input) = (Mode::Tee, sealed_job().input),
            NotServed,
            "the input is sealed to an enclave",
        ),
        ("no verifying key", |j| j.key_version = None, NotServed, "no verifying key"),
        ("an unknown key", |j| j.key_version = Some(7), NotServed, "no proving key of version 7"),
        ("too low a price", |j| j.price = 9, NotServed, "the price 9 is under the least, 10"),
        ("another binding", |j| j.binding.0[0] ^= 1, PayloadMismatch, "the binding"),
        ("another provider", |j| j.provider.0[0] ^= 1, PayloadMismatch, "the binding"),
        (
            "other parameters",
            |j| j.parameters = vec![1].try_into().unwrap(),
            PayloadMismatch,
            "the parameters",
        ),
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
            |j| j.input = public(&[0, 1, 14, 14]),
            PayloadMismatch,
            "the input does not match",
        ),
        (
            "an input that is too short",
            |j| j.input = public(&[0]),
            Unfit,
            "the input has 1 bytes, the model takes 4",
        ),
        (
            "an element that is too wide",
            |j| j.input = public(&[0, 1, 14, 16]),
            Unfit,
            "input element 3 is 16",
        ),
        ("no time", |j| j.deliver_within = 3, Busy, "the deadline is too near"),
    ];
    let directory = tempfile::tempdir().unwrap();
    let mut setup = Setup::new(directory.path(), Arc::default());
    setup.terms.min_price_zkml = 10;
    let worker = setup.start().await;
    for (number, (name, alter, reason, says)) in cases.iter().enumerate() {
        let mut job = attempt(number as u8);
        alter(&mut job);
        let (status, answer) = worker.put(&job).await;
        assert_eq!(status, 202, "{name}");
        match answer {
            Ok(JobStatus::Refused { reason: found, why }) => {
                assert_eq!(found, *reason, "{name}: {why}");
                assert!(why.as_str().contains(says), "{name}: {why}");
            }
            other => panic!("{name}: {other:?}"),
        }
    }
    let metrics = worker.metrics().await;
    assert!(metrics.contains(r#"refusals_total{reason="not_served"} 7"#), "{metrics}");
    assert!(metrics.contains(r#"refusals_total{reason="busy"} 1"#), "{metrics}");
}

#[tokio::test]
async fn a_refusal_is_remembered_but_busy_is_not() {
    let directory = tempfile::tempdir().unwrap();
    let worker = Setup::new(directory.path(), Arc::default()).start().await;
    let mut unknown = attempt(0);
    unknown.model.0[0] ^= 1;
    let (_, first) = worker.put(&unknown).await;
    assert_eq!(worker.put(&unknown).await, (200, first.clone()));
    assert_eq!(worker.get(unknown.key()).await, (200, first));
    assert_eq!(worker.put(&attempt(0)).await.0, 409);

    let hurried = Job { deliver_within: 3, ..attempt(1) };
    worker.take(&hurried).await;
    assert_eq!(worker.get(hurried.key()).await.0, 404);
}

#[tokio::test]
async fn a_full_queue_is_busy_until_a_job_is_answered() {
    let directory = tempfile::tempdir().unwrap();
    let gate = Arc::new(Gate::default());
    let fake = Arc::new(Fake { gate: Some(gate.clone()), ..Fake::default() });
    let mut setup = Setup::new(directory.path(), fake);
    setup.queue = 2;
    let worker = setup.start().await;
    for number in 0..2 {
        assert_eq!(worker.put(&attempt(number)).await, (202, Ok(JobStatus::Accepted)));
    }
    let (_, answer) = worker.put(&attempt(2)).await;
    match answer {
        Ok(JobStatus::Refused { reason: DeclineReason::Busy, why }) => {
            assert_eq!(why.as_str(), "the queue is full: 2 jobs")
        }
        other => panic!("{other:?}"),
    }
    assert!(worker.metrics().await.contains("opg_zkml_node_queue_length 2"));
    gate.open();
    worker.end(attempt(1).key()).await;
    // The place is given back after the answer is there.
    let start = std::time::Instant::now();
    while worker.put(&attempt(2)).await.1 != Ok(JobStatus::Accepted) {
        assert!(start.elapsed() < Duration::from_secs(10), "the place is not given back");
    }
}

#[tokio::test]
async fn a_deadline_is_judged_by_how_long_proofs_take_and_what_waits() {
    let directory = tempfile::tempdir().unwrap();
    let gate = Arc::new(Gate::default());
    let fake = Arc::new(Fake { gate: Some(gate.clone()), ..Fake::default() });
    let setup = Setup::new(directory.path(), fake);
    setup.timing.note(support::MODEL, Duration::from_secs(60));
    let worker = setup.start().await;
    // 33 blocks, less 3 to submit, are 90 s: one proof of a minute fits, two do not.
    let hurried = |number| Job { deliver_within: 33, ..attempt(number) };
    assert_eq!(worker.put(&hurried(0)).await.1, Ok(JobStatus::Accepted));
    let (_, second) = worker.put(&hurried(1)).await;
    assert!(
        matches!(&second, Ok(JobStatus::Refused { reason: DeclineReason::Busy, why })
            if why.as_str().contains("too near")),
        "{second:?}"
    );
    gate.open();
}

#[tokio::test]
async fn jobs_are_there_after_a_restart_and_what_was_accepted_is_answered() {
    let directory = tempfile::tempdir().unwrap();
    let gate = Arc::new(Gate::default());
    let fake = Arc::new(Fake { gate: Some(gate.clone()), ..Fake::default() });
    let worker = Setup::new(directory.path(), fake).start().await;
    worker.take(&plain()).await;
    let before = worker.end(plain().key()).await;
    worker.take(&attempt(2)).await;
    worker.take(&attempt(3)).await;
    // The first is proven when the end comes; the second waits, and stays in the journal.
    let url = worker.url.clone();
    support::until_status(&support::client(), &url, attempt(2).key(), |status| {
        matches!(status, JobStatus::Running { .. })
    })
    .await;
    worker.worker.close();
    gate.open();
    worker.stop().await;

    let worker = Setup::new(directory.path(), Arc::default()).start().await;
    assert_eq!(worker.get(plain().key()).await, (200, Ok(before)));
    for number in [2, 3] {
        assert!(is_signed(&attempt(number), &done(worker.end(attempt(number).key()).await)));
    }
}

#[tokio::test]
async fn a_worker_that_crashed_in_a_proof_makes_it_again() {
    let directory = tempfile::tempdir().unwrap();
    let gate = Arc::new(Gate::default());
    let fake = Arc::new(Fake { gate: Some(gate.clone()), ..Fake::default() });
    let crashed = Setup::new(directory.path(), fake).start().await;
    crashed.take(&job()).await;
    support::until_status(&support::client(), &crashed.url, job().key(), |status| {
        matches!(status, JobStatus::Running { .. })
    })
    .await;
    let after = tempfile::tempdir().unwrap();
    snapshot(&directory.path().join("journal"), &after.path().join("journal"));
    let worker = Setup::new(after.path(), Arc::default()).start().await;
    assert!(is_signed(&job(), &done(worker.end(job().key()).await)));
    gate.open();
}

#[tokio::test]
async fn an_engine_that_fails_or_panics_fails_its_job_and_not_the_worker() {
    for (fail, says) in [("out of memory", "out of memory"), ("panic", "the engine panicked")] {
        let directory = tempfile::tempdir().unwrap();
        let fake = Arc::new(Fake { fail: Some(fail), ..Fake::default() });
        let worker = Setup::new(directory.path(), fake).start().await;
        worker.take(&job()).await;
        match worker.end(job().key()).await {
            JobStatus::Failed { why } => assert!(why.as_str().contains(says), "{why}"),
            other => panic!("{other:?}"),
        }
        let (_, again) = worker.put(&job()).await;
        assert!(matches!(again, Ok(JobStatus::Failed { .. })), "a failure stands: {again:?}");
        assert!(worker.metrics().await.contains("opg_zkml_node_failures_total"));
    }
}

#[tokio::test]
async fn health_and_figures_say_what_is_served_and_nothing_of_any_job() {
    let directory = tempfile::tempdir().unwrap();
    let worker = Setup::new(directory.path(), Arc::default()).start().await;
    worker.take(&job()).await;
    worker.end(job().key()).await;
    let client = support::client();
    let health = client.get(format!("{}/v1/health", worker.url)).send().await.unwrap();
    assert_eq!(health.status().as_u16(), 200);
    let text = health.text().await.unwrap();
    let parsed: opg_worker_api::Health = opg_worker_api::from_json(text.as_bytes()).unwrap();
    assert_eq!(parsed.models.len(), 1);
    assert_eq!(parsed.models[0].model, support::MODEL);
    let metrics = worker.metrics().await;
    for figure in [
        r#"opg_zkml_node_jobs{state="done"} 1"#,
        r#"opg_zkml_node_answers_total{mode="ZkMl"} 1"#,
        "opg_zkml_node_proving_seconds_count 1",
        "opg_zkml_node_queue_capacity 8",
    ] {
        assert!(metrics.contains(figure), "{figure} in {metrics}");
    }
    let request = job().request.to_string();
    assert!(!metrics.contains(&request) && !text.contains(&request));
}

#[tokio::test]
async fn a_worker_that_shuts_down_takes_no_jobs_and_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let worker = Setup::new(directory.path(), Arc::default()).start().await;
    worker.worker.close();
    let (status, answer) = worker.put(&job()).await;
    assert_eq!((status, answer.unwrap_err().code), (503, ErrorCode::Unavailable));
    let health = support::client().get(format!("{}/v1/health", worker.url)).send().await.unwrap();
    assert_eq!(health.status().as_u16(), 503);
}
