//! Why a quote, its collateral or a root was refused, and what is to blame.

use crate::{TcbStatus, Tee};

/// A stretch of a quote's bytes, in the order in which they come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QuotePart {
    /// The 48 bytes of the header.
    Header,
    /// The report of the enclave or of the trust domain, in version 5 with its type and size.
    Body,
    /// The length of the signature data.
    SignatureLength,
    /// The signature and the attestation key, and what version 4 and later wrap round the rest.
    Signature,
    /// The report of the quoting enclave and its signature.
    QeReport,
    /// The quoting enclave's own authentication data.
    QeAuthData,
    /// The certification data: the chain of the PCK certificate.
    CertificationData,
    /// What follows the end that the quote itself states: zeros, or nothing.
    Padding,
}

/// A signed document that takes part in the check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Document {
    /// The pinned root certificate.
    Root,
    /// The root's revocation list.
    RootCrl,
    /// The certificate of the PCK CA that comes with the PCK revocation list.
    PckCrlIssuer,
    /// The revocation list of the PCK CA.
    PckCrl,
    /// The certificate that signs the TCB info.
    TcbInfoIssuer,
    /// The TCB info.
    TcbInfo,
    /// The certificate that signs the QE identity.
    QeIdentityIssuer,
    /// The QE identity.
    QeIdentity,
    /// The PCK certificate in the quote, and the CA above it.
    PckChain,
    /// The report of the quoting enclave.
    QeReport,
    /// The quote itself.
    Quote,
}

/// What is wrong with a signed document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// Not the exact encoding of what it should be, or without a field that it needs.
    Malformed,
    /// Its time has not come.
    NotYetValid,
    /// Its time is over.
    Expired,
    /// The signature is not one of the key that should have made it.
    BadSignature,
    /// No certificate leads from it to the root.
    UnknownIssuer,
    /// It is on a revocation list.
    Revoked,
    /// No revocation list that came with it speaks for its issuer.
    RevocationUnknown,
    /// The revocation list that speaks for it is out of date.
    CrlExpired,
    /// The revocation list that speaks for it is not signed by its issuer.
    CrlSignature,
    /// A CA certificate stands where a leaf belongs.
    AuthorityAsLeaf,
    /// A leaf certificate stands where a CA belongs.
    LeafAsAuthority,
    /// The key is not for this use.
    KeyUsage,
    /// An extension occurs twice.
    DuplicateExtension,
    /// More CAs below one than it allows.
    PathLength,
    /// Too few or too many certificates, or a signer that the root did not issue itself.
    ChainLength,
}

/// A field in which the quoting enclave differs from its identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QeField {
    /// MRSIGNER.
    Signer,
    /// ISVPRODID.
    Product,
    /// MISCSELECT under its mask.
    MiscSelect,
    /// ATTRIBUTES under their mask.
    Attributes,
    /// ISVSVN is below every level of the identity.
    SecurityVersion,
    /// It is a debug enclave.
    Debug,
}

/// What would go backwards if a stored collateral were replaced by another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Regression {
    /// It is for another TEE, FMSPC or PCE, or its PCK revocation list is of another CA.
    Subject,
    /// A TCB evaluation data number.
    EvaluationNumber,
    /// The issue date of the TCB info.
    TcbInfo,
    /// The issue date of the QE identity.
    QeIdentity,
    /// The number or date of the root's revocation list.
    RootCrl,
    /// The number or date of the PCK revocation list.
    PckCrl,
    /// Nothing in it is newer.
    NothingNewer,
}

/// Why a verification ended without success.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Error {
    /// The quote is longer than [`crate::MAX_QUOTE_BYTES`].
    QuoteTooLarge,
    /// The collateral is longer than [`crate::MAX_COLLATERAL_BYTES`].
    CollateralTooLarge,
    /// The bytes of the collateral are not one collateral, exactly.
    CollateralEncoding,
    /// The quote ends within this part.
    Truncated(QuotePart),
    /// This part holds more bytes than belong there.
    TrailingBytes(QuotePart),
    /// A version that is not 3, 4 or 5.
    UnknownVersion(u16),
    /// A TEE that is neither SGX nor TDX.
    UnknownTee(u32),
    /// SGX in another version than 3, or TDX in another than 4 and 5.
    VersionOfOtherTee {
        /// The TEE that the quote names.
        tee: Tee,
        /// The version that it names.
        version: u16,
    },
    /// An attestation key that is not ECDSA on P-256.
    AttestationKeyType(u16),
    /// A quoting enclave that is not Intel's.
    QeVendor,
    /// A body of version 5 that is no TD report.
    UnknownBody(u16),
    /// A body of version 5 of another size than its type has.
    BodySize(u32),
    /// Certification data that is no PCK chain (type 5), or in version 4 and later not inside a QE report (type 6).
    CertificationData(u16),
    /// Authentication data of the quoting enclave that is not 32 bytes.
    QeAuthDataLength(u16),
    /// The enclave or trust domain can be debugged.
    Debug,
    /// The trust domain can be profiled from outside.
    Profiling,
    /// Attribute bits that have no meaning are set.
    ReservedAttributes,
    /// The SGX enclave was not initialised.
    NotInitialised,
    /// The trust domain can be moved to another platform.
    Migratable,
    /// A service TD is bound to the trust domain.
    ServiceTd,
    /// The host can make pages vanish without the trust domain being stopped: SEPT_VE_DISABLE is off.
    SeptVeDisableOff,
    /// RTMR3 is not what the given events add up to.
    UnexplainedRtmr3,
    /// The root certificate is not the one that is pinned.
    RootHash,
    /// A signed document is not good.
    Invalid(Document, Fault),
    /// This part of the collateral is for the other TEE.
    OtherTee(Document),
    /// The TCB info is for another kind of platform than the one that made the quote.
    OtherFmspc,
    /// The quoting enclave does not vouch for the attestation key.
    AttestationKeyUnbound,
    /// The quoting enclave is not the one that the QE identity describes.
    Qe(QeField),
    /// The TDX module is not one that the TCB info describes.
    TdxModule,
    /// The platform is below every level of the TCB info.
    NoTcbLevel,
    /// The matching level has a TCB status that documents of its kind do not have.
    UnknownTcbStatus,
    /// Intel revoked this TCB level.
    TcbRevoked,
    /// The policy does not accept this TCB status.
    TcbNotAccepted(TcbStatus),
    /// More or longer advisories than [`crate::MAX_ADVISORIES`] and [`crate::MAX_ADVISORY_BYTES`].
    Advisories,
    /// The PCK certificate names no platform: its PPID is zero or not 16 bytes.
    NoPlatformId,
    /// At this time not every document holds.
    OutsideWindow,
    /// A stored collateral is not to be replaced by this one.
    Backwards(Regression),
}
