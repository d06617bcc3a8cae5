//! Interpreter and circuit agree on every network and input; the constraints depend on neither.

mod common;

use common::{dense, network};
use opg_zkml::{
    bounds::analyse,
    circuit::{synthesise, Assignment, Circuit},
    interpreter,
    network::{Answer, Dense, Layer, Network, Requantise},
    onnx::export,
    statement::{from_bytes, public_inputs, statement, Fr, InputSpec, Output, NO_SALT},
    CompiledModel,
};
use proptest::prelude::*;

fn assign(network: &Network, input: &[u8], binding: &[u8; 32]) -> Circuit {
    let bounds = analyse(network).unwrap();
    let assignment = Assignment { input, salt: &NO_SALT, binding };
    synthesise(network, &bounds, assignment).unwrap()
}

/// What the circuit's public inputs are, and what the statement says they have to be.
fn agree(network: &Network, input: &[u8], binding: [u8; 32]) -> Circuit {
    let circuit = assign(network, input, &binding);
    assert_eq!(circuit.r1cs.first_unsatisfied(&circuit.values), None);
    let output = interpreter::run(network, input).unwrap().to_bytes();
    let expected: Vec<Fr> = statement(network.interface(), &NO_SALT, input, &output, &binding)
        .unwrap()
        .iter()
        .map(|bytes| from_bytes(bytes).unwrap())
        .collect();
    assert_eq!(circuit.values[1..=circuit.r1cs.public_inputs()], expected);
    circuit
}

prop_compose! {
    fn layer(inputs: usize, last: bool)(
        outputs in if last { 2usize..9 } else { 1usize..7 },
        shift in 0u8..12,
        bits in 1u8..=8,
    )(
        weights in prop::collection::vec(any::<i8>(), inputs * outputs),
        bias in prop::collection::vec(-20_000i32..20_000, outputs),
        rule in Just(Requantise { shift, bits }),
    ) -> Dense {
        Dense {
            inputs,
            outputs: bias.len(),
            weights,
            bias,
            requantise: (!last).then_some(rule),
        }
    }
}

fn networks() -> impl Strategy<Value = Network> {
    (1usize..10, 1u8..=8, any::<bool>(), 0usize..3)
        .prop_flat_map(|(width, bits, argmax, hidden)| {
            let mut layers = layer(width, hidden == 0).prop_map(|l| vec![l]).boxed();
            for index in 0..hidden {
                layers = layers
                    .prop_flat_map(move |before| {
                        let inputs = before.last().unwrap().outputs;
                        layer(inputs, index + 1 == hidden).prop_map(move |next| {
                            let mut all = before.clone();
                            all.push(next);
                            all
                        })
                    })
                    .boxed();
            }
            (Just(width), Just(bits), Just(argmax), layers)
        })
        .prop_map(|(width, bits, argmax, layers)| {
            let input = InputSpec { shape: vec![width as u32].try_into().unwrap(), bits };
            let layers = layers.into_iter().map(Layer::Dense).collect();
            let answer = if argmax { Answer::Argmax } else { Answer::Logits };
            Network::new(input, layers, answer).unwrap()
        })
}

fn inputs(network: &Network, seed: &[u8]) -> Vec<u8> {
    let input = &network.interface().input;
    let mask = ((1u16 << input.bits) - 1) as u8;
    (0..input.elements().unwrap() as usize).map(|at| seed[at % seed.len()] & mask).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn circuit_and_interpreter_agree_and_the_constraints_depend_on_no_value(
        network in networks(),
        seed in prop::collection::vec(any::<u8>(), 10),
        other in prop::collection::vec(any::<u8>(), 10),
        binding in any::<[u8; 32]>(),
    ) {
        let first = agree(&network, &inputs(&network, &seed), binding);
        let second = agree(&network, &inputs(&network, &other), [9; 32]);
        prop_assert_eq!(&first.r1cs, &second.r1cs);
        let zeros = agree(&network, &inputs(&network, &[0]), [0; 32]);
        let ones = agree(&network, &inputs(&network, &[255]), [255; 32]);
        prop_assert_eq!(zeros.r1cs.digest(), ones.r1cs.digest());
        prop_assert_eq!(&first.r1cs, &zeros.r1cs);
    }

    #[test]
    fn every_sum_and_activation_stays_within_its_bounds(
        network in networks(),
        seed in prop::collection::vec(any::<u8>(), 10),
    ) {
        let bounds = analyse(&network).unwrap();
        let mut values: Vec<i64> =
            inputs(&network, &seed).iter().map(|v| i64::from(*v)).collect();
        for (Layer::Dense(dense), bounds) in network.layers().iter().zip(&bounds) {
            let sums: Vec<i64> = dense
                .rows()
                .map(|(weights, bias)| {
                    let products = weights.iter().zip(&values).map(|(w, v)| i64::from(*w) * v);
                    i64::from(bias) + products.sum::<i64>()
                })
                .collect();
            for (sum, bounds) in sums.iter().zip(&bounds.sums) {
                prop_assert!((bounds.low..=bounds.high).contains(sum));
            }
            values = match dense.requantise {
                Some(rule) => sums.iter().map(|sum| rule.apply(*sum)).collect(),
                None => sums,
            };
            for (value, bounds) in values.iter().zip(&bounds.outputs) {
                prop_assert!((bounds.low..=bounds.high).contains(value));
            }
        }
    }

    #[test]
    fn a_network_is_read_back_from_the_file_that_it_is_written_to(network in networks()) {
        let model = CompiledModel::compile(&export::write(&network)).unwrap();
        prop_assert_eq!(model.network(), &network);
    }
}

