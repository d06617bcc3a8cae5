//! What is known of a model.

use crate::{
    artefact::Artefact,
    domain::Domain,
    evidence::ProofSystem,
    ids::{Account, Digest, ModelId},
    mode::ModeSet,
    policy::ClassId,
    BlockNumber,
};
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// The most bytes of a verifying key.
pub const MAX_KEY_BYTES: u32 = 4096;

/// What a circuit's identity is made of. Whoever has the network rebuilds each of them.
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
pub struct Ingredients {
    /// SHA-256 of the quantised integer ONNX file.
    pub network: Digest,
    /// The version of the quantiser.
    pub quantiser: u32,
    /// The version of the circuit compiler.
    pub compiler: u32,
    /// The digest of the R1CS matrices.
    pub circuit: Digest,
}

impl Ingredients {
    /// The id of the circuit's version: a domain-separated hash over the ingredients.
    pub fn model_id(&self) -> ModelId {
        ModelId(Domain::Model.hash(self))
    }
}

/// What re-running a model can show.
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
pub enum ExecutionProfile {
    /// Integer operators only: any two correct engines agree to the bit.
    #[codec(index = 0)]
    IntExact,
    /// Two correct engines differ in the last bits: a differing hash alone proves nothing.
    #[codec(index = 1)]
    FloatTolerant,
}

/// Who ran the trusted setup of a verifying key; decides how `Proven` may be said.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Setup {
    /// There is no secret.
    #[codec(index = 0)]
    Transparent,
    /// Several took part, in both phases; one honest one is enough.
    #[codec(index = 1)]
    Ceremony {
        /// The accounts that contributed.
        contributors: BoundedVec<Account, ConstU32<32>>,
        /// The digest of the transcript of both phases.
        transcript: Digest,
    },
    /// One account ran it alone, and could have kept the secret.
    #[codec(index = 2)]
    Sole(Account),
}

/// A verifying key, as a versioned attribute of a model.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct VerifyingKey {
    /// The version, from 0, without gaps.
    pub version: u32,
    /// The proof system.
    pub system: ProofSystem,
    /// The key, encoded as the proof system says.
    #[cfg_attr(feature = "serde", serde(with = "crate::text::hex_bytes"))]
    pub bytes: BoundedVec<u8, ConstU32<MAX_KEY_BYTES>>,
    /// Who ran its setup.
    pub setup: Setup,
}

/// Whether a model takes requests.
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
pub enum ModelStatus {
    /// It does.
    #[codec(index = 0)]
    Active,
    /// Its owner retired it: open requests end as they would, new ones are refused.
    #[codec(index = 1)]
    Retired,
}

/// What the pallets above `models` are told of a model's version. Immutable but for `status`.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ModelVersion {
    /// Who registered it, and is paid its royalty.
    pub owner: Account,
    /// What it is, takes and gives.
    pub artefact: Artefact,
    /// What re-running it can show.
    pub profile: ExecutionProfile,
    /// Its policy class.
    pub class: ClassId,
    /// The modes in which it can be asked.
    pub modes: ModeSet,
    /// The owner's part of each price, in parts per million; see [`crate::price`].
    pub royalty: u32,
    /// Whether it takes requests.
    pub status: ModelStatus,
    /// The block of its registration.
    pub registered: BlockNumber,
}
