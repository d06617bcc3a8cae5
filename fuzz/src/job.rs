//! Messages of the job protocol.

#[path = "../../offchain-workers/worker-api/tests/common/mod.rs"]
mod sample;

use opg_primitives::request::DeclineReason;
use opg_worker_api::{from_json, to_json, Job, JobReport, JobStatus, Message, Progress};
use std::fmt::Debug;

/// Reads a message; what is read is read again as it was once it is written.
fn message<M: Message + Clone + Debug + PartialEq>(data: &[u8]) -> Option<M> {
    let message = from_json::<M>(data).ok()?;
    let written = to_json(&message).expect("its fields can be written");
    assert_eq!(from_json::<M>(&written), Ok(message.clone()));
    Some(message)
}

/// A job, as a dispatcher brings it.
pub fn job(data: &[u8]) -> bool {
    let Some(job) = message::<Job>(data) else { return false };
    if let Ok(opened) = job.public() {
        let _ = job.check(&sample::interface(), opened);
    }
    let _ = job.check_lease();
    let _ = job.answer(&sample::clear(&[]));
    let _ = job.begins();
    let _ = job.least_blocks_to_deliver();
    true
}

/// A report, as a worker brings it.
pub fn report(data: &[u8]) -> bool {
    message::<JobReport>(data).is_some()
}

/// Good ones: with a public input and with a sealed one.
pub fn jobs() -> Vec<Vec<u8>> {
    let jobs = [sample::job(), sample::sealed_job()];
    jobs.iter().map(|job| to_json(job).expect("it can be written")).collect()
}

/// One of each status.
pub fn reports() -> Vec<Vec<u8>> {
    let statuses = [
        JobStatus::Queued,
        JobStatus::Held,
        JobStatus::Accepted,
        JobStatus::Running { progress: Progress::new(50) },
        JobStatus::Done(sample::result()),
        JobStatus::Done(sample::sealed_result()),
        JobStatus::refused(DeclineReason::Unfit, "too long"),
        JobStatus::failed("lost"),
    ];
    let written = |status| {
        let report = JobReport::new(sample::job().key(), status);
        to_json(&report).expect("it can be written")
    };
    statuses.into_iter().map(written).collect()
}
