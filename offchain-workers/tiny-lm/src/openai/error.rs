//! Errors in OpenAI's shape, as this model has them.

use crate::{model::MODEL_NAME, sampler::ParameterError};
use axum::http::StatusCode;
use std::fmt::Display;

pub(super) use opg_worker_api::server::openai::ApiError;

/// The most bytes of a client's own words that an error repeats.
const MAX_QUOTED_BYTES: usize = 64;

/// A parameter is refused: status 400.
pub(super) fn refused(name: &str, code: &'static str, message: impl Display) -> ApiError {
    ApiError::parameter(quoted(name), code, message)
}

/// The model is not this one: status 404.
pub(super) fn unknown_model(name: &str) -> ApiError {
    let message = format!("no model `{}`; there is {MODEL_NAME}", quoted(name));
    let status = StatusCode::NOT_FOUND;
    ApiError { status, ..refused("model", "model_not_found", message) }
}

/// Something that should not happen; the log has the reason.
pub(super) fn broke_off(error: impl Display) -> ApiError {
    tracing::error!(%error, "an answer broke off");
    ApiError::internal("the answer broke off; see the log")
}

impl From<ParameterError> for ApiError {
    fn from(error: ParameterError) -> Self {
        refused(error.parameter, "invalid_value", &error)
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
