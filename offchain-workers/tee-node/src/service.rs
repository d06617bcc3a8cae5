//! The worker for leased jobs, behind the protocol's face.

use crate::{
    admission::{admit, Terms},
    jobs::{milliseconds, Jobs, Outcome, Record, Stage, MAX_KEPT},
    metrics::Metrics,
    models::Catalogue,
    session::Attester,
};
use opg_primitives::{
    ids::WorkerKey,
    mode::{Mode, ModeSet},
    request::DeclineReason,
};
use opg_worker_api::{
    server::{start_pool, JobQueue, JobService, Put, Refusal, Refusals},
    ErrorBody, ErrorCode, Health, Job, JobKey, JobStatus, Served, Text, MAX_SERVED, VERSION,
};
use opg_zkml_node::engine::EngineError;
use std::{
    collections::BTreeMap,
    panic::{catch_unwind, AssertUnwindSafe},
    sync::Arc,
    thread::JoinHandle,
};

/// All that a worker is made of.
pub struct Parts {
    /// What the operator accepts.
    pub terms: Terms,
    /// The networks.
    pub catalogue: Catalogue,
    /// The session, with its keys.
    pub attester: Arc<Attester>,
    /// The figures.
    pub metrics: Arc<Metrics>,
    /// Jobs that may be accepted and not answered.
    pub queue: u32,
    /// Threads that run networks.
    pub threads: u32,
}

/// A worker.
pub struct Worker {
    terms: Terms,
    catalogue: Catalogue,
    attester: Arc<Attester>,
    metrics: Arc<Metrics>,
    jobs: Jobs,
    queue: Arc<JobQueue>,
    refusals: Refusals,
}

impl Worker {
    /// Starts a worker.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn start(parts: Parts) -> std::io::Result<(Arc<Self>, Vec<JoinHandle<()>>)> {
        let Parts { terms, catalogue, attester, metrics, queue, threads } = parts;
        let worker = Arc::new(Self {
            terms,
            catalogue,
            attester,
            metrics,
            jobs: Jobs::new(MAX_KEPT),
            queue: JobQueue::new(queue),
            refusals: Refusals::default(),
        });
        let threads = {
            let worker = worker.clone();
            let queue = worker.queue.clone();
            start_pool(&queue, threads.max(1), move |key| worker.work(key))?
        };
        Ok((worker, threads))
    }

    /// Takes no more jobs, and lets the threads end after what they do now.
    pub fn close(&self) {
        self.queue.close();
    }

    fn status(record: &Record) -> JobStatus {
        match &record.stage {
            Stage::Accepted => JobStatus::Accepted,
            Stage::Done(result) => JobStatus::Done((**result).clone()),
            Stage::Failed(why) => JobStatus::Failed { why: why.clone() },
        }
    }

    fn refused(&self, job: &Job, refusal: Refusal) -> JobStatus {
        tracing::info!(job = %job.key(), reason = ?refusal.reason, why = refusal.why, "refused");
        self.metrics.refused(refusal.reason);
        let status = refusal.status();
        self.refusals.remember(job, refusal);
        status
    }

    fn take(&self, job: Job) -> Result<Put, ErrorBody> {
        if self.queue.is_closed() {
            return Err(ErrorBody::new(ErrorCode::Unavailable, "the worker is shutting down"));
        }
        if let Some(record) = self.jobs.known(&job)? {
            return Ok(Put::Known(Self::status(&record)));
        }
        if let Some(status) = self.refusals.known(&job)? {
            return Ok(Put::Known(status));
        }
        let (since, registered) = (self.attester.since(), self.attester.is_registered());
        if let Err(refusal) = admit(&job, &self.terms, &self.catalogue, since, registered) {
            return Ok(Put::New(self.refused(&job, refusal)));
        }
        if !self.queue.reserve() {
            let why = format!("the queue is full: {} jobs", self.queue.capacity());
            let refusal = Refusal::new(DeclineReason::Busy, why);
            return Ok(Put::New(self.refused(&job, refusal)));
        }
        match self.jobs.insert(job.clone()) {
            Ok(None) => {
                tracing::info!(job = %job.key(), "accepted");
                self.queue.push(&job);
                Ok(Put::New(JobStatus::Accepted))
            }
            Ok(Some(record)) => {
                self.queue.unreserve();
                Ok(Put::Known(Self::status(&record)))
            }
            Err(error) => {
                self.queue.unreserve();
                Err(error)
            }
        }
    }

    /// Does the job of `key`, on a thread of the pool.
    fn work(&self, key: JobKey) {
        if let Some(record) = self.jobs.get(key) {
            if record.stage == Stage::Accepted {
                self.answer(&record.job);
            }
        }
        self.queue.leave(key);
    }

    fn answer(&self, job: &Job) {
        let key = job.key();
        match self.compute(job) {
            Err(error) => {
                tracing::error!(job = %key, %error, "failed");
                self.metrics.failed();
                self.jobs.fail(key, Text::new(error));
            }
            Ok(outcome) => match self.jobs.answer(self.attester.signer(), key, outcome) {
                Ok(()) => {
                    tracing::info!(job = %key, "answered");
                    self.metrics.answered();
                }
                Err(error) => tracing::error!(job = %key, %error, "not signed"),
            },
        }
    }

    fn compute(&self, job: &Job) -> Result<Outcome, EngineError> {
        let network = self
            .catalogue
            .get(&job.model)
            .ok_or_else(|| EngineError("the model is not served any more".into()))?;
        let started = milliseconds();
        // A panic in an engine ends its job, not the worker.
        let output = catch_unwind(AssertUnwindSafe(|| network.run(&job.input)))
            .unwrap_or_else(|_| Err(EngineError("the engine panicked; see the log".into())))?;
        Ok(Outcome { output, ran: network.ran(), times: (started, milliseconds()) })
    }
}

