//! X.509 certificates, with every part of them open to alteration before it is signed.

use crate::{
    der::{der, explicit, sequence},
    Key,
};
use alloc::{vec, vec::Vec};
use core::time::Duration;
use x509_cert::{
    attr::AttributeTypeAndValue,
    der::{
        asn1::{Any, BitString, ObjectIdentifier, OctetString},
        flagset::FlagSet,
        oid::AssociatedOid,
        DateTime, Tag,
    },
    ext::{
        pkix::{BasicConstraints, KeyUsage, KeyUsages},
        Extension,
    },
    name::{RdnSequence, RelativeDistinguishedName},
    time::Time,
    AlgorithmIdentifier, SubjectPublicKeyInfo,
};

/// The organisation in every name.
pub const ORGANISATION: &str = "OPG Development Vendor, vouches for nothing";
/// From when CA certificates are valid: 2026-01-01, in Unix seconds.
pub const VALID_FROM: u64 = 1_767_225_600;
/// Until when CA certificates are valid: 2056-01-01, in Unix seconds.
pub const VALID_UNTIL: u64 = 2_713_910_400;

/// The dotted identifier of the extension BasicConstraints.
pub const BASIC_CONSTRAINTS: &str = "2.5.29.19";
/// That of KeyUsage.
pub const KEY_USAGE: &str = "2.5.29.15";
/// That of NameConstraints, which none of these formats has.
pub const NAME_CONSTRAINTS: &str = "2.5.29.30";

const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const ORGANISATION_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
/// How version 3 is written.
const V3: u8 = 2;

/// The DER of a name: [`ORGANISATION`], then this common name.
pub fn name(common_name: &str) -> Vec<u8> {
    let mut names = RdnSequence::default();
    for (oid, text) in [(ORGANISATION_NAME, ORGANISATION), (COMMON_NAME, common_name)] {
        let value = Any::new(Tag::Utf8String, text.as_bytes()).expect("names are short");
        let attribute =
            RelativeDistinguishedName::try_from(vec![AttributeTypeAndValue { oid, value }]);
        names.push(attribute.expect("one attribute is in order"));
    }
    der(&names)
}

/// An extension: `contents` are what its OCTET STRING holds.
pub fn extension(oid: &str, critical: bool, contents: Vec<u8>) -> Extension {
    Extension {
        extn_id: ObjectIdentifier::new(oid).expect("callers write identifiers out"),
        critical,
        extn_value: OctetString::new(contents).expect("extensions are short"),
    }
}

/// BasicConstraints, critical, as all vendors have it.
pub fn basic_constraints(ca: bool, path_len_constraint: Option<u8>) -> Extension {
    Extension {
        extn_id: BasicConstraints::OID,
        critical: true,
        extn_value: OctetString::new(der(&BasicConstraints { ca, path_len_constraint }))
            .expect("extensions are short"),
    }
}

/// KeyUsage, critical.
pub fn key_usage(usages: impl Into<FlagSet<KeyUsages>>) -> Extension {
    Extension {
        extn_id: KeyUsage::OID,
        critical: true,
        extn_value: OctetString::new(der(&KeyUsage(usages.into()))).expect("extensions are short"),
    }
}

/// What a certificate will say.
#[derive(Clone, Debug)]
pub struct CertificateTemplate {
    /// The version as it is written, one less than it is called; none to leave it out, which says version 1.
    pub version: Option<u8>,
    /// The serial number.
    pub serial: u64,
    /// The algorithm named in the signed part; none for the one that signs.
    pub signed_algorithm: Option<AlgorithmIdentifier>,
    /// The algorithm named beside the signature; none for the one that signs.
    pub outer_algorithm: Option<AlgorithmIdentifier>,
    /// The signature, where it is not to be made.
    pub signature: Option<Vec<u8>>,
    /// The DER of the issuer's name, see [`name`].
    pub issuer: Vec<u8>,
    /// From when it is valid, in Unix seconds.
    pub not_before: u64,
    /// Until when it is valid, in Unix seconds.
    pub not_after: u64,
    /// The DER of the subject's name, see [`name`].
    pub subject: Vec<u8>,
    /// The subject's public key.
    pub public_key: SubjectPublicKeyInfo,
    /// The extensions, in order, repeated ones too.
    pub extensions: Vec<Extension>,
}

impl CertificateTemplate {
    /// A CA's certificate, valid from [`VALID_FROM`] to [`VALID_UNTIL`].
    pub fn ca(issuer: Vec<u8>, subject: Vec<u8>, key: &Key, below: Option<u8>) -> Self {
        let usages = KeyUsages::KeyCertSign | KeyUsages::CRLSign;
        let extensions = vec![basic_constraints(true, below), key_usage(usages)];
        Self::new(issuer, subject, key, extensions)
    }

    /// A certificate of version 3, valid from [`VALID_FROM`] to [`VALID_UNTIL`].
    pub fn new(issuer: Vec<u8>, subject: Vec<u8>, key: &Key, extensions: Vec<Extension>) -> Self {
        Self {
            version: Some(V3),
            serial: 1,
            signed_algorithm: None,
            outer_algorithm: None,
            signature: None,
            issuer,
            not_before: VALID_FROM,
            not_after: VALID_UNTIL,
            subject,
            public_key: key.public_key(),
            extensions,
        }
    }

    /// Puts an extension in the place of the one with its identifier; behind all others where there is none.
    pub fn set(&mut self, extension: Extension) {
        match self.extensions.iter_mut().find(|present| present.extn_id == extension.extn_id) {
            Some(present) => *present = extension,
            None => self.extensions.push(extension),
        }
    }

    /// Takes the extension with this dotted identifier out.
    pub fn remove(&mut self, oid: &str) {
        let oid = ObjectIdentifier::new(oid).expect("callers write identifiers out");
        self.extensions.retain(|extension| extension.extn_id != oid);
    }

    /// The certificate's DER, signed by `issuer`.
    pub fn sign(&self, issuer: &Key) -> Vec<u8> {
        let signed = self.signed_part(issuer);
        let algorithm = self.outer_algorithm.clone().unwrap_or_else(|| issuer.algorithm());
        let signature = self.signature.clone().unwrap_or_else(|| issuer.sign(&signed));
        let signature = BitString::from_bytes(&signature).expect("signatures are short");
        sequence(&[signed, der(&algorithm), der(&signature)])
    }

    fn signed_part(&self, issuer: &Key) -> Vec<u8> {
        let algorithm = self.signed_algorithm.clone().unwrap_or_else(|| issuer.algorithm());
        let mut parts = vec![
            der(&self.serial),
            der(&algorithm),
            self.issuer.clone(),
            sequence(&[time(self.not_before), time(self.not_after)]),
            self.subject.clone(),
            der(&self.public_key),
        ];
        if let Some(version) = self.version {
            parts.insert(0, explicit(0, der(&version)));
        }
        if !self.extensions.is_empty() {
            parts.push(explicit(3, der(&self.extensions)));
        }
        sequence(&parts)
    }
}

/// UTCTime up to 2049, GeneralizedTime after that (RFC 5280).
pub(crate) fn time(seconds: u64) -> Vec<u8> {
    let time = DateTime::from_unix_duration(Duration::from_secs(seconds));
    der(&Time::from(time.expect("the times of this crate are before the year 9999")))
}
