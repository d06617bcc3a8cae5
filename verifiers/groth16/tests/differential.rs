//! The same verdict as ark-groth16 wherever both look at the same question, and what it lets through refused.

mod common;

use ark_bls12_381::Bls12_381;
use ark_bn254::Bn254;
use ark_ec::pairing::Pairing;
use ark_ff::{PrimeField, UniformRand, Zero};
use ark_groth16::Groth16;
use ark_snark::SNARK;
use common::{real, rng, Real};
use opg_verifier_groth16::{verify, Curve, Error};
use proptest::prelude::*;
use sp_crypto_ec_utils::bls12_381::Bls12_381 as HostBls12_381;
use std::sync::LazyLock;

static BLS: LazyLock<Vec<Real<Bls12_381>>> =
    LazyLock::new(|| (0..6).map(|n| real(n, 31 + n as u64)).collect());
static BN: LazyLock<Vec<Real<Bn254>>> =
    LazyLock::new(|| (0..6).map(|n| real(n, 31 + n as u64)).collect());

/// How a case is spoilt.
#[derive(Clone, Copy, Debug)]
enum Spoil {
    Nothing,
    Input(usize),
    ZeroInput(usize),
    SwapAAndC,
    NegateA,
    NegateB,
    NegateC,
    AnotherC,
    AnotherDelta,
    AnotherGammaAbc(usize),
}

fn spoil<E: Pairing>(real: &mut Real<E>, spoil: Spoil, seed: u64) {
    let mut rng = rng(seed);
    let mut input = |i: usize, new: E::ScalarField| {
        let n = real.inputs.len().max(1);
        if let Some(x) = real.inputs.get_mut(i % n) {
            *x = new;
        }
    };
    match spoil {
        Spoil::Nothing => {}
        Spoil::Input(i) => input(i, UniformRand::rand(&mut rng)),
        Spoil::ZeroInput(i) => input(i, Zero::zero()),
        Spoil::SwapAAndC => core::mem::swap(&mut real.proof.a, &mut real.proof.c),
        Spoil::NegateA => real.proof.a = -real.proof.a,
        Spoil::NegateB => real.proof.b = -real.proof.b,
        Spoil::NegateC => real.proof.c = -real.proof.c,
        Spoil::AnotherC => real.proof.c = UniformRand::rand(&mut rng),
        Spoil::AnotherDelta => real.key.delta_g2 = UniformRand::rand(&mut rng),
        Spoil::AnotherGammaAbc(i) => {
            let n = real.key.gamma_abc_g1.len();
            real.key.gamma_abc_g1[i % n] = UniformRand::rand(&mut rng);
        }
    }
}

fn spoils() -> impl Strategy<Value = Spoil> {
    prop_oneof![
        Just(Spoil::Nothing),
        (0usize..6).prop_map(Spoil::Input),
        (0usize..6).prop_map(Spoil::ZeroInput),
        Just(Spoil::SwapAAndC),
        Just(Spoil::NegateA),
        Just(Spoil::NegateB),
        Just(Spoil::NegateC),
        Just(Spoil::AnotherC),
        Just(Spoil::AnotherDelta),
        (0usize..6).prop_map(Spoil::AnotherGammaAbc),
    ]
}

/// Both verdicts; they must agree.
fn agree<E: Pairing, C: Curve<ScalarField = E::ScalarField>>(real: &Real<E>) -> bool {
    let theirs = Groth16::<E>::verify(&real.key, &real.inputs, &real.proof).unwrap();
    let ours = verify::<C>(&real.checked_key(), &real.inputs, &real.checked_proof());
    let expected = if theirs { Ok(()) } else { Err(Error::ProofInvalid) };
    assert_eq!(ours, expected);
    theirs
}

proptest! {
    #![proptest_config(opg_test_support::cases(96))]

    #[test]
    fn verdicts_on_bls12_381_are_those_of_ark_groth16(n in 0usize..6, how in spoils(), seed: u64) {
        let mut real = BLS[n].clone();
        spoil(&mut real, how, seed);
        agree::<Bls12_381, Bls12_381>(&real);
        agree::<Bls12_381, HostBls12_381>(&real);
    }

    #[test]
    fn verdicts_on_bn254_are_those_of_ark_groth16(n in 0usize..6, how in spoils(), seed: u64) {
        let mut real = BN[n].clone();
        spoil(&mut real, how, seed);
        agree::<Bn254, Bn254>(&real);
    }

    /// Negating A and B together leaves e(A, B): the proof is malleable, here as in every Groth16 verifier.
    #[test]
    fn a_proof_with_a_and_b_negated_still_passes(n in 0usize..6) {
        let mut real = BLS[n].clone();
        spoil(&mut real, Spoil::NegateA, 0);
        spoil(&mut real, Spoil::NegateB, 0);
        prop_assert!(agree::<Bls12_381, Bls12_381>(&real));
    }

    #[test]
    fn an_extra_input_that_ark_groth16_accepts_is_refused(n in 0usize..6, extra: [u8; 32]) {
        let mut real = BLS[n].clone();
        real.inputs.push(PrimeField::from_le_bytes_mod_order(&extra));
        prop_assert!(
            Groth16::<Bls12_381>::verify(&real.key, &real.inputs, &real.proof).unwrap(),
            "ark-groth16 counts its inputs now: say so in the documentation"
        );
        let refused = Err(Error::WrongInputCount { expected: n, found: n + 1 });
        prop_assert_eq!(
            verify::<Bls12_381>(&real.checked_key(), &real.inputs, &real.checked_proof()),
            refused
        );
        prop_assert_eq!(real.bytes().verify::<Bls12_381>(), refused);
        prop_assert_eq!(real.bytes().verify::<HostBls12_381>(), refused);
    }
}

#[test]
fn a_missing_input_that_ark_groth16_takes_for_zero_is_refused() {
    // A proof whose last input is zero.
    use ark_snark::CircuitSpecificSetupSNARK;
    use common::Products;
    let mut rng = rng(37);
    let circuit = Products {
        w: ark_bls12_381::Fr::rand(&mut rng),
        a: vec![UniformRand::rand(&mut rng), Zero::zero()],
    };
    let (proving, key) = Groth16::<Bls12_381>::setup(circuit.clone(), &mut rng).unwrap();
    let proof = Groth16::<Bls12_381>::prove(&proving, circuit.clone(), &mut rng).unwrap();
    let mut real = Real { key, inputs: circuit.a.iter().map(|a| *a * circuit.w).collect(), proof };
    assert_eq!(real.bytes().verify::<Bls12_381>(), Ok(()));

    real.inputs.pop();
    assert!(Groth16::<Bls12_381>::verify(&real.key, &real.inputs, &real.proof).unwrap());
    let refused = Err(Error::WrongInputCount { expected: 2, found: 1 });
    assert_eq!(real.bytes().verify::<Bls12_381>(), refused);
}
