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
    error::{broke_off, unknown_model, ApiError},
    reply::{Kind, Reply},
};
use crate::model::{TinyLm, MODEL_CREATED, MODEL_NAME};
use axum::{
    extract::{rejection::PathRejection, Path, Request, State},
    response::{IntoResponse, Response, Sse},
    routing::{get, post},
    Json, Router,
};
use opg_worker_api::server::openai::{check_type, fallbacks, read_body};
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
    let router = Router::new()
        .route("/v1/chat/completions", post(chat))
        .route("/v1/completions", post(completion))
        .route("/v1/models", get(models))
        .route("/v1/models/{model}", get(one_model))
        .route("/health", get(health))
        .with_state(Service::new(model));
    fallbacks(router)
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
    let (head, body) = request.into_parts();
    check_type(&head.headers)?;
    let body = read_body(body, MAX_BODY_BYTES, BODY_DEADLINE).await?;
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

/// Bytes that nobody foresees.
fn random<const LENGTH: usize>() -> Result<[u8; LENGTH], ApiError> {
    let mut bytes = [0; LENGTH];
    OsRng.try_fill_bytes(&mut bytes).map_err(broke_off)?;
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
        Ok(Path(name)) => Err(unknown_model(&name)),
        Err(rejection) => Err(ApiError::invalid(rejection.body_text())),
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
