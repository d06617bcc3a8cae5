//! What quantisation cost.

use core::fmt;

use serde::Serialize;

use super::{float_scores, Calibration, InputEncoding};
use crate::{interpreter, network::Network, onnx::float::FloatNetwork};

/// The scales of one layer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayerReport {
    /// Bits of a weight, with its sign.
    pub weight_bits: u8,
    /// What one more in a weight is.
    pub weight_step: f64,
    /// How many bits are dropped from a sum.
    pub shift: u8,
    /// What one more in what the layer gives is.
    pub output_step: f64,
}

/// Accuracy before and after, on the calibration data.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QuantisationReport {
    /// How many inputs.
    pub inputs: usize,
    /// On how many of them both networks name the same class.
    pub agree: usize,
    /// How many the float network gets right, if classes were given.
    pub float_correct: Option<usize>,
    /// How many the integer network gets right, if classes were given.
    pub integer_correct: Option<usize>,
    /// The scales, layer by layer.
    pub layers: Vec<LayerReport>,
}

impl QuantisationReport {
    /// Accuracy lost, as a part of one; negative where some was gained.
    pub fn accuracy_lost(&self) -> Option<f64> {
        let (float, integer) = (self.float_correct?, self.integer_correct?);
        Some((float as f64 - integer as f64) / self.inputs.max(1) as f64)
    }
}

impl fmt::Display for QuantisationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} inputs get the same class", self.agree, self.inputs)?;
        if let (Some(float), Some(integer)) = (self.float_correct, self.integer_correct) {
            let percent = |correct: usize| 100.0 * correct as f64 / self.inputs.max(1) as f64;
            write!(f, "; right before {:.2} %, after {:.2} %", percent(float), percent(integer))?;
        }
        Ok(())
    }
}

pub(super) fn measure(
    float: &FloatNetwork,
    network: &Network,
    encoding: InputEncoding,
    calibration: &Calibration<'_>,
) -> QuantisationReport {
    let before: Vec<Option<u32>> = calibration
        .inputs
        .iter()
        .map(|input| Some(highest(&float_scores(float, encoding, input))))
        .collect();
    // None for an input that is none of the network's: it agrees with nothing.
    let after: Vec<Option<u32>> = calibration
        .inputs
        .iter()
        .map(|input| interpreter::run(network, input).ok().map(|output| output.class()))
        .collect();
    let correct = |classes: &[Option<u32>]| {
        let labelled = classes.iter().zip(calibration.labels);
        (!calibration.labels.is_empty())
            .then(|| labelled.filter(|(class, label)| **class == Some(**label)).count())
    };
    QuantisationReport {
        inputs: calibration.inputs.len(),
        agree: before.iter().zip(&after).filter(|(before, after)| before == after).count(),
        float_correct: correct(&before),
        integer_correct: correct(&after),
        layers: Vec::new(),
    }
}

/// The index of the highest score, the lowest among equals.
fn highest(scores: &[f64]) -> u32 {
    let mut best = 0;
    for (index, score) in scores.iter().enumerate() {
        if *score > scores[best] {
            best = index;
        }
    }
    best as u32
}
