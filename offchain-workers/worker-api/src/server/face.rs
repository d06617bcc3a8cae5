//! The protocol over HTTP.

use crate::{
    from_json, to_json, DecodeError, ErrorBody, ErrorCode, Health, Job, JobKey, JobReport,
    JobStatus, Message, CONTENT_TYPE, HEALTH_PATH, JOB_PATH, MAX_JOB_BYTES,
};
use axum::{
    body::Body,
    extract::{rejection::PathRejection, Path, State},
    http::{header, HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
    routing::get,
    Router,
};
use futures::StreamExt;
use std::{future::Future, sync::Arc, time::Duration};

/// How long a body may take.
const BODY_DEADLINE: Duration = Duration::from_secs(5);

/// The most bytes of a body that are read at all.
const MAX_DROPPED_BYTES: usize = 16 * MAX_JOB_BYTES;

/// How a job that was put stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Put {
    /// It was new.
    New(JobStatus),
    /// It was known.
    Known(JobStatus),
}

/// What is behind the face.
pub trait JobService: Send + Sync + 'static {
    /// Takes `job`, or says how it stands if it is known. Answers within a second.
    fn put(self: Arc<Self>, job: Job) -> impl Future<Output = Result<Put, ErrorBody>> + Send;
    /// How the job of `key` stands; none if there is no such job.
    fn get(self: Arc<Self>, key: JobKey) -> impl Future<Output = Option<JobStatus>> + Send;
    /// Whether it can take jobs.
    fn health(&self) -> Health;
    /// Figures in the text format of Prometheus.
    fn metrics(&self) -> String;
}

/// The face of `service`: the paths of the protocol and `/metrics`.
pub fn router<S: JobService>(service: Arc<S>) -> Router {
    Router::new()
        .route(JOB_PATH, get(get_job::<S>).put(put_job::<S>).fallback(wrong_method))
        .route(HEALTH_PATH, get(health::<S>).fallback(wrong_method))
        .route("/metrics", get(metrics::<S>).fallback(wrong_method))
        .fallback(unknown_path)
        .with_state(service)
}

type Parts = Result<Path<(String, String)>, PathRejection>;

fn key(parts: Parts) -> Result<JobKey, ErrorBody> {
    let Path((request, attempt)) =
        parts.map_err(|error| ErrorBody::new(ErrorCode::BadKey, error.body_text()))?;
    JobKey::parse(&request, &attempt).map_err(|error| ErrorBody::new(ErrorCode::BadKey, error))
}

async fn put_job<S: JobService>(
    State(service): State<Arc<S>>,
    parts: Parts,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let put = async {
        let key = key(parts)?;
        check_headers(&headers)?;
        let bytes = read(body).await?;
        let job: Job = from_json(&bytes).map_err(undecodable)?;
        if job.key() != key {
            return Err(ErrorBody::new(
                ErrorCode::KeyMismatch,
                format!("the path names {key}, the body is of {}", job.key()),
            ));
        }
        Ok((key, service.put(job).await?))
    };
    match put.await {
        Ok((key, Put::New(status))) => message(StatusCode::ACCEPTED, &JobReport::new(key, status)),
        Ok((key, Put::Known(status))) => message(StatusCode::OK, &JobReport::new(key, status)),
        Err(body) => error(&body),
    }
}

async fn get_job<S: JobService>(State(service): State<Arc<S>>, parts: Parts) -> Response {
    let key = match key(parts) {
        Ok(key) => key,
        Err(body) => return error(&body),
    };
    match service.get(key).await {
        Some(status) => message(StatusCode::OK, &JobReport::new(key, status)),
        None => error(&ErrorBody::new(ErrorCode::UnknownJob, format!("no job {key}"))),
    }
}

async fn health<S: JobService>(State(service): State<Arc<S>>) -> Response {
    let health = service.health();
    let status = if health.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    message(status, &health)
}

async fn metrics<S: JobService>(State(service): State<Arc<S>>) -> Response {
    const TEXT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, TEXT)], service.metrics()).into_response()
}

async fn wrong_method(method: Method, uri: Uri) -> Response {
    let text = format!("{} has no {method}", uri.path());
    error(&ErrorBody::new(ErrorCode::MethodNotAllowed, text))
}

async fn unknown_path(uri: Uri) -> Response {
    error(&ErrorBody::new(ErrorCode::UnknownPath, format!("no such path: {}", uri.path())))
}

/// Whether `headers` say that a body is JSON. A web page cannot send this type to another origin without
/// asking first, and no leave is given: so nothing else is taken.
pub fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = kind.and_then(|value| value.split(';').next()).map(str::trim);
    kind.is_some_and(|kind| kind.eq_ignore_ascii_case(CONTENT_TYPE))
}

fn check_headers(headers: &HeaderMap) -> Result<(), ErrorBody> {
    if !is_json(headers) {
        let text = format!("the content type is {CONTENT_TYPE}");
        return Err(ErrorBody::new(ErrorCode::UnsupportedMediaType, text));
    }
    Ok(())
}

/// Reads a body of at most [`MAX_JOB_BYTES`] within [`BODY_DEADLINE`], whatever its head promised.
/// Of a longer one some more is read and dropped, so that its sender gets to see the answer.
async fn read(body: Body) -> Result<Vec<u8>, ErrorBody> {
    let all = async {
        let mut stream = body.into_data_stream();
        let (mut bytes, mut length) = (Vec::new(), 0usize);
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|error| {
                ErrorBody::new(ErrorCode::BadMessage, format!("the body broke off: {error}"))
            })?;
            length = length.saturating_add(chunk.len());
            if length > MAX_DROPPED_BYTES {
                break;
            }
            if length <= MAX_JOB_BYTES {
                bytes.extend_from_slice(&chunk);
            }
        }
        if length > MAX_JOB_BYTES {
            let text = format!("a job has at most {MAX_JOB_BYTES} bytes");
            return Err(ErrorBody::new(ErrorCode::TooLarge, text));
        }
        Ok(bytes)
    };
    tokio::time::timeout(BODY_DEADLINE, all).await.unwrap_or_else(|_| {
        let text = format!("the body did not come within {} s", BODY_DEADLINE.as_secs());
        Err(ErrorBody::new(ErrorCode::Timeout, text))
    })
}

fn undecodable(error: DecodeError) -> ErrorBody {
    let code = match error {
        DecodeError::TooLarge { .. } => ErrorCode::TooLarge,
        DecodeError::Version { .. } => ErrorCode::UnsupportedVersion,
        DecodeError::Malformed { .. } => ErrorCode::BadMessage,
    };
    ErrorBody::new(code, error)
}

fn error(body: &ErrorBody) -> Response {
    let status = StatusCode::from_u16(body.code.status());
    message(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), body)
}

fn message<M: Message>(status: StatusCode, message: &M) -> Response {
    match to_json(message) {
        Ok(json) => (status, [(header::CONTENT_TYPE, CONTENT_TYPE)], json).into_response(),
        Err(error) => {
            tracing::error!(%error, "a {} cannot be written", M::NAME);
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
