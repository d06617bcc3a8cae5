//! The figures for Prometheus that gateway and workers have in common. None of them is of a single request.

use opg_primitives::request::DeclineReason;
use prometheus_client::{
    encoding::text::encode,
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::{Metric, Registry},
};
use std::collections::BTreeMap;

/// One label, whose values are few.
pub type Label = [(&'static str, &'static str); 1];

/// Puts `metric` into `registry`, and gives it back to be counted with.
pub fn registered<M: Metric + Clone>(
    registry: &mut Registry,
    name: &'static str,
    help: &'static str,
    metric: M,
) -> M {
    registry.register(name, help, metric.clone());
    metric
}

/// All figures of `registry` as text.
pub fn text(registry: &Registry) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = encode(&mut text, registry);
    text
}

/// The figures of jobs.
#[derive(Debug)]
pub struct JobFigures {
    jobs: Family<Label, Gauge>,
    refusals: Family<Label, Counter>,
    failures: Counter,
}

impl JobFigures {
    /// New ones in `registry`.
    pub fn new(registry: &mut Registry) -> Self {
        Self {
            jobs: registered(registry, "jobs", "Jobs that are kept, by state", Family::default()),
            refusals: registered(
                registry,
                "refusals",
                "Jobs refused, by reason",
                Family::default(),
            ),
            failures: registered(
                registry,
                "failures",
                "Jobs accepted and lost",
                Counter::default(),
            ),
        }
    }

    /// Notes a refusal.
    pub fn refused(&self, reason: DeclineReason) {
        self.refusals.get_or_create(&[("reason", reason.name())]).inc();
    }

    /// Notes a job that was lost.
    pub fn failed(&self) {
        self.failures.inc();
    }

    /// Shows how many `jobs` are in each of `states` now.
    pub fn show(&self, states: &[&'static str], jobs: &BTreeMap<&'static str, u32>) {
        for state in states.iter().copied() {
            let count = jobs.get(state).copied().unwrap_or_default();
            self.jobs.get_or_create(&[("state", state)]).set(i64::from(count));
        }
    }
}

/// The figures of a worker's queue.
#[derive(Debug)]
pub struct QueueFigures {
    length: Gauge,
}

impl QueueFigures {
    /// Those of a queue that holds `capacity` jobs, in `registry`.
    pub fn new(registry: &mut Registry, capacity: u32) -> Self {
        let help = "Jobs accepted and not answered";
        let length = registered(registry, "queue_length", help, Gauge::default());
        let most: Gauge =
            registered(registry, "queue_capacity", "The most of them", Gauge::default());
        most.set(i64::from(capacity));
        Self { length }
    }

    /// Shows that `taken` jobs are in it now.
    pub fn show(&self, taken: u32) {
        self.length.set(i64::from(taken));
    }
}
