//! The worker: rooms held together, behind the protocol's face.

use crate::{
    admission::{admit, Terms},
    engine::{Catalogue, EngineError, Timing},
    key::Key,
    metrics::Metrics,
    record::{self, AnswerError, Stage, StoredAnswer, StoredProof, WorkerRecord},
};
use opg_primitives::{
    ids::ModelId,
    mode::{Mode, ModeSet},
    request::DeclineReason,
};
use opg_worker_api::{
    server::{
        now, start_pool, Inserted, JobQueue, JobService, Ledger, Put, Record, Refusal, Refusals,
    },
    ErrorBody, ErrorCode, Health, Job, JobKey, JobStatus, Progress, Served, Text, MAX_SERVED,
    VERSION,
};
use std::{
    collections::BTreeMap,
    panic::{catch_unwind, AssertUnwindSafe},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
    time::{Duration, Instant},
};

/// A job is given up when this many times its lease has passed: by then no slow chain excuses it.
const LATE_FACTOR: u64 = 4;

/// All that a worker is made of.
pub struct Parts {
    /// What the operator accepts.
    pub terms: Terms,
    /// The models.
    pub catalogue: Catalogue,
    /// How long their proofs take.
    pub timing: Timing,
    /// The key.
    pub key: Key,
    /// The jobs.
    pub ledger: Arc<Ledger<WorkerRecord>>,
    /// Jobs that may be accepted and not answered.
    pub queue: u32,
    /// Threads that run and prove.
    pub provers: u32,
}

struct Running {
    since: Instant,
    expected: Duration,
}

/// A worker.
pub struct Worker {
    terms: Terms,
    catalogue: Catalogue,
    timing: Timing,
    key: Key,
    ledger: Arc<Ledger<WorkerRecord>>,
    queue: Arc<JobQueue>,
    provers: u32,
    metrics: Metrics,
    running: Mutex<BTreeMap<JobKey, Running>>,
    refusals: Refusals,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Worker {
    /// Starts a worker: its threads begin with what the journal holds from before.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn start(parts: Parts) -> std::io::Result<(Arc<Self>, Vec<JoinHandle<()>>)> {
        let Parts { terms, catalogue, timing, key, ledger, queue, provers } = parts;
        let worker = Arc::new(Self {
            metrics: Metrics::new(queue),
            queue: JobQueue::new(queue),
            running: Mutex::default(),
            refusals: Refusals::default(),
            terms,
            catalogue,
            timing,
            key,
            ledger,
            provers: provers.max(1),
        });
        let unfinished = worker.ledger.fold(Vec::new(), |mut jobs, _, record| {
            if !record.is_over() {
                jobs.push(record.job.clone());
            }
            jobs
        });
        if !unfinished.is_empty() {
            tracing::info!(jobs = unfinished.len(), "resuming what was accepted before");
        }
        unfinished.iter().for_each(|job| worker.resume(job));
        let threads = {
            let worker = worker.clone();
            let queue = worker.queue.clone();
            start_pool(&queue, worker.provers, move |key| worker.work(key))?
        };
        Ok((worker, threads))
    }

    /// Takes no more jobs, and lets the threads end after what they do now.
    pub fn close(&self) {
        self.queue.close();
    }

    /// Puts in line what is accepted and is not; a model that is not there now may be there later.
    fn resume(&self, job: &Job) {
        if self.catalogue.contains_key(&job.model) {
            self.queue.resume(job);
        } else {
            tracing::error!(job = %job.key(), model = %job.model, "accepted, but the model is gone");
        }
    }

    /// The work before a new job: all proofs that wait or run, less what is done of those, shared by
    /// all threads.
    fn ahead(&self) -> Duration {
        let proofs = self.queue.proofs().into_iter().map(|model| self.timing.expected(model));
        let done = lock(&self.running)
            .values()
            .map(|running| running.since.elapsed().min(running.expected))
            .sum();
        proofs.sum::<Duration>().saturating_sub(done) / self.provers
    }

