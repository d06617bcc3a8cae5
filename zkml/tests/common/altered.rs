//! Parts of a good ONNX file, found by name to be changed. The end-to-end tests use it too.

use opg_zkml::onnx::proto::{DimensionProto, GraphProto, ModelProto, NodeProto, TensorProto};

/// The graph.
pub fn graph(model: &mut ModelProto) -> &mut GraphProto {
    model.graph.as_mut().unwrap()
}

/// The first node of that operator.
pub fn node<'a>(model: &'a mut ModelProto, operator: &str) -> &'a mut NodeProto {
    let nodes = &mut graph(model).node;
    let is = |node: &&mut NodeProto| node.op_type.as_deref() == Some(operator);
    nodes.iter_mut().find(is).unwrap()
}

/// The constant of that name.
pub fn tensor<'a>(model: &'a mut ModelProto, name: &str) -> &'a mut TensorProto {
    let tensors = &mut graph(model).initializer;
    let is = |tensor: &&mut TensorProto| tensor.name.as_deref() == Some(name);
    tensors.iter_mut().find(is).unwrap()
}

/// Gives a constant another single value.
pub fn set_scalar(model: &mut ModelProto, name: &str, value: i32) {
    tensor(model, name).raw_data = Some(value.to_le_bytes().to_vec());
}

/// Gives the input another element type and other dimensions; 0 stands for a name.
pub fn set_input(model: &mut ModelProto, element: i32, dims: &[i64]) {
    let port = &mut graph(model).input[0];
    let tensor = port.r#type.as_mut().unwrap().tensor_type.as_mut().unwrap();
    tensor.elem_type = Some(element);
    tensor.shape.as_mut().unwrap().dim = dims
        .iter()
        .map(|size| DimensionProto {
            dim_value: (*size != 0).then_some(*size),
            dim_param: (*size == 0).then(|| "batch".into()),
        })
        .collect();
}
