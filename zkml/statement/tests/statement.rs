//! The statement: what goes in, what is refused, and that nothing that differs looks the same.

use codec::{Decode, Encode, MaxEncodedLen};
use opg_zkml_statement::*;
use proptest::prelude::*;

fn input(shape: &[u32], bits: u8) -> InputSpec {
    InputSpec { shape: shape.to_vec().try_into().unwrap(), bits }
}

fn digits() -> CircuitInterface {
    CircuitInterface { input: input(&[64], 5), output: OutputSpec::Logits { len: 10 } }
}

fn pixels() -> Vec<u8> {
    (0..64).map(|i| i % 17).collect()
}

fn logits(values: &[i32]) -> Vec<u8> {
    Output::Logits(values.to_vec()).to_bytes()
}

#[test]
fn commitments_are_those_of_an_implementation_in_python() {
    let ascending: [u8; 32] = core::array::from_fn(|i| i as u8);
    let long: Vec<u8> = (0..300).map(|i| (i % 256) as u8).collect();
    for (spec, salt, values, expected) in [
        (
            input(&[64], 5),
            NO_SALT,
            pixels(),
            "5f86bc0003f9ddb60135104cd93b7a634627c6068b7996a45b8e2e4b236aa16e",
        ),
        (
            input(&[64], 5),
            ascending,
            pixels(),
            "853ee4804d50df1b7986a5cd52b5b916de3260b1fb4a1b63e4f1d22c234d106f",
        ),
        (
            input(&[1], 1),
            NO_SALT,
            vec![1],
            "a7fa2f66a4a0b3bed03634918c0d9bdb895c58523dd8958ff71bd70eaac72415",
        ),
        (
            input(&[3, 10, 10], 8),
            NO_SALT,
            long,
            "eb858133862bc6013f00be72766b88f74ab5606d6dc16cb8f7e984bb0e7e261f",
        ),
    ] {
        let got = input_commitment(&spec, &salt, &values).unwrap();
        assert_eq!(hex::encode(got), expected);
    }
}

#[test]
fn shape_width_salt_and_each_value_change_the_commitment() {
    let base = input_commitment(&input(&[64], 5), &NO_SALT, &pixels()).unwrap();
    let mut all = vec![base];
    for spec in [
        input(&[8, 8], 5),
        input(&[64, 1], 5),
        input(&[1, 64], 5),
        input(&[64], 6),
        input(&[64], 8),
    ] {
        all.push(input_commitment(&spec, &NO_SALT, &pixels()).unwrap());
    }
    for at in 0..32 {
        let mut salt = NO_SALT;
        salt[at] = 1;
        all.push(input_commitment(&input(&[64], 5), &salt, &pixels()).unwrap());
    }
    for at in 0..64 {
        let mut values = pixels();
        values[at] ^= 1;
        all.push(input_commitment(&input(&[64], 5), &NO_SALT, &values).unwrap());
    }
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), count);
}

#[test]
fn a_leading_zero_more_or_less_is_another_commitment() {
    let short = input_commitment(&input(&[2], 8), &NO_SALT, &[1, 0]).unwrap();
    let long = input_commitment(&input(&[3], 8), &NO_SALT, &[1, 0, 0]).unwrap();
    assert_ne!(short, long);
}

#[test]
fn inputs_that_do_not_fit_are_refused_by_name() {
    let spec = input(&[2, 2], 4);
    for (values, error) in [
        (&[1, 2, 3][..], "the input has 3 bytes, the model takes 4"),
        (&[1, 2, 3, 4, 5], "the input has 5 bytes, the model takes 4"),
        (&[1, 2, 16, 4], "input element 2 is 16, which does not fit the model's 4 bits"),
    ] {
        let got = input_commitment(&spec, &NO_SALT, values).unwrap_err();
        assert_eq!(got.to_string(), error);
    }
    assert!(input_commitment(&spec, &NO_SALT, &[15; 4]).is_ok());
}

#[test]
fn eight_bit_elements_take_every_byte() {
    assert!(input_commitment(&input(&[2], 8), &NO_SALT, &[0, 255]).is_ok());
}

