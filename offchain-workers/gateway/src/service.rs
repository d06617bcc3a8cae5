//! The gateway behind the protocol's face.

use crate::{
    chain::{Node, View},
    drive,
    metrics::Metrics,
    record::{GatewayRecord, Stage},
    workers::Workers,
};
use opg_primitives::{mode::ModeSet, request::DeclineReason, BlockNumber};
use opg_worker_api::{
    server::{now_ms, Inserted, JobService, Ledger, Put, Record, StoreError},
    ErrorBody, ErrorCode, Health, Job, JobInput, JobKey, JobStatus, Queue, Served, Text,
    MAX_SERVED, VERSION,
};
use std::{
    collections::{btree_map::Entry, BTreeMap},
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc, Mutex, MutexGuard, PoisonError,
    },
    time::Duration,
};
use tokio::sync::watch;

/// What must be final before a worker gets a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum HoldFor {
    /// The request's block, and the one that its lease was drawn from: an answer is bound to it.
    Lease,
    /// The request's block. A worker that answers for a lease that is forked off cannot answer for
    /// the one in its place.
    Request,
    /// Nothing: at the operator's own risk, and for public inputs only.
    Nothing,
}

/// What the operator says.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What must be final first; of a job with a sealed input the block of its delivery too.
    pub hold_for: HoldFor,
    /// How long a block takes: by it time is told when the node does not answer.
    pub block_time: Duration,
    /// Jobs that may be on their way.
    pub max_jobs: u32,
    /// How long a worker may be silent before another one gets its job.
    pub failover: Duration,
    /// The longest time between two questions about a job.
    pub poll: Duration,
}

/// A gateway.
pub struct Gateway {
    pub(crate) settings: Settings,
    pub(crate) ledger: Arc<Ledger<GatewayRecord>>,
    pub(crate) workers: Arc<Workers>,
    pub(crate) node: Option<Node>,
    pub(crate) views: watch::Receiver<Option<View>>,
    pub(crate) metrics: Metrics,
    live: Mutex<BTreeMap<JobKey, JobStatus>>,
    closed: AtomicBool,
}

impl Gateway {
    /// Starts a gateway: it goes on with what the journal holds. To be called within a runtime.
    ///
    /// `node` is what `views` come from; without one nothing can be held for.
    pub fn start(
        settings: Settings,
        ledger: Arc<Ledger<GatewayRecord>>,
        workers: Arc<Workers>,
        node: Option<Node>,
        views: watch::Receiver<Option<View>>,
    ) -> Arc<Self> {
        let gateway = Arc::new(Self {
            settings,
            ledger,
            workers,
            node,
            views,
            metrics: Metrics::default(),
            live: Mutex::default(),
            closed: AtomicBool::new(false),
        });
        let unfinished = gateway.ledger.fold(Vec::new(), |mut keys, key, record| {
            if !record.is_over() {
                keys.push(key);
            }
            keys
        });
        if !unfinished.is_empty() {
            tracing::info!(jobs = unfinished.len(), "going on with jobs of before");
        }
        unfinished.into_iter().for_each(|key| gateway.drive(key));
        gateway
    }

    /// Takes no more jobs.
    pub fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<JobKey, JobStatus>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Drives the job of `key`, once at a time.
    fn drive(self: &Arc<Self>, key: JobKey) {
        match self.lock().entry(key) {
            // What is driven says how it stands by itself.
            Entry::Occupied(_) => return,
            Entry::Vacant(free) => drop(free.insert(JobStatus::Queued)),
        }
        let gateway = self.clone();
        tokio::spawn(async move {
            if let Err(error) = drive::drive(&gateway, key).await {
                tracing::error!(job = %key, %error, "not driven any further until it is asked for");
            }
            gateway.lock().remove(&key);
        });
    }

    /// Says how a driven job stands.
    pub(crate) fn show(&self, key: JobKey, status: JobStatus) {
        self.lock().insert(key, status);
    }

    /// Where the chain is, if that is known and new.
    pub fn view(&self) -> Option<View> {
        (*self.views.borrow()).filter(View::is_fresh)
    }

    /// Whether block `number` is past, or by the clock `factor` times the time until then.
    pub(crate) fn is_past(&self, record: &GatewayRecord, number: BlockNumber, factor: u64) -> bool {
        if let Some(view) = self.view() {
            return view.best > number;
        }
        let blocks = u64::from(number.saturating_sub(record.job.begins()));
        let block_ms = u64::try_from(self.settings.block_time.as_millis()).unwrap_or(u64::MAX);
        let time = blocks.saturating_mul(block_ms).saturating_mul(factor);
        now_ms() > record.received_ms.saturating_add(time)
    }

    /// Changes what is kept of a job, off the threads that must not block.
    pub(crate) async fn store(&self, key: JobKey, stage: Stage) -> Result<(), StoreError> {
        let ledger = self.ledger.clone();
        let stored = tokio::task::spawn_blocking(move || {
            ledger.update::<StoreError>(key, |record| Ok(GatewayRecord { stage, ..record }))
        });
        stored.await.unwrap_or(Err(StoreError::Unknown(key))).map(drop)
    }

    /// Forgets a job.
    pub(crate) async fn forget(&self, key: JobKey) -> Result<(), StoreError> {
        let ledger = self.ledger.clone();
        let forgotten = tokio::task::spawn_blocking(move || ledger.forget(key));
        forgotten.await.unwrap_or(Err(StoreError::Unknown(key)))
    }

