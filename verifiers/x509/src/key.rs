//! Public keys of certificates.

use crate::{Error, MIN_RSA_BITS};
use p384::ecdsa::VerifyingKey;
use rsa::{pkcs1::DecodeRsaPublicKey, traits::PublicKeyParts, RsaPublicKey};
use x509_cert::{
    der::asn1::{Any, ObjectIdentifier},
    spki::SubjectPublicKeyInfoOwned,
};

const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const SECP384R1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
pub(crate) const RSASSA_PSS: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");

/// The first byte of a point that is written with both coordinates, and the length of one on P-384.
const UNCOMPRESSED: (u8, usize) = (0x04, 97);

/// The public key of a certificate.
#[derive(Clone, Debug)]
pub enum PublicKey {
    /// A point of P-384, not at infinity.
    P384(VerifyingKey),
    /// An RSA key with a modulus of 2048 to 4096 bits.
    Rsa(RsaPublicKey),
}

impl PublicKey {
    /// Reads a subjectPublicKeyInfo. An RSA key may stand under rsaEncryption (with NULL, as AMD has it) or under
    /// id-RSASSA-PSS (without parameters, or with those that are the only ones verified here).
    pub(crate) fn read(info: &SubjectPublicKeyInfoOwned) -> Result<Self, Error> {
        let parameters = info.algorithm.parameters.as_ref();
        let bytes = info.subject_public_key.as_bytes().ok_or(Error::InvalidPublicKey)?;
        match info.algorithm.oid {
            EC_PUBLIC_KEY if is_oid(parameters, SECP384R1) => p384(bytes),
            RSA_ENCRYPTION if parameters.is_some_and(|any| any.is_null()) => rsa(bytes),
            RSASSA_PSS if parameters.is_none_or(crate::signature::is_pss_sha384) => rsa(bytes),
            _ => Err(Error::UnsupportedPublicKey),
        }
    }
}

fn is_oid(parameters: Option<&Any>, oid: ObjectIdentifier) -> bool {
    parameters.and_then(|any| any.decode_as::<ObjectIdentifier>().ok()) == Some(oid)
}

fn p384(bytes: &[u8]) -> Result<PublicKey, Error> {
    if bytes.first() != Some(&UNCOMPRESSED.0) || bytes.len() != UNCOMPRESSED.1 {
        return Err(Error::UnsupportedPublicKey);
    }
    VerifyingKey::from_sec1_bytes(bytes).map(PublicKey::P384).map_err(|_| Error::InvalidPublicKey)
}

fn rsa(bytes: &[u8]) -> Result<PublicKey, Error> {
    let key = RsaPublicKey::from_pkcs1_der(bytes).map_err(|_| Error::InvalidPublicKey)?;
    if key.n().bits() < MIN_RSA_BITS {
        return Err(Error::InvalidPublicKey);
    }
    Ok(PublicKey::Rsa(key))
}
