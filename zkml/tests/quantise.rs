//! The quantiser: what it reads, what it refuses, how close it stays.

mod common;

use common::{digits_file, digits_records};
use opg_zkml::{
    network::Layer,
    onnx::{chain, float},
    quantise::{quantise, Calibration, InputEncoding, Options, QuantiseError},
};

fn encoding() -> InputEncoding {
    InputEncoding { bits: 5, minimum: 0.0, step: 1.0 }
}

fn refused(options: &Options, inputs: &[Vec<u8>], labels: &[u32]) -> String {
    let calibration = Calibration { inputs, labels };
    let error: QuantiseError =
        quantise(&digits_file("float.onnx"), options, &calibration).unwrap_err();
    error.to_string()
}

#[test]
fn scaling_and_flattening_before_the_first_layer_become_a_part_of_it() {
    let network = float::network(&chain::read(&digits_file("float.onnx")).unwrap()).unwrap();
    assert_eq!(network.dims, [8, 8]);
    let widths: Vec<_> = network.layers.iter().map(|l| (l.inputs, l.outputs)).collect();
    assert_eq!(widths, [(64, 32), (32, 10)]);
}

#[test]
fn held_out_accuracy_is_lost_by_less_than_a_percent() {
    let (inputs, labels): (Vec<_>, Vec<_>) = digits_records("held_out.bin").into_iter().unzip();
    let (seen, _): (Vec<_>, Vec<_>) = digits_records("calibration.bin").into_iter().unzip();
    let file = digits_file("float.onnx");
    let options = Options::new(encoding());
    let held_out = Calibration { inputs: &inputs, labels: &labels };
    let float = float::network(&chain::read(&file).unwrap()).unwrap();
    let network =
        quantise(&file, &options, &Calibration { inputs: &seen, labels: &[] }).unwrap().network;
    let report = opg_zkml::quantise::measure(&float, &network, encoding(), &held_out);
    println!("{report}");
    assert_eq!(report.inputs, 450);
    assert!(report.accuracy_lost().unwrap() < 0.01);
    assert!(report.agree >= 440);
}

#[test]
fn a_weight_and_an_activation_have_at_most_15_bits_together() {
    let inputs: Vec<_> = digits_records("calibration.bin").into_iter().map(|r| r.0).collect();
    let calibration = Calibration { inputs: &inputs, labels: &[] };
    for (bits, activation_bits) in [(5, 8), (8, 7), (8, 8)] {
        let options =
            Options { activation_bits, ..Options::new(InputEncoding { bits, ..encoding() }) };
        let made = quantise(&digits_file("float.onnx"), &options, &calibration).unwrap();
        let mut value = (1i32 << bits) - 1;
        for Layer::Dense(dense) in made.network.layers() {
            let weight = dense.weights.iter().map(|w| i32::from(*w).abs()).max().unwrap();
            assert!(2 * value * weight < 1 << 15);
            value = (1 << activation_bits) - 1;
        }
    }
}

#[test]
fn an_input_with_an_offset_gives_the_scores_of_the_shifted_values() {
    let inputs: Vec<Vec<u8>> = digits_records("calibration.bin")
        .into_iter()
        .map(|(image, _)| image.iter().map(|pixel| pixel + 8).collect())
        .collect();
    let labels: Vec<u32> = digits_records("calibration.bin").into_iter().map(|r| r.1).collect();
    let options = Options::new(InputEncoding { minimum: -8.0, ..encoding() });
    let calibration = Calibration { inputs: &inputs, labels: &labels };
    let report = quantise(&digits_file("float.onnx"), &options, &calibration).unwrap().report;
    assert_eq!(report.float_correct, Some(300));
    assert!(report.accuracy_lost().unwrap() <= 0.01);
}

#[test]
fn what_cannot_be_quantised_is_refused_by_name() {
    let good = vec![vec![0u8; 64]];
    let options = Options::new(encoding());
    let width = |bits, weight_bits, activation_bits| Options {
        input: InputEncoding { bits, ..encoding() },
        weight_bits,
        activation_bits,
        portable: true,
    };
    let step = |minimum, step| Options::new(InputEncoding { bits: 5, minimum, step });
    for (got, expected) in [
        (refused(&options, &[], &[]), "there is no calibration input"),
        (
            refused(&options, &[vec![0; 63]], &[]),
            "calibration input 0 has 63 values, the network takes 64",
        ),
        (
            refused(&options, &[good[0].clone(), vec![32; 64]], &[]),
            "calibration input 1 holds 32, which does not fit 5 bits",
        ),
        (refused(&options, &good, &[1, 2]), "there are 2 labels for 1 calibration inputs"),
        (refused(&width(9, 8, 7), &good, &[]), "an input of 9 bits; 1 to 8 are possible"),
        (refused(&width(5, 1, 7), &good, &[]), "a weight of 1 bits; 2 to 8 are possible"),
        (refused(&width(5, 8, 0), &good, &[]), "an activation of 0 bits; 1 to 8 are possible"),
        (
            refused(&step(0.0, 0.0), &good, &[]),
            "an input step of 0 from 0; a finite minimum and a positive step are needed",
        ),
        (
            refused(&step(f64::NAN, 1.0), &good, &[]),
            "an input step of 1 from NaN; a finite minimum and a positive step are needed",
        ),
        (refused(&step(0.0, 1e-300), &good, &[]), "layer 0: biases do not fit an integer scale"),
    ] {
        assert_eq!(got, expected);
    }
}
