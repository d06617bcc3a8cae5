//! The jobs of this run, in memory alone, and the rule against equivocation: an answer is kept
//! before it is signed, and for one lease only the first answer that was kept is ever signed.
//!
//! There is no journal: the key that would sign what one holds is gone with the run.

use crate::signer::Signer;
use opg_primitives::{
    enclave::{FinishReason, ModelRan, Run},
    evidence::Evidence,
    request::PublicBytes,
};
use opg_worker_api::{ErrorBody, ErrorCode, Job, JobKey, JobResult, Text};
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// Jobs that are kept, those that are over included.
pub const MAX_KEPT: usize = 50_000;
/// How long a job that is over is kept even when there is no room: longer than any lease.
const KEPT_WHEN_FULL: Duration = Duration::from_secs(3600);

/// How far a job is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It is to be worked on.
    Accepted,
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
    /// The output.
    pub output: PublicBytes,
    /// Which network ran.
    pub ran: ModelRan,
    /// When it began and ended, in milliseconds since 1970.
    pub times: (u64, u64),
}

/// Milliseconds since 1970 by this machine's clock, which the host sets.
pub fn milliseconds() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// The jobs of this run.
#[derive(Debug)]
pub struct Jobs {
    records: Mutex<BTreeMap<JobKey, Record>>,
    capacity: usize,
}

impl Jobs {
    /// Room for `capacity` jobs.
    pub fn new(capacity: usize) -> Self {
        Self { records: Mutex::default(), capacity }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<JobKey, Record>> {
        // Each record is replaced as a whole.
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is kept of `key`.
    pub fn get(&self, key: JobKey) -> Option<Record> {
        self.lock().get(&key).cloned()
    }

    /// How the key of `job` stands.
    ///
    /// # Errors
    /// [`ErrorCode::Conflict`], if there is another job of this key.
    pub fn known(&self, job: &Job) -> Result<Option<Record>, ErrorBody> {
        known(&self.lock(), job)
    }

    /// Keeps a job that is new; gives what was there if it is not. When there is no room, jobs that
    /// came an hour ago and are over make some.
    ///
    /// # Errors
    /// [`ErrorCode::Conflict`], [`ErrorCode::Unavailable`].
    pub fn insert(&self, job: Job) -> Result<Option<Record>, ErrorBody> {
        let mut records = self.lock();
        if let Some(record) = known(&records, &job)? {
            return Ok(Some(record));
        }
        if records.len() >= self.capacity {
            records.retain(|_, record| {
                record.stage == Stage::Accepted || record.received.elapsed() < KEPT_WHEN_FULL
            });
        }
        if records.len() >= self.capacity {
            let text = format!("{} jobs are kept, which is the most", self.capacity);
            return Err(ErrorBody::new(ErrorCode::Unavailable, text));
        }
        let record = Record { job, received: Instant::now(), stage: Stage::Accepted };
        records.insert(record.job.key(), record);
        Ok(None)
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
        if record.stage != Stage::Accepted {
            return Err(AnswerError::Ended(key));
        }
        let Outcome { output, ran, times: (started, finished) } = outcome;
        let usage = crate::models::usage(&record.job.input, &output);
        let enclave = signer.enclave();
        let (run, signature) = signer.sign(|before| {
            let run = Run {
                model: ran,
                finish: FinishReason::Stop,
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

    /// Ends the job of `key` without an answer, if it has none.
    pub fn fail(&self, key: JobKey, why: Text) {
        if let Some(record) = self.lock().get_mut(&key) {
            if record.stage == Stage::Accepted {
                record.stage = Stage::Failed(why);
            }
        }
    }

    /// Folds over all records, without copying them.
    pub fn fold<T>(&self, start: T, fold: impl FnMut(T, &Record) -> T) -> T {
        self.lock().values().fold(start, fold)
    }
}

fn known(records: &BTreeMap<JobKey, Record>, job: &Job) -> Result<Option<Record>, ErrorBody> {
    match records.get(&job.key()) {
        Some(record) if record.job == *job => Ok(Some(record.clone())),
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
