//! The journal, and the listener's bounds.

mod common;

use common::job;
use opg_worker_api::{
    server::{
        bind, router, serve, Inserted, JobService, Journal, JournalError, Ledger, Limits, Put,
        Record, StoreError,
    },
    ErrorBody, Health, Job, JobKey, JobStatus, Queue, Text, VERSION,
};
use serde::{Deserialize, Serialize};
use std::{
    fs,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Kept {
    job: Job,
    over: bool,
}

impl Record for Kept {
    fn job(&self) -> &Job {
        &self.job
    }
    fn is_over(&self) -> bool {
        self.over
    }
}

fn open(directory: &Path) -> Result<Arc<Ledger<Kept>>, JournalError> {
    Ledger::open(directory, 3)
}

fn kept() -> Kept {
    Kept { job: job(), over: false }
}

fn file(directory: &Path) -> std::path::PathBuf {
    directory.join(format!("{}-1.json", job().request))
}

#[test]
fn a_job_is_there_after_a_restart_as_it_was_left() {
    let directory = tempfile::tempdir().unwrap();
    let ledger = open(directory.path()).unwrap();
    assert_eq!(ledger.insert(kept()).unwrap(), Inserted::New(kept()));
    ledger.update::<StoreError>(job().key(), |record| Ok(Kept { over: true, ..record })).unwrap();
    drop(ledger);
    let ledger = open(directory.path()).unwrap();
    assert_eq!(ledger.get(job().key()), Some(Kept { over: true, ..kept() }));
}

#[test]
fn the_same_job_is_known_and_another_of_its_key_is_a_conflict() {
    let directory = tempfile::tempdir().unwrap();
    let ledger = open(directory.path()).unwrap();
    ledger.insert(kept()).unwrap();
    assert_eq!(ledger.insert(kept()).unwrap(), Inserted::Known(kept()));
    let mut other = kept();
    other.job.price += 1;
    assert!(matches!(ledger.insert(other), Err(StoreError::Conflict(key)) if key == job().key()));
}

#[test]
fn a_change_that_is_refused_leaves_the_record() {
    let directory = tempfile::tempdir().unwrap();
    let ledger = open(directory.path()).unwrap();
    ledger.insert(kept()).unwrap();
    let refused = ledger.update(job().key(), |_| Err(StoreError::Full(0)));
    assert!(matches!(refused, Err(StoreError::Full(0))));
    assert_eq!(ledger.get(job().key()), Some(kept()));
}

#[test]
fn a_full_ledger_takes_no_more() {
    let directory = tempfile::tempdir().unwrap();
    let ledger = open(directory.path()).unwrap();
    let of = |attempt| Kept { job: Job { attempt, ..job() }, over: false };
    (0..3).for_each(|attempt| drop(ledger.insert(of(attempt)).unwrap()));
    assert!(matches!(ledger.insert(of(3)), Err(StoreError::Full(3))));
}

#[test]
fn only_jobs_that_are_over_are_forgotten() {
    let directory = tempfile::tempdir().unwrap();
    let ledger = open(directory.path()).unwrap();
    let of = |attempt, over| Kept { job: Job { attempt, ..job() }, over };
    // The open one first: when the other is old enough, it is too.
    ledger.insert(of(1, false)).unwrap();
    ledger.insert(of(0, true)).unwrap();
    assert_eq!(ledger.prune(Duration::from_secs(3600)).unwrap(), 0);
    // Ages are in whole seconds.
    let start = Instant::now();
    let forgotten = loop {
        match ledger.prune(Duration::ZERO).unwrap() {
            0 => assert!(start.elapsed() < Duration::from_secs(30), "nothing is forgotten"),
            some => break some,
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(forgotten, 1);
    drop(ledger);
    let ledger = open(directory.path()).unwrap();
    let attempts = ledger.fold(vec![], |mut keys, key, _| {
        keys.push(key.attempt);
        keys
    });
    assert_eq!(attempts, [1]);
}

#[test]
fn two_processes_cannot_have_one_journal() {
    let directory = tempfile::tempdir().unwrap();
    let _first = open(directory.path()).unwrap();
    let error = open(directory.path()).unwrap_err();
    assert!(matches!(error, JournalError::InUse { .. }), "{error}");
}

#[test]
fn every_byte_of_a_record_that_is_altered_or_cut_is_noticed() {
    let directory = tempfile::tempdir().unwrap();
    open(directory.path()).unwrap().insert(kept()).unwrap();
    let path = file(directory.path());
    let whole = fs::read(&path).unwrap();
    for at in (0..whole.len()).step_by(7) {
        let mut altered = whole.clone();
        altered[at] ^= 1;
        for bytes in [&altered[..], &whole[..at]] {
            fs::write(&path, bytes).unwrap();
            let error = open(directory.path()).unwrap_err();
            assert!(matches!(error, JournalError::Damaged { .. }), "byte {at}: {error}");
        }
    }
    fs::write(&path, &whole).unwrap();
    assert_eq!(open(directory.path()).unwrap().get(job().key()), Some(kept()));
}

#[test]
fn a_damaged_record_is_named_with_what_to_do_and_can_be_given_up() {
    let directory = tempfile::tempdir().unwrap();
    open(directory.path()).unwrap().insert(kept()).unwrap();
    let path = file(directory.path());
    fs::write(&path, "garbage\n").unwrap();
    let error = open(directory.path()).unwrap_err().to_string();
    assert!(error.contains(path.to_str().unwrap()) && error.contains(".void"), "{error}");

    fs::rename(&path, path.with_extension("void")).unwrap();
    let ledger = open(directory.path()).unwrap();
    assert!(matches!(ledger.insert(kept()), Err(StoreError::Void(_))));
}

#[test]
fn a_write_that_a_crash_cut_off_is_as_if_it_had_not_begun() {
    let directory = tempfile::tempdir().unwrap();
    open(directory.path()).unwrap().insert(kept()).unwrap();
    let new = file(directory.path()).with_extension("new");
    fs::write(&new, "half a rec").unwrap();
    assert_eq!(open(directory.path()).unwrap().get(job().key()), Some(kept()));
    assert!(!new.exists());
}

#[test]
fn a_file_that_is_none_of_the_journals_stops_it() {
    let directory = tempfile::tempdir().unwrap();
    drop(open(directory.path()).unwrap());
    for name in ["notes.txt", "README", "0x00-1.json"] {
        let path = directory.path().join(name);
        fs::write(&path, "").unwrap();
        let error = open(directory.path()).unwrap_err();
        assert!(matches!(error, JournalError::Stranger { .. }), "{name}: {error}");
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn a_journal_that_cannot_be_written_says_so_and_keeps_the_old_record() {
    let directory = tempfile::tempdir().unwrap();
    let ledger = open(directory.path()).unwrap();
    ledger.insert(kept()).unwrap();
    // A directory in the place of the new file fails for every user, the superuser too.
    fs::create_dir(file(directory.path()).with_extension("new")).unwrap();
    let error =
        ledger.update::<StoreError>(job().key(), |record| Ok(Kept { over: true, ..record }));
    assert!(matches!(error, Err(StoreError::Journal(JournalError::Io { .. }))));
    assert_eq!(ledger.get(job().key()), Some(kept()));
}

#[test]
fn a_journal_opens_what_another_wrote() {
    let directory = tempfile::tempdir().unwrap();
    let opened = Journal::open::<Kept>(directory.path()).unwrap();
    opened.journal.write(job().key(), &kept()).unwrap();
    drop(opened);
    let opened = Journal::open::<Kept>(directory.path()).unwrap();
    assert_eq!(opened.records.len(), 1);
    opened.journal.remove(job().key()).unwrap();
    drop(opened);
    assert!(Journal::open::<Kept>(directory.path()).unwrap().records.is_empty());
}

/// Says of every job that it is queued.
struct Dull;

impl JobService for Dull {
    async fn put(self: Arc<Self>, _: Job) -> Result<Put, ErrorBody> {
        Ok(Put::New(JobStatus::Queued))
    }
    async fn get(self: Arc<Self>, _: JobKey) -> Option<JobStatus> {
        Some(JobStatus::Queued)
    }
    fn health(&self) -> Health {
        Health {
            version: VERSION,
            service: Text::new("dull"),
            ready: false,
            note: Text::default(),
            genesis: None,
            worker: None,
            models: vec![],
            queue: Queue { length: 0, capacity: 0 },
        }
    }
    fn metrics(&self) -> String {
        "figures".into()
    }
}

async fn dull(
    limits: Limits,
) -> (std::net::SocketAddr, oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
    let listener = bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let end = async {
        let _ = stopped.await;
    };
    let task = tokio::spawn(serve(listener, router(Arc::new(Dull)), limits, end));
    (address, stop, task)
}

/// What the server says, until it closes.
async fn rest(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    let read = stream.read_to_string(&mut text);
    tokio::time::timeout(Duration::from_secs(20), read).await.expect("never closed").unwrap_or(0);
    text
}

#[tokio::test]
async fn a_head_that_drips_is_cut_off() {
    let limits = Limits { head: Duration::from_millis(200), ..Limits::default() };
    let (address, _stop, _) = dull(limits).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /v1/health HTTP/1.1\r\nx: ").await.unwrap();
    let answer = rest(&mut stream).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
}

#[tokio::test]
async fn a_head_over_its_bound_is_refused() {
    let (address, _stop, _) = dull(Limits::default()).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!("GET /v1/health HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(32 * 1024));
    let _ = stream.write_all(head.as_bytes()).await;
    let answer = rest(&mut stream).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_a_timeout() {
    let (address, _stop, _) = dull(Limits::default()).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "PUT {} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: 100\r\n\r\n{{",
        job().key().path()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let answer = rest(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains(r#""code":"timeout""#), "{answer}");
}

#[tokio::test]
async fn connections_over_the_bound_wait_for_their_turn() {
    let limits =
        Limits { connections: 1, connection: Duration::from_millis(500), ..Limits::default() };
    let (address, _stop, _) = dull(limits).await;
    let _idle = TcpStream::connect(address).await.unwrap();
    let start = std::time::Instant::now();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client.get(format!("http://{address}/metrics")).send().await.unwrap();
    assert_eq!(answer.text().await.unwrap(), "figures");
    assert!(start.elapsed() >= Duration::from_millis(300), "it did not wait");
}

#[tokio::test]
async fn a_service_that_is_not_ready_answers_503_and_says_so() {
    let (address, _stop, _) = dull(Limits::default()).await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client.get(format!("http://{address}/v1/health")).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 503);
    let health: Health = opg_worker_api::from_json(&answer.bytes().await.unwrap()).unwrap();
    assert!(!health.ready);
}

#[tokio::test]
async fn the_server_ends_when_it_is_told_to() {
    let (address, stop, task) = dull(Limits::default()).await;
    let _idle = TcpStream::connect(address).await.unwrap();
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(10), task).await.expect("it goes on").unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn an_address_in_use_is_a_failure_that_names_it() {
    let (address, _stop, _) = dull(Limits::default()).await;
    let failure = bind(address).await.unwrap_err();
    assert_eq!(failure.exit, opg_worker_api::server::Exit::Address);
    assert!(failure.to_string().contains(&address.to_string()));
}
