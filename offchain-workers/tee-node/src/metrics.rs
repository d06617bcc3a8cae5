//! Figures for Prometheus. None of them is of a single request.

use opg_primitives::{request::DeclineReason, signed_answer::Status};
use opg_zkml_node::metrics::reason_name;
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

type Label = [(&'static str, &'static str); 1];

/// The figures of a node.
pub struct Metrics {
    registry: Registry,
    jobs: Family<Label, Gauge>,
    queue: Gauge,
    capacity: Gauge,
    answers: Counter,
    refusals: Family<Label, Counter>,
    failures: Counter,
    answered: Gauge,
    signed: Family<Label, Counter>,
    joined: Counter,
    upstream_errors: Counter,
    answering: Histogram,
}

impl Metrics {
    /// The figures of a node whose queue holds `capacity` jobs.
    pub fn new(capacity: u32) -> Arc<Self> {
        let mut registry = Registry::with_prefix("opg_tee_node");
        let answering = Histogram::new(exponential_buckets(0.005, 2.0, 16));
        let metrics = Self {
            jobs: Family::default(),
            queue: Gauge::default(),
            capacity: Gauge::default(),
            answers: Counter::default(),
            refusals: Family::default(),
            failures: Counter::default(),
            answered: Gauge::default(),
            signed: Family::default(),
            joined: Counter::default(),
            upstream_errors: Counter::default(),
            answering: answering.clone(),
            registry: Registry::default(),
        };
        registry.register("jobs", "Jobs that are kept, by state", metrics.jobs.clone());
        registry.register("queue_length", "Jobs accepted and not answered", metrics.queue.clone());
        registry.register("queue_capacity", "The most of them", metrics.capacity.clone());
        registry.register("answers", "Jobs answered", metrics.answers.clone());
        registry.register("refusals", "Jobs refused, by reason", metrics.refusals.clone());
        registry.register("failures", "Jobs accepted and lost", metrics.failures.clone());
        registry.register("signed", "Answers signed by these keys", metrics.answered.clone());
        registry.register(
            "signed_answers",
            "Answers signed that are not on chain, by status",
            metrics.signed.clone(),
        );
        registry.register(
            "joined",
            "Requests that got the answer of the same request before",
            metrics.joined.clone(),
        );
        registry.register(
            "upstream_errors",
            "Requests that the upstream did not answer",
            metrics.upstream_errors.clone(),
        );
        registry.register("answering_seconds", "How long the upstream took to its end", answering);
        metrics.capacity.set(i64::from(capacity));
        Arc::new(Self { registry, ..metrics })
    }

    /// Notes a job that was answered.
    pub fn answered(&self) {
        self.answers.inc();
    }

    /// Notes a refusal.
    pub fn refused(&self, reason: DeclineReason) {
        self.refusals.get_or_create(&[("reason", reason_name(reason))]).inc();
    }

    /// Notes a job that was lost.
    pub fn failed(&self) {
        self.failures.inc();
    }

    /// Notes a signed answer, and how long it took.
    pub fn signed(&self, status: Status, took: Duration) {
        let status = match status {
            Status::Complete => "complete",
            Status::Aborted => "aborted",
        };
        self.signed.get_or_create(&[("status", status)]).inc();
        self.answering.observe(took.as_secs_f64());
    }

    /// Notes a request that joined the same one before it.
    pub fn joined(&self) {
        self.joined.inc();
    }

    /// Notes a request that the upstream did not answer.
    pub fn upstream_failed(&self) {
        self.upstream_errors.inc();
    }

    /// All figures as text, with `jobs` by state, `queue` and the number of answers as they are now.
    pub fn text(&self, jobs: &BTreeMap<&'static str, u32>, queue: u32, answered: u64) -> String {
        for state in ["queued", "accepted", "refused", "done", "failed"] {
            let count = jobs.get(state).copied().unwrap_or_default();
            self.jobs.get_or_create(&[("state", state)]).set(i64::from(count));
        }
        self.queue.set(i64::from(queue));
        self.answered.set(i64::try_from(answered).unwrap_or(i64::MAX));
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
