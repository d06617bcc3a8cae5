//! How fields are written, for `#[serde(with)]`: bytes and SCALE encodings as `0x` and digits, amounts in decimal.

use alloc::{format, string::String, vec::Vec};
use core::{fmt, marker::PhantomData};
use serde::{de, Deserializer, Serializer};

/// Reads `0x` and an even number of hexadecimal digits, of at most `max` bytes. The bound is looked
/// at before anything is allocated.
fn decode_hex<E: de::Error>(text: &str, max: usize) -> Result<Vec<u8>, E> {
    let digits = text.strip_prefix("0x").ok_or_else(|| E::custom("bytes begin with 0x"))?;
    if digits.len() > max.saturating_mul(2) {
        return Err(E::custom(format_args!("at most {max} bytes")));
    }
    hex::decode(digits).map_err(|error| E::custom(format_args!("hexadecimal digits: {error}")))
}

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

fn hex_of(text: &str, max: usize) -> Result<Vec<u8>, String> {
    decode_hex::<de::value::Error>(text, max).map_err(|error| format!("{error}"))
}

/// A bounded vector of bytes, as `0x` and digits.
pub mod bytes {
    use super::*;
    use opg_primitives::request::PublicBytes;

    /// What a bounded vector of bytes is made from and seen as, whatever its bound.
    pub trait Bytes: AsRef<[u8]> + TryFrom<Vec<u8>> {
        /// The most bytes.
        const MAX: usize;
    }

    impl Bytes for PublicBytes {
        const MAX: usize = opg_primitives::request::MAX_PUBLIC_BYTES as usize;
    }

    impl Bytes for opg_primitives::evidence::ProofBytes {
        const MAX: usize = opg_primitives::evidence::MAX_PROOF_BYTES as usize;
    }

    impl Bytes for opg_primitives::request::Parameters {
        const MAX: usize = opg_primitives::request::MAX_PARAMETER_BYTES as usize;
    }

    /// Writes them.
    ///
    /// # Errors
    /// Those of the serialiser.
    pub fn serialize<B: Bytes, S: Serializer>(bytes: &B, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&format!("0x{}", hex::encode(bytes.as_ref())))
    }

    /// Reads them.
    ///
    /// # Errors
    /// What is no hexadecimal digit, or over the bound.
    pub fn deserialize<'de, B: Bytes, D: Deserializer<'de>>(from: D) -> Result<B, D::Error> {
        read(from, "bytes as 0x and hexadecimal digits", |text| {
            B::try_from(hex_of(text, B::MAX)?).map_err(|_| format!("at most {} bytes", B::MAX))
        })
    }
}

/// A SCALE encoding, as `0x` and digits.
pub mod scale {
    use super::*;
    use codec::{DecodeAll, Encode, MaxEncodedLen};

    /// Writes it.
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
            T::decode_all(&mut hex_of(text, T::max_encoded_len())?.as_slice())
                .map_err(|error| format!("not its SCALE encoding: {error}"))
        })
    }
}

/// An amount, as a string of decimal digits: a JSON number loses what is beyond 2^53 in many a
/// reader.
pub mod amount {
    use super::*;
    use opg_primitives::Balance;

    /// Writes it.
    ///
    /// # Errors
    /// Those of the serialiser.
    pub fn serialize<S: Serializer>(amount: &Balance, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(amount)
    }

    /// Reads it.
    ///
    /// # Errors
    /// What is not its one way to be written.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Balance, D::Error> {
        read(from, "an amount as a string of decimal digits", |text| {
            let canonical = text == "0" || !text.starts_with(['0', '+']);
            text.parse()
                .ok()
                .filter(|_| canonical)
                .ok_or_else(|| String::from("an amount is decimal digits, below 2^128"))
        })
    }
}
