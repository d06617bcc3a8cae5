//! What a circuit takes and gives.

use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::StatementError;

/// Dimensions that an input may have, the batch not counted.
pub const MAX_DIMENSIONS: u32 = 4;
/// Elements that an input may have: as many as a public input may have bytes.
pub const MAX_INPUT_ELEMENTS: u32 = 4096;
/// Logits that an output may have: 62 elements, so that with commitment and binding a verifying key
/// has at most 64 inputs.
pub const MAX_LOGITS: u16 = 434;
/// Classes that an argmax may choose from.
pub const MAX_CLASSES: u32 = 65_536;

/// The input of a circuit: unsigned integers of one width. As bytes: one byte an element, in row-major
/// order.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct InputSpec {
    /// Dimensions, the batch not counted. Row-major.
    pub shape: BoundedVec<u32, ConstU32<MAX_DIMENSIONS>>,
    /// Width of an element, 1 to 8 bits. A value that needs more is refused.
    pub bits: u8,
}

impl InputSpec {
    /// How many elements the shape has.
    ///
    /// # Errors
    /// [`StatementError::EmptyInputShape`], [`StatementError::InputTooLarge`],
    /// [`StatementError::BitsOutOfRange`].
    pub fn elements(&self) -> Result<u32, StatementError> {
        if !(1..=8).contains(&self.bits) {
            return Err(StatementError::BitsOutOfRange { bits: self.bits });
        }
        if self.shape.is_empty() || self.shape.contains(&0) {
            return Err(StatementError::EmptyInputShape);
        }
        self.shape
            .iter()
            .try_fold(1u32, |product, dimension| product.checked_mul(*dimension))
            .filter(|elements| *elements <= MAX_INPUT_ELEMENTS)
            .ok_or(StatementError::InputTooLarge)
    }
}

/// The output of a circuit.
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
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum OutputSpec {
    /// All scores. As bytes: each a little-endian `i32`.
    #[codec(index = 0)]
    Logits {
        /// How many.
        len: u16,
    },
    /// The class with the highest score, the lowest index among equals. As bytes: a little-endian
    /// `u32`.
    #[codec(index = 1)]
    Argmax {
        /// How many there are to choose from.
        classes: u32,
    },
}

impl OutputSpec {
    /// How many bytes an output has.
    ///
    /// # Errors
    /// [`StatementError::EmptyOutput`], [`StatementError::OutputTooLarge`].
    pub fn bytes(&self) -> Result<u32, StatementError> {
        match *self {
            Self::Logits { len: 0 } | Self::Argmax { classes: 0 | 1, .. } => {
                Err(StatementError::EmptyOutput)
            }
            Self::Logits { len } if len > MAX_LOGITS => Err(StatementError::OutputTooLarge),
            Self::Logits { len } => Ok(u32::from(len).saturating_mul(4)),
            Self::Argmax { classes } if classes > MAX_CLASSES => {
                Err(StatementError::OutputTooLarge)
            }
            Self::Argmax { .. } => Ok(4),
        }
    }
}

/// What a circuit takes and gives: all that the chain has to know of it to make its public inputs.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CircuitInterface {
    /// What it takes.
    pub input: InputSpec,
    /// What it gives.
    pub output: OutputSpec,
}

impl CircuitInterface {
    /// Whether statements can be made for it. To be asked once, when a model is registered.
    ///
    /// # Errors
    /// Those of [`InputSpec::elements`] and [`OutputSpec::bytes`].
    pub fn validate(&self) -> Result<(), StatementError> {
        self.input.elements()?;
        self.output.bytes()?;
        Ok(())
    }
}
