//! What an enclave's attestation document is held to say, and what the chain keeps of it.
//!
//! In the words of RATS (RFC 9334): the enclave is the attester, its document the evidence, the
//! vendor's certificates and lists the endorsements, the approved measurements the reference
//! values ([`crate::reference`]). A document is verified once, at registration; from then on the
//! session key that it holds signs each answer ([`crate::enclave`]).
//!
//! **Freshness.** The [`challenge`] is a hash over genesis, provider, and the number and hash of a
//! block that was final. Whoever registers names the block; the runtime looks the hash up itself
//! and bounds its age. So a document is younger than that block, and is for this chain and this
//! provider alone.
//!
//! **Binding.** A document carries [`Session::report_data`], a hash over all that the enclave made
//! or was set up with: nothing of it can be changed afterwards, by its operator either.

use crate::{
    bit_set::bit_set,
    domain::Domain,
    ids::{
        Account, BlockHash, Challenge, ConfigurationId, Digest, EnclaveId, EncryptionKey,
        GenesisHash, ModelId, SessionKey,
    },
    names::{Address, Advisory},
    BlockNumber,
};
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// The most bytes of an attestation document; what registers one stays below 64 KiB with it.
pub const MAX_DOCUMENT_BYTES: u32 = 16 * 1024;
/// The most models that one enclave serves.
pub const MAX_SERVED_MODELS: u32 = 32;
/// The most advisories that a report carries; of more than that only so many are kept.
pub const MAX_ADVISORIES: u32 = 16;

/// The bytes of an attestation document.
pub type DocumentBytes = BoundedVec<u8, ConstU32<MAX_DOCUMENT_BYTES>>;
/// The advisories that a platform is open to, as its vendor says.
pub type Advisories = BoundedVec<Advisory, ConstU32<MAX_ADVISORIES>>;

/// A form of attestation documents, each with a verifier of its own.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum AttestationFormat {
    /// AWS Nitro Enclaves: COSE_Sign1 under a certificate chain.
    #[codec(index = 0)]
    Nitro,
    /// Intel TDX: quotes of versions 4 and 5, with collateral.
    #[codec(index = 1)]
    Tdx,
    /// Intel SGX: quotes of version 3, with collateral.
    #[codec(index = 2)]
    Sgx,
    /// AMD SEV-SNP: reports under a VCEK or VLEK.
    #[codec(index = 3)]
    SevSnp,
}

impl AttestationFormat {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Nitro, Self::Tdx, Self::Sgx, Self::SevSnp];
}

/// Who vouches for the hardware. Which one it is follows from the root that a document chains to.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Vendor {
    /// Amazon Web Services, which also runs the host.
    #[codec(index = 0)]
    Aws,
    /// Intel.
    #[codec(index = 1)]
    Intel,
    /// AMD.
    #[codec(index = 2)]
    Amd,
    /// Nobody: a root whose secret is public signs documents of the vendors' formats, so that the
    /// same code runs without the hardware. Trusted by development chains alone.
    #[codec(index = 255)]
    Development,
}

impl Vendor {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Aws, Self::Intel, Self::Amd, Self::Development];
}

/// What is on chain of a vendor's word on the security of a platform's firmware. Vendors without the
/// notion say [`TcbStatus::UpToDate`] of every document that they sign; Intel's two statuses for a
/// trust domain that should be started again count as out of date. The verifiers stand alone, so Intel's
/// has a type of its own with all that Intel says; `pallet-attestation` alone maps it to this one.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum TcbStatus {
    /// Nothing is known against it.
    #[codec(index = 0)]
    UpToDate,
    /// Software in the enclave has to harden itself.
    #[codec(index = 1)]
    SwHardeningNeeded,
    /// The platform is to be configured otherwise.
    #[codec(index = 2)]
    ConfigurationNeeded,
    /// Both of these.
    #[codec(index = 3)]
    ConfigurationAndSwHardeningNeeded,
    /// Older than what the vendor recommends.
    #[codec(index = 4)]
    OutOfDate,
    /// Older, and to be configured otherwise.
    #[codec(index = 5)]
    OutOfDateConfigurationNeeded,
}

