//! The job protocol, version 1: how a dispatcher hands a leased job to a gateway or a worker, and
//! how it learns of the answer. Gateway and worker have the same face.
//!
//! | request | answer |
//! | --- | --- |
//! | `PUT /v1/jobs/{request}/{attempt}`, a [`Job`] | 202 and a [`JobReport`]; 200 if it was known; 409 if another job has this key |
//! | `GET /v1/jobs/{request}/{attempt}` | 200 and a [`JobReport`]; 404 if there is no such job |
//! | `GET /v1/health` | 200, or 503 if it is not ready, and a [`Health`] |
//!
//! Any other status comes with an [`ErrorBody`]. `PUT` is idempotent: the same job may come any
//! number of times, and from any number of senders. A job is the same if all its fields are.
//!
//! How a dispatcher uses it: it puts the job when its provider is given a lease, and asks for the
//! report from then on. [`JobStatus::may_acknowledge`] says when to acknowledge on chain,
//! [`JobStatus::Done`] holds what to submit, [`JobStatus::Refused`] why to decline. After a 404 it
//! puts the job again.
//!
//! The input of a job is a string where it is public. Where it is private it is an object of the enclave
//! that it is sealed to, the ciphertext, and the block of the delivery; there is no job before that. The
//! output of its answer is an object too, of its commitment and its ciphertext.
//!
//! Bytes and identifiers are `0x` and hexadecimal digits, amounts are decimal strings, evidence is
//! its SCALE encoding. Everything is bounded, and what is not known is refused: [`from_json`].
//!
//! The crate is `no_std`, and small, since it is also compiled into the runtime. The feature `server`
//! adds what gateway and workers share: the face over HTTP, and the journal.

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::panic
    )
)]

extern crate alloc;

mod error;
mod health;
mod input;
mod job;
mod key;
mod message;
#[cfg(feature = "server")]
pub mod server;
mod status;
mod text;

pub use error::{ErrorBody, ErrorCode};
pub use health::{Health, Queue, Served, MAX_SERVED};
pub use input::{Delivered, JobInput, Opened};
pub use job::{BlockRef, Commitments, Job, Mismatch};
pub use key::{JobKey, KeyError};
pub use message::{from_json, to_json, DecodeError, Message};
pub use status::{JobReport, JobResult, JobStatus, Progress};
pub use text::{Text, MAX_TEXT_BYTES};

/// The version of this protocol: the `version` of each message and the `v1` of each path.
pub const VERSION: u32 = 1;
/// The port of loopback at which a dispatcher looks for its gateway, or for the one worker beside it.
pub const GATEWAY_PORT: u16 = 8650;
/// The port of loopback at which a worker listens unless told otherwise.
pub const WORKER_PORT: u16 = 8651;
/// The most bytes of a job as JSON: an input of 4 KiB, sealed or not, is 9 KiB of digits, the rest 3 KiB.
pub const MAX_JOB_BYTES: usize = 16 * 1024;
/// The most bytes of a report as JSON: 4 KiB of output, sealed or not, and 16 KiB of evidence are 41 KiB of digits.
pub const MAX_RESULT_BYTES: usize = 64 * 1024;
/// The most bytes of an error's body as JSON.
pub const MAX_ERROR_BYTES: usize = 4 * 1024;
/// The most bytes of a health report as JSON.
pub const MAX_HEALTH_BYTES: usize = 64 * 1024;
/// The path of the health report.
pub const HEALTH_PATH: &str = "/v1/health";
/// The path of a job, as a pattern with the names of its two parts.
pub const JOB_PATH: &str = "/v1/jobs/{request}/{attempt}";
/// The only content type of requests and answers.
pub const CONTENT_TYPE: &str = "application/json";
