//! A job: all that a worker is told, and all that it needs to check it.

use crate::{
    input::{JobInput, Opened},
    key::JobKey,
    message::Message,
    MAX_JOB_BYTES, VERSION,
};
use alloc::string::{String, ToString};
use core::fmt;
use opg_primitives::{
    artefact::TextInterface,
    enclave::{EnclaveAnswer, Run},
    ids::{
        Account, Binding, BlockHash, Commitment, EnclaveId, EncryptionKey, GenesisHash, ModelId,
        RequestId,
    },
    mode::Mode,
    policy::PolicyVersion,
    request::{DeclineReason, Output, Parameters},
    sealed::SealedFor,
    statement::{self, Answer, NO_SALT},
    Attempt, Balance, BlockNumber, CircuitInterface,
};
use serde::{Deserialize, Serialize};

/// Blocks that a result needs after it is there: to be fetched, submitted and included.
const BLOCKS_TO_SUBMIT: BlockNumber = 3;

/// A block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockRef {
    /// Its number.
    pub number: BlockNumber,
    /// The hash of its header.
    pub hash: BlockHash,
}

/// What the chain holds in place of a request's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commitments {
    /// To the input.
    pub input: Commitment,
    /// To the parameters.
    pub parameters: Commitment,
}

/// One lease, for whoever is to answer it. Every field is chain state, told by the dispatcher; a
/// worker believes none of it that it can compute itself ([`Job::check`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// The version of the protocol, [`VERSION`].
    pub version: u32,
    /// The chain.
    pub genesis: GenesisHash,
    /// The request.
    pub request: RequestId,
    /// The attempt.
    pub attempt: Attempt,
    /// The provider that holds the lease.
    pub provider: Account,
    /// The model's version.
    pub model: ModelId,
    /// The mode.
    pub mode: Mode,
    /// The newest version of the model's verifying key when the lease was given; none if the model
    /// has no key, which a mode without a proof does not need.
    pub key_version: Option<u32>,
    /// The input.
    pub input: JobInput,
    /// The parameters.
    #[serde(with = "opg_primitives::text::hex_bytes")]
    pub parameters: Parameters,
    /// What the chain committed to.
    pub commitments: Commitments,
    /// The block that holds the request: once it is final, so is the request.
    pub request_block: BlockRef,
    /// The block from whose state the lease was drawn: the parent of the one that holds it.
    pub lease_block: BlockRef,
    /// What the answer is bound to.
    pub binding: Binding,
    /// The policy version of the request.
    pub policy_version: PolicyVersion,
    /// What the provider is paid, in units of 10^-18 OPG.
    #[serde(with = "opg_primitives::text::amount")]
    pub price: Balance,
    /// The last block in which the lease can be acknowledged.
    pub ack_by: BlockNumber,
    /// In how many blocks from its acknowledgement the answer is due. The block in which it is due
    /// is not known before; a job that held it would be another one after.
    pub deliver_within: BlockNumber,
    /// The last block in which any answer to the request settles.
    pub deadline: BlockNumber,
}

/// What of a job does not match the rest of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// The binding is not that of genesis, request, attempt, provider and lease block.
    Binding,
    /// The parameters are not those of the commitment.
    Parameters,
    /// The input is not that of the commitment.
    Input,
    /// The input does not fit the model.
    Unfit(String),
    /// The input is sealed, and who would read it holds no key.
    Sealed,
}

impl Mismatch {
    /// The reason under which such a lease is declined.
    pub fn reason(&self) -> DeclineReason {
        match self {
            Self::Binding | Self::Parameters | Self::Input => DeclineReason::PayloadMismatch,
            Self::Unfit(_) => DeclineReason::Unfit,
            Self::Sealed => DeclineReason::NotServed,
        }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Binding => f.write_str(
                "the binding is not that of this genesis, request, attempt, provider and lease block",
            ),
            Self::Parameters => f.write_str("the parameters do not match their commitment"),
            Self::Input => f.write_str("the input does not match its commitment"),
            Self::Unfit(why) => write!(f, "the input does not fit the model: {why}"),
            Self::Sealed => f.write_str("the input is sealed to an enclave"),
        }
    }
}

impl core::error::Error for Mismatch {}

impl Job {
    /// What it is kept by.
    pub fn key(&self) -> JobKey {
        JobKey { request: self.request, attempt: self.attempt }
    }

    /// Recomputes what can be without the model: binding and parameters. For a gateway.
    ///
    /// # Errors
    /// [`Mismatch::Binding`], [`Mismatch::Parameters`].
    pub fn check_lease(&self) -> Result<(), Mismatch> {
        let binding = statement::binding(
            self.genesis,
            self.request,
            self.attempt,
            self.provider,
            self.lease_block.hash,
        );
        if binding != self.binding {
            return Err(Mismatch::Binding);
        }
        if statement::commit_parameters(&self.parameters) != self.commitments.parameters {
            return Err(Mismatch::Parameters);
        }
        Ok(())
    }

