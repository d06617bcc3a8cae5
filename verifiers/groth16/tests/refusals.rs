//! Each error, in each place where it can come.

mod common;

use ark_bls12_381::Bls12_381;
use ark_bn254::Bn254;
use ark_ec::{pairing::Pairing, short_weierstrass::Affine, AffineRepr};
use ark_ff::{BigInteger, PrimeField};
use common::{compressed, off_curve_x, on_curve, real, rng, Bytes};
use opg_verifier_groth16::{
    verify_bytes, Curve, Element, Error, Part, Proof, VerifyingKey, INPUT_LEN, MAX_INPUTS,
};
use sp_crypto_ec_utils::bls12_381::Bls12_381 as HostBls12_381;

const INPUTS: usize = 2;

/// Every point of a key for [`INPUTS`] inputs and of a proof.
fn points() -> Vec<Element> {
    use Element::*;
    vec![A, B, C, Alpha, Beta, Gamma, Delta, GammaAbc(0), GammaAbc(1), GammaAbc(2)]
}

fn in_g2(element: Element) -> bool {
    use Element::*;
    matches!(element, B | Beta | Gamma | Delta)
}

/// Whether it is in the key, and at which byte.
fn place<E: Curve>(element: Element) -> (bool, usize) {
    let (g1, g2) = (E::G1_LEN, E::G2_LEN);
    match element {
        Element::A => (false, 0),
        Element::B => (false, g1),
        Element::C => (false, g1 + g2),
        Element::Alpha => (true, 0),
        Element::Beta => (true, g1),
        Element::Gamma => (true, g1 + g2),
        Element::Delta => (true, g1 + 2 * g2),
        Element::GammaAbc(i) => (true, g1 + 3 * g2 + 8 + i * g1),
        Element::Input(_) => unreachable!("no point"),
    }
}

/// Puts `point` in the place of `element`.
fn with<E: Curve>(good: &Bytes, element: Element, point: &[u8]) -> Bytes {
    let mut bytes = good.clone();
    let (in_key, at) = place::<E>(element);
    let part = if in_key { &mut bytes.key } else { &mut bytes.proof };
    part[at..at + point.len()].copy_from_slice(point);
    bytes
}

/// Puts bad points everywhere and expects the error by name, on the plain curve and, if there is one, the hooked.
fn everywhere<E: Pairing + Curve, H: Curve>(
    g1: &[Vec<u8>],
    g2: &[Vec<u8>],
    error: impl Fn(Element) -> Error,
) {
    let good = real::<E>(INPUTS, 11).bytes();
    assert_eq!(good.verify::<E>(), Ok(()));
    for element in points() {
        for bad in if in_g2(element) { g2 } else { g1 } {
            let bytes = with::<E>(&good, element, bad);
            assert_eq!(bytes.verify::<E>(), Err(error(element)), "{bad:02x?}");
            assert_eq!(bytes.verify::<H>(), Err(error(element)), "{bad:02x?}");
        }
    }
}

#[test]
fn infinity_is_refused_in_each_place() {
    everywhere::<Bls12_381, HostBls12_381>(
        &[compressed(&ark_bls12_381::G1Affine::zero())],
        &[compressed(&ark_bls12_381::G2Affine::zero())],
        Error::Infinity,
    );
    everywhere::<Bn254, Bn254>(
        &[compressed(&ark_bn254::G1Affine::zero())],
        &[compressed(&ark_bn254::G2Affine::zero())],
        Error::Infinity,
    );
}

#[test]
fn a_point_on_the_curve_outside_the_subgroup_is_refused_in_each_place() {
    let mut rng = rng(12);
    let outside_g1: Affine<ark_bls12_381::g1::Config> = on_curve(&mut rng);
    let outside_g2: Affine<ark_bls12_381::g2::Config> = on_curve(&mut rng);
    everywhere::<Bls12_381, HostBls12_381>(
        &[compressed(&outside_g1)],
        &[compressed(&outside_g2)],
        Error::OutsideSubgroup,
    );
    // BN254's G1 is the whole curve.
    let outside_g2: Affine<ark_bn254::g2::Config> = on_curve(&mut rng);
    everywhere::<Bn254, Bn254>(&[], &[compressed(&outside_g2)], Error::OutsideSubgroup);
}

