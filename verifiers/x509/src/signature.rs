//! The two kinds of signature.

use crate::{key::RSASSA_PSS, Error, PublicKey};
use p384::ecdsa::{signature::Verifier as _, Signature, VerifyingKey};
use rsa::{
    pkcs1::RsaPssParams,
    pkcs8::{der::asn1::AnyRef, spki, AssociatedOid, ObjectIdentifier as RsaObjectIdentifier},
    pss,
    sha2::Sha384,
    signature::Verifier as _,
    traits::PublicKeyParts,
    BigUint, RsaPublicKey,
};
use x509_cert::{
    der::{
        asn1::{Any, ObjectIdentifier},
        Encode,
    },
    spki::AlgorithmIdentifierOwned,
};

const ECDSA_WITH_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3");
const MGF1: RsaObjectIdentifier = RsaObjectIdentifier::new_unwrap("1.2.840.113549.1.1.8");
const SALT_LEN: u8 = 48;

/// How a certificate is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignatureAlgorithm {
    EcdsaSha384,
    PssSha384,
}

impl SignatureAlgorithm {
    pub(crate) fn read(algorithm: &AlgorithmIdentifierOwned) -> Result<Self, Error> {
        match (algorithm.oid, algorithm.parameters.as_ref()) {
            (ECDSA_WITH_SHA384, None) => Ok(Self::EcdsaSha384),
            (RSASSA_PSS, Some(parameters)) if is_pss_sha384(parameters) => Ok(Self::PssSha384),
            _ => Err(Error::UnsupportedSignatureAlgorithm),
        }
    }

    /// Whether this key signed this message, with the signature as it stands in a certificate.
    pub(crate) fn verify(
        self,
        key: &PublicKey,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Error> {
        match (self, key) {
            (Self::EcdsaSha384, PublicKey::P384(key)) => {
                let signature =
                    Signature::from_der(signature).map_err(|_| Error::MalformedSignature)?;
                verify_ecdsa(key, message, &signature)
            }
            (Self::PssSha384, PublicKey::Rsa(key)) => verify_pss_sha384(key, message, signature),
            _ => Err(Error::WrongKeyKind),
        }
    }
}

/// Whether these parameters of RSASSA-PSS are the ones verified here. The trailer field may be written out, although
/// it has its default: AMD's VCEK for Milan has it so.
pub(crate) fn is_pss_sha384(parameters: &Any) -> bool {
    let Ok(bytes) = parameters.to_der() else { return false };
    let Ok(pss) = RsaPssParams::try_from(bytes.as_slice()) else { return false };
    is_sha384(&pss.hash)
        && pss.mask_gen.oid == MGF1
        && pss.mask_gen.parameters.as_ref().is_some_and(is_sha384)
        && pss.salt_len == SALT_LEN
}

/// RFC 4055 lets the parameters of a hash be NULL or absent, and has both accepted.
fn is_sha384(algorithm: &spki::AlgorithmIdentifierRef<'_>) -> bool {
    algorithm.oid == <Sha384 as AssociatedOid>::OID
        && algorithm.parameters.is_none_or(|any| any == AnyRef::NULL)
}

fn verify_ecdsa(key: &VerifyingKey, message: &[u8], signature: &Signature) -> Result<(), Error> {
    key.verify(message, signature).map_err(|_| Error::WrongSignature)
}

/// Verifies ECDSA with SHA-384 on P-384.
///
/// # Arguments
///
/// - `message`: hashed here.
/// - `r_s`: r, then s, 48 bytes each, big-endian, in `[1, n)`. A high s is accepted: AWS makes them.
///
/// # Errors
///
/// [`Error::MalformedSignature`] where r or s is out of range, else [`Error::WrongSignature`].
pub fn verify_p384_sha384(key: &VerifyingKey, message: &[u8], r_s: &[u8; 96]) -> Result<(), Error> {
    let signature = Signature::from_slice(r_s).map_err(|_| Error::MalformedSignature)?;
    verify_ecdsa(key, message, &signature)
}

/// Verifies RSASSA-PSS with SHA-384, MGF1 with SHA-384 and a salt of 48 bytes.
///
/// # Arguments
///
/// - `message`: hashed here.
/// - `signature`: big-endian, as long as the modulus and below it.
///
/// # Errors
///
/// [`Error::MalformedSignature`] where the signature is of another length or not below the modulus, else
/// [`Error::WrongSignature`].
pub fn verify_pss_sha384(
    key: &RsaPublicKey,
    message: &[u8],
    signature: &[u8],
) -> Result<(), Error> {
    // The `rsa` crate raises to the power modulo n without this check, so s + n would pass like s.
    if signature.len() != key.size() || BigUint::from_bytes_be(signature) >= *key.n() {
        return Err(Error::MalformedSignature);
    }
    let signature = pss::Signature::try_from(signature).map_err(|_| Error::MalformedSignature)?;
    let key = pss::VerifyingKey::<Sha384>::new_with_salt_len(key.clone(), usize::from(SALT_LEN));
    key.verify(message, &signature).map_err(|_| Error::WrongSignature)
}
