//! Float networks: what people train.
//!
//! Flatten, Reshape, Gemm, MatMul, Add, Sub, Mul, Div with constants, Relu, ArgMax. All that is linear
//! between two Relus becomes one layer, so that scaling the input costs nothing later.

use opg_zkml_statement::{StatementError, MAX_INPUT_ELEMENTS};

use super::{
    chain::{Chain, Step},
    shape,
    tensor::{element, Tensor},
    OnnxError,
};
use crate::network::{Answer, NetworkError, MAX_WEIGHTS};

/// A layer of floats: sums of products, then Relu in all but the last.
#[derive(Clone, Debug, PartialEq)]
pub struct FloatLayer {
    /// Values taken.
    pub inputs: usize,
    /// Values given.
    pub outputs: usize,
    /// Weights, output by output.
    pub weights: Vec<f64>,
    /// What each sum starts with.
    pub bias: Vec<f64>,
}

impl FloatLayer {
    /// The sums, without Relu.
    pub fn forward(&self, values: &[f64]) -> Vec<f64> {
        self.weights
            .chunks(self.inputs)
            .zip(&self.bias)
            .map(|(weights, bias)| {
                bias + weights.iter().zip(values).map(|(w, v)| w * v).sum::<f64>()
            })
            .collect()
    }
}

/// A float network.
#[derive(Clone, Debug, PartialEq)]
pub struct FloatNetwork {
    /// The input's dimensions, the batch not counted.
    pub dims: Vec<u32>,
    /// Its layers; Relu between them.
    pub layers: Vec<FloatLayer>,
    /// What of the scores is answered.
    pub answer: Answer,
}

/// A linear map in the making.
struct Affine {
    /// The diagonal of a map that is nothing but scaling, else every weight, output by output.
    weights: Weights,
    bias: Vec<f64>,
    inputs: usize,
}

enum Weights {
    Diagonal(Vec<f64>),
    Full(Vec<f64>),
}

impl Affine {
    fn identity(inputs: usize) -> Self {
        Self { weights: Weights::Diagonal(vec![1.0; inputs]), bias: vec![0.0; inputs], inputs }
    }

    /// Each output times a factor plus an offset.
    fn scale(&mut self, factor: impl Fn(usize) -> f64, offset: impl Fn(usize) -> f64) {
        for (output, bias) in self.bias.iter_mut().enumerate() {
            *bias = *bias * factor(output) + offset(output);
        }
        let (weights, each) = match &mut self.weights {
            Weights::Diagonal(weights) => (weights, 1),
            Weights::Full(weights) => (weights, self.inputs),
        };
        for (output, row) in weights.chunks_mut(each).enumerate() {
            row.iter_mut().for_each(|weight| *weight *= factor(output));
        }
    }

    /// Another map after this one: `weights` is output by output.
    fn then(&mut self, weights: &[f64]) {
        let middle = self.bias.len();
        let rows = weights.chunks(middle);
        let bias =
            rows.clone().map(|row| row.iter().zip(&self.bias).map(|(w, b)| w * b).sum()).collect();
        let full = rows
            .flat_map(|row| match &self.weights {
                Weights::Diagonal(diagonal) => {
                    row.iter().zip(diagonal).map(|(w, d)| w * d).collect()
                }
                Weights::Full(before) => {
                    let mut sums = vec![0.0; self.inputs];
                    for (weight, inner) in row.iter().zip(before.chunks(self.inputs)) {
                        for (sum, value) in sums.iter_mut().zip(inner) {
                            *sum += weight * value;
                        }
                    }
                    sums
                }
            })
            .collect();
        self.bias = bias;
        self.weights = Weights::Full(full);
    }

    fn layer(self) -> Option<FloatLayer> {
        match self.weights {
            Weights::Diagonal(_) => None,
            Weights::Full(weights) => Some(FloatLayer {
                inputs: self.inputs,
                outputs: self.bias.len(),
                weights,
                bias: self.bias,
            }),
        }
    }
}

/// Reads a float network.
///
/// # Errors
/// [`OnnxError`], naming the node that fits no layer.
pub fn network(chain: &Chain) -> Result<FloatNetwork, OnnxError> {
    if chain.element != element::FLOAT {
        return Err(OnnxError::InputType {
            found: element::name(chain.element),
            expected: "float",
        });
    }
    let mut dims = chain.dims.clone();
    let width = dims
        .iter()
        .try_fold(1usize, |p, d| p.checked_mul(*d as usize))
        .filter(|width| *width <= MAX_INPUT_ELEMENTS as usize)
        .ok_or(NetworkError::Interface(StatementError::InputTooLarge))?;
    let mut affine = Affine::identity(width);
    let mut layers = Vec::new();
    let mut answer = Answer::Logits;
    for step in &chain.steps {
        if answer == Answer::Argmax {
            return Err(step.unsupported(" after ArgMax"));
        }
        if let Some(reshaped) = shape::reshaped(step, &dims)? {
            dims = reshaped;
            continue;
        }
        match step.operator.as_str() {
            "Gemm" => gemm(step, &mut dims, &mut affine)?,
            "MatMul" => {
                step.value_first()?;
                let weights = matrix(step, shape::flat(step, &dims)?, false)?;
                connect(step, &weights, &mut dims, &mut affine)?;
            }
            "Add" | "Sub" | "Mul" | "Div" => elementwise(step, &dims, &mut affine)?,
            "Relu" => {
                let next = Affine::identity(affine.bias.len());
                let done = core::mem::replace(&mut affine, next).layer();
                layers.push(done.ok_or_else(|| step.misuse("has no layer before it".into()))?);
            }
            "ArgMax" => {
                shape::argmax(step, &dims)?;
                answer = Answer::Argmax;
            }
            _ => return Err(step.unsupported(" in a float network")),
        }
    }
    layers.push(affine.layer().ok_or(match layers.is_empty() {
        true => NetworkError::NoLayer,
        false => NetworkError::LastRequantised,
    })?);
    Ok(FloatNetwork { dims: chain.dims.clone(), layers, answer })
}

