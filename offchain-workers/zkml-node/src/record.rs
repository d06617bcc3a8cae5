//! What is kept of a job, and the rule against equivocation: an answer is on the disk before it is
//! signed, and for one lease only the first answer that was stored is ever signed.

use crate::key::Key;
use opg_primitives::{
    evidence::{Evidence, ProofBytes, ProofSystem},
    mode::Mode,
    request::{Output, PublicBytes},
};
use opg_worker_api::{
    server::{Ledger, Record, StoreError},
    Job, JobKey, JobResult, Text,
};
use serde::{Deserialize, Serialize};

/// A proof and the version of the key that it is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredProof {
    /// The version of the key.
    pub key_version: u32,
    /// The proof.
    #[serde(with = "opg_primitives::text::hex_bytes")]
    pub bytes: ProofBytes,
}

/// An answer before it is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredAnswer {
    /// The output.
    #[serde(with = "opg_primitives::text::hex_bytes")]
    pub output: PublicBytes,
    /// The proof, if the mode has one.
    pub proof: Option<StoredProof>,
}

/// How far a job is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Stage {
    /// It is to be worked on.
    Accepted,
    /// The answer stands; it may or may not have been signed.
    Answered(StoredAnswer),
    /// The answer is signed.
    Done(Box<JobResult>),
    /// There will be no answer.
    Failed(Text),
}

/// What is kept of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkerRecord {
    /// The job.
    pub job: Job,
    /// When it came, in seconds since 1970.
    pub received: u64,
    /// How far it is.
    pub stage: Stage,
}

impl Record for WorkerRecord {
    fn job(&self) -> &Job {
        &self.job
    }

    fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Done(_) | Stage::Failed(_))
    }
}

/// Why an answer was not signed.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// Another answer was stored for this lease before.
    #[error("another answer to {0} was stored before; two are never signed")]
    Equivocation(JobKey),
    /// The job had ended without an answer.
    #[error("the job {0} had failed before it was answered")]
    Ended(JobKey),
    /// The answer is not of the job's mode.
    #[error("the answer to {0} is not of the job's mode")]
    WrongMode(JobKey),
    /// It could not be stored.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Stores `answer` for the job of `key`, signs it, and stores the result. Blocks on the disk.
///
/// Called again with the same answer it gives the same result, for a crash between the two writes.
///
/// # Errors
/// [`AnswerError`]. Nothing is signed if there is any.
pub fn answer(
    ledger: &Ledger<WorkerRecord>,
    signer: &Key,
    key: JobKey,
    answer: StoredAnswer,
) -> Result<JobResult, AnswerError> {
    // 1. The answer is on the disk when `update` returns.
    let stored = ledger.update(key, |mut record| {
        if answer.proof.is_some() != (record.job.mode == Mode::ZkMl) {
            return Err(AnswerError::WrongMode(key));
        }
        match &record.stage {
            Stage::Accepted => record.stage = Stage::Answered(answer),
            Stage::Answered(before) if *before == answer => {}
            Stage::Answered(_) | Stage::Done(_) => return Err(AnswerError::Equivocation(key)),
            Stage::Failed(_) => return Err(AnswerError::Ended(key)),
        }
        Ok(record)
    })?;
    // 2. What is signed is what was stored, not what was handed in.
    finish(ledger, signer, stored)
}

/// Signs the answer that `stored` holds: also after a restart, when it was stored but the result was
/// not. Ed25519 is deterministic, so that it does not matter whether it was signed before.
///
/// # Errors
/// [`AnswerError`].
pub fn finish(
    ledger: &Ledger<WorkerRecord>,
    signer: &Key,
    stored: WorkerRecord,
) -> Result<JobResult, AnswerError> {
    let key = stored.job.key();
    let Stage::Answered(answer) = stored.stage else {
        return Err(AnswerError::Ended(key));
    };
    let output = Output::Public(answer.output);
    let signed = signer.sign_answer(&stored.job.answer(&output));
    let evidence = match answer.proof {
        None => Evidence::Plain(signed),
        Some(StoredProof { key_version, bytes: proof }) => {
            Evidence::ZkMl { signed, system: ProofSystem::Groth16Bls12381, key_version, proof }
        }
    };
    let result = JobResult { output, evidence };
    let done = Stage::Done(Box::new(result.clone()));
    ledger.update::<AnswerError>(key, |record| Ok(WorkerRecord { stage: done, ..record }))?;
    Ok(result)
}
