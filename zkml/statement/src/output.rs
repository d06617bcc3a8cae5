//! An output, its bytes, and the field elements by which a proof speaks of it.

use alloc::{vec, vec::Vec};
use ark_bls12_381::Fr;
use ark_ff::PrimeField;

use crate::{OutputSpec, StatementError};

/// Logits in one field element, 32 bits each.
pub const LOGITS_PER_ELEMENT: usize = 7;
/// What is added to a logit before it is packed, so that it is not negative.
pub const LOGIT_OFFSET: i64 = 1 << 31;

/// What a model answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// All scores.
    Logits(Vec<i32>),
    /// The class with the highest score, the lowest index among equals.
    Argmax(u32),
}

impl Output {
    /// Reads an output's bytes.
    ///
    /// # Errors
    /// [`StatementError::OutputLength`], [`StatementError::ClassOutOfRange`] and those of
    /// [`OutputSpec::bytes`].
    pub fn from_bytes(spec: &OutputSpec, bytes: &[u8]) -> Result<Self, StatementError> {
        let expected = spec.bytes()?;
        let got = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        if got != expected {
            return Err(StatementError::OutputLength { expected, got });
        }
        let mut words = bytes.chunks_exact(4).filter_map(|word| word.try_into().ok());
        match *spec {
            OutputSpec::Logits { .. } => Ok(Self::Logits(words.map(i32::from_le_bytes).collect())),
            OutputSpec::Argmax { classes } => {
                let class = words.next().map_or(u32::MAX, u32::from_le_bytes);
                if class >= classes {
                    return Err(StatementError::ClassOutOfRange { class, classes });
                }
                Ok(Self::Argmax(class))
            }
        }
    }

    /// The bytes that stand on chain.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Logits(logits) => logits.iter().flat_map(|l| l.to_le_bytes()).collect(),
            Self::Argmax(class) => class.to_le_bytes().to_vec(),
        }
    }

    /// The class: the highest logit's index, the lowest among equals.
    pub fn class(&self) -> u32 {
        match self {
            Self::Logits(logits) => {
                (0u32..)
                    .zip(logits)
                    .fold((0, None), |(class, best), (index, logit)| match best {
                        Some(best) if logit <= best => (class, Some(best)),
                        _ => (index, Some(logit)),
                    })
                    .0
            }
            Self::Argmax(class) => *class,
        }
    }
}

/// The output as public inputs: seven logits an element, each shifted by 2^31, the first lowest; or
/// the class. No two outputs of one interface give the same elements.
///
/// # Errors
/// Those of [`Output::from_bytes`].
pub fn output_elements(spec: &OutputSpec, bytes: &[u8]) -> Result<Vec<Fr>, StatementError> {
    Ok(match Output::from_bytes(spec, bytes)? {
        Output::Logits(logits) => logits
            .chunks(LOGITS_PER_ELEMENT)
            .map(|chunk| {
                let packed: Vec<u8> = chunk
                    .iter()
                    // Adding 2^31 to a two's complement word turns its highest bit.
                    .flat_map(|logit| (logit ^ i32::MIN).to_le_bytes())
                    .collect();
                Fr::from_le_bytes_mod_order(&packed)
            })
            .collect(),
        Output::Argmax(class) => vec![Fr::from(class)],
    })
}
