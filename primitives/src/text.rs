//! How bytes and amounts are written for people and tools: bytes as `0x` and hexadecimal digits,
//! amounts as decimal digits in a string, since a JSON number holds no more than 53 bits everywhere.

use alloc::{format, string::String, vec::Vec};
use bounded_collections::{BoundedVec, Get};
use serde::{de::Error, Deserialize, Deserializer, Serializer};

/// For `#[serde(with = "hex_bytes")]` on a bounded byte vector.
pub mod hex_bytes {
    use super::*;

    /// Writes the bytes as `0x` and hexadecimal digits.
    pub fn serialize<B: Get<u32>, S: Serializer>(
        bytes: &BoundedVec<u8, B>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.serialize_str(&format!("0x{}", hex::encode(bytes)))
    }

    /// Reads them; refuses more than the bound.
    pub fn deserialize<'de, B: Get<u32>, D: Deserializer<'de>>(
        from: D,
    ) -> Result<BoundedVec<u8, B>, D::Error> {
        let text = String::deserialize(from)?;
        let digits = text.strip_prefix("0x").unwrap_or(&text);
        let bytes: Vec<u8> = hex::decode(digits)
            .map_err(|error| D::Error::custom(format!("not hexadecimal: {error}")))?;
        let length = bytes.len();
        bytes.try_into().map_err(|_| {
            D::Error::custom(format!("{length} bytes, at most {} are allowed", B::get()))
        })
    }
}

/// For `#[serde(with = "amount")]` on a [`Balance`](crate::Balance).
pub mod amount {
    use super::*;
    use crate::Balance;

    /// Writes the amount as decimal digits, in units of 10^-18 OPG.
    pub fn serialize<S: Serializer>(amount: &Balance, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(amount)
    }

    /// Reads it; refuses a number, a sign, and more than 128 bits.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Balance, D::Error> {
        let text = String::deserialize(from)?;
        let digits = text.bytes().all(|digit| digit.is_ascii_digit());
        text.parse().ok().filter(|_| digits).ok_or_else(|| {
            D::Error::custom(format!("an amount is a string of decimal digits, not {text:?}"))
        })
    }
}
