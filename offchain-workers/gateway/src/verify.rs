//! What of a worker's answer is checked before it is passed on.
//!
//! The runtime checks all of it again; this keeps the provider's bond from answering for a worker
//! that went wrong. A proof is not checked here, since the gateway does not hold verifying keys:
//! the worker checks its own. Nor does it know session keys, which the chain does: that of an enclave
//! which the operator does not name is read from the final state of the operator's own node. Without
//! a key and without a node an enclave's word is passed on as it is.

use crate::{chain::Node, client::CallError};
use opg_primitives::{
    attestation::enclave_id,
    ed25519::verifies,
    evidence::{Evidence, SignedAnswer},
    ids::{SessionKey, WorkerKey},
};
use opg_worker_api::{Job, JobInput, JobResult};

/// Why an answer is not passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAnswer {
    /// The evidence is of another mode.
    #[error("the evidence is of another mode than the job")]
    Mode,
    /// The proof is for another version of the key.
    #[error("the proof is for another version of the model's key")]
    KeyVersion,
    /// The output is in clear where the input is sealed, or the other way round.
    #[error("the output has not the form of the job's input")]
    Form,
    /// The input is sealed to another enclave.
    #[error("another enclave answers than the one that the input is sealed to")]
    Enclave,
    /// The operator named another key for this worker.
    #[error("it is signed by another key than the worker's")]
    Key,
    /// The chain has no such enclave.
    #[error("its enclave is not on chain")]
    NotOnChain,
    /// The signature does not verify.
    #[error("the signature does not verify")]
    Signature,
}

/// Checks `result` as an answer to `job` by the worker of `key`, or by the enclave whose key `node`
/// has on chain.
///
/// # Errors
/// [`CallError`], if the node does not say; [`BadAnswer`] in it.
pub async fn check_with(
    job: &Job,
    result: &JobResult,
    key: Option<WorkerKey>,
    node: Option<&Node>,
) -> Result<Result<(), BadAnswer>, CallError> {
    let key = match (&result.evidence, key, node) {
        (Evidence::Tee { enclave, .. }, None, Some(node)) => match node.session(*enclave).await? {
            Some(session) => Some(WorkerKey(session.session_key.0)),
            None => return Ok(Err(BadAnswer::NotOnChain)),
        },
        (_, key, _) => key,
    };
    Ok(check(job, result, key))
}

/// Checks `result` as an answer to `job` by the worker of `key`.
///
/// # Errors
/// [`BadAnswer`].
pub fn check(job: &Job, result: &JobResult, key: Option<WorkerKey>) -> Result<(), BadAnswer> {
    if result.evidence.mode() != job.mode {
        return Err(BadAnswer::Mode);
    }
    if !job.takes(&result.output) {
        return Err(BadAnswer::Form);
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
            if matches!(&job.input, JobInput::Sealed(sealed) if sealed.enclave != *enclave) {
                return Err(BadAnswer::Enclave);
            }
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
