//! Calls to workers and to the node: one deadline over the whole of each, a cap on what comes back,
//! no redirect, no proxy.

use opg_worker_api::{
    from_json, to_json, ErrorBody, Health, Job, JobKey, JobReport, JobStatus, Message,
    CONTENT_TYPE, HEALTH_PATH,
};
use reqwest::{header::CONTENT_TYPE as CONTENT_TYPE_HEADER, redirect, Client, Response, Url};
use std::time::Duration;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(2);
/// Idle connections are closed before the other side does it.
const IDLE: Duration = Duration::from_secs(5);

/// Why a call gave nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// There was no whole answer in time. Whether the call arrived is not known.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// The answer is none of the protocol.
    #[error("not an answer: {0}")]
    Garbage(String),
    /// The other side says that the call is wrong, or that it cannot take it now.
    #[error("refused with {status}: {}", body.message)]
    Refused {
        /// The HTTP status.
        status: u16,
        /// What it says.
        body: ErrorBody,
    },
}

/// An HTTP client with the bounds of this crate.
///
/// # Errors
/// If the system gives it no means.
pub fn http(deadline: Duration) -> Result<Client, reqwest::Error> {
    Client::builder()
        .redirect(redirect::Policy::none())
        .no_proxy()
        .http1_only()
        .connect_timeout(CONNECT.min(deadline))
        .timeout(deadline)
        .pool_idle_timeout(IDLE)
        .user_agent(concat!("opg-gateway/", env!("CARGO_PKG_VERSION")))
        .build()
}

/// The cause of an error, without the address, which the log names already.
fn cause(error: &reqwest::Error) -> String {
    let mut deepest: &dyn std::error::Error = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    if error.is_timeout() {
        "timed out".into()
    } else {
        deepest.to_string()
    }
}

/// Reads a body of at most `most` bytes.
///
/// # Errors
/// [`CallError::Garbage`] if it is longer, [`CallError::NoAnswer`] if it breaks off.
pub async fn body(mut response: Response, most: usize) -> Result<Vec<u8>, CallError> {
    let mut bytes = Vec::new();
    loop {
        match response.chunk().await {
            Ok(None) => return Ok(bytes),
            Ok(Some(chunk)) if bytes.len().saturating_add(chunk.len()) > most => {
                return Err(CallError::Garbage(format!("more than {most} bytes")));
            }
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Err(error) => return Err(CallError::NoAnswer(cause(&error))),
        }
    }
}

/// Sends a request.
///
/// # Errors
/// [`CallError::NoAnswer`].
pub async fn send(request: reqwest::RequestBuilder) -> Result<Response, CallError> {
    request.send().await.map_err(|error| CallError::NoAnswer(cause(&error)))
}

/// Reads a message from an answer that has one of the statuses `good`.
async fn message<M: Message>(response: Response, good: &[u16]) -> Result<M, CallError> {
    let status = response.status().as_u16();
    let garbage = |error| CallError::Garbage(format!("{status} and {error}"));
    if good.contains(&status) {
        return from_json(&body(response, M::MAX_BYTES).await?).map_err(garbage);
    }
    let bytes = body(response, ErrorBody::MAX_BYTES).await?;
    let body: ErrorBody = from_json(&bytes).map_err(garbage)?;
    if body.code.status() != status {
        return Err(CallError::Garbage(format!("{status} and the error of another status")));
    }
    Err(CallError::Refused { status, body })
}

/// The face of a worker, from outside.
#[derive(Clone, Debug)]
pub struct WorkerClient {
    http: Client,
    url: Url,
}

impl WorkerClient {
    /// The client of the worker at `url`.
    pub fn new(http: Client, url: Url) -> Self {
        Self { http, url }
    }

    fn at(&self, path: &str) -> Url {
        let mut url = self.url.clone();
        url.set_path(path);
        url
    }

    fn of(key: JobKey, report: JobReport) -> Result<JobStatus, CallError> {
        if report.key() != key {
            return Err(CallError::Garbage(format!("a report of {}", report.key())));
        }
        Ok(report.status)
    }

    /// Puts `job`.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn put(&self, job: &Job) -> Result<JobStatus, CallError> {
        let key = job.key();
        let json = to_json(job).map_err(|error| CallError::Garbage(error.to_string()))?;
        let request = self
            .http
            .put(self.at(&key.path()))
            .header(CONTENT_TYPE_HEADER, CONTENT_TYPE)
            .body(json);
        Self::of(key, message(send(request).await?, &[200, 202]).await?)
    }

    /// Asks for the job of `key`; none if the worker does not know it.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn get(&self, key: JobKey) -> Result<Option<JobStatus>, CallError> {
        let response = send(self.http.get(self.at(&key.path()))).await?;
        match message(response, &[200]).await {
            Ok(report) => Self::of(key, report).map(Some),
            Err(CallError::Refused { status: 404, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Asks how the worker is.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn health(&self) -> Result<Health, CallError> {
        message(send(self.http.get(self.at(HEALTH_PATH))).await?, &[200, 503]).await
    }
}
