//! What reaches the hooks of a hooked curve: checked points, and as few calls as documented.

mod common;

use ark_bls12_381::{g1, g2, Bls12_381, Fr};
use ark_bls12_381_ext::CurveHooks;
use ark_ec::{pairing::Pairing, short_weierstrass::Affine, AffineRepr, VariableBaseMSM};
use common::{compressed, on_curve, real, rng};
use opg_verifier_groth16::{Element, Error, Proof, VerifyingKey};
use std::cell::RefCell;

/// Hooks that look at each point before they compute with it, as host functions do not.
#[derive(Clone, Copy)]
struct Spy;

type Spied = ark_bls12_381_ext::Bls12_381<Spy>;

thread_local! {
    static CALLS: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

fn called(hook: &'static str) {
    CALLS.with(|calls| calls.borrow_mut().push(hook));
}

fn calls() -> Vec<&'static str> {
    CALLS.with(|calls| calls.take())
}

fn plain_g1(point: &ark_bls12_381_ext::G1Affine<Spy>) -> Affine<g1::Config> {
    let point = point.xy().map_or(Affine::identity(), |(x, y)| Affine::new_unchecked(x, y));
    assert!(point.is_on_curve() && point.is_in_correct_subgroup_assuming_on_curve());
    point
}

fn plain_g2(point: &ark_bls12_381_ext::G2Affine<Spy>) -> Affine<g2::Config> {
    let point = point.xy().map_or(Affine::identity(), |(x, y)| Affine::new_unchecked(x, y));
    assert!(point.is_on_curve() && point.is_in_correct_subgroup_assuming_on_curve());
    point
}

impl CurveHooks for Spy {
    fn multi_miller_loop(
        g1: impl Iterator<Item = <Spied as Pairing>::G1Prepared>,
        g2: impl Iterator<Item = <Spied as Pairing>::G2Prepared>,
    ) -> <Spied as Pairing>::TargetField {
        let g1: Vec<_> = g1.map(|point| plain_g1(&point.0)).collect();
        let g2: Vec<_> = g2.map(|point| plain_g2(&point.0)).collect();
        assert_eq!((g1.len(), g2.len()), (4, 4));
        called("multi_miller_loop");
        Bls12_381::multi_miller_loop(g1, g2).0
    }

    fn final_exponentiation(
        target: <Spied as Pairing>::TargetField,
    ) -> <Spied as Pairing>::TargetField {
        called("final_exponentiation");
        Bls12_381::final_exponentiation(ark_ec::pairing::MillerLoopOutput(target)).unwrap().0
    }

    fn msm_g1(
        bases: &[ark_bls12_381_ext::G1Affine<Spy>],
        scalars: &[Fr],
    ) -> ark_bls12_381_ext::G1Projective<Spy> {
        called("msm_g1");
        let bases: Vec<_> = bases.iter().map(plain_g1).collect();
        let sum: Affine<g1::Config> =
            ark_bls12_381::G1Projective::msm(&bases, scalars).unwrap().into();
        sum.xy().map_or(Affine::identity(), |(x, y)| Affine::new_unchecked(x, y)).into()
    }

    fn msm_g2(
        _: &[ark_bls12_381_ext::G2Affine<Spy>],
        _: &[Fr],
    ) -> ark_bls12_381_ext::G2Projective<Spy> {
        unreachable!("no sum in G2")
    }

    fn mul_projective_g1(
        _: &ark_bls12_381_ext::G1Projective<Spy>,
        _: &[u64],
    ) -> ark_bls12_381_ext::G1Projective<Spy> {
        unreachable!("no single multiplication in G1")
    }

    fn mul_projective_g2(
        _: &ark_bls12_381_ext::G2Projective<Spy>,
        _: &[u64],
    ) -> ark_bls12_381_ext::G2Projective<Spy> {
        unreachable!("no single multiplication in G2")
    }
}

#[test]
fn reading_a_key_and_a_proof_calls_no_hook() {
    let bytes = real::<Bls12_381>(3, 51).bytes();
    VerifyingKey::<Spied>::from_bytes(&bytes.key).unwrap();
    Proof::<Spied>::from_bytes(&bytes.proof).unwrap();
    assert_eq!(calls(), Vec::<&str>::new());
}

#[test]
fn one_verification_is_three_hook_calls_on_checked_points() {
    for inputs in [0, 1, 3] {
        assert_eq!(real::<Bls12_381>(inputs, 52).bytes().verify::<Spied>(), Ok(()));
        assert_eq!(calls(), ["msm_g1", "multi_miller_loop", "final_exponentiation"]);
    }
}

#[test]
fn a_point_outside_the_subgroup_reaches_no_hook() {
    let mut bytes = real::<Bls12_381>(1, 53).bytes();
    bytes.proof[..48].copy_from_slice(&compressed(&on_curve::<g1::Config>(&mut rng(54))));
    assert_eq!(bytes.verify::<Spied>(), Err(Error::OutsideSubgroup(Element::A)));
    assert_eq!(calls(), Vec::<&str>::new());
}

#[test]
fn a_wrong_number_of_inputs_reaches_no_hook() {
    let mut bytes = real::<Bls12_381>(1, 55).bytes();
    bytes.inputs.push([0; 32]);
    assert_eq!(bytes.verify::<Spied>(), Err(Error::WrongInputCount { expected: 1, found: 2 }));
    assert_eq!(calls(), Vec::<&str>::new());
}
