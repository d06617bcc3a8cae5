//! What services in OpenAI's shape share: their errors, and how the body of a request is read.

use super::is_json;
use crate::CONTENT_TYPE;
use axum::{
    body::{Body, Bytes},
    http::{header, HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
    Router,
};
use futures::StreamExt;
use opg_primitives::openai::Members;
use serde_json::json;
use std::{fmt, time::Duration};

/// How long the body of a request may take, where the bound on its length is high.
pub const BODY_DEADLINE: Duration = Duration::from_secs(30);
/// The most bytes of a name: of a model, or of an answer.
pub const MAX_NAME_BYTES: usize = 256;

/// An answer that is none. Nothing of it is signed, or stands on chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// The HTTP status.
    pub status: StatusCode,
    /// For programs.
    pub code: &'static str,
    /// The parameter that it is about; none if it is about no single one.
    pub parameter: Option<String>,
    /// For people; it holds nothing of the request.
    pub message: String,
}

impl ApiError {
    /// An error.
    pub fn new(status: StatusCode, code: &'static str, message: impl fmt::Display) -> Self {
        Self { status, code, parameter: None, message: message.to_string() }
    }

    /// 400: the parameter `name` is not taken.
    pub fn parameter(
        name: impl Into<String>,
        code: &'static str,
        message: impl fmt::Display,
    ) -> Self {
        let error = Self::new(StatusCode::BAD_REQUEST, code, message);
        Self { parameter: Some(name.into()), ..error }
    }

    /// 400: what came is not what the path takes.
    pub fn invalid(message: impl fmt::Display) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", message)
    }

    /// 404: there is no such thing.
    pub fn unknown(message: impl fmt::Display) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", message)
    }

    /// 502: the upstream gave no answer that could be passed on.
    pub fn upstream(message: impl fmt::Display) -> Self {
        Self::new(StatusCode::BAD_GATEWAY, "upstream_error", message)
    }

    /// 503: not now.
    pub fn unavailable(message: impl fmt::Display) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message)
    }

    /// 500: something that should not happen.
    pub fn internal(message: impl fmt::Display) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", message)
    }

    /// The body.
    pub fn body(&self) -> String {
        let kind = match self.status.is_client_error() {
            true => "invalid_request_error",
            false => "server_error",
        };
        let error = json!({
            "message": self.message, "type": kind, "param": self.parameter, "code": self.code,
        });
        json!({ "error": error }).to_string()
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let json = [(header::CONTENT_TYPE, CONTENT_TYPE)];
        (self.status, json, self.body()).into_response()
    }
}

/// Refuses what does not say that it is JSON.
///
/// # Errors
/// 415.
pub fn check_type(headers: &HeaderMap) -> Result<(), ApiError> {
    match is_json(headers) {
        true => Ok(()),
        false => Err(ApiError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            format!("the content type is {CONTENT_TYPE}"),
        )),
    }
}

/// Reads the body of a request of at most `most` bytes, which may take `within`.
///
/// # Errors
/// 400, 408, 413.
pub async fn read_body(body: Body, most: usize, within: Duration) -> Result<Bytes, ApiError> {
    let all = async {
        let (mut stream, mut bytes) = (body.into_data_stream(), Vec::new());
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|_| ApiError::invalid("the body broke off"))?;
            if bytes.len().saturating_add(chunk.len()) > most {
                let text = format!("a request has at most {most} bytes");
                return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", text));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Bytes::from(bytes))
    };
    tokio::time::timeout(within, all).await.unwrap_or_else(|_| {
        let text = format!("the body did not come within {} s", within.as_secs());
        Err(ApiError::new(StatusCode::REQUEST_TIMEOUT, "timeout", text))
    })
}

/// The members of the body of a request.
///
/// # Errors
/// 400.
pub fn read_members(body: &[u8]) -> Result<Members<'_>, ApiError> {
    Members::parse(body).map_err(|error| ApiError::invalid(format!("the body: {error}")))
}

/// The model that a request names.
///
/// # Errors
/// 400, which says nothing of what is there instead.
pub fn read_model(members: &Members<'_>) -> Result<String, ApiError> {
    members
        .get("model")
        .and_then(|value| serde_json::from_str::<String>(value).ok())
        .filter(|model| (1..=MAX_NAME_BYTES).contains(&model.len()))
        .ok_or_else(|| ApiError::invalid(format!("model: a name of 1 to {MAX_NAME_BYTES} bytes")))
}

/// Whether an answer is to come in parts.
///
/// # Errors
/// 400.
pub fn read_stream(members: &Members<'_>) -> Result<bool, ApiError> {
    match members.get("stream") {
        None => Ok(false),
        Some(value) => serde_json::from_str::<Option<bool>>(value)
            .map(Option::unwrap_or_default)
            .map_err(|_| ApiError::invalid("stream: true or false")),
    }
}

/// Errors in the same shape for paths and methods that `router` does not have.
pub fn fallbacks(router: Router) -> Router {
    router.method_not_allowed_fallback(wrong_method).fallback(unknown_path)
}

async fn wrong_method(method: Method, uri: Uri) -> ApiError {
    let text = format!("{} has no {method}", uri.path());
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", text)
}

async fn unknown_path(uri: Uri) -> ApiError {
    ApiError::unknown(format!("no such path: {}", uri.path()))
}
