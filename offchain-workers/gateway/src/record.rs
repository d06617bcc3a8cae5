//! What is kept of a job across a restart.

use opg_primitives::request::DeclineReason;
use opg_worker_api::{server::Record, Job, JobResult, Text};
use serde::{Deserialize, Serialize};

/// How far a job is.
// One is read at a time: a pointer would save nothing.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Stage {
    /// It waits for its blocks to be final.
    Taken,
    /// They are; it is, or was, on its way to a worker.
    Assigned {
        /// The worker's name; none before the first.
        worker: Option<String>,
        /// Whether a worker accepted it: the lease may be acknowledged.
        accepted: bool,
    },
    /// It is answered.
    Done(JobResult),
    /// Nobody takes it.
    Refused {
        /// The reason to decline by.
        reason: DeclineReason,
        /// The same, for the operator.
        why: Text,
    },
    /// It was accepted, and there is no answer in time.
    Failed {
        /// What happened.
        why: Text,
    },
}

/// What is kept of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayRecord {
    /// The job.
    pub job: Job,
    /// When it came, in milliseconds since 1970.
    pub received_ms: u64,
    /// How far it is.
    pub stage: Stage,
}

impl Record for GatewayRecord {
    fn job(&self) -> &Job {
        &self.job
    }

    fn is_over(&self) -> bool {
        !matches!(self.stage, Stage::Taken | Stage::Assigned { .. })
    }
}
