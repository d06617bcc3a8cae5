//! The jobs of this run, in memory alone, and the rule against equivocation: an answer is kept
//! before it is signed, and for one lease only the first answer that was kept is ever signed.
//!
//! There is no journal: the key that would sign what one holds is gone with the run.

use crate::signer::Signer;
use opg_primitives::{
    enclave::{FinishReason, ModelRan, Run, Usage},
    evidence::Evidence,
    request::{DeclineReason, Output},
};
use opg_worker_api::{
    server::Refusal, ErrorBody, ErrorCode, Job, JobKey, JobResult, JobStatus, Text,
};
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Jobs that are kept, those that are over included.
pub const MAX_KEPT: usize = 50_000;
/// How long a job that is over is kept even when there is no room: longer than any lease.
const KEPT_WHEN_FULL: Duration = Duration::from_secs(3600);

/// How long a run may show that its model does not take the job. A model that takes it is not waited for
/// longer, so that the lease can be acknowledged in time.
pub const PATIENCE: Duration = Duration::from_secs(6);

/// How far a job is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Its run is to show whether the model takes it; since when it runs.
    Tried(Option<Instant>),
    /// It is to be worked on.
    Accepted,
    /// The model did not take it.
    Refused(Refusal),
    /// The answer stands, and is signed.
    Done(Box<JobResult>),
    /// There will be no answer.
    Failed(Text),
}

/// What is kept of a job.
#[derive(Clone, Debug)]
pub struct Record {
    /// The job.
    pub job: Job,
    /// When it came.
    pub received: Instant,
    /// How far it is.
    pub stage: Stage,
}

impl Record {
    /// How it stands, for others.
    pub fn status(&self) -> JobStatus {
        match &self.stage {
            Stage::Tried(_) => JobStatus::Queued,
            Stage::Accepted => JobStatus::Accepted,
            Stage::Refused(refusal) => refusal.status(),
            Stage::Done(result) => JobStatus::Done((**result).clone()),
            Stage::Failed(why) => JobStatus::Failed { why: why.clone() },
        }
    }

    /// Whether it is to be answered yet.
    pub fn is_open(&self) -> bool {
        matches!(self.stage, Stage::Tried(_) | Stage::Accepted)
    }

    /// Whether it was refused for now alone, so that the same job may come again.
    pub fn may_come_again(&self) -> bool {
        matches!(&self.stage, Stage::Refused(refusal) if refusal.reason == DeclineReason::Busy)
    }
}

/// Why an answer was not signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// Another answer to this lease, or its failure, was kept before.
    #[error("the job {0} has ended; no second answer is signed")]
    Ended(JobKey),
    /// There is no such job.
    #[error("no job {0}")]
    Unknown(JobKey),
}

/// What came out of a run, before it has a number.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The output, as it goes on chain.
    pub output: Output,
    /// Which model ran, as an answer names it.
    pub ran: ModelRan,
    /// Why it ended.
    pub finish: FinishReason,
    /// What it used.
    pub usage: Usage,
    /// When it began and ended, in milliseconds since 1970, by the clock that the host sets.
    pub times: (u64, u64),
}

/// The jobs of this run.
#[derive(Debug)]
pub struct Jobs {
    records: Mutex<BTreeMap<JobKey, Record>>,
    capacity: usize,
    patience: Duration,
}

