//! Figures for Prometheus. None of them is of a single request.

use opg_primitives::{mode::Mode, request::DeclineReason};
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
use std::{collections::BTreeMap, time::Duration};

type Label = [(&'static str, &'static str); 1];

/// The name of a reason, as a label.
pub fn reason_name(reason: DeclineReason) -> &'static str {
    match reason {
        DeclineReason::NoPayload => "no_payload",
        DeclineReason::PayloadMismatch => "payload_mismatch",
        DeclineReason::Unfit => "unfit",
        DeclineReason::Busy => "busy",
        DeclineReason::NotServed => "not_served",
    }
}

/// The figures of a worker.
pub struct Metrics {
    registry: Registry,
    jobs: Family<Label, Gauge>,
    queue: Gauge,
    capacity: Gauge,
    answers: Family<Label, Counter>,
    refusals: Family<Label, Counter>,
    failures: Counter,
    equivocations: Counter,
    proving: Histogram,
}

impl Metrics {
    /// The figures of a worker whose queue holds `capacity` jobs.
    pub fn new(capacity: u32) -> Self {
        let mut registry = Registry::with_prefix("opg_zkml_node");
        let proving = Histogram::new(exponential_buckets(0.05, 2.0, 12));
        let metrics = Self {
            jobs: Family::default(),
            queue: Gauge::default(),
            capacity: Gauge::default(),
            answers: Family::default(),
            refusals: Family::default(),
            failures: Counter::default(),
            equivocations: Counter::default(),
            proving: proving.clone(),
            registry: Registry::default(),
        };
        registry.register("jobs", "Jobs that are kept, by state", metrics.jobs.clone());
        registry.register("queue_length", "Jobs accepted and not answered", metrics.queue.clone());
        registry.register("queue_capacity", "The most of them", metrics.capacity.clone());
        registry.register("answers", "Answers signed, by mode", metrics.answers.clone());
        registry.register("refusals", "Jobs refused, by reason", metrics.refusals.clone());
        registry.register("failures", "Jobs accepted and lost", metrics.failures.clone());
        registry.register(
            "equivocations_prevented",
            "Second answers to one lease that were not signed",
            metrics.equivocations.clone(),
        );
        registry.register("proving_seconds", "How long a proof took, its check included", proving);
        metrics.capacity.set(i64::from(capacity));
        Self { registry, ..metrics }
    }

    /// Notes a signed answer.
    pub fn answered(&self, mode: Mode) {
        self.answers.get_or_create(&[("mode", mode.name())]).inc();
    }

    /// Notes a refusal.
    pub fn refused(&self, reason: DeclineReason) {
        self.refusals.get_or_create(&[("reason", reason_name(reason))]).inc();
    }

    /// Notes a job that was lost.
    pub fn failed(&self) {
        self.failures.inc();
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
        for state in ["accepted", "running", "done", "failed"] {
            let count = jobs.get(state).copied().unwrap_or_default();
            self.jobs.get_or_create(&[("state", state)]).set(i64::from(count));
        }
        self.queue.set(i64::from(queue));
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
