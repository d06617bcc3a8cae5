//! Why a chain or a report was refused.

use crate::Extension;
use core::fmt;

/// What is to blame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The root certificate.
    Ark,
    /// The certificate between root and leaf: ASK or ASVK.
    Intermediate,
    /// The certificate of the VCEK or VLEK.
    Leaf,
    /// The endorsement that was kept from a chain.
    Endorsement,
    /// The report.
    Report,
}

/// Why a chain or a report was refused: one variant per rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Error {
    /// A certificate is malformed, may not stand where it stands, or is not signed by the one above it.
    Certificate(Part, opg_verifier_x509::Error),
    /// The root's hash is none of those that the caller trusts.
    UntrustedRoot,
    /// The certificate's common name is not the one that AMD gives at its place: `ARK-<product>`, then
    /// `SEV-<product>` above `SEV-VCEK` or `SEV-VLEK-<product>` above `SEV-VLEK`, all of one product.
    WrongName(Part),
    /// A CA key that is not RSA with 4096 bits, as all of AMD's are.
    NotRsa4096(Part),
    /// The leaf's key is not on P-384.
    NotP384,
    /// The time is before the window.
    NotYetValid(Part),
    /// The time is after the window.
    Expired(Part),
    /// The leaf lacks an extension that its kind must have.
    MissingExtension(Extension),
    /// The leaf has an extension that its kind or product does not have: a chip's identity in a VLEK, a cloud
    /// provider in a VCEK, an FMC before Turin.
    UnexpectedExtension(Extension),
    /// An extension is not the exact DER of its type, or its value is out of range.
    MalformedExtension(Extension),
    /// AMD's extensions have a structure newer than those that are known here.
    UnknownStructure(u8),
    /// A patch level without a component so far is not zero: a component that could not be compared.
    UnknownPatchLevel(Extension),
    /// The leaf names, or the report comes from, another product line than the root's.
    ProductMismatch(Part),
    /// Not 1184 bytes.
    WrongLength {
        /// Bytes that there are.
        found: usize,
    },
    /// A version of the report whose layout is not known here.
    UnknownVersion(u32),
    /// Not ECDSA on P-384 with SHA-384, which is 1.
    UnknownSignatureAlgorithm(u32),
    /// A byte that has no meaning in this version is not zero.
    ReservedBytes {
        /// The first such byte, counted from the report's start.
        offset: usize,
    },
    /// R or S has bytes above 48: no number of P-384.
    OversizedSignature,
    /// Bit 17 of the guest's policy is not one, or a bit that has no meaning is not zero.
    ReservedPolicyBits,
    /// The guest's policy lets the host decrypt its memory.
    DebugAllowed,
    /// The guest's policy lets a migration agent be associated, which may then move the guest.
    MigrationAgentAllowed,
    /// The guest has a migration agent.
    MigrationAgent,
    /// The report was asked for from a lower privilege level than 0, or by the host itself: it vouches for the most
    /// privileged software of the guest, not for who put the report data there.
    LowerPrivilege(u32),
    /// A bit of the key information that has no meaning is not zero.
    ReservedKeyBits,
    /// The flag for an author key and the digest of one contradict each other.
    AuthorKeyMismatch,
    /// Signed by neither VCEK nor VLEK, or not at all.
    UnknownSigningKey,
    /// Signed by the other kind of key than the endorsement's.
    SigningKeyMismatch,
    /// The TCB version reported is not the one that the endorsed key stands for.
    TcbMismatch,
    /// The host has forbidden the chip's key, so a VCEK can have signed nothing.
    ChipKeyMasked,
    /// The host hides the chip's identity, so a VCEK cannot be told to be this chip's.
    ChipIdMasked,
    /// The report comes from another chip than the VCEK's.
    ChipIdMismatch,
    /// The endorsement's key is no point of P-384: it was not kept as it was.
    InvalidEndorsement,
    /// The endorsed key did not sign this report.
    WrongSignature,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ark => "root certificate (ARK)",
            Self::Intermediate => "intermediate certificate (ASK or ASVK)",
            Self::Leaf => "certificate of the signing key (VCEK or VLEK)",
            Self::Endorsement => "endorsement",
            Self::Report => "report",
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Certificate(part, error) => return write!(f, "{part}: {error}"),
            Self::UntrustedRoot => "the root certificate is not trusted",
            Self::WrongName(part) => return write!(f, "{part}: not the name of its place"),
            Self::NotRsa4096(part) => return write!(f, "{part}: not an RSA key of 4096 bits"),
            Self::NotP384 => "the signing key is not on P-384",
            Self::NotYetValid(part) => return write!(f, "{part}: not valid yet"),
            Self::Expired(part) => return write!(f, "{part}: no longer valid"),
            Self::MissingExtension(extension) => {
                return write!(f, "the extension {extension} is missing");
            }
            Self::UnexpectedExtension(extension) => {
                return write!(f, "the extension {extension} does not belong here");
            }
            Self::MalformedExtension(extension) => {
                return write!(f, "the extension {extension} is malformed");
            }
            Self::UnknownStructure(version) => {
                return write!(f, "the structure {version} of the extensions is not known");
            }
            Self::UnknownPatchLevel(extension) => {
                return write!(f, "{extension} is the patch level of no known component");
            }
            Self::ProductMismatch(part) => {
                return write!(f, "{part}: of another product line than the root");
            }
            Self::WrongLength { found } => {
                return write!(f, "{found} bytes, a report has {}", crate::REPORT_LEN);
            }
            Self::UnknownVersion(version) => {
                return write!(f, "the layout of version {version} is not known");
            }
            Self::UnknownSignatureAlgorithm(algorithm) => {
                return write!(f, "the signature algorithm {algorithm} is not known");
            }
            Self::ReservedBytes { offset } => {
                return write!(f, "the reserved byte {offset:#x} is not zero");
            }
            Self::OversizedSignature => "R or S is longer than 48 bytes",
            Self::ReservedPolicyBits => "reserved bits of the guest's policy are not as specified",
            Self::DebugAllowed => "the guest's policy allows the host to debug it",
            Self::MigrationAgentAllowed => "the guest's policy allows a migration agent",
            Self::MigrationAgent => "the guest has a migration agent",
            Self::LowerPrivilege(vmpl) => {
                return write!(f, "asked for from privilege level {vmpl}, not 0");
            }
            Self::ReservedKeyBits => "reserved bits of the key information are not zero",
            Self::AuthorKeyMismatch => "the author key's flag and digest contradict each other",
            Self::UnknownSigningKey => "signed by neither VCEK nor VLEK",
            Self::SigningKeyMismatch => "signed by another kind of key than the endorsement's",
            Self::TcbMismatch => "the reported TCB version is not the signing key's",
            Self::ChipKeyMasked => "the chip's key is masked",
            Self::ChipIdMasked => "the chip's identity is masked",
            Self::ChipIdMismatch => "the chip is not the signing key's",
            Self::InvalidEndorsement => "the endorsement holds no key",
            Self::WrongSignature => "the signature is wrong",
        })
    }
}

impl core::error::Error for Error {}
