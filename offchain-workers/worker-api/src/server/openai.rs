//! What services in OpenAI's shape share: their errors, and how the body of a request is read.

use axum::{
    body::{Body, Bytes},
    http::{
        header::{self, CONTENT_TYPE},
        HeaderMap, Method, StatusCode, Uri,
    },
    response::{IntoResponse, Response},
    Router,
};
use futures::StreamExt;
use serde_json::json;
use std::{fmt, time::Duration};

/// How long the body of a request may take.
const BODY_DEADLINE: Duration = Duration::from_secs(30);

/// An answer that is none. Nothing of it is signed, or stands on chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// The HTTP status.
    pub status: StatusCode,
    /// For programs.
    pub code: &'static str,
    /// For people; it holds nothing of the request.
    pub message: String,
}

impl ApiError {
    /// An error.
    pub fn new(status: StatusCode, code: &'static str, message: impl fmt::Display) -> Self {
        Self { status, code, message: message.to_string() }
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
            "message": self.message, "type": kind, "param": null, "code": self.code,
        });
        json!({ "error": error }).to_string()
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let json = [(header::CONTENT_TYPE, "application/json")];
        (self.status, json, self.body()).into_response()
    }
}

/// Refuses what does not say that it is JSON.
///
/// # Errors
/// 415.
pub fn check_type(headers: &HeaderMap) -> Result<(), ApiError> {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = kind.and_then(|value| value.split(';').next()).map(str::trim);
    // A web page cannot send this type to another origin without asking first, and no leave is given.
    match kind.is_some_and(|kind| kind.eq_ignore_ascii_case("application/json")) {
        true => Ok(()),
        false => Err(ApiError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "the content type is application/json",
        )),
    }
}

/// Reads the body of a request of at most `most` bytes.
///
/// # Errors
/// 400, 408, 413.
pub async fn read_body(body: Body, most: usize) -> Result<Bytes, ApiError> {
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
    tokio::time::timeout(BODY_DEADLINE, all).await.unwrap_or_else(|_| {
        let text = format!("the body did not come within {} s", BODY_DEADLINE.as_secs());
        Err(ApiError::new(StatusCode::REQUEST_TIMEOUT, "timeout", text))
    })
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
