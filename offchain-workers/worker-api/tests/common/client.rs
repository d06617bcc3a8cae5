//! What tests ask gateways and workers, over HTTP; and a gate that holds a worker up.
#![allow(dead_code)] // each crate uses its own part

use opg_worker_api::{from_json, ErrorBody, Job, JobKey, JobReport, JobResult, JobStatus};
use reqwest::{Client, Response};
use std::{
    fmt::Debug,
    future::Future,
    path::Path,
    sync::{Condvar, Mutex},
    time::{Duration, Instant},
};

/// What an answer says: its HTTP status, and the job's status or an error.
pub type Said = (u16, Result<JobStatus, ErrorBody>);

pub fn client() -> Client {
    Client::builder().no_proxy().pool_max_idle_per_host(0).build().unwrap()
}

pub async fn put(client: &Client, url: &str, job: &Job) -> Said {
    let request = client.put(format!("{url}{}", job.key().path())).json(job);
    said(request.send().await.unwrap(), job.key()).await
}

pub async fn get(client: &Client, url: &str, key: JobKey) -> Said {
    said(client.get(format!("{url}{}", key.path())).send().await.unwrap(), key).await
}

pub async fn text(client: &Client, url: &str, path: &str) -> (u16, String) {
    let response = client.get(format!("{url}{path}")).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

async fn said(response: Response, key: JobKey) -> Said {
    let status = response.status().as_u16();
    let bytes = response.bytes().await.unwrap();
    if status < 300 {
        let report: JobReport = from_json(&bytes).unwrap();
        assert_eq!(report.key(), key);
        (status, Ok(report.status))
    } else {
        (status, Err(from_json(&bytes).unwrap()))
    }
}

/// Asks until what is answered is as wanted; a minute at most.
pub async fn until<T: Debug, F: Future<Output = T>>(
    ask: impl Fn() -> F,
    wanted: impl Fn(&T) -> bool,
) -> T {
    let start = Instant::now();
    loop {
        let answer = ask().await;
        if wanted(&answer) {
            return answer;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "still {answer:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Asks for a job until its status is as wanted.
pub async fn until_status(
    client: &Client,
    url: &str,
    key: JobKey,
    wanted: impl Fn(&JobStatus) -> bool,
) -> JobStatus {
    let ask = || get(client, url, key);
    until(ask, |(_, status)| status.as_ref().is_ok_and(&wanted)).await.1.unwrap()
}

pub fn done(status: JobStatus) -> JobResult {
    match status {
        JobStatus::Done(result) => result,
        other => panic!("not done: {other:?}"),
    }
}

/// A gate that work waits before, so that a test decides when it goes on.
#[derive(Default)]
pub struct Gate(Mutex<bool>, Condvar);

impl Gate {
    pub fn open(&self) {
        *self.0.lock().unwrap() = true;
        self.1.notify_all();
    }

    pub fn wait(&self) {
        let mut open = self.0.lock().unwrap();
        while !*open {
            open = self.1.wait(open).unwrap();
        }
    }
}

/// Copies a journal as it is at this moment: what a crash would leave.
pub fn snapshot(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}
