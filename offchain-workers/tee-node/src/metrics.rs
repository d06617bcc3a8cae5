//! Figures for Prometheus. None of them is of a single request.

use opg_primitives::{request::DeclineReason, signed_answer::Status};
use opg_worker_api::server::metrics::{registered, text, JobFigures, Label, QueueFigures};
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

/// The figures of a node.
pub struct Metrics {
    jobs: JobFigures,
    queue: QueueFigures,
    answers: Counter,
    answered: Gauge,
    signed: Family<Label, Counter>,
    joined: Counter,
    upstream_errors: Counter,
    answering: Histogram,
    registry: Registry,
}

impl Metrics {
    /// The figures of a node whose queue holds `capacity` jobs.
    pub fn new(capacity: u32) -> Arc<Self> {
        let mut registry = Registry::with_prefix("opg_tee_node");
        let to = &mut registry;
        Arc::new(Self {
            jobs: JobFigures::new(to),
            queue: QueueFigures::new(to, capacity),
            answers: registered(to, "answers", "Jobs answered", Counter::default()),
            answered: registered(to, "signed", "Answers signed by these keys", Gauge::default()),
            signed: registered(
                to,
                "signed_answers",
                "Answers signed that are not on chain, by status",
                Family::default(),
            ),
            joined: registered(
                to,
                "joined",
                "Requests that got the answer of the same request before",
                Counter::default(),
            ),
            upstream_errors: registered(
                to,
                "upstream_errors",
                "Requests that the upstream did not answer",
                Counter::default(),
            ),
            answering: registered(
                to,
                "answering_seconds",
                "How long the upstream took to its end",
                Histogram::new(exponential_buckets(0.005, 2.0, 16)),
            ),
            registry,
        })
    }

    /// Notes a job that was answered.
    pub fn answered(&self) {
        self.answers.inc();
    }

    /// Notes a refusal.
    pub fn refused(&self, reason: DeclineReason) {
        self.jobs.refused(reason);
    }

    /// Notes a job that was lost.
    pub fn failed(&self) {
        self.jobs.failed();
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
        self.jobs.show(&["queued", "accepted", "refused", "done", "failed"], jobs);
        self.queue.show(queue);
        self.answered.set(i64::try_from(answered).unwrap_or(i64::MAX));
        text(&self.registry)
    }
}
