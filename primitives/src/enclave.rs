//! What the runtime keeps of an enclave, what the enclave signs with each answer, and what a receipt says of
//! it.

pub mod state;

use crate::{
    artefact::{Artefact, TextModel, TextSource},
    attestation::{Advisories, AttestationFormat, Configuration, Session, TcbStatus, Vendor},
    domain::Domain,
    ids::{ConfigurationId, Digest, EnclaveId, MeasurementId, PlatformId, SessionKey},
    names::ModelName,
    reference::{ClaimSet, ModelBinding},
    statement::Answer,
    Balance, BlockNumber,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Why an answer ended where it did.
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
pub enum FinishReason {
    /// It was whole.
    #[codec(index = 0)]
    Stop,
    /// It reached the length that was asked for.
    #[codec(index = 1)]
    Length,
    /// The upstream withheld the rest.
    #[codec(index = 2)]
    ContentFilter,
    /// It calls tools.
    #[codec(index = 3)]
    ToolCalls,
}

/// What an answer used, in the unit of the model: tokens of a language model, elements of a
/// network's input and output.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Usage {
    /// Of the input.
    pub input: u32,
    /// Of the output.
    pub output: u32,
}

/// Which model ran, as the enclave knows it.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum ModelRan {
    /// The network or the weights with this SHA-256, which ran inside.
    #[codec(index = 0)]
    Network(Digest),
    /// What the upstream called it.
    #[codec(index = 1)]
    Named(ModelName),
}

impl ModelRan {
    /// Whether this is the model that was asked, named in the way that code with `binding` names models:
    /// by the digest of what ran, or by the name under which a model of an upstream is registered. Where
    /// weights were asked and an upstream was, nobody but it knows what ran: there it is enough that it
    /// gave a name.
    pub fn agrees_with(&self, binding: ModelBinding, asked: &Artefact) -> bool {
        match (binding, self) {
            (ModelBinding::InImage(image), Self::Network(ran)) => {
                *ran == image && asked.digest() == Some(image)
            }
            (ModelBinding::Loaded, Self::Network(ran)) => asked.digest() == Some(*ran),
            (ModelBinding::Upstream, Self::Named(named)) => match asked {
                Artefact::Text(TextModel { name, source: TextSource::Upstream, .. }) => {
                    named == name
                }
                Artefact::Circuit { .. } | Artefact::Text(_) => !named.0.is_empty(),
            },
            (ModelBinding::InImage(_) | ModelBinding::Loaded, Self::Named(_))
            | (ModelBinding::Upstream, Self::Network(_)) => false,
        }
    }
}

/// What an enclave says of one run, beside the answer itself. The times are the host's word, so they
/// are held against nothing.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Run {
    /// Which model ran.
    pub model: ModelRan,
    /// Why it ended.
    pub finish: FinishReason,
    /// What it used.
    pub usage: Usage,
    /// When it began, in milliseconds since 1970 by the host's clock.
    pub started: u64,
    /// When it ended, likewise.
    pub finished: u64,
    /// Its number among the answers of this enclave's keys, from 0.
    pub sequence: u64,
    /// The head of the hash chain over the answers before it; zero for the first.
    pub previous: Digest,
}

/// What a session key signs to answer a request of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct EnclaveAnswer {
    /// The enclave.
    pub enclave: EnclaveId,
    /// The answer, as any worker states it: chain, request, attempt, provider, binding, model,
    /// policy, and the commitments to input, parameters and output.
    pub answer: Answer,
    /// What the provider is paid, in units of 10^-18 OPG.
    pub price: Balance,
    /// What the enclave says of the run.
    pub run: Run,
    /// The digest of the ciphertext of the output, where the request is private; so that nobody puts
    /// other bytes in its place. See [`crate::sealed::digest`].
    pub sealed: Option<Digest>,
}

impl EnclaveAnswer {
    /// The hash that the session key signs, which is also the link of the hash chain.
    pub fn signing_hash(&self) -> [u8; 32] {
        Domain::EnclaveAnswer.hash(self)
    }
}

