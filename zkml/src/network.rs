//! The integer network: what a quantised ONNX file means, and what interpreter, circuit and exporter
//! all read.
//!
//! There is one rule for every hidden layer: `min(max(sum, 0) >> shift, 2^bits - 1)`, where `sum` is
//! the bias plus the products of unsigned activations and signed eight-bit weights, and `>>` drops the
//! lowest bits. Rounding to nearest is a matter of the bias (the quantiser adds half of `2^shift`),
//! so that no two readers can round differently.

use opg_zkml_statement::{CircuitInterface, InputSpec, OutputSpec, StatementError};
use thiserror::Error;

/// Weights that a network may have.
pub const MAX_WEIGHTS: usize = 1 << 22;
/// Layers that a network may have.
pub const MAX_LAYERS: usize = 64;
/// The largest shift of a requantisation.
pub const MAX_SHIFT: u8 = 30;

/// Why layers do not make a network.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NetworkError {
    /// There is nothing to compute.
    #[error("the network has no layer")]
    NoLayer,
    /// More layers or weights than this compiler takes.
    #[error("the network has more than {MAX_LAYERS} layers or {MAX_WEIGHTS} weights")]
    TooLarge,
    /// A layer takes another number of values than come to it.
    #[error("layer {layer} takes {takes} values, {given} come to it")]
    Width {
        /// Which layer, from zero.
        layer: usize,
        /// What it takes.
        takes: usize,
        /// What comes.
        given: usize,
    },
    /// Weights or biases are not as many as inputs and outputs say.
    #[error("layer {layer} has {weights} weights and {biases} biases for {inputs} inputs and {outputs} outputs")]
    Parameters {
        /// Which layer, from zero.
        layer: usize,
        /// Weights it has.
        weights: usize,
        /// Biases it has.
        biases: usize,
        /// Inputs it declares.
        inputs: usize,
        /// Outputs it declares.
        outputs: usize,
    },
    /// A hidden layer without requantisation: its sums do not fit an activation.
    #[error("hidden layer {layer} has no Relu and requantisation after it")]
    NotRequantised {
        /// Which layer, from zero.
        layer: usize,
    },
    /// The last layer's scores are what is answered; they are not requantised.
    #[error("the last layer is requantised")]
    LastRequantised,
    /// A shift or width that no requantisation has.
    #[error("layer {layer} shifts by {shift} bits to {bits} bits; at most {MAX_SHIFT} and 1 to 8")]
    Requantisation {
        /// Which layer, from zero.
        layer: usize,
        /// Its shift.
        shift: u8,
        /// Its activations' width.
        bits: u8,
    },
    /// Input or output are none that a statement carries.
    #[error(transparent)]
    Interface(#[from] StatementError),
}

/// What a hidden layer does with its sums: Relu, shift right, clamp to `bits` bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requantise {
    /// How many low bits are dropped, at most [`MAX_SHIFT`].
    pub shift: u8,
    /// The width of the activation, 1 to 8.
    pub bits: u8,
}

impl Requantise {
    /// The largest activation.
    pub fn max(self) -> i64 {
        (1 << self.bits) - 1
    }

    /// The rule, on one sum.
    pub fn apply(self, sum: i64) -> i64 {
        (sum.max(0) >> self.shift).min(self.max())
    }
}

/// A layer in which every output sees every input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dense {
    /// How many values it takes.
    pub inputs: usize,
    /// How many it gives.
    pub outputs: usize,
    /// Weights, output by output.
    pub weights: Vec<i8>,
    /// What each sum starts with.
    pub bias: Vec<i32>,
    /// What is done with the sums; nothing in the last layer.
    pub requantise: Option<Requantise>,
}

impl Dense {
    /// The weights of each output, in order.
    pub fn rows(&self) -> impl Iterator<Item = (&[i8], i32)> {
        self.weights.chunks(self.inputs.max(1)).zip(self.bias.iter().copied())
    }
}

/// A layer. Convolution and pooling will be further variants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layer {
    /// Every output sees every input.
    Dense(Dense),
}

impl Layer {
    /// Values taken.
    pub fn inputs(&self) -> usize {
        match self {
            Self::Dense(dense) => dense.inputs,
        }
    }

    /// Values given.
    pub fn outputs(&self) -> usize {
        match self {
            Self::Dense(dense) => dense.outputs,
        }
    }

    /// What is done with the sums.
    pub fn requantise(&self) -> Option<Requantise> {
        match self {
            Self::Dense(dense) => dense.requantise,
        }
    }
}

/// What of the last layer's scores is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// All of them.
    Logits,
    /// The index of the highest, the lowest among equals.
    Argmax,
}

/// A checked integer network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    layers: Vec<Layer>,
    interface: CircuitInterface,
}

impl Network {
    /// Puts layers together.
    ///
    /// # Errors
    /// [`NetworkError`]: whatever keeps them from fitting each other, the input or a statement.
    pub fn new(input: InputSpec, layers: Vec<Layer>, answer: Answer) -> Result<Self, NetworkError> {
        let mut given = input.elements()? as usize;
        let last = layers.len().checked_sub(1).ok_or(NetworkError::NoLayer)?;
        let mut weights = 0usize;
        for (layer, Layer::Dense(dense)) in layers.iter().enumerate() {
            if dense.inputs != given {
                return Err(NetworkError::Width { layer, takes: dense.inputs, given });
            }
            if dense.inputs.checked_mul(dense.outputs) != Some(dense.weights.len())
                || dense.bias.len() != dense.outputs
            {
                return Err(NetworkError::Parameters {
                    layer,
                    weights: dense.weights.len(),
                    biases: dense.bias.len(),
                    inputs: dense.inputs,
                    outputs: dense.outputs,
                });
            }
            match dense.requantise {
                None if layer < last => return Err(NetworkError::NotRequantised { layer }),
                Some(_) if layer == last => return Err(NetworkError::LastRequantised),
                Some(Requantise { shift, bits })
                    if shift > MAX_SHIFT || !(1..=8).contains(&bits) =>
                {
                    return Err(NetworkError::Requantisation { layer, shift, bits });
                }
                _ => {}
            }
            weights += dense.weights.len();
            given = dense.outputs;
        }
        if weights > MAX_WEIGHTS || layers.len() > MAX_LAYERS {
            return Err(NetworkError::TooLarge);
        }
        let output = match answer {
            Answer::Logits => OutputSpec::Logits {
                len: u16::try_from(given).map_err(|_| StatementError::OutputTooLarge)?,
            },
            Answer::Argmax => OutputSpec::Argmax {
                classes: u32::try_from(given).map_err(|_| StatementError::OutputTooLarge)?,
            },
        };
        let interface = CircuitInterface { input, output };
        interface.validate()?;
        Ok(Self { layers, interface })
    }

    /// The layers, first to last.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// What it takes and gives.
    pub fn interface(&self) -> &CircuitInterface {
        &self.interface
    }

    /// What of the scores is answered.
    pub fn answer(&self) -> Answer {
        match self.interface.output {
            OutputSpec::Logits { .. } => Answer::Logits,
            OutputSpec::Argmax { .. } => Answer::Argmax,
        }
    }

    /// How many weights there are, biases not counted.
    pub fn weights(&self) -> usize {
        self.layers.iter().map(|Layer::Dense(dense)| dense.weights.len()).sum()
    }
}
