//! The model over HTTP, in OpenAI's shape.
//!
//! | path | what it does |
//! | --- | --- |
//! | `POST /v1/chat/completions` | answers a conversation, as a stream if asked |
//! | `POST /v1/completions` | continues a text, as a stream if asked |
//! | `GET /v1/models`, `GET /v1/models/{model}` | the one model |
//! | `GET /health` | that it serves, the digest of its model, answers that are open, bytes made |
//!
//! What bears on the answer is obeyed or refused with status 400, never passed over.

mod answer;
mod error;
mod reply;
mod request;

use self::{
    answer::{Answer, Service},
    error::ApiError,
    reply::{Kind, Reply},
};
use crate::model::{TinyLm, MODEL_CREATED, MODEL_NAME};
use axum::{
    body::Bytes,
    extract::{rejection::PathRejection, DefaultBodyLimit, FromRequest, Path, Request, State},
    http::{header, Method, StatusCode, Uri},
    response::{IntoResponse, Response, Sse},
    routing::{get, post},
    Json, Router,
};
use rand::{rngs::OsRng, RngCore};
use serde_json::{json, Value};
use std::{sync::Arc, time::Duration};

/// The most bytes of a request.
pub const MAX_BODY_BYTES: usize = 256 * 1024;
/// The most messages of a conversation.
pub const MAX_MESSAGES: usize = 128;

/// How long a body may take.
const BODY_DEADLINE: Duration = Duration::from_secs(5);

/// `model` behind OpenAI's paths.
pub fn router(model: TinyLm) -> Router {
    Router::new()
        .route("/v1/chat/completions", post(chat).fallback(wrong_method))
        .route("/v1/completions", post(completion).fallback(wrong_method))
        .route("/v1/models", get(models).fallback(wrong_method))
        .route("/v1/models/{model}", get(one_model).fallback(wrong_method))
        .route("/health", get(health).fallback(wrong_method))
        .fallback(unknown_path)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(Service::new(model))
}

async fn chat(State(service): State<Arc<Service>>, request: Request) -> Response {
    respond(service, Kind::Chat, request).await.unwrap_or_else(IntoResponse::into_response)
}

async fn completion(State(service): State<Arc<Service>>, request: Request) -> Response {
    respond(service, Kind::Completion, request).await.unwrap_or_else(IntoResponse::into_response)
}

async fn respond(
    service: Arc<Service>,
    kind: Kind,
    request: Request,
) -> Result<Response, ApiError> {
    let body = read(request).await?;
    let seed = u64::from_le_bytes(random()?);
    let wanted = request::parse(kind, &body, seed)?;
    let reply = Reply::new(kind, &hex::encode(random::<12>()?), &service.model.digest());
    let generation = service.model.generate(&wanted.prompt, wanted.sampler)?;
    let answer = Answer::new(service, generation);
    if wanted.stream {
        let frames = answer::frames(answer, reply, wanted.include_usage);
        return Ok(Sse::new(frames).into_response());
    }
    let (text, finish, usage) = answer.whole().await?;
    Ok(Json(reply.whole(&text, finish, usage)).into_response())
}

/// Reads a body that says that it is JSON, of at most [`MAX_BODY_BYTES`], within [`BODY_DEADLINE`].
async fn read(request: Request) -> Result<Bytes, ApiError> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = kind.and_then(|value| value.split(';').next()).map(str::trim);
    // A web page cannot send this type to another origin without asking first, and no leave is given.
    if !kind.is_some_and(|kind| kind.eq_ignore_ascii_case("application/json")) {
        let message = "the content type is application/json";
        return Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
    }
    match tokio::time::timeout(BODY_DEADLINE, Bytes::from_request(request, &())).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(rejection)) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            let message = format!("a request has at most {MAX_BODY_BYTES} bytes");
            Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, message))
        }
        Ok(Err(rejection)) => {
            let message = format!("the body broke off: {rejection}");
            Err(ApiError::new(StatusCode::BAD_REQUEST, message))
        }
        Err(_) => {
            let message = format!("the body did not come within {} s", BODY_DEADLINE.as_secs());
            Err(ApiError::new(StatusCode::REQUEST_TIMEOUT, message))
        }
    }
}

/// Bytes that nobody foresees.
fn random<const LENGTH: usize>() -> Result<[u8; LENGTH], ApiError> {
    let mut bytes = [0; LENGTH];
    OsRng.try_fill_bytes(&mut bytes).map_err(ApiError::internal)?;
    Ok(bytes)
}

fn model() -> Value {
    json!({ "id": MODEL_NAME, "object": "model", "created": MODEL_CREATED, "owned_by": "opg" })
}

async fn models() -> Json<Value> {
    Json(json!({ "object": "list", "data": [model()] }))
}

async fn one_model(name: Result<Path<String>, PathRejection>) -> Result<Json<Value>, ApiError> {
    match name {
        Ok(Path(name)) if name == MODEL_NAME => Ok(Json(model())),
        Ok(Path(name)) => Err(ApiError::unknown_model(&name)),
        Err(rejection) => Err(ApiError::new(StatusCode::BAD_REQUEST, rejection.body_text())),
    }
}

async fn health(State(service): State<Arc<Service>>) -> Json<Value> {
    Json(json!({
        "status": "ok",
        "model": MODEL_NAME,
        "sha256": hex::encode(service.model.digest()),
        "open_answers": service.open_answers(),
        "generated_bytes": service.generated_bytes(),
    }))
}

async fn wrong_method(method: Method, uri: Uri) -> ApiError {
    let message = format!("{} has no {method}", uri.path());
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, message)
}

async fn unknown_path(uri: Uri) -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, format!("no such path: {}", uri.path()))
}
