//! Networks that are quantised already.
//!
//! A hidden layer is MatMulInteger, Add, then Relu or Max with 0, Div by a power of two, Min or Clip to
//! `2^k - 1`, Cast to uint8; the last is MatMulInteger and Add, with ArgMax after it or nothing.
//! (Div of what is not negative is a shift.) Flatten and Reshape may stand anywhere. Add and Div may be
//! left out where they would do nothing.

use opg_zkml_statement::InputSpec;

use super::{
    chain::{Chain, Step},
    shape,
    tensor::{element, Tensor},
    OnnxError,
};
use crate::network::{Answer, Dense, Layer, Network, NetworkError, Requantise, MAX_SHIFT};

/// How far a layer has been read.
enum Stage {
    /// Before MatMulInteger.
    Values,
    /// After it: sums.
    Sums(Dense),
    /// After Add.
    Biased(Dense),
    /// After Relu.
    Positive(Dense),
    /// After Div.
    Shifted(Dense, u8),
    /// After Min.
    Clamped(Dense),
    /// After ArgMax.
    Answered,
}

/// Reads an integer network.
///
/// # Errors
/// [`OnnxError`], naming the node that fits no layer.
pub fn network(chain: &Chain) -> Result<Network, OnnxError> {
    if chain.element != element::UINT8 {
        return Err(OnnxError::InputType {
            found: element::name(chain.element),
            expected: "uint8",
        });
    }
    let mut dims = chain.dims.clone();
    let mut layers = Vec::new();
    let mut answer = Answer::Logits;
    let mut stage = Stage::Values;
    for step in &chain.steps {
        if let Some(reshaped) = shape::reshaped(step, &dims)? {
            dims = reshaped;
            continue;
        }
        stage = match (step.operator.as_str(), stage) {
            ("MatMulInteger", Stage::Values) => {
                let dense = multiply(step, shape::flat(step, &dims)?)?;
                dims = vec![dense.outputs as u32];
                Stage::Sums(dense)
            }
            ("Add", Stage::Sums(dense)) => Stage::Biased(add(step, dense)?),
            ("Relu", Stage::Sums(dense) | Stage::Biased(dense)) => Stage::Positive(dense),
            ("Max", Stage::Sums(dense) | Stage::Biased(dense)) => {
                if single(step, step.other()?)? != 0 || step.constants.len() != 2 {
                    return Err(step.misuse("only the maximum with 0 is supported".into()));
                }
                Stage::Positive(dense)
            }
            ("Div", Stage::Positive(dense)) => Stage::Shifted(dense, divide(step)?),
            ("Min" | "Clip", Stage::Positive(dense)) => Stage::Clamped(clamp(step, dense, 0)?),
            ("Min" | "Clip", Stage::Shifted(dense, shift)) => {
                Stage::Clamped(clamp(step, dense, shift)?)
            }
            ("Cast", Stage::Clamped(dense)) => {
                if step.int("to", 0) != i64::from(element::UINT8) {
                    return Err(step.misuse("only the cast to uint8 is supported".into()));
                }
                layers.push(Layer::Dense(dense));
                Stage::Values
            }
            ("Cast", Stage::Positive(_) | Stage::Shifted(..)) => {
                return Err(step.misuse("would wrap; put a Min before it".into()));
            }
            ("ArgMax", Stage::Sums(dense) | Stage::Biased(dense)) => {
                shape::argmax(step, &dims)?;
                layers.push(Layer::Dense(dense));
                answer = Answer::Argmax;
                Stage::Answered
            }
            (
                "MatMulInteger" | "Add" | "Relu" | "Max" | "Div" | "Min" | "Clip" | "Cast"
                | "ArgMax",
                _,
            ) => return Err(step.unsupported(" at this place of an integer network")),
            _ => return Err(step.unsupported(" in an integer network")),
        };
    }
    match stage {
        Stage::Answered => {}
        Stage::Sums(dense) | Stage::Biased(dense) => layers.push(Layer::Dense(dense)),
        Stage::Values if layers.is_empty() => return Err(NetworkError::NoLayer.into()),
        _ => return Err(NetworkError::LastRequantised.into()),
    }
    let input = InputSpec {
        // Four dimensions at most came through the reader.
        shape: chain.dims.clone().try_into().unwrap_or_default(),
        bits: chain.input_bits.unwrap_or(8),
    };
    Ok(Network::new(input, layers, answer)?)
}

