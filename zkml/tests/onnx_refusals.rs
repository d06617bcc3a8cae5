//! Files that are refused, each by name, and bytes that are none at all.

mod common;

use common::{
    altered::{graph, node, set_input, set_scalar, tensor},
    dense, digits_file, network,
};
use opg_zkml::{
    network::Answer,
    onnx::{
        chain, export, float,
        proto::{
            AttributeProto, ModelProto, NodeProto, OperatorSetIdProto, StringStringEntryProto,
            TensorProto,
        },
        MAX_BYTES, MAX_PARTS,
    },
    CompiledModel,
};
use proptest::prelude::*;
use prost::Message;

/// 2 inputs, 2 hidden neurons, 2 scores.
fn integer() -> ModelProto {
    let hidden = dense(&[&[1, 2], &[3, 4]], &[5, 6], Some((2, 7)));
    let scores = dense(&[&[1, -1], &[-1, 1]], &[0, 0], None);
    let network = network(2, 4, vec![hidden, scores], Answer::Logits);
    ModelProto::decode(export::write(&network).as_slice()).unwrap()
}

fn refused(bytes: &[u8]) -> String {
    CompiledModel::compile(bytes).unwrap_err().to_string()
}

/// What is changed in a good file, and the message that it is refused with.
type Case = (fn(&mut ModelProto), &'static str);

const CASES: &[Case] = &[
    (|m| m.graph = None, "the file holds no graph"),
    (|m| m.opset_import.clear(), "the file does not say which opset it uses"),
    (|m| m.opset_import[0].version = Some(12), "opset 12 is too old, 13 or later is needed"),
    (
        |m| {
            m.opset_import
                .push(OperatorSetIdProto { domain: Some("com.microsoft".into()), version: Some(1) })
        },
        "operators of domain \"com.microsoft\" are not supported",
    ),
    (
        |m| node(m, "Add").domain = Some("my.ops".into()),
        "operators of domain \"my.ops\" are not supported",
    ),
    (|m| m.functions.push(Vec::new()), "functions of the model's own are not supported"),
    (|m| m.training_info.push(Vec::new()), "training instructions are not supported"),
    (|m| graph(m).sparse_initializer.push(Vec::new()), "sparse tensors are not supported"),
    (
        |m| tensor(m, "weights0").data_location = Some(1),
        "tensor \"weights0\" keeps its data in another file; save the model with its data inside",
    ),
    (
        |m| tensor(m, "weights0").external_data.push(Vec::new()),
        "tensor \"weights0\" keeps its data in another file; save the model with its data inside",
    ),
    (
        |m| tensor(m, "weights0").raw_data = Some(vec![1, 2, 3]),
        "tensor \"weights0\" has 3 values, its shape says 4",
    ),
    (
        |m| tensor(m, "bias0").raw_data = Some(vec![0; 9]),
        "tensor \"bias0\" has 3 values, its shape says 2",
    ),
    (|m| tensor(m, "bias0").dims = vec![-1], "tensor \"bias0\" has an impossible shape [-1]"),
    (
        |m| tensor(m, "bias0").dims = vec![1 << 40],
        "tensor \"bias0\" has an impossible shape [1099511627776]",
    ),
    (
        |m| tensor(m, "bias0").data_type = Some(10),
        "tensor \"bias0\" is of type float16, float, int8, uint8, int32 or int64 is needed",
    ),
    (
        |m| tensor(m, "weights0").data_type = Some(2),
        "tensor \"weights0\" is of type uint8, int8 is needed",
    ),
    (
        |m| {
            let tensor = tensor(m, "weights0");
            tensor.raw_data = None;
            tensor.int32_data = vec![1, 2, 3, 128];
        },
        "tensor \"weights0\" holds 128, which is no int8",
    ),
    (
        |m| {
            let again = tensor(m, "bias0").clone();
            graph(m).initializer.push(again);
        },
        "\"bias0\" is defined twice",
    ),
    (
        |m| {
            let mut second = graph(m).input[0].clone();
            second.name = Some("mask".into());
            graph(m).input.push(second);
        },
        "the graph has 2 inputs and 1 outputs, one of each is needed",
    ),
    (|m| graph(m).output.clear(), "the graph has 1 inputs and 0 outputs, one of each is needed"),
    (|m| set_input(m, 1, &[0, 2]), "the input is of type float, uint8 is needed"),
    (
        |m| set_input(m, 2, &[3, 2]),
        "the input's shape is [3, 2]; a batch (1 or a name) and 1 to 4 fixed dimensions are needed",
    ),
    (
        |m| set_input(m, 2, &[1]),
        "the input's shape is [1]; a batch (1 or a name) and 1 to 4 fixed dimensions are needed",
    ),
    (
        |m| node(m, "Max").op_type = Some("Softmax".into()),
        "node 2 (Softmax): operator Softmax is not supported in an integer network",
    ),
    (
        |m| node(m, "Max").op_type = Some("Div".into()),
        "node 2 (Div): operator Div is not supported at this place of an integer network",
    ),
    (
        |m| {
            let node = node(m, "MatMulInteger");
            node.op_type = Some("Conv".into());
            node.name = Some("stem".into());
        },
        "node 0 (Conv \"stem\"): operator Conv is not supported in an integer network",
    ),
    (
        |m| node(m, "Add").input[1] = "elsewhere".into(),
        "node 1 (Add): takes \"elsewhere\", which is neither the value before it nor a constant",
    ),
    (
        |m| node(m, "Add").input[0] = "bias1".into(),
        "node 1 (Add): does not take \"product0\", the value before it",
    ),
    (|m| node(m, "Add").output.push("more".into()), "node 1 (Add): has 2 outputs, one is needed"),
    (
        |m| graph(m).output[0].name = Some("sum0".into()),
        "the graph's output \"sum0\" is not what its last node gives",
    ),
    (
        |m| m.metadata_props[0].value = Some("9".into()),
        "metadata opg.input_bits is \"9\", a number from 1 to 8 is needed",
    ),
    (
        |m| set_scalar(m, "divisor0", 3),
        "node 3 (Div): divides by 3, a power of two up to 2^30 is needed",
    ),
    (
        |m| set_scalar(m, "max0", 100),
        "node 4 (Min): clamps to 100, one of 1, 3, 7, 15, 31, 63, 127, 255 is needed",
    ),
    (|m| set_scalar(m, "zero0", 1), "node 2 (Max): only the maximum with 0 is supported"),
    (
        |m| node(m, "Cast").attribute[0].i = Some(3),
        "node 5 (Cast): only the cast to uint8 is supported",
    ),
    (
        |m| {
            graph(m).node.remove(4);
            node(m, "Cast").input[0] = "shifted0".into();
        },
        "node 4 (Cast): would wrap; put a Min before it",
    ),
    (
        |m| {
            let zero_point = TensorProto {
                dims: vec![],
                data_type: Some(2),
                name: Some("zp".into()),
                raw_data: Some(vec![128]),
                ..Default::default()
            };
            graph(m).initializer.push(zero_point);
            node(m, "MatMulInteger").input.push("zp".into());
        },
        "node 0 (MatMulInteger): zero point \"zp\" is not 0",
    ),
    (
        |m| tensor(m, "weights0").dims = vec![1, 4],
        "node 0 (MatMulInteger): weights \"weights0\" have the shape [1, 4], [2, n] is needed",
    ),
    (
        |m| tensor(m, "bias0").dims = vec![2, 1, 1],
        "node 1 (Add): bias \"bias0\" has the shape [2, 1, 1], [2] is needed",
    ),
    (
        |m| {
            graph(m).node.truncate(6);
            graph(m).output[0].name = Some("activation0".into());
        },
        "the last layer is requantised",
    ),
    (
        |m| {
            graph(m).node.clear();
            graph(m).output[0].name = Some("input".into());
        },
        "the network has no layer",
    ),
    (
        |m| set_input(m, 2, &[0, 4, 2]),
        "node 0 (MatMulInteger): takes a flat value, its shape is [4, 2]; put a Flatten before it",
    ),
];

#[test]
fn the_file_that_the_cases_start_from_is_good() {
    assert!(CompiledModel::compile(&integer().encode_to_vec()).is_ok());
}

#[test]
fn each_bad_integer_file_is_refused_with_its_message() {
    for (change, expected) in CASES {
        let mut model = integer();
        change(&mut model);
        let got = CompiledModel::compile(&model.encode_to_vec());
        assert_eq!(got.map_err(|error| error.to_string()).err().as_deref(), Some(*expected));
    }
    println!("{} cases", CASES.len());
}

#[test]
fn each_bad_float_file_is_refused_with_its_message() {
    let float = || ModelProto::decode(digits_file("float.onnx").as_slice()).unwrap();
    let cases: &[Case] = &[
        (
            |m| node(m, "Relu").op_type = Some("Gelu".into()),
            "node 3 (Gelu): operator Gelu is not supported in a float network",
        ),
        (
            |m| {
                tensor(m, "W0").raw_data.as_mut().unwrap()[..4]
                    .copy_from_slice(&f32::NAN.to_le_bytes())
            },
            "tensor \"W0\" holds a value that is not finite",
        ),
        (
            |m| node(m, "Gemm").attribute.push(attribute("transA", 1)),
            "node 2 (Gemm): transA is not supported",
        ),
        (
            |m| node(m, "Gemm").attribute.push(attribute("turbo", 1)),
            "node 2 (Gemm): attribute \"turbo\" is not supported",
        ),
        (
            |m| node(m, "Flatten").attribute[0].i = Some(2),
            "node 0 (Flatten): only axis 1 is supported",
        ),
        (
            |m| {
                node(m, "Mul").op_type = Some("Div".into());
                tensor(m, "step").raw_data = Some(vec![0; 4]);
            },
            "node 1 (Div): divides by 0 in \"step\"",
        ),
        (
            |m| {
                let step = tensor(m, "step");
                step.dims = vec![3];
                step.raw_data = Some(vec![0; 12]);
            },
            "node 1 (Mul): a constant of the shape [3] meets a value of the shape [64]; the same or a \
             single value is needed",
        ),
        (
            |m| node(m, "Gemm").attribute.push(attribute("transB", 1)),
            "node 2 (Gemm): weights \"W0\" have the shape [64, 32], [n, inputs] with 64 inputs is \
             needed",
        ),
        (
            |m| node(m, "Mul").input = vec!["step".into(), "step".into()],
            "node 1 (Mul): does not take \"pixels\", the value before it",
        ),
        (
            |m| {
                node(m, "Gemm").op_type = Some("Relu".into());
                node(m, "Relu").input.truncate(1);
            },
            "node 2 (Relu): has no layer before it",
        ),
    ];
    for (change, expected) in cases {
        let mut model = float();
        change(&mut model);
        let got = chain::read(&model.encode_to_vec()).and_then(|chain| float::network(&chain));
        assert_eq!(got.unwrap_err().to_string(), *expected);
    }
}

fn attribute(name: &str, value: i64) -> AttributeProto {
    AttributeProto { name: Some(name.into()), i: Some(value), ..Default::default() }
}

#[test]
fn an_integer_file_is_no_float_network_and_the_other_way_round() {
    let got = chain::read(&digits_file("digits.onnx")).and_then(|chain| float::network(&chain));
    assert_eq!(got.unwrap_err().to_string(), "the input is of type uint8, float is needed");
    assert_eq!(refused(&digits_file("float.onnx")), "the input is of type float, uint8 is needed");
}

#[test]
fn nothing_and_nonsense_are_no_onnx_files() {
    assert_eq!(refused(&[]), "the file holds no graph");
    assert!(refused(b"PK\x03\x04 a zip archive").starts_with("not an ONNX file: "));
    let file = digits_file("digits.onnx");
    assert!(refused(&file[..file.len() / 2]).starts_with("not an ONNX file: "));
}

#[test]
fn a_file_that_is_too_long_is_not_read() {
    assert_eq!(
        refused(&vec![0; MAX_BYTES + 1]),
        format!("the file has {} bytes, at most {MAX_BYTES} are read", MAX_BYTES + 1)
    );
}

#[test]
fn a_file_of_millions_of_empty_nodes_is_refused_before_it_is_decoded() {
    let nodes = [0x0a, 0].repeat(3_000_000);
    let mut file = vec![0x3a];
    prost::encoding::encode_varint(nodes.len() as u64, &mut file);
    file.extend(nodes);
    assert_eq!(
        refused(&file),
        format!("the file has more than {MAX_PARTS} nodes, tensors, names and attributes")
    );
}

#[test]
fn an_unknown_width_means_eight_bits() {
    let mut model = integer();
    model.metadata_props =
        vec![StringStringEntryProto { key: Some("author".into()), value: Some("somebody".into()) }];
    let compiled = CompiledModel::compile(&model.encode_to_vec()).unwrap();
    assert_eq!(compiled.interface().input.bits, 8);
}

#[test]
fn relu_clip_reshape_and_constants_mean_the_same_as_the_form_that_is_written() {
    let expected = CompiledModel::compile(&integer().encode_to_vec()).unwrap();
    let mut model = integer();
    let max = tensor(&mut model, "max0").clone();
    {
        let relu = node(&mut model, "Max");
        relu.op_type = Some("Relu".into());
        relu.input.truncate(1);
        let clip = node(&mut model, "Min");
        clip.op_type = Some("Clip".into());
        clip.input.insert(1, String::new());
    }
    graph(&mut model).initializer.retain(|t| t.name.as_deref() != Some("max0"));
    graph(&mut model).node.insert(
        0,
        NodeProto {
            output: vec!["max0".into()],
            op_type: Some("Constant".into()),
            attribute: vec![AttributeProto {
                name: Some("value".into()),
                t: Some(max),
                ..Default::default()
            }],
            ..Default::default()
        },
    );
    set_input(&mut model, 2, &[0, 2, 1]);
    graph(&mut model).initializer.push(TensorProto {
        dims: vec![2],
        data_type: Some(7),
        int64_data: vec![0, -1],
        name: Some("flat shape".into()),
        ..Default::default()
    });
    graph(&mut model).node.insert(
        1,
        NodeProto {
            input: vec!["input".into(), "flat shape".into()],
            output: vec!["flat".into()],
            op_type: Some("Reshape".into()),
            ..Default::default()
        },
    );
    node(&mut model, "MatMulInteger").input[0] = "flat".into();
    let got = CompiledModel::compile(&model.encode_to_vec()).unwrap();
    assert_eq!(got.network().layers(), expected.network().layers());
    assert_eq!(got.interface().input.shape.to_vec(), [2, 1]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = CompiledModel::compile(&bytes);
    }

    #[test]
    fn a_good_file_with_bytes_changed_cut_or_doubled_never_panics(
        float in any::<bool>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
        shorten in any::<bool>(),
    ) {
        let mut file = if float {
            digits_file("float.onnx")
        } else {
            integer().encode_to_vec()
        };
        for (at, value) in changes {
            let at = at.index(file.len());
            file[at] = value;
        }
        if shorten {
            file.truncate(cut.index(file.len()));
        }
        if let Ok(chain) = chain::read(&file) {
            let _ = float::network(&chain);
        }
        let _ = CompiledModel::compile(&file);
    }
}
