//! The pallet's own types.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{pallet_prelude::ConstU32, BoundedVec};
use opg_primitives::{
    attestation::{Configuration, Counter, DocumentBytes, Session},
    ids::{Account, Challenge, Digest, EnclaveId, EncryptionKey, GenesisHash, SessionKey},
    names::Address,
    reference::ReferenceValue,
    BlockNumber,
};
pub use opg_primitives::{
    enclave::{Enclave, Location},
    revocation::{InForce, Reason, Revocation, RevocationStatus, Subject, Taint},
};
use opg_verifier_dcap::CollateralFacts;
pub use opg_verifier_dcap::Tee;
use scale_info::TypeInfo;

/// The most bytes of a vendor's certificate.
pub const MAX_CERTIFICATE_BYTES: u32 = 4 * 1024;
/// The most bytes of a DCAP collateral.
pub const MAX_COLLATERAL_BYTES: u32 = 48 * 1024;
/// The most signatures of a collateral that are remembered. A collateral has seven.
pub const MAX_COLLATERAL_SIGNATURES: u32 = 16;
/// The most events by which RTMR3 is explained.
pub const MAX_EVENTS: u32 = 64;
/// The most bytes of the name of a cloud provider, as AMD certifies it.
pub const MAX_CLOUD_NAME_BYTES: u32 = 64;
/// How many of the documents that are remembered to be used are forgotten with each new one.
pub const FORGOTTEN_PER_DOCUMENT: u32 = 2;

/// The bytes of a certificate, DER.
pub type CertificateBytes = BoundedVec<u8, ConstU32<MAX_CERTIFICATE_BYTES>>;
/// The bytes of a DCAP collateral, as [`opg_verifier_dcap::Collateral`] is encoded.
pub type CollateralBytes = BoundedVec<u8, ConstU32<MAX_COLLATERAL_BYTES>>;
/// What RTMR3 was extended with, in order.
pub type Events = BoundedVec<[u8; 48], ConstU32<MAX_EVENTS>>;

/// An attestation document, with what it is verified by.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Document {
    /// Of AWS Nitro Enclaves: it brings its own chain.
    #[codec(index = 0)]
    Nitro(DocumentBytes),
    /// Of Intel TDX or SGX.
    #[codec(index = 1)]
    Dcap {
        /// The quote.
        quote: DocumentBytes,
        /// The collateral, which somebody brought.
        collateral: CollateralId,
        /// What RTMR3 was extended with; empty where it is zero, and for SGX.
        events: Events,
    },
    /// Of AMD SEV-SNP.
    #[codec(index = 2)]
    SevSnp {
        /// The report.
        report: DocumentBytes,
        /// The fingerprint of the VCEK or VLEK that signed it, whose chain somebody brought.
        endorsement: Digest,
    },
}

impl Document {
    /// What the hardware gave out.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Nitro(bytes)
            | Self::Dcap { quote: bytes, .. }
            | Self::SevSnp { report: bytes, .. } => bytes,
        }
    }
}

/// What a collateral is for.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct CollateralId {
    /// The kind of enclave.
    pub tee: Tee,
    /// The kind of platform.
    pub fmspc: [u8; 6],
    /// The provisioning certification enclave.
    pub pce_id: [u8; 2],
    /// SHA-256 of the public key of the CA that certifies platforms: Intel has two, each with a
    /// revocation list, and neither list may take the place of the other.
    pub pck_ca: Digest,
}

impl From<&CollateralFacts> for CollateralId {
    fn from(facts: &CollateralFacts) -> Self {
        let CollateralFacts { tee, fmspc, pce_id, pck_ca, .. } = *facts;
        Self { tee, fmspc, pce_id, pck_ca: Digest(pck_ca) }
    }
}

/// A collateral that was verified.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct StoredCollateral {
    /// SHA-256 of the root certificate.
    pub root: [u8; 32],
    /// What it says of itself.
    pub facts: CollateralFacts,
    /// Its bytes.
    pub bytes: CollateralBytes,
    /// The signatures in it that were found good: they are not verified again with each quote.
    pub signatures: BoundedVec<[u8; 32], ConstU32<MAX_COLLATERAL_SIGNATURES>>,
    /// The block that it was brought in.
    pub brought: BlockNumber,
}

/// A product line of AMD's processors.
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
pub enum SnpProduct {
    /// EPYC 7003.
    #[codec(index = 0)]
    Milan,
    /// EPYC 9004 and 8004.
    #[codec(index = 1)]
    Genoa,
    /// EPYC 9005.
    #[codec(index = 2)]
    Turin,
}

impl SnpProduct {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Milan, Self::Genoa, Self::Turin];
}

