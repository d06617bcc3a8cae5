//! Private jobs: opened for as long as they are looked at or run, and answered under a seal.
//!
//! What was sealed is kept as ciphertext; in clear it is in memory while the model is asked. What is opened
//! and what is answered is overwritten after; what the engine, or the way to the upstream, made of them is
//! freed as it is. Nothing that is said of a private job, to the gateway or in the log, holds any of
//! its input.

use crate::signer::Signer;
use opg_primitives::{
    request::{DeclineReason, Output, PublicBytes},
    sealed::{self, SealedFor, SealedInput},
    statement,
};
use opg_worker_api::{server::Refusal, Delivered, Job, JobInput, Opened};
use rand::{rngs::OsRng, RngCore};
use zeroize::{Zeroize, Zeroizing};

/// The input of a job, readable.
pub enum Readable<'a> {
    /// It is public.
    Public(Opened<'a>),
    /// It was sealed to this enclave.
    Private(Box<SealedFor>, SealedInput),
}

/// Reads the input of `job`, if it is public or sealed to the keys of `signer`.
///
/// # Errors
/// [`Refusal`], by which to decline the lease.
pub fn read<'a>(job: &'a Job, signer: &Signer) -> Result<Readable<'a>, Refusal> {
    match &job.input {
        JobInput::Public(_) => Ok(Readable::Public(job.public()?)),
        JobInput::Sealed(delivered) => open(job, delivered, signer),
    }
}

fn open(job: &Job, delivered: &Delivered, signer: &Signer) -> Result<Readable<'static>, Refusal> {
    let own = signer.enclave();
    if delivered.enclave != own {
        let why = format!("KeyLost: it is sealed to {}, these keys are {own}'s", delivered.enclave);
        return Err(Refusal::new(DeclineReason::NotServed, why));
    }
    // Before it is opened: of a lease that is not what it says nothing is looked at.
    job.check_lease()?;
    let sealed_for = job.sealed_for(own, signer.encryption_key());
    let input = signer.open(&sealed_for, &delivered.ciphertext).map_err(|error| {
        Refusal::new(DeclineReason::PayloadMismatch, format!("the input does not open: {error}"))
    })?;
    Ok(Readable::Private(Box::new(sealed_for), input))
}

impl Readable<'_> {
    /// The input in clear.
    pub fn opened(&self) -> Opened<'_> {
        match self {
            Self::Public(opened) => *opened,
            Self::Private(_, input) => Opened { salt: input.salt, input: input.input.as_slice() },
        }
    }

    /// `refusal` as it may be told: of a private input only the reason, since a sentence on what does
    /// not fit tells of it.
    pub fn told(&self, refusal: Refusal) -> Refusal {
        let why = match (self, refusal.reason) {
            // What may be otherwise in a minute is not the input's doing.
            (Self::Public(_), _) | (_, DeclineReason::Busy) => return refusal,
            (_, DeclineReason::PayloadMismatch) => "what was sealed does not match its commitment",
            (_, DeclineReason::Unfit) => "the private input does not fit the model",
            (_, DeclineReason::NoPayload | DeclineReason::NotServed) => {
                "the private input gets no answer from the model"
            }
        };
        Refusal::new(refusal.reason, why)
    }

    /// `output` as it goes on chain in answer to `job`, whose input this is.
    ///
    /// # Errors
    /// [`Refusal`], if the system has no randomness; a key that nothing can be sealed to was refused
    /// before.
    pub fn reply(&self, job: &Job, mut output: PublicBytes) -> Result<Output, Refusal> {
        let Self::Private(sealed_for, input) = self else {
            return Ok(Output::Public(output));
        };
        let failed = |why: String| Refusal::new(DeclineReason::NotServed, why);
        let mut ephemeral = Zeroizing::new([0u8; 32]);
        OsRng
            .try_fill_bytes(ephemeral.as_mut_slice())
            .map_err(|error| failed(error.to_string()))?;
        let salt = Zeroizing::new(statement::output_salt(input.salt, job.request));
        let commitment = statement::commit_output(*salt, &output);
        let sealed = sealed::seal_output(sealed_for, &input.reply_to, &output, &ephemeral);
        let bytes: &mut [u8] = output.as_mut();
        bytes.zeroize();
        let ciphertext = sealed.map_err(|error| failed(error.to_string()))?;
        Ok(Output::Sealed { commitment, ciphertext })
    }
}
