//! What of a worker's answer is checked before it is passed on.
//!
//! The runtime checks all of it again; this keeps the provider's bond from answering for a worker
//! that went wrong. A proof is not checked here, since the gateway does not hold verifying keys:
//! the worker checks its own.

use opg_primitives::{evidence::Evidence, ids::WorkerKey};
use opg_worker_api::{Job, JobResult};

/// Why an answer is not passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAnswer {
    /// The evidence is of another mode.
    #[error("the evidence is of another mode than the job")]
    Mode,
    /// The proof is for another version of the key.
    #[error("the proof is for another version of the model's key")]
    KeyVersion,
    /// The operator named another key for this worker.
    #[error("it is signed by another key than the worker's")]
    Key,
    /// The signature does not verify.
    #[error("the signature does not verify")]
    Signature,
}

/// Checks `result` as an answer to `job` by the worker of `key`.
///
/// # Errors
/// [`BadAnswer`].
pub fn check(job: &Job, result: &JobResult, key: Option<WorkerKey>) -> Result<(), BadAnswer> {
    if result.evidence.mode() != job.mode {
        return Err(BadAnswer::Mode);
    }
    match &result.evidence {
        Evidence::ZkMl { key_version, .. } if Some(*key_version) != job.key_version => {
            return Err(BadAnswer::KeyVersion);
        }
        _ => {}
    }
    let signed = result.evidence.signed();
    if key.is_some_and(|key| key != signed.key) {
        return Err(BadAnswer::Key);
    }
    let hash = job.answer(&result.output).signing_hash();
    ed25519_zebra::VerificationKey::try_from(signed.key.0)
        .and_then(|key| key.verify(&signed.signature.0.into(), &hash))
        .map_err(|_| BadAnswer::Signature)
}
