//! A graph as a chain of steps: each takes what the one before it gives, and constants.

use std::collections::HashMap;

use prost::Message;

use super::{
    proto::{AttributeProto, GraphProto, ModelProto, NodeProto, TensorTypeProto, ValueInfoProto},
    scan::scan,
    tensor::Tensor,
    OnnxError, INPUT_BITS, MAX_BYTES, MIN_OPSET,
};

/// One operator of a chain.
#[derive(Clone, Debug)]
pub struct Step {
    /// How messages call it.
    pub label: String,
    /// Its operator.
    pub operator: String,
    /// At which of its inputs the value comes in.
    pub position: usize,
    /// Its inputs in order; none where the value comes in and where an optional one is left out.
    pub constants: Vec<Option<Tensor>>,
    attributes: Vec<AttributeProto>,
}

impl Step {
    /// The constant at input `at`.
    pub fn constant(&self, at: usize) -> Option<&Tensor> {
        self.constants.get(at).and_then(Option::as_ref)
    }

    /// The constant at input `at`, or the error that says that it is missing.
    ///
    /// # Errors
    /// [`OnnxError::UnsupportedUse`].
    pub fn required(&self, at: usize) -> Result<&Tensor, OnnxError> {
        self.constant(at).ok_or_else(|| self.misuse(format!("input {at} has to be a constant")))
    }

    /// The one constant of an operator of two inputs, whichever side it is on.
    ///
    /// # Errors
    /// [`OnnxError::UnsupportedUse`].
    pub fn other(&self) -> Result<&Tensor, OnnxError> {
        self.required(1 - self.position.min(1))
    }

    /// Demands that the value comes in first.
    ///
    /// # Errors
    /// [`OnnxError::UnsupportedUse`].
    pub fn value_first(&self) -> Result<(), OnnxError> {
        match self.position {
            0 => Ok(()),
            _ => Err(self.misuse("the value has to be its first input".into())),
        }
    }

    /// An integer attribute.
    pub fn int(&self, name: &str, default: i64) -> i64 {
        self.attribute(name).and_then(|a| a.i).unwrap_or(default)
    }

    /// A float attribute.
    pub fn float(&self, name: &str, default: f32) -> f32 {
        self.attribute(name).and_then(|a| a.f).unwrap_or(default)
    }

    /// Refuses every attribute that is not in `known`, by name.
    ///
    /// # Errors
    /// [`OnnxError::UnsupportedUse`].
    pub fn only(&self, known: &[&str]) -> Result<(), OnnxError> {
        let unknown = self.attributes.iter().find(|attribute| {
            let name = attribute.name.as_deref().unwrap_or_default();
            !known.contains(&name)
        });
        match unknown {
            None => Ok(()),
            Some(attribute) => Err(self.misuse(format!(
                "attribute \"{}\" is not supported",
                attribute.name.as_deref().unwrap_or_default()
            ))),
        }
    }

    /// An error that names this step.
    pub fn misuse(&self, reason: String) -> OnnxError {
        OnnxError::UnsupportedUse { node: self.label.clone(), reason }
    }

    /// The error that refuses this step's operator.
    pub fn unsupported(&self, reason: &'static str) -> OnnxError {
        OnnxError::UnsupportedOperator {
            node: self.label.clone(),
            operator: self.operator.clone(),
            reason,
        }
    }

    fn attribute(&self, name: &str) -> Option<&AttributeProto> {
        let named = |a: &&AttributeProto| a.name.as_deref() == Some(name);
        self.attributes.iter().find(named)
    }
}

/// A file as a chain.
#[derive(Clone, Debug)]
pub struct Chain {
    /// ONNX's number of the input's element type.
    pub element: i32,
    /// The input's dimensions, the batch not counted.
    pub dims: Vec<u32>,
    /// The declared width of an input element.
    pub input_bits: Option<u8>,
    /// The operators, first to last.
    pub steps: Vec<Step>,
}

/// Reads a file.
///
/// # Errors
/// [`OnnxError`], naming what is wrong with it.
pub fn read(bytes: &[u8]) -> Result<Chain, OnnxError> {
    if bytes.len() > MAX_BYTES {
        return Err(OnnxError::TooLarge { bytes: bytes.len() });
    }
    scan(bytes)?;
    let model =
        ModelProto::decode(bytes).map_err(|error| OnnxError::Malformed(error.to_string()))?;
    opset(&model)?;
    let input_bits = input_bits(&model)?;
    let graph = model.graph.ok_or(OnnxError::NoGraph)?;
    for (present, what) in [
        (!model.functions.is_empty(), "functions of the model's own"),
        (!model.training_info.is_empty(), "training instructions"),
        (!graph.sparse_initializer.is_empty(), "sparse tensors"),
    ] {
        if present {
            return Err(OnnxError::UnsupportedPart { what });
        }
    }
    follow(graph, input_bits)
}

fn opset(model: &ModelProto) -> Result<(), OnnxError> {
    let mut standard = None;
    for import in &model.opset_import {
        match import.domain.as_deref().unwrap_or_default() {
            "" | "ai.onnx" => standard = Some(import.version.unwrap_or(0)),
            domain => return Err(OnnxError::CustomDomain { domain: domain.to_owned() }),
        }
    }
    match standard {
        // A file without anything is no file of ONNX rather than one without an opset.
        None if model.graph.is_none() => Err(OnnxError::NoGraph),
        None => Err(OnnxError::NoOpset),
        Some(version) if version < MIN_OPSET => Err(OnnxError::OldOpset { version }),
        Some(_) => Ok(()),
    }
}

