//! The decision.

use crate::{
    chain::{fingerprint, Chain, KnownIssuer, Trust},
    document::Document,
    envelope, Error, MAX_CLOCK_SKEW, PCR_LEN,
};
use alloc::{
    collections::BTreeMap,
    string::{String, ToString},
    vec::Vec,
};
use opg_verifier_x509::{verify_p384_sha384, Window};

/// What a document shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// SHA-256 of the DER of the root that the chain ends in.
    pub root: [u8; 32],
    /// SHA-256 of the signed payload: the document's identity, which its bytes are not.
    pub payload_hash: [u8; 32],
    /// The instance and the enclave, as AWS names them: `i-...-enc...`.
    pub module_id: String,
    /// Measurements by index; 0 to 2 are of the image, 3 of the instance's role, 4 of the instance, 8 of the image's
    /// signer. What was never extended is zero.
    pub pcrs: BTreeMap<u8, [u8; PCR_LEN]>,
    /// When the document was made, by AWS's clock: milliseconds since the Unix epoch.
    pub timestamp_ms: u64,
    /// Given by the enclave's code, at most 512 bytes.
    pub user_data: Option<Vec<u8>>,
    /// Given by the enclave's code, at most 512 bytes.
    pub nonce: Option<Vec<u8>>,
    /// Given by the enclave's code, 1 to 1024 bytes.
    pub public_key: Option<Vec<u8>>,
    /// When all certificates of the chain are valid, in Unix seconds.
    pub window: Window,
    /// The CA certificates below the root that are vouched for, from the top: for [`Trust::known`].
    pub issuers: Vec<KnownIssuer>,
    /// The AWS region: what the leaf's common name has between `module_id` and `.aws`, as in
    /// `i-...-enc....eu-central-1.aws`. None where the name is of another form.
    pub region: Option<String>,
}

/// Verifies a document at a time.
///
/// # Arguments
///
/// - `document`: the COSE_Sign1, tagged or not, as the Nitro Security Module gives it.
/// - `trust`: the roots, and CA certificates that were verified before.
/// - `now`: Unix seconds. The chain must be valid then, and the document not from the future. How old it may be is the
///   caller's to say, by [`Report::timestamp_ms`]; the leaf's window, of about three hours, is only a bound.
///
/// # Errors
///
/// The first of the rules in the crate's documentation that is broken.
pub fn verify(document: &[u8], trust: &Trust<'_>, now: u64) -> Result<Report, Error> {
    let envelope = envelope::open(document)?;
    let document = Document::read(&envelope.payload)?;
    if document.is_debug() {
        return Err(Error::Debug);
    }
    if document.timestamp_ms > now.saturating_add(MAX_CLOCK_SKEW).saturating_mul(1000) {
        return Err(Error::FromTheFuture);
    }
    let chain = Chain::read(&document.cabundle, &document.certificate, trust.roots, now)?;
    // The document's signature first: one verification tells whether all the bytes belong together.
    verify_p384_sha384(chain.leaf_key(), &envelope.signed, &envelope.signature)
        .map_err(|_| Error::WrongSignature)?;
    let verified = chain.verify(trust, now)?;
    Ok(Report {
        root: chain.root(),
        payload_hash: fingerprint(&envelope.payload),
        region: region(chain.leaf().common_name(), &document.module_id),
        module_id: document.module_id,
        pcrs: document.pcrs,
        timestamp_ms: document.timestamp_ms,
        user_data: document.user_data,
        nonce: document.nonce,
        public_key: document.public_key,
        window: verified.window,
        issuers: verified.issuers,
    })
}

/// The SHA-256 of each CA certificate in a document, from the root downwards, without any verification: for a caller
/// that looks up what it knows of them.
///
/// # Errors
///
/// As [`verify`], for the form of the document.
pub fn issuers_of(document: &[u8]) -> Result<Vec<[u8; 32]>, Error> {
    let envelope = envelope::open(document)?;
    let document = Document::read(&envelope.payload)?;
    Ok(document.cabundle.iter().map(|der| fingerprint(der)).collect())
}

fn region(common_name: Option<String>, module_id: &str) -> Option<String> {
    let name = common_name?;
    let region = name.strip_prefix(module_id)?.strip_prefix('.')?.strip_suffix(".aws")?;
    let letters = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    (!region.is_empty() && region.bytes().all(letters)).then(|| region.to_string())
}
