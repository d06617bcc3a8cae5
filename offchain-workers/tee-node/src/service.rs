//! The worker for leased jobs, behind the protocol's face.

use crate::{
    admission::{admit, Terms},
    jobs::{Jobs, Outcome, MAX_KEPT},
    metrics::Metrics,
    models::{Answered, Catalogue, Model},
    private,
    session::Attester,
};
use opg_primitives::{
    ids::{ModelId, WorkerKey},
    mode::{Mode, ModeSet},
    request::DeclineReason,
};
use opg_worker_api::{
    server::{now_ms, start_pool, JobQueue, JobService, Put, Refusal, Refusals},
    ErrorBody, ErrorCode, Health, Job, JobKey, JobStatus, Served, Text, MAX_SERVED, VERSION,
};
use std::{
    collections::BTreeMap,
    panic::{catch_unwind, AssertUnwindSafe},
    sync::Arc,
    thread::JoinHandle,
    time::Duration,
};

/// All that a worker is made of.
pub struct Parts {
    /// What the operator accepts.
    pub terms: Terms,
    /// The models.
    pub catalogue: Catalogue,
    /// The session, with its keys.
    pub attester: Arc<Attester>,
    /// The figures.
    pub metrics: Arc<Metrics>,
    /// Jobs that may be accepted and not answered, of networks and of texts each.
    pub queue: u32,
    /// Threads that run networks.
    pub threads: u32,
    /// Texts that are asked for at once.
    pub texts: u32,
    /// How long a run may show that its model does not take the job: [`crate::jobs::PATIENCE`].
    pub patience: Duration,
}

/// A worker.
pub struct Worker {
    terms: Terms,
    catalogue: Catalogue,
    attester: Arc<Attester>,
    metrics: Arc<Metrics>,
    jobs: Jobs,
    networks: Arc<JobQueue>,
    /// Texts wait for an upstream: no network waits for them.
    texts: Arc<JobQueue>,
    refusals: Refusals,
}

