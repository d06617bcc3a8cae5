//! Reference values: which code is approved, and what its answers may then say (RATS, RFC 9334).
//!
//! That a document is genuine says that some code runs somewhere. Only a reference value says which
//! code that is, who looked at it, and what it observes itself.

use crate::{
    attestation::{AttestationFormat, Configuration, Vendor},
    bit_set::bit_set,
    claims::Claim,
    domain::Domain,
    ids::{Account, Digest, MeasurementId, ModelId},
    names::Address,
    BlockNumber,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;

/// A measured register of 48 bytes (SHA-384).
#[derive(
    Clone, Copy, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Register(pub [u8; 48]);

impl Register {
    /// The register that nothing was measured into.
    pub const ZERO: Self = Self([0; 48]);
}

impl fmt::Display for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("0x")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Register {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Register {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let text = alloc::string::String::deserialize(from)?;
        let mut bytes = [0; 48];
        hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(&text), &mut bytes).map_err(
            |error| D::Error::custom(alloc::format!("a register is 96 digits: {error}")),
        )?;
        Ok(Self(bytes))
    }
}

/// All registers by which a vendor's hardware measures code and its setting: two enclaves with the
/// same ones run the same code.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Measurement {
    /// AWS Nitro Enclaves.
    #[codec(index = 0)]
    Nitro {
        /// The enclave image.
        pcr0: Register,
        /// Kernel and boot ramdisk.
        pcr1: Register,
        /// The application.
        pcr2: Register,
        /// The signing certificate of the image; zero if it is not signed.
        pcr8: Register,
    },
    /// Intel TDX.
    #[codec(index = 1)]
    Tdx {
        /// The TDX module.
        mr_seam: Register,
        /// The initial contents of the trust domain.
        mr_td: Register,
        /// The run-time registers: firmware, kernel, command line, application.
        rtmr: [Register; 4],
        /// The configuration that the host gave.
        mr_config: Register,
        /// Attributes of the trust domain.
        attributes: [u8; 8],
    },
    /// Intel SGX.
    #[codec(index = 2)]
    Sgx {
        /// The enclave.
        mr_enclave: Digest,
        /// Who signed it.
        mr_signer: Digest,
        /// Its product number.
        product: u16,
        /// Its security version.
        security_version: u16,
    },
    /// AMD SEV-SNP.
    #[codec(index = 3)]
    SevSnp {
        /// The launch digest.
        launch: Register,
        /// What the host gave at launch.
        host_data: Digest,
        /// The guest's policy.
        policy: u64,
    },
}

/// What the development vendor measures, of whatever code: PCRs 0, 1, 2 and 8 of a Nitro document.
pub const DEVELOPMENT_REGISTERS: [Register; 4] =
    [Register([0xd0; 48]), Register([0xd1; 48]), Register([0xd2; 48]), Register::ZERO];

impl Measurement {
    /// That of a Nitro enclave, by its PCRs 0, 1, 2 and 8.
    pub const fn nitro([pcr0, pcr1, pcr2, pcr8]: [Register; 4]) -> Self {
        Self::Nitro { pcr0, pcr1, pcr2, pcr8 }
    }

    /// The format of documents that measure so.
    pub const fn format(&self) -> AttestationFormat {
        match self {
            Self::Nitro { .. } => AttestationFormat::Nitro,
            Self::Tdx { .. } => AttestationFormat::Tdx,
            Self::Sgx { .. } => AttestationFormat::Sgx,
            Self::SevSnp { .. } => AttestationFormat::SevSnp,
        }
    }

    /// Its identity under `vendor`: what the development vendor measured is never what another did.
    pub fn id(&self, vendor: Vendor) -> MeasurementId {
        MeasurementId(Domain::Measurement.hash(&(vendor, self)))
    }
}

