//! Who serves what.

use crate::{
    client::{CallError, WorkerClient},
    config::WorkerConfig,
};
use opg_primitives::{
    attestation::enclave_id,
    ids::{SessionKey, WorkerKey},
    mode::Mode,
};
use opg_worker_api::{Health, Job, JobInput};
use rand::seq::SliceRandom;
use reqwest::Client;
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// A worker, and what it last said of itself.
#[derive(Debug)]
pub struct Worker {
    /// What the operator says of it.
    pub config: WorkerConfig,
    /// Calls to it.
    pub client: WorkerClient,
    health: Mutex<Option<Health>>,
}

impl Worker {
    fn lock(&self) -> MutexGuard<'_, Option<Health>> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What it last said; none if it does not answer.
    pub fn health(&self) -> Option<Health> {
        self.lock().clone()
    }

    /// Whether it answers and takes jobs.
    pub fn is_up(&self) -> bool {
        self.lock().as_ref().is_some_and(|health| health.ready)
    }

    /// Asks how it is, and remembers.
    ///
    /// # Errors
    /// [`CallError`]; it counts as down then.
    pub async fn refresh(&self) -> Result<(), CallError> {
        let asked = self.client.health().await;
        let was_up = self.is_up();
        let (health, result) = match asked {
            Ok(health) => (Some(health), Ok(())),
            Err(error) => (None, Err(error)),
        };
        *self.lock() = health;
        match (was_up, self.is_up()) {
            (true, false) => tracing::warn!(worker = self.config.name, "the worker is down"),
            (false, true) => tracing::info!(worker = self.config.name, "the worker is up"),
            _ => {}
        }
        result
    }

    /// Whether it may get `job`: by the operator's word, and by its own if it answers.
    pub fn fits(&self, job: &Job) -> bool {
        let config = &self.config;
        if !config.modes.contains(job.mode)
            || !(config.models.is_empty() || config.models.contains(&job.model))
            || config.key.is_some_and(|key| !can_open(job, key))
        {
            return false;
        }
        let health = self.lock();
        let Some(health) = health.as_ref() else {
            // It does not answer: the operator's word is all there is.
            return true;
        };
        health.genesis.is_none_or(|genesis| genesis == job.genesis)
            && health.worker.is_none_or(|key| can_open(job, key))
            && health.models.iter().any(|served| {
                served.model == job.model
                    && served.modes.contains(job.mode)
                    && (job.mode != Mode::ZkMl || served.key_version >= job.key_version)
            })
    }

    /// How full it is: what is sorted by, emptiest first, those that do not answer last.
    fn load(&self) -> u64 {
        match self.lock().as_ref() {
            Some(health) if health.ready => {
                u64::from(health.queue.length) * 1000 / u64::from(health.queue.capacity.max(1))
            }
            _ => u64::MAX,
        }
    }
}

/// Whether a worker of that key can read the input of `job`: a sealed one is for one enclave, whose id
/// follows from its key.
fn can_open(job: &Job, key: WorkerKey) -> bool {
    match &job.input {
        JobInput::Public(_) => true,
        JobInput::Sealed(sealed) => {
            enclave_id(job.genesis, job.provider, SessionKey(key.0)) == sealed.enclave
        }
    }
}

/// All workers.
#[derive(Debug)]
pub struct Workers(Vec<Arc<Worker>>);

impl Workers {
    /// The workers of `configs`.
    pub fn new(configs: Vec<WorkerConfig>, http: &Client) -> Self {
        let worker = |config: WorkerConfig| {
            let client = WorkerClient::new(http.clone(), config.url.clone());
            Arc::new(Worker { config, client, health: Mutex::default() })
        };
        Self(configs.into_iter().map(worker).collect())
    }

    /// All of them.
    pub fn all(&self) -> &[Arc<Worker>] {
        &self.0
    }

    /// The worker of that name.
    pub fn named(&self, name: &str) -> Option<Arc<Worker>> {
        self.0.iter().find(|worker| worker.config.name == name).cloned()
    }

    /// Who may get `job`, the emptiest first; equals in random order.
    pub fn candidates(&self, job: &Job) -> Vec<Arc<Worker>> {
        let mut fitting: Vec<_> =
            self.0.iter().filter(|worker| worker.fits(job)).cloned().collect();
        fitting.shuffle(&mut rand::thread_rng());
        fitting.sort_by_key(|worker| worker.load());
        fitting
    }

    /// Asks all workers how they are, every `period`. Never returns.
    pub async fn watch(self: Arc<Self>, period: Duration) {
        let mut watching = tokio::task::JoinSet::new();
        for worker in self.0.iter().cloned() {
            watching.spawn(async move {
                let mut ticks = tokio::time::interval(period);
                ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
                loop {
                    ticks.tick().await;
                    if let Err(error) = worker.refresh().await {
                        tracing::debug!(worker = worker.config.name, %error, "no health report");
                    }
                }
            });
        }
        while watching.join_next().await.is_some() {}
    }
}