impl Worker {
    /// Starts a worker.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn start(parts: Parts) -> std::io::Result<(Arc<Self>, Vec<JoinHandle<()>>)> {
        let Parts { terms, catalogue, attester, metrics, queue, threads, texts, patience } = parts;
        let worker = Arc::new(Self {
            terms,
            catalogue,
            attester,
            metrics,
            jobs: Jobs::new(MAX_KEPT, patience),
            networks: JobQueue::new(queue),
            texts: JobQueue::new(queue),
            refusals: Refusals::default(),
        });
        let mut all = Vec::new();
        for (queue, threads) in [(&worker.networks, threads), (&worker.texts, texts)] {
            let (worker, of) = (worker.clone(), queue.clone());
            all.extend(start_pool(queue, threads.max(1), move |key| worker.work(&of, key))?);
        }
        Ok((worker, all))
    }

    fn taken(&self) -> u32 {
        self.networks.taken().saturating_add(self.texts.taken())
    }

    /// Takes no more jobs, and lets the threads end after what they do now.
    pub fn close(&self) {
        self.networks.close();
        self.texts.close();
    }

    fn refused(&self, job: &Job, refusal: Refusal) -> JobStatus {
        tracing::info!(job = %job.key(), reason = ?refusal.reason, why = refusal.why, "refused");
        self.metrics.refused(refusal.reason);
        let status = refusal.status();
        self.refusals.remember(job, refusal);
        status
    }

    fn take(&self, job: Job) -> Result<Put, ErrorBody> {
        if self.networks.is_closed() {
            return Err(ErrorBody::new(ErrorCode::Unavailable, "the worker is shutting down"));
        }
        if let Some(record) = self.jobs.known(&job)?.filter(|record| !record.may_come_again()) {
            return Ok(Put::Known(record.status()));
        }
        if let Some(status) = self.refusals.known(&job)? {
            return Ok(Put::Known(status));
        }
        let model = match admit(&job, &self.terms, &self.catalogue, &self.attester) {
            Ok(model) => model,
            Err(refusal) => return Ok(Put::New(self.refused(&job, refusal))),
        };
        let tried = model.is_tried();
        let queue = if tried { &self.texts } else { &self.networks };
        if !queue.reserve() {
            let why = format!("the queue is full: {} jobs", queue.capacity());
            let refusal = Refusal::new(DeclineReason::Busy, why);
            return Ok(Put::New(self.refused(&job, refusal)));
        }
        match self.jobs.insert(job.clone(), tried) {
            Ok(None) => {
                let status = if tried { JobStatus::Queued } else { JobStatus::Accepted };
                tracing::info!(job = %job.key(), status = status.name(), "taken");
                queue.push(&job);
                Ok(Put::New(status))
            }
            Ok(Some(record)) => {
                queue.unreserve();
                Ok(Put::Known(record.status()))
            }
            Err(error) => {
                queue.unreserve();
                Err(error)
            }
        }
    }

    /// Does the job of `key`, on a thread of the pool of `queue`.
    fn work(&self, queue: &JobQueue, key: JobKey) {
        let Some(job) = self.jobs.begin(key) else {
            return queue.leave(key);
        };
        let computed = self.compute(&job);
        // Before its end is known: from then on the same job may come again.
        queue.leave(key);
        match computed {
            Err(refusal) => {
                let (reason, why) = (refusal.reason, refusal.why.clone());
                if self.jobs.give_up(key, refusal) {
                    tracing::info!(job = %key, ?reason, why, "refused");
                    self.metrics.refused(reason);
                } else {
                    tracing::error!(job = %key, why, "failed");
                    self.metrics.failed();
                }
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

    fn compute(&self, job: &Job) -> Result<Outcome, Refusal> {
        let lost = |why| Refusal::new(DeclineReason::NotServed, why);
        let model = self
            .catalogue
            .get(&job.model)
            .ok_or_else(|| lost("the model is not served any more"))?;
        let readable = private::read(job, self.attester.signer())?;
        let started = now_ms();
        // A panic in an engine ends its job, not the worker.
        let answered = catch_unwind(AssertUnwindSafe(|| model.answer(job, readable.opened())))
            .unwrap_or_else(|_| Err(lost("the engine panicked; see the log")));
        let Answered { output, ran, finish, usage } =
            answered.map_err(|refusal| readable.told(refusal))?;
        let times = (started, now_ms());
        Ok(Outcome { output: readable.reply(job, output)?, ran, finish, usage, times })
    }
}

impl JobService for Worker {
    async fn put(self: Arc<Self>, job: Job) -> Result<Put, ErrorBody> {
        // Nothing here waits for a disk.
        self.take(job)
    }

    async fn get(self: Arc<Self>, key: JobKey) -> Option<JobStatus> {
        match self.jobs.get(key) {
            Some(record) => Some(record.status()),
            None => self.refusals.get(key),
        }
    }

    fn health(&self) -> Health {
        let closed = self.networks.is_closed();
        let attested = self.attester.since().is_some();
        let standing = self.attester.standing();
        let checked = |(id, model): (&ModelId, &Arc<dyn Model>)| {
            (*id, standing.check(id, model.inside()).err())
        };
        let models: Vec<_> = self.catalogue.iter().map(checked).collect();
        let may_answer = models.iter().any(|(_, refusal)| refusal.is_none());
        // One model that is refused is said even where others are served.
        let refused = models.iter().find_map(|(_, refusal)| refusal.as_ref());
        let note = match (closed, attested, models.is_empty(), refused) {
            (true, ..) => "shutting down",
            (_, false, ..) => "no attestation yet: the chain's node has not answered",
            (_, _, true, _) => "no model",
            (.., Some(refusal)) => refusal.why.as_str(),
            (.., None) => self.attester.platform().name(),
        };
        // What is refused for now alone is served, as soon as it can be.
        let is_served = |(id, refusal): &(ModelId, Option<Refusal>)| {
            let for_good =
                refusal.as_ref().is_some_and(|refusal| refusal.reason != DeclineReason::Busy);
            (!for_good).then_some(*id)
        };
        let served = |model| Served { model, modes: ModeSet::of(&[Mode::Tee]), key_version: None };
        Health {
            version: VERSION,
            service: Text::new(concat!("tee-node ", env!("CARGO_PKG_VERSION"))),
            ready: !closed && attested && may_answer,
            note: Text::new(note),
            genesis: Some(self.terms.genesis),
            worker: Some(WorkerKey(self.attester.signer().session_key().0)),
            models: models.iter().filter_map(is_served).take(MAX_SERVED).map(served).collect(),
            queue: opg_worker_api::Queue {
                length: self.taken(),
                capacity: self.networks.capacity().saturating_add(self.texts.capacity()),
            },
        }
    }

    fn metrics(&self) -> String {
        let jobs = self.jobs.fold(BTreeMap::new(), |mut jobs, record| {
            *jobs.entry(record.status().name()).or_default() += 1;
            jobs
        });
        self.metrics.text(&jobs, self.taken(), self.attester.signer().answered().count)
    }
}
