//! Names for the refusals of webpki and dcap-qvl.
//!
//! dcap-qvl refuses with texts and no types. They are only ever read here, after the quote was refused: a text that is
//! not known gives a coarser name and changes no verdict. The version is pinned exactly, and a test makes each refusal.

use crate::{collateral_facts, Collateral, Document, Error, Fault, QeField, TrustedRoot};
use dcap_qvl::config::CryptoProvider;

impl From<&webpki::Error> for Fault {
    fn from(error: &webpki::Error) -> Self {
        use webpki::Error as E;
        match error {
            E::CertExpired { .. } => Self::Expired,
            E::CertNotValidYet { .. } => Self::NotYetValid,
            E::CertRevoked => Self::Revoked,
            E::UnknownRevocationStatus => Self::RevocationUnknown,
            E::CrlExpired { .. } => Self::CrlExpired,
            E::InvalidSignatureForPublicKey => Self::BadSignature,
            E::InvalidCrlSignatureForPublicKey => Self::CrlSignature,
            E::UnknownIssuer => Self::UnknownIssuer,
            E::CaUsedAsEndEntity => Self::AuthorityAsLeaf,
            E::EndEntityUsedAsCa => Self::LeafAsAuthority,
            E::PathLenConstraintViolated => Self::PathLength,
            E::IssuerNotCrlSigner => Self::KeyUsage,
            _ => Self::Malformed,
        }
    }
}

/// What dcap-qvl refuses once collateral and PCK chain are good, by the beginning of its text.
const TEXTS: &[(&str, Error)] = &[
    ("Signature is invalid for qe_report", Error::Invalid(Document::QeReport, Fault::BadSignature)),
    ("QE report hash mismatch", Error::AttestationKeyUnbound),
    (
        "ISV enclave report signature is invalid",
        Error::Invalid(Document::Quote, Fault::BadSignature),
    ),
    ("QE MRSIGNER mismatch", Error::Qe(QeField::Signer)),
    ("QE ISVPRODID mismatch", Error::Qe(QeField::Product)),
    ("QE MISCSELECT mismatch", Error::Qe(QeField::MiscSelect)),
    ("QE ATTRIBUTES mismatch", Error::Qe(QeField::Attributes)),
    ("QE ISVSVN", Error::Qe(QeField::SecurityVersion)),
    ("QE report validation failed", Error::Qe(QeField::Debug)),
    ("No TCB levels found in QE Identity", Error::Invalid(Document::QeIdentity, Fault::Malformed)),
    ("Unsupported QE Identity id", Error::OtherTee(Document::QeIdentity)),
    ("Fmspc mismatch", Error::OtherFmspc),
    ("Failed to decode TCB FMSPC", Error::Invalid(Document::TcbInfo, Fault::Malformed)),
    ("TDX quote with non-TDX TCB info", Error::OtherTee(Document::TcbInfo)),
    ("SGX quote with non-SGX TCB info", Error::OtherTee(Document::TcbInfo)),
    ("SGX component count mismatch", Error::Invalid(Document::TcbInfo, Fault::Malformed)),
    ("TDX component count mismatch", Error::Invalid(Document::TcbInfo, Fault::Malformed)),
    ("No matching TCB level found", Error::NoTcbLevel),
    ("Failed to evaluate the current TDX TCB", Error::NoTcbLevel),
    ("TDX module TCB level check", Error::TdxModule),
    ("TDX module identity check", Error::TdxModule),
    ("Unrecognized TCB status", Error::UnknownTcbStatus),
    ("TCB status is invalid: Revoked", Error::TcbRevoked),
];

/// The name of a refusal of dcap-qvl, given its outermost text and the fault of webpki within, if one is.
///
/// What is not about the quote alone is looked for in the collateral first; what the collateral is not to blame for is
/// the PCK chain's.
pub(crate) fn name<C: CryptoProvider>(
    text: &str,
    cause: Option<&webpki::Error>,
    collateral: &Collateral,
    root: &TrustedRoot,
    now: u64,
) -> Error {
    if let Some((_, error)) = TEXTS.iter().find(|(beginning, _)| text.starts_with(beginning)) {
        return *error;
    }
    match collateral_facts::<C>(collateral, root, now) {
        Err(error) => error,
        Ok(_) => Error::Invalid(Document::PckChain, cause.map_or(Fault::Malformed, Fault::from)),
    }
}
