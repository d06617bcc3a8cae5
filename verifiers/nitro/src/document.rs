//! The payload: the attestation document proper.

use crate::{cbor, Error, Field, MAX_CA_CERTIFICATES, MAX_CERTIFICATE_BYTES, PCR_LEN};
use alloc::{collections::BTreeMap, string::String, vec::Vec};
use core::ops::RangeInclusive;
use coset::cbor::Value;

const MAX_PUBLIC_KEY_BYTES: usize = 1024;
const MAX_USER_DATA_BYTES: usize = 512;
const PCRS: u8 = 32;
/// The PCRs that measure the image: the whole, kernel and boot, application.
const IMAGE_PCRS: [u8; 3] = [0, 1, 2];

/// The payload's fields, each of the type and length that AWS specifies. Nothing is verified yet.
pub(crate) struct Document {
    pub module_id: String,
    pub timestamp_ms: u64,
    pub pcrs: BTreeMap<u8, [u8; PCR_LEN]>,
    pub certificate: Vec<u8>,
    pub cabundle: Vec<Vec<u8>>,
    pub public_key: Option<Vec<u8>>,
    pub user_data: Option<Vec<u8>>,
    pub nonce: Option<Vec<u8>>,
}

impl Document {
    pub(crate) fn read(payload: &[u8]) -> Result<Self, Error> {
        let mut fields = Fields::read(payload)?;

        let module_id = fields.text(Field::ModuleId)?;
        if module_id.is_empty() {
            return Err(Error::FieldLength(Field::ModuleId));
        }
        if fields.text(Field::Digest)? != "SHA384" {
            return Err(Error::UnknownDigest);
        }
        let timestamp_ms = match fields.required(Field::Timestamp)? {
            Value::Integer(integer) => u64::try_from(integer).unwrap_or(0),
            _ => return Err(Error::FieldType(Field::Timestamp)),
        };
        if timestamp_ms == 0 {
            return Err(Error::NoTimestamp);
        }
        let certificates = 1..=MAX_CERTIFICATE_BYTES;
        Ok(Self {
            module_id,
            timestamp_ms,
            pcrs: pcrs(fields.required(Field::Pcrs)?)?,
            certificate: bytes(
                fields.required(Field::Certificate)?,
                Field::Certificate,
                certificates.clone(),
            )?,
            cabundle: cabundle(fields.required(Field::Cabundle)?, certificates)?,
            public_key: fields.optional(Field::PublicKey, 1..=MAX_PUBLIC_KEY_BYTES)?,
            user_data: fields.optional(Field::UserData, 0..=MAX_USER_DATA_BYTES)?,
            nonce: fields.optional(Field::Nonce, 0..=MAX_USER_DATA_BYTES)?,
        })
    }

    /// Whether it is of an enclave in debug mode, whose image is not measured.
    pub(crate) fn is_debug(&self) -> bool {
        IMAGE_PCRS
            .iter()
            .filter_map(|index| self.pcrs.get(index))
            .any(|pcr| pcr.iter().all(|byte| *byte == 0))
    }
}

/// The entries of the payload's map, by their keys.
struct Fields(BTreeMap<String, Value>);

impl Fields {
    fn read(payload: &[u8]) -> Result<Self, Error> {
        let Value::Map(entries) = cbor::read(payload)? else { return Err(Error::NotAMap) };
        let mut fields = BTreeMap::new();
        for (name, value) in entries {
            let Value::Text(name) = name else { return Err(Error::FieldName) };
            if fields.insert(name, value).is_some() {
                return Err(Error::DuplicateField);
            }
        }
        Ok(Self(fields))
    }

    fn required(&mut self, field: Field) -> Result<Value, Error> {
        self.0.remove(field.name()).ok_or(Error::MissingField(field))
    }

    fn text(&mut self, field: Field) -> Result<String, Error> {
        match self.required(field)? {
            Value::Text(text) => Ok(text),
            _ => Err(Error::FieldType(field)),
        }
    }

    /// Bytes that may be absent: AWS specifies that the field is left out, and writes null.
    fn optional(
        &mut self,
        field: Field,
        length: RangeInclusive<usize>,
    ) -> Result<Option<Vec<u8>>, Error> {
        match self.0.remove(field.name()) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => bytes(value, field, length).map(Some),
        }
    }
}

fn bytes(value: Value, field: Field, length: RangeInclusive<usize>) -> Result<Vec<u8>, Error> {
    match value {
        Value::Bytes(bytes) if length.contains(&bytes.len()) => Ok(bytes),
        Value::Bytes(_) => Err(Error::FieldLength(field)),
        _ => Err(Error::FieldType(field)),
    }
}

fn cabundle(value: Value, length: RangeInclusive<usize>) -> Result<Vec<Vec<u8>>, Error> {
    let Value::Array(certificates) = value else {
        return Err(Error::FieldType(Field::Cabundle));
    };
    if certificates.is_empty() {
        return Err(Error::NoCaCertificates);
    }
    if certificates.len() > MAX_CA_CERTIFICATES {
        return Err(Error::TooManyCaCertificates);
    }
    certificates.into_iter().map(|der| bytes(der, Field::Cabundle, length.clone())).collect()
}

fn pcrs(value: Value) -> Result<BTreeMap<u8, [u8; PCR_LEN]>, Error> {
    let Value::Map(entries) = value else { return Err(Error::FieldType(Field::Pcrs)) };
    let mut pcrs = BTreeMap::new();
    for (index, pcr) in entries {
        let index = match index {
            Value::Integer(index) => u8::try_from(index).map_err(|_| Error::PcrIndex)?,
            _ => return Err(Error::PcrIndex),
        };
        if index >= PCRS {
            return Err(Error::PcrIndex);
        }
        let Value::Bytes(pcr) = pcr else { return Err(Error::FieldType(Field::Pcrs)) };
        let pcr: [u8; PCR_LEN] = pcr.as_slice().try_into().map_err(|_| Error::PcrLength(index))?;
        if pcrs.insert(index, pcr).is_some() {
            return Err(Error::DuplicatePcr(index));
        }
    }
    match IMAGE_PCRS.iter().find(|index| !pcrs.contains_key(*index)) {
        Some(index) => Err(Error::MissingPcr(*index)),
        None => Ok(pcrs),
    }
}
