//! Why a certificate or a signature was refused.

use core::fmt;

/// Why a certificate or a signature was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Error {
    /// More than [`MAX_CERTIFICATE_BYTES`](crate::MAX_CERTIFICATE_BYTES).
    TooLong,
    /// Not the DER of a certificate, or an extension that is read here is not DER of its type.
    Malformed,
    /// Bytes after the certificate.
    TrailingBytes,
    /// Not version 3, which alone has extensions.
    NotVersion3,
    /// An extension that occurs twice: which of the two counts would be a matter of taste.
    DuplicateExtension,
    /// An extension marked critical that is not read here.
    UnknownCriticalExtension,
    /// The signature algorithm in the signed part is not the one beside the signature.
    SignatureAlgorithmsDiffer,
    /// Neither ECDSA with SHA-384 nor RSASSA-PSS with SHA-384, MGF1 with SHA-384 and a salt of 48 bytes.
    UnsupportedSignatureAlgorithm,
    /// Neither a P-384 key with an uncompressed point nor an RSA key.
    UnsupportedPublicKey,
    /// A P-384 point off the curve or at infinity, or RSA numbers that are no key of 2048 to 4096 bits.
    InvalidPublicKey,
    /// No BasicConstraints with cA: the certificate may not issue others.
    NotACa,
    /// Its pathLenConstraint allows fewer CA certificates below it.
    PathTooLong,
    /// A CA without KeyUsage, or whose KeyUsage lacks keyCertSign.
    MayNotSignCertificates,
    /// A CA certificate where an end entity's is due.
    CaAsEndEntity,
    /// An end entity whose KeyUsage lacks digitalSignature, or has keyCertSign.
    WrongEndEntityKeyUsage,
    /// The issuer named is not the subject of the certificate that is to have issued it.
    WrongIssuer,
    /// The issuer's key is of another kind than the signature.
    WrongKeyKind,
    /// Not the form of a signature: r or s outside of `[1, n)`, not DER, or an RSA signature of another length than the
    /// modulus or not below it.
    MalformedSignature,
    /// The signature is not of this message by this key.
    WrongSignature,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Error::TooLong => "the certificate is too long",
            Error::Malformed => "not the DER of a certificate",
            Error::TrailingBytes => "bytes after the certificate",
            Error::NotVersion3 => "the certificate is not of version 3",
            Error::DuplicateExtension => "an extension occurs twice",
            Error::UnknownCriticalExtension => "a critical extension is unknown",
            Error::SignatureAlgorithmsDiffer => "the certificate names two signature algorithms",
            Error::UnsupportedSignatureAlgorithm => "the signature algorithm is not supported",
            Error::UnsupportedPublicKey => "the kind of public key is not supported",
            Error::InvalidPublicKey => "the public key is invalid",
            Error::NotACa => "the certificate is not a CA's",
            Error::PathTooLong => "the path below the CA is longer than it allows",
            Error::MayNotSignCertificates => {
                "the CA's key usage does not allow to sign certificates"
            }
            Error::CaAsEndEntity => "a CA's certificate stands where an end entity's is due",
            Error::WrongEndEntityKeyUsage => {
                "the key usage is not that of an end entity that signs"
            }
            Error::WrongIssuer => "the certificate names another issuer",
            Error::WrongKeyKind => "the issuer's key is of another kind than the signature",
            Error::MalformedSignature => "the signature does not have the form of one",
            Error::WrongSignature => "the signature is wrong",
        })
    }
}

impl core::error::Error for Error {}
