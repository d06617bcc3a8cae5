//! A small network, as the file that a worker loads.

use opg_zkml::{
    network::{Answer, Dense, Layer, Network, Requantise},
    onnx::export,
    statement::InputSpec,
};

/// Four elements of four bits, three hidden values, three scores, and what of them is the answer.
pub fn onnx(answer: Answer) -> Vec<u8> {
    let hidden = Dense {
        inputs: 4,
        outputs: 3,
        weights: vec![1, -2, 3, 0, -1, 2, 0, 1, 2, 2, -3, 1],
        bias: vec![1, 0, -1],
        requantise: Some(Requantise { shift: 1, bits: 4 }),
    };
    let last = Dense {
        inputs: 3,
        outputs: 3,
        weights: vec![1, 0, -1, 2, -1, 0, 0, 1, 1],
        bias: vec![0, 1, -2],
        requantise: None,
    };
    let input = InputSpec { shape: vec![4].try_into().unwrap(), bits: 4 };
    let layers = vec![Layer::Dense(hidden), Layer::Dense(last)];
    export::write(&Network::new(input, layers, answer).unwrap())
}
