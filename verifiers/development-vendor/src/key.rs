//! Keys whose secrets are public.

use alloc::{boxed::Box, vec::Vec};
use p384::ecdsa::{signature::Signer as _, Signature, SigningKey};
use rand_chacha::{rand_core::SeedableRng as _, ChaCha20Rng};
use rsa::{
    pkcs1::{DecodeRsaPrivateKey as _, EncodeRsaPublicKey as _},
    pkcs8::{der::Encode as _, spki::DynSignatureAlgorithmIdentifier as _},
    pss,
    signature::{RandomizedSigner as _, SignatureEncoding as _},
    RsaPrivateKey,
};
use sha2::{Digest as _, Sha256, Sha384};
use x509_cert::{
    der::{
        asn1::{Any, BitString, ObjectIdentifier},
        Decode as _,
    },
    AlgorithmIdentifier, SubjectPublicKeyInfo,
};

/// What every secret of P-384 and P-256 is derived from. It is public: whoever reads this line can sign for the development
/// vendor.
pub const SEED: &[u8] = b"OPG development vendor: this secret is public, it vouches for nothing";

const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const SECP384R1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const SECP256R1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const ECDSA_WITH_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
const ECDSA_WITH_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3");
pub(crate) const RSA_ENCRYPTION: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// The length of the salt of RSASSA-PSS, as AMD has it.
const SALT_LEN: usize = 48;

/// A key that signs certificates, documents or reports.
#[derive(Clone, Debug)]
pub enum Key {
    /// ECDSA on P-384 with SHA-384, deterministic (RFC 6979).
    P384(SigningKey),
    /// ECDSA on P-256 with SHA-256, deterministic (RFC 6979).
    P256(p256::ecdsa::SigningKey),
    /// RSASSA-PSS with SHA-384, MGF1 with SHA-384 and a salt of 48 bytes that follows from the message.
    Rsa(Box<RsaPrivateKey>),
}

impl Key {
    /// The P-384 key for `purpose`, and for what `of` says of its holder.
    pub fn derive(purpose: &str, of: &[u8]) -> Self {
        let key = (0..=u8::MAX).find_map(|attempt| {
            let scalar: [u8; 48] = Sha384::digest(secret(purpose, of, attempt)).into();
            SigningKey::from_slice(&scalar).ok()
        });
        Self::P384(key.expect("one hash in 2^190 is no scalar; 256 in a row are not met"))
    }

    /// The P-256 key for `purpose`, and for what `of` says of its holder.
    pub fn derive_p256(purpose: &str, of: &[u8]) -> Self {
        let key = (0..=u8::MAX).find_map(|attempt| {
            let scalar: [u8; 32] = Sha256::digest(secret(purpose, of, attempt)).into();
            p256::ecdsa::SigningKey::from_slice(&scalar).ok()
        });
        Self::P256(key.expect("one hash in 2^32 is no scalar; 256 in a row are not met"))
    }

    /// An RSA key from its PKCS#1 form, which is part of this crate.
    pub(crate) fn rsa(pkcs1: &[u8]) -> Self {
        let key = RsaPrivateKey::from_pkcs1_der(pkcs1);
        Self::Rsa(Box::new(key.expect("the keys in testdata are RSA keys in PKCS#1 form")))
    }

    /// The public key, as a certificate carries it.
    pub fn public_key(&self) -> SubjectPublicKeyInfo {
        let curve = |oid| Any::encode_from(&oid).expect("an identifier can be encoded");
        let (oid, parameters) = match self {
            Self::P384(_) => (EC_PUBLIC_KEY, curve(SECP384R1)),
            Self::P256(_) => (EC_PUBLIC_KEY, curve(SECP256R1)),
            Self::Rsa(_) => (RSA_ENCRYPTION, Any::null()),
        };
        SubjectPublicKeyInfo {
            algorithm: AlgorithmIdentifier { oid, parameters: Some(parameters) },
            subject_public_key: BitString::from_bytes(&self.public_bytes())
                .expect("a key is shorter than what a length can say"),
        }
    }

    /// The public key alone: an uncompressed point, or an RSA key in PKCS#1 form.
    pub fn public_bytes(&self) -> Vec<u8> {
        match self {
            Self::P384(key) => key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
            Self::P256(key) => key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
            Self::Rsa(key) => {
                let numbers = key.to_public_key().to_pkcs1_der();
                numbers.expect("two numbers can be encoded").as_bytes().to_vec()
            }
        }
    }

    /// How it signs, as a certificate says it.
    pub fn algorithm(&self) -> AlgorithmIdentifier {
        match self {
            Self::P384(_) => AlgorithmIdentifier { oid: ECDSA_WITH_SHA384, parameters: None },
            Self::P256(_) => AlgorithmIdentifier { oid: ECDSA_WITH_SHA256, parameters: None },
            Self::Rsa(key) => {
                // The `rsa` crate has an older `der`: the bytes are the same.
                let algorithm = pss_key(key).signature_algorithm_identifier();
                let bytes = algorithm.and_then(|algorithm| algorithm.to_der().map_err(Into::into));
                AlgorithmIdentifier::from_der(&bytes.expect("the parameters of PSS are fixed"))
                    .expect("two versions of one library agree on DER")
            }
        }
    }

    /// The signature of `message` as a certificate carries it: DER of r and s, or as long as the modulus.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::P384(key) => ecdsa(key, message).to_der().as_bytes().to_vec(),
            Self::P256(key) => ecdsa_p256(key, message).to_der().as_bytes().to_vec(),
            Self::Rsa(key) => sign_pss(key, message),
        }
    }

    /// The signature of `message` as a document or a report carries it: r, then s, big-endian, each as long as the
    /// order of the curve. Of an RSA key it is what [`Key::sign`] gives.
    pub fn sign_fixed(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::P384(key) => ecdsa(key, message).to_bytes().to_vec(),
            Self::P256(key) => ecdsa_p256(key, message).to_bytes().to_vec(),
            Self::Rsa(key) => sign_pss(key, message),
        }
    }
}

fn ecdsa(key: &SigningKey, message: &[u8]) -> Signature {
    key.sign(message)
}

fn ecdsa_p256(key: &p256::ecdsa::SigningKey, message: &[u8]) -> p256::ecdsa::Signature {
    key.sign(message)
}

fn pss_key(key: &RsaPrivateKey) -> pss::SigningKey<rsa::sha2::Sha384> {
    pss::SigningKey::new_with_salt_len(key.clone(), SALT_LEN)
}

fn sign_pss(key: &RsaPrivateKey, message: &[u8]) -> Vec<u8> {
    let mut salt = ChaCha20Rng::from_seed(Sha256::digest(message).into());
    let signature: pss::Signature = pss_key(key).sign_with_rng(&mut salt, message);
    signature.to_bytes().to_vec()
}

fn secret(purpose: &str, of: &[u8], attempt: u8) -> Vec<u8> {
    [SEED, purpose.as_bytes(), of, &[attempt]].concat()
}
