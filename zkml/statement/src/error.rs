//! What can be wrong with a statement's parts.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;

/// Why public inputs cannot be made of what was given. Each names the part and what was expected.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum StatementError {
    /// The interface declares an input without dimensions, or with one of zero.
    EmptyInputShape,
    /// The interface declares more input elements than a statement carries.
    InputTooLarge,
    /// The interface declares a width that is not 1 to 8 bits.
    BitsOutOfRange {
        /// The width declared.
        bits: u8,
    },
    /// The interface declares no logits, or fewer than two classes.
    EmptyOutput,
    /// The interface declares more logits or classes than a statement carries.
    OutputTooLarge,
    /// The input is longer or shorter than the interface says.
    InputLength {
        /// Elements, one byte each, that the interface declares.
        expected: u32,
        /// Bytes given.
        got: u32,
    },
    /// An input element needs more bits than the interface declares.
    InputValue {
        /// Which element, from zero.
        index: u32,
        /// Its value.
        value: u8,
        /// The width declared.
        bits: u8,
    },
    /// The output is longer or shorter than the interface says.
    OutputLength {
        /// Bytes that the interface implies.
        expected: u32,
        /// Bytes given.
        got: u32,
    },
    /// The output names a class that the model does not have.
    ClassOutOfRange {
        /// The class named.
        class: u32,
        /// How many there are.
        classes: u32,
    },
    /// The input commitment is not below the field's modulus, so no circuit can have made it.
    CommitmentNotCanonical,
}

impl fmt::Display for StatementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyInputShape => write!(f, "the input's shape has no element"),
            Self::InputTooLarge => {
                write!(f, "the input's shape has more than {} elements", crate::MAX_INPUT_ELEMENTS)
            }
            Self::BitsOutOfRange { bits } => {
                write!(f, "an input element of {bits} bits; 1 to 8 are possible")
            }
            Self::EmptyOutput => write!(f, "the output has no logit, or fewer than two classes"),
            Self::OutputTooLarge => write!(
                f,
                "the output has more than {} logits or {} classes",
                crate::MAX_LOGITS,
                crate::MAX_CLASSES
            ),
            Self::InputLength { expected, got } => {
                write!(f, "the input has {got} bytes, the model takes {expected}")
            }
            Self::InputValue { index, value, bits } => write!(
                f,
                "input element {index} is {value}, which does not fit the model's {bits} bits"
            ),
            Self::OutputLength { expected, got } => {
                write!(f, "the output has {got} bytes, the model gives {expected}")
            }
            Self::ClassOutOfRange { class, classes } => {
                write!(f, "the output is class {class}, the model has {classes}")
            }
            Self::CommitmentNotCanonical => {
                write!(f, "the input commitment is not below the field's modulus")
            }
        }
    }
}

impl core::error::Error for StatementError {}