impl JobService for Worker {
    async fn put(self: Arc<Self>, job: Job) -> Result<Put, ErrorBody> {
        // Nothing here waits for a disk.
        self.take(job)
    }

    async fn get(self: Arc<Self>, key: JobKey) -> Option<JobStatus> {
        match self.jobs.get(key) {
            Some(record) => Some(Self::status(&record)),
            None => self.refusals.get(key),
        }
    }

    fn health(&self) -> Health {
        let closed = self.queue.is_closed();
        let attested = self.attester.since().is_some();
        let registered = self.attester.is_registered();
        let note = match (closed, attested, registered, self.catalogue.is_empty()) {
            (true, ..) => "shutting down",
            (_, false, ..) => "no attestation yet: the chain's node has not answered",
            (.., true) => "no model",
            (_, _, false, _) => "these keys are not on chain yet: opg enclave register",
            _ => self.attester.platform().name(),
        };
        let served = |model| Served { model, modes: ModeSet::of(&[Mode::Tee]), key_version: None };
        Health {
            version: VERSION,
            service: Text::new(concat!("tee-node ", env!("CARGO_PKG_VERSION"))),
            ready: !closed && attested && registered && !self.catalogue.is_empty(),
            note: Text::new(note),
            genesis: Some(self.terms.genesis),
            worker: Some(WorkerKey(self.attester.signer().session_key().0)),
            models: self.catalogue.keys().copied().take(MAX_SERVED).map(served).collect(),
            queue: opg_worker_api::Queue {
                length: self.queue.taken(),
                capacity: self.queue.capacity(),
            },
        }
    }

    fn metrics(&self) -> String {
        let jobs = self.jobs.fold(BTreeMap::new(), |mut jobs, record| {
            *jobs.entry(Self::status(record).name()).or_default() += 1;
            jobs
        });
        self.metrics.text(&jobs, self.queue.taken(), self.attester.signer().answered().count)
    }
}
