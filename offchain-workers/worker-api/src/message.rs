//! From JSON and back, within bounds.

use crate::VERSION;
use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;
use serde::{de::DeserializeOwned, Deserialize, Serialize};

/// A message of the protocol.
pub trait Message: Serialize + DeserializeOwned {
    /// What it is called in an error.
    const NAME: &'static str;
    /// The most bytes that it may have as JSON.
    const MAX_BYTES: usize;

    /// What the types of its fields cannot say.
    ///
    /// # Errors
    /// A sentence that names the field.
    fn validate(&self) -> Result<(), &'static str>;
}

/// Why bytes are not a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// They are more than the message may have.
    TooLarge {
        /// The message's name.
        name: &'static str,
        /// The most bytes that it may have.
        limit: usize,
    },
    /// The message is of another version of the protocol.
    Version {
        /// That version.
        found: u32,
    },
    /// They are not JSON, or not of this form.
    Malformed {
        /// The message's name.
        name: &'static str,
        /// What is wrong, and where.
        why: String,
    },
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { name, limit } => write!(f, "a {name} has at most {limit} bytes"),
            Self::Version { found } => {
                write!(f, "version {found} of the job protocol; this is version {VERSION}")
            }
            Self::Malformed { name, why } => write!(f, "not a {name}: {why}"),
        }
    }
}

impl core::error::Error for DecodeError {}

/// The part of a message that every version has.
#[derive(Deserialize)]
struct Probe {
    version: u32,
}

/// Reads a message. Unknown fields, repeated fields, trailing bytes and whatever is over its bound
/// are refused; the length is looked at before anything else.
///
/// # Errors
/// [`DecodeError`].
pub fn from_json<M: Message>(bytes: &[u8]) -> Result<M, DecodeError> {
    if bytes.len() > M::MAX_BYTES {
        return Err(DecodeError::TooLarge { name: M::NAME, limit: M::MAX_BYTES });
    }
    // Before the fields, since those of another version are others.
    if let Ok(Probe { version }) = serde_json::from_slice(bytes) {
        if version != VERSION {
            return Err(DecodeError::Version { found: version });
        }
    }
    let malformed = |why: String| DecodeError::Malformed { name: M::NAME, why };
    let message: M = serde_json::from_slice(bytes).map_err(|error| malformed(error.to_string()))?;
    message.validate().map_err(|why| malformed(why.into()))?;
    Ok(message)
}

/// Writes a message, in the order of its fields and without spaces.
///
/// # Errors
/// Never with the messages of this crate, whose fields can all be written.
pub fn to_json<M: Message>(message: &M) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(message)
}
