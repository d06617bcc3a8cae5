//! The pallet's own types.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{pallet_prelude::ConstU32, BoundedBTreeSet, BoundedVec, PalletError};
use opg_primitives::{evidence::ProofSystem, ids::Account};
use scale_info::TypeInfo;

/// Verifying keys that a model may have at a time.
pub const MAX_KEYS: u32 = 8;
/// Accounts that an allow-list may name.
pub const MAX_ALLOWED: u32 = 128;
/// Bytes that a verifying key may have.
pub const MAX_KEY_BYTES: u32 = 4096;
/// Accounts that a ceremony may name.
pub const MAX_CONTRIBUTORS: u32 = 32;

/// The bytes of a verifying key.
pub type KeyBytes = BoundedVec<u8, ConstU32<MAX_KEY_BYTES>>;
/// The accounts of an allow-list.
pub type AllowList = BoundedBTreeSet<Account, ConstU32<MAX_ALLOWED>>;
/// Accounts that said of themselves that they took part in a key's ceremony.
pub type Confirmed = BoundedVec<Account, ConstU32<MAX_CONTRIBUTORS>>;

/// Who may ask a model. Index 1 is kept for "who has at least so much at stake".
#[derive(
    Clone,
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
pub enum Access {
    /// Everybody.
    #[default]
    #[codec(index = 0)]
    Open,
    /// The owner, and who is named.
    #[codec(index = 2)]
    AllowList(AllowList),
}

impl Access {
    /// How many accounts it names.
    pub fn named(&self) -> usize {
        match self {
            Self::Open => 0,
            Self::AllowList(list) => list.len(),
        }
    }
}

/// The versions of a model's verifying keys: from `first` on, below `next`. Numbers are never used
/// again, even by who registers the same model after a removal.
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
pub struct KeyRange {
    /// The first version that is kept.
    pub first: u32,
    /// The version that the next key will have.
    pub next: u32,
}

impl KeyRange {
    /// How many keys are kept.
    pub fn count(self) -> u32 {
        self.next.saturating_sub(self.first)
    }

    /// The newest version, if there is any.
    pub fn latest(self) -> Option<u32> {
        match self.count() {
            0 => None,
            _ => self.next.checked_sub(1),
        }
    }
}

/// The deposit for all that is stored of a model.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Deposit<AccountId, Ticket> {
    /// Who paid it, and is given it back.
    pub payer: AccountId,
    /// The deposit.
    pub ticket: Ticket,
    /// The bytes that it is for: version, keys with room for all confirmations, access rule.
    pub bytes: u32,
}

/// Why a verifying key is refused by the verifier of its system.
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
    PalletError,
)]
pub enum BadKey {
    /// The verifier of this proof system is switched off. Wait until it is switched on.
    SystemDisabled,
    /// The bytes are not a key of this system: a wrong length, or a point off the curve, at infinity
    /// or outside the subgroup. Encode the key anew.
    Malformed,
    /// The key takes another number of public inputs than the model's interface implies. Compile the
    /// circuit for this interface.
    WrongInputCount,
}

/// What knows the proof systems. The runtime wires it to the pallet that verifies, which this one
/// does not know.
pub trait VerifyingKeys {
    /// Whether `bytes` are a key of `system` that takes exactly `public_inputs` public inputs.
    ///
    /// # Errors
    /// The first [`BadKey`] that is found.
    fn check(system: ProofSystem, bytes: &[u8], public_inputs: u32) -> Result<(), BadKey>;

    /// For benchmarks: the interface with the most public inputs that a key can have, and such a
    /// key, which passes [`check`](Self::check).
    #[cfg(feature = "runtime-benchmarks")]
    fn longest() -> (opg_primitives::CircuitInterface, ProofSystem, KeyBytes);
}
