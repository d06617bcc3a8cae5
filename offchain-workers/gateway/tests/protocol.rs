//! The job protocol, against the real router of a gateway.

mod support;

#[path = "../../worker-api/tests/table/mod.rs"]
mod table;

use opg_gateway::verify::{check, BadAnswer};
use opg_primitives::{
    evidence::{Evidence, SignedAnswer},
    ids::{Signature, WorkerKey},
    mode::Mode,
    request::DeclineReason,
};
use opg_worker_api::{from_json, ErrorCode, Health, Job, JobStatus, Progress};
use support::{common::job, named, signed, snapshot, until, Script, Server, Setup};

#[tokio::test]
async fn every_bad_input_has_its_status_code_and_message() {
    let directory = tempfile::tempdir().unwrap();
    let worker = Server::script(&Script::new([])).await;
    let gateway = Setup::new(directory.path(), vec![named("a", &worker)]).start().await;
    let tried = table::try_all(&gateway.url, &job()).await;
    println!("{tried} bad inputs tried");
    assert!(tried >= 15);
}

#[tokio::test]
async fn a_job_goes_to_a_worker_and_its_answer_comes_back() {
    let directory = tempfile::tempdir().unwrap();
    let result = signed(&job(), 7);
    let script = Script::new([
        JobStatus::Accepted,
        JobStatus::Running { progress: Progress::new(50) },
        JobStatus::Done(result.clone()),
    ]);
    let worker = Server::script(&script).await;
    let gateway = Setup::new(directory.path(), vec![named("a", &worker)]).start().await;
    assert_eq!(gateway.put(&job()).await, (202, Ok(JobStatus::Queued)));
    assert_eq!(gateway.end(job().key()).await, JobStatus::Done(result.clone()));
    assert_eq!(gateway.put(&job()).await, (200, Ok(JobStatus::Done(result))));
    assert_eq!(script.puts(), 1);
}

#[tokio::test]
async fn the_same_put_many_times_at_once_is_one_job_at_the_worker() {
    let directory = tempfile::tempdir().unwrap();
    let script = Script::new([JobStatus::Accepted, JobStatus::Done(signed(&job(), 7))]);
    let worker = Server::script(&script).await;
    let gateway = Setup::new(directory.path(), vec![named("a", &worker)]).start().await;
    let job_of_all = job();
    let puts = (0..8).map(|_| gateway.put(&job_of_all));
    let answers = futures::future::join_all(puts).await;
    assert_eq!(answers.iter().filter(|(status, _)| *status == 202).count(), 1, "{answers:?}");
    gateway.end(job().key()).await;
    assert_eq!(script.puts(), 1);
}

#[tokio::test]
async fn another_job_of_the_same_key_is_a_conflict() {
    let directory = tempfile::tempdir().unwrap();
    let worker = Server::script(&Script::new([JobStatus::Accepted])).await;
    let gateway = Setup::new(directory.path(), vec![named("a", &worker)]).start().await;
    gateway.take(&job()).await;
    let (status, answer) = gateway.put(&Job { price: 1, ..job() }).await;
    assert_eq!((status, answer.unwrap_err().code), (409, ErrorCode::Conflict));
}

#[tokio::test]
async fn a_job_that_does_not_match_itself_is_refused_before_any_worker_sees_it() {
    let directory = tempfile::tempdir().unwrap();
    let script = Script::new([JobStatus::Accepted]);
    let worker = Server::script(&script).await;
    let gateway = Setup::new(directory.path(), vec![named("a", &worker)]).start().await;
    let alterations: [fn(&mut Job); 3] = [
        |job| job.binding.0[0] ^= 1,
        |job| job.lease_block.hash.0[0] ^= 1,
        |job| job.parameters = vec![1].try_into().unwrap(),
    ];
    for alter in alterations {
        let mut job = job();
        alter(&mut job);
        let (_, answer) = gateway.put(&job).await;
        assert!(
            matches!(answer, Ok(JobStatus::Refused { reason: DeclineReason::PayloadMismatch, .. })),
            "{answer:?}"
        );
        assert_eq!(gateway.get(job.key()).await.0, 404);
    }
    assert_eq!(script.puts(), 0);
}

#[test]
fn an_answer_by_a_key_under_which_anybody_signs_is_not_passed_on() {
    let job = Job { mode: Mode::Plain, ..job() };
    let mut result = signed(&job, 7);
    assert_eq!(check(&job, &result, None), Ok(()));
    // Of order four; the signature holds for every message.
    let mut signature = Signature([0; 64]);
    signature.0[0] = 1;
    result.evidence = Evidence::Plain(SignedAnswer { key: WorkerKey([0; 32]), signature });
    assert_eq!(check(&job, &result, None), Err(BadAnswer::Signature));
}