/// What the runtime knows of an enclave that may answer: all of it from chain state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnclaveContext {
    /// The key that signs its answers.
    pub session_key: SessionKey,
    /// What the reference value lets its answers say.
    pub vouches: ClaimSet,
    /// Whether the code prepares inputs itself.
    pub prepares_input: bool,
    /// Whether the code seeds its sampling by the lease.
    pub seeded_by_lease: bool,
    /// What the receipt says of it.
    pub record: EnclaveRecord,
}

/// What a receipt says of the enclave that answered.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct EnclaveRecord {
    /// The enclave.
    pub id: EnclaveId,
    /// Who vouches for the hardware.
    pub vendor: Vendor,
    /// The format of its document.
    pub format: AttestationFormat,
    /// What was measured, as the reference value that approved it is found by.
    pub measurement: MeasurementId,
    /// How the code binds the model.
    pub binding: ModelBinding,
    /// The platform that it ran on, by the vendor's own number for it, hashed.
    pub platform: PlatformId,
    /// Whether that is one machine. If not, its cloud hides which of its machines it was, and `platform`
    /// stands for all that it hides.
    pub platform_known: bool,
    /// What it was set up with.
    pub configuration: ConfigurationId,
    /// The block in which its newest document was verified.
    pub verified: BlockNumber,
    /// Until when it is valid, in seconds since 1970: the least of all windows.
    pub valid_until: u64,
    /// What the vendor says of the platform's firmware.
    pub tcb: TcbStatus,
    /// The advisories that the platform is open to.
    pub advisories: Advisories,
    /// Whether it is known who holds the machine.
    pub platform_holder_known: bool,
}

/// What a settled receipt says of the run of an enclave.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Attested {
    /// The enclave.
    pub enclave: EnclaveRecord,
    /// What it said of the run.
    pub run: Run,
}

/// Where on chain something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Location {
    /// The block.
    pub block: BlockNumber,
    /// The extrinsic of that block's body; none if a hook brought it.
    pub extrinsic: Option<u32>,
}

/// A registered enclave, as the runtime keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
pub struct Enclave {
    /// What its newest document attests. Its counter is that of this document.
    pub session: Session,
    /// What it was set up with.
    pub configuration: Configuration,
    /// Who vouches for the hardware.
    pub vendor: Vendor,
    /// The format of its documents.
    pub format: AttestationFormat,
    /// What was measured.
    pub measurement: MeasurementId,
    /// The platform that it runs on.
    pub platform: PlatformId,
    /// Whether that is one machine. If not, its cloud hides which, and it stands for all that it hides.
    pub platform_known: bool,
    /// What the vendor says of the platform's firmware.
    pub tcb: TcbStatus,
    /// The advisories that the platform is open to.
    pub advisories: Advisories,
    /// The block that its newest document is fresh by.
    pub challenged: BlockNumber,
    /// The block in which its first document was verified.
    pub registered: BlockNumber,
    /// The block in which its newest document was.
    pub verified: BlockNumber,
    /// The last second in which it may answer.
    pub valid_until: u64,
    /// blake2-256 of its newest document.
    pub document: Digest,
    /// Where that document is.
    pub document_at: Location,
    /// How often its document was renewed.
    pub key_epoch: u32,
}

/// Why an enclave may not answer.
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
pub enum EnclaveFault {
    /// There is no such enclave of this provider.
    #[codec(index = 0)]
    Unknown,
    /// Its attestation is past its window.
    #[codec(index = 1)]
    Expired,
    /// It, its platform, its measurement or its vendor's firmware was revoked.
    #[codec(index = 2)]
    Revoked,
    /// Its measurement is not approved for this model in this block.
    #[codec(index = 3)]
    NotApproved,
    /// It is not the one that the private input was sealed to.
    #[codec(index = 4)]
    NotTheDelivered,
}

#[cfg(test)]
mod tests;
