//! The input of a job and the output of its answer, in clear or sealed.
//!
//! As JSON what is in clear is a string of digits, and what is sealed an object.

use crate::job::BlockRef;
use core::{fmt, marker::PhantomData};
use opg_primitives::{
    ids::{Commitment, EnclaveId},
    request::{Output, PublicBytes},
    sealed::SealedBytes,
    text::hex_bytes,
};
use serde::{
    de::{
        value::{MapAccessDeserializer, StrDeserializer},
        Error, MapAccess, Visitor,
    },
    Deserialize, Deserializer, Serialize, Serializer,
};

/// An input that the requester sealed to an enclave and brought to the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivered {
    /// The enclave.
    pub enclave: EnclaveId,
    /// The block that holds the delivery: once it is final, so is that this enclave is to answer.
    pub block: BlockRef,
    /// What was sealed.
    #[serde(with = "opg_primitives::text::hex_bytes")]
    pub ciphertext: SealedBytes,
}

/// The input of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobInput {
    /// In clear.
    Public(PublicBytes),
    /// Sealed to one enclave, which alone can answer.
    Sealed(Delivered),
}

/// An input in clear, in the hands of who works on it. It has no `Debug`, so that none is printed.
#[derive(Clone, Copy)]
pub struct Opened<'a> {
    /// What its commitment is salted with.
    pub salt: [u8; 32],
    /// The input.
    pub input: &'a [u8],
}

/// What is in clear, or what stands in its place.
enum Either<S> {
    Clear(PublicBytes),
    Sealed(S),
}

struct EitherVisitor<S>(PhantomData<S>);

impl<'de, S: Deserialize<'de>> Visitor<'de> for EitherVisitor<S> {
    type Value = Either<S>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes as 0x and hexadecimal digits, or an object of what is sealed")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        let text: StrDeserializer<'_, E> = StrDeserializer::new(text);
        hex_bytes::deserialize(text).map(Either::Clear)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        S::deserialize(MapAccessDeserializer::new(map)).map(Either::Sealed)
    }
}

impl<'de, S: Deserialize<'de>> Deserialize<'de> for Either<S> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(EitherVisitor::<S>(PhantomData))
    }
}

impl Serialize for JobInput {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Public(input) => hex_bytes::serialize(input, to),
            Self::Sealed(delivered) => delivered.serialize(to),
        }
    }
}

impl<'de> Deserialize<'de> for JobInput {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(match Either::deserialize(from)? {
            Either::Clear(input) => Self::Public(input),
            Either::Sealed(delivered) => Self::Sealed(delivered),
        })
    }
}

/// For `#[serde(with)]` on an [`Output`].
pub(crate) mod output {
    use super::*;

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sealed {
        commitment: Commitment,
        #[serde(with = "opg_primitives::text::hex_bytes")]
        ciphertext: SealedBytes,
    }

    pub fn serialize<S: Serializer>(output: &Output, to: S) -> Result<S::Ok, S::Error> {
        match output {
            Output::Public(bytes) => hex_bytes::serialize(bytes, to),
            Output::Sealed { commitment, ciphertext } => {
                Sealed { commitment: *commitment, ciphertext: ciphertext.clone() }.serialize(to)
            }
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Output, D::Error> {
        Ok(match Either::deserialize(from)? {
            Either::Clear(bytes) => Output::Public(bytes),
            Either::Sealed(Sealed { commitment, ciphertext }) => {
                Output::Sealed { commitment, ciphertext }
            }
        })
    }
}
