//! Which code computes SHA-2 and checks P-256, and what need not be computed twice.

use alloc::vec::Vec;
use core::{fmt, marker::PhantomData};
use dcap_qvl::{
    config::{Config, CryptoProvider},
    signature::DerSigEncoder,
    x509::X509CertBackend,
};
use rustls_pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm};

/// dcap-qvl's own readers, with this arithmetic.
pub(crate) struct Backend<C>(PhantomData<C>);

impl<C: CryptoProvider> Config for Backend<C> {
    type X509 = X509CertBackend;
    type SigEncoder = DerSigEncoder;
    type Crypto = C;
}

/// Signatures that were found good before.
///
/// Whether a signature is good depends on key, message and signature alone, so it can be remembered: a chain that checked
/// a collateral when it stored it does not pay for its signatures with every quote. What is asked of dates, revocation
/// and contents is asked each time.
pub trait SignatureMemo: 'static {
    /// Whether the signature with this digest was found good.
    fn is_known(digest: &[u8; 32]) -> bool;
    /// The signature with this digest was found good just now.
    fn found_good(digest: &[u8; 32]);
}

/// The arithmetic of `C`, where a signature that the memo `M` knows is not checked again.
///
/// The digest covers a tag, the key, the message and the signature, each with its length.
pub struct Memoised<C, M>(PhantomData<fn() -> (C, M)>);

impl<C: 'static, M: 'static> Memoised<C, M> {
    const ALGORITHM: &'static Self = &Self(PhantomData);
}

impl<C, M> fmt::Debug for Memoised<C, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memoised")
    }
}

impl<C: CryptoProvider + 'static, M: SignatureMemo> CryptoProvider for Memoised<C, M> {
    fn sig_algo() -> &'static dyn SignatureVerificationAlgorithm {
        Self::ALGORITHM
    }

    fn sha256(data: &[u8]) -> [u8; 32] {
        C::sha256(data)
    }

    fn sha384(data: &[u8]) -> [u8; 48] {
        C::sha384(data)
    }
}

impl<C: CryptoProvider + 'static, M: SignatureMemo> SignatureVerificationAlgorithm
    for Memoised<C, M>
{
    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let mut bytes = b"opg/dcap/es256/1".to_vec();
        for part in [public_key, message, signature] {
            append(&mut bytes, part);
        }
        let digest = C::sha256(&bytes);
        if M::is_known(&digest) {
            return Ok(());
        }
        C::sig_algo().verify_signature(public_key, message, signature)?;
        M::found_good(&digest);
        Ok(())
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        C::sig_algo().public_key_alg_id()
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        C::sig_algo().signature_alg_id()
    }
}

fn append(bytes: &mut Vec<u8>, part: &[u8]) {
    // No part is near 2^32 bytes long.
    let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(part);
}
