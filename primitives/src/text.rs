//! How values are written for people and tools, for `#[serde(with)]`: bytes and SCALE encodings as
//! `0x` and hexadecimal digits, amounts as decimal digits in a string, since a JSON number holds no
//! more than 53 bits everywhere.
//!
//! A value has one way to be written, but for the case of hexadecimal digits, and what is over its
//! bound is refused before anything is allocated for it.

use alloc::{format, string::String, vec::Vec};
use core::{fmt, marker::PhantomData};
use serde::{de, Deserializer, Serializer};

/// Reads a string without owning it, where the format allows.
struct Visitor<F, T> {
    expecting: &'static str,
    read: F,
    of: PhantomData<T>,
}

impl<'de, T, F: Fn(&str) -> Result<T, String>> de::Visitor<'de> for Visitor<F, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expecting)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        (self.read)(text).map_err(E::custom)
    }
}

fn read<'de, T, D: Deserializer<'de>>(
    from: D,
    expecting: &'static str,
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<T, D::Error> {
    from.deserialize_str(Visitor { expecting, read, of: PhantomData })
}

/// The bytes that `text` writes as `0x` and hexadecimal digits, at most `max` of them.
fn bytes_of(text: &str, max: usize) -> Result<Vec<u8>, String> {
    let digits = text.strip_prefix("0x").ok_or("bytes begin with 0x")?;
    if digits.len() > max.saturating_mul(2) {
        return Err(format!("at most {max} bytes"));
    }
    hex::decode(digits).map_err(|error| format!("hexadecimal digits: {error}"))
}

/// For `#[serde(with = "hex_bytes")]` on a bounded vector of bytes.
pub mod hex_bytes {
    use super::*;
    use bounded_collections::{BoundedVec, Get};

    /// Writes the bytes as `0x` and hexadecimal digits.
    ///
    /// # Errors
    /// Those of the serialiser.
    pub fn serialize<B: Get<u32>, S: Serializer>(
        bytes: &BoundedVec<u8, B>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.serialize_str(&format!("0x{}", hex::encode(bytes)))
    }

    /// Reads them.
    ///
    /// # Errors
    /// What is no hexadecimal digit, or over the bound.
    pub fn deserialize<'de, B: Get<u32>, D: Deserializer<'de>>(
        from: D,
    ) -> Result<BoundedVec<u8, B>, D::Error> {
        let max = usize::try_from(B::get()).unwrap_or(usize::MAX);
        read(from, "bytes as 0x and hexadecimal digits", |text| {
            bytes_of(text, max)?.try_into().map_err(|_| format!("at most {max} bytes"))
        })
    }
}

/// For `#[serde(with = "scale")]` on what is written as its SCALE encoding.
pub mod scale {
    use super::*;
    use codec::{DecodeAll, Encode, MaxEncodedLen};

    /// Writes the encoding as `0x` and hexadecimal digits.
    ///
    /// # Errors
    /// Those of the serialiser.
    pub fn serialize<T: Encode, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&format!("0x{}", hex::encode(value.encode())))
    }

    /// Reads it, to its last byte.
    ///
    /// # Errors
    /// What is no hexadecimal digit, or no encoding.
    pub fn deserialize<'de, T: DecodeAll + MaxEncodedLen, D: Deserializer<'de>>(
        from: D,
    ) -> Result<T, D::Error> {
        read(from, "a SCALE encoding as 0x and hexadecimal digits", |text| {
            T::decode_all(&mut bytes_of(text, T::max_encoded_len())?.as_slice())
                .map_err(|error| format!("not its SCALE encoding: {error}"))
        })
    }
}

/// For `#[serde(with = "amount")]` on a [`Balance`](crate::Balance).
pub mod amount {
    use super::*;
    use crate::Balance;

    /// Writes the amount as decimal digits, in units of 10^-18 OPG.
    ///
    /// # Errors
    /// Those of the serialiser.
    pub fn serialize<S: Serializer>(amount: &Balance, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(amount)
    }

    /// Reads it.
    ///
    /// # Errors
    /// A number, a sign, a leading zero, more than 128 bits.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Balance, D::Error> {
        read(from, "an amount as a string of decimal digits", |text| {
            let canonical = text == "0" || !text.starts_with(['0', '+']);
            text.parse()
                .ok()
                .filter(|_| canonical)
                .ok_or_else(|| format!("an amount is decimal digits, below 2^128, not {text:?}"))
        })
    }
}