#[test]
fn an_x_without_a_point_is_refused_in_each_place() {
    let mut rng = rng(13);
    let off_g1 = Affine::<ark_bls12_381::g1::Config>::new_unchecked(
        off_curve_x::<ark_bls12_381::g1::Config>(&mut rng),
        1.into(),
    );
    let off_g2 = Affine::<ark_bls12_381::g2::Config>::new_unchecked(
        off_curve_x::<ark_bls12_381::g2::Config>(&mut rng),
        ark_bls12_381::Fq2::new(1.into(), 1.into()),
    );
    everywhere::<Bls12_381, HostBls12_381>(
        &[compressed(&off_g1)],
        &[compressed(&off_g2)],
        Error::OffCurve,
    );
    let off_g1 = Affine::<ark_bn254::g1::Config>::new_unchecked(
        off_curve_x::<ark_bn254::g1::Config>(&mut rng),
        1.into(),
    );
    let off_g2 = Affine::<ark_bn254::g2::Config>::new_unchecked(
        off_curve_x::<ark_bn254::g2::Config>(&mut rng),
        ark_bn254::Fq2::new(1.into(), 1.into()),
    );
    everywhere::<Bn254, Bn254>(&[compressed(&off_g1)], &[compressed(&off_g2)], Error::OffCurve);
}

/// p, p + 1 and the largest number that fits beside the flags.
fn not_below<F: PrimeField>(flag_bits: u32) -> Vec<Vec<u8>> {
    let p = F::MODULUS;
    let mut p_plus_one = p;
    p_plus_one.add_with_carry(&1u64.into());
    let mut largest = vec![0xff; p.to_bytes_be().len()];
    largest[0] >>= flag_bits;
    vec![p.to_bytes_be(), p_plus_one.to_bytes_be(), largest]
}

#[test]
fn an_x_not_below_the_modulus_is_refused_in_each_place_on_bls12_381() {
    let zero = vec![0; 48];
    let compressed_flag = |mut bytes: Vec<u8>| {
        bytes[0] |= 0x80;
        bytes
    };
    let big = not_below::<ark_bls12_381::Fq>(3);
    let g1: Vec<_> = big.iter().cloned().map(compressed_flag).collect();
    let g2: Vec<_> = big
        .iter()
        .flat_map(|big| {
            [[big.clone(), zero.clone()].concat(), [zero.clone(), big.clone()].concat()]
        })
        .map(compressed_flag)
        .collect();
    everywhere::<Bls12_381, HostBls12_381>(&g1, &g2, Error::NonCanonical);
}

#[test]
fn an_x_not_below_the_modulus_is_refused_in_each_place_on_bn254() {
    let zero = vec![0; 32];
    let big: Vec<Vec<u8>> = not_below::<ark_bn254::Fq>(2)
        .into_iter()
        .map(|be| be.into_iter().rev().collect())
        .collect();
    let g2: Vec<_> = big
        .iter()
        .flat_map(|big| {
            [[big.clone(), zero.clone()].concat(), [zero.clone(), big.clone()].concat()]
        })
        .collect();
    everywhere::<Bn254, Bn254>(&big, &g2, Error::NonCanonical);
}

#[test]
fn flags_that_no_encoder_writes_are_refused_in_each_place() {
    // BLS12-381: not compressed; infinity and "larger y"; infinity with an x.
    let mut g1: Vec<Vec<u8>> =
        [0x00, 0x20, 0x40, 0x60, 0xe0].map(|flags| [vec![flags], vec![0; 47]].concat()).to_vec();
    g1.push([vec![0xc0], vec![0; 46], vec![1]].concat());
    g1.push([vec![0xc1], vec![0; 47]].concat());
    let g2: Vec<_> = g1.iter().map(|g1| [g1.clone(), vec![0; 48]].concat()).collect();
    everywhere::<Bls12_381, HostBls12_381>(&g1, &g2, Error::NonCanonical);
    // BN254: infinity and "larger y"; infinity with an x.
    let g1 = vec![[vec![0; 31], vec![0xc0]].concat(), [vec![1], vec![0; 30], vec![0x40]].concat()];
    let g2: Vec<_> = g1.iter().map(|g1| [vec![0; 32], g1.clone()].concat()).collect();
    everywhere::<Bn254, Bn254>(&g1, &g2, Error::NonCanonical);
}

#[test]
fn an_input_not_below_the_order_is_refused_and_never_reduced() {
    fn on<E: Pairing + Curve, H: Curve>() {
        let real = real::<E>(INPUTS, 14);
        let r = E::ScalarField::MODULUS;
        for i in 0..INPUTS {
            // The good input plus the order: what reducing would accept.
            let mut good_plus_order = real.inputs[i].into_bigint();
            good_plus_order.add_with_carry(&r);
            let mut order = r;
            for bad in [
                good_plus_order.to_bytes_le(),
                order.to_bytes_le(),
                {
                    order.add_with_carry(&1u64.into());
                    order.to_bytes_le()
                },
                vec![0xff; 32],
            ] {
                let mut bytes = real.bytes();
                bytes.inputs[i] = bad.try_into().unwrap();
                let expected = Err(Error::NonCanonical(Element::Input(i)));
                assert_eq!(bytes.verify::<E>(), expected);
                assert_eq!(bytes.verify::<H>(), expected);
            }
        }
    }
    on::<Bls12_381, HostBls12_381>();
    on::<Bn254, Bn254>();
}

