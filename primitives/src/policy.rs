//! Defaults and floors of a model class.

use crate::{
    claims::{Claim, Standing},
    domain::Domain,
    ids::Digest,
    mode::{Mode, ModeSet},
    standing::Facts,
};
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// A version of the policies, from 0, without gaps.
pub type PolicyVersion = u32;

/// A policy class: a short name, such as `general` or `credit`.
#[derive(
    Clone,
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
pub struct ClassId(pub BoundedVec<u8, ConstU32<24>>);

impl core::fmt::Display for ClassId {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&alloc::string::String::from_utf8_lossy(&self.0))
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for ClassId {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for ClassId {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = alloc::string::String::deserialize(from)?;
        name.into_bytes()
            .try_into()
            .map(Self)
            .map_err(|_| serde::de::Error::custom("the name of a class has at most 24 bytes"))
    }
}

/// The least that a receipt must say for its answer to be accepted. Floors are sets: there is no
/// order on modes.
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
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Floor {
    /// The accepted modes.
    pub modes: ModeSet,
    /// The least standing of each claim that is named; `Absent` asks for nothing.
    pub least: BoundedVec<(Claim, Standing), ConstU32<32>>,
}

impl Floor {
    /// The first claim that `facts` support less than this floor asks, if any.
    pub fn missing(&self, facts: &Facts) -> Option<Claim> {
        self.least
            .iter()
            .find(|(claim, least)| crate::standing::standing(*claim, facts).standing < *least)
            .map(|(claim, _)| *claim)
    }
}

/// The rules of one class in one policy version.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Rules {
    /// The mode of a request that names none.
    pub default: Mode,
    /// The least that an answer must come with.
    pub floor: Floor,
    /// Whether a requester may name its provider.
    pub provider_may_be_named: bool,
}

impl Rules {
    /// The digest of these rules as those of `class` in `version`, which a receipt carries.
    pub fn digest(&self, class: &ClassId, version: PolicyVersion) -> Digest {
        Digest(Domain::Policy.hash(&(class, version, self)))
    }
}