    fn status(&self, record: &GatewayRecord) -> JobStatus {
        let live = || self.lock().get(&record.job.key()).cloned();
        match &record.stage {
            Stage::Done(result) => JobStatus::Done(result.clone()),
            Stage::Refused { reason, why } => {
                JobStatus::Refused { reason: *reason, why: why.clone() }
            }
            Stage::Failed { why } => JobStatus::Failed { why: why.clone() },
            Stage::Assigned { accepted: true, .. } => match live() {
                Some(running @ JobStatus::Running { .. }) => running,
                // What was said once is not taken back while a worker is away.
                _ => JobStatus::Accepted,
            },
            Stage::Taken | Stage::Assigned { .. } => live().unwrap_or(JobStatus::Queued),
        }
    }

    fn refused(&self, job: &Job, reason: DeclineReason, why: impl std::fmt::Display) -> Put {
        tracing::info!(job = %job.key(), ?reason, %why, "refused");
        self.metrics.refused(reason);
        Put::New(JobStatus::refused(reason, why))
    }

    /// Takes a job. What is refused here is not kept: the same job is refused in the same way again.
    fn take(self: &Arc<Self>, job: Job) -> Result<(Option<JobKey>, Put), ErrorBody> {
        if self.closed.load(Ordering::Relaxed) {
            return Err(ErrorBody::new(ErrorCode::Unavailable, "the gateway is shutting down"));
        }
        if let Some(record) = self.ledger.known(&job).map_err(|error| error.body())? {
            let open = (!record.is_over()).then(|| job.key());
            return Ok((open, Put::Known(self.status(&record))));
        }
        if let Err(mismatch) = job.check_lease() {
            return Ok((None, self.refused(&job, mismatch.reason(), mismatch)));
        }
        if let Some(view) = self.view().filter(|view| view.genesis != job.genesis) {
            let why =
                format!("wrong chain: the job is of {}, this is {}", job.genesis, view.genesis);
            return Ok((None, self.refused(&job, DeclineReason::NotServed, why)));
        }
        let sealed = matches!(job.input, JobInput::Sealed(_));
        if sealed && self.settings.hold_for == HoldFor::Nothing {
            let why = "the input is sealed, and jobs do not wait to be final here";
            return Ok((None, self.refused(&job, DeclineReason::NotServed, why)));
        }
        let open = u32::try_from(self.lock().len()).unwrap_or(u32::MAX);
        if open >= self.settings.max_jobs {
            let why = format!("{open} jobs are on their way, which is the most");
            return Ok((None, self.refused(&job, DeclineReason::Busy, why)));
        }
        let record = GatewayRecord { job, received_ms: now_ms(), stage: Stage::Taken };
        match self.ledger.insert(record).map_err(|error| error.body())? {
            Inserted::New(record) => {
                let key = record.job.key();
                tracing::info!(job = %key, mode = record.job.mode.name(), "taken");
                Ok((Some(key), Put::New(JobStatus::Queued)))
            }
            Inserted::Known(record) => Ok((None, Put::Known(self.status(&record)))),
        }
    }

    fn served(&self) -> Vec<Served> {
        let mut served: BTreeMap<_, (Vec<_>, Option<u32>)> = BTreeMap::new();
        for worker in self.workers.all() {
            let models = worker.health().filter(|health| health.ready).map(|health| health.models);
            for one in models.into_iter().flatten() {
                let (modes, key_version) = served.entry(one.model).or_default();
                modes.extend(one.modes.iter().filter(|mode| worker.config.modes.contains(*mode)));
                *key_version = (*key_version).max(one.key_version);
            }
        }
        let served = served.into_iter().take(MAX_SERVED);
        served
            .map(|(model, (modes, key_version))| Served {
                model,
                modes: ModeSet::of(&modes),
                key_version,
            })
            .collect()
    }
}

impl JobService for Gateway {
    async fn put(self: Arc<Self>, job: Job) -> Result<Put, ErrorBody> {
        let gateway = self.clone();
        let taken = tokio::task::spawn_blocking(move || gateway.take(job)).await;
        let (open, put) = taken.unwrap_or_else(|error| {
            tracing::error!(%error, "taking a job broke off");
            Err(ErrorBody::new(ErrorCode::Internal, "taking the job broke off; see the log"))
        })?;
        if let Some(key) = open {
            self.drive(key);
        }
        Ok(put)
    }

    async fn get(self: Arc<Self>, key: JobKey) -> Option<JobStatus> {
        let record = self.ledger.get(key)?;
        if !record.is_over() {
            self.drive(key);
        }
        Some(self.status(&record))
    }

    fn health(&self) -> Health {
        let up = self.workers.all().iter().filter(|worker| worker.is_up()).count();
        let closed = self.closed.load(Ordering::Relaxed);
        let blind = self.settings.hold_for != HoldFor::Nothing && self.view().is_none();
        let note = match (closed, blind, up) {
            (true, ..) => "shutting down",
            (_, true, _) => "the node does not answer, so nothing is known to be final",
            (.., 0) => "no worker answers",
            _ if self.settings.hold_for == HoldFor::Nothing => "jobs do not wait to be final",
            _ => "",
        };
        Health {
            version: VERSION,
            service: Text::new(concat!("opg-gateway ", env!("CARGO_PKG_VERSION"))),
            ready: !closed && !blind && up > 0,
            note: Text::new(note),
            genesis: self.view().map(|view| view.genesis),
            worker: None,
            models: self.served(),
            queue: Queue {
                length: u32::try_from(self.lock().len()).unwrap_or(u32::MAX),
                capacity: self.settings.max_jobs,
            },
        }
    }

    fn metrics(&self) -> String {
        let jobs = self.ledger.fold(BTreeMap::new(), |mut jobs, _, record| {
            *jobs.entry(self.status(record).name()).or_default() += 1;
            jobs
        });
        self.metrics.text(&jobs, self.workers.all(), self.view())
    }
}
