//! The verification modes and sets of them. There is no order on modes.

use crate::bit_set::bit_set;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// How an answer is verified. The discriminants are part of the encoding.
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
pub enum Mode {
    /// A signature by the provider's registered worker key, and nothing else.
    #[codec(index = 0)]
    Plain,
    /// A signature by the key of an attested enclave.
    #[codec(index = 1)]
    Tee,
    /// A zero-knowledge proof, verified by every validator.
    #[codec(index = 2)]
    ZkMl,
}

impl Mode {
    /// All modes, those of later work too.
    pub const ALL: [Self; 3] = [Self::Plain, Self::Tee, Self::ZkMl];

    /// The mode's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "Plain",
            Self::Tee => "Tee",
            Self::ZkMl => "ZkMl",
        }
    }
}

bit_set! {
    /// A set of modes, one bit each: `Plain` 1, `Tee` 2, `ZkMl` 4. Unknown bits do not decode.
    ModeSet(u8) of Mode, "modes"
}

impl ModeSet {
    /// Whether the set is empty.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether every mode of this set is in `other`.
    pub fn is_subset(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_it_was_made_of() {
        let set = ModeSet::of(&[Mode::Plain, Mode::ZkMl]);
        assert_eq!(set.iter().collect::<Vec<_>>(), [Mode::Plain, Mode::ZkMl]);
        assert!(ModeSet::of(&[Mode::ZkMl]).is_subset(set));
        assert!(!ModeSet::of(&[Mode::Tee]).is_subset(set));
    }

    #[test]
    fn an_unknown_bit_does_not_decode() {
        assert!(ModeSet::decode(&mut &[8u8][..]).is_err());
        assert_eq!(ModeSet::decode(&mut &[5u8][..]), Ok(ModeSet::of(&[Mode::Plain, Mode::ZkMl])));
    }

    #[test]
    fn the_encodings_are_pinned() {
        assert_eq!(Mode::ALL.map(|mode| mode.encode()), [vec![0], vec![1], vec![2]]);
    }
}
