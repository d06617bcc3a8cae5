//! From floats to integers.
//!
//! Weights become signed integers of one step a layer, activations unsigned integers whose step is the
//! sums' step times a power of two, chosen from calibration data: so that requantisation is a shift.
//! Half of that power is added to the bias, so that dropping bits rounds to nearest.
//!
//! Widths: an activation and a weight together have at most 15 bits unless told otherwise. Then the
//! sum of two products fits sixteen bits with its sign, which some engines' instructions saturate at
//! (x86 without VNNI): the integers would still be right by the ONNX standard, but not everywhere.

mod calibration;
mod report;

pub use calibration::{Calibration, CalibrationError};
pub use report::{LayerReport, QuantisationReport};

use opg_zkml_statement::{InputSpec, StatementError};
use thiserror::Error;

use crate::{
    bounds::{analyse, BoundsError},
    network::{Dense, Layer, Network, NetworkError, Requantise, MAX_SHIFT},
    onnx::{
        chain,
        float::{self, FloatLayer, FloatNetwork},
        OnnxError,
    },
};

/// Raised with every change by which the same file and data give another network.
pub const QUANTISER_VERSION: u32 = 1;

/// Bits of an activation and a weight together, see the module's head.
const PAIR_BITS: u8 = 15;

/// Why a float network cannot be quantised.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum QuantiseError {
    /// The file is none that is read.
    #[error(transparent)]
    Onnx(#[from] OnnxError),
    /// The integer network is none.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// A sum could leave int32.
    #[error(transparent)]
    Bounds(#[from] BoundsError),
    /// The calibration data does not fit.
    #[error(transparent)]
    Calibration(#[from] CalibrationError),
    /// Widths that are none.
    #[error("{what} of {bits} bits; {least} to 8 are possible")]
    Bits {
        /// Of what.
        what: &'static str,
        /// The width asked for.
        bits: u8,
        /// The least that is possible.
        least: u8,
    },
    /// An input step that is not a positive number.
    #[error(
        "an input step of {step} from {minimum}; a finite minimum and a positive step are needed"
    )]
    Input {
        /// The step asked for.
        step: f64,
        /// The minimum asked for.
        minimum: f64,
    },
    /// A layer whose numbers no integer scale holds.
    #[error("layer {layer}: {what} do not fit an integer scale")]
    Scale {
        /// Which layer, from zero.
        layer: usize,
        /// Which numbers.
        what: &'static str,
    },
}

/// How an input value is written as an unsigned integer `q`: as `minimum + step * q`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InputEncoding {
    /// Width of `q`, 1 to 8.
    pub bits: u8,
    /// The value of zero.
    pub minimum: f64,
    /// What one more is.
    pub step: f64,
}

/// What the quantiser may choose from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// How an input is written.
    pub input: InputEncoding,
    /// Width of an activation, 1 to 8.
    pub activation_bits: u8,
    /// The most bits of a weight with its sign, 2 to 8.
    pub weight_bits: u8,
    /// Whether weights are narrowed so that a pair has at most 15 bits.
    pub portable: bool,
}

impl Options {
    /// Seven-bit activations, weights of eight bits where that is portable.
    pub fn new(input: InputEncoding) -> Self {
        Self { input, activation_bits: 7, weight_bits: 8, portable: true }
    }

    fn check(&self) -> Result<(), QuantiseError> {
        for (what, bits, least) in [
            ("an input", self.input.bits, 1),
            ("an activation", self.activation_bits, 1),
            ("a weight", self.weight_bits, 2),
        ] {
            if !(least..=8).contains(&bits) {
                return Err(QuantiseError::Bits { what, bits, least });
            }
        }
        let InputEncoding { minimum, step, .. } = self.input;
        if !(minimum.is_finite() && step.is_finite() && step > 0.0) {
            return Err(QuantiseError::Input { step, minimum });
        }
        Ok(())
    }
}

/// A quantised network and what it cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantised {
    /// The integer network.
    pub network: Network,
    /// Accuracy before and after, scales.
    pub report: QuantisationReport,
}