/// How approved code binds the model that it says ran.
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
pub enum ModelBinding {
    /// The network, or the file of weights, with this SHA-256 is part of the measured image.
    #[codec(index = 0)]
    InImage(Digest),
    /// The code hashes the bytes that it maps, runs them in the same enclave, and signs their
    /// SHA-256 with each answer.
    #[codec(index = 1)]
    Loaded,
    /// The code forwards to an upstream outside, which says what it runs.
    #[codec(index = 2)]
    Upstream,
}

bit_set! {
    /// A set of claims, one bit each by their encoding.
    ClaimSet(u32) of Claim, "claims"
}

/// Where approved code comes from: whoever builds it so gets the measurement.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct BuildRecipe {
    /// Where the source is.
    pub source: Address,
    /// SHA-256 of the source, as an archive or a commit in that form.
    pub revision: Digest,
    /// SHA-256 of the recipe that builds it.
    pub recipe: Digest,
}

/// An approved measurement.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ReferenceValue {
    /// Whose hardware measures so.
    pub vendor: Vendor,
    /// All measured registers.
    pub measurement: Measurement,
    /// What source and recipe give them.
    pub built_from: BuildRecipe,
    /// The schema of its configuration.
    pub schema: u16,
    /// The claims that the code observes itself. What it repeats from outside is not among them.
    pub vouches: ClaimSet,
    /// How it binds a model.
    pub binding: ModelBinding,
    /// The model that it is approved for; none if for every one that it loads or forwards to.
    pub model: Option<ModelId>,
    /// Whether the code prepares inputs itself.
    pub prepares_input: bool,
    /// Whether the code seeds its sampling by the lease, so that nobody picks the best of many.
    pub seeded_by_lease: bool,
    /// Who approved it; none for governance.
    pub approved_by: Option<Account>,
    /// The first block in which it is approved.
    pub from: BlockNumber,
    /// The last block in which it is.
    pub until: BlockNumber,
}

impl ReferenceValue {
    /// Whether it approves of `model` in block `now`.
    pub fn approves(&self, model: &ModelId, now: BlockNumber) -> bool {
        self.is_in_force(now) && self.model.is_none_or(|approved| approved == *model)
    }

    /// Whether it is approved in block `now`.
    pub fn is_in_force(&self, now: BlockNumber) -> bool {
        self.from <= now && now <= self.until
    }

    /// Whether an enclave with this configuration was set up so that the approval is of it: for this
    /// model, by the schema that the approved code reads, and with an upstream only where the code binds
    /// its model so.
    pub fn is_of(&self, configuration: &Configuration, model: &ModelId) -> bool {
        let forwards = configuration.upstream.is_some();
        configuration.schema == self.schema
            && configuration.models.contains(model)
            && match self.binding {
                ModelBinding::Upstream => forwards,
                ModelBinding::InImage(_) | ModelBinding::Loaded => !forwards,
            }
    }

    /// Its measurement's identity.
    pub fn id(&self) -> MeasurementId {
        self.measurement.id(self.vendor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use codec::DecodeAll;

    #[test]
    fn every_claim_has_a_bit_of_its_own() {
        for claim in Claim::ALL {
            assert_eq!(ClaimSet::of(&[claim]).iter().collect::<alloc::vec::Vec<_>>(), [claim]);
        }
        assert_eq!(ClaimSet::of(&Claim::ALL).0, (1 << Claim::ALL.len()) - 1);
    }

    #[test]
    fn an_unknown_claim_does_not_decode() {
        assert!(ClaimSet::decode_all(&mut &(1u32 << 25).encode()[..]).is_err());
        let known = ClaimSet::of(&[Claim::Output, Claim::ParametersForwarded]);
        assert_eq!(ClaimSet::decode_all(&mut &known.encode()[..]), Ok(known));
    }

    #[test]
    fn the_development_vendor_never_measures_what_another_did() {
        let zero = Register::ZERO;
        let measurement = Measurement::Nitro { pcr0: zero, pcr1: zero, pcr2: zero, pcr8: zero };
        let ids = Vendor::ALL.map(|vendor| measurement.id(vendor));
        for (n, id) in ids.iter().enumerate() {
            assert!(!ids[..n].contains(id));
        }
    }
}
