//! One certificate, read strictly.

use crate::{signature::SignatureAlgorithm, Error, PublicKey, Window, MAX_CERTIFICATE_BYTES};
use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use sha2::{Digest, Sha256};
use x509_cert::{
    der::{self, asn1::ObjectIdentifier, Decode, Reader, SliceReader},
    ext::{
        pkix::{name::DirectoryString, BasicConstraints, KeyUsage},
        Extension,
    },
    name::Name,
    Version,
};

const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.15");

/// A certificate of version 3, whose every part has been read, with a public key that is known and valid.
///
/// Whether anybody should trust it is not decided yet: see the `check` functions.
#[derive(Clone, Debug)]
pub struct Certificate {
    fingerprint: [u8; 32],
    /// The signed part, as it stood.
    signed: Vec<u8>,
    algorithm: SignatureAlgorithm,
    signature: Vec<u8>,
    issuer: Vec<u8>,
    subject: Vec<u8>,
    common_name: Option<String>,
    window: Window,
    public_key: PublicKey,
    extensions: Vec<Extension>,
    basic_constraints: Option<BasicConstraints>,
    key_usage: Option<KeyUsage>,
}

impl Certificate {
    /// Reads a certificate, whose bytes must be its DER and nothing else.
    ///
    /// # Errors
    ///
    /// By the first thing that is wrong, in this order: length, DER, trailing bytes, version, extensions (twice,
    /// unknown and critical, BasicConstraints and KeyUsage not of their type), signature algorithm, public key.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        if der.len() > MAX_CERTIFICATE_BYTES {
            return Err(Error::TooLong);
        }
        let mut reader = SliceReader::new(der)?;
        let certificate = x509_cert::Certificate::decode(&mut reader)?;
        if !reader.is_finished() {
            return Err(Error::TrailingBytes);
        }
        let tbs = certificate.tbs_certificate();
        if tbs.version() != Version::V3 {
            return Err(Error::NotVersion3);
        }
        let slices = Slices::read(der)?;

        let extensions = tbs.extensions().cloned().unwrap_or_default();
        check_extensions(&extensions)?;
        let basic_constraints = decode(&extensions, BASIC_CONSTRAINTS)?;
        let key_usage = decode(&extensions, KEY_USAGE)?;

        if tbs.signature() != certificate.signature_algorithm() {
            return Err(Error::SignatureAlgorithmsDiffer);
        }
        let algorithm = SignatureAlgorithm::read(tbs.signature())?;
        let signature = certificate.signature().as_bytes().ok_or(Error::MalformedSignature)?;
        let validity = tbs.validity();

        Ok(Self {
            fingerprint: Sha256::digest(der).into(),
            signed: slices.signed.to_vec(),
            algorithm,
            signature: signature.to_vec(),
            issuer: slices.issuer.to_vec(),
            subject: slices.subject.to_vec(),
            common_name: common_name(tbs.subject()),
            window: Window {
                not_before: validity.not_before.to_unix_duration().as_secs(),
                not_after: validity.not_after.to_unix_duration().as_secs(),
            },
            public_key: PublicKey::read(tbs.subject_public_key_info())?,
            extensions,
            basic_constraints,
            key_usage,
        })
    }

    /// SHA-256 of the certificate's DER: covers every byte of it, the signature too.
    pub fn fingerprint(&self) -> [u8; 32] {
        self.fingerprint
    }

    /// When it is valid, by itself.
    pub fn window(&self) -> Window {
        self.window
    }

    /// The subject's name, as encoded.
    pub fn subject_der(&self) -> &[u8] {
        &self.subject
    }

    /// The issuer's name, as encoded.
    pub fn issuer_der(&self) -> &[u8] {
        &self.issuer
    }

    /// The subject's common name; none where it has more than one.
    pub fn common_name(&self) -> Option<String> {
        self.common_name.clone()
    }

    /// What is in the extension of this dotted object identifier: the contents of its OCTET STRING.
    pub fn extension(&self, oid: &str) -> Option<&[u8]> {
        let oid = ObjectIdentifier::new(oid).ok()?;
        self.extensions.iter().find(|e| e.extn_id == oid).map(|e| e.extn_value.as_bytes())
    }

    /// The subject's public key.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The pathLenConstraint, where there is one: how many CA certificates may stand between this one and an end
    /// entity's.
    pub fn path_len(&self) -> Option<u8> {
        self.basic_constraints.as_ref()?.path_len_constraint
    }

    /// Whether it is a CA's and allows `below` CA certificates between itself and an end entity's.
    ///
    /// # Errors
    ///
    /// [`Error::NotACa`], [`Error::PathTooLong`], [`Error::MayNotSignCertificates`].
    pub fn check_ca(&self, below: u8) -> Result<(), Error> {
        let constraints = self.basic_constraints.as_ref().filter(|c| c.ca).ok_or(Error::NotACa)?;
        if constraints.path_len_constraint.is_some_and(|most| most < below) {
            return Err(Error::PathTooLong);
        }
        if !self.key_usage.is_some_and(|usage| usage.key_cert_sign()) {
            return Err(Error::MayNotSignCertificates);
        }
        Ok(())
    }

    /// Whether it is an end entity's whose key may sign data.
    ///
    /// # Errors
    ///
    /// [`Error::CaAsEndEntity`], [`Error::WrongEndEntityKeyUsage`].
    pub fn check_end_entity(&self) -> Result<(), Error> {
        if self.basic_constraints.as_ref().is_some_and(|c| c.ca) {
            return Err(Error::CaAsEndEntity);
        }
        let allowed = |usage: KeyUsage| usage.digital_signature() && !usage.key_cert_sign();
        if !self.key_usage.is_none_or(allowed) {
            return Err(Error::WrongEndEntityKeyUsage);
        }
        Ok(())
    }

    /// Whether the issuer's name is the one that this certificate gives, and whether the issuer's key signed it. That
    /// the issuer may issue, is [`check_ca`](Self::check_ca)'s to say.
    ///
    /// # Errors
    ///
    /// [`Error::WrongIssuer`] before any arithmetic; [`Error::WrongKeyKind`], [`Error::MalformedSignature`],
    /// [`Error::WrongSignature`].
    pub fn check_issued_by(&self, issuer: &Certificate) -> Result<(), Error> {
        self.check_issuer_name(issuer)?;
        self.algorithm.verify(&issuer.public_key, &self.signed, &self.signature)
    }

    /// Whether the issuer's name is the one that this certificate gives, without a look at the signature: for a chain
    /// whose signatures were verified before.
    ///
    /// # Errors
    ///
    /// [`Error::WrongIssuer`].
    pub fn check_issuer_name(&self, issuer: &Certificate) -> Result<(), Error> {
        if self.issuer != issuer.subject {
            return Err(Error::WrongIssuer);
        }
        Ok(())
    }
}

