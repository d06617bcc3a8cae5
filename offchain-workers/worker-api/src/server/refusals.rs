//! Jobs that a worker refused.

use crate::{ErrorBody, ErrorCode, Job, JobKey, JobStatus, Mismatch};
use opg_primitives::request::DeclineReason;
use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Refusals that are remembered, so that the same job gets the same answer.
const MAX_REFUSALS: usize = 4096;

/// Why a job is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The reason to decline by.
    pub reason: DeclineReason,
    /// The same, for the operator. It holds nothing of the input.
    pub why: String,
}

impl Refusal {
    /// A refusal by `reason`.
    pub fn new(reason: DeclineReason, why: impl fmt::Display) -> Self {
        Self { reason, why: why.to_string() }
    }

    /// The status of a job that is refused so.
    pub fn status(&self) -> JobStatus {
        JobStatus::refused(self.reason, &self.why)
    }
}

impl From<Mismatch> for Refusal {
    fn from(mismatch: Mismatch) -> Self {
        Self::new(mismatch.reason(), mismatch)
    }
}

/// Refuses by `reason`.
///
/// # Errors
/// The [`Refusal`], always.
pub fn refuse<T>(reason: DeclineReason, why: impl fmt::Display) -> Result<T, Refusal> {
    Err(Refusal::new(reason, why))
}

#[derive(Debug, Default)]
struct Remembered {
    by_key: BTreeMap<JobKey, (Job, Refusal)>,
    order: VecDeque<JobKey>,
}

/// The refusals of a worker, the newest of them. [`DeclineReason::Busy`] holds for now alone, and is
/// not among them.
#[derive(Debug, Default)]
pub struct Refusals(Mutex<Remembered>);

impl Refusals {
    fn lock(&self) -> MutexGuard<'_, Remembered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers that `job` was refused.
    pub fn remember(&self, job: &Job, refusal: Refusal) {
        if refusal.reason == DeclineReason::Busy {
            return;
        }
        let mut remembered = self.lock();
        if remembered.order.len() >= MAX_REFUSALS {
            if let Some(oldest) = remembered.order.pop_front() {
                remembered.by_key.remove(&oldest);
            }
        }
        remembered.order.push_back(job.key());
        remembered.by_key.insert(job.key(), (job.clone(), refusal));
    }

    /// How `job` stands, if it was refused.
    ///
    /// # Errors
    /// [`ErrorCode::Conflict`], if another job of its key was.
    pub fn known(&self, job: &Job) -> Result<Option<JobStatus>, ErrorBody> {
        match self.lock().by_key.get(&job.key()) {
            None => Ok(None),
            Some((refused, refusal)) if refused == job => Ok(Some(refusal.status())),
            Some(_) => {
                let text = format!("another job has the key {}", job.key());
                Err(ErrorBody::new(ErrorCode::Conflict, text))
            }
        }
    }

    /// How the job of `key` stands, if it was refused.
    pub fn get(&self, key: JobKey) -> Option<JobStatus> {
        self.lock().by_key.get(&key).map(|(_, refusal)| refusal.status())
    }
}