#[tokio::test]
async fn over_its_bound_of_jobs_it_is_busy() {
    let directory = tempfile::tempdir().unwrap();
    let worker = Server::script(&Script::new([JobStatus::Accepted])).await;
    let mut setup = Setup::new(directory.path(), vec![named("a", &worker)]);
    setup.settings.max_jobs = 1;
    let gateway = setup.start().await;
    gateway.take(&job()).await;
    let mut second = Job { attempt: 2, ..job() };
    second.binding = opg_primitives::statement::binding(
        second.genesis,
        second.request,
        2,
        second.provider,
        second.lease_block.hash,
    );
    let (_, answer) = gateway.put(&second).await;
    assert!(matches!(answer, Ok(JobStatus::Refused { reason: DeclineReason::Busy, .. })));
}

#[tokio::test]
async fn jobs_are_there_after_a_crash_and_go_on_where_they_were() {
    let directory = tempfile::tempdir().unwrap();
    let script = Script::new([JobStatus::Accepted]);
    let worker = Server::script(&script).await;
    let crashed = Setup::new(directory.path(), vec![named("a", &worker)]).start().await;
    crashed.take(&job()).await;
    crashed.until(job().key(), |status| *status == JobStatus::Accepted).await;
    let after = tempfile::tempdir().unwrap();
    snapshot(directory.path(), after.path());

    let worker_2 = Server::script(&Script::new([JobStatus::Accepted])).await;
    let workers = vec![named("b", &worker_2), named("a", &worker)];
    let gateway = Setup::new(after.path(), workers).start().await;
    // What was accepted stays so, and the worker that has it is asked, not another.
    assert_eq!(gateway.get(job().key()).await, (200, Ok(JobStatus::Accepted)));
    let result = signed(&job(), 7);
    script.then([JobStatus::Done(result.clone())]);
    assert_eq!(gateway.end(job().key()).await, JobStatus::Done(result));
}

#[tokio::test]
async fn health_and_figures_say_who_is_up_and_nothing_of_any_job() {
    let directory = tempfile::tempdir().unwrap();
    let worker = Server::script(&Script::new([JobStatus::Done(signed(&job(), 7))])).await;
    let gateway = Setup::new(directory.path(), vec![named("a", &worker)]).start().await;
    gateway.take(&job()).await;
    gateway.end(job().key()).await;
    let (status, text) = gateway.text("/v1/health").await;
    let health: Health = from_json(text.as_bytes()).unwrap();
    assert_eq!((status, health.note.as_str()), (200, "jobs do not wait to be final"));
    assert_eq!(health.models[0].model, job().model);
    let (_, metrics) = gateway.text("/metrics").await;
    for figure in [
        r#"opg_gateway_jobs{state="done"} 1"#,
        r#"opg_gateway_worker_up{worker="a"} 1"#,
        r#"opg_gateway_calls_total{worker="a",outcome="ok"} 1"#,
        "opg_gateway_held_seconds_count 1",
    ] {
        assert!(metrics.contains(figure), "{figure} in {metrics}");
    }
    let request = job().request.to_string();
    assert!(!metrics.contains(&request) && !text.contains(&request));

    worker.stop().await;
    let (_, text) = until(|| gateway.text("/v1/health"), |(status, _)| *status == 503).await;
    assert!(text.contains("no worker answers"), "{text}");
}

#[tokio::test]
async fn a_gateway_that_shuts_down_takes_no_jobs() {
    let directory = tempfile::tempdir().unwrap();
    let worker = Server::script(&Script::new([])).await;
    let gateway = Setup::new(directory.path(), vec![named("a", &worker)]).start().await;
    gateway.gateway.close();
    let (status, answer) = gateway.put(&job()).await;
    assert_eq!((status, answer.unwrap_err().code), (503, ErrorCode::Unavailable));
}

#[tokio::test]
async fn a_damaged_journal_stops_the_gateway_with_the_name_of_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let name = format!("{}-1.json", job().request);
    std::fs::write(directory.path().join(&name), "{}").unwrap();
    let error = opg_worker_api::server::Ledger::<opg_gateway::record::GatewayRecord>::open(
        directory.path(),
        10,
    )
    .unwrap_err();
    assert!(error.to_string().contains(&name), "{error}");
}
