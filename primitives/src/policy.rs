//! Defaults and floors of a model class.

use crate::{
    claims::{Claim, Standing},
    domain::Domain,
    ids::Digest,
    mode::{Mode, ModeSet},
    names::names,
    standing::Facts,
};
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// A version of the policies, from 0, without gaps.
pub type PolicyVersion = u32;

names! {
    /// A policy class: a short name, such as `general` or `credit`.
    ClassId: 24,
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
