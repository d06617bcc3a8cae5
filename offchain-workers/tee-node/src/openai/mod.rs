//! The service in OpenAI's shape, in front of any upstream of that shape.
//!
//! | path | what it does |
//! | --- | --- |
//! | `POST /v1/chat/completions`, `POST /v1/completions` | the upstream's answer, whole or in parts, and a signed answer in it |
//! | `GET /v1/models` | the upstream's, unsigned |
//! | `GET /v1/answers/{id}` | a signed answer again, also of one that was broken off |
//! | `GET /v1/signature/{id}` | the same in the form that other nodes share |
//!
//! | module | what it does |
//! | --- | --- |
//! | [`request`], [`observe`] | what a request asks and an answer says, read from copies |
//! | [`upstream`], [`forward`] | bytes there and back; the signed answer |
//! | [`answering`], [`retries`] | one answer and all who wait for it; the same request again |
//! | [`service`], [`store`] | what holds these together; signed answers that are kept |
//! | [`signature`], [`embedded`] | the form that other nodes share; the upstream of a machine without one |

pub mod answering;
pub mod embedded;
pub mod forward;
pub mod observe;
pub mod request;
pub mod retries;
pub mod service;
pub mod signature;
pub mod store;
pub mod upstream;

pub use opg_worker_api::server::openai::{fallbacks, ApiError};
pub use service::{Bounds, Service};
pub use upstream::Upstream;

use answering::{Answering, End};
use axum::{
    body::{Body, Bytes},
    extract::{Path, Request, State},
    http::{
        header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE},
        Method, StatusCode,
    },
    response::{IntoResponse, Response},
    routing::{get, post},
    Router,
};
use futures::stream;
use opg_primitives::signed_answer::Face;
use opg_worker_api::server::{
    openai::{check_type, read_body, BODY_DEADLINE},
    Written,
};
use std::{sync::Arc, time::Duration};

/// The header that holds a signed answer: its SCALE encoding in hexadecimal.
pub const SIGNED_ANSWER_HEADER: &str = "x-opg-signed-answer";
/// The header that holds an answer's name.
pub const ANSWER_ID_HEADER: &str = "x-opg-answer-id";
/// How long the list of models may take, and how long it may be.
const MODELS: (Duration, usize) = (Duration::from_secs(10), 1 << 20);
/// How often a stream is joined that is let go at that moment.
const TRIES: u32 = 3;

/// The paths of `service`.
pub fn router(service: Arc<Service>) -> Router {
    Router::new()
        .route("/v1/chat/completions", post(chat))
        .route("/v1/completions", post(completions))
        .route("/v1/models", get(models))
        .route("/v1/answers/{id}", get(answer))
        .route("/v1/signature/{id}", get(signed))
        .with_state(service)
}

async fn chat(State(service): State<Arc<Service>>, request: Request) -> Response {
    complete(service, Face::ChatCompletions, request).await.unwrap_or_else(ApiError::into_response)
}

async fn completions(State(service): State<Arc<Service>>, request: Request) -> Response {
    complete(service, Face::Completions, request).await.unwrap_or_else(ApiError::into_response)
}

async fn complete(
    service: Arc<Service>,
    face: Face,
    request: Request,
) -> Result<Response, ApiError> {
    let (head, body) = request.into_parts();
    check_type(&head.headers)?;
    let body = read_body(body, service.bounds.request_bytes, BODY_DEADLINE).await?;
    let asked = request::parse(&body)?;
    let authorization = head.headers.get(AUTHORIZATION).map(|value| value.as_bytes());
    for _ in 0..TRIES {
        let answering = service.answer(face, authorization, &asked, &body)?;
        if !asked.stream {
            return Ok(whole(&answering).await);
        }
        let written = head.extensions.get::<Written>().cloned();
        if let Some(response) = parts(&answering, written).await {
            return Ok(response);
        }
    }
    Err(ApiError::unavailable("the same request was broken off again and again"))
}

async fn whole(answering: &Answering) -> Response {
    match answering.whole().await {
        End::Whole { body, header } => {
            let headers = [
                (CONTENT_TYPE.as_str(), "application/json"),
                (ANSWER_ID_HEADER, answering.id.as_str()),
                (SIGNED_ANSWER_HEADER, header.as_str()),
            ];
            (headers, body).into_response()
        }
        end => end
            .refusal()
            .unwrap_or_else(|| ApiError::internal("a stream was not asked for").into_response()),
    }
}

/// The answer in parts; none if it was let go before this came.
async fn parts(answering: &Arc<Answering>, written: Option<Written>) -> Option<Response> {
    if let Some(refusal) = answering.begun().await.and_then(|end| end.refusal()) {
        return Some(refusal);
    }
    let reader = answering.read()?.over(written);
    let body = stream::unfold(reader, |mut reader| async move {
        let next = reader.next().await?;
        Some((next, reader))
    });
    let headers = [
        (CONTENT_TYPE.as_str(), "text/event-stream"),
        (CACHE_CONTROL.as_str(), "no-cache"),
        (ANSWER_ID_HEADER, answering.id.as_str()),
    ];
    Some((headers, Body::from_stream(body)).into_response())
}

async fn models(State(service): State<Arc<Service>>) -> Result<Response, ApiError> {
    let (deadline, most) = MODELS;
    let asked = async {
        let sent = service.upstream.send(Method::GET, "/models", Bytes::new(), "application/json");
        let response = sent.await?;
        match response.status() {
            StatusCode::OK => upstream::read(response.into_body(), most).await,
            status => Err(ApiError::upstream(format!("the upstream answers with status {status}"))),
        }
    };
    let late = |_| Err(ApiError::upstream("the upstream does not say its models in time"));
    let body = tokio::time::timeout(deadline, asked).await.unwrap_or_else(late)?;
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}

async fn answer(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let kept = service.kept(&id).ok_or_else(|| ApiError::unknown("no answer of that name"))?;
    let json = serde_json::to_string(&kept.signed).map_err(ApiError::internal)?;
    Ok(([(CONTENT_TYPE, "application/json")], json).into_response())
}

async fn signed(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let kept = service.kept(&id).ok_or_else(|| ApiError::unknown("no answer of that name"))?;
    let form = signature::form(&service, &kept)?;
    let json = serde_json::to_string(&form).map_err(ApiError::internal)?;
    Ok(([(CONTENT_TYPE, "application/json")], json).into_response())
}
