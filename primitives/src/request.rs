//! The identity of a request, its parts, and why one ends.

use crate::{
    checks::{Check, CheckLog, CheckResult, Checked},
    domain::Domain,
    enclave::EnclaveFault,
    ids::{Account, Commitment, Digest, GenesisHash, ModelId, RequestId},
    mode::Mode,
    policy::PolicyVersion,
    sealed::{self, SealedBytes},
    statement, Balance, BlockNumber,
};
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// The most bytes of a public input, and of a public output.
pub const MAX_PUBLIC_BYTES: u32 = 4 * 1024;
/// The most bytes of parameters.
pub const MAX_PARAMETER_BYTES: u32 = 256;

/// A public input or output.
pub type PublicBytes = BoundedVec<u8, ConstU32<MAX_PUBLIC_BYTES>>;
/// The parameters of a request; empty for a fixed circuit. Of a text model the JSON object of all
/// other members that bear on the answer, in the order of their names, without spaces between them;
/// empty if there are none.
pub type Parameters = BoundedVec<u8, ConstU32<MAX_PARAMETER_BYTES>>;

/// The input of a request.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Input {
    /// In clear. Of a circuit the quantised input, one byte an element, in the order of the model's
    /// shape; of a text model the bytes of one JSON object whose only member is `messages` or
    /// `prompt`, as the client wrote them.
    #[codec(index = 0)]
    Public(#[cfg_attr(feature = "serde", serde(with = "crate::text::hex_bytes"))] PublicBytes),
    /// A salted commitment: the request is private. The requester seals the bytes to an enclave of the
    /// provider that it is leased to.
    #[codec(index = 1)]
    Committed(Commitment),
}

/// The output of a request.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Output {
    /// In clear: of a request whose input is.
    #[codec(index = 0)]
    Public(#[cfg_attr(feature = "serde", serde(with = "crate::text::hex_bytes"))] PublicBytes),
    /// Of a private request.
    #[codec(index = 1)]
    Sealed {
        /// The commitment to the output, under the salt of [`crate::statement::output_salt`].
        commitment: Commitment,
        /// The output, for the requester alone.
        #[cfg_attr(feature = "serde", serde(with = "crate::text::hex_bytes"))]
        ciphertext: SealedBytes,
    },
}

impl Output {
    /// The commitment to it.
    pub fn commitment(&self, request: RequestId) -> Commitment {
        match self {
            Self::Public(bytes) => {
                let salt = statement::output_salt(statement::NO_SALT, request);
                statement::commit_output(salt, bytes)
            }
            Self::Sealed { commitment, .. } => *commitment,
        }
    }

    /// The digest of its ciphertext, if it has one.
    pub fn sealed_digest(&self) -> Option<Digest> {
        match self {
            Self::Public(_) => None,
            Self::Sealed { ciphertext, .. } => Some(sealed::digest(ciphertext)),
        }
    }
}

/// All that makes a request this request, and no other.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RequestIdentity {
    /// The chain.
    pub genesis: GenesisHash,
    /// Who asks and pays.
    pub requester: Account,
    /// How many requests this requester had made before.
    pub nonce: u64,
    /// The model's version.
    pub model: ModelId,
    /// The commitment to the input.
    pub input: Commitment,
    /// The commitment to the parameters.
    pub parameters: Commitment,
    /// The mode: asked for, or the default, resolved.
    pub mode: Mode,
    /// The policy version in force.
    pub policy_version: PolicyVersion,
    /// The most that the requester pays, in units of 10^-18 OPG.
    #[cfg_attr(feature = "serde", serde(with = "crate::text::amount"))]
    pub max_price: Balance,
    /// The last block in which an answer settles.
    pub deadline: BlockNumber,
}

impl RequestIdentity {
    /// The request's id: a domain-separated hash over all fields.
    pub fn id(&self) -> RequestId {
        RequestId(Domain::Request.hash(self))
    }
}

