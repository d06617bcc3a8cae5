//! Soundness of each gadget at small width, exhaustively: for every input, all assignments of all other
//! wires over the whole field are enumerated, and there is exactly one, with the right output.

mod common;

use ark_ff::{Field, UniformRand};
use common::solver::solutions;
use opg_zkml::{
    bounds::Interval,
    gadgets::{allocate, argmax, decompose, requantise, sponge, Number},
    linear::Linear,
    network::Requantise,
    r1cs::R1cs,
    statement::{poseidon, Fr},
    Builder,
};
use rand::SeedableRng;

/// A gadget from `bounds.len()` integers to one, as a system: inputs are wires 1.., then the output.
fn system(bounds: &[Interval], gadget: impl Fn(&mut Builder, &[Number]) -> Number) -> R1cs {
    let mut builder = Builder::new(bounds.len() + 1);
    let inputs: Vec<Number> = bounds
        .iter()
        .enumerate()
        .map(|(index, bounds)| Number {
            linear: builder.set_public(index, Fr::from(bounds.low)),
            value: bounds.low,
            bounds: *bounds,
        })
        .collect();
    let output = gadget(&mut builder, &inputs);
    let public = builder.set_public(bounds.len(), Fr::from(0u64));
    builder.enforce(output.linear, Linear::constant(Fr::ONE), public);
    builder.finish().0
}

/// The outputs of all satisfying assignments.
fn outputs(r1cs: &R1cs, inputs: &[Fr]) -> Vec<Fr> {
    let fixed: Vec<(usize, Fr)> =
        inputs.iter().enumerate().map(|(index, value)| (index + 1, *value)).collect();
    solutions(r1cs, &fixed).iter().map(|wires| wires[inputs.len() + 1]).collect()
}

fn between(low: i64, high: i64) -> Interval {
    Interval { low, high }
}

#[test]
fn a_range_check_takes_each_value_in_range_in_one_way_and_no_other() {
    for count in 0..=5u32 {
        let r1cs = system(&[between(0, 0)], |builder, inputs| {
            let bits = decompose(builder, &inputs[0], count);
            Number::from_bits(&bits, inputs[0].value)
        });
        for value in -40i64..=70 {
            let expected: Vec<Fr> =
                (0..1i64 << count).contains(&value).then(|| Fr::from(value)).into_iter().collect();
            assert_eq!(outputs(&r1cs, &[Fr::from(value)]), expected, "{value} in {count} bits");
        }
        let mut rng = rand::rngs::StdRng::from_seed([7; 32]);
        for _ in 0..20 {
            assert!(outputs(&r1cs, &[Fr::rand(&mut rng)]).is_empty());
        }
    }
}

#[test]
fn allocated_bits_write_each_value_in_range_in_one_way_and_no_other() {
    let mut builder = Builder::new(1);
    let bits = allocate(&mut builder, 0, 4);
    let public = builder.set_public(0, Fr::from(0u64));
    builder.enforce(Number::from_bits(&bits, 0).linear, Linear::constant(Fr::ONE), public);
    let r1cs = builder.finish().0;
    for value in -3i64..20 {
        let ways = solutions(&r1cs, &[(1, Fr::from(value))]).len();
        assert_eq!(ways, usize::from((0..16).contains(&value)), "{value}");
    }
}

#[test]
fn relu_and_requantisation_give_each_sum_exactly_one_output() {
    let mut cases = 0;
    let narrow =
        [(-8, 7), (-8, 8), (-9, 7), (-1, 20), (-18, 3), (-5, -1), (-4, 0), (0, 9), (2, 21)]
            .map(|bounds| (bounds, 0..=4u8, 1..=4u8));
    // Wide enough that more bits lie above the clamp than are taken one by one.
    let wide = [(0, 70), (-3, 66)].map(|bounds| (bounds, 0..=1u8, 1..=2u8));
    for ((low, high), shifts, widths) in narrow.into_iter().chain(wide) {
        for shift in shifts {
            for bits in widths.clone() {
                let rule = Requantise { shift, bits };
                let r1cs = system(&[between(low, high)], |builder, inputs| {
                    requantise(builder, &inputs[0], rule)
                });
                for sum in low..=high {
                    let expected = vec![Fr::from(rule.apply(sum))];
                    assert_eq!(
                        outputs(&r1cs, &[Fr::from(sum)]),
                        expected,
                        "{sum} of {low}..={high}, shift {shift}, {bits} bits"
                    );
                    cases += 1;
                }
            }
        }
    }
    println!("{cases} sums");
}

