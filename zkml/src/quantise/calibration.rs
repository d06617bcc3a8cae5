//! Data from which the quantiser learns how large activations get.

use thiserror::Error;

use super::{activations, InputEncoding};
use crate::onnx::float::FloatNetwork;

/// Why calibration data does not fit.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CalibrationError {
    /// Nothing to learn from.
    #[error("there is no calibration input")]
    Empty,
    /// An input of another width than the network's.
    #[error("calibration input {index} has {got} values, the network takes {expected}")]
    Width {
        /// Which input, from zero.
        index: usize,
        /// Its values.
        got: usize,
        /// What the network takes.
        expected: usize,
    },
    /// A value that does not fit the input's width.
    #[error("calibration input {index} holds {value}, which does not fit {bits} bits")]
    Value {
        /// Which input, from zero.
        index: usize,
        /// The value.
        value: u8,
        /// The input's width.
        bits: u8,
    },
    /// Not one label an input.
    #[error("there are {labels} labels for {inputs} calibration inputs")]
    Labels {
        /// How many labels.
        labels: usize,
        /// How many inputs.
        inputs: usize,
    },
}

/// Inputs as integers, one byte a value, and their classes if they are known.
#[derive(Clone, Copy, Debug)]
pub struct Calibration<'a> {
    /// The inputs.
    pub inputs: &'a [Vec<u8>],
    /// The class of each, or nothing at all.
    pub labels: &'a [u32],
}

impl Calibration<'_> {
    pub(super) fn check(&self, expected: usize, bits: u8) -> Result<(), CalibrationError> {
        if self.inputs.is_empty() {
            return Err(CalibrationError::Empty);
        }
        if !self.labels.is_empty() && self.labels.len() != self.inputs.len() {
            return Err(CalibrationError::Labels {
                labels: self.labels.len(),
                inputs: self.inputs.len(),
            });
        }
        for (index, input) in self.inputs.iter().enumerate() {
            let got = input.len();
            if got != expected {
                return Err(CalibrationError::Width { index, got, expected });
            }
            if let Some(value) = input.iter().find(|value| u32::from(**value) >> bits != 0) {
                return Err(CalibrationError::Value { index, value: *value, bits });
            }
        }
        Ok(())
    }

    /// The largest activation of each layer.
    pub(super) fn activation_ranges(
        &self,
        float: &FloatNetwork,
        encoding: InputEncoding,
    ) -> Vec<f64> {
        let mut ranges = vec![0.0f64; float.layers.len()];
        for input in self.inputs {
            for (range, values) in ranges.iter_mut().zip(activations(float, encoding, input)) {
                *range = values.into_iter().fold(*range, f64::max);
            }
        }
        ranges
    }
}
