//! What becomes of a value's shape on its way: the operators that float and integer networks share.

use super::{chain::Step, OnnxError};

/// The value has to be flat for this operator.
///
/// # Errors
/// [`OnnxError::UnsupportedUse`].
pub fn flat(step: &Step, dims: &[u32]) -> Result<usize, OnnxError> {
    match dims {
        [width] => Ok(*width as usize),
        _ => Err(step
            .misuse(format!("takes a flat value, its shape is {dims:?}; put a Flatten before it"))),
    }
}

/// Flatten and Reshape: the shape after them. None if the step is neither.
///
/// # Errors
/// [`OnnxError::UnsupportedUse`].
pub fn reshaped(step: &Step, dims: &[u32]) -> Result<Option<Vec<u32>>, OnnxError> {
    let total = dims.iter().map(|d| i64::from(*d)).product::<i64>();
    let target = match step.operator.as_str() {
        "Flatten" => {
            step.only(&["axis"])?;
            if step.int("axis", 1) != 1 {
                return Err(step.misuse("only axis 1 is supported".into()));
            }
            vec![total]
        }
        "Reshape" => {
            step.only(&["allowzero"])?;
            step.value_first()?;
            let shape = step.required(1)?.integers("int64")?;
            let (batch, rest) = shape.split_first().unwrap_or((&0, &[]));
            let mut rest = rest.to_vec();
            let known = rest.iter().filter(|d| **d != -1).try_fold(1i64, |p, d| {
                p.checked_mul(*d).filter(|product| (1..=total).contains(product))
            });
            let unknown: Vec<&mut i64> = rest.iter_mut().filter(|d| **d == -1).collect();
            if let (1, Some(known), true) = (unknown.len(), known, *batch != -1) {
                for dimension in unknown {
                    *dimension = total / known;
                }
            }
            if !matches!(batch, -1..=1) || rest.is_empty() {
                return Err(step.misuse(format!("shape {shape:?} does not keep the batch first")));
            }
            rest
        }
        _ => return Ok(None),
    };
    let fits = target.iter().all(|d| *d > 0)
        && target.iter().try_fold(1i64, |p, d| p.checked_mul(*d)) == Some(total);
    let sizes: Option<Vec<u32>> = target.iter().map(|d| u32::try_from(*d).ok()).collect();
    match sizes {
        Some(sizes) if fits => Ok(Some(sizes)),
        _ => Err(step.misuse(format!("shape {target:?} does not hold {total} values"))),
    }
}

/// ArgMax over the scores, lowest index first.
///
/// # Errors
/// [`OnnxError::UnsupportedUse`].
pub fn argmax(step: &Step, dims: &[u32]) -> Result<(), OnnxError> {
    flat(step, dims)?;
    step.only(&["axis", "keepdims", "select_last_index"])?;
    if !matches!(step.int("axis", 0), 1 | -1) {
        return Err(step.misuse("only the last axis is supported".into()));
    }
    if step.int("select_last_index", 0) != 0 {
        return Err(step.misuse("select_last_index is not supported".into()));
    }
    Ok(())
}

/// Whether a constant of shape `constant` meets a value of shape `dims` (the batch not counted) element
/// by element and changes nothing of its shape: the same dimensions but for leading ones.
pub fn aligned(constant: &[usize], dims: &[u32]) -> bool {
    let value: Vec<usize> = dims.iter().map(|d| *d as usize).collect();
    fn tail(mut dims: &[usize]) -> &[usize] {
        while let [1, rest @ ..] = dims {
            dims = rest;
        }
        dims
    }
    constant.len() <= dims.len() + 1 && tail(constant) == tail(&value)
}