/// 2 inputs of 3 bits, 2 hidden neurons, 3 classes.
fn small(answer: Answer, bias: &[i32; 2], last: &[i32; 3]) -> Network {
    let hidden = dense(&[&[3, -2], &[-1, 5]], bias, Some((1, 3)));
    let scores = dense(&[&[1, 0], &[0, 1], &[1, 0]], last, None);
    network(2, 3, vec![hidden, scores], answer)
}

/// The honest network's constraints under the assignment that another network's owner would make, with
/// the layout of the honest one. What it claims is taken into the public inputs.
fn cheat(honest: &Network, other: &Network, input: &[u8]) -> (bool, bool) {
    let bounds = analyse(honest).unwrap();
    let assignment = Assignment { input, salt: &NO_SALT, binding: &[1; 32] };
    let ours = synthesise(honest, &bounds, assignment).unwrap();
    let theirs = synthesise(other, &bounds, assignment).unwrap();
    assert_eq!(ours.values.len(), theirs.values.len());
    let differs = ours.values[1..=ours.r1cs.public_inputs()]
        != theirs.values[1..=theirs.r1cs.public_inputs()];
    (differs, ours.r1cs.first_unsatisfied(&theirs.values).is_some())
}

#[test]
fn a_prover_that_claims_another_class_another_rounding_or_another_tie_is_refused() {
    let honest = small(Answer::Argmax, &[1, 1], &[0, 0, 0]);
    let mut changed = [0; 3];
    for a in 0..8 {
        for b in 0..8 {
            for (kind, other) in [
                small(Answer::Argmax, &[1, 1], &[0, 100, 0]),
                small(Answer::Argmax, &[0, 0], &[0, 0, 0]),
                // Neuron 0 feeds classes 0 and 2: always a tie, which the later one now wins.
                small(Answer::Argmax, &[1, 1], &[0, 0, 1]),
            ]
            .iter()
            .enumerate()
            {
                let (differs, refused) = cheat(&honest, other, &[a, b]);
                if differs {
                    assert!(refused, "inputs {a} {b}, kind {kind}");
                    changed[kind] += 1;
                }
            }
        }
    }
    assert!(changed.iter().all(|count| *count > 0), "{changed:?}");
}

#[test]
fn a_prover_that_claims_other_logits_is_refused() {
    let honest = small(Answer::Logits, &[1, 1], &[0, 0, 0]);
    for other in
        [small(Answer::Logits, &[0, 1], &[0, 0, 0]), small(Answer::Logits, &[1, 1], &[0, 0, 1])]
    {
        let mut changed = 0;
        for a in 0..8 {
            for b in 0..8 {
                let (differs, refused) = cheat(&honest, &other, &[a, b]);
                assert!(refused || !differs);
                changed += usize::from(differs);
            }
        }
        assert!(changed > 0);
    }
}