#[test]
fn a_sum_that_wrapped_has_no_output_at_all() {
    let rule = Requantise { shift: 1, bits: 2 };
    let r1cs = system(&[between(-8, 7)], |builder, inputs| requantise(builder, &inputs[0], rule));
    let mut rng = rand::rngs::StdRng::from_seed([8; 32]);
    let beyond = [-9i64, -10, -16, 8, 9, 16, 1 << 32, -(1 << 32)].map(Fr::from);
    let halves = [Fr::from(1u64) / Fr::from(2u64), -Fr::from(1u64) / Fr::from(4u64)];
    for sum in beyond.into_iter().chain(halves).chain((0..50).map(|_| Fr::rand(&mut rng))) {
        assert!(outputs(&r1cs, &[sum]).is_empty(), "{sum}");
    }
}

#[test]
fn argmax_gives_each_scores_exactly_one_class_the_lowest_of_equals() {
    let mut cases = 0;
    for (classes, low, high) in [(2, -3, 3), (3, -1, 2), (4, 0, 1)] {
        let bounds = vec![between(low, high); classes];
        let r1cs = system(&bounds, argmax);
        let span = (high - low + 1) as usize;
        for code in 0..span.pow(classes as u32) {
            let scores: Vec<i64> =
                (0..classes).map(|at| low + (code / span.pow(at as u32) % span) as i64).collect();
            let best = scores.iter().max().unwrap();
            let class = scores.iter().position(|score| score == best).unwrap();
            let inputs: Vec<Fr> = scores.iter().map(|score| Fr::from(*score)).collect();
            assert_eq!(outputs(&r1cs, &inputs), [Fr::from(class as u64)], "{scores:?}");
            cases += 1;
        }
    }
    println!("{cases} scores");
}

#[test]
fn argmax_over_scores_of_different_bounds_is_sound_too() {
    let bounds = [between(-4, -2), between(-3, 1), between(0, 0)];
    let r1cs = system(&bounds, argmax);
    for a in -4..=-2 {
        for b in -3..=1 {
            let class = if b > 0 { 1 } else { 2 };
            let class = if b == 0 { 1 } else { class };
            let inputs = [a, b, 0].map(|score: i64| Fr::from(score));
            assert_eq!(outputs(&r1cs, &inputs), [Fr::from(class as u64)], "{a} {b} 0");
        }
    }
}

#[test]
fn the_sponge_has_one_result_the_one_of_the_statement() {
    for count in [1usize, 4, 5, 9] {
        let mut builder = Builder::new(count + 1);
        let values: Vec<Fr> = (0..count as u64).map(|v| Fr::from(v * v + 3)).collect();
        let elements: Vec<Linear> = values
            .iter()
            .enumerate()
            .map(|(index, value)| builder.set_public(index, *value))
            .collect();
        let start = Fr::from(77u64);
        let result = sponge(&mut builder, start, &elements);
        let public = builder.set_public(count, Fr::from(0u64));
        builder.enforce(result, Linear::constant(Fr::ONE), public);
        let r1cs = builder.finish().0;
        assert_eq!(outputs(&r1cs, &values), [poseidon::hash(start, &values)]);
    }
}

#[test]
fn a_sum_of_wires_twice_is_the_same_combination() {
    let twice = Linear::from_terms(vec![(2, Fr::ONE), (1, Fr::ONE), (2, Fr::ONE)]);
    let once = Linear::from_terms(vec![(1, Fr::ONE), (2, Fr::from(2u64))]);
    assert_eq!(twice, once);
    assert_eq!(twice.minus(&once), Linear::zero());
    assert_eq!(Linear::wire(3).minus(&Linear::wire(3)).as_constant(), Some(Fr::from(0u64)));
}
