//! The pallet's own types.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use opg_primitives::{
    evidence::{Evidence, ProofSystem},
    mode::Mode,
};
use scale_info::TypeInfo;

/// A format of evidence, each with a switch of its own. The discriminants are part of the encoding.
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
pub enum Format {
    /// A worker key's signature.
    #[codec(index = 0)]
    Plain,
    /// A Groth16 proof over BLS12-381.
    #[codec(index = 1)]
    Groth16Bls12381,
    /// The signature of an attested enclave's session key.
    #[codec(index = 2)]
    SessionKey,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Plain, Self::Groth16Bls12381, Self::SessionKey];

    /// The mode that evidence of this format is of.
    pub const fn mode(self) -> Mode {
        match self {
            Self::Plain => Mode::Plain,
            Self::Groth16Bls12381 => Mode::ZkMl,
            Self::SessionKey => Mode::Tee,
        }
    }
}

impl From<ProofSystem> for Format {
    fn from(system: ProofSystem) -> Self {
        match system {
            ProofSystem::Groth16Bls12381 => Self::Groth16Bls12381,
        }
    }
}

impl From<&Evidence> for Format {
    fn from(evidence: &Evidence) -> Self {
        match evidence {
            Evidence::Plain(_) => Self::Plain,
            Evidence::Tee { .. } => Self::SessionKey,
            Evidence::ZkMl { system, .. } => (*system).into(),
        }
    }
}