/// MatMulInteger with int8 weights, both zero points left out or zero.
fn multiply(step: &Step, inputs: usize) -> Result<Dense, OnnxError> {
    step.value_first()?;
    for zero_point in [2, 3] {
        if let Some(tensor) = step.constant(zero_point) {
            if tensor.integers("int8 or uint8")?.iter().any(|v| *v != 0) {
                return Err(step.misuse(format!("zero point \"{}\" is not 0", tensor.name)));
            }
        }
    }
    let tensor = step.required(1)?;
    let values = tensor.integers_of(element::INT8, "int8")?;
    let outputs = match tensor.dims.as_slice() {
        [rows, columns] if *rows == inputs && *columns > 0 => *columns,
        dims => {
            return Err(step.misuse(format!(
                "weights \"{}\" have the shape {dims:?}, [{inputs}, n] is needed",
                tensor.name
            )))
        }
    };
    let weights = (0..outputs)
        .flat_map(|output| values.iter().skip(output).step_by(outputs))
        // Checked against the type when the tensor was read.
        .map(|value| *value as i8)
        .collect();
    Ok(Dense { inputs, outputs, weights, bias: vec![0; outputs], requantise: None })
}

fn add(step: &Step, mut dense: Dense) -> Result<Dense, OnnxError> {
    let tensor = step.other()?;
    let values = tensor.integers_of(element::INT32, "int32")?;
    if !shape::aligned(&tensor.dims, &[dense.outputs as u32]) || values.len() != dense.outputs {
        return Err(step.misuse(format!(
            "bias \"{}\" has the shape {:?}, [{}] is needed",
            tensor.name, tensor.dims, dense.outputs
        )));
    }
    // Checked against the type when the tensor was read.
    dense.bias = values.iter().map(|value| *value as i32).collect();
    Ok(dense)
}

fn single(step: &Step, tensor: &Tensor) -> Result<i64, OnnxError> {
    match tensor.integers_of(element::INT32, "int32")? {
        [value] => Ok(*value),
        _ => Err(step.misuse(format!("\"{}\" has to be a single value", tensor.name))),
    }
}

fn divide(step: &Step) -> Result<u8, OnnxError> {
    step.value_first()?;
    let divisor = single(step, step.other()?)?;
    (0..=MAX_SHIFT).find(|shift| 1i64 << shift == divisor).ok_or_else(|| {
        step.misuse(format!("divides by {divisor}, a power of two up to 2^{MAX_SHIFT} is needed"))
    })
}

fn clamp(step: &Step, mut dense: Dense, shift: u8) -> Result<Dense, OnnxError> {
    let tensor = match step.operator.as_str() {
        "Clip" => {
            if let Some(low) = step.constant(1) {
                if single(step, low)? != 0 {
                    return Err(step.misuse("only a minimum of 0 is supported".into()));
                }
            }
            step.required(2)?
        }
        _ if step.constants.len() != 2 => {
            return Err(step.misuse("only the minimum of two values is supported".into()))
        }
        _ => step.other()?,
    };
    let max = single(step, tensor)?;
    let bits = (1..=8u8).find(|bits| (1i64 << bits) - 1 == max);
    let bits = bits.ok_or_else(|| {
        step.misuse(format!("clamps to {max}, one of 1, 3, 7, 15, 31, 63, 127, 255 is needed"))
    })?;
    dense.requantise = Some(Requantise { shift, bits });
    Ok(dense)
}
