//! Errors in OpenAI's shape.

use crate::{model::MODEL_NAME, sampler::ParameterError};
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
    Json,
};
use serde_json::{json, Value};

/// The most bytes of a client's own words that an error repeats.
const MAX_QUOTED_BYTES: usize = 64;

/// Why a request is refused.
#[derive(Debug)]
pub(super) struct ApiError {
    status: StatusCode,
    message: String,
    parameter: Option<String>,
    code: Option<&'static str>,
}

impl ApiError {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), parameter: None, code: None }
    }

    /// A parameter is refused: status 400.
    pub(super) fn parameter(name: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            parameter: Some(quoted(name)),
            code: Some(code),
            ..Self::new(StatusCode::BAD_REQUEST, message)
        }
    }

    /// The model is not this one: status 404.
    pub(super) fn unknown_model(name: &str) -> Self {
        let message = format!("no model `{}`; there is {MODEL_NAME}", quoted(name));
        Self {
            status: StatusCode::NOT_FOUND,
            ..Self::parameter("model", "model_not_found", message)
        }
    }

    /// Something that should not happen; the log has the reason.
    pub(super) fn internal(error: impl std::fmt::Display) -> Self {
        tracing::error!(%error, "an answer broke off");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "the answer broke off; see the log")
    }

    pub(super) fn body(&self) -> Value {
        let kind =
            if self.status.is_server_error() { "server_error" } else { "invalid_request_error" };
        json!({
            "error": {
                "message": self.message,
                "type": kind,
                "param": self.parameter,
                "code": self.code,
            }
        })
    }
}

impl From<ParameterError> for ApiError {
    fn from(error: ParameterError) -> Self {
        Self::parameter(error.parameter, "invalid_value", error.to_string())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.status, Json(self.body())).into_response()
    }
}

/// A client's own words, without control characters, and cut.
pub(super) fn quoted(words: &str) -> String {
    let mut line = String::new();
    for character in words.chars() {
        let character = if character.is_control() { ' ' } else { character };
        if line.len() + character.len_utf8() > MAX_QUOTED_BYTES {
            break;
        }
        line.push(character);
    }
    line
}
