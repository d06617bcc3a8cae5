//! What of a worker's answer is checked before it is passed on.
//!
//! The runtime checks all of it again; this keeps the provider's bond from answering for a worker
//! that went wrong. A proof is not checked here, since the gateway does not hold verifying keys:
//! the worker checks its own. Nor does it know session keys, which the chain does: an enclave's
//! signature is checked where the operator names its key.

use opg_primitives::{
    attestation::enclave_id,
    ed25519::verifies,
    evidence::{Evidence, SignedAnswer},
    ids::{SessionKey, WorkerKey},
};
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
    let (signer, hash, signature) = match &result.evidence {
        Evidence::ZkMl { key_version, .. } if Some(*key_version) != job.key_version => {
            return Err(BadAnswer::KeyVersion);
        }
        Evidence::Plain(signed) | Evidence::ZkMl { signed, .. } => {
            let SignedAnswer { key: signer, signature } = *signed;
            (signer, job.answer(&result.output).signing_hash(), signature)
        }
        Evidence::Tee { enclave, run, signature } => {
            let Some(signer) = key else { return Ok(()) };
            if enclave_id(job.genesis, job.provider, SessionKey(signer.0)) != *enclave {
                return Err(BadAnswer::Key);
            }
            let answer = job.enclave_answer(*enclave, &result.output, run.clone());
            (signer, answer.signing_hash(), *signature)
        }
    };
    if key.is_some_and(|key| key != signer) {
        return Err(BadAnswer::Key);
    }
    match verifies(&signer.0, &hash, &signature) {
        true => Ok(()),
        false => Err(BadAnswer::Signature),
    }
}
