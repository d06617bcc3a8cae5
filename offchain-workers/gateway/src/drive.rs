//! The life of one job: hold it until it is final, assign it to a worker, follow it to its answer.
//!
//! Each step that matters is in the journal before it is taken, so that a restart goes on where it
//! was. A worker that got the job keeps it as long as it answers: another one gets it only after the
//! first was silent for long, said that it failed, or gave a wrong answer. Answers of networks with
//! integers alone are the same whoever gives them, so that even then no two answers are signed.

use crate::{
    backoff::Backoff,
    chain::Standing,
    client::CallError,
    record::{GatewayRecord, Stage},
    service::{Gateway, HoldFor},
    verify,
    workers::Worker,
};
use opg_primitives::{request::DeclineReason, BlockNumber};
use opg_worker_api::{server::StoreError, Job, JobInput, JobKey, JobStatus, Text};
use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::time::sleep;

/// Blocks before the last in which a lease can be acknowledged: by then a job is declined, so that
/// the decline is still in time.
const BLOCKS_TO_DECLINE: BlockNumber = 3;
/// By the clock alone a job is given up this much later than its lease ends: the chain may be slow,
/// and an answer that comes late costs nothing.
const CLOCK_FACTOR: u64 = 4;
/// The first waiting time between attempts.
const FIRST_WAIT: Duration = Duration::from_millis(100);
/// The longest waiting time between attempts to reach a worker.
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// How often it is looked whether a held job is final, or another one out of time.
const LOOK: Duration = Duration::from_millis(500);

/// How holding ended.
enum Held {
    Released,
    Orphaned,
    WrongChain,
    TooLate,
}

/// How following a worker ended.
enum Followed {
    /// The job is over.
    Over,
    /// This worker is out: it failed, or gave a wrong answer.
    Out(Text),
    /// This worker does not take it.
    Refused(DeclineReason, Text),
    /// This worker is silent.
    Silent,
}

/// Drives the job of `key` until it is over.
///
/// # Errors
/// [`StoreError`], if the journal fails; the job stays as it is then.
pub async fn drive(gateway: &Gateway, key: JobKey) -> Result<(), StoreError> {
    let Some(record) = gateway.ledger.get(key) else {
        return Ok(());
    };
    if record.stage == Stage::Taken {
        let start = Instant::now();
        match hold(gateway, &record).await {
            Held::Released => gateway.metrics.held(start.elapsed()),
            Held::Orphaned => {
                // The dispatcher sees the same chain soon, and puts the job of that one.
                tracing::warn!(job = %key, "its block is not of the chain; forgotten");
                gateway.metrics.orphaned();
                return gateway.forget(key).await;
            }
            Held::WrongChain => {
                return refuse(gateway, key, DeclineReason::NotServed, "wrong chain").await
            }
            Held::TooLate => {
                let why = "it is not final in time to be acknowledged";
                return refuse(gateway, key, DeclineReason::Busy, why).await;
            }
        }
        gateway.store(key, Stage::Assigned { worker: None, accepted: false }).await?;
    }
    assign(gateway, key).await
}

async fn hold(gateway: &Gateway, record: &GatewayRecord) -> Held {
    let job = &record.job;
    let mut blocks = vec![job.request_block];
    match gateway.settings.hold_for {
        HoldFor::Nothing => return Held::Released,
        HoldFor::Request => {}
        HoldFor::Lease => blocks.push(job.lease_block),
    }
    if let JobInput::Sealed(delivered) = &job.input {
        blocks.push(delivered.block);
    }
    gateway.show(job.key(), JobStatus::Held);
    loop {
        if let (Some(node), Some(view)) = (&gateway.node, gateway.view()) {
            if view.genesis != job.genesis {
                return Held::WrongChain;
            }
            let mut pending = false;
            for block in &blocks {
                match node.standing(&view, *block).await {
                    Ok(Standing::Final) => {}
                    Ok(Standing::Orphan) => return Held::Orphaned,
                    Ok(Standing::Pending) => pending = true,
                    Err(error) => {
                        tracing::debug!(%error, "the node does not say what is final");
                        pending = true;
                    }
                }
            }
            if !pending {
                return Held::Released;
            }
        }
        if gateway.is_past(record, acceptable_until(job), 1) {
            return Held::TooLate;
        }
        sleep(LOOK).await;
    }
}

fn acceptable_until(job: &Job) -> BlockNumber {
    job.ack_by.saturating_sub(BLOCKS_TO_DECLINE)
}

