//! Writes an integer network as ONNX, so that any engine can run it, and gives the same integers.

use prost::Message;

use super::{
    proto::{
        AttributeProto, DimensionProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto,
        StringStringEntryProto, TensorProto, TensorShapeProto, TensorTypeProto, TypeProto,
        ValueInfoProto,
    },
    tensor::element,
    INPUT_BITS,
};
use crate::network::{Answer, Dense, Layer, Network};

/// The opset that is written.
const OPSET: i64 = 13;
/// The version of the file format that came with it.
const IR_VERSION: i64 = 7;
/// ONNX's number of an attribute that is an integer.
const ATTRIBUTE_INT: i32 = 2;

/// The file of a network. The same network gives the same bytes.
pub fn write(network: &Network) -> Vec<u8> {
    let interface = network.interface();
    let mut graph = Graph::default();
    let mut value = "input".to_owned();
    if interface.input.shape.len() > 1 {
        value = graph.node("Flatten", &[&value], "flat", vec![int("axis", 1)]);
    }
    for (index, Layer::Dense(dense)) in network.layers().iter().enumerate() {
        value = graph.dense(index, dense, &value);
    }
    let last = network.layers().last().map_or(0, Layer::outputs) as i64;
    let (kind, shape) = match network.answer() {
        Answer::Logits => (element::INT32, vec![last]),
        Answer::Argmax => {
            let attributes = vec![int("axis", 1), int("keepdims", 0)];
            value = graph.node("ArgMax", &[&value], "class", attributes);
            (element::INT64, Vec::new())
        }
    };
    let input_shape: Vec<i64> = interface.input.shape.iter().map(|d| i64::from(*d)).collect();
    let model = ModelProto {
        ir_version: Some(IR_VERSION),
        producer_name: Some("opg-zkml".into()),
        graph: Some(GraphProto {
            node: graph.nodes,
            name: Some("network".into()),
            initializer: graph.constants,
            input: vec![port("input", element::UINT8, &input_shape)],
            output: vec![port(&value, kind, &shape)],
            sparse_initializer: Vec::new(),
        }),
        opset_import: vec![OperatorSetIdProto {
            domain: Some(String::new()),
            version: Some(OPSET),
        }],
        metadata_props: vec![StringStringEntryProto {
            key: Some(INPUT_BITS.into()),
            value: Some(interface.input.bits.to_string()),
        }],
        training_info: Vec::new(),
        functions: Vec::new(),
    };
    model.encode_to_vec()
}

#[derive(Default)]
struct Graph {
    nodes: Vec<NodeProto>,
    constants: Vec<TensorProto>,
}

impl Graph {
    fn dense(&mut self, index: usize, dense: &Dense, value: &str) -> String {
        let name = |what: &str| format!("{what}{index}");
        let weights: Vec<u8> = (0..dense.inputs)
            .flat_map(|input| dense.weights.iter().skip(input).step_by(dense.inputs))
            .flat_map(|weight| weight.to_le_bytes())
            .collect();
        let shape = [dense.inputs as i64, dense.outputs as i64];
        let weights = self.constant(name("weights"), element::INT8, &shape, weights);
        let bias = dense.bias.iter().flat_map(|b| b.to_le_bytes()).collect();
        let bias = self.constant(name("bias"), element::INT32, &[shape[1]], bias);
        let product = self.node("MatMulInteger", &[value, &weights], &name("product"), vec![]);
        let mut value = self.node("Add", &[&product, &bias], &name("sum"), vec![]);
        if let Some(rule) = dense.requantise {
            let zero = self.scalar(name("zero"), 0);
            value = self.node("Max", &[&value, &zero], &name("relu"), vec![]);
            if rule.shift > 0 {
                let divisor = self.scalar(name("divisor"), 1 << rule.shift);
                value = self.node("Div", &[&value, &divisor], &name("shifted"), vec![]);
            }
            let max = self.scalar(name("max"), (1 << rule.bits) - 1);
            value = self.node("Min", &[&value, &max], &name("clamped"), vec![]);
            let to = vec![int("to", i64::from(element::UINT8))];
            value = self.node("Cast", &[&value], &name("activation"), to);
        }
        value
    }

    fn node(
        &mut self,
        operator: &str,
        inputs: &[&str],
        output: &str,
        attribute: Vec<AttributeProto>,
    ) -> String {
        self.nodes.push(NodeProto {
            input: inputs.iter().map(|name| (*name).into()).collect(),
            output: vec![output.into()],
            name: None,
            op_type: Some(operator.into()),
            attribute,
            domain: None,
        });
        output.into()
    }

    fn scalar(&mut self, name: String, value: i32) -> String {
        self.constant(name, element::INT32, &[], value.to_le_bytes().to_vec())
    }

    fn constant(&mut self, name: String, kind: i32, dims: &[i64], raw: Vec<u8>) -> String {
        self.constants.push(TensorProto {
            dims: dims.to_vec(),
            data_type: Some(kind),
            name: Some(name.clone()),
            raw_data: Some(raw),
            ..Default::default()
        });
        name
    }
}

fn int(name: &str, value: i64) -> AttributeProto {
    AttributeProto {
        name: Some(name.into()),
        i: Some(value),
        r#type: Some(ATTRIBUTE_INT),
        ..Default::default()
    }
}

/// An input or output: a batch of any size, then fixed dimensions.
fn port(name: &str, kind: i32, dims: &[i64]) -> ValueInfoProto {
    let batch = DimensionProto { dim_value: None, dim_param: Some("batch".into()) };
    let fixed = dims.iter().map(|size| DimensionProto { dim_value: Some(*size), dim_param: None });
    ValueInfoProto {
        name: Some(name.into()),
        r#type: Some(TypeProto {
            tensor_type: Some(TensorTypeProto {
                elem_type: Some(kind),
                shape: Some(TensorShapeProto {
                    dim: core::iter::once(batch).chain(fixed).collect(),
                }),
            }),
        }),
    }
}
