//! Constants of a graph.

use super::{proto::TensorProto, OnnxError};
use crate::network::MAX_WEIGHTS;

/// ONNX's numbers of element types.
pub mod element {
    /// 32-bit float.
    pub const FLOAT: i32 = 1;
    /// Unsigned byte.
    pub const UINT8: i32 = 2;
    /// Signed byte.
    pub const INT8: i32 = 3;
    /// 32-bit integer.
    pub const INT32: i32 = 6;
    /// 64-bit integer.
    pub const INT64: i32 = 7;

    /// The type's name.
    pub fn name(number: i32) -> String {
        match number {
            FLOAT => "float".into(),
            UINT8 => "uint8".into(),
            INT8 => "int8".into(),
            INT32 => "int32".into(),
            INT64 => "int64".into(),
            10 => "float16".into(),
            11 => "double".into(),
            other => format!("number {other}"),
        }
    }
}

/// A tensor's values.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Of 32-bit floats, all finite.
    Float(Vec<f32>),
    /// Of integers, with the number of their type.
    Integer(i32, Vec<i64>),
}

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Its name.
    pub name: String,
    /// Its dimensions; none for a single value.
    pub dims: Vec<usize>,
    /// Its values, row-major.
    pub values: Values,
}

impl Tensor {
    /// Reads a constant. `name` is what it is called in the graph.
    ///
    /// # Errors
    /// The errors of [`OnnxError`] that name a tensor.
    pub fn read(name: &str, proto: &TensorProto) -> Result<Self, OnnxError> {
        let tensor = name.to_owned();
        if proto.data_location.unwrap_or(0) != 0 || !proto.external_data.is_empty() {
            return Err(OnnxError::ExternalData { tensor });
        }
        let (dims, expected) = shape(&tensor, &proto.dims)?;
        let kind = proto.data_type.unwrap_or(0);
        let width = match kind {
            element::UINT8 | element::INT8 => 1,
            element::FLOAT | element::INT32 => 4,
            element::INT64 => 8,
            _ => {
                return Err(OnnxError::TensorType {
                    tensor,
                    found: element::name(kind),
                    expected: "float, int8, uint8, int32 or int64",
                })
            }
        };
        let got = match &proto.raw_data {
            // Of data that ends in a part of a value, one more or one less than there should be.
            Some(raw) if raw.len() > expected * width => raw.len().div_ceil(width),
            Some(raw) => raw.len() / width,
            None if kind == element::FLOAT => proto.float_data.len(),
            None if kind == element::INT64 => proto.int64_data.len(),
            None => proto.int32_data.len(),
        };
        if got != expected {
            return Err(OnnxError::TensorLength { tensor, expected, got });
        }
        let values = match (kind, proto.raw_data.as_deref()) {
            (element::FLOAT, Some(raw)) => {
                Values::Float(words(raw).map(f32::from_le_bytes).collect())
            }
            (element::FLOAT, None) => Values::Float(proto.float_data.clone()),
            (element::UINT8, Some(raw)) => {
                Values::Integer(kind, raw.iter().map(|b| i64::from(*b)).collect())
            }
            (element::INT8, Some(raw)) => {
                let signed = raw.iter().map(|b| i64::from(i8::from_le_bytes([*b])));
                Values::Integer(kind, signed.collect())
            }
            (element::INT32, Some(raw)) => {
                let integers = words(raw).map(|word| i64::from(i32::from_le_bytes(word)));
                Values::Integer(kind, integers.collect())
            }
            (element::INT64, Some(raw)) => {
                Values::Integer(kind, words(raw).map(i64::from_le_bytes).collect())
            }
            (element::INT64, None) => Values::Integer(kind, proto.int64_data.clone()),
            (_, None) => {
                let integers = proto.int32_data.iter().map(|v| i64::from(*v));
                Values::Integer(kind, integers.collect())
            }
            // Every type that has a width is above.
            (_, Some(_)) => Values::Integer(kind, Vec::new()),
        };
        match &values {
            Values::Float(floats) if floats.iter().any(|f| !f.is_finite()) => {
                return Err(OnnxError::NotFinite { tensor });
            }
            Values::Integer(kind, integers) => {
                let range = match *kind {
                    element::UINT8 => 0..=255,
                    element::INT8 => -128..=127,
                    _ => i64::MIN..=i64::MAX,
                };
                if let Some(value) = integers.iter().find(|v| !range.contains(v)) {
                    return Err(OnnxError::TensorValue {
                        tensor,
                        value: *value,
                        kind: element::name(*kind),
                    });
                }
            }
            Values::Float(_) => {}
        }
        Ok(Self { name: tensor, dims, values })
    }

    /// Its floats.
    ///
    /// # Errors
    /// [`OnnxError::TensorType`].
    pub fn floats(&self) -> Result<&[f32], OnnxError> {
        match &self.values {
            Values::Float(floats) => Ok(floats),
            Values::Integer(kind, _) => Err(self.mistyped(*kind, "float")),
        }
    }

    /// Its integers, of whatever integer type.
    ///
    /// # Errors
    /// [`OnnxError::TensorType`].
    pub fn integers(&self, expected: &'static str) -> Result<&[i64], OnnxError> {
        match &self.values {
            Values::Integer(_, integers) => Ok(integers),
            Values::Float(_) => Err(self.mistyped(element::FLOAT, expected)),
        }
    }

    /// Its integers, if they are of one type.
    ///
    /// # Errors
    /// [`OnnxError::TensorType`].
    pub fn integers_of(&self, kind: i32, expected: &'static str) -> Result<&[i64], OnnxError> {
        match &self.values {
            Values::Integer(found, integers) if *found == kind => Ok(integers),
            Values::Integer(found, _) => Err(self.mistyped(*found, expected)),
            Values::Float(_) => Err(self.mistyped(element::FLOAT, expected)),
        }
    }

    fn mistyped(&self, found: i32, expected: &'static str) -> OnnxError {
        OnnxError::TensorType { tensor: self.name.clone(), found: element::name(found), expected }
    }
}

fn shape(tensor: &str, dims: &[i64]) -> Result<(Vec<usize>, usize), OnnxError> {
    let sizes: Option<Vec<usize>> = dims.iter().map(|d| usize::try_from(*d).ok()).collect();
    sizes
        .and_then(|sizes| {
            let product = sizes.iter().try_fold(1usize, |p, d| p.checked_mul(*d))?;
            (product <= MAX_WEIGHTS && sizes.len() <= 8).then_some((sizes, product))
        })
        .ok_or_else(|| OnnxError::TensorShape { tensor: tensor.to_owned(), dims: dims.to_vec() })
}

/// The words of raw data of a whole number of them.
fn words<const N: usize>(raw: &[u8]) -> impl Iterator<Item = [u8; N]> + '_ {
    raw.chunks_exact(N).map(|chunk| {
        let mut word = [0; N];
        word.copy_from_slice(chunk);
        word
    })
}
