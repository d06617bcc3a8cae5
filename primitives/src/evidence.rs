//! What comes with an answer.

use crate::{
    domain::Domain,
    ids::{Digest, Signature, WorkerKey},
    mode::Mode,
};
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// The most bytes of a proof; an evidence stays below 16 KiB with it.
pub const MAX_PROOF_BYTES: u32 = 15 * 1024;

/// The bytes of a proof.
pub type ProofBytes = BoundedVec<u8, ConstU32<MAX_PROOF_BYTES>>;

/// A proof system and its encoding of proofs and keys.
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
pub enum ProofSystem {
    /// Groth16 over BLS12-381; points compressed as arkworks and the Zcash specification do.
    #[codec(index = 0)]
    Groth16Bls12381,
}

/// The worker's word for its answer: an Ed25519 signature over
/// [`crate::statement::Answer::signing_hash`].
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
pub struct SignedAnswer {
    /// The worker's key, registered to the provider.
    pub key: WorkerKey,
    /// Its signature.
    pub signature: Signature,
}

/// What supports an answer. No part of it is optional; index 1 is kept for `Tee`.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Evidence {
    /// A signature, and nothing else.
    #[codec(index = 0)]
    Plain(SignedAnswer),
    /// A proof, and the worker's signature for who answered.
    #[codec(index = 2)]
    ZkMl {
        /// The worker's signature.
        signed: SignedAnswer,
        /// The proof system.
        system: ProofSystem,
        /// The version of the model's verifying key that the proof is for.
        key_version: u32,
        /// The proof.
        #[cfg_attr(feature = "serde", serde(with = "crate::text::hex_bytes"))]
        proof: ProofBytes,
    },
}

impl Evidence {
    /// The mode that this evidence is of.
    pub fn mode(&self) -> Mode {
        match self {
            Self::Plain(_) => Mode::Plain,
            Self::ZkMl { .. } => Mode::ZkMl,
        }
    }

    /// The worker's signature.
    pub fn signed(&self) -> &SignedAnswer {
        match self {
            Self::Plain(signed) | Self::ZkMl { signed, .. } => signed,
        }
    }

    /// The digest that a receipt's id covers.
    pub fn digest(&self) -> Digest {
        Digest(Domain::Evidence.hash(self))
    }
}
