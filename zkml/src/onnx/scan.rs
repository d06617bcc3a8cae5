//! Counts the parts of a file before it is decoded: two bytes of input make a node of two hundred in
//! memory, so the count has to be bounded before anything is allocated for it.

use super::{OnnxError, MAX_PARTS};

/// A message whose fields are looked into.
#[derive(Clone, Copy)]
enum Kind {
    Model,
    Graph,
    Node,
    Attribute,
    Tensor,
    Value,
    Type,
    TensorType,
    Shape,
    Leaf,
}

impl Kind {
    fn field(self, tag: u64) -> Self {
        match (self, tag) {
            (Self::Model, 7) => Self::Graph,
            (Self::Graph, 1) => Self::Node,
            (Self::Graph, 5) | (Self::Attribute, 5) => Self::Tensor,
            (Self::Graph, 11 | 12) => Self::Value,
            (Self::Node, 5) => Self::Attribute,
            (Self::Value, 2) => Self::Type,
            (Self::Type, 1) => Self::TensorType,
            (Self::TensorType, 2) => Self::Shape,
            _ => Self::Leaf,
        }
    }
}

/// Refuses a file with more than [`MAX_PARTS`] fields of a length of their own, down to the names and
/// attributes of nodes. What is malformed is left to the decoder to name.
///
/// # Errors
/// [`OnnxError::TooManyParts`].
pub fn scan(bytes: &[u8]) -> Result<(), OnnxError> {
    count(Kind::Model, bytes, &mut 0)
}

fn count(kind: Kind, mut bytes: &[u8], parts: &mut usize) -> Result<(), OnnxError> {
    while let Some(key) = varint(&mut bytes) {
        let skipped = match key & 7 {
            0 => varint(&mut bytes).map(|_| ()),
            1 => skip(&mut bytes, 8).map(|_| ()),
            5 => skip(&mut bytes, 4).map(|_| ()),
            2 => {
                let Some(content) = varint(&mut bytes)
                    .and_then(|length| usize::try_from(length).ok())
                    .and_then(|length| skip(&mut bytes, length))
                else {
                    return Ok(());
                };
                *parts += 1;
                if *parts > MAX_PARTS {
                    return Err(OnnxError::TooManyParts);
                }
                match kind.field(key >> 3) {
                    Kind::Leaf => {}
                    inner => count(inner, content, parts)?,
                }
                Some(())
            }
            _ => None,
        };
        if skipped.is_none() {
            return Ok(());
        }
    }
    Ok(())
}

fn skip<'a>(bytes: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(taken)
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for place in 0..10 {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f).checked_shl(7 * place)?;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}