    /// The input, where it is public.
    ///
    /// # Errors
    /// [`Mismatch::Sealed`].
    pub fn public(&self) -> Result<Opened<'_>, Mismatch> {
        match &self.input {
            JobInput::Public(input) => Ok(Opened { salt: NO_SALT, input }),
            JobInput::Sealed(_) => Err(Mismatch::Sealed),
        }
    }

    /// Recomputes all that can be of a job with this input: for a worker, which knows the circuit and so
    /// its interface.
    ///
    /// # Errors
    /// [`Mismatch`].
    pub fn check(&self, interface: &CircuitInterface, opened: Opened<'_>) -> Result<(), Mismatch> {
        self.check_input(statement::commit_input(interface, opened.salt, opened.input))
    }

    /// The same for a worker that knows a text model. What the text asks is for it to read.
    ///
    /// # Errors
    /// [`Mismatch`].
    pub fn check_text(
        &self,
        interface: &TextInterface,
        opened: Opened<'_>,
    ) -> Result<(), Mismatch> {
        self.check_input(interface.commit_input(opened.salt, opened.input))
    }

    fn check_input(
        &self,
        committed: Result<Commitment, impl fmt::Display>,
    ) -> Result<(), Mismatch> {
        self.check_lease()?;
        match committed {
            Err(error) => Err(Mismatch::Unfit(error.to_string())),
            Ok(input) if input != self.commitments.input => Err(Mismatch::Input),
            Ok(_) => Ok(()),
        }
    }

    /// What is sealed for `enclave`, whose encryption key is `key`, to answer this job.
    pub fn sealed_for(&self, enclave: EnclaveId, key: EncryptionKey) -> SealedFor {
        let Self { genesis, request, model, attempt, provider, .. } = *self;
        let parameters = self.commitments.parameters;
        SealedFor { genesis, request, model, parameters, attempt, provider, enclave, key }
    }

    /// Whether an output of that form answers this job: sealed where the input is.
    pub fn takes(&self, output: &Output) -> bool {
        matches!(
            (&self.input, output),
            (JobInput::Public(_), Output::Public(_)) | (JobInput::Sealed(_), Output::Sealed { .. })
        )
    }

    /// What sampling is seeded by where it is seeded by the lease.
    pub fn seed(&self) -> u32 {
        statement::seed(self.binding)
    }

    /// What a worker signs when it answers `output`. To be signed only after [`Job::check`], which
    /// makes the commitments in it the worker's own.
    pub fn answer(&self, output: &Output) -> Answer {
        Answer {
            genesis: self.genesis,
            request: self.request,
            attempt: self.attempt,
            provider: self.provider,
            binding: self.binding,
            model: self.model,
            policy_version: self.policy_version,
            input: self.commitments.input,
            parameters: self.commitments.parameters,
            output: output.commitment(self.request),
        }
    }

    /// What the session key of `enclave` signs when it answers `output` after `run`; the same holds.
    pub fn enclave_answer(&self, enclave: EnclaveId, output: &Output, run: Run) -> EnclaveAnswer {
        EnclaveAnswer {
            enclave,
            answer: self.answer(output),
            price: self.price,
            run,
            sealed: output.sealed_digest(),
        }
    }

    /// The block from which its first window counts: that of its lease, or of its delivery.
    pub fn begins(&self) -> BlockNumber {
        match &self.input {
            JobInput::Public(_) => self.lease_block.number,
            JobInput::Sealed(delivered) => delivered.block.number,
        }
    }

    /// In how many blocks the answer is due at the least, acknowledged as late as can be.
    pub fn least_blocks_to_deliver(&self) -> BlockNumber {
        self.deliver_within.min(self.deadline.saturating_sub(self.ack_by))
    }

    /// In how many of these blocks a worker has to be done: then the answer is fetched, submitted and
    /// included.
    pub fn least_blocks_to_work(&self) -> BlockNumber {
        self.least_blocks_to_deliver().saturating_sub(BLOCKS_TO_SUBMIT)
    }
}

impl Message for Job {
    const NAME: &'static str = "job";
    const MAX_BYTES: usize = MAX_JOB_BYTES;

    fn validate(&self) -> Result<(), &'static str> {
        if self.version != VERSION {
            return Err("version: not that of this protocol");
        }
        // A provider that the requester names has its lease in the request's own block.
        if self.lease_block.number.saturating_add(1) < self.request_block.number {
            return Err("lease_block: it is before the request's parent");
        }
        if self.ack_by < self.lease_block.number {
            return Err("ack_by: it is before the lease's block");
        }
        if self.deadline < self.lease_block.number {
            return Err("deadline: it is before the lease's block");
        }
        if let JobInput::Sealed(delivered) = &self.input {
            if self.mode != Mode::Tee {
                return Err("input: it is sealed, and the mode has no enclave");
            }
            let delivered = delivered.block.number;
            if delivered <= self.lease_block.number || delivered > self.ack_by {
                return Err("input: it was delivered outside its lease");
            }
        }
        Ok(())
    }
}
