//! CBOR, bounded.

use crate::{Error, MAX_DEPTH};
use coset::cbor::{
    de::{from_reader_with_recursion_limit, Error as CborError},
    Value,
};

/// Reads one value, which must be all that there is.
pub(crate) fn read(bytes: &[u8]) -> Result<Value, Error> {
    let mut rest = bytes;
    let value = from_reader_with_recursion_limit::<Value, _>(&mut rest, MAX_DEPTH);
    match value {
        Ok(value) if rest.is_empty() => Ok(value),
        Ok(_) => Err(Error::TrailingBytes),
        Err(CborError::RecursionLimitExceeded) => Err(Error::TooDeep),
        Err(_) => Err(Error::Cbor),
    }
}
