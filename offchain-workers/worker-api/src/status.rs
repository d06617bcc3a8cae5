//! How a job stands.

use crate::{key::JobKey, message::Message, text::Text, MAX_RESULT_BYTES, VERSION};
use opg_primitives::{
    evidence::Evidence,
    ids::RequestId,
    request::{DeclineReason, Output},
    Attempt,
};
use serde::{de::Error, Deserialize, Deserializer, Serialize};

/// How far a run is, in percent, by the time that runs of this model take; it is an estimate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Progress(u8);

impl Progress {
    /// The progress of `percent`, at most 100.
    pub fn new(percent: u8) -> Self {
        Self(percent.min(100))
    }

    /// In percent.
    pub fn percent(self) -> u8 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Progress {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match u8::deserialize(from)? {
            percent if percent <= 100 => Ok(Self(percent)),
            _ => Err(D::Error::custom("a progress is 0 to 100 percent")),
        }
    }
}

/// An answer and what supports it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobResult {
    /// The output.
    #[serde(with = "crate::input::output")]
    pub output: Output,
    /// The evidence.
    #[serde(with = "opg_primitives::text::scale")]
    pub evidence: Evidence,
}

/// How a job stands. A job goes downward only, but that a running one may be accepted again after a
/// worker was lost.
// One is read at a time: a pointer would save nothing.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum JobStatus {
    /// It was taken, and nothing is known of it.
    Queued,
    /// It waits for the request's block to be final.
    Held,
    /// It can be acknowledged: request final, bytes held and matching, fit for the model, price
    /// accepted.
    Accepted,
    /// It is worked on.
    Running {
        /// How far it is.
        progress: Progress,
    },
    /// It is answered.
    Done(JobResult),
    /// It will not be served, and nothing was signed. `Busy` holds for now: as a rule it is
    /// not kept, and the same job may be put again.
    Refused {
        /// The reason to decline by.
        reason: DeclineReason,
        /// The same, for the operator.
        why: Text,
    },
    /// It was accepted, and cannot be answered any more.
    Failed {
        /// What happened, for the operator.
        why: Text,
    },
}

impl JobStatus {
    /// Whether all that an acknowledgement says is so.
    pub fn may_acknowledge(&self) -> bool {
        matches!(self, Self::Accepted | Self::Running { .. } | Self::Done(_))
    }

    /// Whether it will not change any more.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Done(_) | Self::Refused { .. } | Self::Failed { .. })
    }

    /// Its name, as in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Held => "held",
            Self::Accepted => "accepted",
            Self::Running { .. } => "running",
            Self::Done(_) => "done",
            Self::Refused { .. } => "refused",
            Self::Failed { .. } => "failed",
        }
    }

    /// A refusal.
    pub fn refused(reason: DeclineReason, why: impl core::fmt::Display) -> Self {
        Self::Refused { reason, why: Text::new(why) }
    }

    /// A failure.
    pub fn failed(why: impl core::fmt::Display) -> Self {
        Self::Failed { why: Text::new(why) }
    }
}

/// A status, and of which job: who asked compares, so that no mixed-up answer is taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobReport {
    /// The version of the protocol, [`VERSION`].
    pub version: u32,
    /// The request.
    pub request: RequestId,
    /// The attempt.
    pub attempt: Attempt,
    /// How it stands.
    pub status: JobStatus,
}

impl JobReport {
    /// The report that the job of `key` stands at `status`.
    pub fn new(key: JobKey, status: JobStatus) -> Self {
        Self { version: VERSION, request: key.request, attempt: key.attempt, status }
    }

    /// Which job it is of.
    pub fn key(&self) -> JobKey {
        JobKey { request: self.request, attempt: self.attempt }
    }
}

impl Message for JobReport {
    const NAME: &'static str = "job report";
    const MAX_BYTES: usize = MAX_RESULT_BYTES;

    fn validate(&self) -> Result<(), &'static str> {
        if self.version != VERSION {
            return Err("version: not that of this protocol");
        }
        Ok(())
    }
}
