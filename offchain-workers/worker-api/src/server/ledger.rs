//! The jobs that a gateway or worker knows, in memory and in its journal.

use super::journal::{now, Journal, JournalError, Opened};
use crate::{ErrorBody, ErrorCode, Job, JobKey};
use serde::{de::DeserializeOwned, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Jobs that a program keeps, done ones included.
pub const MAX_KEPT: usize = 50_000;
/// How often old jobs are looked for.
const PRUNE_EVERY: Duration = Duration::from_secs(3600);
/// How long a job that is over is kept even when there is no room: longer than any lease, so that what
/// was answered is known as long as it can be asked for.
const KEPT_WHEN_FULL: Duration = Duration::from_secs(3600);

/// What is kept of a job.
pub trait Record: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The job.
    fn job(&self) -> &Job;
    /// Whether nothing more will happen to it.
    fn is_over(&self) -> bool;
}

/// Why nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is another job of this key.
    #[error("another job has the key {0}: the same request and attempt with other content")]
    Conflict(JobKey),
    /// There is no such job.
    #[error("no job {0}")]
    Unknown(JobKey),
    /// The operator gave this job up.
    #[error("job {0} was given up: its record was damaged")]
    Void(JobKey),
    /// There are as many jobs as may be.
    #[error("{0} jobs are kept, which is the most")]
    Full(usize),
    /// The journal failed.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl StoreError {
    /// What to answer. The journal's paths stay in the log.
    pub fn body(&self) -> ErrorBody {
        let code = match self {
            Self::Conflict(_) | Self::Void(_) => ErrorCode::Conflict,
            Self::Unknown(_) => ErrorCode::UnknownJob,
            Self::Full(_) => ErrorCode::Unavailable,
            Self::Journal(error) => {
                tracing::error!(%error, "the journal failed");
                return ErrorBody::new(ErrorCode::Internal, "the job cannot be kept; see the log");
            }
        };
        ErrorBody::new(code, self)
    }
}

/// What an insertion found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inserted<R> {
    /// It was new, and is kept now.
    New(R),
    /// The same job was there.
    Known(R),
}

/// Jobs and what is kept of each. Reads do not wait for the disk; writes wait for each other.
#[derive(Debug)]
pub struct Ledger<R> {
    journal: Mutex<Journal>,
    records: Mutex<BTreeMap<JobKey, (u64, R)>>,
    void: BTreeSet<JobKey>,
    capacity: usize,
}

/// A panic of another thread leaves no record half changed: each is replaced as a whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<R: Record> Ledger<R> {
    /// Opens the journal in `directory`, for at most `capacity` jobs.
    ///
    /// # Errors
    /// [`JournalError`].
    pub fn open(directory: &Path, capacity: usize) -> Result<Arc<Self>, JournalError> {
        let Opened { journal, records, void } = Journal::open::<R>(directory)?;
        Ok(Arc::new(Self {
            journal: Mutex::new(journal),
            records: Mutex::new(records),
            void,
            capacity,
        }))
    }

    /// What is kept of `key`.
    pub fn get(&self, key: JobKey) -> Option<R> {
        lock(&self.records).get(&key).map(|(_, record)| record.clone())
    }

    /// Folds over all records, without copying them.
    pub fn fold<T>(&self, start: T, mut fold: impl FnMut(T, JobKey, &R) -> T) -> T {
        let records = lock(&self.records);
        records.iter().fold(start, |folded, (key, (_, record))| fold(folded, *key, record))
    }

    /// How the key of `job` stands, as [`Ledger::insert`] would find it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`], [`StoreError::Void`].
    pub fn known(&self, job: &Job) -> Result<Option<R>, StoreError> {
        let key = job.key();
        if self.void.contains(&key) {
            return Err(StoreError::Void(key));
        }
        match self.get(key) {
            Some(record) if record.job() == job => Ok(Some(record)),
            Some(_) => Err(StoreError::Conflict(key)),
            None => Ok(None),
        }
    }

    /// Keeps a new job. When there is no room, jobs that were over an hour ago make some. Blocks on the
    /// disk.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn insert(&self, record: R) -> Result<Inserted<R>, StoreError> {
        let journal = lock(&self.journal);
        if let Some(known) = self.known(record.job())? {
            return Ok(Inserted::Known(known));
        }
        if lock(&self.records).len() >= self.capacity {
            self.prune_with(&journal, KEPT_WHEN_FULL)?;
        }
        if lock(&self.records).len() >= self.capacity {
            return Err(StoreError::Full(self.capacity));
        }
        let key = record.job().key();
        let updated = journal.write(key, &record)?;
        lock(&self.records).insert(key, (updated, record.clone()));
        Ok(Inserted::New(record))
    }

    /// Replaces what is kept of `key` by what `change` makes of it, or leaves it if that is an error.
    /// When this returns, it is on the disk. Blocks on the disk.
    ///
    /// # Errors
    /// [`StoreError::Unknown`], [`StoreError::Journal`], and those of `change`.
    pub fn update<E: From<StoreError>>(
        &self,
        key: JobKey,
        change: impl FnOnce(R) -> Result<R, E>,
    ) -> Result<R, E> {
        let journal = lock(&self.journal);
        let record = change(self.get(key).ok_or(StoreError::Unknown(key))?)?;
        let updated = journal.write(key, &record).map_err(StoreError::from)?;
        lock(&self.records).insert(key, (updated, record.clone()));
        Ok(record)
    }

    /// Forgets the job of `key`. Blocks on the disk.
    ///
    /// # Errors
    /// [`StoreError::Journal`].
    pub fn forget(&self, key: JobKey) -> Result<(), StoreError> {
        let journal = lock(&self.journal);
        if self.get(key).is_some() {
            journal.remove(key)?;
            lock(&self.records).remove(&key);
        }
        Ok(())
    }

    /// Forgets jobs that were over `age` ago and says how many. Blocks on the disk.
    ///
    /// # Errors
    /// [`StoreError::Journal`].
    pub fn prune(&self, age: Duration) -> Result<usize, StoreError> {
        self.prune_with(&lock(&self.journal), age)
    }

    /// Prunes every hour. Never returns.
    pub async fn keep_pruned(self: Arc<Self>, age: Duration) {
        let mut ticks = tokio::time::interval(PRUNE_EVERY);
        loop {
            ticks.tick().await;
            let ledger = self.clone();
            match tokio::task::spawn_blocking(move || ledger.prune(age)).await {
                Ok(Ok(0)) | Err(_) => {}
                Ok(Ok(jobs)) => tracing::info!(jobs, "forgot old jobs"),
                Ok(Err(error)) => tracing::warn!(%error, "old jobs cannot be forgotten"),
            }
        }
    }

    fn prune_with(&self, journal: &Journal, age: Duration) -> Result<usize, StoreError> {
        let before = now().saturating_sub(age.as_secs());
        let old: Vec<JobKey> = lock(&self.records)
            .iter()
            .filter(|(_, (updated, record))| *updated < before && record.is_over())
            .map(|(key, _)| *key)
            .collect();
        for key in &old {
            journal.remove(*key)?;
            lock(&self.records).remove(key);
        }
        Ok(old.len())
    }
}