/// Why a provider declines a lease.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum DeclineReason {
    /// The input's bytes did not come.
    #[codec(index = 0)]
    NoPayload,
    /// The bytes that came do not match the commitment.
    #[codec(index = 1)]
    PayloadMismatch,
    /// The input does not fit the model.
    #[codec(index = 2)]
    Unfit,
    /// No worker can serve it now.
    #[codec(index = 3)]
    Busy,
    /// The model is not, or no longer, served.
    #[codec(index = 4)]
    NotServed,
}

impl DeclineReason {
    /// The reason's name, for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoPayload => "no_payload",
            Self::PayloadMismatch => "payload_mismatch",
            Self::Unfit => "unfit",
            Self::Busy => "busy",
            Self::NotServed => "not_served",
        }
    }
}

/// Why evidence was refused.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Refusal {
    /// The evidence is of another mode than the lease.
    #[codec(index = 0)]
    WrongMode,
    /// The verifier of this format is switched off.
    #[codec(index = 1)]
    FormatDisabled,
    /// The worker key is not registered to the leased provider.
    #[codec(index = 2)]
    UnknownWorkerKey,
    /// The worker's signature does not verify.
    #[codec(index = 3)]
    BadSignature,
    /// The output does not have the form that the model says.
    #[codec(index = 4)]
    MalformedOutput,
    /// The model has no verifying key of that version.
    #[codec(index = 5)]
    NoVerifyingKey,
    /// The proof does not decode to points on the curve and in the subgroup.
    #[codec(index = 6)]
    MalformedProof,
    /// The number of public inputs is not the key's.
    #[codec(index = 7)]
    WrongInputCount,
    /// The proof does not verify.
    #[codec(index = 8)]
    InvalidProof,
    /// The evidence is good, but supports less than the floor asks.
    #[codec(index = 9)]
    UnderFloor,
    /// The enclave may not answer.
    #[codec(index = 10)]
    Enclave(EnclaveFault),
    /// The session key's signature does not verify.
    #[codec(index = 11)]
    BadSessionSignature,
    /// The model that ran is not the one that was asked, or is not named in the way that the
    /// enclave's code binds models.
    #[codec(index = 12)]
    WrongModel,
}

impl Refusal {
    /// The log of checks of a lease whose evidence was refused so in block `at`: the check that
    /// failed, where one did.
    pub fn checks(self, at: BlockNumber) -> CheckLog {
        let failed = match self {
            Self::UnknownWorkerKey | Self::BadSignature => Some(Check::WorkerSignature),
            Self::MalformedOutput => Some(Check::OutputRecomputed),
            Self::NoVerifyingKey
            | Self::MalformedProof
            | Self::WrongInputCount
            | Self::InvalidProof => Some(Check::Proof),
            Self::Enclave(_) => Some(Check::EnclaveValid),
            Self::BadSessionSignature => Some(Check::SessionSignature),
            Self::WrongModel => Some(Check::Vouched),
            Self::WrongMode | Self::FormatDisabled | Self::UnderFloor => None,
        };
        let entry = failed.map(|check| Checked { check, result: CheckResult::Fail, at });
        CheckLog::truncate_from(entry.into_iter().collect())
    }
}

/// How a lease, and with the last lease its request, ended.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Outcome {
    /// Good evidence, paid.
    #[codec(index = 0)]
    Settled,
    /// Nobody was eligible.
    #[codec(index = 1)]
    NoProvider,
    /// The provider declined.
    #[codec(index = 2)]
    Declined(DeclineReason),
    /// The requester cancelled before anybody acknowledged.
    #[codec(index = 3)]
    Cancelled,
    /// The provider did not acknowledge in time.
    #[codec(index = 4)]
    NotAcknowledged,
    /// The evidence was refused.
    #[codec(index = 5)]
    EvidenceRefused(Refusal),
    /// The provider did not deliver in time.
    #[codec(index = 6)]
    NotDelivered,
    /// Governance tightened the rules so that the lease could no longer settle.
    #[codec(index = 7)]
    AbortedByGovernance,
}
