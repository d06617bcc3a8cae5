//! Why a verifier refused what was brought, in a form that fits into a dispatch error.
//!
//! A dispatch error has four bytes, a verifier's errors name certificates, extensions and offsets. So
//! rules are kept and places are not: whoever wants to know more lets the same verifier look at the
//! same bytes.

use codec::{Decode, DecodeWithMemTracking, Encode};
use frame_support::PalletError;
use opg_verifier_dcap as dcap;
use opg_verifier_nitro as nitro;
use opg_verifier_sev_snp as sev_snp;
use scale_info::TypeInfo;

/// The rule that is broken.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, PalletError,
)]
pub enum Fault {
    /// Too long, too short, or not the exact encoding of its format. Bring the bytes as they came.
    Malformed,
    /// Of a version, an algorithm or a kind that is not known. Wait for a runtime that knows it.
    Unknown,
    /// It does not lead to a root that this chain trusts. Bring one of a vendor that it trusts.
    UntrustedRoot,
    /// A certificate may not stand where it stands: by its role, key, names, usage or extensions.
    /// Bring the vendor's own chain.
    Certificate,
    /// Something in it is not valid yet, or it is from the future. Wait, or mend the clock.
    NotYetValid,
    /// Something in it is not valid any more. Bring it anew.
    Expired,
    /// A certificate is revoked, or no list says that it is not. Use another platform.
    CertificateRevoked,
    /// A signature is wrong. Bring the bytes as they came.
    Signature,
    /// The enclave can be debugged or profiled from outside. Start it otherwise.
    Debug,
    /// The enclave can be moved, or is bound to one that can move it. Start it otherwise.
    Migratable,
    /// Attributes or a privilege level that leave the enclave open, or bits that have no meaning.
    /// Start it otherwise.
    Attributes,
    /// A register is not what the events that came with it add up to. Bring all of its events.
    UnexplainedRegister,
    /// The collateral or endorsement is for another platform, TEE or TCB version than the document.
    /// Name the one for it.
    OtherPlatform,
    /// The document does not tell on which platform it was made. Unmask the chip.
    NoPlatform,
    /// The quoting enclave is not the vendor's, or does not vouch for the key. Use another platform.
    QuotingEnclave,
    /// The platform is below every level that its vendor lists, or at a revoked one. Update it.
    TcbRevoked,
}

impl From<nitro::x509::Error> for Fault {
    fn from(error: nitro::x509::Error) -> Self {
        use nitro::x509::Error as E;
        match error {
            E::TooLong | E::Malformed | E::TrailingBytes | E::MalformedSignature => Self::Malformed,
            E::UnsupportedSignatureAlgorithm | E::UnsupportedPublicKey => Self::Unknown,
            E::WrongSignature => Self::Signature,
            _ => Self::Certificate,
        }
    }
}

impl From<nitro::Error> for Fault {
    fn from(error: nitro::Error) -> Self {
        use nitro::Error as E;
        match error {
            E::UnknownDigest => Self::Unknown,
            E::Debug => Self::Debug,
            E::FromTheFuture | E::NotYetValid(_) => Self::NotYetValid,
            E::Expired(_) => Self::Expired,
            E::UnknownRoot => Self::UntrustedRoot,
            E::Certificate(_, error) => error.into(),
            E::LeafKey => Self::Certificate,
            E::WrongSignature => Self::Signature,
            _ => Self::Malformed,
        }
    }
}

impl From<sev_snp::Error> for Fault {
    fn from(error: sev_snp::Error) -> Self {
        use sev_snp::Error as E;
        match error {
            E::Certificate(_, error) => error.into(),
            E::UntrustedRoot => Self::UntrustedRoot,
            E::WrongName(_)
            | E::NotRsa4096(_)
            | E::NotP384
            | E::MissingExtension(_)
            | E::UnexpectedExtension(_)
            | E::MalformedExtension(_) => Self::Certificate,
            E::NotYetValid(_) => Self::NotYetValid,
            E::Expired(_) => Self::Expired,
            E::UnknownStructure(_)
            | E::UnknownPatchLevel(_)
            | E::UnknownVersion(_)
            | E::UnknownSignatureAlgorithm(_)
            | E::UnknownSigningKey => Self::Unknown,
            E::ProductMismatch(_) | E::SigningKeyMismatch | E::TcbMismatch | E::ChipIdMismatch => {
                Self::OtherPlatform
            }
            E::DebugAllowed => Self::Debug,
            E::MigrationAgentAllowed | E::MigrationAgent => Self::Migratable,
            E::ReservedPolicyBits
            | E::LowerPrivilege(_)
            | E::ReservedKeyBits
            | E::AuthorKeyMismatch => Self::Attributes,
            E::ChipKeyMasked | E::ChipIdMasked => Self::NoPlatform,
            E::WrongSignature => Self::Signature,
            _ => Self::Malformed,
        }
    }
}

impl From<dcap::Fault> for Fault {
    fn from(fault: dcap::Fault) -> Self {
        use dcap::Fault as F;
        match fault {
            F::Malformed => Self::Malformed,
            F::NotYetValid => Self::NotYetValid,
            F::Expired | F::CrlExpired => Self::Expired,
            F::BadSignature | F::CrlSignature => Self::Signature,
            F::UnknownIssuer => Self::UntrustedRoot,
            F::Revoked | F::RevocationUnknown => Self::CertificateRevoked,
            _ => Self::Certificate,
        }
    }
}

impl From<dcap::Error> for Fault {
    fn from(error: dcap::Error) -> Self {
        use dcap::Error as E;
        match error {
            E::UnknownVersion(_)
            | E::UnknownTee(_)
            | E::VersionOfOtherTee { .. }
            | E::AttestationKeyType(_)
            | E::UnknownBody(_)
            | E::CertificationData(_)
            | E::UnknownTcbStatus => Self::Unknown,
            E::Debug | E::Profiling => Self::Debug,
            E::Migratable | E::ServiceTd => Self::Migratable,
            E::ReservedAttributes | E::NotInitialised | E::SeptVeDisableOff => Self::Attributes,
            E::UnexplainedRtmr3 => Self::UnexplainedRegister,
            E::RootHash => Self::UntrustedRoot,
            E::Invalid(_, fault) => fault.into(),
            E::OtherTee(_) | E::OtherFmspc => Self::OtherPlatform,
            E::QeVendor | E::AttestationKeyUnbound | E::Qe(_) => Self::QuotingEnclave,
            E::TdxModule | E::NoTcbLevel | E::TcbRevoked | E::TcbNotAccepted(_) => Self::TcbRevoked,
            E::NoPlatformId => Self::NoPlatform,
            E::OutsideWindow => Self::Expired,
            _ => Self::Malformed,
        }
    }
}
