//! Figures for Prometheus. None of them is of a single request.

use opg_primitives::{mode::Mode, request::DeclineReason};
use opg_worker_api::server::metrics::{registered, text, JobFigures, Label, QueueFigures};
use prometheus_client::{
    metrics::{
        counter::Counter,
        family::Family,
        histogram::{exponential_buckets, Histogram},
    },
    registry::Registry,
};
use std::{collections::BTreeMap, time::Duration};

/// The figures of a worker.
pub struct Metrics {
    jobs: JobFigures,
    queue: QueueFigures,
    answers: Family<Label, Counter>,
    equivocations: Counter,
    proving: Histogram,
    registry: Registry,
}

impl Metrics {
    /// The figures of a worker whose queue holds `capacity` jobs.
    pub fn new(capacity: u32) -> Self {
        let mut registry = Registry::with_prefix("opg_zkml_node");
        let to = &mut registry;
        Self {
            jobs: JobFigures::new(to),
            queue: QueueFigures::new(to, capacity),
            answers: registered(to, "answers", "Answers signed, by mode", Family::default()),
            equivocations: registered(
                to,
                "equivocations_prevented",
                "Second answers to one lease that were not signed",
                Counter::default(),
            ),
            proving: registered(
                to,
                "proving_seconds",
                "How long a proof took, its check included",
                Histogram::new(exponential_buckets(0.05, 2.0, 12)),
            ),
            registry,
        }
    }

    /// Notes a signed answer.
    pub fn answered(&self, mode: Mode) {
        self.answers.get_or_create(&[("mode", mode.name())]).inc();
    }

    /// Notes a refusal.
    pub fn refused(&self, reason: DeclineReason) {
        self.jobs.refused(reason);
    }

    /// Notes a job that was lost.
    pub fn failed(&self) {
        self.jobs.failed();
    }

    /// Notes an answer that was not signed since there was another.
    pub fn equivocation_prevented(&self) {
        self.equivocations.inc();
    }

    /// Notes a proof.
    pub fn proved(&self, took: Duration) {
        self.proving.observe(took.as_secs_f64());
    }

    /// All figures as text, with `jobs` by state and `queue` as they are now.
    pub fn text(&self, jobs: &BTreeMap<&'static str, u32>, queue: u32) -> String {
        self.jobs.show(&["accepted", "running", "done", "failed"], jobs);
        self.queue.show(queue);
        text(&self.registry)
    }
}
