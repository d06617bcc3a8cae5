//! What the runtime verified, and how it went.

use crate::{bit_set::bit_set, ids::Digest, BlockNumber};
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// A check. Names k1 to k9 are those of the table of standings; k6, which says "that public input
/// was recomputed by the runtime", stands once for each public input.
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
pub enum Check {
    /// k1: the signature of a worker key that is registered to the leased provider.
    #[codec(index = 0)]
    WorkerSignature,
    /// k2: the signature of an enclave's session key.
    #[codec(index = 1)]
    SessionSignature,
    /// k3: the enclave is valid at this block, and approved for this model.
    #[codec(index = 2)]
    EnclaveValid,
    /// k4: the claim is among those that the enclave's code observes itself.
    #[codec(index = 3)]
    Vouched,
    /// k5: the proof verifies under the registered key, with the exact number of public inputs.
    #[codec(index = 4)]
    Proof,
    /// k6, for the commitment to the input.
    #[codec(index = 5)]
    InputRecomputed,
    /// k6, for the output.
    #[codec(index = 6)]
    OutputRecomputed,
    /// k6, for the binding of request, attempt, provider and lease block.
    #[codec(index = 7)]
    BindingRecomputed,
    /// k6, for the commitment to private weights.
    #[codec(index = 8)]
    WeightsRecomputed,
    /// k7: it was read from, or written to, the runtime's own state.
    #[codec(index = 9)]
    RuntimeState,
    /// k8: the setup rule lets `Proven` stand bare.
    #[codec(index = 10)]
    SetupTrusted,
    /// k9: the answer is a leaf of a root, and every leaf's own signature was verified.
    #[codec(index = 11)]
    LeafVerified,
}

impl Check {
    /// All checks.
    pub const ALL: [Self; 12] = [
        Self::WorkerSignature,
        Self::SessionSignature,
        Self::EnclaveValid,
        Self::Vouched,
        Self::Proof,
        Self::InputRecomputed,
        Self::OutputRecomputed,
        Self::BindingRecomputed,
        Self::WeightsRecomputed,
        Self::RuntimeState,
        Self::SetupTrusted,
        Self::LeafVerified,
    ];
}

bit_set! {
    /// The checks that passed, as a set.
    Passed(u16) of Check, "checks"
}

impl Passed {
    /// Whether all of `checks` passed.
    pub fn all(self, checks: &[Check]) -> bool {
        checks.iter().all(|check| self.contains(*check))
    }

    /// The set with `check`.
    pub fn with(self, check: Check) -> Self {
        Self(self.0 | Self::bit(check))
    }

    /// The set without `check`.
    pub fn without(self, check: Check) -> Self {
        Self(self.0 & !Self::bit(check))
    }
}

/// How a check ended. There is no fifth way, and an unknown one is a failure.
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
pub enum CheckResult {
    /// It passed.
    #[codec(index = 0)]
    Pass,
    /// It failed.
    #[codec(index = 1)]
    Fail,
    /// It was not claimed, so there was nothing to check.
    #[codec(index = 2)]
    NotClaimed,
    /// It could not be checked.
    #[codec(index = 3)]
    CouldNotCheck,
}

/// A check, its result, and the block in which it ran.
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
pub struct Checked {
    /// Which check.
    pub check: Check,
    /// How it ended.
    pub result: CheckResult,
    /// The block in which it ran.
    pub at: BlockNumber,
}

/// The checks of one receipt, each at most once.
pub type CheckLog = BoundedVec<Checked, ConstU32<16>>;

/// The checks of `log` that passed.
pub fn passed(log: &CheckLog) -> Passed {
    log.iter()
        .filter(|entry| entry.result == CheckResult::Pass)
        .fold(Passed::default(), |set, entry| set.with(entry.check))
}

/// Where the evidence of a receipt is, and what it hashes to.
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
pub struct EvidenceLocation {
    /// The block in whose body the evidence is.
    pub block: BlockNumber,
    /// The index of the extrinsic in that body.
    pub extrinsic: u32,
    /// The digest of the evidence, see [`crate::evidence::Evidence::digest`].
    pub digest: Digest,
}