async fn refuse(
    gateway: &Gateway,
    key: JobKey,
    reason: DeclineReason,
    why: impl std::fmt::Display,
) -> Result<(), StoreError> {
    tracing::info!(job = %key, ?reason, %why, "refused");
    gateway.metrics.refused(reason);
    gateway.store(key, Stage::Refused { reason, why: Text::new(why) }).await
}

async fn fail(gateway: &Gateway, key: JobKey, why: &Text) -> Result<(), StoreError> {
    tracing::error!(job = %key, %why, "failed");
    gateway.metrics.failed();
    gateway.store(key, Stage::Failed { why: why.clone() }).await
}

/// Finds a worker, follows it, and finds another if need be.
async fn assign(gateway: &Gateway, key: JobKey) -> Result<(), StoreError> {
    let mut backoff = Backoff::new(FIRST_WAIT, LONGEST_WAIT);
    // Workers that are not asked again, and the last thing that any of them said.
    let mut out: BTreeSet<String> = BTreeSet::new();
    let mut reason = DeclineReason::NotServed;
    let mut why = Text::new("no worker serves this model in this mode");
    // Silent ones are asked after the others.
    let mut silent: BTreeSet<String> = BTreeSet::new();
    loop {
        let Some(record) = gateway.ledger.get(key) else {
            return Ok(());
        };
        let Stage::Assigned { worker: assigned, accepted } = record.stage.clone() else {
            return Ok(());
        };
        let job = &record.job;
        let last = job.ack_by.saturating_add(job.deliver_within).min(job.deadline);
        if accepted && gateway.is_past(&record, last, CLOCK_FACTOR) {
            return fail(gateway, key, &Text::new(format!("not answered in time; last: {why}")))
                .await;
        }
        if !accepted && gateway.is_past(&record, acceptable_until(job), 1) {
            return refuse(gateway, key, reason, why).await;
        }

        let mut candidates = gateway.workers.candidates(job);
        // Who has it goes first, also if it does not answer now: it may be working on it.
        if let Some(had) = assigned.as_deref().and_then(|name| gateway.workers.named(name)) {
            candidates.retain(|worker| worker.config.name != had.config.name);
            candidates.insert(0, had);
        }
        candidates.retain(|worker| !out.contains(&worker.config.name));
        candidates.sort_by_key(|worker| silent.contains(&worker.config.name));
        if candidates.is_empty() && !out.is_empty() {
            // All that could have answered said no, for good.
            return if accepted {
                fail(gateway, key, &why).await
            } else {
                refuse(gateway, key, reason, why).await
            };
        }
        for worker in candidates {
            let name = &worker.config.name;
            let accepted = match gateway.ledger.get(key).map(|record| record.stage) {
                Some(Stage::Assigned { accepted, .. }) => accepted,
                _ => return Ok(()),
            };
            // Before it is sent: after a crash the same worker is asked first.
            gateway.store(key, Stage::Assigned { worker: Some(name.clone()), accepted }).await?;
            match follow(gateway, &record, &worker).await? {
                Followed::Over => return Ok(()),
                Followed::Silent => {
                    silent.insert(name.clone());
                }
                Followed::Refused(DeclineReason::Busy, text) => {
                    silent.remove(name);
                    (reason, why) = (DeclineReason::Busy, text);
                }
                Followed::Refused(because, text) => {
                    (reason, why) = (because, text);
                    out.insert(name.clone());
                }
                Followed::Out(text) => {
                    why = text;
                    out.insert(name.clone());
                }
            }
        }
        wait(gateway, &record, last, backoff.step()).await;
    }
}

