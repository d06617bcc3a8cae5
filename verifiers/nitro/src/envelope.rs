//! The COSE_Sign1 around a payload.

use crate::{cbor, Error, MAX_DOCUMENT_BYTES};
use alloc::vec::Vec;
use coset::{cbor::Value, AsCborValue, CoseSign1, TaggedCborSerializable};

/// `{1: -35}`: algorithm, ES384.
const PROTECTED_HEADER: [u8; 4] = [0xa1, 0x01, 0x38, 0x22];

/// A document, taken apart; its signature is still to be verified.
pub(crate) struct Envelope {
    pub payload: Vec<u8>,
    /// What the signature is over: the Sig_structure of RFC 9052, section 4.4.
    pub signed: Vec<u8>,
    /// r, then s.
    pub signature: [u8; 96],
}

/// Opens a document.
pub(crate) fn open(document: &[u8]) -> Result<Envelope, Error> {
    if document.len() > MAX_DOCUMENT_BYTES {
        return Err(Error::TooLong);
    }
    let value = match cbor::read(document)? {
        Value::Tag(CoseSign1::TAG, value) => *value,
        value => value,
    };
    let Value::Array(parts) = &value else { return Err(Error::NotCoseSign1) };
    let [Value::Bytes(protected), Value::Map(unprotected), Value::Bytes(_), Value::Bytes(signature)] =
        parts.as_slice()
    else {
        return Err(Error::NotCoseSign1);
    };
    // Before coset reads headers: it would follow signatures within signatures as deep as they go.
    if protected.as_slice() != PROTECTED_HEADER.as_slice() {
        return Err(Error::ProtectedHeader);
    }
    if !unprotected.is_empty() {
        return Err(Error::UnprotectedHeader);
    }
    let signature: [u8; 96] =
        signature.as_slice().try_into().map_err(|_| Error::SignatureLength)?;
    let cose = CoseSign1::from_cbor_value(value).map_err(|_| Error::NotCoseSign1)?;
    Ok(Envelope {
        signed: cose.tbs_data(&[]),
        payload: cose.payload.ok_or(Error::NotCoseSign1)?,
        signature,
    })
}