impl From<der::Error> for Error {
    fn from(_: der::Error) -> Self {
        Self::Malformed
    }
}

/// Parts of a certificate as they stand in its bytes: what is signed must not be encoded anew, and names are compared
/// as they were written.
struct Slices<'a> {
    signed: &'a [u8],
    issuer: &'a [u8],
    subject: &'a [u8],
}

impl<'a> Slices<'a> {
    /// Of a certificate of version 3 that has been decoded before; of another it may fail or find other parts.
    fn read(der: &'a [u8]) -> Result<Self, Error> {
        let signed = SliceReader::new(der)?.sequence(|certificate| {
            let signed = certificate.tlv_bytes()?;
            certificate.drain(certificate.remaining_len())?;
            Ok::<_, der::Error>(signed)
        })?;
        let (issuer, subject) = SliceReader::new(signed)?.sequence(|tbs| {
            tbs.tlv_bytes()?; // version
            tbs.tlv_bytes()?; // serial number
            tbs.tlv_bytes()?; // signature algorithm
            let issuer = tbs.tlv_bytes()?;
            tbs.tlv_bytes()?; // validity
            let subject = tbs.tlv_bytes()?;
            tbs.drain(tbs.remaining_len())?;
            Ok::<_, der::Error>((issuer, subject))
        })?;
        Ok(Self { signed, issuer, subject })
    }
}

fn check_extensions(extensions: &[Extension]) -> Result<(), Error> {
    let mut rest = extensions;
    while let Some((first, others)) = rest.split_first() {
        if others.iter().any(|other| other.extn_id == first.extn_id) {
            return Err(Error::DuplicateExtension);
        }
        if first.critical && ![BASIC_CONSTRAINTS, KEY_USAGE].contains(&first.extn_id) {
            return Err(Error::UnknownCriticalExtension);
        }
        rest = others;
    }
    Ok(())
}

fn decode<'a, T>(extensions: &'a [Extension], oid: ObjectIdentifier) -> Result<Option<T>, Error>
where
    T: Decode<'a, Error = der::Error>,
{
    let extension = extensions.iter().find(|extension| extension.extn_id == oid);
    Ok(extension.map(|extension| T::from_der(extension.extn_value.as_bytes())).transpose()?)
}

fn common_name(name: &Name) -> Option<String> {
    let mut values = name.iter().filter(|attribute| attribute.oid == COMMON_NAME);
    let (first, second) = (values.next()?, values.next());
    if second.is_some() {
        return None;
    }
    DirectoryString::try_from(&first.value).ok().map(|value| value.value().to_string())
}