    fn status(&self, record: &WorkerRecord) -> JobStatus {
        match &record.stage {
            Stage::Accepted => match lock(&self.running).get(&record.job.key()) {
                None => JobStatus::Accepted,
                Some(running) => {
                    let part = running.since.elapsed().as_secs_f64()
                        / running.expected.as_secs_f64().max(0.001);
                    // A float that is cut to 0..=99 first fits.
                    JobStatus::Running {
                        progress: Progress::new((part * 100.0).clamp(0.0, 99.0) as u8),
                    }
                }
            },
            Stage::Answered(_) => JobStatus::Running { progress: Progress::new(99) },
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

    /// Takes a job. Blocks on the disk.
    fn take(&self, job: Job) -> Result<Put, ErrorBody> {
        if self.queue.is_closed() {
            return Err(ErrorBody::new(ErrorCode::Unavailable, "the worker is shutting down"));
        }
        if let Some(record) = self.ledger.known(&job).map_err(|error| error.body())? {
            return Ok(Put::Known(self.status(&record)));
        }
        if let Some(status) = self.refusals.known(&job)? {
            return Ok(Put::Known(status));
        }
        match admit(&job, &self.terms, &self.catalogue, &self.timing, self.ahead()) {
            Err(refusal) => return Ok(Put::New(self.refused(&job, refusal))),
            Ok(_) if !self.queue.reserve() => {
                let why = format!("the queue is full: {} jobs", self.queue.capacity());
                let refusal = Refusal::new(DeclineReason::Busy, why);
                return Ok(Put::New(self.refused(&job, refusal)));
            }
            Ok(_) => {}
        }
        let record = WorkerRecord { job, received: now(), stage: Stage::Accepted };
        match self.ledger.insert(record) {
            Ok(Inserted::New(record)) => {
                tracing::info!(job = %record.job.key(), mode = record.job.mode.name(), "accepted");
                self.queue.push(&record.job);
                Ok(Put::New(JobStatus::Accepted))
            }
            Ok(Inserted::Known(record)) => {
                self.queue.unreserve();
                Ok(Put::Known(self.status(&record)))
            }
            Err(error) => {
                self.queue.unreserve();
                Err(error.body())
            }
        }
    }

    /// Does the job of `key`, on a thread of the pool.
    fn work(&self, key: JobKey) {
        if let Some(record) = self.ledger.get(key) {
            self.work_on(record);
        }
        lock(&self.running).remove(&key);
        self.queue.leave(key);
    }

    fn work_on(&self, record: WorkerRecord) {
        let (key, mode) = (record.job.key(), record.job.mode);
        let answered = match &record.stage {
            Stage::Done(_) | Stage::Failed(_) => return,
            // Stored before a crash: it stands, and is not computed again.
            Stage::Answered(_) => record::finish(&self.ledger, &self.key, record),
            Stage::Accepted if self.is_late(&record) => {
                return self.give_up(key, Text::new("its lease ended long ago"))
            }
            Stage::Accepted => match self.compute(&record.job) {
                Ok(answer) => record::answer(&self.ledger, &self.key, key, answer),
                Err(error) => return self.give_up(key, Text::new(error)),
            },
        };
        match answered {
            Ok(_) => {
                tracing::info!(job = %key, mode = mode.name(), "answered");
                self.metrics.answered(mode);
            }
            Err(AnswerError::Store(error)) => {
                // It stays accepted, and is tried again when somebody asks for it.
                tracing::error!(job = %key, %error, "the answer cannot be stored");
            }
            Err(error) => {
                tracing::error!(job = %key, %error, "not signed");
                self.metrics.equivocation_prevented();
            }
        }
    }

    fn compute(&self, job: &Job) -> Result<StoredAnswer, EngineError> {
        let model = self
            .catalogue
            .get(&job.model)
            .ok_or_else(|| EngineError("the model is not served any more".into()))?;
        let input = job.public().map_err(|mismatch| EngineError(mismatch.to_string()))?.input;
        let expected = match job.mode {
            Mode::ZkMl => self.timing.expected(job.model),
            _ => Duration::ZERO,
        };
        let since = Instant::now();
        lock(&self.running).insert(job.key(), Running { since, expected });
        // A panic in a prover ends its job, not the worker.
        let computed = catch_unwind(AssertUnwindSafe(|| match (job.mode, job.key_version) {
            (Mode::Plain, _) => model.run(input).map(|output| (output, None)),
            (Mode::ZkMl, Some(key_version)) => {
                let (output, bytes) = model.prove(key_version, input, &job.binding.0)?;
                Ok((output, Some(StoredProof { key_version, bytes })))
            }
            _ => Err(EngineError("a mode that is not served".into())),
        }));
        let (output, proof) = computed
            .unwrap_or_else(|_| Err(EngineError("the engine panicked; see the log".into())))?;
        if proof.is_some() {
            self.timing.note(job.model, since.elapsed());
            self.metrics.proved(since.elapsed());
        }
        Ok(StoredAnswer { output, proof })
    }

    fn give_up(&self, key: JobKey, why: Text) {
        tracing::error!(job = %key, %why, "failed");
        self.metrics.failed();
        let failed = self.ledger.update::<AnswerError>(key, |record| match record.stage {
            Stage::Accepted => Ok(WorkerRecord { stage: Stage::Failed(why), ..record }),
            _ => Ok(record),
        });
        if let Err(error) = failed {
            tracing::error!(job = %key, %error, "the failure cannot be stored");
        }
    }

    fn is_late(&self, record: &WorkerRecord) -> bool {
        let job = &record.job;
        let last = job.ack_by.saturating_add(job.deliver_within).min(job.deadline);
        let blocks = last.saturating_sub(job.lease_block.number);
        let lease = self.terms.block_time.saturating_mul(blocks).as_secs();
        now() > record.received.saturating_add(lease.saturating_mul(LATE_FACTOR))
    }

    fn served(&self) -> Vec<Served> {
        let served = |(model, engine): (&ModelId, &Arc<dyn crate::engine::Engine>)| {
            let key_version = engine.keys().last().copied();
            let modes: &[Mode] =
                if key_version.is_some() { &[Mode::Plain, Mode::ZkMl] } else { &[Mode::Plain] };
            Served { model: *model, modes: ModeSet::of(modes), key_version }
        };
        self.catalogue.iter().take(MAX_SERVED).map(served).collect()
    }
}

impl JobService for Worker {
    async fn put(self: Arc<Self>, job: Job) -> Result<Put, ErrorBody> {
        let taken = tokio::task::spawn_blocking(move || self.take(job)).await;
        taken.unwrap_or_else(|error| {
            tracing::error!(%error, "taking a job broke off");
            Err(ErrorBody::new(ErrorCode::Internal, "taking the job broke off; see the log"))
        })
    }

    async fn get(self: Arc<Self>, key: JobKey) -> Option<JobStatus> {
        if let Some(record) = self.ledger.get(key) {
            if !record.is_over() {
                self.resume(&record.job);
            }
            return Some(self.status(&record));
        }
        self.refusals.get(key)
    }

    fn health(&self) -> Health {
        let models = self.served();
        let closed = self.queue.is_closed();
        let note = match (closed, models.is_empty(), self.terms.genesis) {
            (true, ..) => "shutting down",
            (_, true, _) => "no model",
            (.., None) => "serves any chain",
            _ => "",
        };
        Health {
            version: VERSION,
            service: Text::new(concat!("zkml-node ", env!("CARGO_PKG_VERSION"))),
            ready: !closed && !models.is_empty(),
            note: Text::new(note),
            genesis: self.terms.genesis,
            worker: Some(self.key.public()),
            models,
            queue: opg_worker_api::Queue {
                length: self.queue.taken(),
                capacity: self.queue.capacity(),
            },
        }
    }

    fn metrics(&self) -> String {
        let jobs = self.ledger.fold(BTreeMap::new(), |mut jobs, _, record| {
            *jobs.entry(self.status(record).name()).or_default() += 1;
            jobs
        });
        self.metrics.text(&jobs, self.queue.taken())
    }
}
