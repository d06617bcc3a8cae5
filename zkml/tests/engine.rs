//! An engine of somebody else gives the same integers: rten, which shares no code with this crate.

mod common;

use common::{dense, digits, digits_file, digits_records, network};
use opg_zkml::{network::Answer, onnx::export, statement::Output, CompiledModel};
use rand::{rngs::StdRng, Rng, SeedableRng};
use rten::{Model, Value};

/// rten's answers to a batch of inputs: rows of logits.
fn peer(onnx: &[u8], shape: &[usize], inputs: &[Vec<u8>]) -> Vec<Vec<i32>> {
    let model = Model::load(onnx.to_vec()).unwrap();
    let dims: Vec<usize> = [&[inputs.len()], shape].concat();
    let value = Value::from_shape(dims.as_slice(), inputs.concat()).unwrap();
    let output = model.run_one(value.into(), None).unwrap();
    let ([_, width], logits) = output.into_shape_vec::<i32, 2>().unwrap();
    logits.chunks(width).map(<[i32]>::to_vec).collect()
}

fn compare(inputs: &[Vec<u8>]) {
    let model = digits();
    let theirs = peer(&digits_file("digits.onnx"), &[8, 8], inputs);
    assert_eq!(theirs.len(), inputs.len());
    for (input, theirs) in inputs.iter().zip(theirs) {
        assert_eq!(model.run(input).unwrap(), Output::Logits(theirs), "{input:?}");
    }
}

#[test]
fn all_logits_are_those_of_rten_on_the_whole_held_out_set() {
    let inputs: Vec<_> = digits_records("held_out.bin").into_iter().map(|r| r.0).collect();
    assert_eq!(inputs.len(), 450);
    compare(&inputs);
}

#[test]
fn all_logits_are_those_of_rten_on_10000_random_inputs_in_range() {
    let mut rng = StdRng::from_seed([3; 32]);
    let inputs: Vec<Vec<u8>> =
        (0..10_000).map(|_| (0..64).map(|_| rng.gen_range(0..32)).collect()).collect();
    compare(&inputs);
}

#[test]
fn all_logits_are_those_of_rten_on_both_extremes_of_each_feature() {
    let image = digits_records("held_out.bin")[0].0.clone();
    let mut inputs = vec![vec![0; 64], vec![31; 64]];
    for feature in 0..64 {
        for base in [&image, &vec![0; 64], &vec![31; 64]] {
            for extreme in [0, 31] {
                let mut input = base.clone();
                input[feature] = extreme;
                inputs.push(input);
            }
        }
    }
    compare(&inputs);
}

#[test]
fn random_networks_give_the_same_integers_in_rten() {
    let mut rng = StdRng::from_seed([4; 32]);
    for case in 0..60u8 {
        let (width, middle, classes) = (1 + case as usize % 7, 1 + case as usize % 5, 3);
        let mut rows = |inputs: usize, outputs: usize| -> Vec<Vec<i8>> {
            (0..outputs).map(|_| (0..inputs).map(|_| rng.gen()).collect()).collect()
        };
        let (first, last) = (rows(width, middle), rows(middle, classes));
        let first: Vec<&[i8]> = first.iter().map(Vec::as_slice).collect();
        let last: Vec<&[i8]> = last.iter().map(Vec::as_slice).collect();
        let bias: Vec<i32> = (0..middle).map(|_| rng.gen_range(-9_000..9_000)).collect();
        let rule = (case % 9, 1 + case % 7);
        let network = network(
            width as u32,
            7,
            vec![dense(&first, &bias, Some(rule)), dense(&last, &[5, -5, 0], None)],
            Answer::Logits,
        );
        let onnx = export::write(&network);
        let model = CompiledModel::compile(&onnx).unwrap();
        let inputs: Vec<Vec<u8>> =
            (0..50).map(|_| (0..width).map(|_| rng.gen_range(0..128)).collect()).collect();
        for (input, theirs) in inputs.iter().zip(peer(&onnx, &[width], &inputs)) {
            assert_eq!(model.run(input).unwrap(), Output::Logits(theirs), "case {case}");
        }
    }
}

/// Among equals the ONNX standard names the lowest index, as this crate does; rten 0.27 names the
/// highest. (onnxruntime agrees with the standard: `models/digits/check.py`.)
#[test]
fn a_class_is_the_one_that_rten_names_where_no_two_scores_are_equal() {
    let scores = dense(&[&[1, 0, 0], &[0, 1, 0], &[0, 0, 1]], &[0; 3], None);
    let network = network(3, 2, vec![scores], Answer::Argmax);
    let onnx = export::write(&network);
    let model = CompiledModel::compile(&onnx).unwrap();
    let peer = Model::load(onnx).unwrap();
    let mut compared = 0;
    for code in 0..64u8 {
        let input = vec![code & 3, (code >> 2) & 3, code >> 4];
        let value = Value::from_shape([1, 3].as_slice(), input.clone()).unwrap();
        let output = peer.run_one(value.into(), None).unwrap();
        let ([_], class) = output.into_shape_vec::<i32, 1>().unwrap();
        let best = *input.iter().max().unwrap();
        let lowest = input.iter().position(|score| *score == best).unwrap() as u32;
        assert_eq!(model.run(&input).unwrap(), Output::Argmax(lowest), "{input:?}");
        if input.iter().filter(|score| **score == best).count() == 1 {
            assert_eq!(class[0] as u32, lowest, "{input:?}");
            compared += 1;
        }
    }
    assert_eq!(compared, 3 * 14);
}