/// A TCB version of AMD: the patch level of each component.
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
pub struct SnpTcb {
    /// The FMC firmware; on Turin alone.
    pub fmc: Option<u8>,
    /// The boot loader of the secure processor.
    pub bootloader: u8,
    /// The operating system of the secure processor.
    pub tee: u8,
    /// The SEV-SNP firmware.
    pub snp: u8,
    /// The microcode.
    pub microcode: u8,
}

/// Whose key signs reports.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum SnpSigner {
    /// One chip's: a VCEK.
    #[codec(index = 0)]
    Chip([u8; 64]),
    /// A cloud provider's, by its name: a VLEK.
    #[codec(index = 1)]
    Cloud(BoundedVec<u8, ConstU32<MAX_CLOUD_NAME_BYTES>>),
}

/// The chain of a VCEK or VLEK, as far as reports are verified by it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct StoredEndorsement {
    /// SHA-256 of the root certificate.
    pub root: [u8; 32],
    /// The product line.
    pub product: SnpProduct,
    /// Whose key it is.
    pub signer: SnpSigner,
    /// SHA-256 of the certificate between root and leaf.
    pub intermediate: [u8; 32],
    /// The TCB version that the key stands for.
    pub tcb: SnpTcb,
    /// The first second in which the whole chain is valid.
    pub not_before: u64,
    /// The last.
    pub not_after: u64,
    /// The key, an uncompressed point of P-384.
    pub key: [u8; 97],
    /// The block that it was brought in.
    pub brought: BlockNumber,
}

/// A CA of a Nitro document whose chain was verified; what it spares is said in the verifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct StoredIssuer {
    /// SHA-256 of the root certificate.
    pub root: [u8; 32],
    /// How many CAs may stand below it.
    pub path: Option<u8>,
    /// The first second in which it and all above it are valid.
    pub not_before: u64,
    /// The last.
    pub not_after: u64,
}

/// What an enclave made and chose itself, as far as its session does not follow from elsewhere.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct SessionParts {
    /// The Ed25519 key that signs its answers.
    pub session_key: SessionKey,
    /// The X25519 key that inputs are encrypted to.
    pub encryption_key: EncryptionKey,
    /// SHA-256 of the public key that its TLS ends with; none if TLS does not end inside.
    pub tls_key: Option<Digest>,
    /// Where clients reach it; empty if they do not.
    pub endpoint: Address,
    /// How many answers it has signed, and the head of their hash chain.
    pub answered: Counter,
}

impl SessionParts {
    /// The whole session, of `provider` on the chain of `genesis`, fresh by `challenge`.
    pub fn session(
        self,
        genesis: GenesisHash,
        provider: Account,
        challenge: Challenge,
        configuration: &Configuration,
    ) -> Session {
        let Self { session_key, encryption_key, tls_key, endpoint, answered } = self;
        Session {
            genesis,
            provider,
            challenge,
            session_key,
            encryption_key,
            tls_key,
            endpoint,
            configuration: configuration.id(),
            answered,
        }
    }
}

/// Something stored for which there is a deposit.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum Stored {
    /// An enclave.
    #[codec(index = 0)]
    Enclave(EnclaveId),
    /// A collateral of DCAP.
    #[codec(index = 1)]
    Collateral(CollateralId),
    /// The chain of a VCEK or VLEK, by the fingerprint of its leaf.
    #[codec(index = 2)]
    Endorsement(Digest),
}

/// A deposit.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Deposit<AccountId, Ticket> {
    /// Who paid it, and is given it back.
    pub payer: AccountId,
    /// The deposit.
    pub ticket: Ticket,
}

/// A first-in-first-out queue's ends: entries have the numbers from `first` on, below `next`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Ends {
    /// The number of the oldest entry.
    pub first: u64,
    /// The number of the entry to come.
    pub next: u64,
}

/// What governance decided of a subject.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Act {
    /// That it is not to be relied on.
    #[codec(index = 0)]
    Revoke {
        /// Why.
        reason: Reason,
        /// The block in which it was decided.
        at: BlockNumber,
        /// The first block that it holds in.
        since: BlockNumber,
    },
    /// That it is to be relied on again.
    #[codec(index = 1)]
    Lift {
        /// The block in which it was decided.
        at: BlockNumber,
        /// The first block in which nothing holds of all that was decided against it and stood.
        from: BlockNumber,
    },
}

/// When it was last decided what is approved of a measurement, and what held before. All decisions of one
/// block are one: nobody could rely on what held between them.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Decision {
    /// The block.
    pub at: BlockNumber,
    /// What was approved until then; none if nothing was.
    pub before: Option<ReferenceValue>,
    /// The block in which that had been decided; 0 if at genesis, or if it never was.
    pub before_at: BlockNumber,
}