#[test]
fn every_shorter_proof_is_of_wrong_length() {
    let good = real::<Bls12_381>(INPUTS, 15).bytes();
    for len in 0..192 {
        assert_eq!(
            Proof::<Bls12_381>::from_bytes(&good.proof[..len]),
            Err(Error::WrongLength { part: Part::Proof, expected: 192, found: len })
        );
    }
}

#[test]
fn every_shorter_key_is_of_wrong_length() {
    let good = real::<Bls12_381>(INPUTS, 15).bytes();
    for len in 0..good.key.len() {
        // Before the count is complete nobody knows how long the key should be.
        let expected = if len < 344 { 392 } else { 488 };
        assert_eq!(
            VerifyingKey::<Bls12_381>::from_bytes(&good.key[..len]),
            Err(Error::WrongLength { part: Part::VerifyingKey, expected, found: len })
        );
    }
}

#[test]
fn trailing_bytes_are_refused() {
    let good = real::<Bls12_381>(INPUTS, 15).bytes();
    for extra in [1, 47, 48, 192, 1_000] {
        let mut bytes = good.clone();
        bytes.proof.resize(192 + extra, 0);
        let part = Part::Proof;
        assert_eq!(bytes.verify::<Bls12_381>(), Err(Error::TrailingBytes { part, extra }));
        let mut bytes = good.clone();
        bytes.key.resize(488 + extra, 0);
        let part = Part::VerifyingKey;
        assert_eq!(bytes.verify::<Bls12_381>(), Err(Error::TrailingBytes { part, extra }));
    }
}

fn with_count(good: &Bytes, count: u64) -> Bytes {
    let mut bytes = good.clone();
    bytes.key[336..344].copy_from_slice(&count.to_le_bytes());
    bytes
}

#[test]
fn a_key_without_the_constants_point_is_empty() {
    let good = real::<Bls12_381>(INPUTS, 15).bytes();
    assert_eq!(with_count(&good, 0).verify::<Bls12_381>(), Err(Error::EmptyKey));
}

#[test]
fn a_count_that_the_bytes_do_not_bear_out_is_refused_before_anything_is_allocated() {
    let good = real::<Bls12_381>(INPUTS, 15).bytes();
    let part = Part::VerifyingKey;
    assert_eq!(
        with_count(&good, 65).verify::<Bls12_381>(),
        Err(Error::WrongLength { part, expected: 3_464, found: 488 })
    );
    for count in [66, 1 << 16, (1 << 32) + 3, u64::MAX] {
        let expected = Err(Error::TooManyInputs { part });
        assert_eq!(with_count(&good, count).verify::<Bls12_381>(), expected);
    }
}

#[test]
fn one_input_more_than_the_bound_is_refused_in_key_and_list() {
    let real = real::<Bls12_381>(MAX_INPUTS + 1, 16);
    let part = Part::VerifyingKey;
    assert_eq!(real.bytes().verify::<Bls12_381>(), Err(Error::TooManyInputs { part }));

    let mut bytes = common::real::<Bls12_381>(MAX_INPUTS, 16).bytes();
    bytes.inputs.push([0; INPUT_LEN]);
    let part = Part::Inputs;
    assert_eq!(bytes.verify::<Bls12_381>(), Err(Error::TooManyInputs { part }));
}

#[test]
fn missing_inputs_are_refused() {
    let good = real::<Bls12_381>(INPUTS, 15).bytes();
    for found in 0..INPUTS {
        let inputs = &good.inputs[..found];
        assert_eq!(
            verify_bytes::<Bls12_381>(&good.key, inputs, &good.proof),
            Err(Error::WrongInputCount { expected: INPUTS, found })
        );
    }
}

#[test]
fn g1_and_g2_in_each_others_place_are_refused() {
    let good = real::<Bls12_381>(INPUTS, 15).bytes();
    let swapped = [&good.proof[48..144], &good.proof[..48], &good.proof[144..]].concat();
    let refused = Proof::<Bls12_381>::from_bytes(&swapped).unwrap_err();
    assert!(matches!(
        refused,
        Error::NonCanonical(Element::A)
            | Error::OffCurve(Element::A)
            | Error::OutsideSubgroup(Element::A)
    ));
}

#[test]
fn an_error_names_its_element_in_words() {
    let said = Error::OutsideSubgroup(Element::GammaAbc(2)).to_string();
    assert_eq!(said, "gamma_abc[2] of the key: not in the subgroup of prime order");
    let said = Error::NonCanonical(Element::Input(0)).to_string();
    assert_eq!(said, "public input 0: not in its canonical encoding");
}