/// Quantises a float ONNX file with calibration data: inputs as integers, with their labels if known.
///
/// # Errors
/// [`QuantiseError`].
pub fn quantise(
    onnx: &[u8],
    options: &Options,
    calibration: &Calibration<'_>,
) -> Result<Quantised, QuantiseError> {
    options.check()?;
    let float = float::network(&chain::read(onnx)?)?;
    let width = float.layers.first().map_or(0, |layer| layer.inputs);
    calibration.check(width, options.input.bits)?;

    let ranges = calibration.activation_ranges(&float, options.input);
    let mut layers = Vec::with_capacity(float.layers.len());
    let mut scales = Vec::with_capacity(float.layers.len());
    let mut step = options.input.step;
    let mut bits = options.input.bits;
    let last = float.layers.len().saturating_sub(1);
    for (index, layer) in float.layers.iter().enumerate() {
        // What the first layer's input of zero stands for goes into its bias.
        let offset = if index == 0 { options.input.minimum } else { 0.0 };
        let weight_bits = match options.portable {
            true => options.weight_bits.min(PAIR_BITS - bits),
            false => options.weight_bits,
        };
        let range = (index < last).then(|| ranges[index]);
        let (dense, scale) = quantise_layer(
            index,
            layer,
            Scales { step, offset, weight_bits, activation_bits: options.activation_bits, range },
        )?;
        step = scale.output_step;
        bits = options.activation_bits;
        layers.push(Layer::Dense(dense));
        scales.push(scale);
    }
    let input = InputSpec {
        shape: float
            .dims
            .clone()
            .try_into()
            .map_err(|_| NetworkError::Interface(StatementError::InputTooLarge))?,
        bits: options.input.bits,
    };
    let network = Network::new(input, layers, float.answer)?;
    analyse(&network)?;
    let mut report = measure(&float, &network, options.input, calibration);
    report.layers = scales;
    Ok(Quantised { network, report })
}

/// Compares a float network with what the quantiser made of it, on data of whatever origin: inputs that
/// are none of the network's count as wrong. The report's scales are left empty.
pub fn measure(
    float: &FloatNetwork,
    network: &Network,
    encoding: InputEncoding,
    data: &Calibration<'_>,
) -> QuantisationReport {
    report::measure(float, network, encoding, data)
}

/// What a layer is quantised with.
struct Scales {
    step: f64,
    offset: f64,
    weight_bits: u8,
    activation_bits: u8,
    /// The largest activation that calibration saw; none in the last layer.
    range: Option<f64>,
}

fn quantise_layer(
    layer: usize,
    float: &FloatLayer,
    scales: Scales,
) -> Result<(Dense, LayerReport), QuantiseError> {
    let error = |what| QuantiseError::Scale { layer, what };
    let most = f64::from((1i32 << (scales.weight_bits - 1)) - 1);
    let largest = float.weights.iter().fold(0.0f64, |a, w| a.max(w.abs()));
    // A layer of zeros has no scale of its own: any will do.
    let weight_step = if largest > 0.0 { largest / most } else { 1.0 };
    let sum_step = weight_step * scales.step;
    if !(sum_step.is_finite() && sum_step.is_normal()) {
        return Err(error("weights"));
    }
    // In range by the choice of the step: at most `most` after rounding.
    let weights: Vec<i8> =
        float.weights.iter().map(|weight| (weight / weight_step).round() as i8).collect();
    let requantise = scales.range.map(|range| {
        let max = f64::from((1u32 << scales.activation_bits) - 1);
        let fits = |shift: &u8| range / sum_step / f64::from(1u32 << shift) <= max;
        let shift = (0..=MAX_SHIFT).find(fits).unwrap_or(MAX_SHIFT);
        Requantise { shift, bits: scales.activation_bits }
    });
    let shift = requantise.map_or(0, |rule| rule.shift);
    let half = if shift == 0 { 0 } else { 1i64 << (shift - 1) };
    let bias = float
        .bias
        .iter()
        .zip(float.weights.chunks(float.inputs))
        .map(|(bias, row)| {
            let moved = bias + row.iter().sum::<f64>() * scales.offset;
            let steps = (moved / sum_step).round();
            if !(-2e9..=2e9).contains(&steps) {
                return Err(error("biases"));
            }
            i32::try_from(steps as i64 + half).map_err(|_| error("biases"))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let report = LayerReport {
        weight_bits: scales.weight_bits,
        weight_step,
        shift,
        output_step: sum_step * f64::from(1u32 << shift),
    };
    let dense = Dense { inputs: float.inputs, outputs: float.outputs, weights, bias, requantise };
    Ok((dense, report))
}

/// A float network's scores for an input given as integers.
fn float_scores(float: &FloatNetwork, encoding: InputEncoding, input: &[u8]) -> Vec<f64> {
    activations(float, encoding, input).pop().unwrap_or_default()
}

/// What each layer gives: activations after Relu, and at last the scores.
fn activations(float: &FloatNetwork, encoding: InputEncoding, input: &[u8]) -> Vec<Vec<f64>> {
    let mut values: Vec<f64> =
        input.iter().map(|q| encoding.minimum + encoding.step * f64::from(*q)).collect();
    let last = float.layers.len().saturating_sub(1);
    let mut all = Vec::with_capacity(float.layers.len());
    for (index, layer) in float.layers.iter().enumerate() {
        values = layer.forward(&values);
        if index < last {
            values.iter_mut().for_each(|value| *value = value.max(0.0));
        }
        all.push(values.clone());
    }
    all
}