#[test]
fn interfaces_that_no_statement_carries_are_refused_by_name() {
    let with =
        |spec, output| CircuitInterface { input: spec, output }.validate().unwrap_err().to_string();
    let output = OutputSpec::Argmax { classes: 2 };
    assert_eq!(with(input(&[], 8), output), "the input's shape has no element");
    assert_eq!(with(input(&[3, 0], 8), output), "the input's shape has no element");
    assert_eq!(with(input(&[4097], 8), output), "the input's shape has more than 4096 elements");
    assert_eq!(
        with(input(&[u32::MAX; 4], 8), output),
        "the input's shape has more than 4096 elements"
    );
    for bits in [0, 9, 255] {
        assert_eq!(
            with(input(&[4], bits), output),
            format!("an input element of {bits} bits; 1 to 8 are possible")
        );
    }
    for output in [
        OutputSpec::Logits { len: 0 },
        OutputSpec::Argmax { classes: 0 },
        OutputSpec::Argmax { classes: 1 },
    ] {
        assert_eq!(
            with(input(&[4], 8), output),
            "the output has no logit, or fewer than two classes"
        );
    }
    for output in [OutputSpec::Logits { len: 435 }, OutputSpec::Argmax { classes: 65_537 }] {
        assert_eq!(
            with(input(&[4], 8), output),
            "the output has more than 434 logits or 65536 classes"
        );
    }
}

#[test]
fn outputs_that_do_not_fit_are_refused_by_name() {
    let spec = OutputSpec::Logits { len: 2 };
    for len in [0, 4, 7, 9, 12] {
        assert_eq!(
            output_elements(&spec, &vec![0; len]).unwrap_err(),
            StatementError::OutputLength { expected: 8, got: len as u32 }
        );
    }
    let spec = OutputSpec::Argmax { classes: 10 };
    assert_eq!(
        output_elements(&spec, &[1]).unwrap_err().to_string(),
        "the output has 1 bytes, the model gives 4"
    );
    assert_eq!(
        output_elements(&spec, &[10, 0, 0, 0]).unwrap_err().to_string(),
        "the output is class 10, the model has 10"
    );
    assert_eq!(output_elements(&spec, &[9, 0, 0, 0]), Ok(vec![9u64.into()]));
}

#[test]
fn seven_logits_share_an_element_and_the_extremes_survive() {
    let spec = OutputSpec::Logits { len: 8 };
    let bytes = logits(&[i32::MIN, i32::MAX, 0, -1, 1, 2, 3, i32::MIN]);
    let got = output_elements(&spec, &bytes).unwrap();
    let mut expected = [0u8; 32];
    for (at, word) in [0u32, u32::MAX, 1 << 31, (1 << 31) - 1, (1 << 31) + 1].iter().enumerate() {
        expected[at * 4..at * 4 + 4].copy_from_slice(&word.to_le_bytes());
    }
    expected[20..24].copy_from_slice(&((1u32 << 31) + 2).to_le_bytes());
    expected[24..28].copy_from_slice(&((1u32 << 31) + 3).to_le_bytes());
    assert_eq!(got.iter().map(to_bytes).collect::<Vec<_>>(), [expected, [0; 32]]);
}

#[test]
fn the_class_of_equal_logits_is_the_lowest() {
    assert_eq!(Output::Logits(vec![-3, 7, 7, 1]).class(), 1);
    assert_eq!(Output::Logits(vec![i32::MIN; 3]).class(), 0);
    assert_eq!(Output::Argmax(4).class(), 4);
}

#[test]
fn the_public_inputs_are_commitment_output_binding() {
    let interface = digits();
    let output = logits(&[5, -5, 0, 1, 2, 3, 4, 6, 7, 8]);
    let commitment = input_commitment(&interface.input, &NO_SALT, &pixels()).unwrap();
    let got = statement(&interface, &NO_SALT, &pixels(), &output, &[3; 32]).unwrap();
    assert_eq!(got.len(), 4);
    assert_eq!(got.len(), public_input_count(&interface).unwrap());
    assert_eq!(got[0], commitment);
    assert_eq!(got[3], [3; 32]);
    assert_eq!(got, public_inputs(&interface, &commitment, &output, &[3; 32]).unwrap());
}

#[test]
fn the_widest_output_makes_64_public_inputs() {
    let mut interface = digits();
    interface.output = OutputSpec::Logits { len: MAX_LOGITS };
    assert_eq!(public_input_count(&interface), Ok(64));
    interface.output = OutputSpec::Argmax { classes: MAX_CLASSES };
    assert_eq!(public_input_count(&interface), Ok(3));
}

#[test]
fn a_binding_above_the_modulus_is_reduced() {
    let interface = digits();
    let output = logits(&[0; 10]);
    let got = statement(&interface, &NO_SALT, &pixels(), &output, &[0xff; 32]).unwrap();
    assert_ne!(got[3], [0xff; 32]);
    assert_eq!(from_bytes(&got[3]).unwrap(), binding_element(&[0xff; 32]));
}

