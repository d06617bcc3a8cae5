//! Figures for Prometheus. None of them is of a single request.

use crate::{chain::View, workers::Worker};
use opg_primitives::request::DeclineReason;
use opg_worker_api::server::metrics::{registered, text, JobFigures};
use prometheus_client::{
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{exponential_buckets, Histogram},
    },
    registry::Registry,
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

type Name = [(&'static str, String); 1];
type Call = [(&'static str, String); 2];

/// The figures of a gateway.
pub struct Metrics {
    jobs: JobFigures,
    up: Family<Name, Gauge>,
    calls: Family<Call, Counter>,
    orphans: Counter,
    held: Histogram,
    best: Gauge,
    finalized: Gauge,
    registry: Registry,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("opg_gateway");
        let to = &mut registry;
        Self {
            jobs: JobFigures::new(to),
            up: registered(to, "worker_up", "Whether a worker takes jobs", Family::default()),
            calls: registered(to, "calls", "Calls to workers, by outcome", Family::default()),
            orphans: registered(
                to,
                "orphans",
                "Jobs whose block was not the final one",
                Counter::default(),
            ),
            held: registered(
                to,
                "held_seconds",
                "How long jobs waited to be final",
                Histogram::new(exponential_buckets(0.5, 2.0, 10)),
            ),
            best: registered(
                to,
                "best_block",
                "The best block, as the node says",
                Gauge::default(),
            ),
            finalized: registered(to, "final_block", "The last final block", Gauge::default()),
            registry,
        }
    }
}

impl Metrics {
    /// Notes a call to `worker`.
    pub fn called(&self, worker: &str, outcome: &str) {
        let labels = [("worker", worker.to_owned()), ("outcome", outcome.to_owned())];
        self.calls.get_or_create(&labels).inc();
    }

    /// Notes a refusal.
    pub fn refused(&self, reason: DeclineReason) {
        self.jobs.refused(reason);
    }

    /// Notes a job that was lost.
    pub fn failed(&self) {
        self.jobs.failed();
    }

    /// Notes a job of a block that is not of the chain.
    pub fn orphaned(&self) {
        self.orphans.inc();
    }

    /// Notes how long a job was held.
    pub fn held(&self, time: Duration) {
        self.held.observe(time.as_secs_f64());
    }

    /// All figures as text, with what is so now.
    pub fn text(
        &self,
        jobs: &BTreeMap<&'static str, u32>,
        workers: &[Arc<Worker>],
        view: Option<View>,
    ) -> String {
        let states = ["queued", "held", "accepted", "running", "done", "refused", "failed"];
        self.jobs.show(&states, jobs);
        for worker in workers {
            let label = [("worker", worker.config.name.clone())];
            self.up.get_or_create(&label).set(i64::from(worker.is_up()));
        }
        if let Some(view) = view {
            self.best.set(i64::from(view.best));
            self.finalized.set(i64::from(view.finalized));
        }
        text(&self.registry)
    }
}