impl Jobs {
    /// Room for `capacity` jobs, whose models may refuse them for `patience` from when they run.
    pub fn new(capacity: usize, patience: Duration) -> Self {
        Self { records: Mutex::default(), capacity, patience }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<JobKey, Record>> {
        // Each record is replaced as a whole.
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Accepts what was tried for long enough. Once somebody was told so, it is not refused any more.
    fn accept(&self, record: &mut Record) {
        if let Stage::Tried(Some(since)) = record.stage {
            if since.elapsed() >= self.patience {
                record.stage = Stage::Accepted;
            }
        }
    }

    /// What is kept of `key`.
    pub fn get(&self, key: JobKey) -> Option<Record> {
        let mut records = self.lock();
        let record = records.get_mut(&key)?;
        self.accept(record);
        Some(record.clone())
    }

    /// How the key of `job` stands.
    ///
    /// # Errors
    /// [`ErrorCode::Conflict`], if there is another job of this key.
    pub fn known(&self, job: &Job) -> Result<Option<Record>, ErrorBody> {
        self.same(&mut self.lock(), job)
    }

    fn same(
        &self,
        records: &mut BTreeMap<JobKey, Record>,
        job: &Job,
    ) -> Result<Option<Record>, ErrorBody> {
        match records.get_mut(&job.key()) {
            Some(record) if record.job == *job => {
                self.accept(record);
                Ok(Some(record.clone()))
            }
            Some(_) => {
                let text = format!(
                    "another job has the key {}: the same request and attempt with other content",
                    job.key()
                );
                Err(ErrorBody::new(ErrorCode::Conflict, text))
            }
            None => Ok(None),
        }
    }

    /// Keeps a job that is new or was refused for now, to be accepted at once or to be tried; gives
    /// what was there if it is neither. When there is no room, jobs that came an hour ago and are over
    /// make some.
    ///
    /// # Errors
    /// [`ErrorCode::Conflict`], [`ErrorCode::Unavailable`].
    pub fn insert(&self, job: Job, tried: bool) -> Result<Option<Record>, ErrorBody> {
        let mut records = self.lock();
        if let Some(record) = self.same(&mut records, &job)? {
            if !record.may_come_again() {
                return Ok(Some(record));
            }
            records.remove(&job.key());
        }
        if records.len() >= self.capacity {
            records
                .retain(|_, record| record.is_open() || record.received.elapsed() < KEPT_WHEN_FULL);
        }
        if records.len() >= self.capacity {
            let text = format!("{} jobs are kept, which is the most", self.capacity);
            return Err(ErrorBody::new(ErrorCode::Unavailable, text));
        }
        let stage = if tried { Stage::Tried(None) } else { Stage::Accepted };
        let record = Record { job, received: Instant::now(), stage };
        records.insert(record.job.key(), record);
        Ok(None)
    }

    /// The job of `key`, which is to be run now; none if it is over.
    pub fn begin(&self, key: JobKey) -> Option<Job> {
        let mut records = self.lock();
        let record = records.get_mut(&key).filter(|record| record.is_open())?;
        if let Stage::Tried(since) = &mut record.stage {
            *since = Some(Instant::now());
        }
        Some(record.job.clone())
    }

    /// Numbers the answer to the job of `key`, keeps it, and signs it.
    ///
    /// # Errors
    /// [`AnswerError`]. Nothing is signed if there is any.
    pub fn answer(
        &self,
        signer: &Signer,
        key: JobKey,
        outcome: Outcome,
    ) -> Result<(), AnswerError> {
        let mut records = self.lock();
        let record = records.get_mut(&key).ok_or(AnswerError::Unknown(key))?;
        if !record.is_open() {
            return Err(AnswerError::Ended(key));
        }
        let Outcome { output, ran, finish, usage, times: (started, finished) } = outcome;
        let enclave = signer.enclave();
        let (run, signature) = signer.sign(|before| {
            let run = Run {
                model: ran,
                finish,
                usage,
                started,
                finished,
                sequence: before.count,
                previous: before.head,
            };
            let answer = record.job.enclave_answer(enclave, &output, run.clone());
            Ok::<_, AnswerError>((run, answer.signing_hash()))
        })?;
        // The lock is held from the look at the stage to here: nobody signs another in between.
        let evidence = Evidence::Tee { enclave, run, signature };
        record.stage = Stage::Done(Box::new(JobResult { output, evidence }));
        Ok(())
    }

    /// Ends the job of `key` without an answer, if it has none: refused as long as it is tried, else
    /// failed. Whether it was refused.
    pub fn give_up(&self, key: JobKey, refusal: Refusal) -> bool {
        let mut records = self.lock();
        let Some(record) = records.get_mut(&key) else { return false };
        match record.stage {
            Stage::Tried(_) => {
                record.stage = Stage::Refused(refusal);
                true
            }
            Stage::Accepted => {
                record.stage = Stage::Failed(Text::new(refusal.why));
                false
            }
            Stage::Refused(_) | Stage::Done(_) | Stage::Failed(_) => false,
        }
    }

    /// Folds over all records, without copying them.
    pub fn fold<T>(&self, start: T, fold: impl FnMut(T, &Record) -> T) -> T {
        self.lock().values().fold(start, fold)
    }
}