#[test]
fn each_component_of_a_statement_changes_exactly_its_public_input() {
    let interface = digits();
    let output = logits(&[0; 10]);
    let base = statement(&interface, &NO_SALT, &pixels(), &output, &[3; 32]).unwrap();
    let changed = |other: Vec<[u8; 32]>| -> Vec<usize> {
        (0..4).filter(|at| base[*at] != other[*at]).collect()
    };
    let mut values = pixels();
    values[9] = 16;
    let other = statement(&interface, &NO_SALT, &values, &output, &[3; 32]).unwrap();
    assert_eq!(changed(other), [0]);
    let other = statement(&interface, &[1; 32], &pixels(), &output, &[3; 32]).unwrap();
    assert_eq!(changed(other), [0]);
    for logit in 0..10 {
        let mut scores = [0; 10];
        scores[logit] = 1;
        let other = statement(&interface, &NO_SALT, &pixels(), &logits(&scores), &[3; 32]).unwrap();
        assert_eq!(changed(other), [1 + logit / 7]);
    }
    let other = statement(&interface, &NO_SALT, &pixels(), &output, &[4; 32]).unwrap();
    assert_eq!(changed(other), [3]);
}

#[test]
fn a_commitment_above_the_modulus_is_refused_by_name() {
    let got = public_inputs(&digits(), &[0xff; 32], &logits(&[0; 10]), &[0; 32]);
    assert_eq!(
        got.unwrap_err().to_string(),
        "the input commitment is not below the field's modulus"
    );
}

#[test]
fn the_encoding_of_an_interface_is_pinned_and_bounded() {
    let interface = digits();
    assert_eq!(hex::encode(interface.encode()), "044000000005000a00");
    assert_eq!(CircuitInterface::decode(&mut &interface.encode()[..]), Ok(interface));
    assert_eq!(CircuitInterface::max_encoded_len(), 1 + 16 + 1 + 5);
    let five_dimensions = (vec![1u32; 5], 8u8).encode();
    assert!(InputSpec::decode(&mut &five_dimensions[..]).is_err());
}

proptest! {
    #[test]
    fn packing_is_injective(
        bits in 1u8..=8,
        a in prop::collection::vec(any::<u8>(), 1..200),
        at in any::<prop::sample::Index>(),
        flip in any::<u8>(),
    ) {
        let mask = ((1u16 << bits) - 1) as u8;
        let a: Vec<u8> = a.iter().map(|v| v & mask).collect();
        let mut b = a.clone();
        b[at.index(a.len())] ^= flip & mask;
        let spec = input(&[a.len() as u32], bits);
        let (x, y) = (pack_input(&spec, &a).unwrap(), pack_input(&spec, &b).unwrap());
        prop_assert_eq!(a == b, x == y);
        prop_assert_eq!(x.len(), a.len().div_ceil(values_per_element(bits)));
    }

    #[test]
    fn packed_values_are_read_back_from_the_elements_bits(
        bits in 1u8..=8,
        values in prop::collection::vec(any::<u8>(), 1..200),
    ) {
        let mask = ((1u16 << bits) - 1) as u8;
        let values: Vec<u8> = values.iter().map(|v| v & mask).collect();
        let packed = pack_input(&input(&[values.len() as u32], bits), &values).unwrap();
        for (i, value) in values.iter().enumerate() {
            let per = values_per_element(bits);
            let bytes = to_bytes(&packed[i / per]);
            let read = (0..bits as usize).fold(0u8, |acc, bit| {
                let place = (i % per) * bits as usize + bit;
                acc | (((bytes[place / 8] >> (place % 8)) & 1) << bit)
            });
            prop_assert_eq!(read, *value);
        }
    }

    #[test]
    fn any_output_bytes_are_read_back_or_refused(
        len in 1u16..30,
        classes in 2u32..300,
        bytes in prop::collection::vec(any::<u8>(), 0..128),
    ) {
        for spec in [OutputSpec::Logits { len }, OutputSpec::Argmax { classes }] {
            if let Ok(output) = Output::from_bytes(&spec, &bytes) {
                prop_assert_eq!(output.to_bytes(), bytes.clone());
            }
        }
    }

    #[test]
    fn canonical_bytes_are_read_back_and_no_others(bytes in any::<[u8; 32]>()) {
        if let Some(element) = from_bytes(&bytes) {
            prop_assert_eq!(to_bytes(&element), bytes);
        } else {
            prop_assert!(bytes[31] >= 0x73);
        }
    }
}
