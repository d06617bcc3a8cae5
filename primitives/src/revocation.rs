//! What of an enclave is not to be relied on, and in which blocks. A receipt that rests on it is tainted:
//! that is computed from the intervals by whoever reads it, and written nowhere.

use crate::{
    attestation::{TcbStatus, Vendor},
    enclave::EnclaveRecord,
    ids::{EnclaveId, MeasurementId, PlatformId},
    names::Advisory,
    BlockNumber,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// What can be revoked.
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
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Subject {
    /// All platforms of which their vendor says this.
    #[codec(index = 0)]
    Tcb(Vendor, TcbStatus),
    /// All enclaves that measure so.
    #[codec(index = 1)]
    Measurement(MeasurementId),
    /// All enclaves of one machine.
    #[codec(index = 2)]
    Platform(PlatformId),
    /// One enclave.
    #[codec(index = 3)]
    Enclave(EnclaveId),
}

/// Why something is revoked.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Reason {
    /// The vendor published this advisory.
    #[codec(index = 0)]
    Advisory(Advisory),
    /// The code does other than it was approved for.
    #[codec(index = 1)]
    FaultyCode,
    /// Somebody else has a key that should be inside alone.
    #[codec(index = 2)]
    KeysLeaked,
    /// Somebody attacked the machine from outside of it.
    #[codec(index = 3)]
    PlatformAttacked,
    /// Its provider asked for it.
    #[codec(index = 4)]
    OnRequest,
}

/// A revocation: an interval of blocks in which its subject is not to be relied on, and the act by which
/// it is not. A later act can say the same of earlier blocks: it is a revocation of its own, which ends
/// where that begins, so that each block is under the act that first said it of that block.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Revocation {
    /// Why.
    pub reason: Reason,
    /// The block in which it was decided.
    pub at: BlockNumber,
    /// The first block that it holds in. Before `at`, it is retroactive.
    pub since: BlockNumber,
    /// The last block that it holds in; none if it holds in this one and those to come.
    pub until: Option<BlockNumber>,
}

impl Revocation {
    /// Whether it holds in `block`.
    pub fn covers(&self, block: BlockNumber) -> bool {
        self.since <= block && self.until.is_none_or(|until| block <= until)
    }
}

/// A revocation that stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct InForce {
    /// The block in which it was decided first.
    pub at: BlockNumber,
    /// The earliest block that it holds in, as it was extended.
    pub since: BlockNumber,
}

/// How it stands with a subject.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct RevocationStatus {
    /// How many acts there are about it.
    pub acts: u32,
    /// Whether, and since when, it is revoked.
    pub revoked: Option<InForce>,
}

/// A revocation that a receipt rests on.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Taint {
    /// What was revoked.
    pub subject: Subject,
    /// Why, and for which blocks.
    pub revocation: Revocation,
}

/// All that a receipt of this enclave rests on.
pub fn subjects_of(record: &EnclaveRecord) -> [Subject; 4] {
    [
        Subject::Tcb(record.vendor, record.tcb),
        Subject::Measurement(record.measurement),
        Subject::Platform(record.platform),
        Subject::Enclave(record.id),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revocation_holds_from_its_first_block_to_its_last() {
        let revocation = |until| Revocation { reason: Reason::FaultyCode, at: 9, since: 5, until };
        let holds = |until| [4, 5, 7, 8].map(|block| revocation(until).covers(block));
        assert_eq!(holds(Some(7)), [false, true, true, false]);
        assert_eq!(holds(None), [false, true, true, true]);
    }
}
