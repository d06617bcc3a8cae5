//! What comes with an answer.

use crate::{
    domain::Domain,
    enclave::Run,
    ids::{Digest, EnclaveId, Signature, WorkerKey},
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

/// What supports an answer. No part of it is optional.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Evidence {
    /// A signature, and nothing else.
    #[codec(index = 0)]
    Plain(SignedAnswer),
    /// The word of an attested enclave: an Ed25519 signature by its session key over
    /// [`crate::enclave::EnclaveAnswer::signing_hash`].
    #[codec(index = 1)]
    Tee {
        /// The enclave.
        enclave: EnclaveId,
        /// What it says of the run.
        run: Run,
        /// Its signature.
        signature: Signature,
    },
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
            Self::Tee { .. } => Mode::Tee,
            Self::ZkMl { .. } => Mode::ZkMl,
        }
    }

    /// The worker's signature, in a mode in which a worker key signs.
    pub fn signed(&self) -> Option<&SignedAnswer> {
        match self {
            Self::Plain(signed) | Self::ZkMl { signed, .. } => Some(signed),
            Self::Tee { .. } => None,
        }
    }

    /// The digest that a receipt's id covers.
    pub fn digest(&self) -> Digest {
        Digest(Domain::Evidence.hash(self))
    }
}
