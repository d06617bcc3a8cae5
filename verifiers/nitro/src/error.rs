//! Why a document was refused, and where.

use core::fmt;
use opg_verifier_x509 as x509;

/// A field of the payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// `module_id`: who issued the document; text.
    ModuleId,
    /// `digest`: the hash function of the PCRs; text.
    Digest,
    /// `timestamp`: milliseconds since the Unix epoch.
    Timestamp,
    /// `pcrs`: measurements by index.
    Pcrs,
    /// `certificate`: the leaf.
    Certificate,
    /// `cabundle`: the CA certificates, the root first.
    Cabundle,
    /// `public_key`: given by the enclave's code.
    PublicKey,
    /// `user_data`: given by the enclave's code.
    UserData,
    /// `nonce`: given by the enclave's code.
    Nonce,
}

impl Field {
    /// Its key in the payload.
    pub fn name(self) -> &'static str {
        match self {
            Field::ModuleId => "module_id",
            Field::Digest => "digest",
            Field::Timestamp => "timestamp",
            Field::Pcrs => "pcrs",
            Field::Certificate => "certificate",
            Field::Cabundle => "cabundle",
            Field::PublicKey => "public_key",
            Field::UserData => "user_data",
            Field::Nonce => "nonce",
        }
    }
}

/// A certificate of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// Of the `cabundle`, counted from the root, which is 0.
    Ca(u8),
    /// The `certificate`.
    Leaf,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Ca(index) => write!(f, "CA certificate {index}"),
            Place::Leaf => f.write_str("the leaf certificate"),
        }
    }
}

/// Why a document was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Error {
    /// More than [`MAX_DOCUMENT_BYTES`](crate::MAX_DOCUMENT_BYTES).
    TooLong,
    /// The document or its payload is not well-formed CBOR.
    Cbor,
    /// CBOR nested deeper than [`MAX_DEPTH`](crate::MAX_DEPTH).
    TooDeep,
    /// Bytes after the document, or after the payload's map.
    TrailingBytes,
    /// Not an array of bytes, map, bytes, bytes, or under another tag than 18.
    NotCoseSign1,
    /// The protected header is not exactly `{1: -35}`.
    ProtectedHeader,
    /// The unprotected header is not empty.
    UnprotectedHeader,
    /// The signature does not have 96 bytes.
    SignatureLength,
    /// The payload is not a map.
    NotAMap,
    /// A key of the payload is not text.
    FieldName,
    /// A key of the payload occurs twice.
    DuplicateField,
    /// A field that every document has is not there.
    MissingField(Field),
    /// A field is of another type.
    FieldType(Field),
    /// A field, or a certificate in it, is shorter or longer than AWS specifies.
    FieldLength(Field),
    /// `digest` is not `SHA384`.
    UnknownDigest,
    /// `timestamp` is not above 0.
    NoTimestamp,
    /// A PCR's index is not an integer below 32.
    PcrIndex,
    /// A PCR occurs twice.
    DuplicatePcr(u8),
    /// A PCR does not have 48 bytes.
    PcrLength(u8),
    /// PCR0, PCR1 or PCR2, which every enclave has, is not there.
    MissingPcr(u8),
    /// A PCR of the image is all zero: the enclave runs in debug mode, where its host can read its console.
    Debug,
    /// The document is ahead of the time by more than [`MAX_CLOCK_SKEW`](crate::MAX_CLOCK_SKEW).
    FromTheFuture,
    /// No certificate in `cabundle`.
    NoCaCertificates,
    /// More certificates in `cabundle` than [`MAX_CA_CERTIFICATES`](crate::MAX_CA_CERTIFICATES).
    TooManyCaCertificates,
    /// The first certificate of `cabundle` is not a trusted root.
    UnknownRoot,
    /// A certificate is refused by itself, in its place, or by its issuer.
    Certificate(Place, x509::Error),
    /// A certificate is not valid yet.
    NotYetValid(Place),
    /// A certificate is no longer valid.
    Expired(Place),
    /// The leaf's key is not of P-384.
    LeafKey,
    /// The document is not signed by the leaf's key.
    WrongSignature,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::TooLong => f.write_str("the document is too long"),
            Error::Cbor => f.write_str("not well-formed CBOR"),
            Error::TooDeep => f.write_str("CBOR nested too deep"),
            Error::TrailingBytes => f.write_str("bytes after the document or its payload"),
            Error::NotCoseSign1 => f.write_str("not a COSE_Sign1"),
            Error::ProtectedHeader => {
                f.write_str("the protected header is not that of ES384 alone")
            }
            Error::UnprotectedHeader => f.write_str("the unprotected header is not empty"),
            Error::SignatureLength => f.write_str("the signature does not have 96 bytes"),
            Error::NotAMap => f.write_str("the payload is not a map"),
            Error::FieldName => f.write_str("a key of the payload is not text"),
            Error::DuplicateField => f.write_str("a key of the payload occurs twice"),
            Error::MissingField(field) => write!(f, "{} is missing", field.name()),
            Error::FieldType(field) => write!(f, "{} is of the wrong type", field.name()),
            Error::FieldLength(field) => write!(f, "{} is too short or too long", field.name()),
            Error::UnknownDigest => f.write_str("the digest is not SHA384"),
            Error::NoTimestamp => f.write_str("the timestamp is not above 0"),
            Error::PcrIndex => f.write_str("the index of a PCR is not an integer below 32"),
            Error::DuplicatePcr(index) => write!(f, "PCR{index} occurs twice"),
            Error::PcrLength(index) => write!(f, "PCR{index} does not have 48 bytes"),
            Error::MissingPcr(index) => write!(f, "PCR{index} is missing"),
            Error::Debug => f.write_str("the enclave runs in debug mode"),
            Error::FromTheFuture => f.write_str("the document is from the future"),
            Error::NoCaCertificates => f.write_str("there is no CA certificate"),
            Error::TooManyCaCertificates => f.write_str("there are too many CA certificates"),
            Error::UnknownRoot => f.write_str("the root is not trusted"),
            Error::Certificate(place, error) => write!(f, "{place}: {error}"),
            Error::NotYetValid(place) => write!(f, "{place} is not valid yet"),
            Error::Expired(place) => write!(f, "{place} is no longer valid"),
            Error::LeafKey => f.write_str("the leaf's key is not of P-384"),
            Error::WrongSignature => f.write_str("the document's signature is wrong"),
        }
    }
}

impl core::error::Error for Error {}
