//! Why an ONNX file is refused: each error names the thing and, where there is one, the remedy.

use thiserror::Error;

use super::{MAX_BYTES, MAX_PARTS, MIN_OPSET};
use crate::network::NetworkError;

/// Why an ONNX file is refused.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum OnnxError {
    /// Longer than what is read.
    #[error("the file has {bytes} bytes, at most {MAX_BYTES} are read")]
    TooLarge {
        /// Its length.
        bytes: usize,
    },
    /// More nodes, tensors, names and attributes than what is read.
    #[error("the file has more than {MAX_PARTS} nodes, tensors, names and attributes")]
    TooManyParts,
    /// Not a protobuf message of a model.
    #[error("not an ONNX file: {0}")]
    Malformed(String),
    /// A model without a graph.
    #[error("the file holds no graph")]
    NoGraph,
    /// It does not say which operators it means.
    #[error("the file does not say which opset it uses")]
    NoOpset,
    /// Operators of before opset 13.
    #[error("opset {version} is too old, {MIN_OPSET} or later is needed")]
    OldOpset {
        /// The version it imports.
        version: i64,
    },
    /// Operators that are not ONNX's.
    #[error("operators of domain \"{domain}\" are not supported")]
    CustomDomain {
        /// The domain.
        domain: String,
    },
    /// A part of a model that no network here has.
    #[error("{what} are not supported")]
    UnsupportedPart {
        /// Which part.
        what: &'static str,
    },
    /// A weight that is kept in another file.
    #[error(
        "tensor \"{tensor}\" keeps its data in another file; save the model with its data inside"
    )]
    ExternalData {
        /// The tensor.
        tensor: String,
    },
    /// A tensor whose data is not what its shape says.
    #[error("tensor \"{tensor}\" has {got} values, its shape says {expected}")]
    TensorLength {
        /// The tensor.
        tensor: String,
        /// Values by its shape.
        expected: usize,
        /// Values it has.
        got: usize,
    },
    /// A tensor with a negative or an enormous dimension.
    #[error("tensor \"{tensor}\" has an impossible shape {dims:?}")]
    TensorShape {
        /// The tensor.
        tensor: String,
        /// Its dimensions.
        dims: Vec<i64>,
    },
    /// A tensor of a type that this operator does not take here.
    #[error("tensor \"{tensor}\" is of type {found}, {expected} is needed")]
    TensorType {
        /// The tensor.
        tensor: String,
        /// Its type.
        found: String,
        /// The type that is needed.
        expected: &'static str,
    },
    /// A tensor with a value that its type does not have.
    #[error("tensor \"{tensor}\" holds {value}, which is no {kind}")]
    TensorValue {
        /// The tensor.
        tensor: String,
        /// The value.
        value: i64,
        /// The type.
        kind: String,
    },
    /// A weight that is not a number.
    #[error("tensor \"{tensor}\" holds a value that is not finite")]
    NotFinite {
        /// The tensor.
        tensor: String,
    },
    /// Two tensors of one name.
    #[error("\"{name}\" is defined twice")]
    Duplicate {
        /// The name.
        name: String,
    },
    /// Not one input or not one output.
    #[error("the graph has {inputs} inputs and {outputs} outputs, one of each is needed")]
    Ports {
        /// Inputs that are not weights.
        inputs: usize,
        /// Outputs.
        outputs: usize,
    },
    /// An input whose element type fits no reader.
    #[error("the input is of type {found}, {expected} is needed")]
    InputType {
        /// Its type.
        found: String,
        /// The type that is needed.
        expected: &'static str,
    },
    /// An input without a fixed shape behind a batch of one or of any size.
    #[error("the input's shape is {shape}; a batch (1 or a name) and 1 to 4 fixed dimensions are needed")]
    InputShape {
        /// The shape, as the file has it.
        shape: String,
    },
    /// An operator that has no circuit.
    #[error("{node}: operator {operator} is not supported{reason}")]
    UnsupportedOperator {
        /// The node.
        node: String,
        /// Its operator.
        operator: String,
        /// Where it would be, if it would be.
        reason: &'static str,
    },
    /// An operator used in a way that has no circuit.
    #[error("{node}: {reason}")]
    UnsupportedUse {
        /// The node.
        node: String,
        /// What is wrong.
        reason: String,
    },
    /// A node that does not take what the node before it gives.
    #[error("{node}: takes \"{name}\", which is neither the value before it nor a constant")]
    NotAChain {
        /// The node.
        node: String,
        /// What it takes.
        name: String,
    },
    /// A graph that ends elsewhere than in its output.
    #[error("the graph's output \"{output}\" is not what its last node gives")]
    LooseEnd {
        /// The output.
        output: String,
    },
    /// The declared width of an input element is none.
    #[error("metadata opg.input_bits is \"{value}\", a number from 1 to 8 is needed")]
    InputBits {
        /// What the file says.
        value: String,
    },
    /// The layers do not fit each other or a statement.
    #[error(transparent)]
    Network(#[from] NetworkError),
}