fn input_bits(model: &ModelProto) -> Result<Option<u8>, OnnxError> {
    let entry = model.metadata_props.iter().find(|entry| entry.key.as_deref() == Some(INPUT_BITS));
    let Some(entry) = entry else { return Ok(None) };
    let value = entry.value.clone().unwrap_or_default();
    match value.parse() {
        Ok(bits) if (1..=8).contains(&bits) => Ok(Some(bits)),
        _ => Err(OnnxError::InputBits { value }),
    }
}

fn follow(graph: GraphProto, input_bits: Option<u8>) -> Result<Chain, OnnxError> {
    let mut constants: HashMap<String, Tensor> = HashMap::new();
    for proto in &graph.initializer {
        let name = proto.name.as_deref().unwrap_or_default();
        let tensor = Tensor::read(name, proto)?;
        if constants.insert(name.to_owned(), tensor).is_some() {
            return Err(OnnxError::Duplicate { name: name.into() });
        }
    }
    let inputs: Vec<&ValueInfoProto> = graph
        .input
        .iter()
        .filter(|input| !constants.contains_key(input.name.as_deref().unwrap_or_default()))
        .collect();
    let ([input], [output]) = (inputs.as_slice(), graph.output.as_slice()) else {
        return Err(OnnxError::Ports { inputs: inputs.len(), outputs: graph.output.len() });
    };
    let (element, dims) = input_type(input)?;
    let mut value = input.name.clone().unwrap_or_default();
    let mut steps = Vec::new();
    for (index, node) in graph.node.into_iter().enumerate() {
        let operator = node.op_type.clone().unwrap_or_default();
        let label = match node.name.as_deref().unwrap_or_default() {
            "" => format!("node {index} ({operator})"),
            name => format!("node {index} ({operator} \"{name}\")"),
        };
        match node.domain.as_deref().unwrap_or_default() {
            "" | "ai.onnx" => {}
            domain => return Err(OnnxError::CustomDomain { domain: domain.to_owned() }),
        }
        let [gives] = node.output.as_slice() else {
            return Err(OnnxError::UnsupportedUse {
                node: label,
                reason: format!("has {} outputs, one is needed", node.output.len()),
            });
        };
        let gives = gives.clone();
        if gives == value || constants.contains_key(&gives) {
            return Err(OnnxError::Duplicate { name: gives });
        }
        if operator == "Constant" {
            constants.insert(gives.clone(), constant(&label, &gives, &node)?);
            continue;
        }
        steps.push(step(label, operator, node, &value, &constants)?);
        value = gives;
    }
    if output.name.as_deref() != Some(&value) {
        return Err(OnnxError::LooseEnd { output: output.name.clone().unwrap_or_default() });
    }
    Ok(Chain { element, dims, input_bits, steps })
}

fn step(
    label: String,
    operator: String,
    node: NodeProto,
    value: &str,
    constants: &HashMap<String, Tensor>,
) -> Result<Step, OnnxError> {
    let mut position = None;
    let mut found = Vec::with_capacity(node.input.len());
    for (at, name) in node.input.iter().enumerate() {
        if name == value && position.is_none() {
            position = Some(at);
            found.push(None);
        } else if name.is_empty() {
            found.push(None);
        } else if let Some(tensor) = constants.get(name) {
            found.push(Some(tensor.clone()));
        } else {
            return Err(OnnxError::NotAChain { node: label, name: name.clone() });
        }
    }
    let Some(position) = position else {
        return Err(OnnxError::UnsupportedUse {
            node: label,
            reason: format!("does not take \"{value}\", the value before it"),
        });
    };
    Ok(Step { label, operator, position, constants: found, attributes: node.attribute })
}

fn constant(label: &str, name: &str, node: &NodeProto) -> Result<Tensor, OnnxError> {
    let [attribute] = node.attribute.as_slice() else {
        return Err(OnnxError::UnsupportedUse {
            node: label.into(),
            reason: "a constant has one attribute".into(),
        });
    };
    match (attribute.name.as_deref(), &attribute.t) {
        (Some("value"), Some(tensor)) => Tensor::read(name, tensor),
        (other, _) => Err(OnnxError::UnsupportedUse {
            node: label.into(),
            reason: format!("attribute \"{}\" is not supported", other.unwrap_or_default()),
        }),
    }
}

fn input_type(input: &ValueInfoProto) -> Result<(i32, Vec<u32>), OnnxError> {
    let nothing = TensorTypeProto::default();
    let tensor = input.r#type.as_ref().and_then(|t| t.tensor_type.as_ref()).unwrap_or(&nothing);
    let dims = tensor.shape.as_ref().map(|shape| shape.dim.as_slice()).unwrap_or_default();
    let refuse = || {
        let names: Vec<String> = dims
            .iter()
            .map(|dim| match (dim.dim_value, &dim.dim_param) {
                (Some(value), _) => value.to_string(),
                (None, Some(name)) => name.clone(),
                (None, None) => "?".into(),
            })
            .collect();
        OnnxError::InputShape { shape: format!("[{}]", names.join(", ")) }
    };
    let (batch, rest) = dims.split_first().ok_or_else(refuse)?;
    let sizes: Option<Vec<u32>> = rest
        .iter()
        .map(|dim| u32::try_from(dim.dim_value?).ok().filter(|size| *size > 0))
        .collect();
    match sizes {
        Some(sizes)
            if matches!(batch.dim_value, None | Some(1)) && (1..=4).contains(&sizes.len()) =>
        {
            Ok((tensor.elem_type.unwrap_or(0), sizes))
        }
        _ => Err(refuse()),
    }
}