#[test]
fn one_weight_one_bias_one_shift_or_one_width_make_another_circuit() {
    let digest = |network: &Network| {
        let model = CompiledModel::compile(&export::write(network)).unwrap();
        (model.circuit_digest(), model.ingredients().model_id())
    };
    let build = |weight, bias, rule, bits| {
        let hidden = dense(&[&[3, weight], &[-1, 5]], &[bias, 1], Some(rule));
        let scores = dense(&[&[1, 0], &[0, 1]], &[0, 0], None);
        digest(&network(2, bits, vec![hidden, scores], Answer::Logits))
    };
    let mut all = vec![
        build(-2, 1, (1, 3), 3),
        build(-1, 1, (1, 3), 3),
        build(-2, 2, (1, 3), 3),
        build(-2, 1, (2, 3), 3),
        build(-2, 1, (1, 2), 3),
        build(-2, 1, (1, 3), 4),
    ];
    all.sort();
    all.dedup_by(|a, b| a.0 == b.0 || a.1 == b.1);
    assert_eq!(all.len(), 6);
}

#[test]
fn a_network_whose_sums_could_leave_int32_does_not_compile() {
    let wide = |bias| {
        let row = [127i8; 4];
        let hidden = dense(&[&row, &row], &[0, bias], Some((0, 8)));
        let scores = dense(&[&[1, 1], &[1, -1]], &[0, 0], None);
        network(4, 8, vec![hidden, scores], Answer::Logits)
    };
    let most = i32::MAX - 4 * 127 * 255;
    assert!(CompiledModel::compile(&export::write(&wide(most))).is_ok());
    let error = CompiledModel::compile(&export::write(&wide(most + 1))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "layer 0, neuron 1: its sum can reach 2147483648, which leaves int32"
    );
    let error = CompiledModel::compile(&export::write(&wide(i32::MIN))).unwrap_err();
    assert!(error.to_string().starts_with("layer 0, neuron 1: its sum can reach "));
}

#[test]
fn the_extremes_of_int32_are_packed_and_proven_as_they_are() {
    let scores = dense(&[&[1], &[-1], &[0]], &[i32::MAX - 1, -i32::MAX + 1, 0], None);
    let network = network(1, 1, vec![scores], Answer::Logits);
    agree(&network, &[1], [2; 32]);
    assert_eq!(
        interpreter::run(&network, &[1]).unwrap(),
        Output::Logits(vec![i32::MAX, -i32::MAX, 0])
    );
}

#[test]
fn public_inputs_of_another_output_do_not_satisfy_the_circuit() {
    let network = small(Answer::Logits, &[1, 1], &[0, 0, 0]);
    let mut circuit = agree(&network, &[5, 2], [3; 32]);
    let commitment: [u8; 32] = opg_zkml::statement::to_bytes(&circuit.values[1]);
    let honest = interpreter::run(&network, &[5, 2]).unwrap().to_bytes();
    for byte in 0..honest.len() {
        let mut output = honest.clone();
        output[byte] ^= 1;
        let other = public_inputs(network.interface(), &commitment, &output, &[3; 32]).unwrap();
        for (at, bytes) in other.iter().enumerate() {
            circuit.values[1 + at] = from_bytes(bytes).unwrap();
        }
        assert!(circuit.r1cs.first_unsatisfied(&circuit.values).is_some());
    }
}

#[test]
fn a_network_of_784_inputs_and_64_neurons_costs_what_its_parts_say() {
    let weight = |at: usize| ((at * 37 + at / 784) % 255) as u8 as i8;
    let hidden = Dense {
        inputs: 784,
        outputs: 64,
        weights: (0..784 * 64).map(weight).collect(),
        bias: vec![64; 64],
        requantise: Some(Requantise { shift: 12, bits: 7 }),
    };
    let scores = Dense {
        inputs: 64,
        outputs: 10,
        weights: (0..640).map(weight).collect(),
        bias: vec![0; 10],
        requantise: None,
    };
    let layers = vec![Layer::Dense(hidden), Layer::Dense(scores)];
    let network = network(784, 8, layers, Answer::Argmax);
    let model = CompiledModel::compile(&export::write(&network)).unwrap();
    println!("{}", model.report());
    let cost: Vec<usize> = model.report().sections.iter().map(|s| s.constraints).collect();
    // Eight bits a pixel; seven permutations for 2 + 26 elements and one constraint for the result.
    assert_eq!(cost[0], 784 * 8);
    assert_eq!(cost[1], 7 * 3 * (8 * 5 + 56) - 3 + 1);
    // At most 25 bits, a sign, and five constraints for the clamp.
    assert!(cost[2] <= 64 * 31);
    assert_eq!(cost[3], 0);
    let input: Vec<u8> = (0..784).map(|at| (at * 7) as u8).collect();
    agree(&network, &input, [1; 32]);
}
