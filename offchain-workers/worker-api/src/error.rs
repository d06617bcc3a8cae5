//! What an answer that is no report says.

use crate::{message::Message, text::Text, MAX_ERROR_BYTES};
use core::fmt;
use serde::{Deserialize, Serialize};

/// What is wrong, for programs. Each has one HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// 400: the body is not JSON, or not a job.
    BadMessage,
    /// 400: the job is of another version of the protocol.
    UnsupportedVersion,
    /// 400: the path does not name a request and an attempt.
    BadKey,
    /// 400: path and body name different jobs.
    KeyMismatch,
    /// 404: there is no such path.
    UnknownPath,
    /// 404: there is no such job; it can be put.
    UnknownJob,
    /// 405: the path has no such method.
    MethodNotAllowed,
    /// 408: the body did not come in time.
    Timeout,
    /// 409: another job has this key. One of the two senders is wrong, or forked off.
    Conflict,
    /// 413: the body is over its bound.
    TooLarge,
    /// 415: the body is not `application/json`.
    UnsupportedMediaType,
    /// 500: the job cannot be kept, which the log tells more of.
    Internal,
    /// 503: it is shutting down, or not ready.
    Unavailable,
}

impl ErrorCode {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::BadMessage,
        Self::UnsupportedVersion,
        Self::BadKey,
        Self::KeyMismatch,
        Self::UnknownPath,
        Self::UnknownJob,
        Self::MethodNotAllowed,
        Self::Timeout,
        Self::Conflict,
        Self::TooLarge,
        Self::UnsupportedMediaType,
        Self::Internal,
        Self::Unavailable,
    ];

    /// The HTTP status.
    pub const fn status(self) -> u16 {
        match self {
            Self::BadMessage | Self::UnsupportedVersion | Self::BadKey | Self::KeyMismatch => 400,
            Self::UnknownPath | Self::UnknownJob => 404,
            Self::MethodNotAllowed => 405,
            Self::Timeout => 408,
            Self::Conflict => 409,
            Self::TooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }
}

/// An error's body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorBody {
    /// For programs.
    pub code: ErrorCode,
    /// For people; it names the thing that is wrong.
    pub message: Text,
}

impl ErrorBody {
    /// An error that says `message`.
    pub fn new(code: ErrorCode, message: impl fmt::Display) -> Self {
        Self { code, message: Text::new(message) }
    }
}

impl Message for ErrorBody {
    const NAME: &'static str = "error";
    const MAX_BYTES: usize = MAX_ERROR_BYTES;

    fn validate(&self) -> Result<(), &'static str> {
        Ok(())
    }
}