fn gemm(step: &Step, dims: &mut Vec<u32>, affine: &mut Affine) -> Result<(), OnnxError> {
    step.value_first()?;
    step.only(&["alpha", "beta", "transA", "transB"])?;
    if step.int("transA", 0) != 0 {
        return Err(step.misuse("transA is not supported".into()));
    }
    let alpha = f64::from(step.float("alpha", 1.0));
    let weights = matrix(step, shape::flat(step, dims)?, step.int("transB", 0) != 0)?;
    connect(step, &weights, dims, affine)?;
    let beta = f64::from(step.float("beta", 1.0));
    let bias = match step.constant(2) {
        None => vec![0.0],
        Some(tensor) => floats(step, tensor, dims)?,
    };
    affine.scale(|_| alpha, |output| beta * pick(&bias, output));
    Ok(())
}

/// The weights of input 1, output by output.
fn matrix(step: &Step, inputs: usize, transposed: bool) -> Result<Vec<f64>, OnnxError> {
    let tensor = step.required(1)?;
    let values = tensor.floats()?;
    let (rows, columns) = match tensor.dims.as_slice() {
        [a, b] if transposed => (*b, *a),
        [a, b] => (*a, *b),
        _ => (0, 0),
    };
    if rows != inputs || columns == 0 {
        let needed = if transposed { "[n, inputs]" } else { "[inputs, n]" };
        return Err(step.misuse(format!(
            "weights \"{}\" have the shape {:?}, {needed} with {inputs} inputs is needed",
            tensor.name, tensor.dims
        )));
    }
    let wide = values.iter().map(|value| f64::from(*value));
    Ok(if transposed {
        wide.collect()
    } else {
        (0..columns).flat_map(|output| wide.clone().skip(output).step_by(columns)).collect()
    })
}

fn connect(
    step: &Step,
    weights: &[f64],
    dims: &mut Vec<u32>,
    affine: &mut Affine,
) -> Result<(), OnnxError> {
    let outputs = weights.len() / affine.bias.len().max(1);
    // What two maps in a row are multiplied out to may be larger than both.
    if outputs.checked_mul(affine.inputs).is_none_or(|n| n > MAX_WEIGHTS) {
        return Err(NetworkError::TooLarge.into());
    }
    affine.then(weights);
    *dims = vec![u32::try_from(outputs).map_err(|_| step.misuse("too many outputs".into()))?];
    Ok(())
}

/// A single value, or one for each of the value's.
fn floats(step: &Step, tensor: &Tensor, dims: &[u32]) -> Result<Vec<f64>, OnnxError> {
    let values = tensor.floats()?;
    let single = values.len() == 1 && tensor.dims.len() <= dims.len() + 1;
    if !single && !shape::aligned(&tensor.dims, dims) {
        return Err(step.misuse(format!(
            "a constant of the shape {:?} meets a value of the shape {dims:?}; the same or a single \
             value is needed",
            tensor.dims
        )));
    }
    Ok(values.iter().map(|value| f64::from(*value)).collect())
}

fn pick(values: &[f64], at: usize) -> f64 {
    match values {
        [one] => *one,
        many => many[at],
    }
}

fn elementwise(step: &Step, dims: &[u32], affine: &mut Affine) -> Result<(), OnnxError> {
    if matches!(step.operator.as_str(), "Sub" | "Div") {
        step.value_first()?;
    }
    let tensor = step.other()?;
    let values = floats(step, tensor, dims)?;
    match step.operator.as_str() {
        "Add" => affine.scale(|_| 1.0, |at| pick(&values, at)),
        "Sub" => affine.scale(|_| 1.0, |at| -pick(&values, at)),
        "Mul" => affine.scale(|at| pick(&values, at), |_| 0.0),
        _ if values.contains(&0.0) => {
            return Err(step.misuse(format!("divides by 0 in \"{}\"", tensor.name)))
        }
        _ => affine.scale(|at| 1.0 / pick(&values, at), |_| 0.0),
    }
    Ok(())
}