/// Puts the job to `worker` and asks for it until there is an answer, or none is to be expected.
async fn follow(
    gateway: &Gateway,
    record: &GatewayRecord,
    worker: &Arc<Worker>,
) -> Result<Followed, StoreError> {
    let (job, key) = (&record.job, record.job.key());
    let name = worker.config.name.as_str();
    let mut retry = Backoff::new(FIRST_WAIT, LONGEST_WAIT.min(gateway.settings.failover));
    let mut poll = Backoff::new(FIRST_WAIT.min(gateway.settings.poll), gateway.settings.poll);
    let last = job.ack_by.saturating_add(job.deliver_within).min(job.deadline);
    let mut heard = Instant::now();
    let mut known = false;
    loop {
        let asked = if known {
            worker.client.get(key).await
        } else {
            worker.client.put(job).await.map(Some)
        };
        gateway.metrics.called(name, outcome(&asked));
        let status = match asked {
            Ok(None) => {
                // It lost the job: a new journal, or another machine.
                known = false;
                if !wait(gateway, record, last, retry.step()).await {
                    return Ok(Followed::Silent);
                }
                continue;
            }
            Ok(Some(status)) => status,
            Err(CallError::Refused { status: 409, body }) => {
                return Ok(Followed::Out(Text::new(format!("{name}: {}", body.message))));
            }
            Err(error) => {
                tracing::warn!(job = %key, worker = name, %error, "a call failed");
                if heard.elapsed() > gateway.settings.failover
                    || !wait(gateway, record, last, retry.step()).await
                {
                    return Ok(Followed::Silent);
                }
                continue;
            }
        };
        heard = Instant::now();
        known = true;
        retry.reset();
        match status {
            JobStatus::Done(result) => {
                let node = gateway.node.as_ref();
                let checked = verify::check_with(job, &result, worker.config.key, node).await;
                let checked = match checked {
                    Ok(checked) => checked,
                    Err(error) => {
                        // The answer waits: it is asked for again.
                        tracing::warn!(job = %key, %error, "the node does not say who may sign");
                        if !wait(gateway, record, last, poll.step()).await {
                            return Ok(Followed::Silent);
                        }
                        continue;
                    }
                };
                if let Err(error) = checked {
                    tracing::error!(job = %key, worker = name, %error, "a wrong answer");
                    gateway.metrics.called(name, "wrong_answer");
                    return Ok(Followed::Out(Text::new(format!("{name}: {error}"))));
                }
                tracing::info!(job = %key, worker = name, "answered");
                gateway.store(key, Stage::Done(result)).await?;
                return Ok(Followed::Over);
            }
            JobStatus::Refused { reason, why } => return Ok(Followed::Refused(reason, why)),
            JobStatus::Failed { why } => {
                return Ok(Followed::Out(Text::new(format!("{name}: {why}"))));
            }
            JobStatus::Accepted | JobStatus::Running { .. } => {
                accept(gateway, key, name).await?;
                gateway.show(key, status);
            }
            // Another gateway, which holds it itself.
            JobStatus::Queued | JobStatus::Held => gateway.show(key, status),
        }
        if !wait(gateway, record, last, poll.step()).await {
            return Ok(Followed::Silent);
        }
    }
}

/// Waits for `step`, but not beyond the time in which there is a point in asking, so that what can only
/// be declined is declined while that counts. Whether there still is a point.
async fn wait(
    gateway: &Gateway,
    record: &GatewayRecord,
    last: BlockNumber,
    step: Duration,
) -> bool {
    let start = Instant::now();
    while !is_over_time(gateway, record, last) {
        let left = step.saturating_sub(start.elapsed());
        if left.is_zero() {
            return true;
        }
        sleep(left.min(LOOK)).await;
    }
    false
}

/// Whether there is no point in asking any longer.
fn is_over_time(gateway: &Gateway, record: &GatewayRecord, last: BlockNumber) -> bool {
    let accepted = gateway
        .ledger
        .get(record.job.key())
        .is_some_and(|now| matches!(now.stage, Stage::Assigned { accepted: true, .. }));
    if accepted {
        gateway.is_past(record, last, CLOCK_FACTOR)
    } else {
        gateway.is_past(record, acceptable_until(&record.job), 1)
    }
}

/// Notes, once, that the job is accepted.
async fn accept(gateway: &Gateway, key: JobKey, name: &str) -> Result<(), StoreError> {
    let accepted = |record: &GatewayRecord| matches!(&record.stage, Stage::Assigned { worker: Some(worker), accepted: true } if worker == name);
    if gateway.ledger.get(key).as_ref().is_some_and(accepted) {
        return Ok(());
    }
    tracing::info!(job = %key, worker = name, "accepted");
    gateway.store(key, Stage::Assigned { worker: Some(name.to_owned()), accepted: true }).await
}

/// What is counted of a call.
fn outcome(asked: &Result<Option<JobStatus>, CallError>) -> &'static str {
    match asked {
        Ok(Some(_)) => "ok",
        Ok(None) => "unknown_job",
        Err(CallError::NoAnswer(_)) => "no_answer",
        Err(CallError::Garbage(_)) => "garbage",
        Err(CallError::Refused { .. }) => "refused",
    }
}