impl TcbStatus {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::UpToDate,
        Self::SwHardeningNeeded,
        Self::ConfigurationNeeded,
        Self::ConfigurationAndSwHardeningNeeded,
        Self::OutOfDate,
        Self::OutOfDateConfigurationNeeded,
    ];
}

bit_set! {
    /// A set of TCB statuses. `Revoked` is no status of this type: it can never be accepted.
    TcbStatusSet(u8) of TcbStatus, "TCB statuses"
}

/// What a document of `provider` has to be fresh by: see the head of this module.
pub fn challenge(
    genesis: GenesisHash,
    provider: Account,
    number: BlockNumber,
    hash: BlockHash,
) -> Challenge {
    Challenge(Domain::Challenge.hash(&(genesis, provider, number, hash)))
}

/// The version of the schema by which this project's code reads its configuration.
pub const SCHEMA: u16 = 1;

/// What an enclave was set up with, as far as it decides what its answers mean. It holds no
/// secrets: it is on chain, and its hash is in the attested data.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Configuration {
    /// The version of the schema that the approved code reads its configuration by.
    pub schema: u16,
    /// The models that it serves.
    pub models: BoundedVec<ModelId, ConstU32<MAX_SERVED_MODELS>>,
    /// Where it forwards to; none if the engine is inside.
    pub upstream: Option<Upstream>,
    /// Who is paid.
    pub payee: Account,
    /// The digest of the rules by which it changes requests or answers on the way; none if it
    /// changes nothing.
    pub rewriting: Option<Digest>,
}

/// Where an enclave forwards to.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Upstream {
    /// Its address; any URL, loopback included.
    pub url: Address,
    /// SHA-256 over the trust store that its TLS name is verified by; none if it is not TLS.
    pub trust_store: Option<Digest>,
}

impl Configuration {
    /// Its identity: a domain-separated hash over all of it.
    pub fn id(&self) -> ConfigurationId {
        ConfigurationId(Domain::Configuration.hash(self))
    }
}

/// What one run of an enclave is, as its document attests.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Session {
    /// The chain.
    pub genesis: GenesisHash,
    /// The provider that it works for.
    pub provider: Account,
    /// What it is fresh by, see [`challenge`].
    pub challenge: Challenge,
    /// The Ed25519 key that signs its answers, made inside.
    pub session_key: SessionKey,
    /// The X25519 key that inputs are encrypted to, made inside.
    pub encryption_key: EncryptionKey,
    /// SHA-256 of the public key (SubjectPublicKeyInfo, DER) that its TLS ends with; none if TLS
    /// does not end inside.
    pub tls_key: Option<Digest>,
    /// Where clients reach it; empty if they do not.
    pub endpoint: Address,
    /// What it was set up with.
    pub configuration: ConfigurationId,
    /// How many answers it signed before this document, and the head of their hash chain.
    pub answered: Counter,
}

/// How far an enclave's answers go: each is numbered, and hashed with the one before.
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
pub struct Counter {
    /// How many there are.
    pub count: u64,
    /// The head of their hash chain; zero before the first.
    pub head: Digest,
}

impl Session {
    /// What the document carries: a domain-separated hash over all fields, and 32 zero bytes, since
    /// TDX, SGX and SEV-SNP have 64 bytes of room. A Nitro document carries the first 32 as its
    /// user data.
    pub fn report_data(&self) -> [u8; 64] {
        let mut data = [0; 64];
        let (hash, _) = data.split_at_mut(32);
        hash.copy_from_slice(&Domain::Session.hash(self));
        data
    }

    /// The enclave's identity, which outlives a renewal of its document: the same keys of the same
    /// provider on the same chain.
    pub fn enclave(&self) -> EnclaveId {
        enclave_id(self.genesis, self.provider, self.session_key)
    }
}

/// The identity of the enclave of `session_key` under `provider`.
pub fn enclave_id(genesis: GenesisHash, provider: Account, session_key: SessionKey) -> EnclaveId {
    EnclaveId(Domain::Enclave.hash(&(genesis, provider, session_key)))
}

#[cfg(test)]
mod tests;
