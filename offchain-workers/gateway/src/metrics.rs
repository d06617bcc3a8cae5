//! Figures for Prometheus. None of them is of a single request.

use crate::{chain::View, workers::Worker};
use opg_primitives::request::DeclineReason;
use prometheus_client::{
    encoding::text::encode,
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{exponential_buckets, Histogram},
    },
    registry::Registry,
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

type Label = [(&'static str, String); 1];
type Call = [(&'static str, String); 2];

/// The figures of a gateway.
pub struct Metrics {
    registry: Registry,
    jobs: Family<Label, Gauge>,
    up: Family<Label, Gauge>,
    calls: Family<Call, Counter>,
    refusals: Family<Label, Counter>,
    failures: Counter,
    orphans: Counter,
    held: Histogram,
    best: Gauge,
    finalized: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("opg_gateway");
        let held = Histogram::new(exponential_buckets(0.5, 2.0, 10));
        let metrics = Self {
            registry: Registry::default(),
            jobs: Family::default(),
            up: Family::default(),
            calls: Family::default(),
            refusals: Family::default(),
            failures: Counter::default(),
            orphans: Counter::default(),
            held: held.clone(),
            best: Gauge::default(),
            finalized: Gauge::default(),
        };
        registry.register("jobs", "Jobs that are kept, by state", metrics.jobs.clone());
        registry.register("worker_up", "Whether a worker takes jobs", metrics.up.clone());
        registry.register("calls", "Calls to workers, by outcome", metrics.calls.clone());
        registry.register("refusals", "Jobs refused, by reason", metrics.refusals.clone());
        registry.register("failures", "Jobs accepted and lost", metrics.failures.clone());
        registry.register(
            "orphans",
            "Jobs whose block was not the final one",
            metrics.orphans.clone(),
        );
        registry.register("held_seconds", "How long jobs waited to be final", held);
        registry.register("best_block", "The best block, as the node says", metrics.best.clone());
        registry.register("final_block", "The last final block", metrics.finalized.clone());
        Self { registry, ..metrics }
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
        self.refusals.get_or_create(&[("reason", format!("{reason:?}"))]).inc();
    }

    /// Notes a job that was lost.
    pub fn failed(&self) {
        self.failures.inc();
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
        for state in ["queued", "held", "accepted", "running", "done", "refused", "failed"] {
            let count = jobs.get(state).copied().unwrap_or_default();
            self.jobs.get_or_create(&[("state", state.to_owned())]).set(i64::from(count));
        }
        for worker in workers {
            let label = [("worker", worker.config.name.clone())];
            self.up.get_or_create(&label).set(i64::from(worker.is_up()));
        }
        if let Some(view) = view {
            self.best.set(i64::from(view.best));
            self.finalized.set(i64::from(view.finalized));
        }
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
