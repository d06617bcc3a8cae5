//! Every single bit of proof, inputs and key flipped, one at a time: nothing is accepted, and each refusal is one of a
//! stated set. Exhaustive for both curves, in the bytes that this crate reads; and for BLS12-381 the hooked curve says the
//! same for each.

mod common;

use ark_bls12_381::Bls12_381;
use ark_bn254::Bn254;
use ark_ec::pairing::Pairing;
use common::{real, Bytes};
use opg_verifier_groth16::{Curve, Element, Error, Part};
use sp_crypto_ec_utils::bls12_381::Bls12_381 as HostBls12_381;

/// Flips each bit of the bytes that `part` picks, in turn, and hands every outcome to `judge`.
fn each_flip<E: Curve, H: Curve>(
    good: &Bytes,
    part: impl Fn(&mut Bytes) -> &mut [u8],
    judge: impl Fn(usize, Error) -> bool,
) {
    let len = part(&mut good.clone()).len();
    for bit in 0..8 * len {
        let mut bytes = good.clone();
        part(&mut bytes)[bit / 8] ^= 1 << (bit % 8);
        let outcome = bytes.verify::<E>();
        let error = outcome.expect_err("a flipped bit must not be accepted");
        assert!(judge(bit / 8, error), "byte {}, bit {}: {error}", bit / 8, bit % 8);
        assert_eq!(bytes.verify::<H>(), Err(error), "native and hooked disagree");
    }
    println!("{} flips tried", 8 * len);
}

/// The refusals that a flipped point may meet. Infinity is none of them: a single flip leaves an x behind.
fn of_a_point(error: Error, element: Element) -> bool {
    [
        Error::NonCanonical(element),
        Error::OffCurve(element),
        Error::OutsideSubgroup(element),
        Error::ProofInvalid,
    ]
    .contains(&error)
}

fn proof_flips<E: Pairing + Curve, H: Curve>() {
    let element = |byte| match byte {
        b if b < E::G1_LEN => Element::A,
        b if b < E::G1_LEN + E::G2_LEN => Element::B,
        _ => Element::C,
    };
    each_flip::<E, H>(
        &real::<E>(2, 21).bytes(),
        |bytes| &mut bytes.proof,
        |byte, error| of_a_point(error, element(byte)),
    );
}

fn input_flips<E: Pairing + Curve, H: Curve>() {
    let good = real::<E>(2, 22).bytes();
    for i in 0..2 {
        each_flip::<E, H>(
            &good,
            |bytes| &mut bytes.inputs[i],
            |_, error| {
                error == Error::ProofInvalid || error == Error::NonCanonical(Element::Input(i))
            },
        );
    }
}

fn key_flips<E: Pairing + Curve, H: Curve>() {
    let (g1, g2) = (E::G1_LEN, E::G2_LEN);
    let count = g1 + 3 * g2;
    let part = Part::VerifyingKey;
    each_flip::<E, H>(
        &real::<E>(2, 23).bytes(),
        |bytes| &mut bytes.key,
        |byte, error| {
            let element = match byte {
                b if b < g1 => Element::Alpha,
                b if b < g1 + g2 => Element::Beta,
                b if b < g1 + 2 * g2 => Element::Gamma,
                b if b < count => Element::Delta,
                b if b < count + 8 => {
                    return matches!(
                        error,
                        Error::WrongLength { .. } | Error::TrailingBytes { .. }
                    ) || error == Error::TooManyInputs { part };
                }
                b => Element::GammaAbc((b - count - 8) / g1),
            };
            of_a_point(error, element)
        },
    );
}

#[test]
fn no_flipped_bit_of_a_bls12_381_proof_is_accepted() {
    proof_flips::<Bls12_381, HostBls12_381>();
}

#[test]
fn no_flipped_bit_of_a_bls12_381_input_is_accepted() {
    input_flips::<Bls12_381, HostBls12_381>();
}

#[test]
fn no_flipped_bit_of_a_bls12_381_key_is_accepted() {
    key_flips::<Bls12_381, HostBls12_381>();
}

#[test]
fn no_flipped_bit_of_a_bn254_proof_is_accepted() {
    proof_flips::<Bn254, Bn254>();
}

#[test]
fn no_flipped_bit_of_a_bn254_input_is_accepted() {
    input_flips::<Bn254, Bn254>();
}

#[test]
fn no_flipped_bit_of_a_bn254_key_is_accepted() {
    key_flips::<Bn254, Bn254>();
}
