//! Why a snarkjs file was refused.

use alloc::string::String;
use core::fmt;

/// Why a snarkjs file was refused. A path names the place, such as `vk_beta_2[0][1]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The text is longer than [`super::MAX_JSON_LEN`] bytes.
    TooLong,
    /// The text is not JSON; what the JSON parser says.
    NotJson(String),
    /// A value at this path is not of the type that belongs there: a list of the right length, a string, a number.
    WrongType(String),
    /// A field is missing.
    MissingField(&'static str),
    /// A field that keys and proofs of plain Groth16 do not have.
    UnknownField(String),
    /// A field is there twice.
    DuplicateField(String),
    /// `protocol` is not `groth16`.
    UnknownProtocol(String),
    /// `curve` is not the curve that was asked for.
    WrongCurve {
        /// The curve that was asked for.
        expected: &'static str,
        /// What the file says.
        found: String,
    },
    /// Not a decimal number as snarkjs writes it: digits, no sign, no leading zero.
    NotDecimal(String),
    /// A number not below the modulus of its field.
    NotInField(String),
    /// A point whose third coordinate is neither 1 nor, for the point at infinity, 0.
    NotAffine(String),
    /// `nPublic` is not one less than the number of points in `IC`.
    WrongPublicCount {
        /// `nPublic`.
        declared: u64,
        /// Points in `IC`.
        found: usize,
    },
    /// A point or a count that the verifier refuses, or a proof that is not valid.
    Verifier(crate::Error),
}

impl From<crate::Error> for Error {
    fn from(error: crate::Error) -> Self {
        Self::Verifier(error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "longer than {} bytes", super::MAX_JSON_LEN),
            Self::NotJson(why) => write!(f, "not JSON: {why}"),
            Self::WrongType(path) => write!(f, "{path}: not of the type that belongs there"),
            Self::MissingField(name) => write!(f, "field {name} is missing"),
            Self::UnknownField(name) => write!(f, "field {name:?} is unknown"),
            Self::DuplicateField(name) => write!(f, "field {name:?} is there twice"),
            Self::UnknownProtocol(found) => write!(f, "protocol is {found:?}, not \"groth16\""),
            Self::WrongCurve { expected, found } => {
                write!(f, "curve is {found:?}, not {expected:?}")
            }
            Self::NotDecimal(path) => {
                write!(f, "{path}: not a decimal number without sign and leading zeros")
            }
            Self::NotInField(path) => write!(f, "{path}: not below the modulus"),
            Self::NotAffine(path) => write!(f, "{path}: third coordinate is not 1"),
            Self::WrongPublicCount { declared, found } => {
                write!(f, "nPublic is {declared}, but IC has {found} points, not one more")
            }
            Self::Verifier(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for Error {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Verifier(error) => Some(error),
            _ => None,
        }
    }
}
