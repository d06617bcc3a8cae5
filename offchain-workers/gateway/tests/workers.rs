//! Workers that are silent, slow, wrong or gone.

mod support;

use axum::{
    body::Body,
    http::{header, StatusCode},
    response::{IntoResponse, Response},
    routing::any,
    Router,
};
use opg_gateway::config::WorkerConfig;
use opg_primitives::{
    evidence::Evidence,
    ids::WorkerKey,
    mode::{Mode, ModeSet},
    request::DeclineReason,
};
use opg_worker_api::{
    server::router, Job, JobReport, JobResult, JobStatus, Progress, MAX_HEALTH_BYTES,
    MAX_RESULT_BYTES,
};
use std::{sync::Arc, time::Duration};
use support::{
    chain_of,
    common::{clear, job},
    named, nobody, node, register, signed, until, worker_key, Running, Script, Server, Setup,
};

fn good() -> Arc<Script> {
    Script::new([JobStatus::Accepted, JobStatus::Done(signed(&job(), 7))])
}

async fn gateway(directory: &std::path::Path, workers: Vec<WorkerConfig>) -> Running {
    Setup::new(directory, workers).start().await
}

#[tokio::test]
async fn a_worker_that_dies_in_a_job_and_returns_is_asked_again() {
    let directory = tempfile::tempdir().unwrap();
    let script =
        Script::new([JobStatus::Accepted, JobStatus::Running { progress: Progress::new(10) }]);
    let worker = Server::script(&script).await;
    let mut setup = Setup::new(directory.path(), vec![named("a", &worker)]);
    // Silent from its first call without an answer on.
    setup.settings.failover = Duration::from_millis(1);
    let gateway = setup.start().await;
    gateway.take(&job()).await;
    gateway.until(job().key(), |status| matches!(status, JobStatus::Running { .. })).await;
    let address = worker.stop().await;
    // By the second such call the first has had its consequences.
    gateway.figure(r#"opg_gateway_calls_total{worker="a",outcome="no_answer"}"#, 2).await;
    // What was accepted is not taken back while the worker is away.
    assert!(gateway.get(job().key()).await.1.unwrap().may_acknowledge());
    script.then([JobStatus::Done(signed(&job(), 7))]);
    let _back = Server::at(address, router(script.clone())).await;
    assert_eq!(gateway.end(job().key()).await, JobStatus::Done(signed(&job(), 7)));
}

#[tokio::test]
async fn a_worker_that_is_gone_for_good_is_replaced_by_another() {
    let directory = tempfile::tempdir().unwrap();
    let gone = Script::new([JobStatus::Accepted]);
    let mut second = Script::new([JobStatus::Accepted, JobStatus::Done(signed(&job(), 7))]);
    // The fuller one, so that it is asked second.
    Arc::get_mut(&mut second).unwrap().length = 5;
    let (a, b) = (Server::script(&gone).await, Server::script(&second).await);
    let gateway = gateway(directory.path(), vec![named("a", &a), named("b", &b)]).await;
    gateway.take(&job()).await;
    gateway.until(job().key(), JobStatus::may_acknowledge).await;
    assert_eq!((gone.puts(), second.puts()), (1, 0));
    a.stop().await;
    assert!(matches!(gateway.end(job().key()).await, JobStatus::Done(_)));
}

#[tokio::test]
async fn a_worker_that_lost_its_journal_gets_the_job_again() {
    let directory = tempfile::tempdir().unwrap();
    let script = Script::new([JobStatus::Accepted]);
    let worker = Server::script(&script).await;
    let gateway = gateway(directory.path(), vec![named("a", &worker)]).await;
    gateway.take(&job()).await;
    gateway.until(job().key(), JobStatus::may_acknowledge).await;
    let address = worker.stop().await;
    let fresh = Fresh::default();
    let _back = Server::at(address, router(Arc::new(fresh))).await;
    assert!(matches!(gateway.end(job().key()).await, JobStatus::Done(_)));
}

/// A worker that knows a job only once it was put.
#[derive(Default)]
struct Fresh(std::sync::Mutex<Option<opg_worker_api::Job>>);

impl opg_worker_api::server::JobService for Fresh {
    async fn put(
        self: Arc<Self>,
        job: opg_worker_api::Job,
    ) -> Result<opg_worker_api::server::Put, opg_worker_api::ErrorBody> {
        *self.0.lock().unwrap() = Some(job);
        Ok(opg_worker_api::server::Put::New(JobStatus::Accepted))
    }
    async fn get(self: Arc<Self>, _: opg_worker_api::JobKey) -> Option<JobStatus> {
        let job = self.0.lock().unwrap();
        job.as_ref().map(|job| JobStatus::Done(signed(job, 7)))
    }
    fn health(&self) -> opg_worker_api::Health {
        opg_worker_api::server::JobService::health(good().as_ref())
    }
    fn metrics(&self) -> String {
        String::new()
    }
}

#[tokio::test]
async fn a_busy_worker_is_asked_again_and_others_are_asked_too() {
    let directory = tempfile::tempdir().unwrap();
    let busy = Script::new([
        JobStatus::refused(DeclineReason::Busy, "full"),
        JobStatus::refused(DeclineReason::Busy, "full"),
        JobStatus::Accepted,
        JobStatus::Done(signed(&job(), 7)),
    ]);
    let worker = Server::script(&busy).await;
    let gateway = gateway(directory.path(), vec![named("a", &worker)]).await;
    gateway.take(&job()).await;
    assert!(matches!(gateway.end(job().key()).await, JobStatus::Done(_)));
    assert_eq!(busy.puts(), 3);
}

#[tokio::test]
async fn a_refusal_by_all_workers_is_passed_on_with_its_reason() {
    let directory = tempfile::tempdir().unwrap();
    let refusing = || Script::new([JobStatus::refused(DeclineReason::Unfit, "element 3 is 16")]);
    let (a, b) = (Server::script(&refusing()).await, Server::script(&refusing()).await);
    let gateway = gateway(directory.path(), vec![named("a", &a), named("b", &b)]).await;
    gateway.take(&job()).await;
    assert_eq!(
        gateway.end(job().key()).await,
        JobStatus::refused(DeclineReason::Unfit, "element 3 is 16")
    );
}

#[tokio::test]
async fn one_worker_that_refuses_does_not_keep_the_others_from_it() {
    let directory = tempfile::tempdir().unwrap();
    let refusing = Script::new([JobStatus::refused(DeclineReason::NotServed, "no such model")]);
    let mut second = Script::new([JobStatus::Accepted, JobStatus::Done(signed(&job(), 7))]);
    Arc::get_mut(&mut second).unwrap().length = 5;
    let (a, b) = (Server::script(&refusing).await, Server::script(&second).await);
    let gateway = gateway(directory.path(), vec![named("a", &a), named("b", &b)]).await;
    gateway.take(&job()).await;
    assert!(matches!(gateway.end(job().key()).await, JobStatus::Done(_)));
}

#[tokio::test]
async fn a_worker_that_failed_is_not_asked_again() {
    let directory = tempfile::tempdir().unwrap();
    let failing = Script::new([JobStatus::Accepted, JobStatus::failed("out of memory")]);
    let worker = Server::script(&failing).await;
    let gateway = gateway(directory.path(), vec![named("a", &worker)]).await;
    gateway.take(&job()).await;
    match gateway.end(job().key()).await {
        JobStatus::Failed { why } => assert_eq!(why.as_str(), "a: out of memory"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn jobs_go_by_model_and_mode() {
    let directory = tempfile::tempdir().unwrap();
    let mut plain = Script::new([JobStatus::Accepted]);
    Arc::get_mut(&mut plain).unwrap().modes = ModeSet::of(&[Mode::Plain]);
    let (second, other, right) = (good(), good(), good());
    let servers = [
        Server::script(&plain).await,
        Server::script(&second).await,
        Server::script(&other).await,
        Server::script(&right).await,
    ];
    let workers = vec![
        named("says that it does not", &servers[0]),
        WorkerConfig { modes: ModeSet::of(&[Mode::Plain]), ..named("may not", &servers[1]) },
        WorkerConfig { models: vec![Default::default()], ..named("other model", &servers[2]) },
        named("right", &servers[3]),
    ];
    let gateway = gateway(directory.path(), workers).await;
    gateway.take(&job()).await;
    assert!(matches!(gateway.end(job().key()).await, JobStatus::Done(_)));
    assert_eq!([&plain, &second, &other, &right].map(|script| script.puts()), [0, 0, 0, 1]);
}

/// A case, and how it spoils a good result.
type Spoiling = (&'static str, fn(&mut JobResult), &'static str);

#[tokio::test]
async fn an_answer_that_would_cost_the_bond_is_not_passed_on() {
    let cases: &[Spoiling] = &[
        ("another output", |r| r.output = clear(&[1, 0, 0, 0]), "the signature does not verify"),
        (
            "a signature of another job",
            |r| {
                let mut other = job();
                other.attempt ^= 1;
                r.evidence = signed(&other, 7).evidence;
            },
            "the signature does not verify",
        ),
        ("another key", |r| *r = signed(&job(), 8), "it is signed by another key"),
        (
            "another mode",
            |r| {
                let Evidence::ZkMl { signed, .. } = r.evidence.clone() else { panic!() };
                r.evidence = Evidence::Plain(signed);
            },
            "of another mode",
        ),
        (
            "another version of the key",
            |r| {
                if let Evidence::ZkMl { key_version, .. } = &mut r.evidence {
                    *key_version = 9;
                }
            },
            "another version of the model's key",
        ),
        (
            "no key at all",
            |r| {
                if let Evidence::ZkMl { signed, .. } = &mut r.evidence {
                    signed.key = WorkerKey([0xff; 32]);
                }
            },
            "another key",
        ),
    ];
    for (name, spoil, says) in cases {
        let directory = tempfile::tempdir().unwrap();
        let mut result = signed(&job(), 7);
        spoil(&mut result);
        let worker =
            Server::script(&Script::new([JobStatus::Accepted, JobStatus::Done(result)])).await;
        let config = WorkerConfig { key: Some(worker_key(7)), ..named("a", &worker) };
        let gateway = gateway(directory.path(), vec![config]).await;
        gateway.take(&job()).await;
        match gateway.end(job().key()).await {
            JobStatus::Failed { why } | JobStatus::Refused { why, .. } => {
                assert!(why.as_str().contains(says), "{name}: {why}")
            }
            other => panic!("{name}: {other:?}"),
        }
    }
}

fn enclaves_job() -> Job {
    Job { mode: Mode::Tee, ..job() }
}

/// A case, the seed of the key that the operator names, how a good result is spoiled, and why it is
/// not passed on, if it is not.
type Word = (&'static str, Option<u8>, fn(&mut JobResult), Option<&'static str>);

#[tokio::test]
async fn the_word_of_an_enclave_is_checked_where_the_operator_names_its_key() {
    let other_output: fn(&mut JobResult) = |r| r.output = clear(&[1, 0, 0, 0]);
    let cases: &[Word] = &[
        ("as it was signed", Some(7), |_| (), None),
        ("another output", Some(7), other_output, Some("the signature does not verify")),
        (
            "another run",
            Some(7),
            |r| {
                let Evidence::Tee { run, .. } = &mut r.evidence else { panic!() };
                run.sequence += 1;
            },
            Some("the signature does not verify"),
        ),
        (
            "the word of another enclave",
            Some(7),
            |r| *r = signed(&enclaves_job(), 8),
            Some("it is signed by another key"),
        ),
        (
            "the word of a worker",
            Some(7),
            |r| *r = signed(&Job { mode: Mode::Plain, ..job() }, 7),
            Some("of another mode"),
        ),
        // Nobody here knows its key: the chain does, and looks.
        ("another output, under a key that nobody named", None, other_output, None),
    ];
    for (name, key, spoil, says) in cases {
        let directory = tempfile::tempdir().unwrap();
        let mut result = signed(&enclaves_job(), 7);
        spoil(&mut result);
        let mut script = Script::new([JobStatus::Accepted, JobStatus::Done(result)]);
        Arc::get_mut(&mut script).unwrap().modes = ModeSet::of(&[Mode::Tee]);
        let worker = Server::script(&script).await;
        let config = WorkerConfig { key: key.map(worker_key), ..named("a", &worker) };
        let gateway = gateway(directory.path(), vec![config]).await;
        gateway.take(&enclaves_job()).await;
        match (gateway.end(enclaves_job().key()).await, says) {
            (JobStatus::Done(_), None) => {}
            (JobStatus::Failed { why } | JobStatus::Refused { why, .. }, Some(says)) => {
                assert!(why.as_str().contains(says), "{name}: {why}")
            }
            (other, _) => panic!("{name}: {other:?}"),
        }
    }
}

/// A worker that answers for enclaves with this result, and has `length` jobs before it.
async fn enclaves_worker(result: JobResult, length: u32) -> Server {
    let mut script = Script::new([JobStatus::Accepted, JobStatus::Done(result)]);
    let parts = Arc::get_mut(&mut script).unwrap();
    (parts.modes, parts.length) = (ModeSet::of(&[Mode::Tee]), length);
    Server::script(&script).await
}

#[tokio::test]
async fn the_word_of_an_enclave_that_nobody_named_is_checked_by_its_key_on_chain() {
    let job = enclaves_job();
    let other_output: fn(&mut JobResult) = |r| r.output = clear(&[1, 0, 0, 0]);
    let other_enclave: fn(&mut JobResult) = |r| *r = signed(&enclaves_job(), 8);
    type Case = (&'static str, fn(&mut JobResult), Option<&'static str>);
    let cases: &[Case] = &[
        ("as it was signed", |_| (), None),
        ("another output", other_output, Some("a: the signature does not verify")),
        ("an enclave that is not there", other_enclave, Some("a: its enclave is not on chain")),
    ];
    for (name, spoil, says) in cases {
        let chain = chain_of(&job, 12, 13);
        register(&chain, &job, 7);
        let node = node(&chain).await;
        let directory = tempfile::tempdir().unwrap();
        let mut result = signed(&job, 7);
        spoil(&mut result);
        let worker = enclaves_worker(result, 0).await;
        let workers = vec![named("a", &worker)];
        let gateway = Setup::holding(directory.path(), workers, &node).start().await;
        gateway.take(&job).await;
        match (gateway.end(job.key()).await, says) {
            (JobStatus::Done(_), None) => {}
            (JobStatus::Failed { why } | JobStatus::Refused { why, .. }, Some(says)) => {
                assert_eq!(why.as_str(), *says, "{name}")
            }
            (other, _) => panic!("{name}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_wrong_word_of_an_enclave_is_its_workers_fault_and_another_worker_serves_the_job() {
    let job = enclaves_job();
    let chain = chain_of(&job, 12, 13);
    register(&chain, &job, 7);
    let node = node(&chain).await;
    let directory = tempfile::tempdir().unwrap();
    let mut wrong = signed(&job, 7);
    wrong.output = clear(&[1, 0, 0, 0]);
    let a = enclaves_worker(wrong, 0).await;
    // The fuller one, so that it is asked second.
    let b = enclaves_worker(signed(&job, 7), 5).await;
    let workers = vec![named("a", &a), named("b", &b)];
    let gateway = Setup::holding(directory.path(), workers, &node).start().await;
    gateway.take(&job).await;
    assert_eq!(gateway.end(job.key()).await, JobStatus::Done(signed(&job, 7)));
}

#[tokio::test]
async fn the_word_of_an_enclave_waits_while_the_node_does_not_say_its_key() {
    let job = enclaves_job();
    let chain = chain_of(&job, 12, 13);
    register(&chain, &job, 7);
    chain.lock().unwrap().silent = true;
    let node = node(&chain).await;
    let directory = tempfile::tempdir().unwrap();
    let worker = enclaves_worker(signed(&job, 7), 0).await;
    let workers = vec![named("a", &worker)];
    let gateway = Setup::holding(directory.path(), workers, &node).start().await;
    gateway.take(&job).await;
    until(|| async { chain.lock().unwrap().reads }, |reads| *reads >= 2).await;
    let (_, status) = gateway.get(job.key()).await;
    assert!(matches!(status, Ok(JobStatus::Accepted)), "{status:?}");
    chain.lock().unwrap().silent = false;
    assert_eq!(gateway.end(job.key()).await, JobStatus::Done(signed(&job, 7)));
}

fn json(body: impl Into<Body>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body.into()).into_response()
}

#[tokio::test]
async fn whatever_a_wrong_worker_answers_another_one_serves_the_job() {
    type Answer = fn() -> Response;
    let cases: &[(&str, Answer)] = &[
        ("no JSON", || json("hello")),
        ("nothing", || json("")),
        ("an unknown status", || {
            json(r#"{"version":1,"request":"0x00","attempt":1,"status":"x"}"#)
        }),
        ("the report of another job", || {
            let mut key = job().key();
            key.attempt ^= 1;
            json(opg_worker_api::to_json(&JobReport::new(key, JobStatus::Accepted)).unwrap())
        }),
        ("bytes without end", || {
            let piece = || Ok::<_, std::io::Error>(vec![b' '; 4096]);
            json(Body::from_stream(futures::stream::repeat_with(piece)))
        }),
        ("too many bytes", || json(vec![b' '; MAX_RESULT_BYTES.max(MAX_HEALTH_BYTES) + 1])),
        ("a redirect", || {
            (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, "http://127.0.0.1:1/")])
                .into_response()
        }),
        ("an error without a body", || StatusCode::INTERNAL_SERVER_ERROR.into_response()),
        ("an error of another status", || {
            let body = r#"{"code":"conflict","message":""}"#;
            (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, "application/json")], body)
                .into_response()
        }),
        ("another protocol's version", || json(r#"{"version":2}"#)),
    ];
    for (name, answer) in cases {
        let directory = tempfile::tempdir().unwrap();
        let answer = *answer;
        let wrong = Server::new(Router::new().fallback(any(move || async move { answer() }))).await;
        let script = good();
        let right = Server::script(&script).await;
        let mut setup =
            Setup::new(directory.path(), vec![named("wrong", &wrong), named("right", &right)]);
        setup.settings.failover = Duration::from_millis(100);
        let gateway = setup.start().await;
        gateway.take(&job()).await;
        let end = gateway.end(job().key()).await;
        assert!(matches!(end, JobStatus::Done(_)), "{name}: {end:?}");
        assert_eq!(script.puts(), 1, "{name}");
    }
}

#[tokio::test]
async fn a_worker_that_never_answers_does_not_hold_a_job_up() {
    let directory = tempfile::tempdir().unwrap();
    let stuck = Server::new(Router::new().fallback(any(|| async {
        std::future::pending::<()>().await;
        StatusCode::OK
    })))
    .await;
    // One that takes connections and says nothing, and one that is not there at all.
    let deaf = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let script = good();
    let right = Server::script(&script).await;
    let url = |address| WorkerConfig::from_url(&format!("http://{address}")).unwrap();
    let workers = vec![
        named("stuck", &stuck),
        url(deaf.local_addr().unwrap()),
        url(nobody().await),
        named("right", &right),
    ];
    let gateway = gateway(directory.path(), workers).await;
    gateway.take(&job()).await;
    assert!(matches!(gateway.end(job().key()).await, JobStatus::Done(_)));
    // Who answers health reports is asked first.
    assert_eq!(script.puts(), 1);
}

#[tokio::test]
async fn a_body_that_drips_is_cut_off_by_the_deadline_of_the_call() {
    let directory = tempfile::tempdir().unwrap();
    let dripping = Server::new(Router::new().fallback(any(|| async {
        let drip = futures::stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            Some((Ok::<_, std::io::Error>(vec![b' ']), ()))
        });
        json(Body::from_stream(drip))
    })))
    .await;
    let mut setup = Setup::new(directory.path(), vec![named("a", &dripping)]);
    setup.settings.block_time = Duration::from_millis(200);
    let gateway = setup.start().await;
    gateway.take(&job()).await;
    // Declined in time, though every call would have gone on for ever.
    assert!(matches!(gateway.end(job().key()).await, JobStatus::Refused { .. }));
    assert!(gateway.text("/metrics").await.1.contains(r#"outcome="no_answer""#));
}

#[tokio::test]
async fn a_worker_that_has_another_job_of_that_key_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let conflicting = Server::new(Router::new().fallback(any(|| async {
        let body = r#"{"code":"conflict","message":"another job"}"#;
        (StatusCode::CONFLICT, [(header::CONTENT_TYPE, "application/json")], body)
    })))
    .await;
    let gateway = gateway(directory.path(), vec![named("a", &conflicting)]).await;
    gateway.take(&job()).await;
    match gateway.end(job().key()).await {
        JobStatus::Refused { why, .. } => assert_eq!(why.as_str(), "a: another job"),
        other => panic!("{other:?}"),
    }
}
